#include "reclaim/core/grace_period.h"

#include "reclaim/schemes.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// What guards protect that nobody retires: who may have found `current` at 0 reads `old`.
template <class Domain>
class awaited_readers : public scenario {
 protected:
  awaited_readers() { join_all(domain); }

  static auto& regions(Domain& domain) noexcept {
    if constexpr (requires { domain.regions(); }) {
      return domain.regions();
    } else {
      return domain;
    }
  }

  void read() {
    auto guard = regions(domain).enter();
    if (current.load(relaxed) != 0) return;
    change_threads();
    expect(old.get() == 1, "a grace period was over while a reader was there");
  }
  void overwrite() {
    old.set(0);
    count_end();
  }
  void poll_and_overwrite() {
    current.store(1, relaxed);
    const grace_period period = regions(domain).start_poll();
    for (int i = 0; i != 3; ++i) {
      if (regions(domain).poll(period)) return overwrite();
    }
  }
  void retire(int count) {
    for (int i = 0; i != count; ++i) domain.retire(new object<Domain>);
  }

  Domain domain{eager()};
  sync::atomic<int> current{0};
  sync::plain<int> old{1};
};

// One thread polls, and another moves the epoch on as well.
template <class Domain>
class polled final : public awaited_readers<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) return this->read();
    if (index == 2) return this->retire(3);
    this->poll_and_overwrite();
  }
};

// Two readers, one after the other begins.
template <class Domain>
class polled_among_two final : public awaited_readers<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index != 1) {
      this->read();
      return this->retire(1);
    }
    this->poll_and_overwrite();
  }
};

template <class Domain>
class synchronized final : public awaited_readers<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) return this->read();
    if (index == 2) return this->retire(2);
    this->current.store(1, relaxed);
    this->regions(this->domain).synchronize();
    this->overwrite();
  }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  using E = reclaim::epoch_domain;
  using Y = reclaim::hybrid_domain;
  return run(argc, argv, {
    plan_of<polled<E>, "polled">(),
    brief_plan_of<polled<Y>, "polled_hybrid">(),
    plan_of<polled_among_two<E>, "polled_among_two">(),
    brief_plan_of<synchronized<E>, "synchronized">(),
    brief_plan_of<synchronized<Y>, "synchronized_hybrid">(),
  });
}
