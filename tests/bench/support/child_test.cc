#include "bench/support/child.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>

namespace reclaim::bench {
namespace {

void look_away(const run_progress&) {}

std::string failure_of(const std::function<run_result(run_progress&)>& work) {
  try {
    run_in_child(work, look_away);
  } catch (const run_failure& failure) {
    return failure.what();
  }
  return "";
}

TEST(Child, HandsItsResultOver) {
  const auto work = [](run_progress&) {
    run_result r;
    r.mops = 2.5;
    r.timeline.assign(100'000, {1, 2});  // more than a pipe holds
    return r;
  };

  const run_result r = run_in_child(work, look_away);

  EXPECT_EQ(r.mops, 2.5);
  EXPECT_EQ(r.timeline.size(), 100'000u);
}

TEST(Child, IsMeasuredOnItsOwn) {
  constexpr std::size_t large = 256 << 20;
  const auto heavy = [](run_progress&) {
    const auto memory = std::make_unique<char[]>(large);
    std::memset(memory.get(), 1, large);
    run_result r;
    r.lost = static_cast<std::uint64_t>(memory[large / 2]);
    return r;
  };

  const run_result first = run_in_child(heavy, look_away);
  const run_result second = run_in_child([](run_progress&) { return run_result{}; }, look_away);

  // Not its size exactly: what this process has in memory at the fork counts for both.
  EXPECT_GE(first.peak_rss_bytes, second.peak_rss_bytes + large / 2);
}

TEST(Child, ShowsItsProgress) {
  unsigned seen = 0;
  const auto work = [](run_progress& progress) {
    progress.set_done(700);
    progress.set_stalled(stalled_reader{"the reader", 1500, 12});
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return run_result{};
  };

  std::optional<stalled_reader> in_the_way;
  run_in_child(work, [&](const run_progress& now) {
    seen = now.per_mille();
    in_the_way = now.stalled();
  });

  EXPECT_EQ(seen, 700u);
  ASSERT_TRUE(in_the_way);
  EXPECT_EQ(in_the_way->thread, "the reader");
  EXPECT_EQ(in_the_way->ms, 1500);
  EXPECT_EQ(in_the_way->holds_at_most, 12u);
}

TEST(Child, IsReportedWhenItExits) {
  EXPECT_EQ(failure_of([](run_progress&) -> run_result { _Exit(7); }), "its process exited with 7");
}

TEST(Child, IsReportedWhenASignalEndsIt) {
  EXPECT_EQ(failure_of([](run_progress&) -> run_result {
              std::signal(SIGTERM, SIG_DFL);
              std::raise(SIGTERM);
              return {};
            }),
            "its process was ended by signal 15");
}

TEST(Child, IsReportedWhenItThrows) {
  EXPECT_EQ(failure_of([](run_progress&) -> run_result { throw std::bad_alloc(); }), "its process exited with 1");
}

}  // namespace
}  // namespace reclaim::bench
