#include "reclaim/core/owner_lock.h"

#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// Threads that meet in what one owner_lock guards.
class guarded : public scenario {
 protected:
  void use() { value.set(value.get() + 1); }

  void own() {
    if (!lock.try_own()) return;
    use();
    lock.disown();
  }

  void visit(const void* visitor) {
    if (!lock.announce(visitor)) return;
    sync::heavy_fence();
    if (lock.is_announced(visitor) && lock.try_enter()) use();
    lock.leave();
  }

  owner_lock lock;
  sync::plain<int> value{0};
};

// The owner goes in and out while one visitor comes twice.
class owner_and_visitor final : public guarded {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    for (int i = 0; i != 2; ++i) index == 0 ? own() : visit(this);
  }
};

// Two visitors meet each other and the owner.
class owner_and_two_visitors final : public guarded {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) {
      for (int i = 0; i != 2; ++i) own();
    } else {
      visit(&visitors[index - 1]);
    }
  }

 private:
  int visitors[2] = {};
};

// Two visitors, and no owner.
class visitors_meet final : public guarded {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    for (int i = 0; i != 2; ++i) visit(&visitors[index]);
  }

 private:
  int visitors[2] = {};
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  return run(argc, argv, {
    plan_of<owner_and_visitor, "owner_and_visitor">(3, ends::not_asked),
    plan_of<visitors_meet, "visitors_meet">(3, ends::not_asked),
    plan_of<owner_and_two_visitors, "owner_and_two_visitors">(2, ends::not_asked),
  });
}
