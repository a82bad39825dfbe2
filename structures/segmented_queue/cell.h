// A cell of a segmented_queue: room for one value, met once by one push and once by one pop.
//
//   open --> full     the push was first: the value is the pop's
//   open --> voided   the pop was first, or the value's constructor threw: the cell is lost for both
//
// Synchronization edges (proofs: docs/memory_model.md#segmented_queue)
//   fill   publish() release --> is_full(), close() acquire   who finds a cell full finds its value whole

#ifndef RECLAIM_STRUCTURES_SEGMENTED_QUEUE_CELL_H
#define RECLAIM_STRUCTURES_SEGMENTED_QUEUE_CELL_H

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "reclaim/sync/sync.h"

namespace reclaim::detail {

template <class T>
class queue_cell {
 public:
  queue_cell() noexcept {}
  ~queue_cell() {}  // whoever takes the value ends it, long before the cell ends
  queue_cell(const queue_cell&) = delete;
  queue_cell& operator=(const queue_cell&) = delete;

  // Makes the value, for its push alone to see.  Throws what the constructor throws; then the cell is voided.
  template <class... Args>
  void make(Args&&... args) {
    struct voiding {
      ~voiding() {
        if (cell != nullptr) cell->now_.store(state::voided, relaxed);  // relaxed: no value is handed over
      }
      queue_cell* cell;
    } unless_made{this};
    ::new (static_cast<void*>(std::addressof(value_))) T(std::forward<Args>(args)...);
    unless_made.cell = nullptr;
  }

  // Hands the value to the cell's pop.  Returns false if that was first; then the push takes the value back.
  bool publish() noexcept {
    state was = state::open;
    return now_.compare_exchange_strong(was, state::full, release, relaxed);  // edge fill
  }

  // As publish, where no other thread can reach the cell.
  void publish_unshared() noexcept { now_.store(state::full, relaxed); }  // relaxed: whoever links the segment releases

  bool is_full() const noexcept { return now_.load(acquire) == state::full; }  // edge fill
  bool is_open() const noexcept { return now_.load(relaxed) == state::open; }

  // Voids the cell unless it is full.  Returns whether it is full.
  bool close() noexcept {
    state found = state::open;
    now_.compare_exchange_strong(found, state::voided, acquire, acquire);  // edge fill
    return found == state::full;
  }

  // Moves the value out, to where `Result` is made of it, and ends it.
  // Precondition: it was made and not taken; the caller is the pop of a full cell, or the push of a voided one.
  template <class Result>
  Result take() noexcept {
    struct ending {
      ~ending() { value.~T(); }
      T& value;
    } after_the_move{value_};
    return Result(std::move(value_));
  }

  // Ends the value.  Precondition: as take.
  void end_value() noexcept { value_.~T(); }

 private:
  enum class state : unsigned char { open, full, voided };

  sync::atomic<state> now_{state::open};  // changes once
  union {
    T value_;
  };
};

// So many that making a segment costs nothing beside using it, and few enough for the processor's nearest cache.
template <class T>
inline constexpr std::size_t cells_a_segment = sizeof(queue_cell<T>) < 256 ? 8192 / sizeof(queue_cell<T>) : 32;

}  // namespace reclaim::detail

#endif  // RECLAIM_STRUCTURES_SEGMENTED_QUEUE_CELL_H
