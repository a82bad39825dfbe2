#include "structures/treiber_stack.h"

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"
#include "tests/model/structures/over_domain.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

template <class Domain>
class stack_over : public over_domain<Domain> {
 protected:
  void push(int number) { stack.emplace(number); }
  bool pop() { return taken.take(stack.try_pop()); }
  void pop_all(int count) {
    while (pop()) {
    }
    taken.expect_all(count);
  }

  treiber_stack<value, Domain> stack{this->domain};
  taken_values taken;
};

// Two values on the stack: one thread pops while another pops both and pushes, which would be ABA if nodes were reused.
template <class Domain>
class poppers_and_reuse final : public stack_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  poppers_and_reuse() {
    this->push(1);
    this->push(2);
  }

  void thread(unsigned index) override {
    this->pop();
    if (index == 0) return;
    this->pop();
    this->push(3);
    this->collect(2);
  }

  void at_rest() override { this->pop_all(3); }
};

// Two threads push and pop, a third one pops.
template <class Domain>
class pushers_and_poppers final : public stack_over<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index != 2) this->push(static_cast<int>(index) + 1);
    this->pop();
    if (index == 2) this->collect(2);
  }

  void at_rest() override { this->pop_all(2); }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  using namespace reclaim;
  return run(argc, argv, {
    plan_of<poppers_and_reuse<epoch_domain>, "poppers_and_reuse/epoch">(1),
    plan_of<poppers_and_reuse<hazard_domain>, "poppers_and_reuse/hazard">(1),
    brief_plan_of<poppers_and_reuse<hybrid_domain>, "poppers_and_reuse/hybrid">(),
    plan_of<pushers_and_poppers<epoch_domain>, "pushers_and_poppers/epoch">(),
    plan_of<pushers_and_poppers<hazard_domain>, "pushers_and_poppers/hazard">(),
    brief_plan_of<pushers_and_poppers<hybrid_domain>, "pushers_and_poppers/hybrid">(),
  });
}
