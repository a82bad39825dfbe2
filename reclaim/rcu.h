// Read-copy-update by the names, signatures and effects of C++26, [saferecl.rcu], over an epoch_domain.
//
//   struct node : reclaim::rcu_obj_base<node> { ... };
//   std::atomic<node*> root;
//
//   {
//     std::scoped_lock region(reclaim::rcu_default_domain());
//     if (node* n = root.load(std::memory_order_acquire)) use(*n);
//   }
//   ...
//   root.exchange(fresh)->retire();
//
// Where they do more than the standard says, and where its implementations may differ: docs/std.md.

#ifndef RECLAIM_RCU_H
#define RECLAIM_RCU_H

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "reclaim/core/object_base.h"
#include "reclaim/default_domain.h"
#include "reclaim/schemes/epoch.h"
#include "reclaim/sync/sync.h"

#define RECLAIM_RCU 202306L

namespace reclaim {

// Regions of protection, and what is scheduled for when they have ended.  [saferecl.rcu.domain]
class rcu_domain {
 public:
  rcu_domain(const rcu_domain&) = delete;
  rcu_domain& operator=(const rcu_domain&) = delete;

  // Begins a region of the calling thread.  Regions of a thread nest.  Wait-free.
  [[gnu::always_inline]] void lock() noexcept { return is_default() ? epochs_.lock_kept() : epochs_.lock(); }
  [[gnu::always_inline]] bool try_lock() noexcept { return lock(), true; }

  // Ends the region that the calling thread began last.  Runs no deleter.  Wait-free.
  // Precondition: there is one (checked in debug builds).
  [[gnu::always_inline]] void unlock() noexcept { return is_default() ? epochs_.unlock_kept() : epochs_.unlock(); }

 protected:
  explicit rcu_domain(const domain_options& options = {}) : epochs_(options) {}
  ~rcu_domain() = default;

 private:
  friend rcu_domain& rcu_default_domain() noexcept;
  friend epoch_domain& epochs_of(rcu_domain& dom) noexcept;
  template <class T>
  friend void detail::make_immortal();

  [[gnu::always_inline]] bool is_default() const noexcept {
    return static_cast<const void*>(this) == detail::immortal_place<rcu_domain>::bytes;
  }

  epoch_domain epochs_;
};

// A domain of one's own.  Precondition of the end: as of an epoch_domain's.
class user_rcu_domain final : public rcu_domain {
 public:
  // Throws: std::bad_alloc; std::invalid_argument for options out of range.
  explicit user_rcu_domain(const domain_options& options = {}) : rcu_domain(options) {}
};

// Returns the domain that is meant where none is named.  It is never destroyed.  Ends the process with one line if there is no
// memory at the first call.  Any thread.
[[gnu::always_inline]] inline rcu_domain& rcu_default_domain() noexcept { return detail::immortal<rcu_domain>(); }

// Returns the domain below, with all that it can do beside: guards, cohorts, drain(), stats(), stalls().
inline epoch_domain& epochs_of(rcu_domain& dom) noexcept { return dom.epochs_; }

// Base of a T that regions protect; D ends it.  Public, not virtual, and the only one of T.  [saferecl.rcu.base]
template <class T, class D = std::default_delete<T>>
class rcu_obj_base : public detail::object_base<rcu_obj_base<T, D>, T, D, epoch_hook> {
 public:
  // Has `d` end the T when all regions have ended that may reach it.  Allocates nothing.
  // Precondition: *this is a base of a T that nobody can reach from now on, and that was not retired; the assignment of
  // the deleter, and the deleter, do not throw.
  // Progress: lock-free, but for deleters that the call may run: not under a lock that they need.
  void retire(D d = D(), rcu_domain& dom = rcu_default_domain()) noexcept {
    static_assert(detail::is_object_of<T, reclaim::rcu_obj_base>,
                  "retire: T must have rcu_obj_base<T, D> as its public, only and non-virtual such base");
    this->hand_to(epochs_of(dom), std::move(d));
  }

 protected:
  rcu_obj_base() = default;
  rcu_obj_base(const rcu_obj_base&) = default;
  rcu_obj_base(rcu_obj_base&&) = default;
  rcu_obj_base& operator=(const rcu_obj_base&) = default;
  rcu_obj_base& operator=(rcu_obj_base&&) = default;
  ~rcu_obj_base() = default;
};

// Waits until all regions that are open have ended.  Says nothing about what was scheduled.  Precondition: the calling thread
// is in no region of `dom` (else the process ends with one line).  Blocking; any thread.  [saferecl.rcu.func]
inline void rcu_synchronize(rcu_domain& dom = rcu_default_domain()) noexcept { epochs_of(dom).synchronize(); }

// Waits until all that was scheduled before has run.  Precondition: the calling thread is in no region of `dom`, and in no
// deleter (else the process ends with one line).  Blocking; any thread.
inline void rcu_barrier(rcu_domain& dom = rcu_default_domain()) noexcept { epochs_of(dom).barrier(); }

namespace detail {

// Beside an object that has no base.
template <class T, class D>
struct rcu_box final : epoch_hook {
  rcu_box(T* object, D&& d) noexcept(std::is_nothrow_move_constructible_v<D>) : scheduled(object), deleter(std::move(d)) {}

  static void reclaim(rcu_box* self) noexcept {
    self->deleter(self->scheduled);
    delete self;
  }

  T* scheduled;
  [[no_unique_address]] D deleter;
};

}  // namespace detail

// Has d(p) called when all regions have ended that may reach *p.
// Precondition: nobody can reach *p from now on; d(p) does not throw.
// Throws: std::bad_alloc, or what moving the deleter throws; then nothing is scheduled.
template <class T, class D = std::default_delete<T>>
void rcu_retire(T* p, D d = D(), rcu_domain& dom = rcu_default_domain()) {
  static_assert(std::is_move_constructible_v<D>, "rcu_retire: the deleter must be move-constructible");
  static_assert(std::invocable<D&, T*>, "rcu_retire: the deleter must be callable with the pointer");
  epochs_of(dom).retire(new detail::rcu_box<T, D>(p, std::move(d)));
}

}  // namespace reclaim

#endif  // RECLAIM_RCU_H
