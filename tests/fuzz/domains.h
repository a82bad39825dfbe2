// One input for a domain.  Its first three bytes say which domain, how it is set, and whether two threads take turns, which
// is then known and repeatable, or run side by side; the rest are the operations.

#ifndef RECLAIM_TESTS_FUZZ_DOMAINS_H
#define RECLAIM_TESTS_FUZZ_DOMAINS_H

#include <atomic>
#include <chrono>
#include <cstddef>
#include <semaphore>
#include <thread>

#include "reclaim/schemes.h"
#include "tests/fuzz/actor.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/objects.h"

namespace reclaim::fuzz {

// Two threads, of which one waits while the other acts.
template <class Domain>
class turns {
 public:
  turns(actor<Domain>& first, actor<Domain>& second, bytes in) : actors_{&first, &second}, in_(in) {
    first.set_other(&second);
    second.set_other(&first);
  }

  void run() {
    std::thread other([this] { keep_alive(1); });
    keep_alive(0);
    other.join();
  }

 private:
  // A thread that ends under no guard is followed by another.
  void keep_alive(unsigned self) {
    while (!is_over_) std::thread([this, self] { act(self); }).join();
  }

  void act(unsigned self) {
    turn_[self].acquire();
    while (!in_.empty()) {
      const unsigned choice = in_.below(16);
      if (choice < 6) {
        pass_from(self);
      } else if (choice == 6 && !actors_[self]->is_under_guard()) {
        return turn_[self].release();
      }
      actors_[self]->operate(in_);
    }
    actors_[self]->leave_all();
    is_over_ = true;
    turn_[1 - self].release();
  }

  void pass_from(unsigned self) {
    turn_[1 - self].release();
    turn_[self].acquire();
  }

  actor<Domain>* actors_[2];
  bytes in_;
  std::binary_semaphore turn_[2] = {std::binary_semaphore(1), std::binary_semaphore(0)};
  std::atomic<bool> is_over_{false};
};

template <class Domain>
void side_by_side(actor<Domain>& first, actor<Domain>& second, bytes in) {
  const auto act = [](actor<Domain>& self, bytes mine) {
    while (!mine.empty()) self.operate(mine);
    self.leave_all();
  };
  std::thread other([&] { act(second, in.half(1)); });
  act(first, in.half(0));
  other.join();
}

template <class Domain>
void run_in(Domain& domain, objects<Domain>& all, bytes in, bool takes_turns) {
  all.domain = &domain;
  actor<Domain> actors[2] = {{domain, all}, {domain, all}};
  if (takes_turns) {
    all.context = actors;
    all.is_protected = [](const fate& known, void* both) {
      auto* const each = static_cast<actor<Domain>*>(both);
      return each[0].protects(known) || each[1].protects(known);
    };
    turns(actors[0], actors[1], in).run();
  } else {
    side_by_side(actors[0], actors[1], in);
  }
  for (actor<Domain>& each : actors) each.finish();
  for (auto& source : all.sources) {
    if (object<Domain>* const last = source.exchange(nullptr, acq_rel)) domain.retire(last);
  }
  all.is_protected = nullptr;
}

inline domain_options options_of(bytes& in) {
  domain_options options;
  options.objects_per_collect = 1 + in.below(8);
  options.collect_period = {};
  switch (in.below(4)) {
    case 0: options.hard_limit.objects = 12; break;
    case 1: options.reclaims_in_retire = false; break;
    case 2: options.reclaims_per_retire = 2; break;
    default: break;
  }
  return options;
}

// The domain that is run, of one that is made: itself, or the view of regions that it has.
template <class Domain>
struct itself {
  using domain = Domain;
  static Domain& of(Domain& made) noexcept { return made; }
};
struct its_regions {
  using domain = hybrid_regions;
  static hybrid_regions& of(hybrid_domain& made) noexcept { return made.regions(); }
};

template <class Made, class Run = itself<Made>>
void run_domain(bytes in, bool takes_turns) {
  objects<typename Run::domain> all;
  {
    Made made(options_of(in));
    run_in(Run::of(made), all, in, takes_turns);
  }
  must(all.all_ended(), "an object has not ended with its domain");
}

inline void run_domains(const unsigned char* data, std::size_t size) {
  bytes in(data, size);
  const unsigned first = in.below(20);
  const bool takes_turns = first / 5 != 0;  // mostly
  switch (first % 5) {
    case 0: run_domain<epoch_domain>(in, takes_turns); break;
    case 1: run_domain<hazard_domain>(in, takes_turns); break;
    case 2: run_domain<hybrid_domain>(in, takes_turns); break;
    case 3: run_domain<hybrid_domain, its_regions>(in, takes_turns); break;
    default: run_domain<leaky_domain>(in, takes_turns);
  }
}

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_DOMAINS_H
