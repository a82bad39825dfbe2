// Hazard pointers by the names, signatures and effects of C++26, [saferecl.hp], over a hazard_domain.
//
//   struct node : reclaim::hazard_pointer_obj_base<node> { ... };
//   std::atomic<node*> root;
//
//   reclaim::hazard_pointer hp = reclaim::make_hazard_pointer();
//   if (node* n = hp.protect(root)) use(*n);
//   ...
//   root.exchange(fresh)->retire();
//
// Where they do more than the standard says, and where its implementations may differ: docs/std.md.

#ifndef RECLAIM_HAZARD_POINTER_H
#define RECLAIM_HAZARD_POINTER_H

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "reclaim/core/object_base.h"
#include "reclaim/core/retired.h"
#include "reclaim/default_domain.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/sync/foreign_atomic.h"
#include "reclaim/sync/sync.h"

#define RECLAIM_HAZARD_POINTER 202606L

namespace reclaim {

// Base of a T that hazard pointers protect; D ends it.  Public, not virtual, and the only one of T.  [saferecl.hp.base]
template <class T, class D = std::default_delete<T>>
class hazard_pointer_obj_base : public detail::object_base<hazard_pointer_obj_base<T, D>, T, D, hazard_hook> {
 public:
  // Has `d` end the T when no hazard pointer protects it.  Allocates nothing.
  // Precondition: *this is a base of a T that nobody can reach from now on, and that was not retired; the assignment of
  // the deleter, and the deleter, do not throw.
  // Progress: lock-free, but for deleters that the call may run.
  void retire(D d = D()) noexcept {
    check_protectable();
    this->hand_to(default_domain<hazard_domain>(), std::move(d));
  }

 protected:
  hazard_pointer_obj_base() = default;
  hazard_pointer_obj_base(const hazard_pointer_obj_base&) = default;
  hazard_pointer_obj_base(hazard_pointer_obj_base&&) = default;
  hazard_pointer_obj_base& operator=(const hazard_pointer_obj_base&) = default;
  hazard_pointer_obj_base& operator=(hazard_pointer_obj_base&&) = default;
  ~hazard_pointer_obj_base() = default;

 private:
  static void check_protectable() noexcept {
    static_assert(detail::is_object_of<T, reclaim::hazard_pointer_obj_base>,
                  "retire: T must have hazard_pointer_obj_base<T, D> as its public, only and non-virtual such base");
  }

  template <class U, class E>
  friend void retire_in(hazard_domain& domain, hazard_pointer_obj_base<U, E>* object,
                        std::type_identity_t<E> d) noexcept;
};

// As object->retire(d), for hazard pointers of `domain`: an extension.
template <class T, class D>
void retire_in(hazard_domain& domain, hazard_pointer_obj_base<T, D>* object, std::type_identity_t<D> d = D()) noexcept {
  object->check_protectable();
  object->hand_to(domain, std::move(d));
}

namespace detail {

template <class T>
concept hazard_protectable = is_object_of<T, hazard_pointer_obj_base>;

}  // namespace detail

// Owns a hazard pointer, or is empty.  One thread at a time uses it; which one may change.  [saferecl.hp.holder]
class hazard_pointer {
 public:
  // Empty.
  hazard_pointer() noexcept = default;

  // Takes over what `other` owns, and what that protects; `other` is empty then.  Wait-free.
  hazard_pointer(hazard_pointer&& other) noexcept : of_(std::exchange(other.of_, {})) {}
  hazard_pointer& operator=(hazard_pointer&& other) noexcept {
    if (this != &other) hazard_pointer(std::move(other)).swap(*this);
    return *this;
  }

  // Ends the protection.  Wait-free.
  [[gnu::always_inline]] ~hazard_pointer() {
    if (of_.slot != nullptr) hazard_slots::yield(*of_.slot);  // edge drop-scan of the scheme
  }

  bool empty() const noexcept { return of_.slot == nullptr; }

  // Returns what `src` points to, protected.  `src`: a std::atomic<T*>, or one of the seam.
  // Mandates: T is hazard-protectable.  Precondition: not empty().
  // Lock-free: tries again only when `src` changed.
  template <class T, template <class> class Atomic>
  [[gnu::always_inline]] T* protect(const Atomic<T*>& src) noexcept {
    T* ptr = sync::load_relaxed(src);
    if (try_protect(ptr, src)) [[likely]] return ptr;
    return protect_again(of_, ptr, src);
  }

  // Protects *ptr if `src` still points to it.  Returns whether; if not, nothing is protected, and ptr is what `src` has.
  // Mandates, Precondition: as above.  Wait-free.
  template <class T, template <class> class Atomic>
  [[gnu::always_inline]] bool try_protect(T*& ptr, const Atomic<T*>& src) noexcept {
    T* const old = ptr;
    reset_protection(old);
    if (sync::nearly_always(!of_.needs_fence)) {
      sync::asymmetric_light_fence();  // edge publish-scan of the scheme
    } else {
      sync::light_fence();  // edge publish-scan of the scheme
    }
    ptr = sync::load_acquire(src);
    if (ptr == old) [[likely]] return true;
    reset_protection();
    return false;
  }

  // Protects *ptr from now on, if by other means it is known not to be retired yet; or nothing, where ptr is null.
  // Mandates, Precondition: as above.  Wait-free.
  template <class T>
  [[gnu::always_inline]] void reset_protection(const T* ptr) noexcept {
    static_assert(detail::hazard_protectable<T>,
                  "hazard_pointer: T must have hazard_pointer_obj_base<T, D> as its public, only and non-virtual such base");
    check_owns();
    of_.slot->set(ptr == nullptr ? nullptr : detail::name_of<hazard_hook>(ptr));  // edge drop-scan of the scheme
  }
  [[gnu::always_inline]] void reset_protection(std::nullptr_t = nullptr) noexcept {
    check_owns();
    of_.slot->set(nullptr);  // edge drop-scan of the scheme
  }

  // Exchanges what both own; no protection ends.  Wait-free.
  void swap(hazard_pointer& other) noexcept { std::swap(of_, other.of_); }

 private:
  friend hazard_pointer make_hazard_pointer_in(hazard_domain& domain);
  friend hazard_pointer make_hazard_pointer();

  struct lent_slot {
    hazard_slot* slot = nullptr;
    bool needs_fence = false;  // fences are symmetric: who protects need not ask again
  };
  [[gnu::always_inline]] explicit hazard_pointer(lent_slot of) noexcept : of_(of) {}

  static lent_slot lend(hazard_domain& domain) { return {domain.lend(), !sync::is_asymmetric()}; }
  // Of the default domain, where the thread's slots are not known, or the first of them is not free.  They are known where
  // fences are asymmetric.
  [[gnu::noinline]] static lent_slot lend_another() {
    if (auto* const own = static_cast<hazard_slots*>(sync::kept_for_thread())) {
      if (hazard_slot* const slot = own->try_claim()) [[likely]] return {slot};
    }
    hazard_domain& domain = default_domain<hazard_domain>();
    if (sync::is_asymmetric()) sync::kept_for_thread() = &domain.slots_to_lend();
    return lend(domain);
  }

  // Out of line, for a source hardly ever changes between two loads; and static, so that the slot may live in a register.
  template <class T, template <class> class Atomic>
  [[gnu::noinline, gnu::cold]] static T* protect_again(lent_slot of, T* ptr, const Atomic<T*>& src) noexcept {
    hazard_pointer tries(of);
    while (!tries.try_protect(ptr, src)) sync::step_aside();
    tries.of_ = {};  // it is the caller's
    return ptr;
  }

  void check_owns() const noexcept { sync::check(!empty(), "hazard_pointer: it is empty, so it protects nothing"); }

  lent_slot of_;
};

// Returns one that owns a hazard pointer, and protects nothing.
// Throws: std::bad_alloc.  Wait-free but for memory.  [saferecl.hp.holder.nonmem]
[[gnu::always_inline]] inline hazard_pointer make_hazard_pointer() {
  auto* const own = static_cast<hazard_slots*>(sync::kept_for_thread());
  if (own != nullptr) [[likely]] {
    if (hazard_slot* const slot = own->claim_first()) [[likely]] return hazard_pointer(hazard_pointer::lent_slot{slot});
  }
  return hazard_pointer(hazard_pointer::lend_another());
}

// As above, of `domain`, which has to outlive it: an extension.
inline hazard_pointer make_hazard_pointer_in(hazard_domain& domain) { return hazard_pointer(hazard_pointer::lend(domain)); }

inline void swap(hazard_pointer& a, hazard_pointer& b) noexcept { a.swap(b); }

// Fills the empty ones of `hazards`.  Throws: std::bad_alloc, and then all are as before.
inline void make_hazard_pointer_batch(std::span<hazard_pointer> hazards) {
  const auto is_empty = [](const hazard_pointer& h) { return h.empty(); };
  std::vector<hazard_pointer> made(static_cast<std::size_t>(std::count_if(hazards.begin(), hazards.end(), is_empty)));
  for (hazard_pointer& h : made) h = make_hazard_pointer();
  for (hazard_pointer& h : hazards) {
    if (!h.empty()) continue;
    h = std::move(made.back());
    made.pop_back();
  }
}

// Empties all of `hazards`.
inline void clear_hazard_pointer_batch(std::span<hazard_pointer> hazards) noexcept {
  for (hazard_pointer& h : hazards) h = hazard_pointer();
}

}  // namespace reclaim

#endif  // RECLAIM_HAZARD_POINTER_H
