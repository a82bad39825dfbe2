#include "reclaim/core/domain_base/barrier.h"

#include "reclaim/schemes.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// An object whose end leaves a mark.
template <class Domain>
struct marked : Domain::hook {
  explicit marked(sync::plain<int>& m) : mark(m) {}
  ~marked() {
    change_threads();
    mark.set(1);
    count_end();
  }
  sync::plain<int>& mark;
};

// Thread 1 retires, thread 2 waits for what it knows to be retired; thread 0 is in their way.
template <class Domain>
class awaited : public scenario {
 public:
  static constexpr unsigned threads = 3;

 protected:
  using object = model::object<Domain>;

  explicit awaited(std::size_t every = 2) : domain({.objects_per_collect = every, .reclaims_per_retire = 64}) { join_all(domain); }

  void retire_marked() {
    domain.retire(new marked<Domain>(mark));
    is_retired.store(true, release);
  }
  void await() {
    while (!is_retired.load(acquire)) sync::relax();
    domain.barrier();
    expect(mark.get() == 1, "barrier() returned before an object had ended");
  }
  void retire(int count) {
    for (int i = 0; i != count; ++i) domain.retire(new object);
  }

  sync::plain<int> mark{0};
  Domain domain;
  sync::atomic<bool> is_retired{false};
};

// Its deleter may be running on the thread that retired it.
template <class Domain>
class deleter_runs final : public awaited<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 1) return this->await();
    this->retire_marked();
    this->retire(3);
  }
};

// A thread ends and leaves it to another one, which may be adopting it.
template <class Domain>
class goes_from_hand_to_hand final : public awaited<Domain> {
 public:
  void thread(unsigned index) override {
    if (index == 0) return this->retire(3);
    if (index == 2) return this->await();
    this->retire_marked();
    sync::end_thread();
  }
};

// So may one that joins only now.
template <class Domain>
class newcomer_adopts final : public scenario {
 public:
  static constexpr unsigned threads = 3;

  newcomer_adopts() : domain({.objects_per_collect = 2, .reclaims_per_retire = 64}) {}

  void thread(unsigned index) override {
    if (index == 1) {
      domain.retire(new marked<Domain>(mark));
      sync::end_thread();
      is_retired.store(true, release);
      return;
    }
    while (!is_retired.load(acquire)) sync::relax();
    if (index == 2) {
      for (int i = 0; i != 2; ++i) domain.retire(new object<Domain>);
    } else {
      domain.barrier();
      expect(mark.get() == 1, "barrier() returned before an object had ended");
    }
  }

 private:
  sync::plain<int> mark{0};
  Domain domain;
  sync::atomic<bool> is_retired{false};
};

// A third one drains meanwhile.
template <class Domain>
class drained_meanwhile final : public awaited<Domain> {
 public:
  void thread(unsigned index) override {
    if (index == 2) return this->await();
    if (index == 1) return this->retire_marked();
    while (!this->is_retired.load(acquire)) sync::relax();
    for (int i = 0; i != 3; ++i) this->domain.drain();
  }
};

// Two wait at once.
template <class Domain>
class two_wait final : public awaited<Domain> {
 public:
  void thread(unsigned index) override {
    if (index != 1) return this->await();
    this->retire_marked();
    this->retire(1);
  }
};

// A reader holds it for a while.
template <class Domain>
class held_by_a_reader final : public awaited<Domain> {
 public:
  void thread(unsigned index) override {
    if (index == 2) return this->await();
    if (index == 1) return this->retire_marked();
    auto guard = this->domain.enter();
    change_threads();
  }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  using E = reclaim::epoch_domain;
  using H = reclaim::hazard_domain;
  using Y = reclaim::hybrid_domain;
  return run(argc, argv, {
    plan_of<deleter_runs<E>, "deleter_runs">(),
    brief_plan_of<deleter_runs<H>, "deleter_runs_hazard">(),
    plan_of<goes_from_hand_to_hand<E>, "goes_from_hand_to_hand">(),
    brief_plan_of<goes_from_hand_to_hand<H>, "goes_from_hand_to_hand_hazard">(),
    brief_plan_of<goes_from_hand_to_hand<Y>, "goes_from_hand_to_hand_hybrid">(),
    brief_plan_of<newcomer_adopts<H>, "newcomer_adopts">(),
    brief_plan_of<drained_meanwhile<H>, "drained_meanwhile">(),
    brief_plan_of<drained_meanwhile<Y>, "drained_meanwhile_hybrid">(),
    brief_plan_of<two_wait<E>, "two_wait">(),
    brief_plan_of<held_by_a_reader<E>, "held_by_a_reader">(),
  });
}
