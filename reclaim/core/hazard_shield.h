// Room to protect one pointer by a hazard pointer: publish it, then make sure that it was not unlinked before.
// M. Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects", IEEE TPDS 15(6), 2004, figure 2; with the
// reader's fence made asymmetric.

#ifndef RECLAIM_CORE_HAZARD_SHIELD_H
#define RECLAIM_CORE_HAZARD_SHIELD_H

#include <concepts>
#include <type_traits>
#include <utility>

#include "reclaim/core/guard_base.h"
#include "reclaim/core/hazard_slots.h"
#include "reclaim/core/retired.h"
#include "reclaim/core/tagged_ptr.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

namespace detail {

// What a source points to, without its tag.
template <class T>
const void* hazard_of(T* pointer) noexcept {
  return pointer == nullptr ? nullptr : key_of(pointer);
}
template <class T, unsigned Bits, unsigned High>
const void* hazard_of(tagged_ptr<T, Bits, High> word) noexcept {
  return hazard_of(word.pointer());
}

}  // namespace detail

// What is known of a shield when it is made.
enum class shield_kind : unsigned char {
  any,
  plain,  // fences are asymmetric; and what its slot names protects no longer than its guard lives, so it need not be cleared
};

// Domain: makes them, with a slot that is claimed; reads the slots after a heavy fence (edges publish-scan and drop-scan of
// the scheme).
template <class Domain, shield_kind Kind = shield_kind::any>
class hazard_shield {
 public:
  hazard_shield(const hazard_shield&) = delete;
  hazard_shield& operator=(const hazard_shield&) = delete;
  [[gnu::always_inline]] ~hazard_shield() {
    if constexpr (Kind == shield_kind::any) hazard_slots::yield(*slot_);  // edge drop-scan of the scheme
  }

  // Returns *source and protects what it points to: until this shield protects something else, is reset, or ends,
  // the object does not end.  Works for sync::atomic of T* and of tagged_ptr (the tag is compared as well).
  // Precondition: what *source points to is not retired before it is taken out of *source.
  // Lock-free: tries again only when *source changed, after a pause of a few microseconds.  [Michael 2004, fig. 2]
  template <class Pointer>
  [[gnu::always_inline]] Pointer protect(const sync::atomic<Pointer>& source) noexcept {
    Pointer pointer = source.load(relaxed);  // relaxed: not dereferenced before the reload agrees
    if (try_protect(pointer, source)) [[likely]] return pointer;
    return protect_again(*slot_, pointer, source);
  }

  // Protects what `pointer` points to, and loads *source into `pointer`.  Returns whether it was there already; if
  // not, nothing is known to be protected.  Wait-free: one store, one load.
  template <class Pointer>
  [[gnu::always_inline]] bool try_protect(Pointer& pointer, const sync::atomic<Pointer>& source) noexcept {
    return try_protect(*slot_, pointer, source);
  }

  // Protects *object, if is_there() once that is announced.  Returns whether; if not, nothing is known to be protected.
  // Precondition: *object is not retired before a time from which is_there() does not hold, and the memory that
  // is_there() reads is there either way.  Wait-free: one store; and is_there().
  template <class T, std::predicate IsThere>
  [[gnu::always_inline]] bool protect_if(const T* object, IsThere&& is_there) noexcept(std::is_nothrow_invocable_v<IsThere>) {
    announce(*slot_, object);
    return is_there();
  }

  // Exchanges what the two shields protect.  Wait-free.
  void swap(hazard_shield& other) noexcept { std::swap(slot_, other.slot_); }

  // Ends the protection.  Wait-free.
  void reset() noexcept { slot_->set(nullptr); }  // edge drop-scan of the scheme

  // Ends the process with one line if the shield is of another domain.  Checked in debug builds.
  void check_own(const Domain& domain) const noexcept { mark_.check(domain); }

 private:
  friend Domain;
  [[gnu::always_inline]] hazard_shield(const Domain& domain, hazard_slot* claimed) noexcept : mark_(domain), slot_(claimed) {}

  template <class Pointer>
  [[gnu::always_inline]] static void announce(hazard_slot& slot, Pointer pointer) noexcept {
    slot.set(detail::hazard_of(pointer));  // edge drop-scan of the scheme
    if constexpr (Kind == shield_kind::plain) {
      sync::asymmetric_light_fence();  // edge publish-scan of the scheme
    } else {
      sync::light_fence();  // edge publish-scan of the scheme
    }
  }

  template <class Pointer>
  [[gnu::always_inline]] static bool try_protect(hazard_slot& slot, Pointer& pointer,
                                                 const sync::atomic<Pointer>& source) noexcept {
    announce(slot, pointer);
    const Pointer found = source.load(acquire);    // edge of whoever published *source
    if (found == pointer) [[likely]] return true;  // with what the caller knows of `pointer` already
    pointer = found;
    return false;
  }

  // Out of line, for a source hardly ever changes between two loads; and static, so that a shield may live in registers.
  // Where one does change, others are in the same loop, and whoever changes it again makes this thread begin anew.
  template <class Pointer>
  [[gnu::noinline, gnu::cold]] static Pointer protect_again(hazard_slot& slot, Pointer pointer,
                                                            const sync::atomic<Pointer>& source) noexcept {
    do {
      sync::step_aside();
      pointer = source.load(relaxed);  // relaxed: as in protect()
    } while (!try_protect(slot, pointer, source));
    return pointer;
  }

  [[no_unique_address]] domain_mark<Domain> mark_;
  hazard_slot* slot_;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_HAZARD_SHIELD_H
