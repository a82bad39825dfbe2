// An unbounded queue of many producers and many consumers that deals numbers.  After P. Ramalhete and A. Correia,
// "FAAArrayQueue - MPMC lock-free queue", 2016.
//
//   head_ --> [ segment ] --> ... --> [ segment ] --> null        segment: [ popped | pushed | cell 0 | cell 1 | ... ]
//                         tail_ --------^   or one segment behind
//
// A push draws a number from `pushed`, makes its value in the cell of that number and declares the cell full; a pop
// draws one from `popped` and takes the value.  If the pop is there first and has waited in vain it declares the cell
// void, and both draw again.  Each cell has one push and one pop, so a pop that finds its cell full owns the value.
// Once the numbers of a segment are used up, a push links another one with its value in the first cell, and a pop
// moves head_ on and retires the old one.  Whoever sees that another thread drew in between steps aside afterwards.
//
// Synchronization edges (proofs: docs/memory_model.md#segmented_queue)
//   draw    try_pop() release    --> try_pop(), empty() acquire           who knows of a pop knows of pushes before it
//   link    link() release       --> extend(), place(), leave() acquire   who finds a segment finds it whole
//   swing   move_tail() release  --> try_emplace(), extend(), place() acquire   ... by tail_ too
//   leave   leave() release      --> try_pop(), empty() acquire           ... and by head_, with tail_ no further back
// and fill, in segmented_queue/cell.h

#ifndef RECLAIM_STRUCTURES_SEGMENTED_QUEUE_H
#define RECLAIM_STRUCTURES_SEGMENTED_QUEUE_H

#include <concepts>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <type_traits>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"
#include "structures/segmented_queue/cell.h"
#include "structures/support/node_memory.h"

namespace reclaim {

// T: moved by a move constructor that must not throw.  Domain: any.  Cells: of a segment.
//
// Any number of threads may call the members at once; construction and destruction belong to one thread alone.
// The domain, and a memory resource that was given, outlive the queue; the resource also outlives what the domain
// has yet to end.
template <class T, domain Domain, std::size_t Cells = detail::cells_a_segment<T>>
class segmented_queue {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>,
                "segmented_queue<T>: T must be an object type, and not const");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "segmented_queue<T>: the move constructor of T must be noexcept: a pop moves the value out after it "
                "has left the queue, and a move that threw would lose it");
  static_assert(std::is_nothrow_destructible_v<T>, "segmented_queue<T>: the destructor of T must be noexcept");
  static_assert(Cells > 0, "segmented_queue<T, Domain, Cells>: a segment has at least one cell");

 public:
  using value_type = T;

  // Makes an empty queue over `domain`; its segments come from `resource`, or from the heap if that is null.
  // Throws: std::bad_alloc.  Complexity: one segment.
  explicit segmented_queue(Domain& domain, std::pmr::memory_resource* resource = nullptr)
      : domain_(domain), memory_(resource), head_(memory_.make()), tail_(head_.load(relaxed)) {}

  // Ends the values that are left.  Does not use the domain, so that a deleter may destroy a queue.
  // Precondition: no other thread uses the queue.  Complexity: O(values + cells of a segment).
  ~segmented_queue() {
    for (segment* s = head_.load(relaxed); s != nullptr;) {  // relaxed here: the destructor runs alone
      for (std::size_t i = s->popped.load(relaxed); i < Cells; ++i) {
        if (s->cells[i].is_full()) s->cells[i].end_value();
      }
      segment* const next = s->next.load(relaxed);
      memory_.end(s);
      s = next;
    }
  }

  segmented_queue(const segmented_queue&) = delete;
  segmented_queue& operator=(const segmented_queue&) = delete;

  // Appends a copy of `value`, or `value` moved, or a T(args...).  The value may be moved on to another cell, and is
  // made under a guard.
  // Throws: std::bad_alloc, what the constructor of T or the memory resource throws; then the queue is as it was, and
  // so is `value`; but args of emplace may have been used up, if pops overtook the call.
  // Progress: lock-free but for the constructor and the allocation, one segment in so many pushes.
  // Complexity: O(1) when uncontended.  Source: [Ramalhete and Correia 2016, enqueue]
  void push(const T& value)
    requires std::copy_constructible<T>
  {
    emplace(value);
  }
  void push(T&& value) { emplace(std::move(value)); }
  template <class... Args>
    requires std::constructible_from<T, Args...>
  void emplace(Args&&... args) {
    if (!try_emplace(std::forward<Args>(args)...)) sync::raise_bad_alloc();
  }

  // As push.  Returns false, with the queue and `value` as they were, if the heap is exhausted.
  // Throws: what the constructor of T or the memory resource throws.
  [[nodiscard]] bool try_push(const T& value)
    requires std::copy_constructible<T>
  {
    return try_emplace(value);
  }
  [[nodiscard]] bool try_push(T&& value) { return try_emplace(std::move(value)); }
  template <class... Args>
    requires std::constructible_from<T, Args...>
  [[nodiscard]] bool try_emplace(Args&&... args) {
    {
      auto guard = domain_.enter();
      auto shield = guard.shield();
      segment* const tail = shield.protect(tail_);  // edge swing
      const std::size_t seen = tail->pushed.load(relaxed);
      if (const std::size_t number = tail->draw_to_push(seen); number < Cells) [[likely]] {
        cell& drawn = tail->cells[number];
        drawn.make(std::forward<Args>(args)...);
        if (!drawn.publish()) [[unlikely]] return place_again(drawn, source_of<Args...>(args...));
        if (number != seen) [[unlikely]] sync::step_aside();
        return true;
      }
    }
    return extend(std::forward<Args>(args)...);
  }

  // Removes the first value.  Returns it, or nothing if the queue was empty at some moment of the call.
  // Progress: lock-free but for deleters of the domain.  Complexity: O(1) when uncontended.
  // Source: [Ramalhete and Correia 2016, dequeue]
  //
  // always_inline: out of line, gcc passes a small optional through memory in pieces, which costs as much as the rest.
  [[nodiscard, gnu::always_inline]] inline std::optional<T> try_pop() noexcept {
    for (;;) {
      auto guard = domain_.enter();
      auto shield = guard.shield();
      segment* const head = shield.protect(head_);          // edge leave
      const std::size_t seen = head->popped.load(acquire);  // edge draw
      if (seen < Cells) [[likely]] {
        if (head->is_drained_at(seen)) return std::nullopt;
        const std::size_t number = head->popped.fetch_add(1, release);  // edge draw
        if (number >= Cells) continue;
        cell& drawn = head->cells[number];
        if (!drawn.is_full() && !comes_late(*head, number)) [[unlikely]] continue;
        if (number != seen) [[unlikely]] sync::step_aside();
        return drawn.template take<std::optional<T>>();
      }
      if (!leave(head)) return std::nullopt;
    }
  }

  // Returns whether the queue was empty at some moment of the call.  Progress: lock-free.  Complexity: O(1).
  [[nodiscard]] bool empty() const noexcept {
    auto guard = domain_.enter();
    auto shield = guard.shield();
    const segment* const head = shield.protect(head_);    // edge leave
    const std::size_t seen = head->popped.load(acquire);  // edge draw
    // A segment that is linked is not empty before head_ has come to it.  relaxed: nothing is read in it.
    return seen < Cells ? head->is_drained_at(seen) : head->next.load(relaxed) == nullptr;
  }

  Domain& domain() const noexcept { return domain_; }

 private:
  using cell = detail::queue_cell<T>;

  struct segment : Domain::hook {
    segment() noexcept {}  // else each would be zeroed before its members are made

    // Draws a number if one was left when `seen` was loaded.  Returns it; Cells or more if all are used up.
    std::size_t draw_to_push(std::size_t seen) noexcept { return seen < Cells ? pushed.fetch_add(1, relaxed) : seen; }

    // Whether each number below `number`, which pops have drawn, is all that pushes have drawn.  Most often the cell
    // tells, and `pushed` may stay with the pushes.
    bool is_drained_at(std::size_t number) const noexcept {
      return cells[number].is_open() && pushed.load(relaxed) <= number;
    }

    sync::atomic<segment*> next{nullptr};                               // written once
    alignas(sync::cache_line) sync::atomic<std::size_t> popped{0};  // the next number for a pop; written by each
    alignas(sync::cache_line) sync::atomic<std::size_t> pushed{0};  // the next number for a push; written by each
    alignas(sync::cache_line) alignas(cell) cell cells[Cells];
  };

  // Ends a segment that was not linked.
  struct spare {
    ~spare() {
      if (is != nullptr) memory.end(is);
    }
    node_memory<segment>& memory;
    segment* is;
  };

  // A value that was taken back out of its cell; goes back to `source` if it finds no place.
  struct taken_back {
    taken_back(cell& from, T* home) noexcept : value(from.template take<std::optional<T>>()), source(home) {}
    ~taken_back() {
      if (value.has_value() && source != nullptr) {
        std::destroy_at(source);
        std::construct_at(source, std::move(*value));
      }
    }
    std::optional<T> value;
    T* const source;
  };

  // The T that a push moved its value from, or null if that was something else.
  template <class... Args>
  static T* source_of(Args&... args) noexcept {
    if constexpr (sizeof...(Args) == 1 && (std::is_same_v<Args, T> && ...)) {
      return (std::addressof(args), ...);
    } else {
      return nullptr;
    }
  }

  // A pop has declared the cell void: takes the value back and puts it elsewhere.  Returns and throws as try_emplace;
  // then the value is back in *source.
  [[gnu::noinline]] bool place_again(cell& voided, T* source) {
    taken_back back(voided, source);
    return place(back.value, nullptr);
  }

  // The last segment's numbers were used up: links another one, or goes back to a draw if there is one now.
  template <class... Args>
  [[gnu::noinline]] bool extend(Args&&... args) {
    auto guard = domain_.enter();
    auto shield = guard.shield();
    for (;;) {
      segment* const tail = shield.protect(tail_);  // edge swing
      if (tail->pushed.load(relaxed) < Cells) return try_emplace(std::forward<Args>(args)...);
      if (segment* const next = tail->next.load(acquire); next != nullptr) {  // edge link
        move_tail(tail, next);
        continue;
      }
      spare fresh{memory_, memory_.try_make()};
      if (fresh.is == nullptr) return false;
      fresh.is->cells[0].make(std::forward<Args>(args)...);
      if (link(tail, fresh)) return true;
      taken_back back(fresh.is->cells[0], source_of<Args...>(args...));
      return place(back.value, std::exchange(fresh.is, nullptr));
    }
  }

  // Puts `value` into the next cell or, where there is none, into a segment: `made` if that is not null.
  // Returns false, with the value as it was, if the heap is exhausted.  Throws what the resource throws.
  bool place(std::optional<T>& value, segment* made) {
    auto guard = domain_.enter();
    auto shield = guard.shield();
    spare fresh{memory_, made};
    for (;;) {
      segment* const tail = shield.protect(tail_);  // edge swing
      const std::size_t number = tail->draw_to_push(tail->pushed.load(relaxed));
      segment* next = nullptr;
      if (number >= Cells && (next = tail->next.load(acquire)) != nullptr) {  // edge link
        move_tail(tail, next);
        continue;
      }
      if (number >= Cells && fresh.is == nullptr) fresh.is = memory_.try_make();
      if (number >= Cells && fresh.is == nullptr) return false;
      cell& room = number < Cells ? tail->cells[number] : fresh.is->cells[0];
      room.make(std::move(*value));
      value.reset();
      if (number < Cells ? room.publish() : link(tail, fresh)) return true;
      value.emplace(room.template take<T>());
    }
  }

  // Links a segment, whose first cell has its value, behind `tail`.  Returns false if another was first.
  bool link(segment* tail, spare& fresh) noexcept {
    fresh.is->cells[0].publish_unshared();
    fresh.is->pushed.store(1, relaxed);  // relaxed: edge link publishes it
    segment* next = nullptr;
    if (!tail->next.compare_exchange_strong(next, fresh.is, release, relaxed)) return false;  // edge link
    move_tail(tail, std::exchange(fresh.is, nullptr));
    return true;
  }

  // Moves tail_ from a segment to its successor, unless it has moved.
  void move_tail(segment* from, segment* to) noexcept {
    tail_.compare_exchange_strong(from, to, release, relaxed);  // edge swing
  }

  // A pop has come to a cell that is not full.  Waits a little if a push has drawn it, then closes it.  Returns whether
  // the value has come.
  [[gnu::noinline]] static bool comes_late(segment& in, std::size_t number) noexcept {
    cell& drawn = in.cells[number];
    if (in.pushed.load(relaxed) > number) sync::wait_briefly([&] { return !drawn.is_open(); });
    return drawn.close();
  }

  // The numbers of `head` are used up: moves head_ on.  Returns false if it has no successor.
  [[gnu::noinline]] bool leave(segment* head) noexcept {
    segment* const next = head->next.load(acquire);  // edge link
    if (next == nullptr) return false;
    // relaxed: by edge leave this is no older than what the pop saw that moved head_ here, so not behind head_.
    if (tail_.load(relaxed) == head) move_tail(head, next);
    segment* expected = head;
    if (head_.compare_exchange_strong(expected, next, release, relaxed)) {  // edge leave
      memory_.retire(domain_, head);
    }
    return true;
  }

  Domain& domain_;
  node_memory<segment> memory_;
  // Read by all, written once a segment.
  alignas(sync::cache_line) sync::atomic<segment*> head_;
  sync::atomic<segment*> tail_;
};

}  // namespace reclaim

#endif  // RECLAIM_STRUCTURES_SEGMENTED_QUEUE_H
