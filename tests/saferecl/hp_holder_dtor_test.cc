// [saferecl.hp.holder.dtor] hazard_pointer::~hazard_pointer.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/saferecl/objects.h"

namespace reclaim::tests {
namespace {

using HpHolderDtor = Saferecl;

TEST_F(HpHolderDtor, EndsTheProtection) {
  std::atomic<hp_node*> source{new hp_node};
  {
    hazard_pointer hp = make_hazard_pointer();
    hp.protect(source)->retire();
    EXPECT_EQ(living_after_drains(), 1u);
  }
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(HpHolderDtor, OfAnEmptyOneEndsNothing) {
  std::atomic<hp_node*> source{new hp_node};
  hazard_pointer hp = make_hazard_pointer();
  hp.protect(source)->retire();
  {
    const hazard_pointer empty;
    hazard_pointer moved_from = make_hazard_pointer();
    const hazard_pointer moved_to(std::move(moved_from));
  }
  EXPECT_EQ(living_after_drains(), 1u);
}

// What the first thread made is destroyed by the second, and then the first has it again: no slot is lost.
TEST_F(HpHolderDtor, OnAnotherThreadGivesTheHazardPointerBack) {
  std::atomic<hp_node*> source{new hp_node};
  other_thread other;
  std::size_t slots = 0;
  for (int i = 0; i != 1000; ++i) {
    auto hps = std::make_unique<std::vector<hazard_pointer>>(20);
    make_hazard_pointer_batch(*hps);
    for (hazard_pointer& hp : *hps) hp.protect(source);
    other.does([&] { hps.reset(); });
    if (i == 0) slots = hazards().garbage_bound(2);
  }
  EXPECT_EQ(hazards().garbage_bound(2), slots);
  source.load(std::memory_order_relaxed)->retire();
  EXPECT_EQ(living_after_drains(), 0u);
}

// One thread makes and another one destroys all the time, while a third one replaces what they protect.
TEST_F(HpHolderDtor, MayRaceWithTheThreadThatMakesMore) {
  std::atomic<hp_node*> source{new hp_node(1)};
  std::atomic<hazard_pointer*> handed{nullptr};
  constexpr int rounds = 20'000;
  run_threads(3, [&](std::size_t thread) {
    for (int i = 0; i != rounds; ++i) {
      if (thread == 0) {
        auto* const hp = new hazard_pointer(make_hazard_pointer());
        EXPECT_EQ(hp->protect(source)->value.value(), 1u);
        hazard_pointer own = make_hazard_pointer();
        EXPECT_EQ(own.protect(source)->value.value(), 1u);
        delete handed.exchange(hp, std::memory_order_acq_rel);
      } else if (thread == 1) {
        const std::unique_ptr<hazard_pointer> hp(handed.exchange(nullptr, std::memory_order_acq_rel));
        EXPECT_EQ(hp == nullptr ? 1 : hp->protect(source)->value.value(), 1u);
      } else {
        source.exchange(new hp_node(1), std::memory_order_acq_rel)->retire();
      }
    }
  });
  delete handed.load(std::memory_order_relaxed);
  source.load(std::memory_order_relaxed)->retire();
}

// It is a thread_local one.
TEST_F(HpHolderDtor, MayComeWithTheEndOfAThread) {
  std::atomic<hp_node*> source{new hp_node};
  for (int i = 0; i != 20; ++i) {
    std::thread([&] {
      thread_local std::optional<hazard_pointer> late;
      late.emplace(make_hazard_pointer());
      late->protect(source);
    }).join();
  }
  source.load(std::memory_order_relaxed)->retire();
  EXPECT_EQ(living_after_drains(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
