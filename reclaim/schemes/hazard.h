// Hazard pointers.  M. Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects", IEEE TPDS 15(6),
// 2004; with the reader's fence made asymmetric.
//
// Synchronization edges (proofs: docs/memory_model.md#hazard)
//   publish-scan   try_protect() light fence <-> collect() heavy fence   the scan sees the hazard, or the reload sees the unlink
//   drop-scan      hazard_slots.h set() release --> collect() acquire    the reader's last access happens-before the object ends

#ifndef RECLAIM_SCHEMES_HAZARD_H
#define RECLAIM_SCHEMES_HAZARD_H

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "reclaim/core/address_set.h"
#include "reclaim/core/domain.h"
#include "reclaim/core/domain_base.h"
#include "reclaim/core/guard_base.h"
#include "reclaim/core/hazard_slots.h"
#include "reclaim/core/retired.h"
#include "reclaim/core/tagged_ptr.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

namespace detail {

// The slots are first: where the thread's place is, there they are.
struct hazard_front {
  hazard_slots slots;
};

struct hazard_participant : hazard_front, participant_base {
  address_list named;  // by hazards when the last collect looked: of what is in `expired` these must not end
};

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

class hazard_domain final : public domain_base<hazard_domain, detail::hazard_participant, struct hazard_hook> {
  using base = domain_base<hazard_domain, detail::hazard_participant, hazard_hook>;
  using participant = detail::hazard_participant;

 public:
  using hook = hazard_hook;
  class guard;
  class shield;

  static constexpr bool protects_regions = false;
  static constexpr const char* name = "hazard";

  // Throws: std::bad_alloc; std::invalid_argument for options out of range.
  explicit hazard_domain(const domain_options& options = {}) : base(options) {}

  // Ends all that was retired.  Precondition: no guard lives (checked in debug builds), no thread uses the domain.
  ~hazard_domain() { end_all(); }

  // Begins a read of the calling thread.  By itself a guard protects nothing: its shields do.  Guards nest.
  // Wait-free: one thread-local load.  Async-signal-safe once the thread has joined.
  guard enter() noexcept;

  // Returns the most retired objects, in number, that can wait at any moment while `participant_count` threads use
  // the domain, however long one of them stalls under a guard: for each, what it retired since its last scan, what that
  // scan let go and is not yet ended, and what it handed over when it ended; and one for each hazard pointer.
  // Beside that stand objects that deleters retire, and those whose deleters a drain() is running; and a thread that is
  // stopped inside drain() itself keeps others from scanning what they retire meanwhile.
  std::size_t garbage_bound(std::size_t participant_count) const noexcept;

  // Ends the process with one line if `s` was made by a guard of another domain.  Checked in debug builds.
  void check_own(const shield& s) const noexcept;

 private:
  friend base;
  template <class, class, class, class>
  friend class guard_base;

  void collect_under_lock(participant& self) noexcept;
  template <class Visit>
  void scan(Visit&& visit) const noexcept;
  void collect_among_many(participant& self) noexcept;
  static bool is_held(const participant& self, const retired* r) noexcept {
    return !self.named.empty() && self.named.contains(key_of_retired(r));
  }
  static void hold_back(participant& self) noexcept {
    if (self.named.empty()) return;
    self.expired.move_to(self.open, [&](const retired* r) { return self.named.contains(key_of_retired(r)); });
  }
  static void hand_on_limbo(participant&) noexcept {}
  static retired_list take_limbo() noexcept { return {}; }
  static void give_up_limbo(participant&) noexcept {}
  static void forget_thread(participant& self) noexcept { self.slots.reset(); }
};

struct hazard_hook : retired {};

// Belongs to the thread that made it; guards of a thread end in the reverse order of their making.
class [[nodiscard]] hazard_domain::guard
    : public guard_base<guard, hazard_domain, detail::hazard_participant, hazard_hook> {
 public:

  // Returns room to protect one pointer, for as long as the shield lives and no longer than this guard.
  // Wait-free; there is no limit on their number.
  hazard_domain::shield shield() noexcept;

  // Ends every protection of this thread, under this and the guards around it; shields go on with none.
  // Wait-free; O(shields the thread has had at once).
  void repin() noexcept {
    check_thread();
    self().slots.for_each([](hazard_slot& slot) {
      if (hazard_slot::is_address(slot.hazard.load(relaxed))) slot.set(nullptr);  // edge drop-scan; relaxed: own word
    });
  }

 private:
  friend hazard_domain;
  guard(hazard_domain& domain, participant& self) noexcept : guard_base(domain, self) {}
};

// One hazard pointer.
class hazard_domain::shield {
 public:
  shield(const shield&) = delete;
  shield& operator=(const shield&) = delete;
  [[gnu::always_inline]] ~shield() { hazard_slots::yield(*slot_); }  // edge drop-scan

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
    slot_->set(detail::hazard_of(object));  // edge drop-scan
    sync::light_fence();                    // edge publish-scan
    return is_there();
  }

  // Exchanges what the two shields protect.  Wait-free.
  void swap(shield& other) noexcept { std::swap(slot_, other.slot_); }

  // Ends the protection.  Wait-free.
  void reset() noexcept { slot_->set(nullptr); }  // edge drop-scan

 private:
  friend hazard_domain;
  friend guard;

  [[gnu::always_inline]] shield(const hazard_domain& domain, hazard_slots& slots) noexcept
      : mark_(domain), slot_(slots.claim()) {}

  template <class Pointer>
  [[gnu::always_inline]] static bool try_protect(hazard_slot& slot, Pointer& pointer,
                                                 const sync::atomic<Pointer>& source) noexcept {
    slot.set(detail::hazard_of(pointer));          // edge drop-scan
    sync::light_fence();                           // edge publish-scan
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

  [[no_unique_address]] domain_mark<hazard_domain> mark_;
  hazard_slot* slot_;
};

[[gnu::always_inline]] inline hazard_domain::guard hazard_domain::enter() noexcept { return guard(*this, self()); }

[[gnu::always_inline]] inline hazard_domain::shield hazard_domain::guard::shield() noexcept {
  return hazard_domain::shield(domain(), self().slots);
}

inline void hazard_domain::check_own(const shield& s) const noexcept { s.mark_.check(*this); }

// Calls visit(address) for what each hazard names.
template <class Visit>
void hazard_domain::scan(Visit&& visit) const noexcept {
  table().for_each([&](participant& p) {
    p.slots.for_each([&](hazard_slot& slot) {
      const void* const address = slot.hazard.load(acquire);  // edge drop-scan
      if (hazard_slot::is_address(address)) visit(address);
    });
  });
}

// Reads the slots after the fence.  Where hazards are few, that is all: the objects are looked up one by one as their
// turn to end comes, so that no retire walks a long list.
inline void hazard_domain::collect_under_lock(participant& self) noexcept {
  if (!sync::heavy_fence()) {  // edge publish-scan; refused: nothing is ordered, nothing ends
    self.heavy_failure_count.add(1);
    return;
  }
  address_list named;
  bool are_few = true;
  scan([&](const void* address) {
    if (named.full()) {
      are_few = false;
    } else {
      named.insert(address);
    }
  });
  if (!are_few) return collect_among_many(self);
  self.named = named;
  self.expired.splice(std::move(self.open));
}

// Looks all candidates up in a set of fixed size; where the hazards do not fit, in one set after another.
[[gnu::noinline]] inline void hazard_domain::collect_among_many(participant& self) noexcept {
  retired_list candidates(std::move(self.expired));  // which nobody has looked up yet
  candidates.splice(std::move(self.open));
  address_set hazards;
  const auto hold_back = [&] {
    candidates.move_to(self.open, [&](const retired* r) { return hazards.contains(key_of_retired(r)); });
    hazards = address_set();
  };
  scan([&](const void* address) {
    if (hazards.full()) hold_back();
    hazards.insert(address);
  });
  hold_back();
  self.named.clear();
  self.expired.splice(std::move(candidates));
}

inline std::size_t hazard_domain::garbage_bound(std::size_t participant_count) const noexcept {
  std::size_t hazards = 0;
  table().for_each([&](const participant& p) { hazards += p.slots.size(); });
  // Each participant: one share that it retires until its next scan; two that the last scan let go, its own and what
  // it adopted, of which it ends at least as many as it retires; one that it left behind when it ended.  And one share of
  // what was left behind, below which a newcomer does not look.
  return (4 * participant_count + 1) * options().most_per_collect() + hazards;
}

static_assert(bounded_domain<hazard_domain> && place_domain<hazard_domain> && !region_domain<hazard_domain>);

}  // namespace reclaim

#endif  // RECLAIM_SCHEMES_HAZARD_H
