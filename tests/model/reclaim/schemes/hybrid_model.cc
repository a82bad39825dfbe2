#include "reclaim/schemes/hybrid.h"

#include "tests/model/reclaim/schemes/laws.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

using object = model::object<hybrid_domain>;

// Of a scenario whose reader is to be left behind: in one schedule at least the epoch must have passed it.
class with_laggard : public shared_object<hybrid_domain> {
 public:
  std::size_t reclaimed() const override { return domain.stats().passed; }

 protected:
  using shared_object::shared_object;

  void collect() { domain.retire(new object); }
};

// A reader that stays, while two others retire what it reads and move the epoch on.
class left_behind final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) return read_once();
    if (index == 1) replace();
    for (int i = 0; i != 2; ++i) collect();
  }
};

// The same, of a reader that does so again, and of what it found the first time.
class left_behind_twice final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) {
      read_once();
      read_once();
    } else {
      for (int i = 0; i != 2; ++i) replace();
      collect();
    }
  }
};

// A reader under the plain form of a guard.
class plainly final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index != 0) {
      replace();
      return collect();
    }
    for (int i = 0; i != 2; ++i) {
      under_plain_guard(
          domain,
          [&](auto& guard) {
            auto shield = guard.shield();
            const object* const o = shield.protect(root);
            pause();
            read(*o);
          },
          [&] { read_once(); });
    }
  }
};

// Two readers, one of which is left behind.
class one_of_two final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index != 2) return read_once();
    for (int i = 0; i != 3; ++i) replace();
  }
};

// The thread that collects has a guard itself, and is left behind by itself.
class own_guard final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 2) return read_once();
    if (index == 1) return replace();
    auto guard = domain.enter();
    auto shield = guard.shield();
    const object* const o = shield.protect(root);
    replace();
    for (int i = 0; i != 2; ++i) collect();
    read(*o);
  }
};

// What the outer guard protects lives while an inner guard comes and goes, and its shields change with it.
class nested final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index != 0) {
      for (int i = 0; i != 2; ++i) replace();
      return;
    }
    auto outer = domain.enter();
    auto shield = outer.shield();
    const object* o = shield.protect(root);
    for (int i = 0; i != 2; ++i) {
      auto inner = domain.enter();
      auto another = inner.shield();
      const object* const next = another.protect(root);
      read(*o);
      shield.swap(another);
      o = next;
    }
    pause();
    read(*o);
  }
};

// One shield protects an object, and then another one: the store for the second ends the protection of the first.
class overwritten final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  ~overwritten() override { delete other.load(relaxed); }

  void thread(unsigned index) override {
    if (index != 0) {
      for (int i = 0; i != 3; ++i) domain.retire((index == 1 ? root : other).exchange(new object, acq_rel));
      return;
    }
    auto guard = domain.enter();
    auto shield = guard.shield();
    for (auto* place : {&root, &other}) {
      const object* const o = shield.protect(*place);
      pause();
      read(*o);
    }
  }

 private:
  sync::atomic<object*> other{new object};
};

// A shield lets go of an object while its guard goes on.
class cleared final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 1) replace();
    if (index != 0) {
      for (int i = 0; i != 2; ++i) collect();
      return;
    }
    auto guard = domain.enter();
    auto shield = guard.shield();
    const object* const o = shield.protect(root);
    pause();
    read(*o);
    shield.reset();
    for (int i = 0; i != 3; ++i) pause();
  }
};

// More shields than a guard's line has.
class many_shields final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index != 0) {
      for (int i = 0; i != 2; ++i) replace();
      return;
    }
    auto guard = domain.enter();
    auto first = guard.shield();
    auto second = guard.shield();
    auto third = guard.shield();
    const object* const o = third.protect(root);
    pause();
    read(*o);
  }
};

// A thread retires and ends, while a reader is behind, and another one adopts what it left: tagged, where each retire
// collects, or not yet looked at.
template <std::size_t Every>
class orphans final : public with_laggard {
 public:
  static constexpr unsigned threads = 4;

  orphans() : with_laggard(domain_options{.objects_per_collect = Every, .reclaims_per_retire = 64}) {}

  void thread(unsigned index) override {
    if (index == 0) return read_once();
    if (index == 1) {
      replace();
      sync::end_thread();
      return;
    }
    for (std::size_t i = 0; i != 2 * Every; ++i) collect();
  }
};

// A thread drains what others have retired, while a reader is behind.
class drained final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  drained() : with_laggard(domain_options{.objects_per_collect = 2, .reclaims_per_retire = 64}) {}

  void thread(unsigned index) override {
    if (index == 0) return read_once();
    for (int i = 0; i != 3; ++i) index == 1 ? replace() : static_cast<void>(domain.drain());
  }
};

// Two links, of which a region protects what the second leads to: it follows them without asking again.
class linked : public scenario {
 public:
  ~linked() override {
    pair* const p = root.load(relaxed);
    delete p->inner.load(relaxed);
    delete p;
  }
  std::size_t reclaimed() const override { return ended(); }

 protected:
  struct pair : object {
    sync::atomic<object*> inner{new object};
  };

  linked() { join_all(domain); }

  void read_both() {
    auto region = domain.regions().enter();
    auto shield = region.shield();
    const pair* const p = shield.protect(root);
    const object* const o = shield.protect(p->inner);
    pause();
    expect(p->read() == 1 && o->read() == 1, "an object ended while a region reached it");
  }
  void replace() {
    pair* const old = root.exchange(new pair, acq_rel);
    domain.retire(old->inner.load(relaxed));
    domain.regions().retire(old);
  }
  void collect() { domain.retire(new object); }

  hybrid_domain domain{eager()};
  sync::atomic<pair*> root{new pair};
  step pause;
};

class region_reader final : public linked {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) return read_both();
    if (index == 1) return replace();
    for (int i = 0; i != 3; ++i) collect();
  }
};

// A region begins inside a guard that may have been left behind long ago, and that protects an object beside.
template <bool AndBack>
class region_in_guard final : public linked {
 public:
  static constexpr unsigned threads = 3;

  std::size_t reclaimed() const override { return domain.stats().passed; }

  void thread(unsigned index) override {
    if (index == 1) replace();
    if (index != 0) {
      for (int i = 0; i != 2; ++i) collect();
      return;
    }
    auto guard = domain.enter();
    auto shield = guard.shield();
    const pair* const p = shield.protect(root);
    read_both();
    if constexpr (AndBack) {
      pause();
      expect(p->read() == 1, "an object ended while it was read");
      read_both();
    } else {
      expect(p->read() == 1, "an object ended while it was read");
    }
  }
};

// The region protects nothing of its own: the epoch with which it begins must not hide what the guard around it protects.
class region_comes_and_goes final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 1) replace();
    if (index != 0) {
      for (int i = 0; i != 2; ++i) collect();
      return;
    }
    auto guard = domain.enter();
    auto shield = guard.shield();
    const object* const o = shield.protect(root);
    {
      auto region = domain.regions().enter();
      for (int i = 0; i != 3; ++i) pause();
    }
    read(*o);
  }
};

// A guard that is left behind, and a region that is not.
class region_beside_guard final : public linked {
 public:
  static constexpr unsigned threads = 4;

  void thread(unsigned index) override {
    if (index == 0) return read_both();
    if (index == 1) {
      auto guard = domain.enter();
      auto shield = guard.shield();
      const pair* const p = shield.protect(root);
      pause();
      expect(p->read() == 1, "an object ended while it was read");
    } else if (index == 2) {
      replace();
    } else {
      for (int i = 0; i != 3; ++i) collect();
    }
  }
};

// A region lets go, and goes on as a new one.
class region_repins final : public linked {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 1) replace();
    if (index != 0) {
      for (unsigned i = 0; i != 3 - index; ++i) collect();
      return;
    }
    auto region = domain.regions().enter();
    for (int i = 0; i != 2; ++i) {
      auto shield = region.shield();
      const pair* const p = shield.protect(root);
      const object* const o = shield.protect(p->inner);
      pause();
      expect(p->read() == 1 && o->read() == 1, "an object ended while a region reached it");
      region.repin();
    }
  }
};

// The order of the two loads of G in collect(): of a reader of a region, a retirer and two threads that move the epoch on.
class two_advancers final : public shared_object<hybrid_domain> {
 public:
  static constexpr unsigned threads = 4;

  void thread(unsigned index) override {
    if (index == 0) {
      auto region = domain.regions().enter();
      auto shield = region.shield();
      const object* const o = shield.protect(root);
      pause();
      return read(*o);
    }
    if (index == 1) replace();
    collect();
  }

 private:
  void collect() { domain.retire(new object); }
};

// The same, of a guard.
class two_advancers_and_guard final : public with_laggard {
 public:
  static constexpr unsigned threads = 4;

  void thread(unsigned index) override {
    if (index == 0) return read_once();
    if (index == 1) return replace();
    for (int i = 0; i != 2; ++i) collect();
  }
};

// A reader that finds an object, and protects it only when it has long been gone.
class late_protection final : public with_laggard {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) return read_once();
    replace();
    for (int i = 0; i != 2; ++i) collect();
  }
};

// What is tagged with the epoch that a reader has announced.
class tag_of_the_epoch final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  std::size_t reclaimed() const override { return ended(); }

  void thread(unsigned index) override {
    if (index == 0) return read_once();
    if (index == 1) replace();
    collect();
  }
};

// A thread retires and ends, while a region is behind.
class orphans_of_a_region final : public linked {
 public:
  static constexpr unsigned threads = 4;

  void thread(unsigned index) override {
    if (index == 0) return read_both();
    if (index == 1) {
      replace();
      sync::end_thread();
      return;
    }
    for (int i = 0; i != 2; ++i) collect();
  }
};

// What one thread frees unseen another one may still have to look for: each advances past a reader on its own.
class two_collectors final : public with_laggard {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) return read_once();
    for (int i = 0; i != 3; ++i) index == 1 ? replace() : collect();
  }
};

// Over the soft limit what no slot names may end whatever its tag: readers of slots, and of regions, in between.
class pressed : public shared_object<hybrid_domain> {
 protected:
  pressed() : shared_object({.objects_per_collect = 1, .reclaims_per_retire = 64, .soft_limit = {.objects = 1}}) {}
};

class read_under_pressure final : public pressed {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) {
      read_once();
      return read_once();
    }
    for (int i = 0; i != 3; ++i) replace();
  }
};

// Pressure that ends while a slot still names what was looked up under it; another thread moves the epoch on.
class pressure_ends final : public shared_object<hybrid_domain> {
 public:
  static constexpr unsigned threads = 3;

  pressure_ends() : shared_object({.objects_per_collect = 1, .most_reclaims_per_retire = 64, .soft_limit = {.objects = 2}}) {}

  void thread(unsigned index) override {
    if (index == 0) {
      read_once();
      return read_once();
    }
    for (int i = 0; i != 4; ++i) index == 1 ? replace() : domain.retire(new object);
  }
};

class region_under_pressure final : public pressed {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) {
      auto guard = domain.regions().enter();
      const object* const o = guard.shield().protect(root);
      pause();
      return read(*o);
    }
    for (int i = 0; i != 3; ++i) replace();
  }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  using D = reclaim::hybrid_domain;
  return run(argc, argv, {
    plan_of<reader_and_retirer<D>, "reader_and_retirer">(2),
    brief_plan_of<reader_and_two_retirers<D>, "reader_and_two_retirers">(),
    brief_plan_of<nested_guards<D>, "nested_guards">(),
    brief_plan_of<repinned_guard<D>, "repinned_guard">(),
    brief_plan_of<orphans_are_adopted<D>, "orphans_are_adopted">(),
    brief_plan_of<recycled_participant<D>, "recycled_participant">(),
    brief_plan_of<drain_visits<D>, "drain_visits">(),
    brief_plan_of<drains_meet<D>, "drains_meet">(),
    plan_of<late_reader<D>, "late_reader">(0, ends::sometimes, 1),
    brief_plan_of<tagged_source<D>, "tagged_source">(),
    brief_plan_of<deleter_retires<D>, "deleter_retires">(),
    brief_plan_of<read_under_pressure, "read_under_pressure">(),
    plan_of<pressure_ends, "pressure_ends">(),
    brief_plan_of<region_under_pressure, "region_under_pressure">(),
    plan_of<left_behind, "left_behind">(),
    plan_of<left_behind_twice, "left_behind_twice">(),
    plan_of<plainly, "plainly">(),
    plan_of<one_of_two, "one_of_two">(),
    plan_of<own_guard, "own_guard">(),
    plan_of<nested, "nested">(),
    plan_of<overwritten, "overwritten">(),
    plan_of<cleared, "cleared">(),
    plan_of<many_shields, "many_shields">(),
    plan_of<orphans<1>, "orphans_of_the_past">(),
    plan_of<orphans<2>, "fresh_orphans">(),
    plan_of<drained, "drained">(),
    plan_of<region_reader, "region_reader">(),
    plan_of<region_in_guard<false>, "region_in_guard">(),
    plan_of<region_in_guard<true>, "region_in_guard_and_back">(),
    plan_of<region_comes_and_goes, "region_comes_and_goes">(),
    plan_of<region_beside_guard, "region_beside_guard">(),
    plan_of<region_repins, "region_repins">(),
    plan_of<two_advancers, "two_advancers">(),
    plan_of<two_advancers_and_guard, "two_advancers_and_guard">(),
    plan_of<two_collectors, "two_collectors">(),
    plan_of<late_protection, "late_protection">(2),
    plan_of<tag_of_the_epoch, "tag_of_the_epoch">(),
    plan_of<orphans_of_a_region, "orphans_of_a_region">(),
  });
}
