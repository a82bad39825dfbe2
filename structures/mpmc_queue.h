// An unbounded queue of many producers and many consumers.  M. Michael and M. Scott, "Simple, Fast, and Practical
// Non-Blocking and Blocking Concurrent Queue Algorithms", PODC 1996, figure 1; with the hazard pointers of
// M. Michael, "Hazard Pointers", IEEE TPDS 15(6), 2004, figure 4.
//
//   head_ --> [ dummy ] --> [ value ] --> [ value ] --> null
//                              tail_ ---------^   or one node behind
//
// The node that head_ names holds no value: a pop moves head_ on, takes the value of the new dummy and retires the
// old one.  tail_ is never behind head_: a pop helps it forward first, so that a retired node is named by neither.
// Whoever loses a comparison steps aside for a moment: the winner then runs on with the lines in its cache.
//
// Synchronization edges (proofs: docs/memory_model.md#mpmc_queue)
//   link    push() release             --> try_pop(), push() acquire   who finds a node by its predecessor finds it whole
//   swing   push(), try_pop() release  --> push() acquire              ... and so does who finds it by tail_
//   pop     try_pop() release          --> try_pop() acquire           ... and by head_; and sees tail_ no further back

#ifndef RECLAIM_STRUCTURES_MPMC_QUEUE_H
#define RECLAIM_STRUCTURES_MPMC_QUEUE_H

#include <concepts>
#include <memory_resource>
#include <optional>
#include <type_traits>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"
#include "structures/support/node_memory.h"

namespace reclaim {

// T: moved out of the queue by a move constructor that must not throw.  Domain: any.
//
// Any number of threads may call the members at once; construction and destruction belong to one thread alone.
// The domain, and a memory resource that was given, outlive the queue; the resource also outlives what the domain
// has yet to end.
template <class T, domain Domain>
class mpmc_queue {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>, "mpmc_queue<T>: T must be an object type, and not const");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "mpmc_queue<T>: the move constructor of T must be noexcept: a pop moves the value out after it has "
                "left the queue, and a move that threw would lose it");
  static_assert(std::is_nothrow_destructible_v<T>, "mpmc_queue<T>: the destructor of T must be noexcept");

 public:
  using value_type = T;

  // Makes an empty queue over `domain`; its nodes come from `resource`, or from the heap if that is null.
  // Throws: std::bad_alloc.  Complexity: one node.
  explicit mpmc_queue(Domain& domain, std::pmr::memory_resource* resource = nullptr)
      : domain_(domain), memory_(resource), head_(memory_.make()), tail_(head_.load(relaxed)) {}

  // Ends the values that are left.  Does not use the domain, so that a deleter may destroy a queue.
  // Precondition: no other thread uses the queue.  Complexity: O(values).
  ~mpmc_queue() {
    node* n = head_.load(relaxed);  // relaxed here: the destructor runs alone
    node* next = n->next.load(relaxed);
    memory_.end(n);  // the dummy: it holds no value
    while ((n = next) != nullptr) {
      next = n->next.load(relaxed);
      n->value.~T();
      memory_.end(n);
    }
  }

  mpmc_queue(const mpmc_queue&) = delete;
  mpmc_queue& operator=(const mpmc_queue&) = delete;

  // Appends a copy of `value`, or `value` moved, or a T(args...).
  // Throws: std::bad_alloc, what the constructor of T or the memory resource throws; then the queue is as it was.
  // Progress: lock-free but for the allocation.  Complexity: O(1) when uncontended; one node.
  // Source: [Michael and Scott 1996, enqueue]
  void push(const T& value)
    requires std::copy_constructible<T>
  {
    emplace(value);
  }
  void push(T&& value) { emplace(std::move(value)); }
  template <class... Args>
    requires std::constructible_from<T, Args...>
  void emplace(Args&&... args) {
    append(memory_.make(std::in_place, std::forward<Args>(args)...));
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
    node* const made = memory_.try_make(std::in_place, std::forward<Args>(args)...);
    if (made == nullptr) return false;
    append(made);
    return true;
  }

  // Removes the first value.  Returns it, or nothing if the queue was empty at some moment of the call.
  // Progress: lock-free but for deleters of the domain.  Complexity: O(1) when uncontended.
  // Source: [Michael and Scott 1996, dequeue]
  //
  // In line: the exchange waits for all that was stored before, and what a call saves would be stored right before it.
  [[nodiscard, gnu::always_inline]] std::optional<T> try_pop() noexcept {
    sync::prefetch_to_write(&head_);  // else its line comes twice: to be read, and to be written
    auto guard = domain_.enter();
    auto first = guard.shield();
    auto second = guard.shield();
    for (;;) {
      node* head = first.protect(head_);             // edge pop
      node* const next = second.protect(head->next);  // edge link
      if (next == nullptr) return std::nullopt;
      // relaxed: by edge pop this is no older than what the pop that made `head` the head saw, so not behind head_.
      if (node* tail = tail_.load(relaxed); tail == head) {
        tail_.compare_exchange_strong(tail, next, release, relaxed);  // edge swing
        continue;
      }
      // `next` may have been retired before it was protected; then head_ has moved on, and this fails.  So the value is
      // read after it, where the paper reads before it and must look at head_ once more.
      if (!head_.compare_exchange_strong(head, next, release, relaxed)) {  // edge pop
        sync::step_aside();
        continue;
      }
      std::optional<T> value(std::move(next->value));
      next->value.~T();
      memory_.retire(guard, head);
      return value;
    }
  }

  // Returns whether the queue was empty at some moment of the call.  Progress: lock-free.  Complexity: O(1).
  [[nodiscard]] bool empty() const noexcept {
    auto guard = domain_.enter();
    auto first = guard.shield();
    return first.protect(head_)->next.load(relaxed) == nullptr;  // edge pop; relaxed: only compared
  }

  Domain& domain() const noexcept { return domain_; }

 private:
  struct node : Domain::hook {
    node() noexcept {}
    template <class... Args>
    explicit node(std::in_place_t, Args&&... args) : value(std::forward<Args>(args)...) {}
    ~node() {}  // whoever pops the value ends it, long before the node ends

    sync::atomic<node*> next{nullptr};  // written once
    union {
      T value;  // lives from push until pop
    };
  };

  // Links `fresh` behind the last node, then moves tail_ to it.
  void append(node* fresh) noexcept {
    sync::prefetch_to_write(&tail_);  // as try_pop() does
    auto guard = domain_.enter();
    auto shield = guard.shield();
    for (;;) {
      node* tail = shield.protect(tail_);              // edge swing
      sync::prefetch_to_write(&tail->next);            // the link below writes it
      node* next = tail->next.load(acquire);           // edge link: passed on by swing
      if (next != nullptr) {  // another push is between its two steps: help
        tail_.compare_exchange_strong(tail, next, release, relaxed);  // edge swing
        continue;
      }
      if (!tail->next.compare_exchange_strong(next, fresh, release, relaxed)) {  // edge link
        sync::step_aside();
        continue;
      }
      tail_.compare_exchange_strong(tail, fresh, release, relaxed);                      // edge swing
      return;
    }
  }

  Domain& domain_;
  node_memory<node> memory_;
  alignas(sync::cache_line) sync::atomic<node*> head_;  // written by pops
  alignas(sync::cache_line) sync::atomic<node*> tail_;  // written by pushes, and by pops that help
};

}  // namespace reclaim

#endif  // RECLAIM_STRUCTURES_MPMC_QUEUE_H
