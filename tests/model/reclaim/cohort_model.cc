#include "reclaim/cohort.h"

#include <optional>

#include "reclaim/schemes.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// One thread reads what another one has retired through a cohort, and ends with it.
template <class Domain>
class ended_cohort : public scenario {
 public:
  static constexpr unsigned threads = 3;

  ended_cohort() {
    join_all(domain);
    members.emplace(domain);
  }
  ~ended_cohort() override { delete root.load(relaxed); }

  void thread(unsigned index) override {
    if (index == 0) {
      auto guard = domain.enter();
      auto shield = guard.shield();
      const member* const m = shield.protect(root);
      change_threads();
      expect(m->read() == 1, "an object ended while it was read");
    } else if (index == 2) {
      for (int i = 0; i != 2; ++i) domain.retire(new object<Domain>);
    } else {
      for (int i = 0; i != 2; ++i) members->retire(root.exchange(new member(ends), acq_rel));
      members.reset();
      expect(ends.get() == 2, "a cohort ended before its objects had");
    }
  }

 private:
  struct member : object<Domain> {
    explicit member(sync::plain<int>& e) : ends_of_all(e) {}
    ~member() { ends_of_all.set(ends_of_all.get() + 1); }
    sync::plain<int>& ends_of_all;
  };

  sync::plain<int> ends{0};
  Domain domain{{.objects_per_collect = 2, .reclaims_per_retire = 64}};
  std::optional<cohort<member, Domain>> members;
  sync::atomic<member*> root{new member(ends)};
};

// Another thread is in a barrier, and may be the one that ends the objects.
class barrier_meanwhile final : public scenario {
 public:
  static constexpr unsigned threads = 2;

  barrier_meanwhile() { join_all(domain); }

  void thread(unsigned index) override {
    if (index == 1) return domain.barrier();
    {
      cohort<member, epoch_domain> members(domain);
      members.retire(new member(&end));
    }
    expect(end.get() == 1, "a cohort ended before its object had");
  }

 private:
  struct member : epoch_domain::hook {
    explicit member(sync::plain<int>* e) : end(e) {}
    ~member() {
      end->set(1);
      count_end();
    }
    sync::plain<int>* end;
  };

  sync::plain<int> end{0};
  epoch_domain domain{{.objects_per_collect = 2, .reclaims_per_retire = 64}};
};

// A cohort that ends under a guard of its own thread does not wait: its objects end later.
template <class Domain>
class ended_under_a_guard final : public scenario {
 public:
  static constexpr unsigned threads = 2;

  ended_under_a_guard() { join_all(domain); }

  void thread(unsigned index) override {
    if (index == 0) {
      auto guard = domain.enter();
      cohort<object<Domain>, Domain> members(domain);
      members.retire(new object<Domain>);
    }
    domain.drain();
  }

 private:
  Domain domain{{.objects_per_collect = 2, .reclaims_per_retire = 64}};
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  return run(argc, argv, {
    plan_of<ended_cohort<reclaim::epoch_domain>, "ended_cohort">(),
    brief_plan_of<ended_cohort<reclaim::hazard_domain>, "ended_cohort_hazard">(),
    brief_plan_of<ended_cohort<reclaim::hybrid_domain>, "ended_cohort_hybrid">(),
    plan_of<barrier_meanwhile, "barrier_meanwhile">(2),
    brief_plan_of<ended_under_a_guard<reclaim::epoch_domain>, "ended_under_a_guard">(),
  });
}
