// [saferecl.hp.holder.mem] hazard_pointer::try_protect.

#include <gtest/gtest.h>

#include "tests/saferecl/objects.h"
#include "tests/support/sanitized.h"

namespace reclaim::tests {
namespace {

using HpHolderTryProtect = Saferecl;

TEST_F(HpHolderTryProtect, ProtectsWhatIsStillThere) {
  std::atomic<hp_node*> source{new hp_node(7)};
  hazard_pointer hp = make_hazard_pointer();
  hp_node* n = source.load(std::memory_order_acquire);
  hp_node* const old = n;

  EXPECT_TRUE(hp.try_protect(n, source));

  EXPECT_EQ(n, old);
  source.exchange(nullptr, std::memory_order_relaxed)->retire();
  EXPECT_EQ(living_after_drains(), 1u);
  EXPECT_EQ(n->value.value(), 7u);
}

// Neither what was there, nor what is, nor what was protected before.
TEST_F(HpHolderTryProtect, ProtectsNothingWhereTheSourceHasChanged) {
  auto* const first = new hp_node(1);
  std::atomic<hp_node*> source{first};
  hazard_pointer hp = make_hazard_pointer();
  hp_node* n = hp.protect(source);
  hp_node* const second = new hp_node(2);
  source.store(second, std::memory_order_release);
  hp_node* const third = new hp_node(3);
  EXPECT_EQ(hp.protect(std::atomic<hp_node*>(third)), third);

  EXPECT_FALSE(hp.try_protect(n, source));

  EXPECT_EQ(n, second);
  EXPECT_FALSE(hp.empty());
  for (hp_node* const each : {first, second, third}) each->retire();
  EXPECT_EQ(living_after_drains(), 0u);
}

// The pointer may be to an object that has ended: it is compared, and not followed.
TEST_F(HpHolderTryProtect, DoesNotFollowThePointer) {
  both_node now(2);
  const std::atomic<both_node*> source{&now};
  both_node* n = new both_node(1);
  delete n;
  hazard_pointer hp = make_hazard_pointer();
  EXPECT_FALSE(hp.try_protect(n, source));
  EXPECT_EQ(n, &now);
  EXPECT_TRUE(hp.try_protect(n, source));
}

TEST_F(HpHolderTryProtect, OfNothingProtectsNothing) {
  std::atomic<both_node*> source{new both_node};
  hazard_pointer hp = make_hazard_pointer();
  hp.protect(source)->by_hazards::retire();
  const std::atomic<both_node*> null{nullptr};
  both_node* n = nullptr;

  EXPECT_TRUE(hp.try_protect(n, null));

  EXPECT_EQ(n, nullptr);
  EXPECT_EQ(living_after_drains(), 0u);
  both_node there;
  EXPECT_FALSE(hp.try_protect(n, std::atomic<both_node*>(&there)));
  EXPECT_EQ(n, &there);
}

TEST_F(HpHolderTryProtect, TakesPointersToConst) {
  hp_node node(7);
  const hp_node* n = nullptr;
  hazard_pointer hp = make_hazard_pointer();
  EXPECT_FALSE(hp.try_protect(n, std::atomic<const hp_node*>(&node)));
  EXPECT_TRUE(hp.try_protect(n, sync::atomic<const hp_node*>(&node)));
  EXPECT_EQ(n->value.value(), 7u);
}

TEST_F(HpHolderTryProtect, WhileOthersReplaceProtectsWhatItSays) {
  const std::size_t rounds = is_sanitized ? 20'000 : 200'000;
  std::atomic<hp_node*> source{new hp_node(1)};
  run_threads(3, [&](std::size_t thread) {
    hazard_pointer hp = make_hazard_pointer();
    for (std::size_t i = 0; i != rounds; ++i) {
      if (thread == 2) {
        source.exchange(new hp_node(1), std::memory_order_acq_rel)->retire();
      } else if (hp_node* n = source.load(std::memory_order_relaxed); hp.try_protect(n, source)) {
        ASSERT_EQ(n->value.value(), 1u);
      }
    }
  });
  source.load(std::memory_order_relaxed)->retire();
}

TEST_F(HpHolderTryProtect, ByAnEmptyOneIsNoticed) {
  if (!sync::checks_enabled) GTEST_SKIP() << "NDEBUG";
  hp_node node;
  hp_node* n = &node;
  hazard_pointer hp;
  const std::atomic<hp_node*> source(n);
  EXPECT_DEATH(hp.try_protect(n, source), "^reclaim: hazard_pointer: it is empty, so it protects nothing\n$");
}

}  // namespace
}  // namespace reclaim::tests
