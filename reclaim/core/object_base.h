// What the standard's bases of objects that are retired share: the hook, and the deleter beside it.

#ifndef RECLAIM_CORE_OBJECT_BASE_H
#define RECLAIM_CORE_OBJECT_BASE_H

#include <type_traits>
#include <utility>

#include "reclaim/core/retired.h"

namespace reclaim::detail {

// A base of an object, which is an X by what that says.
template <class Base, class X>
struct found_base {
  template <class T>
  static constexpr bool is_of = std::is_same_v<T, X> && requires(T* object) { static_cast<T*>(static_cast<Base*>(object)); };
};
template <template <class, class> class Base, class X, class D>
found_base<Base<X, D>, X> base_of(Base<X, D>*);

// Whether T has one base that is a Base<X, D> for some X and D, and X is T; and it is public, and not virtual.
template <class T, template <class, class> class Base>
concept is_object_of = requires(std::remove_cv_t<T>* object) {
  requires decltype(base_of<Base>(object))::template is_of<std::remove_cv_t<T>>;
};

// The address by which hazards name an object with this hook.
template <class Hook, class T>
const void* name_of(const T* object) noexcept {
  return static_cast<const retired*>(static_cast<const Hook*>(object));
}

// Base: the class that derives from this one, and from which T does.  It is copied with the object, as a hook that is not
// retired; and trivially, if D is.
template <class Base, class T, class D, class Hook>
class object_base : public Hook {
 protected:
  // Hands the object to `domain`, which ends it by d.
  template <class Domain>
  void hand_to(Domain& domain, D&& d) noexcept {
    deleter_ = std::move(d);
    domain.retire(static_cast<Base*>(this), ends_by_deleter<T>);
  }

 private:
  // The deleter may end with the object: it is called from elsewhere, if it can be moved there.
  static void call_deleter(retired* r, const ending&) noexcept {
    auto* const self = static_cast<object_base*>(static_cast<Hook*>(r));
    T* const object = static_cast<T*>(static_cast<Base*>(self));
    if constexpr (std::is_move_constructible_v<D>) {
      D deleter(std::move(self->deleter_));
      deleter(object);
    } else {
      self->deleter_(object);
    }
  }

  template <class Object>
  static constexpr ending ends_by_deleter{&call_deleter, false, footprint_of<Object>};

  [[no_unique_address]] D deleter_;
};

}  // namespace reclaim::detail

#endif  // RECLAIM_CORE_OBJECT_BASE_H
