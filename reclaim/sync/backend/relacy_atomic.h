// Atomics of the Relacy Race Detector, and what threads share without them.
//
// Relacy's macros are taken back.  The caller's source location is a default argument of each operation, so that a failing
// history names file and line.

#ifndef RECLAIM_SYNC_BACKEND_RELACY_ATOMIC_H
#define RECLAIM_SYNC_BACKEND_RELACY_ATOMIC_H

#include <bit>
#include <concepts>
#include <cstdint>
#include <source_location>
#include <type_traits>
#include <utility>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#include <relacy/relacy.hpp>
#pragma GCC diagnostic pop

#undef memory_order_relaxed
#undef memory_order_consume
#undef memory_order_acquire
#undef memory_order_release
#undef memory_order_acq_rel
#undef memory_order_seq_cst
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert
#undef errno
#undef $

namespace reclaim::sync {
inline namespace on_relacy {

enum class memory_order { relaxed, consume, acquire, release, acq_rel, seq_cst };

using location = std::source_location;

namespace detail {

inline rl::debug_info at(const location& where) {
  return rl::debug_info(where.function_name(), where.file_name(), where.line());
}

constexpr rl::memory_order to_model(memory_order order) { return static_cast<rl::memory_order>(order); }

// What the checker stores for a T: pointers and integers as they are, other words as their bits.
template <class T>
struct stored {
  using type = std::uintptr_t;
};
template <class T>
struct stored<T*> {
  using type = std::remove_cv_t<T>*;
};
template <class T>
  requires(std::integral<T> && !std::same_as<T, bool>)
struct stored<T> {
  using type = T;
};

template <class T>
auto to_stored(T value) {
  using S = typename stored<T>::type;
  if constexpr (std::is_pointer_v<T>) {
    return const_cast<S>(value);
  } else if constexpr (sizeof(T) == sizeof(S)) {
    return std::bit_cast<S>(value);
  } else {
    static_assert(sizeof(T) == 1, "the checker knows words, and types of one byte");
    return static_cast<S>(std::bit_cast<unsigned char>(value));
  }
}

template <class T, class S>
T from_stored(S value) {
  if constexpr (std::is_pointer_v<T>) {
    return value;
  } else if constexpr (sizeof(T) == sizeof(S)) {
    return std::bit_cast<T>(value);
  } else {
    return std::bit_cast<T>(static_cast<unsigned char>(value));
  }
}

}  // namespace detail

template <class T>
class atomic {
  using S = typename detail::stored<T>::type;

 public:
  atomic() : atomic(T()) {}  // as since C++20; the checker's own would be without a value
  atomic(T value) : word_(detail::to_stored(value)) {}  // NOLINT(google-explicit-constructor): as std::atomic
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  T load(memory_order order, location where = location::current()) const {
    return detail::from_stored<T>(word_.load(detail::to_model(order), detail::at(where)));
  }
  void store(T value, memory_order order, location where = location::current()) {
    word_.store(detail::to_stored(value), detail::to_model(order), detail::at(where));
  }
  T exchange(T value, memory_order order, location where = location::current()) {
    return detail::from_stored<T>(word_.exchange(detail::to_stored(value), detail::to_model(order), detail::at(where)));
  }
  bool compare_exchange_strong(T& expected, T desired, memory_order success, memory_order failure,
                               location where = location::current()) {
    return exchange_if<false>(expected, desired, success, failure, where);
  }
  bool compare_exchange_weak(T& expected, T desired, memory_order success, memory_order failure,
                             location where = location::current()) {
    return exchange_if<true>(expected, desired, success, failure, where);
  }
  T fetch_add(T value, memory_order order, location where = location::current()) {
    return word_.fetch_add(value, detail::to_model(order), detail::at(where));
  }
  T fetch_sub(T value, memory_order order, location where = location::current()) {
    return word_.fetch_sub(value, detail::to_model(order), detail::at(where));
  }
  T fetch_or(T value, memory_order order, location where = location::current()) {
    return word_.fetch_or(value, detail::to_model(order), detail::at(where));
  }
  T fetch_and(T value, memory_order order, location where = location::current()) {
    return word_.fetch_and(value, detail::to_model(order), detail::at(where));
  }

 private:
  // The checker has C++11's rule, by which a failure is ordered no more than a success.  Where it is asked for more the word is
  // loaded again: as if the exchange had failed then.
  template <bool MayFailSpuriously>
  bool exchange_if(T& expected, T desired, memory_order success, memory_order failure, const location& where) {
    const bool is_more = failure == memory_order::acquire && (success == memory_order::release || success == memory_order::relaxed);
    for (;;) {
      S found = detail::to_stored(expected);
      if (word_.compare_exchange(rl::bool_t<MayFailSpuriously>(), found, detail::to_stored(desired), detail::to_model(success),
                                 detail::to_model(is_more ? memory_order::relaxed : failure), detail::at(where))) {
        return true;
      }
      const T last = is_more ? load(failure, where) : detail::from_stored<T>(found);
      if (is_more && !MayFailSpuriously && last == expected) continue;
      expected = last;
      return false;
    }
  }

  mutable rl::atomic<S> word_;
};

// An atomic that is left out of the search: no scheduling point, no history.
template <class T>
class unmodelled_atomic {
 public:
  unmodelled_atomic(T value) : value_(value) {}  // NOLINT(google-explicit-constructor): as std::atomic
  T load(memory_order) const { return value_; }
  void store(T value, memory_order) { value_ = value; }
  T fetch_add(T value, memory_order) { return std::exchange(value_, value_ + value); }
  T fetch_sub(T value, memory_order) { return std::exchange(value_, value_ - value); }
  T exchange(T value, memory_order) { return std::exchange(value_, value); }
  bool compare_exchange_weak(T& expected, T value, memory_order, memory_order) {
    if (value_ == expected) return value_ = value, true;
    return expected = value_, false;
  }

 private:
  T value_;
};

// A T that threads share without atomics: each access is checked for a race, a use after free, and a read of
// what was never written; its end is an access too, so that whoever frees memory has to come after all who used it.
template <class T>
class plain {
 public:
  plain() noexcept {}
  explicit plain(T value, location where = location::current()) { set(value, where); }
  ~plain() { set(T()); }
  T get(location where = location::current()) const { return value_(detail::at(where)).load(); }
  void set(T value, location where = location::current()) { value_(detail::at(where)).store(value); }

 private:
  mutable rl::var<T> value_;
};

}  // namespace on_relacy
}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_BACKEND_RELACY_ATOMIC_H
