// Hazard pointers.  M. Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects", IEEE TPDS 15(6),
// 2004; with the reader's fence made asymmetric.
//
// Synchronization edges (proofs: docs/memory_model.md#hazard)
//   publish-scan   hazard_shield.h try_protect() light fence <-> collect() heavy fence   the scan sees the hazard, or the reload
//                                                                                        sees the unlink
//   drop-scan      hazard_slots.h set() release --> collect() acquire    the reader's last access happens-before the object ends
//   lent-slots     slots_to_lend() release --> for_each_slots() acquire    who finds slots that were lent finds them made

#ifndef RECLAIM_SCHEMES_HAZARD_H
#define RECLAIM_SCHEMES_HAZARD_H

#include <cstddef>
#include <new>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/core/domain_base.h"
#include "reclaim/core/guard_base.h"
#include "reclaim/core/hazard_shield.h"
#include "reclaim/core/hazard_slots.h"
#include "reclaim/core/named_objects.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

namespace detail {

// The slots are first: where the thread's place is, there they are.
struct hazard_front {
  alignas(sync::cache_line) hazard_slots slots;
};

struct hazard_participant : hazard_front, participant_base {
  named_objects named;  // when the last collect looked: of what is in `expired` these must not end
  sync::atomic<hazard_slots*> lent{nullptr};  // slots of the thread, which may be with others, and outlive it

  ~hazard_participant() { delete lent.load(relaxed); }  // relaxed: the destructor runs alone

  // Calls visit(slots) for what it has of them.
  template <class Visit>
  void for_each_slots(Visit&& visit) {
    visit(slots);
    if (hazard_slots* const others = lent.load(acquire)) visit(*others);  // edge lent-slots
  }
  template <class Visit>
  void for_each_slot(Visit&& visit) {
    for_each_slots([&](hazard_slots& some) { some.for_each(visit); });
  }
};

}  // namespace detail

class hazard_domain final : public domain_base<hazard_domain, detail::hazard_participant, struct hazard_hook> {
  using base = domain_base<hazard_domain, detail::hazard_participant, hazard_hook>;
  using participant = detail::hazard_participant;

 public:
  using hook = hazard_hook;
  class guard;
  using shield = hazard_shield<hazard_domain>;  // one hazard pointer

  static constexpr bool protects_regions = false;
  static constexpr const char* name = "hazard";

  // Throws: std::bad_alloc; std::invalid_argument for options out of range.
  explicit hazard_domain(const domain_options& options = {}) : base(options) {}

  // Ends all that was retired.  Precondition: no guard and no hazard_pointer of it lives (checked in debug builds), no
  // thread uses the domain.
  ~hazard_domain() {
    if constexpr (sync::checks_enabled) check_returned();
    end_all();
  }

  // Begins a read of the calling thread.  By itself a guard protects nothing: its shields do.  Guards nest.
  // Wait-free: one thread-local load.  Async-signal-safe once the thread has joined.
  guard enter(sync::code_location where = sync::code_location::current()) noexcept;

  // Returns the most retired objects, in number, that can wait at any moment while `participant_count` threads use
  // the domain, with as many shields as they have had so far, however long one of them stalls under a guard: for each,
  // what it retired since its last scan, what that scan let go and is not yet ended, and what it handed over when it
  // ended; and one for each hazard pointer.
  // Beside that stand objects that deleters retire, and those whose deleters a drain() is running; a thread that is
  // stopped inside drain() or barrier() keeps others from scanning what they retire, or adopting what is left, meanwhile; and where the kernel refuses the
  // fence that it had granted nothing ends any more.
  std::size_t garbage_bound(std::size_t participant_count) const noexcept;

  // Ends the process with one line if `s` was made by a guard of another domain.  Checked in debug builds.
  void check_own(const shield& s) const noexcept { s.check_own(*this); }

 private:
  friend base;
  friend class hazard_pointer;
  template <class, class, class, class>
  friend class guard_base;

  // Returns a slot that no guard bounds: it may be used by one thread after the other, also when this one has ended, and
  // any of them yields it.  Wait-free but for memory.  Throws: std::bad_alloc.
  hazard_slot* lend() {
    hazard_slot* const slot = slots_to_lend().try_claim();
    if (slot == nullptr) sync::raise_bad_alloc();
    return slot;
  }
  // Those of the calling thread.  Throws: std::bad_alloc.
  hazard_slots& slots_to_lend();
  void check_returned() const noexcept;

  void collect_under_lock(participant& self) noexcept;
  template <class Visit>
  void scan(Visit&& visit) const noexcept;
  static bool is_held(const participant& self, const retired* r) noexcept { return self.named.contains(r); }
  static void hold_back(participant& self) noexcept { self.named.hold_back(self.expired, self.open); }
  static void hand_on_limbo(participant&) noexcept {}
  static retired_list take_limbo() noexcept { return {}; }
  static retired_list take_limbo(participant&) noexcept { return {}; }
  static bool is_reading(participant& p) noexcept { return stands(p).objects != 0; }
  static stand stands(participant& p) noexcept;
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
  guard(hazard_domain& domain, participant& self, const sync::code_location& where) noexcept : guard_base(domain, self, where) {}
};

[[gnu::always_inline]] inline hazard_domain::guard hazard_domain::enter(sync::code_location where) noexcept {
  sync::probe::enter(this);
  return guard(*this, self(), where);
}

[[gnu::always_inline]] inline hazard_domain::shield hazard_domain::guard::shield() noexcept {
  return {domain(), self().slots.claim()};
}

inline hazard_slots& hazard_domain::slots_to_lend() {
  participant& self = this->self();
  if (hazard_slots* const lent = self.lent.load(relaxed)) return *lent;  // relaxed: own word
  auto* const made = new (std::nothrow) hazard_slots;
  if (made == nullptr) sync::raise_bad_alloc();
  self.lent.store(made, release);  // edge lent-slots
  return *made;
}

// relaxed: no thread uses the domain.
inline void hazard_domain::check_returned() const noexcept {
  table().for_each([](participant& p) {
    hazard_slots* const lent = p.lent.load(relaxed);
    if (lent == nullptr) return;
    lent->for_each([](const hazard_slot& slot) {
      const bool is_returned = slot.hazard.load(relaxed) == hazard_slot::free();
      sync::check(is_returned, "a hazard_domain was destroyed while a hazard_pointer of it lives");
    });
  });
}

// Calls visit(address) for what each hazard names.
template <class Visit>
void hazard_domain::scan(Visit&& visit) const noexcept {
  table().for_each([&](participant& p) {
    p.for_each_slot([&](hazard_slot& slot) {
      const void* const address = slot.hazard.load(acquire);  // edge drop-scan
      if (hazard_slot::is_address(address)) visit(address);
    });
  });
}

// Reads the slots after the fence.
inline void hazard_domain::collect_under_lock(participant& self) noexcept {
  if (!self.heavy_fence()) {  // edge publish-scan; refused: nothing is ordered, nothing ends
    return;
  }
  self.named.look_up([this](auto&& visit) { scan(visit); }, std::move(self.open), self.expired, self.open);
}

// A thread stands at what its slots name.  relaxed: for people, and for the thread itself.
inline hazard_domain::stand hazard_domain::stands(participant& p) noexcept {
  stand how;
  p.for_each_slot([&](hazard_slot& slot) {
    const void* const address = slot.hazard.load(relaxed);
    if (!hazard_slot::is_address(address)) return;
    ++how.objects;
    how.at = (31 * how.at + reinterpret_cast<std::uintptr_t>(address)) | 1;
  });
  return how;
}

inline std::size_t hazard_domain::garbage_bound(std::size_t participant_count) const noexcept {
  std::size_t hazards = participant_count > table().size() ? (participant_count - table().size()) * sync::hazards_a_block : 0;
  table().for_each([&](participant& p) { p.for_each_slots([&](const hazard_slots& some) { hazards += some.size(); }); });
  // Each participant: one share that it retires until its next scan; two that the last scan let go, its own and what
  // it adopted, of which it ends at least as many as it retires; one that it left behind when it ended.  And one share of
  // what was left behind, below which a newcomer does not look.
  return options().most_in_shares(4 * participant_count + 1, hazards);
}

static_assert(bounded_domain<hazard_domain> && place_domain<hazard_domain> && !region_domain<hazard_domain>);

}  // namespace reclaim

#endif  // RECLAIM_SCHEMES_HAZARD_H
