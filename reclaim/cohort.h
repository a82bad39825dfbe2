// Objects that are retired together, and have all ended when the cohort has: a container keeps one, and leaves nothing
// behind.
//
// Source: the cohorts of hazard pointers in P3427 and in folly.
//
// Synchronization edges
//   cohort-end   leave() release --> leave() acquire   the deleters happen-before the return of the cohort's destructor

#ifndef RECLAIM_COHORT_H
#define RECLAIM_COHORT_H

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/core/retire_forms.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// T: what is retired.  With the domain's hook retiring needs no memory, and `Deleter` may be left as it is; without, a box
// is allocated for each.  Deleter: ends a T; stateless.
template <class T, domain Domain, class Deleter = std::default_delete<T>>
class cohort {
  static_assert(std::is_empty_v<Deleter> && std::is_default_constructible_v<Deleter>,
                "cohort<T, Domain, Deleter>: Deleter must have no state");
  static constexpr bool is_hooked = hooked<T, typename Domain::hook>;

 public:
  // Throws: std::bad_alloc.  Precondition: the domain outlives the cohort.
  explicit cohort(Domain& domain) : domain_(domain), state_(new state) {}

  // Waits until all that was retired through the cohort has ended; for guards of other threads, that is, and for deleters.
  // Under a guard of the calling thread that protects something, or in a deleter, it does not wait: then what is left ends
  // as the domain goes on, or with it.
  // Blocking.  Any thread; no other uses the cohort any more.
  ~cohort() {
    // relaxed: leave() acquires.
    if (domain_.may_wait()) domain_.barrier_unless([this] { return state_->waiting.load(relaxed) == 1; });
    state_->leave();
  }
  cohort(const cohort&) = delete;
  cohort& operator=(const cohort&) = delete;

  // Hands *object to the domain.  As the domain's own retire(), and two read-modify-writes.  Any thread.
  void retire(T* object) noexcept
    requires is_hooked
  {
    state_->waiting.fetch_add(1, relaxed);  // relaxed: the destructor comes after, by whatever orders the two
    domain_.retire(object, *state_);
  }
  void retire(T* object)
    requires(!is_hooked)
  {
    state_->waiting.fetch_add(1, relaxed);  // relaxed: as above
    state* const s = state_;
    if (domain_.try_retire(object, [s](T* p) noexcept { s->end(p); })) return;
    s->waiting.fetch_sub(1, relaxed);  // relaxed: as above
    sync::raise_bad_alloc();
  }

  // Returns how many objects have not ended.  Wait-free.
  std::size_t pending() const noexcept { return state_->waiting.load(relaxed) - 1; }  // relaxed: for people

 private:
  // Lives until the cohort and all its objects have ended.  It is what they end by.
  struct state : ending {
    state() noexcept : ending{&end_hooked, false, footprint_of<T>} {}

    static void end_hooked([[maybe_unused]] retired* r, [[maybe_unused]] const ending& how) noexcept {
      if constexpr (is_hooked) {
        auto& self = const_cast<state&>(static_cast<const state&>(how));
        T* const object = static_cast<T*>(static_cast<typename Domain::hook*>(r));
        if constexpr (detail::ends_itself<T>) {
          T::reclaim(object);
          self.leave();
        } else {
          self.end(object);
        }
      }
    }

    void end(T* object) noexcept {
      Deleter()(object);
      leave();
    }

    void leave() noexcept {
      if (waiting.fetch_sub(1, acq_rel) == 1) delete this;  // edge cohort-end
    }

    sync::atomic<std::size_t> waiting{1};  // objects, and the cohort
  };

  Domain& domain_;
  state* const state_;
};

}  // namespace reclaim

#endif  // RECLAIM_COHORT_H
