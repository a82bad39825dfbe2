// Every container, with every execution checked: what its operations returned could have been returned to one thread.

#include <optional>

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"
#include "structures/hash_map.h"
#include "structures/mpmc_queue.h"
#include "structures/segmented_queue.h"
#include "structures/sharded_slab.h"
#include "structures/treiber_stack.h"
#include "tests/model/structures/over_domain.h"
#include "tests/model/structures/recorded.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

using linearizability::entry_spec;
using linearizability::queue_spec;
using linearizability::slab_spec;
using linearizability::stack_spec;

// One value in a queue or a stack, two more to come, and four takes: so it is found empty at times.
template <class Domain, class Sequence, class Spec>
class sequence : public over_domain<Domain> {
 public:
  static constexpr unsigned threads = 3;

  sequence() { put(recorded::alone, 1); }

  void thread(unsigned index) override {
    if (index == 0) put(index, 2);
    take(index);
    if (index == 1) put(index, 3);
    if (index == 2) take(index);
  }

  void at_rest() override {
    while (take(recorded::alone)) {
    }
    recorder.expect_linearizable<Spec>();
  }

 private:
  void put(unsigned thread, int number) {
    recorder({verb::put, thread, 0, static_cast<std::uint64_t>(number), 0, 0, 0}, [&](operation&) { content.emplace(number); });
  }
  bool take(unsigned thread) {
    bool found = false;
    recorder({verb::take, thread, 0, 0, 0, 0, 0}, [&](operation& o) {
      const auto taken = content.try_pop();
      found = taken.has_value();
      o.result = found ? static_cast<std::uint64_t>(taken->get()) : 0;
    });
    return found;
  }

  Sequence content{this->domain};
  recorded recorder;
};

template <class Domain>
using queue = sequence<Domain, mpmc_queue<value, Domain>, queue_spec>;
template <class Domain>
using two_cells = sequence<Domain, segmented_queue<value, Domain, 2>, queue_spec>;
template <class Domain>
using one_cell = sequence<Domain, segmented_queue<value, Domain, 1>, queue_spec>;
template <class Domain>
using stack = sequence<Domain, treiber_stack<value, Domain>, stack_spec>;

struct all_alike {
  std::size_t operator()(int) const noexcept { return 0; }
};

// What three threads do to one key, or to two that are alike to the hash.
template <class Domain, int Keys>
class map : public over_domain<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) {
      insert(index, 1, 1);
      erase(index, Keys);
    } else if (index == 1) {
      assign(index, Keys, 2);
      erase(index, 1);
    } else {
      get(index, 1);
      get(index, Keys);
    }
  }

  void at_rest() override {
    for (int key = 1; key <= Keys; ++key) get(recorded::alone, key);
    recorder.expect_linearizable<entry_spec>();
  }

 private:
  template <class F>
  void run(verb what, unsigned thread, int key, int number, F&& f) {
    const operation o{what, thread, static_cast<std::uint64_t>(key), static_cast<std::uint64_t>(number), 0, 0, 0};
    recorder(o, [&](operation& done) { done.result = static_cast<std::uint64_t>(f()); });
  }
  void insert(unsigned thread, int key, int number) {
    run(verb::insert, thread, key, number, [&] { return content.insert(key, value(number)) ? 1 : 0; });
  }
  void assign(unsigned thread, int key, int number) {
    run(verb::assign, thread, key, number, [&] { return content.insert_or_assign(key, value(number)) ? 1 : 0; });
  }
  void erase(unsigned thread, int key) {
    run(verb::erase, thread, key, 0, [&] { return content.erase(key) ? 1 : 0; });
  }
  void get(unsigned thread, int key) {
    run(verb::get, thread, key, 0, [&] {
      int found = 0;
      content.visit(key, [&](const value& v) { found = value(v).get(); });
      return found;
    });
  }

  hash_map<int, value, Domain, all_alike> content{this->domain, {.initial_buckets = 2}};
  recorded recorder;
};

template <class Domain>
using one_key = map<Domain, 1>;
template <class Domain>
using two_keys = map<Domain, 2>;

// Pages of few places, of which few lie at hand.
struct few : slab_config {
  static constexpr std::size_t page_bytes = 256;
  static constexpr std::size_t most_at_hand = 2;
};

// A value that all know is removed, another one comes, perhaps in its place; two threads use the old key and the new one.
template <class Domain>
class slab : public over_domain<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) {
      remove(index, old);
      told.store(insert(index, 2).to_integer(), relaxed);
    } else {
      if (index == 1) get(index, old);
      remove(index, newest());
      get(index, newest());
    }
  }

  void at_rest() override {
    get(recorded::alone, old);
    get(recorded::alone, newest());
    recorder.expect_linearizable<slab_spec>();
    content.reset();
    this->domain.drain();
  }

 private:
  using container = sharded_slab<value, Domain, few>;
  using key = typename container::key;

  key newest() { return key::from_integer(told.load(relaxed)).value_or(old); }

  key insert(unsigned thread, int number) {
    std::optional<key> made;
    recorder({verb::insert, thread, 0, static_cast<std::uint64_t>(number), 0, 0, 0}, [&](operation& o) {
      made = content->emplace(number);
      expect(made.has_value(), "a slab that has room is full");
      o.key = made->to_integer();
    });
    return *made;
  }
  void remove(unsigned thread, key k) {
    recorder({verb::erase, thread, k.to_integer(), 0, 0, 0, 0}, [&](operation& o) { o.result = content->remove(k) ? 1 : 0; });
  }
  void get(unsigned thread, key k) {
    recorder({verb::get, thread, k.to_integer(), 0, 0, 0, 0}, [&](operation& o) {
      content->visit(k, [&](const value& v) { o.result = static_cast<std::uint64_t>(value(v).get()); });
    });
  }

  std::optional<container> content{std::in_place, this->domain};
  recorded recorder;
  const key old = insert(recorded::alone, 1);
  sync::atomic<std::uint64_t> told{0};
};

#define OVER(domain, scenario) \
  plan_of<scenario<domain##_domain>, #scenario "/" #domain>(0, ends::not_asked, 3, 200'000)
#define OVER_ALL(scenario) OVER(epoch, scenario), OVER(hazard, scenario), OVER(hybrid, scenario)

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim;
  using namespace reclaim::model;
  return run(argc, argv,
             {OVER_ALL(queue), OVER_ALL(two_cells), OVER_ALL(one_cell), OVER_ALL(stack), OVER_ALL(one_key), OVER_ALL(two_keys),
              OVER_ALL(slab)});
}
