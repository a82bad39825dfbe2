// The forms of retire(), once for guards and domains.

#ifndef RECLAIM_CORE_RETIRE_FORMS_H
#define RECLAIM_CORE_RETIRE_FORMS_H

#include <concepts>
#include <memory>
#include <memory_resource>
#include <new>
#include <type_traits>
#include <utility>

#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// A T that carries the hook of the domain: retiring it needs no memory.
template <class T, class Hook>
concept hooked = std::derived_from<T, Hook>;

// A callable that ends a T.
template <class Deleter, class T>
concept deleter_of = std::invocable<std::remove_cvref_t<Deleter>&, T*> &&
                     std::is_nothrow_move_constructible_v<std::remove_cvref_t<Deleter>>;

// Derived has `void hand_over(retired*, footprint cost) noexcept`.
template <class Derived, class Hook>
class retire_forms {
 public:
  // Hands *object to the domain, which ends it by T::reclaim(T*) where T has that member, else by delete.
  // Allocates nothing.
  // Precondition: no thread that enters from now on can reach *object; it was not retired before.
  // Progress: lock-free, but for the deleters that the call may run.
  template <hooked<Hook> T>
  void retire(T* object) noexcept {
    sync::check(object != nullptr, "retire: the pointer is null");
    mark_retired(object, &ends_intrusively<T>);
    self().hand_over(static_cast<Hook*>(object), footprint_of<T>);
  }

  // Hands *object to the domain, which ends it by how.end(object, how): for containers whose objects lie in memory of
  // their own.  Allocates nothing.
  // Precondition: as above; `how` lives until the object has ended; how.is_boxed is false.
  template <hooked<Hook> T>
  void retire(T* object, const ending& how) noexcept {
    sync::check(object != nullptr, "retire: the pointer is null");
    mark_retired(object, &how);
    self().hand_over(static_cast<Hook*>(object), how.cost);
  }

  // Hands *object to the domain, which ends it by delete.  Precondition, Progress: as above.
  // Throws: std::bad_alloc, and then nothing is scheduled.
  template <class T>
    requires(!hooked<T, Hook>)
  void retire(T* object) {
    retire(object, std::default_delete<T>());
  }

  // Hands *object to the domain, which ends it by deleter(object).  The deleter must not throw.
  // Precondition, Progress: as above.  Throws: std::bad_alloc, and then nothing is scheduled.
  template <class T, deleter_of<T> Deleter>
  void retire(T* object, Deleter&& deleter) {
    if (!try_retire(object, std::forward<Deleter>(deleter))) sync::raise_bad_alloc();
  }

  // Hands *object to the domain, which destroys it and gives its memory back to `resource`.
  // Precondition: the resource outlives the domain's last use of it.  Throws: std::bad_alloc, as above.
  template <class T>
  void retire(T* object, std::pmr::memory_resource* resource) {
    retire(object, resource_deleter{resource});
  }

  // As retire(object, deleter).  Returns false, with nothing scheduled, where that would throw std::bad_alloc.
  // Throws: what copying the deleter throws, where it is not moved; then too nothing is scheduled.
  template <class T, deleter_of<T> Deleter = std::default_delete<T>>
  [[nodiscard]] bool try_retire(T* object, Deleter&& deleter = Deleter()) noexcept(
      std::is_nothrow_constructible_v<std::remove_cvref_t<Deleter>, Deleter&&>) {
    using box = detail::box<T, Deleter>;
    sync::check(object != nullptr, "retire: the pointer is null");
    box* const boxed_object = new (std::nothrow) box(object, std::forward<Deleter>(deleter));
    if (boxed_object == nullptr) return false;
    mark_retired(boxed_object, &ends_by<T, Deleter>);
    self().hand_over(boxed_object, footprint_of<T>);
    return true;
  }

  // As retire(object, deleter), of an object that occupies `bytes` with all that it owns: they count against the domain's
  // limits, and make its threads collect sooner.  Throws: std::bad_alloc, and then nothing is scheduled.
  template <class T, deleter_of<T> Deleter>
  void retire(T* object, Deleter&& deleter, std::size_t bytes) {
    if (!try_retire(object, std::forward<Deleter>(deleter), bytes)) sync::raise_bad_alloc();
  }
  template <class T, deleter_of<T> Deleter>
  [[nodiscard]] bool try_retire(T* object, Deleter&& deleter, std::size_t bytes) noexcept(
      std::is_nothrow_constructible_v<std::remove_cvref_t<Deleter>, Deleter&&>) {
    using box = detail::sized_box<T, Deleter>;
    sync::check(object != nullptr, "retire: the pointer is null");
    box* const boxed_object = new (std::nothrow) box(object, std::forward<Deleter>(deleter), footprint(bytes));
    if (boxed_object == nullptr) return false;
    mark_retired(boxed_object, &boxed_object->own);
    self().hand_over(boxed_object, boxed_object->own.cost);
    return true;
  }

 private:
  Derived& self() noexcept { return static_cast<Derived&>(*this); }
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_RETIRE_FORMS_H
