// What one thread does with a domain, operation by operation: its guards, one in the other, and what they protect.

#ifndef RECLAIM_TESTS_FUZZ_ACTOR_H
#define RECLAIM_TESTS_FUZZ_ACTOR_H

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "reclaim/cohort.h"
#include "reclaim/core/domain.h"
#include "reclaim/schemes/leaky.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/objects.h"

namespace reclaim::fuzz {

// Where two threads take turns it is known what the other does meanwhile: nothing.  Then more has to hold.
template <class Domain>
class actor {
 public:
  static constexpr bool ends_early = !std::is_same_v<Domain, leaky_domain>;

  actor(Domain& domain, objects<Domain>& all) : domain_(domain), all_(all) {}

  // `other`: who waits for its turn; null where nobody waits.
  void set_other(actor* other) noexcept { other_ = other; }

  bool is_under_guard() const noexcept { return !frames_.empty(); }

  // Whether one of its guards protects it.
  bool protects(const fate& known) const noexcept {
    return std::any_of(frames_.begin(), frames_.end(), [&](const frame& f) {
      return std::any_of(f.held.begin(), f.held.end(), [&](const hold& h) { return h.known == &known; });
    });
  }

  void operate(bytes& in) {
    switch (in.below(20)) {
      case 0: case 1: enter(); break;
      case 2: case 3: leave(); break;
      case 4: case 5: case 6: protect(in); break;
      case 7: try_protect(in); break;
      case 8: reset(in); break;
      case 9: swap(); break;
      case 10: repin(); break;
      case 11: case 12: case 13: replace(in); break;
      case 14: replace_many(in); break;
      case 15: drain(); break;
      case 16: reclaim_some(in); break;
      case 17: wait(in); break;
      case 18: join_or_end_cohort(); break;
      default: begin_or_poll_grace_period();
    }
    check_held();
  }

  void leave_all() {
    while (is_under_guard()) leave();
  }

  // When no thread is under a guard any more.
  void finish() { cohort_.reset(); }

 private:
  using node = object<Domain>;
  using source = typename objects<Domain>::source;

  struct hold {
    const fate* known;
    unsigned shield;
  };

  struct frame {
    explicit frame(Domain& domain) : guard(domain.enter()), shields{guard.shield(), guard.shield()} {}
    typename Domain::guard guard;
    typename Domain::shield shields[2];
    std::vector<hold> held;
    bool is_new = true;  // has not let go of anything by repin()
  };

  bool is_turn_taken() const noexcept { return other_ != nullptr; }
  bool nobody_is_under_guard() const noexcept { return !is_under_guard() && (other_ == nullptr || !other_->is_under_guard()); }

  source& source_of(bytes& in) noexcept { return all_.sources[in.below(objects<Domain>::source_count)]; }

  void check_held() const {
    for (const frame& f : frames_) {
      for (const hold& h : f.held) must(!h.known->is_ended, "what a guard protects has ended");
    }
  }

  void enter() {
    if (frames_.size() < 3) frames_.emplace_back(domain_);
  }

  // In a region the guard around goes on to protect what was found, unless it was renewed meanwhile.
  void leave() {
    if (!is_under_guard()) return;
    const bool passes_on = Domain::protects_regions && frames_.back().is_new && frames_.size() > 1;
    const std::vector<hold> found = std::move(frames_.back().held);
    frames_.pop_back();
    if (passes_on) frames_.back().held.insert(frames_.back().held.end(), found.begin(), found.end());
  }

  // A region protects also what its shields have moved on from.
  static void let_go(frame& f, unsigned shield) {
    if constexpr (!Domain::protects_regions) std::erase_if(f.held, [&](const hold& h) { return h.shield == shield; });
  }

  void protect(bytes& in) {
    source& from = source_of(in);
    const unsigned shield = in.below(2);
    if (!is_under_guard()) return;
    frame& f = frames_.back();
    const node* const found = f.shields[shield].protect(from);
    must(!is_turn_taken() || found == from.load(relaxed), "protect() gives what is not there");
    let_go(f, shield);
    if (found != nullptr) f.held.push_back({&found->known, shield});
  }

  void try_protect(bytes& in) {
    source& guessed = source_of(in);
    source& from = source_of(in);
    const unsigned shield = in.below(2);
    if (!is_under_guard()) return;
    frame& f = frames_.back();
    node* found = guessed.load(acquire);
    const bool was_there = f.shields[shield].try_protect(found, from);
    const bool is_right = found == from.load(relaxed) && (was_there || &guessed != &from);
    must(!is_turn_taken() || is_right, "try_protect() gives what is not there");
    let_go(f, shield);
    if (was_there && found != nullptr) f.held.push_back({&found->known, shield});
  }

  void reset(bytes& in) {
    const unsigned shield = in.below(2);
    if (!is_under_guard()) return;
    frames_.back().shields[shield].reset();
    let_go(frames_.back(), shield);
  }

  void swap() {
    if (!is_under_guard()) return;
    frame& f = frames_.back();
    f.shields[0].swap(f.shields[1]);
    for (hold& h : f.held) h.shield = 1 - h.shield;
  }

  void repin() {
    if (!is_under_guard()) return;
    for (frame& f : frames_) {
      f.held.clear();
      f.is_new = false;
    }
    frames_.back().guard.repin();
  }

  void replace(bytes& in) {
    source& at = source_of(in);
    const unsigned choice = in.below(256);
    node* const fresh = choice >= 224 ? nullptr : all_.make(static_cast<errand>(choice % errands));
    if (node* const old = at.exchange(fresh, acq_rel)) retire(old, choice / errands % 8);
  }

  void replace_many(bytes& in) {
    source& at = source_of(in);
    for (unsigned left = in.below(32); left != 0; --left) {
      if (node* const old = at.exchange(all_.make(errand::none), acq_rel)) retire(old, 0);
    }
  }

  void retire(node* old, unsigned how) {
    const auto deleter = [](node* o) noexcept { node::reclaim(o); };
    switch (how) {
      case 0: return domain_.retire(old);
      case 1: return domain_.retire(old, deleter);
      case 2: return must(domain_.try_retire(old, deleter, 3000), "try_retire refused");
      case 3: if (cohort_) return cohort_->retire(old); break;
      default: break;
    }
    is_under_guard() ? frames_.back().guard.retire(old) : domain_.retire(old);
  }

  void drain() {
    const std::size_t left = domain_.drain();
    const bool may_be_left = !ends_early || !is_turn_taken() || !nobody_is_under_guard();
    must(may_be_left || left == 0, "drain() left what nobody can reach");
  }

  void reclaim_some(bytes& in) {
    const std::size_t most = in.below(16);
    if constexpr (requires { domain_.reclaim_some(most); }) domain_.reclaim_some(most);
  }

  // What waits for guards, it may where there will be none.
  void wait(bytes& in) {
    const bool for_objects = in.below(2) == 0;
    if (!nobody_is_under_guard()) return;
    if constexpr (ends_early) {
      if (for_objects) {
        domain_.barrier();
        must(!is_turn_taken() || domain_.pending() == 0, "barrier() left something");
        return;
      }
    }
    if constexpr (requires { domain_.synchronize(); }) domain_.synchronize();
  }

  void join_or_end_cohort() {
    if constexpr (ends_early) {
      if (!cohort_) {
        cohort_.emplace(domain_);
      } else if (!domain_.may_wait() || other_ == nullptr || !other_->is_under_guard()) {
        cohort_.reset();
      }
    }
  }

  // Over at once where nobody is under a guard; and not before those have ended who were when it began.
  void begin_or_poll_grace_period() {
    if constexpr (requires { domain_.start_poll(); }) {
      if (!is_turn_taken()) return;
      static_assert(Domain::protects_regions);
      auto period = domain_.start_poll();
      const bool is_over = domain_.poll(period) || domain_.poll(period) || domain_.poll(period);
      must(is_over == nobody_is_under_guard(), "a grace period is over while a guard lives, or is not though there is none");
    }
  }

  Domain& domain_;
  objects<Domain>& all_;
  actor* other_ = nullptr;
  std::deque<frame> frames_;
  std::optional<cohort<node, Domain>> cohort_;
};

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_ACTOR_H
