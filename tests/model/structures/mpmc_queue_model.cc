#include "structures/mpmc_queue.h"

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"
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

// Two values in the queue: two threads pop, and one of them pushes before and after.
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
    this->push(4);  // in the memory of a node that has ended
  }

  void at_rest() override { this->pop_all(4); }
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

// A thread pushes; another one pops all, helps the tail forward and ends the nodes; a third one meets head and tail.
template <class Domain>
class pusher_and_poppers final : public queue_over<Domain> {
 public:
  static constexpr unsigned threads = 3;

  pusher_and_poppers() { this->push(1); }

  void thread(unsigned index) override {
    if (index == 0) return this->push(2);
    this->pop();
    if (index == 2) return this->push(3);
    this->pop();
    this->collect(2);
  }

  void at_rest() override { this->pop_all(3); }
};

// A thread may stop between the two steps of a push; another one pops past its tail, ends the nodes, and pushes.
template <class Domain>
class lagging_tail final : public queue_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  lagging_tail() { this->push(1); }

  void thread(unsigned index) override {
    if (index == 0) return this->push(2);
    for (int i = 0; i != 2; ++i) this->pop();
    this->collect(2);
    this->push(3);
  }

  void at_rest() override { this->pop_all(3); }
};

// A thread may stop when it has read the tail; another one moves the tail on, pops and ends what it named.
template <class Domain>
class old_tail final : public queue_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) return this->push(1);
    this->push(2);
    this->pop();
    this->collect(2);
  }

  void at_rest() override { this->pop_all(2); }
};

// A thread meets at the head what a second one left there and a third one made.  It has its guard from the beginning
// and is told by relaxed stores, so that nothing but the queue orders the three.
template <class Domain>
class second_hand_head final : public queue_over<Domain> {
 public:
  static constexpr unsigned threads = 3;

  second_hand_head() { this->push(1); }

  void thread(unsigned index) override {
    if (index == 0) return this->push(2);
    auto guard = this->domain.enter();
    if (index == 1) {
      this->pop();
      has_popped.store(this->pop(), relaxed);
      return;
    }
    for (int i = 0; i != 8 && !has_popped.load(relaxed); ++i) sync::yield();
    this->pop();
  }

  void at_rest() override { this->pop_all(2); }

 private:
  sync::atomic<bool> has_popped{false};
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
  return run(argc, argv, {
    brief_plan_of<poppers<epoch_domain>, "poppers/epoch">(),
    plan_of<poppers<hazard_domain>, "poppers/hazard">(),
    brief_plan_of<poppers<hybrid_domain>, "poppers/hybrid">(),
    brief_plan_of<pushers_and_popper<epoch_domain>, "pushers_and_popper/epoch">(),
    plan_of<pushers_and_popper<hazard_domain>, "pushers_and_popper/hazard">(),
    brief_plan_of<pushers_and_popper<hybrid_domain>, "pushers_and_popper/hybrid">(),
    plan_of<lagging_tail<hazard_domain>, "lagging_tail/hazard">(1),
    brief_plan_of<lagging_tail<hybrid_domain>, "lagging_tail/hybrid">(),
    plan_of<old_tail<hazard_domain>, "old_tail/hazard">(1),
    brief_plan_of<old_tail<hybrid_domain>, "old_tail/hybrid">(),
    plan_of<second_hand_head<epoch_domain>, "second_hand_head/epoch">(0, ends::not_asked),
    plan_of<pushers<epoch_domain>, "pushers/epoch">(0, ends::not_asked),
    brief_plan_of<pusher_and_poppers<epoch_domain>, "pusher_and_poppers/epoch">(),
    plan_of<pusher_and_poppers<hazard_domain>, "pusher_and_poppers/hazard">(),
    brief_plan_of<pusher_and_poppers<hybrid_domain>, "pusher_and_poppers/hybrid">(),
  });
}
