// Plain data, where no checker watches it.

#ifndef RECLAIM_SYNC_BACKEND_PLAIN_H
#define RECLAIM_SYNC_BACKEND_PLAIN_H

namespace reclaim::sync::unwatched {

// A T that threads share without atomics: a model checker sees each access, and reports unordered ones.
template <class T>
class plain {
 public:
  constexpr plain() noexcept : value_() {}
  explicit constexpr plain(T value) noexcept : value_(value) {}
  constexpr T get() const noexcept { return value_; }
  constexpr void set(T value) noexcept { value_ = value; }

 private:
  T value_;
};

}  // namespace reclaim::sync::unwatched

#endif  // RECLAIM_SYNC_BACKEND_PLAIN_H
