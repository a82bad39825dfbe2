// What every scheme does alike: keeps what threads retire, ends it a few objects at a time, hands on what an ending
// thread leaves.  A scheme adds the one thing that is its own: how to tell that no guard can reach an object.
//
//   retire() -> open -> scheme's collect() -> expired -> a few ended by each later retire(), outside the lock
//                ^                               ^
//             orphans                         outlived      what a thread that ended, or was visited, has handed on

#ifndef RECLAIM_CORE_DOMAIN_BASE_H
#define RECLAIM_CORE_DOMAIN_BASE_H

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "reclaim/core/counters.h"
#include "reclaim/core/domain_options.h"
#include "reclaim/core/participant_base.h"
#include "reclaim/core/participants.h"
#include "reclaim/core/retire_forms.h"
#include "reclaim/core/retired.h"
#include "reclaim/core/retired_stack.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// Scheme provides, all called with the participant's lock held:
//   void collect_under_lock(Participant&)     moves what no guard can reach from `open` to `expired`
//   void hand_on_limbo(Participant&)          hands on whatever else it keeps back, and what it knows of its age
//   retired_list take_limbo()                 all that was handed on so; when the domain is destroyed
//   void give_up_limbo(Participant&)          forgets what it keeps back; in the child of a fork
//   void forget_thread(Participant&)          the participant's thread is gone: it protects nothing any more
// and, if collect_under_lock() moves more to `expired` than what no guard can reach:
//   bool is_held(const Participant&, const retired*)   whether it found that a guard reaches the object
//   void hold_back(Participant&)              moves all of them back to `open`
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

  [[gnu::noinline, gnu::cold]] Participant& join_slowly() noexcept;
  Participant& self() noexcept {
    Participant& near = table_.near(sync::entry_offset());
    if (near.index != sync::no_thread) [[likely]] return near;
    return join_slowly();
  }

  static bool is_held(const Participant&, const retired*) noexcept { return false; }
  static void hold_back(Participant&) noexcept {}

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
  void leave_behind(retired* r, std::size_t weight) noexcept;
  void end_due(Participant& self, std::size_t weight) noexcept;
  retired_chain take_due(Participant& self, std::size_t weight) noexcept;
  static void end(Participant& self, retired_chain due) noexcept;
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
      options_(options.checked()) {
  sync::ensure_fence_mode();
  this->enrol();
}

template <class S, class P, class H>
P& domain_base<S, P, H>::join_slowly() noexcept {
  const std::size_t index = sync::register_thread();
  if (P* const known = table_.find(index); known != nullptr && known->index != sync::no_thread) return *known;
  P& joined = table_.join(index);
  joined.index = index;
  if (!joined.lock.try_own()) return joined;  // a visitor is there, and leaves it as a newcomer needs it
  // Threads that come, retire a little and go would leave orphans without end: the newcomer looks at them.
  const std::size_t left_behind = orphans_.weight() + outlived_.weight();
  joined.start_over(options_, left_behind < options_.objects_per_collect ? options_.objects_per_collect : 0);
  joined.lock.disown();
  return joined;
}

template <class S, class P, class H>
void domain_base<S, P, H>::hand_over(P& self, retired* r, std::size_t weight) noexcept {
  self.retired_count.add(1);
  if (!self.lock.try_own()) [[unlikely]] return leave_behind(r, weight);
  self.open.push(r, weight);
  if (self.open.weight() >= self.collect_at) [[unlikely]] collect(self, options_.most_per_collect());
  if (self.expired.empty() || self.is_ending) return self.lock.disown();
  end_due(self, weight);
}

// The second half of a hand-over, where something has expired.
template <class S, class P, class H>
[[gnu::noinline]] void domain_base<S, P, H>::end_due(P& self, std::size_t weight) noexcept {
  const retired_chain due = take_due(self, weight);
  self.lock.disown();
  end(self, due);
}

// A visitor is at the participant's lists: *r goes to whoever collects next.
template <class S, class P, class H>
[[gnu::noinline, gnu::cold]] void domain_base<S, P, H>::leave_behind(retired* r, std::size_t weight) noexcept {
  retired_list one;
  one.push(r, weight);
  orphans_.push(std::move(one));
}

// Adopts what ended threads left *before* the scheme's heavy fence: an object must have been unlinked before it.
// A retire adopts no more than a thread may leave when it ends: less, and threads that come and go would leave more and more.
template <class S, class P, class H>
[[gnu::noinline]] void domain_base<S, P, H>::collect(P& self, std::size_t most_adopted) noexcept {
  const std::size_t waiting = most_adopted == retired_stack::all ? 0 : self.expired.weight();
  const std::size_t room = waiting < most_adopted ? most_adopted - waiting : 0;
  const std::size_t retired_since = self.open.weight() - std::min(self.open.weight(), self.kept);
  self.open.splice(orphans_.take(room));
  self.expired.splice(outlived_.take(room));
  self.collect_count.add(1);
  const std::chrono::nanoseconds began = sync::now();
  scheme().collect_under_lock(self);
  self.schedule(options_, began, retired_since);
}

// Takes one object at least, if no guard is found to reach it, and as many as this call is to end.
// Precondition: something has expired.
template <class S, class P, class H>
inline retired_chain domain_base<S, P, H>::take_due(P& self, std::size_t weight) noexcept {
  retired_chain due;
  const std::size_t left_at_last = self.expired.weight() - std::min(self.expired.weight(), self.ends_a_retire * weight);
  std::size_t most = options_.most_reclaims_per_retire;
  do {
    retired* const r = self.expired.pop();
    if (S::is_held(self, r)) [[unlikely]] {
      self.put_back(r);
    } else {
      due.push(r);
    }
  } while (self.expired.weight() > left_at_last && --most != 0);
  return due;
}

template <class S, class P, class H>
void domain_base<S, P, H>::end(P& self, retired_chain due) noexcept {
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
  scheme().hold_back(self);
  const retired_chain due(std::move(self.expired));
  self.lock.disown();
  const bool some = !due.empty();
  end(self, due);
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
    sum.advances += p.advance_count.get();
    sum.passed += p.passed_count.get();
    sum.held_up += p.held_up_count.get();
  });
  // After the others: what was reclaimed had been retired, so that the difference is not negative.
  table_.for_each([&](const P& p) { sum.retired += p.retired_count.get(); });
  return sum;
}

// What a collect has found out goes with the objects: to look at them anew at each hand-over would keep them for ever.
template <class S, class P, class H>
void domain_base<S, P, H>::hand_on(P& p) noexcept {
  scheme().hold_back(p);
  orphans_.push(std::move(p.open));
  outlived_.push(std::move(p.expired));
  p.start_over(options_, options_.objects_per_collect);
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
    end(self, retired_chain(std::move(due)));
  }
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_BASE_H
