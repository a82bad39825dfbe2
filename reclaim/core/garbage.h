// Amounts of what was retired and has not ended.

#ifndef RECLAIM_CORE_GARBAGE_H
#define RECLAIM_CORE_GARBAGE_H

#include <cstddef>
#include <limits>

namespace reclaim {

// So many objects, and what they occupy together, as their types or whoever retired them said.
struct garbage {
  std::size_t objects = 0;
  std::size_t bytes = 0;

  friend bool operator==(const garbage&, const garbage&) = default;
};

// What a count is ahead of another.  Both wrap around; where others change them, the other may have been read later: none, then.
constexpr std::size_t ahead(std::size_t count, std::size_t of) noexcept {
  return static_cast<std::ptrdiff_t>(count - of) > 0 ? count - of : 0;
}

// What was reclaimed, and what was retired, since a beginning.
struct turnover {
  garbage reclaimed;
  garbage retired;

  constexpr garbage waiting() const noexcept {
    return {ahead(retired.objects, reclaimed.objects), ahead(retired.bytes, reclaimed.bytes)};
  }
};

// The most that may be; by itself, no limit.
struct garbage_limit {
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  std::size_t objects = none;
  std::size_t bytes = none;

  constexpr bool is_set() const noexcept { return objects != none || bytes != none; }
  constexpr bool is_over(const garbage& amount) const noexcept { return amount.objects > objects || amount.bytes > bytes; }
  friend bool operator==(const garbage_limit&, const garbage_limit&) = default;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_GARBAGE_H
