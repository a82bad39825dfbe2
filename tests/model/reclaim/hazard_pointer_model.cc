#include "reclaim/hazard_pointer.h"

#include <utility>

#include "tests/support/model.h"

namespace reclaim::model {
namespace {

struct node : hazard_pointer_obj_base<node> {
  ~node() {
    value.set(0);
    count_end();
  }
  sync::plain<int> value{1};
};

// One place that names a node; threads read it through hazard pointers of a domain, and put others there.
class shared_node : public scenario {
 protected:
  shared_node() { join_all(domain); }
  ~shared_node() override { delete root.load(relaxed); }

  void replace() { retire_in(domain, root.exchange(new node, acq_rel)); }
  void read(hazard_pointer& hazard) {
    const node* const n = hazard.protect(root);
    read(*n);
  }
  void read(const node& n) {
    change_threads();
    expect(n.value.get() == 1, "a node ended while it was read");
  }
  void read_once() {
    hazard_pointer hazard = make_hazard_pointer_in(domain);
    read(hazard);
  }

  hazard_domain domain{eager()};
  sync::atomic<node*> root{new node};
};

class protects final : public shared_node {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    for (int i = 0; i != 2; ++i) index == 0 ? read_once() : replace();
  }
};

// Where the source has changed, try_protect() says so, and the next attempt protects.
class tries_to_protect final : public shared_node {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index != 0) return replace();
    hazard_pointer hazard = make_hazard_pointer_in(domain);
    node* n = nullptr;
    for (int i = 0; i != 2; ++i) {
      if (hazard.try_protect(n, root) && n != nullptr) read(*n);
    }
  }
};

// A hazard pointer changes its thread while it protects, and outlives the one that made it.
class moves final : public shared_node {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 2) {
      for (int i = 0; i != 2; ++i) replace();
    } else if (index == 0) {
      hazard_pointer hazard = make_hazard_pointer_in(domain);
      found = hazard.protect(root);
      handed = std::move(hazard);
      is_handed.store(true, release);
      sync::end_thread();
    } else if (is_handed.load(acquire)) {
      read(*found);
      read(handed);
      handed = hazard_pointer();
    }
  }

 private:
  const node* found = nullptr;
  hazard_pointer handed;
  sync::atomic<bool> is_handed{false};
};

// One thread ends the hazard pointer of another, which then claims the same slot.
class comes_back final : public shared_node {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 2) {
      for (int i = 0; i != 2; ++i) replace();
    } else if (index == 0) {
      handed = make_hazard_pointer_in(domain);
      is_handed.store(true, release);
      change_threads();
      read_once();
    } else if (is_handed.load(acquire)) {
      read(handed);
      handed = hazard_pointer();
    }
  }

 private:
  hazard_pointer handed;
  sync::atomic<bool> is_handed{false};
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  return run(argc, argv, {
    plan_of<protects, "protects">(2),
    plan_of<tries_to_protect, "tries_to_protect">(),
    plan_of<moves, "moves">(),
    plan_of<comes_back, "comes_back">(),
  });
}
