// What every scheme does alike: keeps what threads retire, ends it a few objects at a time, hands on what an ending
// thread leaves.  A scheme adds the one thing that is its own: how to tell that no guard can reach an object.
//
//   retire() -> open -> scheme's collect() -> expired -> a few ended by each later retire(), outside the lock
//                ^                               ^
//             orphans                         outlived      what a thread that ended, or was visited, has handed on
//
// In its folder: end.h, which ends what has expired; threads.h, where threads begin and end; drain.h and barrier.h, which end
// what others have; limits.h, which keeps garbage within them; and observe.h, which says what there is and who is in the way.

#ifndef RECLAIM_CORE_DOMAIN_BASE_H
#define RECLAIM_CORE_DOMAIN_BASE_H

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "reclaim/core/domain_options.h"
#include "reclaim/core/domain_stats.h"
#include "reclaim/core/drain_result.h"
#include "reclaim/core/garbage.h"
#include "reclaim/core/garbage_ledger.h"
#include "reclaim/core/participant_base.h"
#include "reclaim/core/participants.h"
#include "reclaim/core/retire_forms.h"
#include "reclaim/core/retired.h"
#include "reclaim/core/retired_stack.h"
#include "reclaim/core/stall.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// Scheme provides, all called with the participant's lock held:
//   void collect_under_lock(Participant&)     moves what no guard can reach from `open` to `expired`
//   void hand_on_limbo(Participant&)          hands on whatever else it keeps back, and what it knows of its age
//   retired_list take_limbo()                 all that was handed on so; when the domain is destroyed
//   void give_up_limbo(Participant&)          forgets what it keeps back; in the child of a fork
//   retired_list take_limbo(Participant&)     all that it keeps back; and bool limbo_is_empty(const Participant&), if it may
//   void forget_thread(Participant&)          the participant's thread is gone: it protects nothing any more
//   bool is_reading(Participant&)             whether its thread is under a guard that may protect something; any thread may ask
//   stand stands(Participant&)                how it is in the way of others, if it is; any thread
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

  // The same again and again, until nothing is left or the time is over; at least once.  Under a guard of the calling thread,
  // or in a deleter, once: for that it does not wait.  Returns what is left, and who has been holding it for longest.
  // Blocking; any thread.
  drain_result drain_until(std::chrono::steady_clock::time_point deadline) noexcept;
  drain_result drain_for(std::chrono::nanoseconds duration) noexcept {
    using time_point = std::chrono::steady_clock::time_point;
    const time_point now = std::chrono::steady_clock::now();
    return drain_until(duration < time_point::max() - now ? now + duration : time_point::max());
  }

  // Ends up to `most` objects that the calling thread has retired, or that threads that ended have left.  Returns how many.
  // Progress: lock-free but for deleters.  O(most), and, where none is known to have outlived all guards, a heavy fence and
  // O(participants + what the thread keeps).  Any thread; in a deleter it does nothing.
  std::size_t reclaim_some(std::size_t most) noexcept;

  // Waits until all that was retired before the call, by any thread, has ended: its deleters have run.  As what happens
  // before the call is meant, so is what happens before the deleters' ends: that happens before the return.  What deleters
  // that it runs retire is waited for as well.
  // Precondition: the calling thread is under no guard of the domain that protects something, and in no deleter (else the
  // process ends with one line: it would wait for itself); no deleter waits for the calling thread.
  // Blocking: for guards that were there at the call, for deleters, and for other calls.  Any thread.
  void barrier() noexcept;

  // Whether the calling thread may wait so.  Wait-free.
  bool may_wait() noexcept {
    Participant& self = this->self();
    return !self.is_ending.load(relaxed) && !scheme().is_reading(self);  // relaxed: own word
  }

  // Waits as barrier() does, and no longer than until is_enough().  Precondition: may_wait().
  template <class Condition>
  void barrier_unless(const Condition& is_enough) noexcept;

  // Returns how many objects are retired and not ended, approximately while others work.  O(participants).
  std::size_t pending() const noexcept { return count_objects().waiting().objects; }

  // Returns what the domain has done so far.  Wait-free but for the peak; O(participants); any thread.
  domain_stats stats() const noexcept;

  // Returns who has been in the way for `older_than` or longer, the longest first: under a guard that is behind the epoch, or
  // with an object protected by the same slots, be it retired or not.  Nobody is, while nothing waits.  Ages count from when
  // a collect, or a call of this, first saw it so: who watches a domain calls it now and then.  Tries to begin an epoch, so
  // that who only reads in time is not behind.
  // Throws: std::bad_alloc.  Lock-free but for reading the threads' names; O(participants), and a heavy fence.  Any thread.
  std::vector<stall> stalls(std::chrono::nanoseconds older_than);

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

  // How a participant is in the way of others.
  struct stand {
    std::uint64_t at = stall_watch::not_in_the_way;  // the same while one guard lives
    bool is_region = false;                          // all that is retired waits for it
    std::size_t objects = 0;                         // else so many at most
  };

  static bool is_held(const Participant&, const retired*) noexcept { return false; }
  static void hold_back(Participant&) noexcept {}
  static std::uint64_t epochs_begun() noexcept { return 0; }
  static bool limbo_is_empty(const Participant&) noexcept { return true; }

  // Takes *r over for `self`, and ends a few objects whose time has come.
  void hand_over(Participant& self, retired* r, footprint cost) noexcept;
  void hand_over(retired* r, footprint cost) noexcept { hand_over(self(), r, cost); }

  // Collects for the calling thread, if nobody is at its lists, and leaves to all what may end: who looks may never retire.
  void look() noexcept;

  // Ends everything, in the domain's destructor: of the most derived class, whose collect() must not run any more.
  void end_all() noexcept;

  const domain_options& options() const noexcept { return options_; }
  const participants<Participant>& table() const noexcept { return table_; }

 private:
  template <class, class>
  friend class retire_forms;

  static constexpr int patience = 4;  // rounds of drain() that may end nothing: an epoch needs two advances

  Scheme& scheme() noexcept { return static_cast<Scheme&>(*this); }
  const Scheme& scheme() const noexcept { return static_cast<const Scheme&>(*this); }
  void collect_due(Participant& self, std::size_t weight) noexcept;
  void collect(Participant& self, std::size_t most_adopted) noexcept;
  void leave_behind(retired* r, std::size_t weight) noexcept;

  // end.h
  void end_due(Participant& self, std::size_t weight) noexcept;
  void leave_expired(Participant& self) noexcept;
  retired_chain take_due(Participant& self, std::size_t weight) noexcept;
  static void begin_end(Participant& self) noexcept;
  static void end_one(Participant& self, retired* r) noexcept;
  std::size_t end(Participant& self, retired_chain due) noexcept;
  std::size_t end_timed(Participant& self, retired_chain due) noexcept;
  void finish_end(Participant& self, std::size_t count) noexcept;

  // drain.h
  void gather(Participant& visitor) noexcept;
  std::size_t drain_once(Participant& self, std::size_t most) noexcept;

  // barrier.h
  void take_over(Participant& self, Participant& p) noexcept;
  void take_over_all(Participant& self) noexcept;
  static void own_lists(Participant& self) noexcept;

  // limits.h
  void fit_to_limits(Participant& self, const garbage& waits) noexcept;
  garbage tell(Participant& self) noexcept;
  void give_back_grant(Participant& p) noexcept;
  void keep_limits(Participant& self, std::size_t ended) noexcept;
  void wait_for_room(Participant& self) noexcept;
  std::size_t relieve(Participant& self, std::size_t most) noexcept;

  // observe.h
  turnover count_objects() const noexcept;
  template <class Visitor>
  void for_each_in_the_way(const Visitor& visit);
  stall describe(const Participant& p, const stand& how, const garbage& waiting) const noexcept;
  const Participant* longest_in_the_way(stand& how) noexcept;

  // threads.h
  void hand_on(Participant& p) noexcept;
  void forget(Participant& p) noexcept;
  void thread_exits(std::size_t index) noexcept;
  void child_starts(std::size_t survivor) noexcept;

  const domain_options options_;
  participants<Participant> table_;
  retired_stack orphans_;   // retired, not yet looked at by a collect
  retired_stack outlived_;  // no guard can reach these
  // Somebody is in barrier(): nobody adopts meanwhile.  Left out of the search, for each collect reads it: the locks' words
  // and joined_, which the same fences order, are in it.
  sync::unmodelled_atomic<bool> in_barrier_{false};
  mutable garbage_ledger ledger_;  // whoever asks for stats raises the peak
  sync::unmodelled_atomic<bool> is_breached_{false};  // the hard limit was passed, and nobody has been within the soft one since
};

template <class S, class P, class H>
domain_base<S, P, H>::domain_base(const domain_options& options)
    : sync::thread_observer(
          [](thread_observer& self, std::size_t index) noexcept { static_cast<domain_base&>(self).thread_exits(index); },
          [](thread_observer& self, std::size_t index) noexcept { static_cast<domain_base&>(self).child_starts(index); }),
      options_(options.completed()) {
  sync::ensure_fence_mode();
  this->enrol();
}

template <class S, class P, class H>
void domain_base<S, P, H>::hand_over(P& self, retired* r, footprint cost) noexcept {
  self.retired_count.add(1);
  self.retired_bytes.add(cost.bytes);
  sync::probe::retire(this, key_of_retired(r), cost.bytes);
  if (!self.lock.try_own()) [[unlikely]] return leave_behind(r, cost.weight);
  self.open.push(r, cost.weight);
  if (self.open.weight() >= self.collect_at) [[unlikely]] return collect_due(self, cost.weight);
  if (self.expired.empty() || self.is_ending.load(relaxed)) return self.lock.disown();  // relaxed: own word
  end_due(self, cost.weight);
}

// The second half of a hand-over, where so much has been retired that it is time to look.
template <class S, class P, class H>
[[gnu::noinline]] void domain_base<S, P, H>::collect_due(P& self, std::size_t weight) noexcept {
  collect(self, options_.most_per_collect());
  if (!options_.reclaims_in_retire) leave_expired(self);
  if (self.is_ending.load(relaxed)) return self.lock.disown();  // relaxed: own word
  const bool has_no_room = options_.has_limits() && self.ledger.granted == 0;
  std::size_t ended = 0;
  if (self.expired.empty()) {
    self.lock.disown();
  } else {
    const retired_chain due = take_due(self, weight);
    begin_end(self);
    self.lock.disown();
    ended = end_timed(self, due);
  }
  if (has_no_room) keep_limits(self, ended);
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
// While somebody is in barrier() what waits must not go from hand to hand.
template <class S, class P, class H>
[[gnu::noinline]] void domain_base<S, P, H>::collect(P& self, std::size_t most_adopted) noexcept {
  self.adopts = !in_barrier_.load(relaxed);  // relaxed: ordered by try_own(), edge own-visit
  const std::size_t waiting = most_adopted == retired_stack::all ? 0 : self.expired.weight();
  const std::size_t room = self.adopts && waiting < most_adopted ? most_adopted - waiting : 0;
  const std::size_t retired_since = self.open.weight() - std::min(self.open.weight(), self.kept);
  self.open.splice(orphans_.take(room));
  self.expired.splice(outlived_.take(room));
  self.collect_count.add(1);
  sync::probe::collect(this);
  const std::chrono::nanoseconds began = sync::now();
  scheme().collect_under_lock(self);
  self.schedule(options_, began, retired_since);
  const garbage waits = ledger_.tell(self.ledger, self.balance());
  if (options_.has_limits()) fit_to_limits(self, waits);
}

template <class S, class P, class H>
void domain_base<S, P, H>::look() noexcept {
  P& self = this->self();
  if (!self.lock.try_own()) return;
  collect(self, options_.most_per_collect());
  leave_expired(self);
  self.lock.disown();
}

}  // namespace reclaim

#include "reclaim/core/domain_base/barrier.h"
#include "reclaim/core/domain_base/drain.h"
#include "reclaim/core/domain_base/end.h"
#include "reclaim/core/domain_base/limits.h"
#include "reclaim/core/domain_base/observe.h"
#include "reclaim/core/domain_base/threads.h"

#endif  // RECLAIM_CORE_DOMAIN_BASE_H
