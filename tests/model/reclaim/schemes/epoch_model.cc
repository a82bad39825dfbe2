#include "reclaim/schemes/epoch.h"

#include "tests/model/reclaim/schemes/laws.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// The order of the two loads of G in collect(): of a reader, a retirer and two threads that move the epoch on.
class two_advancers final : public shared_object<epoch_domain> {
 public:
  static constexpr unsigned threads = 4;

  void thread(unsigned index) override {
    if (index == 0) return read_once();
    if (index == 1) replace();
    domain.retire(new object);
  }
};

// Objects that were tagged, and handed on by a thread that ended: who adopts them goes by their tags, and must not take
// one that was tagged meanwhile for one of a whole turn of epochs ago.
class tagged_orphans final : public shared_object<epoch_domain> {
 public:
  static constexpr unsigned threads = 4;

  void thread(unsigned index) override {
    if (index == 0) return read_once();
    if (index == 1) {
      replace();
      sync::end_thread();
      return;
    }
    for (int i = 0; i != 3; ++i) domain.retire(new object);
  }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  using D = reclaim::epoch_domain;
  return run(argc, argv, {
    plan_of<reader_and_retirer<D>, "reader_and_retirer">(2),
    plan_of<reader_and_two_retirers<D>, "reader_and_two_retirers">(),
    plan_of<two_advancers, "two_advancers">(),
    plan_of<tagged_orphans, "tagged_orphans">(),
    plan_of<nested_guards<D>, "nested_guards">(),
    plan_of<repinned_guard<D>, "repinned_guard">(),
    plan_of<orphans_are_adopted<D>, "orphans_are_adopted">(),
    plan_of<recycled_participant<D>, "recycled_participant">(),
    plan_of<drain_visits<D>, "drain_visits">(),
    plan_of<drains_meet<D>, "drains_meet">(),
    plan_of<late_reader<D>, "late_reader">(0, ends::sometimes, 1),
    plan_of<tagged_source<D>, "tagged_source">(2),
    plan_of<deleter_retires<D>, "deleter_retires">(),
  });
}
