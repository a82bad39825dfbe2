// The words of a litmus file, which are those of C11, over the checker's atomics; and when its outcome is as it says.

#ifndef RECLAIM_TESTS_MODEL_LITMUS_C11_H
#define RECLAIM_TESTS_MODEL_LITMUS_C11_H

#include <cstddef>

#include "tests/support/model.h"

namespace reclaim::model::litmus {

using atomic_int = sync::atomic<int>;

inline constexpr sync::memory_order memory_order_relaxed = relaxed;
inline constexpr sync::memory_order memory_order_acquire = acquire;
inline constexpr sync::memory_order memory_order_release = release;
inline constexpr sync::memory_order memory_order_seq_cst = seq_cst;

inline int atomic_load_explicit(const atomic_int* x, sync::memory_order order, sync::location where = sync::location::current()) {
  return x->load(order, where);
}
inline void atomic_store_explicit(atomic_int* x, int value, sync::memory_order order,
                                  sync::location where = sync::location::current()) {
  x->store(value, order, where);
}
inline int atomic_exchange_explicit(atomic_int* x, int value, sync::memory_order order,
                                    sync::location where = sync::location::current()) {
  return x->exchange(value, order, where);
}
inline int atomic_fetch_add_explicit(atomic_int* x, int value, sync::memory_order order,
                                     sync::location where = sync::location::current()) {
  return x->fetch_add(value, order, where);
}
inline void atomic_thread_fence(sync::memory_order order, sync::location where = sync::location::current()) {
  sync::thread_fence(order, where);
}

// What the clause `exists` tells of: in no schedule, or in one at least, which the runner counts as an end.
template <bool Never>
class outcome : public scenario {
 public:
  std::size_t reclaimed() const final {
    const bool is_there = exists();
    if (Never) expect(!is_there, "an outcome was there that never is");
    return is_there ? 1 : 0;
  }

 private:
  virtual bool exists() const = 0;
};

template <class S, name Name>
plan never() {
  return plan_of<S, Name>(3, ends::not_asked, S::threads, 100'000);
}
template <class S, name Name>
plan sometimes() {
  return plan_of<S, Name>(3, ends::sometimes, S::threads, 100'000);
}

}  // namespace reclaim::model::litmus

#endif  // RECLAIM_TESTS_MODEL_LITMUS_C11_H
