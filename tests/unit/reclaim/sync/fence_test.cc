// Asymmetric fences where membarrier is granted, refused from the start, switched off, and refused later.

#include "reclaim/sync/sync.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>

#include "reclaim/schemes.h"
#include "tests/support/child.h"

namespace reclaim::tests {
namespace {

// Retires `count` objects one by one into a domain that collects often.  Returns how many are left after drain().
template <class Domain>
std::size_t left_after_drain(Domain& domain, int count) {
  for (int i = 0; i != count; ++i) domain.retire(new int(i));
  return domain.drain();
}

domain_options often() {
  domain_options options;
  options.objects_per_collect = 4;
  options.collect_period = {};
  return options;
}

// What a child returns: 0, or the number of the first expectation that does not hold.
template <class Domain>
int works_in_mode(sync::fence_mode mode) {
  Domain domain(often());
  if (sync::ensure_fence_mode() != mode) return 1;
  if (!sync::heavy_fence()) return 2;
  if (left_after_drain(domain, 100) != 0) return 3;
  if (domain.stats().heavy_failures != 0) return 4;
  return 0;
}

// The decision is made once a process, so each case has a process in which nothing was decided before.
template <class Prepare>
void expect_mode(sync::fence_mode mode, Prepare&& prepare) {
  EXPECT_EQ(0, in_child([&] { return prepare() ? works_in_mode<epoch_domain>(mode) : 100; }));
  EXPECT_EQ(0, in_child([&] { return prepare() ? works_in_mode<hazard_domain>(mode) : 100; }));
  EXPECT_EQ(0, in_child([&] { return prepare() ? works_in_mode<hybrid_domain>(mode) : 100; }));
}

bool is_switched_off() {
  const char* const wish = std::getenv("RECLAIM_MEMBARRIER");
  return wish != nullptr && std::string(wish) == "off";
}

TEST(Fence, IsAsymmetricWhereTheKernelGrantsMembarrier) {
  if (is_switched_off()) GTEST_SKIP() << "RECLAIM_MEMBARRIER=off";
  expect_mode(sync::asymmetric, [] { return true; });
}

TEST(Fence, IsSymmetricWhenSwitchedOff) {
  expect_mode(sync::symmetric, [] { return setenv("RECLAIM_MEMBARRIER", "off", 1) == 0; });
}

TEST(Fence, IsSymmetricWhereTheKernelDoesNotKnowMembarrier) {
  expect_mode(sync::symmetric, [] { return refuse_membarrier(ENOSYS); });
}

TEST(Fence, IsSymmetricWhereASandboxForbidsMembarrier) {
  expect_mode(sync::symmetric, [] { return refuse_membarrier(EPERM); });
}

TEST(Fence, DoesNotChangeItsMind) {
  EXPECT_EQ(0, in_child([] {
    const sync::fence_mode first = sync::ensure_fence_mode();
    setenv("RECLAIM_MEMBARRIER", first == sync::symmetric ? "on" : "off", 1);
    return sync::ensure_fence_mode() == first ? 0 : 1;
  }));
}

// Refused after it was granted: nothing is freed, a counter says so, nothing is lost when the domain ends.
template <class Domain>
int frees_nothing_once_refused() {
  static int ended;
  ended = 0;
  {
    Domain domain(often());
    if (!refuse_membarrier(EPERM)) return 100;
    for (int i = 0; i != 100; ++i) domain.retire(new int(i), [](int* p) { ++ended; delete p; });
    if (domain.drain() != 100) return 1;
    if (ended != 0) return 2;
    if (domain.stats().heavy_failures == 0) return 3;
  }
  return ended == 100 ? 0 : 4;
}

TEST(Fence, ThatIsRefusedLaterFreesNothing) {
  if (is_switched_off()) GTEST_SKIP() << "RECLAIM_MEMBARRIER=off";
  EXPECT_EQ(0, in_child(frees_nothing_once_refused<epoch_domain>));
  EXPECT_EQ(0, in_child(frees_nothing_once_refused<hazard_domain>));
  EXPECT_EQ(0, in_child(frees_nothing_once_refused<hybrid_domain>));
}

}  // namespace
}  // namespace reclaim::tests
