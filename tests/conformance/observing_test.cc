// What a domain says of itself: sums, and who is in the way.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "reclaim/schemes.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/stalled_reader.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

template <class Domain>
class Observing : public testing::Test {};
TYPED_TEST_SUITE(Observing, domains_under_test, domain_names);

TYPED_TEST(Observing, AtRestWhatWasRetiredIsReclaimedOrPending) {
  TypeParam domain(small_options());
  run_threads(4, [&](std::size_t) {
    for (int i = 0; i != 1000; ++i) domain.retire(new node<TypeParam>);
    for (int i = 0; i != 1000; ++i) domain.retire(new int(i));
  });
  for (int drained = 0; drained != 2; ++drained) {
    const domain_stats now = domain.stats();
    EXPECT_EQ(now.retired, 8000u);
    EXPECT_EQ(now.retired_bytes, 4000 * sizeof(node<TypeParam>) + 4000 * sizeof(int));
    EXPECT_EQ(now.retired, now.reclaimed + now.pending.objects);
    EXPECT_EQ(now.retired_bytes, now.reclaimed_bytes + now.pending.bytes);
    EXPECT_GE(now.peak.objects, now.pending.objects);
    EXPECT_GE(now.peak.bytes, now.pending.bytes);
    domain.drain();
  }
  if (reclaims_early<TypeParam>) {
    EXPECT_EQ(domain.stats().pending, garbage());
  }
}

TYPED_TEST(Observing, ThePeakIsTheMostThatWaited) {
  TypeParam domain({.reclaims_in_retire = false});
  for (int i = 0; i != 1000; ++i) domain.retire(new node<TypeParam>);
  EXPECT_EQ(domain.stats().peak, (garbage{1000, 1000 * sizeof(node<TypeParam>)}));
  domain.drain();
  for (int i = 0; i != 10; ++i) domain.retire(new node<TypeParam>);

  EXPECT_EQ(domain.stats().peak.objects, reclaims_early<TypeParam> ? 1000u : 1010u);
}

TYPED_TEST(Observing, ParticipantsAreTheThreadsThatAreThere) {
  TypeParam domain;
  domain.join();
  EXPECT_EQ(domain.stats().participants, 1u);
  std::thread([&] {
    domain.join();
    EXPECT_EQ(domain.stats().participants, 2u);
  }).join();

  EXPECT_EQ(domain.stats().participants, 1u);
}

template <class Domain>
class ObservingReclaim : public testing::Test {};
TYPED_TEST_SUITE(ObservingReclaim, reclaiming_domains_under_test, domain_names);

TYPED_TEST(ObservingReclaim, TimeInDeletersIsAbout) {
  TypeParam domain;
  for (int i = 0; i != 50; ++i) {
    domain.retire(new int(i), [](const int* p) {
      std::this_thread::sleep_for(1ms);
      delete p;
    });
  }
  EXPECT_EQ(domain.stats().deleter_time, 0ns);
  domain.drain();

  EXPECT_GE(domain.stats().deleter_time, 50ms);
  EXPECT_LT(domain.stats().deleter_time, 5s);
}

TYPED_TEST(ObservingReclaim, ACollectPassesAFenceOrIsRefusedOne) {
  TypeParam domain(small_options());
  for (int i = 0; i != 1000; ++i) domain.retire(new int(i));
  const domain_stats now = domain.stats();

  EXPECT_GT(now.collects, 0u);
  EXPECT_GT(now.heavy_fences, 0u);
  EXPECT_LE(now.heavy_fences, now.collects);
  EXPECT_EQ(now.heavy_failures, 0u);
  EXPECT_EQ(now.epoch, now.advances);
}

TYPED_TEST(ObservingReclaim, StallsNameTheThreadThatIsInTheWay) {
  TypeParam domain(small_options());
  EXPECT_TRUE(domain.stalls(0ns).empty());
  {
    stalled_reader reader(domain, "the reader");
    for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);
    domain.stalls(0ns);  // from now on it is seen
    std::this_thread::sleep_for(20ms);

    EXPECT_TRUE(domain.stalls(1h).empty());
    const std::vector<stall> found = domain.stalls(10ms);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].thread_id, reader.id);
    EXPECT_EQ(found[0].participant, reader.index);
    EXPECT_STREQ(found[0].thread_name, "the reader");
    EXPECT_GE(found[0].at_least, 20ms);
    EXPECT_LT(found[0].at_least, 1h);
    EXPECT_EQ(found[0].is_region, TypeParam::protects_regions);
    EXPECT_GE(found[0].holds_at_most.objects, 1u);
    if (sync::guards_are_tracked) {
      ASSERT_NE(found[0].file, nullptr);
      EXPECT_NE(std::string(found[0].file).find("stalled_reader.h"), std::string::npos);
      EXPECT_EQ(found[0].line, reader.line);
    } else {
      EXPECT_EQ(found[0].file, nullptr);
    }
  }
  EXPECT_TRUE(domain.stalls(0ns).empty());
}

TYPED_TEST(ObservingReclaim, TheLongestStallIsTheFirst) {
  TypeParam domain(small_options());
  stalled_reader first(domain, "first");
  for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);
  domain.stalls(0ns);
  std::this_thread::sleep_for(10ms);
  stalled_reader second(domain, "second");
  for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);

  const std::vector<stall> found = domain.stalls(0ns);
  ASSERT_GE(found.size(), 1u);  // while the first holds the epoch, the second one is up with it
  EXPECT_STREQ(found[0].thread_name, "first");
  if (!TypeParam::protects_regions) {
    EXPECT_EQ(found.size(), 2u);
  }
}

// Threads that read all the time, none of them for long, are in nobody's way.  Between two looks the reader comes anew: so
// what a look finds is younger than the look before, however long either thread has to wait for a processor.
TYPED_TEST(ObservingReclaim, WhoReadsAllTheTimeInTimeIsInNobodysWay) {
  constexpr std::size_t looks = 100;
  std::vector<node<TypeParam>> nodes(looks + 1);  // none is where another one was
  TypeParam domain(small_options());
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> reads{0};
  sync::atomic<node<TypeParam>*> place{&nodes[0]};
  std::thread reader([&] {
    for (; !stop; ++reads) {
      auto guard = domain.enter();
      auto shield = guard.shield();
      shield.protect(place);
      std::this_thread::sleep_for(100us);
    }
  });
  std::size_t times_found = 0;
  auto look_before = clock::now();
  for (std::size_t look = 1; look <= looks; ++look) {
    for (const std::size_t known = reads; reads == known;) std::this_thread::sleep_for(100us);
    const auto began = clock::now();
    domain.retire(place.exchange(&nodes[look], acq_rel), [](node<TypeParam>*) noexcept {});
    for (const stall& found : domain.stalls(0ns)) {
      EXPECT_LE(found.at_least, clock::now() - look_before);
      ++times_found;
    }
    look_before = began;
  }
  stop = true;
  reader.join();
  EXPECT_GT(times_found, looks / 10);
}

}  // namespace
}  // namespace reclaim::tests
