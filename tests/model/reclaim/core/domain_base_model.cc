#include "reclaim/core/domain_base.h"

#include <utility>

#include "reclaim/core/guard_base.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

struct watching_hook : retired {};

struct watched_participant : participant_base {
  sync::plain<int> lists{0};  // stands for the lists: whoever changes them changes this
};

// A scheme under which nobody reads, so that whatever is collected may end: what is left is what domain_base does.
class watching_domain : public domain_base<watching_domain, watched_participant, watching_hook> {
  using base = domain_base<watching_domain, watched_participant, watching_hook>;

 public:
  using hook = watching_hook;

  explicit watching_domain(const domain_options& options = eager()) : base(options) {}
  ~watching_domain() { end_all(); }

 private:
  friend base;

  static void collect_under_lock(watched_participant& self) noexcept {
    touch(self);
    self.expired.splice(std::move(self.open));
  }
  static void hand_on_limbo(watched_participant& p) noexcept { touch(p); }
  static retired_list take_limbo() noexcept { return {}; }
  static retired_list take_limbo(watched_participant&) noexcept { return {}; }
  static bool is_reading(const watched_participant&) noexcept { return false; }
  static stand stands(const watched_participant&) noexcept { return {}; }
  static void give_up_limbo(watched_participant&) noexcept {}
  static void forget_thread(watched_participant&) noexcept {}
  static void touch(watched_participant& p) noexcept { p.lists.set(p.lists.get() + 1); }
};

using object = model::object<watching_domain>;

// Threads that retire, counted: at the end nothing is lost.
class retiring : public scenario {
 protected:
  explicit retiring(const domain_options& options = eager()) : domain(options) {
    const std::size_t own = sync::thread_index();
    for (std::size_t index = 0; index != sync::expected_threads; ++index) {
      sync::begin_thread(index);
      domain.join();
    }
    sync::begin_thread(own);
  }

  void retire(int count) {
    for (int i = 0; i != count; ++i) domain.retire(new object);
  }

  void at_rest() override {
    domain.drain();
    expect(domain.pending() == 0, "an object that was retired did not end");
  }

  watching_domain domain;
};

// A thread retires while another one drains what it has.
class retirer_and_visitor final : public retiring {
 public:
  static constexpr unsigned threads = 2;

  retirer_and_visitor() : retiring({.objects_per_collect = 2, .reclaims_per_retire = 1}) {}

  void thread(unsigned index) override {
    if (index == 0) {
      retire(3);
    } else {
      domain.drain();
    }
  }
};

// Two threads drain each other and a third one, which retires.
class retirer_and_two_visitors final : public retiring {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    retire(1);
    if (index != 0) domain.drain();
  }
};

// A thread ends while another one drains what it has.
class ending_thread_and_visitor final : public retiring {
 public:
  static constexpr unsigned threads = 2;

  ending_thread_and_visitor() : retiring({.objects_per_collect = 3, .reclaims_per_retire = 1}) {}

  void thread(unsigned index) override {
    if (index == 0) {
      retire(2);
      sync::end_thread();
    } else {
      domain.drain();
    }
  }
};

// Objects end on the thread that adopted them, after all that their own thread did to them.
class ending_thread_and_adopter final : public retiring {
 public:
  static constexpr unsigned threads = 2;

  ending_thread_and_adopter() : retiring({.objects_per_collect = 2, .reclaims_per_retire = 64}) {}

  void thread(unsigned index) override {
    if (index == 0) {
      retire(1);
      sync::end_thread();
    } else {
      retire(4);
    }
  }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  return run(argc, argv, {
    plan_of<retirer_and_visitor, "retirer_and_visitor">(2),
    plan_of<retirer_and_two_visitors, "retirer_and_two_visitors">(),
    plan_of<ending_thread_and_visitor, "ending_thread_and_visitor">(2),
    plan_of<ending_thread_and_adopter, "ending_thread_and_adopter">(2),
  });
}
