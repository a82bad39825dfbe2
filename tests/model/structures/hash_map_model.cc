#include "structures/hash_map.h"

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"
#include "tests/model/structures/over_domain.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// Keys that are all alike to the hash stand in one run, and elements keep their order; else each has a place of its own,
// which is found again from its key.
template <bool Collides>
struct hash {
  std::size_t operator()(int key) const noexcept(!Collides) { return Collides ? 0 : static_cast<std::size_t>(key); }
};

template <class Domain, bool Collides = false>
class map_over : public over_domain<Domain> {
 protected:
  explicit map_over(bool grows = false, std::size_t buckets = 2)
      : map(this->domain, {.initial_buckets = buckets, .elements_per_bucket = 1, .grows = grows}) {}

  bool insert(int key, int number = 1) { return map.insert(key, value(number)); }
  bool read(int key, int least = 1) {
    return map.visit(key, [&](const value& v) {
      pause();
      expect(v.get() >= least, "a value ended while it was read, or an older one came back");
    });
  }

  hash_map<int, value, Domain, hash<Collides>> map;
  step pause;
};

// Two threads insert and erase one key, a third one reads it.
template <class Domain>
class one_key final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 2) return static_cast<void>(this->read(1));
    present += this->insert(1);
    present -= this->map.erase(1);
    if (index == 0) this->collect(2);
  }

  void at_rest() override {
    expect(present == this->map.contains(1) && static_cast<std::size_t>(present) == this->map.size(),
           "what was inserted and erased is not what is there");
  }

 private:
  int present = 0;  // one real thread
};

// Neighbours in one run are erased at once, while a third one is inserted behind them.
template <class Domain>
class neighbours final : public map_over<Domain, true> {
 public:
  static constexpr unsigned threads = 3;

  neighbours() {
    this->insert(1);
    this->insert(2);
  }

  void thread(unsigned index) override {
    if (index != 2) {
      expect(this->map.erase(static_cast<int>(index) + 1), "a key that was there was not erased");
      if (index == 0) this->collect(2);
    } else {
      expect(this->insert(3), "a key that was not there was not inserted");
    }
  }

  void at_rest() override {
    expect(!this->map.contains(1) && !this->map.contains(2), "an erased key is back");
    expect(this->map.contains(3), "a new key is gone");
  }
};

// A reader goes hand over hand along a run from which all but its end is erased meanwhile.
template <class Domain>
class along_a_run final : public map_over<Domain, true> {
 public:
  static constexpr unsigned threads = 2;

  along_a_run() {
    for (int key = 1; key <= last; ++key) this->insert(key);
  }

  void thread(unsigned index) override {
    if (index == 0) {
      for (int key = 1; key != last; ++key) this->map.erase(key);
      this->collect(2);
    } else {
      expect(this->read(last), "a key that stayed was missed behind others that were erased");
    }
  }

 private:
  static constexpr int last = 3;
};

// Two threads insert the same key, and keys that collide with it: one of the two wins.
template <class Domain>
class same_key_twice final : public map_over<Domain, true> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    inserted += this->insert(1);
    erased += this->map.erase(1);
    inserted += this->insert(index == 0 ? 2 : 1);
  }

  void at_rest() override {
    expect(inserted - erased == static_cast<int>(this->map.size()), "a key is there twice, or not at all");
  }

 private:
  int inserted = 0, erased = 0;  // one real thread
};

// A value is replaced while it is read: readers meet the old one or the new one, never none, and never go back.
template <class Domain>
class reader_and_assigner final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  reader_and_assigner() { this->insert(1, 1); }

  void thread(unsigned index) override {
    if (index != 0) {
      for (int number = 2; number != 4; ++number) this->map.insert_or_assign(1, value(number));
      return;
    }
    int least = 1;
    for (int i = 0; i != 2; ++i) {
      const bool found = this->map.visit(1, [&](const value& v) {
        this->pause();
        expect(v.get() >= least, "a value ended while it was read, or an older one came back");
        least = v.get();
      });
      expect(found, "a key whose value is being replaced was not found");
    }
  }
};

// Two threads add to one value: no addition is lost.
template <class Domain>
class updaters final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  updaters() { this->insert(1, 1); }

  void thread(unsigned) override {
    for (int i = 0; i != 2; ++i) this->map.update(1, [](const value& v) { return value(v.get() + 1); });
  }

  void at_rest() override { expect(this->read(1, 5), "an update was lost"); }
};

// The map grows while one thread inserts, another one reads through new buckets, and erases there.
template <class Domain>
class growing final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  growing() : map_over<Domain>(true) {
    this->insert(1);
    this->insert(2);
  }

  void thread(unsigned index) override {
    if (index == 0) {
      this->insert(3);
      this->map.erase(3);
    } else {
      expect(this->read(1) && this->read(2), "a key was lost while the map grew");
      this->map.erase(2);
      this->collect(2);
    }
  }

  void at_rest() override { expect(this->map.size() == 1 && this->read(1), "a key was lost while the map grew"); }
};

// Two threads make the map grow, and grow again.
template <class Domain>
class growers final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  growers() : map_over<Domain>(true) { this->insert(1); }

  void thread(unsigned index) override {
    for (int key : {2, 4, 6}) this->insert(key + static_cast<int>(index));
  }

  void at_rest() override {
    expect(this->map.bucket_count() >= 4, "the map did not grow");
    for (int key = 1; key != 8; ++key) expect(this->map.contains(key), "a key was lost while the map grew");
  }
};

// One thread makes the map grow, inserts by an old entrance and opens the new one before it; another one enters there.
template <class Domain>
class opened_bucket final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  opened_bucket() : map_over<Domain>(true) {
    this->insert(1);
    this->insert(5);
  }

  // Keys 7 and 2 belong to the second of four buckets.
  void thread(unsigned index) override {
    if (index == 0) {
      this->insert(7);
      this->map.contains(2);
    } else {
      this->read(7);
    }
  }

  void at_rest() override {
    expect(this->map.bucket_count() == 4, "the map did not grow");
    expect(this->map.contains(7), "a key was lost while the map grew");
  }
};

// One thread makes the map grow and opens a bucket, inside the old one through which another one is on its way.
template <class Domain>
class newer_sentinel final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  newer_sentinel() : map_over<Domain>(true) {
    this->insert(1);
    this->insert(7);
  }

  void thread(unsigned index) override {
    if (index == 0) {
      this->insert(5);
      this->map.contains(2);
    } else {
      expect(this->read(7), "a key was missed behind a sentinel that came later");
    }
  }

  void at_rest() override { expect(this->map.bucket_count() == 4, "the map did not grow"); }
};

// The same, and what the other one is on its way to comes behind the new sentinel.
template <class Domain>
class behind_newer_sentinel final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  behind_newer_sentinel() : map_over<Domain>(true) {
    this->insert(1);
    this->insert(7);
  }

  void thread(unsigned index) override {
    if (index == 0) {
      this->insert(5);
      this->insert(2);
    } else {
      this->read(2);
    }
  }
};

// With as many buckets as this, links tell elements apart: a reader passes one that it does not look at, and that is erased.
template <class Domain>
class passed_by_prefix final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  passed_by_prefix() : map_over<Domain>(false, 4) {
    this->insert(2);
    this->insert(10);
  }

  // All in the second of four buckets, and in this order: 2, 10, 7.
  void thread(unsigned index) override {
    if (index == 0) {
      this->insert(7);
      for (int key : {2, 10}) this->map.erase(key);
      this->collect(2);
    } else {
      this->read(7);
    }
  }

  void at_rest() override { expect(this->map.contains(7) && this->map.size() == 1, "a key is not what was made of it"); }
};

// A value is replaced while an element is inserted behind it, which a third thread then reaches through the new value's.
template <class Domain>
class inserted_behind_an_update final : public map_over<Domain, true> {
 public:
  static constexpr unsigned threads = 3;

  inserted_behind_an_update() { this->insert(1); }

  void thread(unsigned index) override {
    if (index == 0) {
      this->map.update(1, [](const value& v) { return value(v.get() + 1); });
      this->collect(2);
    }
    if (index == 1) this->insert(2);
    if (index == 2) this->read(2);
  }

  void at_rest() override { expect(this->read(1, 2) && this->read(2), "a key is not what was made of it"); }
};

// Who no longer finds a key sees what was done before it was erased.
template <class Domain>
class erasure_is_seen final : public map_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  erasure_is_seen() { this->insert(1); }

  void thread(unsigned index) override {
    if (index == 0) {
      done.set(1);
      this->map.erase(1);
      this->collect(2);
    } else if (!this->map.contains(1)) {
      expect(done.get() == 1, "a key was gone before its time");
    }
  }

 private:
  sync::plain<int> done{0};
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  using namespace reclaim;
  return run(argc, argv, {
    brief_plan_of<one_key<epoch_domain>, "one_key/epoch">(),
    plan_of<one_key<hazard_domain>, "one_key/hazard">(),
    brief_plan_of<one_key<hybrid_domain>, "one_key/hybrid">(),
    brief_plan_of<neighbours<epoch_domain>, "neighbours/epoch">(),
    plan_of<neighbours<hazard_domain>, "neighbours/hazard">(),
    brief_plan_of<neighbours<hybrid_domain>, "neighbours/hybrid">(),
    plan_of<along_a_run<hazard_domain>, "along_a_run/hazard">(1, ends::sometimes, 2, 100'000),
    plan_of<along_a_run<hybrid_domain>, "along_a_run/hybrid">(0, ends::sometimes, 2, 100'000),
    plan_of<same_key_twice<hazard_domain>, "same_key_twice/hazard">(),
    brief_plan_of<same_key_twice<hybrid_domain>, "same_key_twice/hybrid">(),
    brief_plan_of<reader_and_assigner<epoch_domain>, "reader_and_assigner/epoch">(),
    plan_of<reader_and_assigner<hazard_domain>, "reader_and_assigner/hazard">(),
    brief_plan_of<reader_and_assigner<hybrid_domain>, "reader_and_assigner/hybrid">(),
    brief_plan_of<updaters<epoch_domain>, "updaters/epoch">(),
    plan_of<updaters<hazard_domain>, "updaters/hazard">(),
    brief_plan_of<updaters<hybrid_domain>, "updaters/hybrid">(),
    brief_plan_of<erasure_is_seen<epoch_domain>, "erasure_is_seen/epoch">(),
    plan_of<erasure_is_seen<hazard_domain>, "erasure_is_seen/hazard">(),
    brief_plan_of<erasure_is_seen<hybrid_domain>, "erasure_is_seen/hybrid">(),
    plan_of<opened_bucket<epoch_domain>, "opened_bucket/epoch">(2, ends::not_asked),
    plan_of<newer_sentinel<epoch_domain>, "newer_sentinel/epoch">(1, ends::not_asked),
    plan_of<newer_sentinel<hazard_domain>, "newer_sentinel/hazard">(0, ends::not_asked),
    brief_plan_of<newer_sentinel<hybrid_domain>, "newer_sentinel/hybrid">(ends::not_asked),
    plan_of<behind_newer_sentinel<epoch_domain>, "behind_newer_sentinel/epoch">(1, ends::not_asked),
    plan_of<passed_by_prefix<epoch_domain>, "passed_by_prefix/epoch">(1),
    plan_of<passed_by_prefix<hazard_domain>, "passed_by_prefix/hazard">(),
    brief_plan_of<passed_by_prefix<hybrid_domain>, "passed_by_prefix/hybrid">(),
    plan_of<inserted_behind_an_update<epoch_domain>, "inserted_behind_an_update/epoch">(),
    plan_of<growers<hazard_domain>, "growers/hazard">(0, ends::not_asked),
    brief_plan_of<growers<hybrid_domain>, "growers/hybrid">(ends::not_asked),
    brief_plan_of<growing<epoch_domain>, "growing/epoch">(),
    plan_of<growing<hazard_domain>, "growing/hazard">(),
    brief_plan_of<growing<hybrid_domain>, "growing/hybrid">(),
  });
}
