#include "structures/segmented_queue.h"

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"
#include "tests/model/structures/over_domain.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// Segments of two cells, or of one.
template <class Domain, std::size_t Cells = 2>
class queue_over : public over_domain<Domain> {
 protected:
  void push(int number) { queue.emplace(number); }
  bool pop() { return taken.take(queue.try_pop()); }
  void pop_one_that_is_there() { expect(pop(), "the queue was found empty, and never was"); }
  void pop_all(int count) {
    while (pop()) {
    }
    taken.expect_all(count);
  }

  segmented_queue<value, Domain, Cells> queue{this->domain};
  taken_values taken;
};

// Two values in the queue: two threads pop, and one of them pushes before and after.
template <class Domain>
class poppers final : public queue_over<Domain, 1> {
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
    this->push(4);  // in the memory of a segment that has ended
    this->collect(1);
  }

  void at_rest() override { this->pop_all(4); }
};

// Two threads push, and the second of them twice; a third one pops: what one thread pushed comes in its order.  A pop
// may come to a cell before its value, and make it void.
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

// Each thread finds something after its own push, whatever the other has drawn and not filled.
template <class Domain, std::size_t Cells>
class pairs final : public queue_over<Domain, Cells> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    this->push(static_cast<int>(index) + 1);
    expect(index == 0 || !this->queue.empty(), "the queue was called empty, and was not");
    this->pop_one_that_is_there();
    if (index == 1) return;
    this->push(3);
    this->pop_one_that_is_there();
  }

  void at_rest() override { this->pop_all(3); }
};

// There is a value at every moment, and another thread's pop is all that tells of the push before it.
template <class Domain, std::size_t Cells>
class push_before_pop final : public queue_over<Domain, Cells> {
 public:
  static constexpr unsigned threads = 2;

  push_before_pop() { this->push(1); }

  void thread(unsigned index) override {
    auto guard = this->domain.enter();
    if (index == 1) return this->pop_one_that_is_there();
    this->push(2);
    this->pop_one_that_is_there();
  }

  void at_rest() override { this->pop_all(2); }
};

// A thread may stop between the two steps by which a segment is appended; another one pops past its tail, ends the
// segments, and pushes.
template <class Domain>
class lagging_tail final : public queue_over<Domain, 1> {
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

// The same with a third thread, that may stop with the tail which it found behind: it came after that was retired.
template <class Domain>
class retired_tail final : public queue_over<Domain, 1> {
 public:
  static constexpr unsigned threads = 3;

  retired_tail() { this->push(1); }

  void thread(unsigned index) override {
    if (index == 0) return this->push(2);
    if (index == 1) {
      this->pop();
      this->pop();
      has_left.store(true, relaxed);
      for (int i = 0; i != 3; ++i) sync::yield();
      return this->collect(2);
    }
    for (int i = 0; i != 8 && !has_left.load(relaxed); ++i) sync::yield();
    this->push(3);
  }

  void at_rest() override { this->pop_all(3); }

 private:
  sync::atomic<bool> has_left{false};
};

// A thread may stop when it has read the tail, or the head; another one moves both on and ends what they named.
template <class Domain>
class old_ends final : public queue_over<Domain, 1> {
 public:
  static constexpr unsigned threads = 2;

  old_ends() { this->push(1); }

  void thread(unsigned index) override {
    if (index == 0) {
      this->push(2);
      this->pop();
      return;
    }
    this->push(3);
    for (int i = 0; i != 2; ++i) this->pop();
    this->collect(2);
  }

  void at_rest() override { this->pop_all(3); }
};

// A thread meets at the head what a second one left there and a third one made.  It has its guard from the beginning
// and is told by relaxed stores, so that nothing but the queue orders the three.
template <class Domain>
class second_hand_head final : public queue_over<Domain, 1> {
 public:
  static constexpr unsigned threads = 3;

  second_hand_head() { this->push(1); }

  void thread(unsigned index) override {
    if (index == 0) {
      this->push(2);
      return this->push(3);
    }
    auto guard = this->domain.enter();
    if (index == 1) {
      this->pop();
      has_popped.store(this->pop(), relaxed);
      return;
    }
    for (int i = 0; i != 8 && !has_popped.load(relaxed); ++i) sync::yield();
    this->pop();
  }

  void at_rest() override { this->pop_all(3); }

 private:
  sync::atomic<bool> has_popped{false};
};

// The same at the tail: three threads push, each into a segment that another one made or moved the tail to.
template <class Domain, std::size_t Cells>
class pushers final : public queue_over<Domain, Cells> {
 public:
  static constexpr unsigned threads = 3;

  pushers() { this->push(4); }

  void thread(unsigned index) override {
    auto guard = this->domain.enter();
    this->push(static_cast<int>(index) + 1);
  }

  void at_rest() override { this->pop_all(4); }
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
    plan_of<pushers_and_popper<epoch_domain>, "pushers_and_popper/epoch">(0, ends::not_asked),
    plan_of<pushers_and_popper<hazard_domain>, "pushers_and_popper/hazard">(0, ends::not_asked),
    brief_plan_of<pushers_and_popper<hybrid_domain>, "pushers_and_popper/hybrid">(ends::not_asked),
    plan_of<pairs<epoch_domain, 1>, "pairs/epoch">(),
    plan_of<pairs<hazard_domain, 1>, "pairs/hazard">(),
    brief_plan_of<pairs<hybrid_domain, 1>, "pairs/hybrid">(),
    plan_of<pairs<epoch_domain, 2>, "pairs_two_cells/epoch">(0, ends::not_asked),
    plan_of<push_before_pop<epoch_domain, 2>, "push_before_pop/epoch">(2, ends::not_asked),
    plan_of<push_before_pop<epoch_domain, 1>, "push_before_pop_to_next/epoch">(2, ends::not_asked),
    plan_of<lagging_tail<hazard_domain>, "lagging_tail/hazard">(1),
    brief_plan_of<lagging_tail<hybrid_domain>, "lagging_tail/hybrid">(),
    plan_of<retired_tail<epoch_domain>, "retired_tail/epoch">(),
    plan_of<old_ends<hazard_domain>, "old_ends/hazard">(1),
    brief_plan_of<old_ends<hybrid_domain>, "old_ends/hybrid">(),
    plan_of<second_hand_head<epoch_domain>, "second_hand_head/epoch">(0, ends::not_asked),
    plan_of<pushers<epoch_domain, 1>, "pushers/epoch">(0, ends::not_asked),
    plan_of<pushers<epoch_domain, 2>, "pushers_two_cells/epoch">(0, ends::not_asked),
  });
}
