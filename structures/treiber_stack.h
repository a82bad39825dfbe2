// An unbounded stack.  R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM RJ 5118, 1986; with the
// hazard pointer of M. Michael, "Hazard Pointers", IEEE TPDS 15(6), 2004, section 4, and exponential backoff.
//
//   top_ --> [ value ] --> [ value ] --> null
//
// A node is pushed once and never again, and one that a shield protects is not reused, so its address at top_ means
// that it is still on top and its `next` is still the next one: no ABA.
//
// Synchronization edges (proofs: docs/memory_model.md#treiber_stack)
//   push   push() release --> try_pop() acquire   who finds a node on top finds it, and all below it, whole

#ifndef RECLAIM_STRUCTURES_TREIBER_STACK_H
#define RECLAIM_STRUCTURES_TREIBER_STACK_H

#include <concepts>
#include <memory_resource>
#include <optional>
#include <type_traits>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"
#include "structures/support/node_memory.h"

namespace reclaim {

// T: moved out of the stack by a move constructor that must not throw.  Domain: any.
//
// Any number of threads may call the members at once; construction and destruction belong to one thread alone.
// The domain, and a memory resource that was given, outlive the stack; the resource also outlives what the domain
// has yet to end.
template <class T, domain Domain>
class treiber_stack {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>, "treiber_stack<T>: T must be an object type, and not const");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "treiber_stack<T>: the move constructor of T must be noexcept: a pop moves the value out after it has "
                "left the stack, and a move that threw would lose it");
  static_assert(std::is_nothrow_destructible_v<T>, "treiber_stack<T>: the destructor of T must be noexcept");

 public:
  using value_type = T;

  // Makes an empty stack over `domain`; its nodes come from `resource`, or from the heap if that is null.
  // Complexity: O(1); allocates nothing.
  explicit treiber_stack(Domain& domain, std::pmr::memory_resource* resource = nullptr) noexcept
      : domain_(domain), memory_(resource) {}

  // Ends the values that are left.  Does not use the domain, so that a deleter may destroy a stack.
  // Precondition: no other thread uses the stack.  Complexity: O(values).
  ~treiber_stack() {
    for (node* n = top_.load(relaxed); n != nullptr;) {  // relaxed: the destructor runs alone
      node* const next = n->next.get();
      n->value.~T();
      memory_.end(n);
      n = next;
    }
  }

  treiber_stack(const treiber_stack&) = delete;
  treiber_stack& operator=(const treiber_stack&) = delete;

  // Puts a copy of `value`, or `value` moved, or a T(args...) on top.
  // Throws: std::bad_alloc, what the constructor of T or the memory resource throws; then the stack is as it was.
  // Progress: lock-free but for the allocation.  Complexity: O(1) when uncontended; one node.
  // Source: [Treiber 1986]
  void push(const T& value)
    requires std::copy_constructible<T>
  {
    emplace(value);
  }
  void push(T&& value) { emplace(std::move(value)); }
  template <class... Args>
    requires std::constructible_from<T, Args...>
  void emplace(Args&&... args) {
    link(memory_.make(std::in_place, std::forward<Args>(args)...));
  }

  // As push.  Returns false, with the stack and `value` as they were, if the heap is exhausted.
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
    link(made);
    return true;
  }

  // Removes the value on top.  Returns it, or nothing if the stack was empty at some moment of the call.
  // Progress: lock-free but for deleters of the domain.  Complexity: O(1) when uncontended.
  // Source: [Michael 2004, section 4]
  [[nodiscard]] std::optional<T> try_pop() noexcept {
    auto guard = domain_.enter();
    auto shield = guard.shield();
    sync::backoff backoff;
    for (;;) {
      node* top = shield.protect(top_);  // edge push
      if (top == nullptr) return std::nullopt;
      // relaxed: publishes nothing of its own, and as a read-modify-write it keeps edge push of the nodes below.
      if (!top_.compare_exchange_strong(top, top->next.get(), relaxed, relaxed)) {
        backoff.pause();
        continue;
      }
      std::optional<T> value(std::move(top->value));
      top->value.~T();
      memory_.retire(guard, top);
      return value;
    }
  }

  // Returns whether the stack was empty at some moment of the call.  Progress: wait-free.  Complexity: O(1).
  [[nodiscard]] bool empty() const noexcept { return top_.load(relaxed) == nullptr; }  // relaxed: only compared

  Domain& domain() const noexcept { return domain_; }

 private:
  struct node : Domain::hook {
    template <class... Args>
    explicit node(std::in_place_t, Args&&... args) : value(std::forward<Args>(args)...) {}
    ~node() {}  // whoever pops the value ends it, long before the node ends

    sync::plain<node*> next{nullptr};  // written before the node is linked
    union {
      T value;  // lives from push until pop
    };
  };

  void link(node* fresh) noexcept {
    sync::backoff backoff;
    node* top = top_.load(relaxed);  // relaxed: not dereferenced
    for (;;) {
      fresh->next.set(top);
      if (top_.compare_exchange_weak(top, fresh, release, relaxed)) return;  // edge push
      backoff.pause();
    }
  }

  Domain& domain_;
  node_memory<node> memory_;
  alignas(sync::cache_line) sync::atomic<node*> top_{nullptr};
};

}  // namespace reclaim

#endif  // RECLAIM_STRUCTURES_TREIBER_STACK_H
