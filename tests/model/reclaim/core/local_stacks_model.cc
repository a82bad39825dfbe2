#include "reclaim/core/local_stacks.h"

#include "reclaim/sync/sync.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

struct element {
  sync::stacked link;
  sync::plain<int> holder{-1};
};

// Elements on stacks, and threads that take one, hold it, and put it back: an element is in one hand, and none is lost.
template <unsigned Stacks>
class stacks_of : public scenario {
 protected:
  stacks_of() {
    for (element& e : elements) stacks->push(&e.link, 8);
  }
  ~stacks_of() override {
    delete stacks;
    sync::modelled_stacks = 1;
  }

  void take_and_put(int who) {
    sync::stacked* const s = stacks->pop();
    if (s == nullptr) return;  // empty, or all are taken
    auto& e = *reinterpret_cast<element*>(s);
    e.holder.set(who);
    change_threads();
    expect(e.holder.get() == who, "an element is in two hands");
    if (!stacks->push(s, 8)) ++in_hand;
  }
  void expect_all() {
    expect(static_cast<int>(stacks->count()) + in_hand == 2, "an element is lost, or there twice");
  }

  static std::size_t set(std::size_t n) { return sync::modelled_stacks = n; }

  const std::size_t stack_count = set(Stacks);
  local_stacks* const stacks = new local_stacks;
  element elements[2];
  int in_hand = 0;  // one real thread
};

template <unsigned Stacks>
class takers final : public stacks_of<Stacks> {
 public:
  static constexpr unsigned threads = 2;
  void thread(unsigned index) override {
    for (int i = 0; i != 2; ++i) this->take_and_put(static_cast<int>(index));
  }
  void at_rest() override { this->expect_all(); }
};

// One takes both and puts both back, two take one each.
class taker_of_both final : public stacks_of<1> {
 public:
  static constexpr unsigned threads = 3;
  void thread(unsigned index) override {
    if (index != 0) return take_and_put(static_cast<int>(index));
    sync::stacked* const all[] = {stacks->pop(), stacks->pop()};
    for (sync::stacked* s : all) {
      if (s != nullptr) reinterpret_cast<element*>(s)->holder.set(0);
    }
    for (sync::stacked* s : all) in_hand += s != nullptr && !stacks->push(s, 8) ? 1 : 0;
  }
  void at_rest() override { expect_all(); }
};

// One thread sweeps, two take.
class sweeper final : public stacks_of<2> {
 public:
  static constexpr unsigned threads = 3;
  void thread(unsigned index) override {
    if (index != 2) return take_and_put(static_cast<int>(index));
    stacks->take_all([&](sync::stacked* s) {
      reinterpret_cast<element*>(s)->holder.set(2);
      change_threads();
      expect(reinterpret_cast<element*>(s)->holder.get() == 2, "an element is in two hands");
      ++in_hand;
    });
  }
  void at_rest() override { expect_all(); }
};

// One thread closes the stacks while another one puts and takes: each element is found, or stays in a hand.
class closer final : public stacks_of<1> {
 public:
  static constexpr unsigned threads = 2;
  void thread(unsigned index) override {
    if (index == 0) return take_and_put(0);
    expect(stacks->close([&](sync::stacked*) { ++in_hand; }), "the stacks were not closed");
    expect(stacks->pop() == nullptr, "a closed stack gives");
  }
  void at_rest() override { expect(in_hand == 2, "an element was lost as the stacks were closed"); }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  return run(argc, argv,
             {
                 plan_of<takers<1>, "takers">(2, ends::not_asked),
                 plan_of<takers<2>, "takers_of_two">(2, ends::not_asked),
                 plan_of<taker_of_both, "taker_of_both">(0, ends::not_asked),
                 plan_of<sweeper, "sweeper">(0, ends::not_asked),
                 plan_of<closer, "closer">(3, ends::not_asked),
             });
}
