#include "structures/mpmc_queue.h"

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "tests/model/structures/over_domain.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

template <class Domain>
class queue_over : public over_domain<Domain> {
 protected:
  void push(int number) { queue.emplace(number); }
  bool pop() { return taken.take(queue.try_pop()); }
  void pop_all(int count) {
    while (pop()) {
    }
    taken.expect_all(count);
  }

  mpmc_queue<value, Domain> queue{this->domain};
  taken_values taken;
};

// Two values in the queue: two threads pop, and one of them pushes.
template <class Domain>
class poppers final : public queue_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  poppers() {
    this->push(1);
    this->push(2);
  }

  void thread(unsigned index) override {
    this->pop();
    if (index == 0) return;
    this->push(3);
    this->pop();
  }

  void at_rest() override { this->pop_all(3); }
};

// Two threads push, and the second of them twice; a third one pops: what one thread pushed comes in its order.
template <class Domain>
class pushers_and_popper final : public queue_over<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) this->push(3);
    if (index == 1) {
      this->push(1);
      this->push(2);
    }
    if (index == 2) {
      for (int i = 0; i != 2; ++i) {
        const auto popped = this->queue.try_pop();
        if (this->taken.take(popped)) {
          expect(popped->get() != 2 || first_came, "two values of one thread came out of order");
          first_came = first_came || popped->get() == 1;
        }
      }
    }
  }

  void at_rest() override { this->pop_all(3); }

 private:
  bool first_came = false;  // one real thread
};

// A thread pushes while two others pop what is there, and help its tail forward.
template <class Domain>
class pusher_and_poppers final : public queue_over<Domain> {
 public:
  static constexpr unsigned threads = 3;

  pusher_and_poppers() { this->push(1); }

  void thread(unsigned index) override {
    if (index == 0) return this->push(2);
    for (unsigned i = 0; i != 3 - index; ++i) this->pop();
    if (index == 1) this->collect(2);
  }

  void at_rest() override { this->pop_all(2); }
};

// Three threads push: one of them finds the tail where another left it that is not the one who made the node.
template <class Domain>
class pushers final : public queue_over<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override { this->push(static_cast<int>(index) + 1); }

  void at_rest() override { this->pop_all(3); }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  using namespace reclaim;
  constexpr unsigned long schedules = 300'000;
  return run(argc, argv, {
    plan_of<poppers<epoch_domain>>("poppers/epoch").with(schedules),
    plan_of<poppers<hazard_domain>>("poppers/hazard").with(schedules),
    plan_of<pushers_and_popper<epoch_domain>>("pushers_and_popper/epoch").with(schedules),
    plan_of<pushers_and_popper<hazard_domain>>("pushers_and_popper/hazard").with(schedules),
    plan_of<pushers<epoch_domain>>("pushers/epoch", 0, ends::not_asked).with(schedules),
    plan_of<pusher_and_poppers<epoch_domain>>("pusher_and_poppers/epoch").with(schedules),
    plan_of<pusher_and_poppers<hazard_domain>>("pusher_and_poppers/hazard").with(schedules),
  });
}
