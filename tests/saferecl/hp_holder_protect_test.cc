// [saferecl.hp.holder.mem] hazard_pointer::protect.

#include <gtest/gtest.h>

#include <vector>

#include "tests/saferecl/objects.h"
#include "tests/support/sanitized.h"

namespace reclaim::tests {
namespace {

using HpHolderProtect = Saferecl;

TEST_F(HpHolderProtect, ReturnsWhatTheSourcePointsTo) {
  hp_node n(7);
  hazard_pointer hp = make_hazard_pointer();
  EXPECT_EQ(hp.protect(std::atomic<hp_node*>(&n)), &n);
  EXPECT_EQ(hp.protect(std::atomic<const hp_node*>(&n)), &n);
  EXPECT_EQ(hp.protect(sync::atomic<hp_node*>(&n)), &n);
  EXPECT_EQ(hp.protect(sync::atomic<const hp_node*>(&n)), &n);
  EXPECT_EQ(hp.protect<hp_node>(std::atomic<hp_node*>(&n)), &n);
  EXPECT_EQ(hp.protect(std::atomic<hp_node*>(nullptr)), nullptr);
  EXPECT_EQ(hp.protect(std::atomic<both_node*>(nullptr)), nullptr);
}

template <template <class> class Atomic, class T>
class protects {
 public:
  // Whether what is retired lives as long as it is protected, and no longer.
  static void check() {
    const census births;
    Atomic<T*> source{new std::remove_const_t<T>(7)};
    hazard_pointer hp = make_hazard_pointer();
    T* const n = hp.protect(source);
    const_cast<std::remove_const_t<T>*>(n)->hazard_pointer_obj_base<std::remove_const_t<T>>::retire();
    hazards().drain();
    EXPECT_EQ(births.living(), 1u);
    EXPECT_EQ(n->value.value(), 7u);
    hp = hazard_pointer();
    hazards().drain();
    EXPECT_EQ(births.living(), 0u);
  }
};

TEST_F(HpHolderProtect, KeepsItAliveWhateverTheAtomic) {
  protects<std::atomic, hp_node>::check();
  protects<std::atomic, const hp_node>::check();
  protects<std::atomic, both_node>::check();
  protects<std::atomic, const both_node>::check();
  protects<sync::atomic, hp_node>::check();
  protects<sync::atomic, const both_node>::check();
}

TEST_F(HpHolderProtect, EndsTheProtectionOfBefore) {
  std::atomic<hp_node*> source{new hp_node};
  hazard_pointer hp = make_hazard_pointer();
  hp.protect(source)->retire();
  source.store(new hp_node, std::memory_order_release);
  EXPECT_EQ(living_after_drains(), 2u);
  hp.protect(source);
  EXPECT_EQ(living_after_drains(), 1u);
  source.exchange(nullptr, std::memory_order_relaxed)->retire();
  EXPECT_EQ(living_after_drains(), 1u);
  EXPECT_EQ(hp.protect(source), nullptr);
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(HpHolderProtect, ProtectsAsManyAsThereAreHazardPointers) {
  constexpr std::size_t many = 300;
  std::vector<hazard_pointer> hps(many);
  std::vector<hp_node*> nodes(many);
  for (std::size_t i = 0; i != many; ++i) {
    hps[i] = make_hazard_pointer();
    nodes[i] = hps[i].protect(std::atomic<hp_node*>(new hp_node(i)));
  }
  for (hp_node* const n : nodes) n->retire();
  EXPECT_EQ(living_after_drains(), many);
  for (std::size_t left = many; left != 0; --left) {
    EXPECT_EQ(nodes[left - 1]->value.value(), left - 1);
    hps.pop_back();
    if (left % 50 == 0) {
      EXPECT_EQ(living_after_drains(), left - 1);
    }
  }
}

// One object, which threads replace while they read it.
TEST_F(HpHolderProtect, ReturnsNothingThatHasEnded) {
  const std::size_t rounds = is_sanitized ? 20'000 : 200'000;
  std::atomic<both_node*> source{new both_node(1)};
  run_threads(4, [&](std::size_t thread) {
    hazard_pointer hp = make_hazard_pointer();
    for (std::size_t i = 0; i != rounds; ++i) {
      if (thread < 2) {
        ASSERT_EQ(hp.protect(source)->number(), 1u);
      } else {
        source.exchange(new both_node(1), std::memory_order_acq_rel)->by_hazards::retire();
      }
    }
  });
  source.load(std::memory_order_relaxed)->by_hazards::retire();
}

TEST_F(HpHolderProtect, ByAnEmptyOneIsNoticed) {
  if (!sync::checks_enabled) GTEST_SKIP() << "NDEBUG";
  hp_node n;
  hazard_pointer hp;
  const std::atomic<hp_node*> source(&n);
  EXPECT_DEATH(hp.protect(source), "^reclaim: hazard_pointer: it is empty, so it protects nothing\n$");
}

}  // namespace
}  // namespace reclaim::tests
