#include "reclaim/rcu.h"

#include "tests/support/model.h"

namespace reclaim::model {
namespace {

struct node : rcu_obj_base<node> {
  ~node() {
    value.set(0);
    count_end();
  }
  sync::plain<int> value{1};
};

class shared_node : public scenario {
 protected:
  explicit shared_node(const domain_options& options = eager()) : domain(options) { join_all(epochs_of(domain)); }
  ~shared_node() override { delete root.load(relaxed); }

  void replace() { root.exchange(new node, acq_rel)->retire({}, domain); }
  void collect() { (new node)->retire({}, domain); }
  void replace_and_collect() {
    replace();
    for (int i = 0; i != 2; ++i) collect();
  }
  const node& find() { return *root.load(acquire); }
  static void read(const node& n) {
    change_threads();
    expect(n.value.get() == 1, "a node ended while a region reached it");
  }

  user_rcu_domain domain;
  sync::atomic<node*> root{new node};
};

class region final : public shared_node {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    for (int i = 0; i != 2; ++i) {
      if (index != 0) {
        replace();
        collect();
        continue;
      }
      domain.lock();
      read(find());
      domain.unlock();
    }
  }
};

// The inner unlock() closes the inner region.
class nested_regions final : public shared_node {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index != 0) return replace_and_collect();
    domain.lock();
    const node& n = find();
    domain.lock();
    read(find());
    domain.unlock();
    read(n);
    domain.unlock();
  }
};

// Regions and guards of the domain below in each other.
class regions_and_guards final : public shared_node {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index != 0) return replace_and_collect();
    domain.lock();
    const node& outer = find();
    {
      auto guard = epochs_of(domain).enter();
      const node& inner = find();
      domain.lock();
      domain.unlock();
      read(inner);
    }
    read(outer);
    domain.unlock();
  }
};

// What regions protect that nobody schedules anything for.
class synchronized final : public shared_node {
 public:
  static constexpr unsigned threads = 2;

  std::size_t reclaimed() const override { return 1; }

  void thread(unsigned index) override {
    if (index == 0) {
      domain.lock();
      if (current.load(relaxed) == 0) {
        change_threads();
        expect(old.get() == 1, "rcu_synchronize() returned while a region was open");
      }
      domain.unlock();
    } else {
      current.store(1, relaxed);
      rcu_synchronize(domain);
      old.set(0);
    }
  }

 private:
  sync::atomic<int> current{0};
  sync::plain<int> old{1};
};

// Nobody synchronizes: the barrier alone sees to it that what was scheduled runs, and has run.
class barrier final : public shared_node {
 public:
  static constexpr unsigned threads = 2;

  barrier() : shared_node({.objects_per_collect = 3, .reclaims_per_retire = 64}) {}

  void thread(unsigned index) override {
    if (index == 0) {
      domain.lock();
      read(find());
      domain.unlock();
      return;
    }
    node* const old = root.exchange(new node, acq_rel);
    rcu_retire(old, [this](node* n) {
      delete n;
      runs.set(runs.get() + 1);
    }, domain);
    rcu_barrier(domain);
    expect(runs.get() == 1, "rcu_barrier() returned before a deleter had run");
  }

 private:
  sync::plain<int> runs{0};
};

// A deleter synchronizes while another thread, in a barrier, waits for that deleter.
class synchronized_in_a_deleter final : public shared_node {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 1) return rcu_barrier(domain);
    for (int i = 0; i != 2; ++i) {
      rcu_retire(new node, [this](node* n) {
        rcu_synchronize(domain);
        delete n;
      }, domain);
      collect();
    }
  }
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  return run(argc, argv, {
    plan_of<region, "region">(1),
    plan_of<nested_regions, "nested_regions">(),
    plan_of<regions_and_guards, "regions_and_guards">(),
    brief_plan_of<synchronized, "synchronized">(),
    brief_plan_of<barrier, "barrier">(),
    brief_plan_of<synchronized_in_a_deleter, "synchronized_in_a_deleter">(),
  });
}
