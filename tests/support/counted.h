// An object that knows whether it lives: its births and deaths are counted, its use after its end and its second
// end are reported as test failures.
//
//   census births;                        // from here on
//   { map.insert(1, counted{7}); ... }
//   EXPECT_EQ(births.living(), 0u);
//
// The canary is volatile so that the compiler keeps the write of the destructor; to a race detector it is plain
// data, so an end that races with a use is reported too.

#ifndef RECLAIM_TESTS_SUPPORT_COUNTED_H
#define RECLAIM_TESTS_SUPPORT_COUNTED_H

#include <gtest/gtest.h>

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace reclaim::tests {

namespace detail {
inline std::atomic<std::size_t> births{0};
inline std::atomic<std::size_t> deaths{0};
inline std::atomic<std::size_t> faults{0};
}  // namespace detail

// What was born and has ended since the census began.
class census {
 public:
  census() noexcept : births_(detail::births.load()), deaths_(detail::deaths.load()), faults_(detail::faults.load()) {}

  std::size_t born() const noexcept { return detail::births.load() - births_; }
  std::size_t ended() const noexcept { return detail::deaths.load() - deaths_; }
  std::size_t living() const noexcept { return born() - ended(); }

  // Uses after an end and second ends.
  std::size_t faults() const noexcept { return detail::faults.load() - faults_; }

 private:
  std::size_t births_;
  std::size_t deaths_;
  std::size_t faults_;
};

// A counted value.  A move leaves `moved_from` behind; the object that was moved from still ends once.
class counted {
 public:
  static constexpr std::uint64_t moved_from = ~std::uint64_t{0};

  counted() noexcept : counted(0) {}
  counted(std::uint64_t value) noexcept : value_(value) { detail::births.fetch_add(1, std::memory_order_relaxed); }  // NOLINT: converts
  counted(const counted& other) noexcept : counted(other.value()) {}
  counted(counted&& other) noexcept : counted(other.value()) { other.value_ = moved_from; }

  counted& operator=(const counted& other) noexcept {
    value_ = other.value();
    return *this;
  }

  counted& operator=(counted&& other) noexcept {
    if (this != &other) value_ = std::exchange(other.value_, moved_from);
    return *this;
  }

  ~counted() {
    if (canary_ != alive) fault("a counted object ended twice");
    canary_ = dead;
    detail::deaths.fetch_add(1, std::memory_order_relaxed);
  }

  std::uint64_t value() const noexcept {
    if (canary_ != alive) fault("a counted object was used after its end");
    return value_;
  }

  friend bool operator==(const counted& a, const counted& b) noexcept { return a.value() == b.value(); }
  friend auto operator<=>(const counted& a, const counted& b) noexcept { return a.value() <=> b.value(); }

 private:
  static constexpr std::uint64_t alive = 0x9e3779b97f4a7c15;
  static constexpr std::uint64_t dead = 0xdeadc0dedeadc0de;

  static void fault(const char* what) noexcept {
    detail::faults.fetch_add(1, std::memory_order_relaxed);
    ADD_FAILURE() << what;
  }

  volatile std::uint64_t canary_ = alive;
  std::uint64_t value_;
};

// The same, but it cannot be copied.
class move_only : public counted {
 public:
  using counted::counted;
  move_only(const move_only&) = delete;
  move_only(move_only&&) noexcept = default;
  move_only& operator=(const move_only&) = delete;
  move_only& operator=(move_only&&) noexcept = default;
};

// What a throwing_copy throws.
struct copy_refused {};

// The same, but its copies throw while `refuse` holds; its moves never do.
class throwing_copy : public counted {
 public:
  inline static bool refuse = false;

  using counted::counted;
  throwing_copy(const throwing_copy& other) : counted((allow(), other)) {}
  throwing_copy(throwing_copy&&) noexcept = default;
  throwing_copy& operator=(const throwing_copy& other) {
    allow();
    counted::operator=(other);
    return *this;
  }
  throwing_copy& operator=(throwing_copy&&) noexcept = default;

 private:
  static void allow() {
    if (refuse) throw copy_refused{};
  }
};

}  // namespace reclaim::tests

template <>
struct std::hash<reclaim::tests::counted> {
  std::size_t operator()(const reclaim::tests::counted& c) const noexcept { return std::hash<std::uint64_t>{}(c.value()); }
};

#endif  // RECLAIM_TESTS_SUPPORT_COUNTED_H
