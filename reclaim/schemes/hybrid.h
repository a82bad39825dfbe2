// Hazard-backed epochs: the reads of epochs, and garbage that no stalled reader can make grow.
//
// A guard announces its epoch, and its shields publish what they hold.  While all guards are up with the epoch, that alone
// says what may end, and nobody looks at a slot.  A guard that falls behind holds nothing up: the epoch advances without
// it, and what it protects is what its slots name.
//
//   normal path   all that announce an epoch announce G           ends, unseen, what was tagged before G
//   slot path     somebody is behind; G advances nevertheless     ends what was tagged two advances before G, and no slot names
//   held up       a guard of regions() is behind; G stays         ends what the slot path does
//   pressed       garbage is over the soft limit, no regions()    ends what no slot names, whatever its tag
//
// Lineage: K. Fraser, UCAM-CL-TR-579, 2004 (epochs); M. Michael, TPDS 15(6), 2004 (slots); O. Balmau et al., "Fast and
// Robust Memory Reclamation for Concurrent Data Structures", SPAA 2016 (both, each as the other's other path).
//
// Synchronization edges (proofs: docs/memory_model.md#hybrid)
//   publish-scan  hazard_shield.h try_protect() light fence <-> collect() heavy fence  the scan sees the slot and the guard, or
//                                                                                     the reload sees the unlink
//   pin-scan      enter_region(), repin() light fence <-> collect(), advance() heavy fence  the scan sees the region, or its reads see the unlink
//   tag-advance   collect() heavy fence     <-> collect() heavy fence   a tag is no older than any advance before the unlink
//   unpin-scan    epochs.h announce(), leave() release --> collect() acquire  the reader's last access happens-before what the scan allows
//   drop-scan     hazard_slots.h set() release --> collect() acquire    the same, of what the slot held before
//   advance       epochs.h begin_epoch() release  --> collect() acquire       ... and so happens-before the object ends
//   epoch-pin     epochs.h begin_epoch() release  --> epochs.h announce() acquire  who announces an epoch has seen what led to it

#ifndef RECLAIM_SCHEMES_HYBRID_H
#define RECLAIM_SCHEMES_HYBRID_H

#include <cstddef>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/core/domain_base.h"
#include "reclaim/core/epochs.h"
#include "reclaim/core/guard_base.h"
#include "reclaim/core/hazard_shield.h"
#include "reclaim/core/hazard_slots.h"
#include "reclaim/core/region_view.h"
#include "reclaim/core/retired.h"
#include "reclaim/schemes/hybrid/participant.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

struct hybrid_hook : retired {};

// The same domain as a region_domain.
using hybrid_regions = region_view<class hybrid_domain, detail::hybrid_participant, hybrid_hook>;

class alignas(2 * sync::cache_line) hybrid_domain final : public domain_base<hybrid_domain, detail::hybrid_participant, hybrid_hook> {
  using base = domain_base<hybrid_domain, detail::hybrid_participant, hybrid_hook>;
  using participant = detail::hybrid_participant;
  using epoch = detail::epoch;

 public:
  using hook = hybrid_hook;
  class guard;
  class plain_guard;
  using shield = hazard_shield<hybrid_domain>;  // one hazard pointer; it protects until its guard ends at most

  static constexpr bool protects_regions = false;
  static constexpr const char* name = "hybrid";

  // Counts epochs as epoch_domain does.  Throws: std::bad_alloc; std::invalid_argument for options out of range.
  explicit hybrid_domain(const domain_options& options = {}, detail::epoch first = detail::first_epoch)
      : base(options), global_(detail::checked_first(first)), regions_(*this) {}

  // Ends all that was retired.  Precondition: no guard lives (checked in debug builds), no thread uses the domain.
  ~hybrid_domain() { end_all(); }

  // Begins a read of the calling thread.  By itself a guard protects nothing: its shields do.  Guards nest.
  // Wait-free: one thread-local load, three loads, one store, no fence; to leave, one store.
  // Async-signal-safe once it has joined.
  guard enter(sync::code_location where = sync::code_location::current()) noexcept;

  // Calls f(plain_guard) if this thread is under no guard and fences are asymmetric, else otherwise().  Returns what they
  // return.  f makes seven shields at most (checked).  Throws: what they throw.
  template <class F, class Otherwise>
  decltype(auto) under_plain_guard(F&& f, Otherwise&& otherwise);

  // This domain as a region_domain.
  hybrid_regions& regions() noexcept { return regions_; }

  // Returns the most retired objects, in number, that can wait at any moment while `participant_count` threads use the
  // domain, with as many shields as they have had so far, and none is in a guard of regions(), however long one of them
  // stalls under a guard.  Beside that stand objects that deleters retire, and those whose deleters a drain() is running; a
  // thread that is stopped inside drain() itself keeps others from collecting what they retire meanwhile; and where the
  // kernel refuses the fence that it had granted nothing ends any more.
  std::size_t garbage_bound(std::size_t participant_count) const noexcept;

  // Ends the process with one line if `s` was made by a guard of another domain.  Checked in debug builds.
  void check_own(const shield& s) const noexcept { s.check_own(*this); }

 private:
  friend base;
  friend hybrid_regions;
  friend grace_periods<hybrid_regions>;
  template <class, class, class, class>
  friend class guard_base;

  // Where a thread stands that enters, and what its state was before: what it goes back to.
  struct standing {
    participant* self;
    epoch before;
  };

  // Who is behind an epoch that is to end.
  enum class laggards : unsigned char { none, robust, regions };

  void announce(participant& self, epoch beside) noexcept { self.announce(global_, beside); }  // edges epoch-pin, unpin-scan
  static void leave(participant& self, epoch before) noexcept {
    self.state.store(before, release);  // edge unpin-scan
  }
  standing enter_slowly() noexcept;
  // Announces for a thread under no guard whose state is `before`.  Returns what it goes back to.
  epoch begin(participant& self, epoch before, epoch beside) noexcept;
  epoch enter_region(participant& self) noexcept;
  void repin(participant& self) noexcept;

  void collect_under_lock(participant& self) noexcept;
  void advance() noexcept;
  laggards find_laggards(participant& self, epoch observed) const noexcept;
  static bool is_behind(const participant& p, epoch observed) noexcept;
  bool is_anyone_in_region() const noexcept;
  void look_up(participant& self, retired_list&& candidates) const noexcept;
  template <class Visit>
  void scan(Visit&& visit) const noexcept;

  static bool is_held(const participant& self, const retired* r) noexcept { return self.named.contains(r); }
  static void hold_back(participant& self) noexcept { self.named.hold_back(self.expired, self.open); }
  void hand_on_limbo(participant& self) noexcept { self.limbo.hand_on(aged_); }
  retired_list take_limbo() noexcept { return aged_.take_all(); }
  static retired_list take_limbo(participant& p) noexcept { return p.limbo.take_all(); }
  static bool limbo_is_empty(const participant& p) noexcept { return p.limbo.empty(); }
  static bool is_reading(const participant& p) noexcept { return detail::is_epoch(p.state.load(relaxed)); }  // relaxed: a hint
  stand stands(participant& p) const noexcept;
  std::uint64_t epochs_begun() const noexcept { return global_.load(relaxed) / detail::one_advance; }  // relaxed: for people
  static void give_up_limbo(participant& self) noexcept { self.limbo.give_up(); }
  static void forget_thread(participant& self) noexcept {
    leave(self, detail::absent);  // the thread has read for the last time
    self.further.reset();
  }

  alignas(sync::cache_line) sync::atomic<epoch> global_;
  alignas(sync::cache_line) detail::aged_lists aged_;
  hybrid_regions regions_;
};

// Belongs to the thread that made it; guards of a thread end in the reverse order of their making.
class [[nodiscard]] hybrid_domain::guard
    : public guard_base<guard, hybrid_domain, detail::hybrid_participant, hybrid_hook> {
 public:
  ~guard() { leave(self(), before_); }

  // Returns room to protect one pointer, for as long as the shield lives and no longer than this guard.
  // Wait-free for the first seven; there is no limit on their number.
  hybrid_domain::shield shield() noexcept;

  // Ends every protection of this thread, under this and the guards around it; shields go on with none.
  // Wait-free; O(shields the thread has had at once).
  void repin() noexcept {
    check_thread();
    domain().repin(self());
  }

 private:
  friend hybrid_domain;
  [[gnu::always_inline]] guard(hybrid_domain& domain, participant& self, epoch before, const sync::code_location& where) noexcept
      : guard_base(domain, self, where), before_(before), claimed_(detail::is_epoch(before) ? sync::slots_a_guard : 0) {}
  [[gnu::always_inline]] guard(hybrid_domain& domain, const standing& found, const sync::code_location& where) noexcept
      : guard(domain, *found.self, found.before, where) {}

  // Out of line: guards in others, mostly.
  [[gnu::noinline]] static hazard_slot* claim_another(participant& self) noexcept { return self.further.claim(); }

  const epoch before_;   // the state around this guard: an epoch, if it is not the outermost
  std::size_t claimed_;  // slots of the line
};

// No fence: what is protected by a slot is ordered by the shield's.
[[gnu::always_inline]] inline hybrid_domain::guard hybrid_domain::enter(sync::code_location where) noexcept {
  sync::probe::enter(this);
  participant& self = table().near(sync::entry_offset());
  const epoch before = self.state.load(relaxed);  // relaxed: own word
  if (before == detail::idle) [[likely]] {
    announce(self, 0);
    return guard(*this, self, before, where);
  }
  if (detail::is_plain(before)) [[likely]] return guard(*this, self, before, where);
  return guard(*this, enter_slowly(), where);
}

[[gnu::always_inline]] inline hybrid_domain::shield hybrid_domain::guard::shield() noexcept {
  if (claimed_ != sync::slots_a_guard) [[likely]] return {domain(), &self().line[claimed_++]};
  return {domain(), claim_another(self())};
}

[[gnu::noinline, gnu::cold]] inline hybrid_domain::standing hybrid_domain::enter_slowly() noexcept {
  participant& self = this->self();
  const epoch before = self.state.load(relaxed);  // relaxed: own word
  return {&self, detail::is_epoch(before) ? before : begin(self, before, 0)};
}

inline detail::epoch hybrid_domain::begin(participant& self, epoch before, epoch beside) noexcept {
  if (sync::take_detour()) sync::yield();
  announce(self, beside);
  return detail::at_rest(before);
}

// In a guard of the domain the epoch stays what it is: with a fresh one it would be up with G, and who finds all up with G
// does not look at its slots.
inline detail::epoch hybrid_domain::enter_region(participant& self) noexcept {
  sync::probe::enter(this);
  epoch before = self.state.load(relaxed);  // relaxed: own word
  if (detail::is_epoch(before)) {
    self.state.store(before | detail::in_region, release);  // edge unpin-scan
  } else {
    before = begin(self, before, detail::in_region);
  }
  sync::light_fence();  // edge pin-scan
  return before;
}

inline void hybrid_domain::repin(participant& self) noexcept {
  self.for_each_slot([](hazard_slot& slot) {
    if (hazard_slot::is_address(slot.hazard.load(relaxed))) slot.set(nullptr);  // edge drop-scan; relaxed: own word
  });
  announce(self, self.state.load(relaxed) & detail::in_region);  // relaxed: own word
  sync::light_fence();                                           // edge pin-scan
}

// The order is the scheme: what others left is taken, and the epoch that the scan may end is read, before the fence; the
// tag, the states and the slots after; and nothing ends unseen because another thread has advanced.
inline void hybrid_domain::collect_under_lock(participant& self) noexcept {
  const epoch observed = detail::observe(global_);  // edges advance, begin-scan
  self.looks_again_soon = false;
  // What was retired in this epoch has its tag, and a region that is in sight keeps the epoch from moving on.
  if (self.tagged == observed && self.held_up_by != nullptr && is_behind(*self.held_up_by, observed)) return detail::offer_processor(this, self);
  retired_list candidates = self.adopts ? aged_.take_outlived(observed) : retired_list();
  if (!self.heavy_fence()) {  // edges publish-scan, pin-scan, tag-advance; refused: nothing is ordered, nothing ends
    return self.open.splice(std::move(candidates));
  }
  const epoch tag = global_.load(relaxed);  // relaxed: a tag; what ends goes by `observed`, or by G read anew
  if (tag != observed) self.open.splice(std::move(candidates));  // some may have been tagged since
  const laggards behind = find_laggards(self, observed);
  if (behind == laggards::regions) {
    detail::offer_processor(this, self);
  } else if (detail::begin_epoch(this, global_, self, observed)) {
    self.passed_count.add(behind == laggards::robust ? 1 : 0);
  }
  if (self.tagged != tag) self.offers = 0;
  self.tagged = tag;
  if (self.is_pressed && !is_anyone_in_region()) {  // all that may be protected is named by a slot
    candidates.splice(self.limbo.take_all());
    candidates.splice(std::move(self.open));
    look_up(self, std::move(candidates));
    hold_back(self);  // what is named may be young: a clean collect would not look it up again
    return self.named.clear();
  }
  // Where others have advanced twice meanwhile, what has the tag `observed` lies where `tag` goes: the other path takes it along.
  const bool is_far_on = tag - observed >= detail::grace;
  if (behind == laggards::none && !is_far_on && !sync::slots_are_always_read) {
    self.limbo.expire(candidates, observed, detail::one_advance);
    self.named.clear();
    self.expired.splice(std::move(candidates));
    return self.limbo.keep(std::move(self.open), tag);
  }
  self.limbo.expire(candidates, global_.load(acquire), detail::grace);  // edge advance
  self.limbo.keep(std::move(self.open), tag);
  look_up(self, std::move(candidates));
}

// Tries to move the epoch on, and no more: also for who is in a deleter, or visited.
inline void hybrid_domain::advance() noexcept {
  participant& self = this->self();
  const epoch observed = detail::observe(global_);  // edges advance, begin-scan
  if (!self.heavy_fence()) return;                  // edge pin-scan; refused: nothing is ordered
  if (table().find_if([&](const participant& p) { return is_behind(p, observed); }) == nullptr) detail::begin_epoch(this, global_, self, observed);
}

inline void hybrid_domain::look_up(participant& self, retired_list&& candidates) const noexcept {
  if (candidates.empty()) return;
  self.named.look_up([this](auto&& visit) { scan(visit); }, std::move(candidates), self.expired, self.open);
}

// relaxed: before anything ends scan() reads each state again.
inline bool hybrid_domain::is_anyone_in_region() const noexcept {
  return table().find_if([](const participant& p) { return detail::is_in_region(p.state.load(relaxed)); }) != nullptr;
}

inline bool hybrid_domain::is_behind(const participant& p, epoch observed) noexcept {
  const epoch state = p.state.load(acquire);  // edge unpin-scan
  return detail::is_in_region(state) && detail::epoch_of(state) != observed;
}

inline hybrid_domain::laggards hybrid_domain::find_laggards(participant& self, epoch observed) const noexcept {
  laggards worst = laggards::none;
  self.held_up_by = table().find_if([&](const participant& p) {
    const epoch state = p.state.load(acquire);  // edge unpin-scan
    if (!detail::is_epoch(state) || detail::epoch_of(state) == observed) return false;
    p.watch.look(state);
    worst = detail::is_in_region(state) ? laggards::regions : laggards::robust;
    return detail::is_in_region(state);
  });
  return worst;
}

// Calls visit(address) for what each slot names.  The slots of who is under no guard protect nothing.
template <class Visit>
void hybrid_domain::scan(Visit&& visit) const noexcept {
  table().for_each([&](participant& p) {
    if (!detail::is_epoch(p.state.load(acquire))) return;  // edge unpin-scan
    p.for_each_slot([&](hazard_slot& slot) {
      const void* const address = slot.hazard.load(acquire);  // edge drop-scan
      if (hazard_slot::is_address(address)) visit(address);
    });
  });
}

// relaxed: for people.
inline hybrid_domain::stand hybrid_domain::stands(participant& p) const noexcept {
  const epoch state = p.state.load(relaxed);
  if (!detail::is_epoch(state) || detail::epoch_of(state) == global_.load(relaxed)) return {};
  stand how{state, detail::is_in_region(state), 0};
  p.for_each_slot([&](hazard_slot& slot) { how.objects += hazard_slot::is_address(slot.hazard.load(relaxed)) ? 1 : 0; });
  return how;
}

inline std::size_t hybrid_domain::garbage_bound(std::size_t participant_count) const noexcept {
  constexpr std::size_t newcomers = sync::slots_a_guard + sync::hazards_a_block;
  std::size_t slots = participant_count > table().size() ? (participant_count - table().size()) * newcomers : 0;
  table().for_each([&](const participant& p) { slots += sync::slots_a_guard + p.further.size(); });
  // Each participant, in shares of what it retires between two collects: one since the last; of each of two tags one of its
  // own and one that it adopted; two that the last collect let go; and of all these as much as it owned that it left behind
  // when it ended.  And one share of what was left behind, below which a newcomer does not look.
  return options().most_in_shares(11 * participant_count + 1, slots);
}

static_assert(bounded_domain<hybrid_domain> && place_domain<hybrid_domain> && !region_domain<hybrid_domain>);
static_assert(region_domain<hybrid_regions> && place_domain<hybrid_regions> && !bounded_domain<hybrid_regions>);

}  // namespace reclaim

#include "reclaim/schemes/hybrid/plain_guard.h"

#endif  // RECLAIM_SCHEMES_HYBRID_H
