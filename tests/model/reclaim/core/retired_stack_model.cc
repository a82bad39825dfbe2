#include "reclaim/core/retired_stack.h"

#include "tests/support/model.h"

namespace reclaim::model {
namespace {

struct hooked : retired {};
struct anything {
  using hook = hooked;
};

class handing_over : public scenario {
 public:
  static constexpr unsigned threads = 3;

  void at_rest() override {
    take(retired_stack::all);
    expect(ended() == 4, "an object that was handed over did not end");
  }

 protected:
  using object = model::object<anything>;

  void give(int count) {
    retired_list list;
    for (int i = 0; i != count; ++i) {
      object* const o = new object;
      mark_retired(o, &ends_intrusively<object>);
      list.push(o);
    }
    stack.push(std::move(list));
  }

  void take(std::size_t limit) {
    for (retired_list taken = stack.take(limit); !taken.empty();) end_retired(taken.pop());
  }

  retired_stack stack;
};

// Two threads hand lists over, and three take all that is there and end it.
class givers_and_takers final : public handing_over {
 public:
  void thread(unsigned index) override {
    if (index != 2) give(2);
    for (unsigned i = 0; i != index; ++i) take(retired_stack::all);
  }
};

// Two threads take one object and put the others back, while a third one hands over.
class takers_of_one final : public handing_over {
 public:
  takers_of_one() { give(2); }

  void thread(unsigned index) override {
    if (index == 2) give(2);
    take(1);
  }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  return run(argc, argv, {
    plan_of<givers_and_takers, "givers_and_takers">(2),
    plan_of<takers_of_one, "takers_of_one">(2),
  });
}
