// What every scheme does alike: keeps what threads retire, ends it a few objects at a time, hands on what an ending
// thread leaves.  A scheme adds the one thing that is its own: how to tell that no guard can reach an object.
//
//   retire() -> open -> scheme's collect() -> expired -> a few ended by each later retire(), outside the lock
//                ^                               ^
//             orphans                         outlived      what a thread that ended, or was visited, has handed on

#ifndef RECLAIM_CORE_DOMAIN_BASE_H
#define RECLAIM_CORE_DOMAIN_BASE_H

#include <cstddef>
#include <stdexcept>
#include <utility>

#include "reclaim/core/counters.h"
#include "reclaim/core/owner_lock.h"
#include "reclaim/core/participants.h"
#include "reclaim/core/retire_forms.h"
#include "reclaim/core/retired.h"
#include "reclaim/core/retired_stack.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// What a user may set when making a domain.
struct domain_options {
  // A participant collects when it has retired so many objects since it last did; one of sizeof(T) bytes counts as
  // 1 + sizeof(T) / 256.  A collect costs a heavy fence.
  std::size_t objects_per_collect = 2048;
  // How many expired objects one retire() ends, counted in the same way and times what it counts itself, but at least
  // one object; and the most in number that it ends, whatever they weigh, when more and more are waiting.
  std::size_t reclaims_per_retire = 2;
  std::size_t most_reclaims_per_retire = 64;
};

// What one thread keeps in one domain, whatever the scheme.  A scheme's participant derives from it.
struct participant_base {
  owner_lock lock;            // guards the lists
  retired_list open;          // retired, not yet looked at by a collect
  retired_list expired;       // no guard can reach these
  std::size_t collect_at = 0;     // what `open` weighs at the next collect
  std::size_t ends_a_retire = 1;  // how much a retire ends for each unit that it weighs itself
  std::size_t index = sync::no_thread;  // of the thread, while it has joined
  bool is_ending = false;               // own thread only: a deleter runs below this frame
  std::size_t guards = 0;               // own thread only, where checks are enabled: guards that live
  owned_counter retired_count, reclaimed_count, collect_count, heavy_failure_count;
};

// Scheme provides, all called with the participant's lock held:
//   void collect_under_lock(Participant&)     moves what no guard can reach from `open` to `expired`
//   void hand_on_limbo(Participant&)          hands on whatever else it keeps back, and what it knows of its age
//   retired_list take_limbo()                 all that was handed on so; when the domain is destroyed
//   void give_up_limbo(Participant&)          forgets what it keeps back; in the child of a fork
//   void forget_thread(Participant&)          the participant's thread is gone: it protects nothing any more
template <class Scheme, class Participant, class Hook>
class domain_base : public retire_forms<Scheme, Hook>, private sync::thread_observer {
 public:
  // Ends all that no living guard can reach, whoever retired it, if its owner is not retiring at this moment.
  // Never waits for a guard; called under one, or in a deleter, it leaves what that guard may reach.
  // Returns how many retired objects are left.  Goes on for as long as deleters or other threads retire more.
  // Progress: lock-free but for deleters.  O(participants + objects), and a heavy fence (up to 10 us) for each of
  // a few rounds.  Any thread.
  std::size_t drain() noexcept;

  // Returns how many objects are retired and not ended, approximately while others work.  O(participants).
  std::size_t pending() const noexcept {
    const counters now = count();
    const auto difference = static_cast<std::ptrdiff_t>(now.retired - now.reclaimed);  // the counts may wrap around
    return difference > 0 ? static_cast<std::size_t>(difference) : 0;
  }

  // Returns what the domain has done so far.  Wait-free; O(participants); any thread.
  counters count() const noexcept;

  // Makes the calling thread a participant now, so that its first guard costs no more than the others.
  // Blocking; ends the process with one line if there is no memory.
  void join() noexcept { join_slowly(); }

 protected:
  explicit domain_base(const domain_options& options);
  ~domain_base() = default;

  Participant& join_slowly() noexcept;
  Participant& self() noexcept {
    const std::size_t index = sync::thread_index();
    if (table_.is_near(index)) [[likely]] {
      Participant& near = table_.near(index);
      if (near.index != sync::no_thread) [[likely]] return near;
    }
    return join_slowly();
  }

  // Takes *r over for `self`, and ends a few objects whose time has come.
  void hand_over(Participant& self, retired* r, std::size_t weight) noexcept;
  void hand_over(retired* r, std::size_t weight) noexcept { hand_over(self(), r, weight); }

  // Ends everything, in the domain's destructor: of the most derived class, whose collect() must not run any more.
  void end_all() noexcept;

  const domain_options& options() const noexcept { return options_; }
  const participants<Participant>& table() const noexcept { return table_; }

 private:
  template <class, class>
  friend class retire_forms;

  static constexpr int patience = 4;  // rounds of drain() that may end nothing: an epoch needs two advances

  Scheme& scheme() noexcept { return static_cast<Scheme&>(*this); }
  void collect(Participant& self, std::size_t most_adopted) noexcept;
  std::size_t share_of(const retired_list& waiting) const noexcept;
  retired_list take_due(Participant& self, std::size_t weight) noexcept;
  void end(Participant& self, retired_list&& due) noexcept;
  void gather(Participant& visitor) noexcept;
  bool drain_once(Participant& self) noexcept;
  void hand_on(Participant& p) noexcept;
  void forget(Participant& p) noexcept;
  void thread_exits(std::size_t index) noexcept;
  void child_starts(std::size_t survivor) noexcept;

  const domain_options options_;
  participants<Participant> table_;
  retired_stack orphans_;   // retired, not yet looked at by a collect
  retired_stack outlived_;  // no guard can reach these
};

template <class S, class P, class H>
domain_base<S, P, H>::domain_base(const domain_options& options)
    : sync::thread_observer(
          [](thread_observer& self, std::size_t index) noexcept { static_cast<domain_base&>(self).thread_exits(index); },
          [](thread_observer& self, std::size_t index) noexcept { static_cast<domain_base&>(self).child_starts(index); }),
      options_(options) {
  if (options.objects_per_collect == 0 || options.reclaims_per_retire == 0 ||
      options.most_reclaims_per_retire < options.reclaims_per_retire) {
    sync::raise(std::invalid_argument("domain_options: objects_per_collect and reclaims_per_retire must be at least 1, "
                                      "and most_reclaims_per_retire no less than reclaims_per_retire"),
                "domain_options: a value is out of range");
  }
  sync::ensure_fence_mode();
  this->enrol();
}

template <class S, class P, class H>
P& domain_base<S, P, H>::join_slowly() noexcept {
  const std::size_t index = sync::register_thread();
  if (P* const known = table_.find(index); known != nullptr && known->index != sync::no_thread) return *known;
  P& joined = table_.join(index);
  joined.index = index;
  // Threads that come, retire a little and go would leave orphans without end: the newcomer looks at them.
  const std::size_t left_behind = orphans_.weight() + outlived_.weight();
  joined.collect_at = left_behind < options_.objects_per_collect ? options_.objects_per_collect : 0;
  joined.ends_a_retire = options_.reclaims_per_retire;
  return joined;
}

template <class S, class P, class H>
void domain_base<S, P, H>::hand_over(P& self, retired* r, std::size_t weight) noexcept {
  self.retired_count.add(1);
  retired_list due;
  if (self.lock.try_own()) [[likely]] {
    self.open.push(r, weight);
    if (self.open.weight() >= self.collect_at) [[unlikely]] collect(self, options_.objects_per_collect);
    due.splice(take_due(self, weight));
    self.lock.disown();
  } else {
    due.push(r, weight);
    orphans_.push(std::move(due));
  }
  if (!due.empty()) end(self, std::move(due));
}

// Adopts what ended threads left *before* the scheme's heavy fence: an object must have been unlinked before it.
// A retire adopts no more than it can end until the next collect: what one thread does not end others find.
template <class S, class P, class H>
[[gnu::noinline]] void domain_base<S, P, H>::collect(P& self, std::size_t most_adopted) noexcept {
  const std::size_t waiting = most_adopted == retired_stack::all ? 0 : self.expired.weight();
  const std::size_t room = waiting < most_adopted ? most_adopted - waiting : 0;
  self.open.splice(orphans_.take(room));
  self.expired.splice(outlived_.take(room));
  self.collect_count.add(1);
  scheme().collect_under_lock(self);
  self.collect_at = self.open.weight() + options_.objects_per_collect;
  self.ends_a_retire = share_of(self.expired);
}

// How much each retire ends, so that all that is waiting now has ended at the next collect.
template <class S, class P, class H>
std::size_t domain_base<S, P, H>::share_of(const retired_list& waiting) const noexcept {
  const std::size_t wanted = options_.reclaims_per_retire + waiting.weight() / options_.objects_per_collect;
  const std::size_t most = options_.most_reclaims_per_retire;
  return wanted < most ? wanted : most;
}

template <class S, class P, class H>
retired_list domain_base<S, P, H>::take_due(P& self, std::size_t weight) noexcept {
  if (self.expired.empty() || self.is_ending) return {};
  return self.expired.take(self.ends_a_retire * weight, options_.most_reclaims_per_retire);
}

template <class S, class P, class H>
void domain_base<S, P, H>::end(P& self, retired_list&& due) noexcept {
  const bool was_ending = std::exchange(self.is_ending, true);
  while (!due.empty()) {
    end_retired(due.pop());
    self.reclaimed_count.add(1);
  }
  self.is_ending = was_ending;
}

// Visits the other participants and takes what they have, as far as they are not busy with it.
template <class S, class P, class H>
void domain_base<S, P, H>::gather(P& visitor) noexcept {
  table_.for_each([&](P& p) {
    if (&p != &visitor) p.lock.announce(&visitor);
  });
  const bool is_ordered = sync::heavy_fence();  // edge own-visit
  table_.for_each([&](P& p) {
    if (&p == &visitor || !p.lock.is_announced(&visitor)) return;
    if (is_ordered && p.lock.try_enter()) hand_on(p);
    p.lock.leave();
  });
}

// Returns whether anything was ended.
template <class S, class P, class H>
bool domain_base<S, P, H>::drain_once(P& self) noexcept {
  if (!self.lock.try_own()) return false;
  collect(self, retired_stack::all);
  retired_list due(std::move(self.expired));
  self.lock.disown();
  const bool some = !due.empty();
  end(self, std::move(due));
  return some;
}

template <class S, class P, class H>
std::size_t domain_base<S, P, H>::drain() noexcept {
  P& self = this->self();
  if (self.is_ending) return pending();  // in a deleter: whoever runs it goes on when it returns
  gather(self);
  sync::backoff backoff;
  for (int idle = 0; idle != patience && pending() != 0;) {
    if (drain_once(self)) {
      idle = 0;
    } else if (++idle > 2) {
      backoff.pause();
    }
  }
  return pending();
}

template <class S, class P, class H>
counters domain_base<S, P, H>::count() const noexcept {
  counters sum;
  table_.for_each([&](const P& p) {
    sum.reclaimed += p.reclaimed_count.get();
    sum.collects += p.collect_count.get();
    sum.heavy_failures += p.heavy_failure_count.get();
  });
  // After the others: what was reclaimed had been retired, so that the difference is not negative.
  table_.for_each([&](const P& p) { sum.retired += p.retired_count.get(); });
  return sum;
}

// What a collect has found out goes with the objects: to look at them anew at each hand-over would keep them for ever.
template <class S, class P, class H>
void domain_base<S, P, H>::hand_on(P& p) noexcept {
  orphans_.push(std::move(p.open));
  outlived_.push(std::move(p.expired));
  p.collect_at = options_.objects_per_collect;
  scheme().hand_on_limbo(p);
}

// The participant's thread is gone.
template <class S, class P, class H>
void domain_base<S, P, H>::forget(P& p) noexcept {
  scheme().forget_thread(p);
  p.index = sync::no_thread;
  p.is_ending = false;
  p.guards = 0;
}

// If a visitor is there, the lists stay for it, for the next visitor, or for the next thread with this index.
template <class S, class P, class H>
void domain_base<S, P, H>::thread_exits(std::size_t index) noexcept {
  P* const p = table_.find(index);
  if (p == nullptr || p->index == sync::no_thread) return;
  if (p->lock.try_own()) {
    hand_on(*p);
    p->lock.disown();
  }
  forget(*p);
}

// A thread that is lost may have been moving lists.  Those are given up, for they may be half linked.
template <class S, class P, class H>
void domain_base<S, P, H>::child_starts(std::size_t survivor) noexcept {
  table_.for_each([&](P& p) {
    if (p.lock.reopen()) {
      p.open.give_up();
      p.expired.give_up();
      scheme().give_up_limbo(p);
    }
    if (p.index == survivor || p.index == sync::no_thread) return;
    hand_on(p);
    forget(p);
  });
}

template <class S, class P, class H>
void domain_base<S, P, H>::end_all() noexcept {
  this->withdraw();
  if constexpr (sync::checks_enabled) {
    table_.for_each([](const P& p) { sync::check(p.guards == 0, "a domain was destroyed while a guard lives"); });
  }
  P& self = this->self();
  for (bool some = true; some;) {
    table_.for_each([&](P& p) { hand_on(p); });
    retired_list due = scheme().take_limbo();
    due.splice(orphans_.take_all());
    due.splice(outlived_.take_all());
    some = !due.empty();
    end(self, std::move(due));
  }
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_BASE_H
