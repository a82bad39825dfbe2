#include "reclaim/schemes/hazard.h"

#include "tests/model/reclaim/schemes/laws.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

using object = model::object<hazard_domain>;

// One shield protects an object, and then another one: the store for the second ends the protection of the first.
class overwritten_slot final : public scenario {
 public:
  static constexpr unsigned threads = 3;

  ~overwritten_slot() override {
    for (auto& place : places) delete place.load(relaxed);
  }

  void thread(unsigned index) override {
    if (index != 0) {
      for (int i = 0; i != 2; ++i) domain.retire(places[index - 1].exchange(new object, acq_rel));
      return;
    }
    auto guard = domain.enter();
    auto shield = guard.shield();
    for (auto& place : places) {
      const object* const o = shield.protect(place);
      pause();
      expect(o->read() == 1, "an object ended while it was read");
    }
  }

 private:
  hazard_domain domain{eager()};
  sync::atomic<object*> places[2]{new object, new object};
  step pause;
};

// Hand over hand along a list of two, whose second is replaced: previous and current change shields.
class swapped_shields final : public scenario {
 public:
  static constexpr unsigned threads = 2;

  ~swapped_shields() override { delete root.load(relaxed); }

  void thread(unsigned index) override {
    if (index != 0) {
      for (int i = 0; i != 3; ++i) domain.retire(root.exchange(new object, acq_rel));
      return;
    }
    auto guard = domain.enter();
    auto current = guard.shield();
    auto previous = guard.shield();
    const object* const first = current.protect(root);
    previous.swap(current);
    const object* const second = current.protect(root);
    pause();
    expect(first->read() == 1 && second->read() == 1, "an object ended while it was read");
    previous.reset();
    pause();
    expect(second->read() == 1, "an object ended while it was read");
  }

 private:
  hazard_domain domain{eager()};
  sync::atomic<object*> root{new object};
  step pause;
};

// More shields than the first block has room for: the scan finds those in the second, and so does who counts them.
class many_shields final : public scenario {
 public:
  static constexpr unsigned threads = 2;

  ~many_shields() override { delete root.load(relaxed); }

  void thread(unsigned index) override {
    if (index != 0) {
      expect(domain.garbage_bound(2) != 0, "no bound");
      for (int i = 0; i != 2; ++i) domain.retire(root.exchange(new object, acq_rel));
      return;
    }
    auto guard = domain.enter();
    auto first = guard.shield();
    auto second = guard.shield();
    auto third = guard.shield();
    const object* const o = third.protect(root);
    pause();
    expect(o->read() == 1, "an object ended while it was read");
  }

 private:
  hazard_domain domain{eager()};
  sync::atomic<object*> root{new object};
  step pause;
};

// More hazards than a scan remembers one by one, at some of the collects.  Pages are heavy, so that each brings a collect
// about; and no retire ends two objects, so that the first one is left over from one collect to the next.
class many_hazards final : public shared_object<hazard_domain> {
 public:
  static constexpr unsigned threads = 2;

  many_hazards() : shared_object<hazard_domain>({.objects_per_collect = 2, .most_reclaims_per_retire = 1}) {}
  ~many_hazards() override { delete other.load(relaxed); }

  void thread(unsigned index) override {
    if (index != 0) {
      replace();
      for (int i = 0; i != 2; ++i) domain.retire(new page);
      for (int i = 0; i != 2; ++i) replace();
      return;
    }
    auto guard = domain.enter();
    auto first = guard.shield();
    const object* const o = first.protect(root);
    pause();
    auto second = guard.shield();
    auto third = guard.shield();
    auto fourth = guard.shield();
    auto fifth = guard.shield();
    for (auto* shield : {&second, &third, &fourth, &fifth}) shield->protect(other);
    pause();
    read(*o);
  }

 private:
  struct page : object {
    unsigned char bytes[1000];
  };

  static_assert(address_list::capacity == 4 && footprint_of<page>.weight > 2);
  sync::atomic<object*> other{new object};
};

// What a scan found protected is found again, and ends, once its shield has gone.
class held_objects_end final : public shared_object<hazard_domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) {
      read_once();
    } else {
      replace();
      replace();
    }
  }

  void at_rest() override {
    domain.drain();
    expect(domain.pending() == 0 && model::ended() == 2, "an object that nobody protects did not end");
  }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  using D = reclaim::hazard_domain;
  return run(argc, argv, {
    plan_of<reader_and_retirer<D>, "reader_and_retirer">(2, ends::always),
    plan_of<reader_and_two_retirers<D>, "reader_and_two_retirers">(),
    plan_of<nested_guards<D>, "nested_guards">(),
    plan_of<orphans_are_adopted<D>, "orphans_are_adopted">(),
    plan_of<recycled_participant<D>, "recycled_participant">(),
    plan_of<drain_visits<D>, "drain_visits">(),
    plan_of<drains_meet<D>, "drains_meet">(2),
    plan_of<late_reader<D>, "late_reader">(2, ends::sometimes, 1),
    plan_of<tagged_source<D>, "tagged_source">(2),
    plan_of<deleter_retires<D>, "deleter_retires">(),
    plan_of<overwritten_slot, "overwritten_slot">(),
    plan_of<swapped_shields, "swapped_shields">(),
    plan_of<many_shields, "many_shields">(),
    plan_of<many_hazards, "many_hazards">(),
    plan_of<held_objects_end, "held_objects_end">(2),
  });
}
