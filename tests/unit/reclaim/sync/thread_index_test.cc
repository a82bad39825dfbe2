// A small number for each living thread.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <set>
#include <thread>
#include <vector>

#include "reclaim/sync/sync.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

TEST(ThreadIndex, IsNoneBeforeAThreadRegisters) {
  std::size_t before = 0;
  std::size_t registered = sync::no_thread;
  std::size_t after = sync::no_thread;

  std::thread([&] {
    before = sync::thread_index();
    registered = sync::register_thread();
    after = sync::thread_index();
  }).join();

  EXPECT_EQ(before, sync::no_thread);
  EXPECT_NE(registered, sync::no_thread);
  EXPECT_EQ(after, registered);
}

TEST(ThreadIndex, StaysTheSame) {
  const std::size_t index = sync::register_thread();

  EXPECT_EQ(sync::register_thread(), index);
  EXPECT_EQ(sync::thread_index(), index);
}

TEST(ThreadIndex, StaysTheSameOnADetour) {
  const std::size_t index = sync::register_thread();
  EXPECT_EQ(sync::entry_offset(), index * sync::room_a_thread);

  sync::ask_for_detour();
  sync::ask_for_detour();
  EXPECT_EQ(sync::thread_index(), index);
  EXPECT_EQ(sync::register_thread(), index);
  EXPECT_EQ(sync::entry_offset(), sync::nobodys_offset);

  EXPECT_TRUE(sync::take_detour());
  EXPECT_FALSE(sync::take_detour());
  EXPECT_EQ(sync::entry_offset(), index * sync::room_a_thread);
}

TEST(ThreadIndex, LeadsToNobodysPlaceUnlessItIsAmongTheExpected) {
  constexpr std::size_t threads = sync::expected_threads + 8;
  std::vector<std::size_t> indices(threads), before(threads), offsets(threads), after(threads);
  start_barrier all_registered(threads);

  run_threads(threads, [&](std::size_t i) {
    before[i] = sync::entry_offset();
    indices[i] = sync::register_thread();
    all_registered.arrive_and_wait();
    offsets[i] = sync::entry_offset();
    sync::ask_for_detour();
    if (sync::entry_offset() == sync::nobodys_offset && sync::is_on_detour() && sync::take_detour()) after[i] = sync::entry_offset();
  });

  for (std::size_t i = 0; i != threads; ++i) {
    EXPECT_EQ(before[i], sync::nobodys_offset);
    EXPECT_EQ(offsets[i], indices[i] < sync::expected_threads ? indices[i] * sync::room_a_thread : sync::nobodys_offset);
    EXPECT_EQ(after[i], offsets[i]);
  }
}

TEST(ThreadIndex, IsGivenBackOnADetour) {
  std::set<std::size_t> indices;

  for (int i = 0; i != 100; ++i) {
    std::thread([&] {
      indices.insert(sync::register_thread());
      sync::ask_for_detour();
    }).join();
  }

  EXPECT_EQ(indices.size(), 1u);
}

TEST(ThreadIndex, IsDenseAndDifferentForLivingThreads) {
  constexpr std::size_t threads = 100;
  std::vector<std::size_t> indices(threads);
  start_barrier all_registered(threads);
  sync::register_thread();

  run_threads(threads, [&](std::size_t i) {
    indices[i] = sync::register_thread();
    all_registered.arrive_and_wait();
  });

  EXPECT_EQ(std::set<std::size_t>(indices.begin(), indices.end()).size(), threads);
  EXPECT_EQ(*std::max_element(indices.begin(), indices.end()), threads);  // and one for this thread
}

TEST(ThreadIndex, IsReusedWhenItsThreadHasEnded) {
  std::set<std::size_t> indices;

  for (int i = 0; i != 100; ++i) {
    std::thread([&] { indices.insert(sync::register_thread()); }).join();
  }

  EXPECT_EQ(indices.size(), 1u);
}

TEST(ThreadIndex, OfAThreadThatNeverRegistersCostsNothing) {
  std::thread([] {}).join();
  std::size_t index = 0;

  std::thread([&] { index = sync::register_thread(); }).join();

  EXPECT_LE(index, 1u);
}

}  // namespace
}  // namespace reclaim::tests
