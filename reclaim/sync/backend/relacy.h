// The seam under the Relacy Race Detector: simulated threads, a simulated memory model.
//
// Included after every standard header that the library uses, for Relacy has macros of their names.

#ifndef RECLAIM_SYNC_BACKEND_RELACY_H
#define RECLAIM_SYNC_BACKEND_RELACY_H

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "reclaim/sync/backend/relacy_atomic.h"

#define RECLAIM_BACKEND_NAMESPACE on_relacy

namespace reclaim::sync {
inline namespace on_relacy {

inline void thread_fence(memory_order order, location where = location::current()) {
  rl::atomic_thread_fence(detail::to_model(order), detail::at(where));
}

inline void compiler_fence() {}

inline constexpr std::size_t no_thread = 0x3fffff;
inline constexpr std::size_t room_a_thread = 8192;  // each atomic keeps its history
inline constexpr std::size_t hazards_a_block = 2;  // few: a third shield makes the table of hazards grow
inline constexpr std::size_t slots_a_guard = 2;
inline constexpr std::size_t most_threads = 4;     // of one simulation

// Someone who keeps something for each thread.
class thread_observer {
 public:
  void thread_exits(std::size_t index) { on_exit_(*this, index); }

 protected:
  using callback = void (*)(thread_observer&, std::size_t) noexcept;

  thread_observer(callback on_exit, callback) : on_exit_(on_exit) {}
  ~thread_observer() { withdraw(); }
  inline void enrol();
  inline void withdraw();

 private:
  const callback on_exit_;
};

namespace detail {

// What a simulation begins with.  Simulated threads live as long as it; what an index means is up to them.
struct simulation {
  std::size_t index_of[most_threads] = {0, 1, 2, 3};
  thread_observer* observers[most_threads] = {};
  rl::timestamp_t seen_by_light[most_threads] = {};
  rl::timestamp_t seen_by_heavy[most_threads] = {};
};
inline simulation simulated;

}  // namespace detail

// Models of the asymmetric fences.
//   full         both are seq_cst fences
//   asymmetric   both are seq_cst fences, but two light ones do not order each other: what fence.h promises, no more
//   systemwide   the light one is nothing, the heavy one a fence on every thread at once
enum class fence_model : unsigned char { full, asymmetric, systemwide };
inline fence_model modelled_fences = fence_model::full;

namespace detail {

// The checker orders seq_cst fences by what those before have seen, in one record.  Here there are two, and between
// the fences the checker's own is the record of the heavy ones: a light fence reads it and adds to the other.
inline void light_fence_of_its_own(const location& where) {
  thread_fence(memory_order::seq_cst, where);
  rl::timestamp_t* const seen = rl::ctx().seq_cst_fence_order_;
  for (rl::thread_id_t i = 0; i != rl::ctx().get_thread_count(); ++i) {
    simulated.seen_by_light[i] = std::max(simulated.seen_by_light[i], seen[i]);
    seen[i] = simulated.seen_by_heavy[i];
  }
}

inline void heavy_fence_of_its_own(const location& where) {
  thread_fence(memory_order::seq_cst, where);
  rl::timestamp_t* const seen = rl::ctx().seq_cst_fence_order_;
  for (rl::thread_id_t i = 0; i != rl::ctx().get_thread_count(); ++i) {
    seen[i] = std::max(seen[i], simulated.seen_by_light[i]);
  }
  rl::ctx().disable_preemption();  // for the two are one
  thread_fence(memory_order::seq_cst, where);
  rl::ctx().enable_preemption();
  std::copy(seen, seen + rl::ctx().get_thread_count(), simulated.seen_by_heavy);
}

}  // namespace detail

inline void light_fence(location where = location::current()) {
  switch (modelled_fences) {
    case fence_model::full: return thread_fence(memory_order::seq_cst, where);
    case fence_model::asymmetric: return detail::light_fence_of_its_own(where);
    case fence_model::systemwide: return;
  }
}

// Under `full` schemes take the way that they take where membarrier is refused.
inline bool is_asymmetric() { return modelled_fences != fence_model::full; }
inline void asymmetric_light_fence(location where = location::current()) { light_fence(where); }

inline bool heavy_fence(location where = location::current()) {
  switch (modelled_fences) {
    case fence_model::full: thread_fence(memory_order::seq_cst, where); break;
    case fence_model::asymmetric: detail::heavy_fence_of_its_own(where); break;
    case fence_model::systemwide: rl::systemwide_fence(detail::at(where)); break;
  }
  return true;
}

inline void ensure_fence_mode() {}

// How many threads tables make room for at once: a setting of the simulation.
inline std::size_t expected_threads = most_threads;
inline void begin_simulation(std::size_t room_for_threads) {
  detail::simulated = detail::simulation();
  expected_threads = room_for_threads;
}
inline std::size_t thread_index() { return detail::simulated.index_of[rl::thread_index()]; }
inline std::size_t entry_offset() {
  return (thread_index() < expected_threads ? thread_index() : expected_threads) * room_a_thread;
}
inline std::size_t register_thread() { return thread_index(); }
inline void*& kept_for_thread() { static void* none; return none = nullptr; }  // no default domains here
inline void*& kept_reader() { return kept_for_thread(); }
inline void*& kept_outermost() { return kept_for_thread(); }

inline void ask_for_detour() {}  // there is nobody to step aside for: the simulation runs whom it likes
inline bool is_on_detour() { return false; }
inline bool take_detour() { return false; }

// What the end of a thread does: every domain hears of it.  The simulated thread goes on, as a new one if it likes.
inline void end_thread() {
  for (thread_observer* observer : detail::simulated.observers) {
    if (observer != nullptr) observer->thread_exits(thread_index());
  }
}

// Makes the calling thread the next owner of `index`, whose last owner has ended.  That the end happens-before this
// is the caller's to see to; a lock does it where threads are real.
inline void begin_thread(std::size_t index) { detail::simulated.index_of[rl::thread_index()] = index; }

inline void thread_observer::enrol() {
  *std::find(std::begin(detail::simulated.observers), std::end(detail::simulated.observers), nullptr) = this;
}
inline void thread_observer::withdraw() {
  std::replace(std::begin(detail::simulated.observers), std::end(detail::simulated.observers), this,
               static_cast<thread_observer*>(nullptr));
}

// Arrays that large programs have of the system: here each object is made, for checkers want to know it.
template <class T>
T* make_zeroed(std::size_t n) {
  return new T[n];
}
template <class T>
void end_zeroed(T* array, std::size_t) {
  delete[] array;
}
template <class T, class Forget>
void give_back(T* array, std::size_t, std::size_t first, std::size_t count, Forget&& forget) {
  for (std::size_t i = first; i != first + count; ++i) forget(array[i]);
}

inline void yield_to_model() { rl::yield(1, rl::debug_info()); }

}  // namespace on_relacy
}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_BACKEND_RELACY_H
