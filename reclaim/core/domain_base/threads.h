// Threads that come and go, forks, and the end of the domain.

#ifndef RECLAIM_CORE_DOMAIN_BASE_THREADS_H
#define RECLAIM_CORE_DOMAIN_BASE_THREADS_H

#include "reclaim/core/domain_base.h"

namespace reclaim {

template <class S, class P, class H>
P& domain_base<S, P, H>::join_slowly() noexcept {
  const std::size_t index = sync::register_thread();
  if (P* const known = table_.find(index); known != nullptr && known->index != sync::no_thread) return *known;
  P& joined = table_.join(index);
  joined.index = index;
  joined.identity.set_thread(sync::thread_id(), index);
  if (!joined.lock.try_own()) return joined;  // a visitor is there, and leaves it as a newcomer needs it
  // Threads that come, retire a little and go would leave orphans without end: the newcomer looks at them.
  const std::size_t left_behind = orphans_.weight() + outlived_.weight();
  joined.start_over(options_, left_behind < options_.objects_per_collect ? options_.until_first_collect() : 0);
  joined.lock.disown();
  return joined;
}

// What a collect has found out goes with the objects: to look at them anew at each hand-over would keep them for ever.
template <class S, class P, class H>
void domain_base<S, P, H>::hand_on(P& p) noexcept {
  scheme().hold_back(p);
  orphans_.push(std::move(p.open));
  outlived_.push(std::move(p.expired));
  give_back_grant(p);
  p.start_over(options_, options_.until_first_collect());
  scheme().hand_on_limbo(p);
}

// The participant's thread is gone.
template <class S, class P, class H>
void domain_base<S, P, H>::forget(P& p) noexcept {
  scheme().forget_thread(p);
  p.index = sync::no_thread;
  p.is_ending.store(false, release);  // edge end-barrier
  p.guards = 0;
  p.identity.forget_thread();
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
  const P* const self = table_.find(survivor);
  in_barrier_.store(self != nullptr && self->keeps, relaxed);  // relaxed: the child has one thread
  table_.for_each([&](P& p) {
    if (p.lock.reopen()) {
      p.open.give_up();
      p.expired.give_up();
      scheme().give_up_limbo(p);
    }
    if (p.index == survivor) p.identity.set_thread(sync::thread_id(), survivor);
    if (p.index == survivor || p.index == sync::no_thread) return;
    p.keeps = false;
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
    begin_end(self);
    end(self, retired_chain(std::move(due)));
  }
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_BASE_THREADS_H
