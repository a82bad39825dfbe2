// What every scheme does alike, at its edges.

#include "reclaim/core/domain_base.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <new>
#include <thread>

#include "reclaim/schemes.h"
#include "tests/support/child.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"

namespace reclaim::tests {
namespace {

// An object that its own end puts back into use.
struct pooled : epoch_domain::hook {
  static void reclaim(pooled* object) noexcept { ++object->ends; }
  int ends = 0;
};

TEST(DomainBase, AnObjectMayBeRetiredAgainAfterItsEndGaveItAnotherLife) {
  pooled object;
  {
    epoch_domain domain(collect_every(1));
    domain.retire(&object);
    EXPECT_EQ(domain.drain(), 0u);
    domain.retire(&object);
  }
  EXPECT_EQ(object.ends, 2);
}

// Cannot be copied, though its type says that it might be.
struct reluctant {
  reluctant() = default;
  reluctant(reluctant&&) noexcept = default;
  reluctant(const reluctant&) { throw std::bad_alloc(); }
  void operator()(int* p) const { delete p; }
};

TEST(DomainBase, ADeleterWhoseCopyThrowsLeavesNothingScheduled) {
  epoch_domain domain;
  const reluctant deleter;
  auto* const number = new int(1);

  EXPECT_THROW(domain.retire(number, deleter), std::bad_alloc);

  EXPECT_EQ(domain.pending(), 0u);
  delete number;
}

template <class Domain>
class DomainBaseOf : public testing::Test {};
using reclaiming_domains = testing::Types<epoch_domain, hazard_domain, hybrid_domain>;
TYPED_TEST_SUITE(DomainBaseOf, reclaiming_domains, domain_names);

// Two threads at a time: one comes and takes what others left, one retires almost enough to look for itself.
TYPED_TEST(DomainBaseOf, ThreadsThatTakeTurnsLeaveNoGrowingGarbage) {
  constexpr std::size_t every = 64;
  const census births;
  TypeParam domain(collect_every(every));
  std::size_t most = 0;
  for (int round = 0; round != 200; ++round) {
    std::thread([&] {
      domain.retire(new node<TypeParam>);
      std::thread([&] {
        for (std::size_t i = 1; i != every; ++i) domain.retire(new node<TypeParam>);
      }).join();
    }).join();
    most = std::max(most, domain.pending());
  }

  EXPECT_LE(most, 9 * every);
  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

// Two threads that drain in turn under a reader who lets go in between: what the one has found out the other knows.
TYPED_TEST(DomainBaseOf, DrainsOfTwoThreadsAddUp) {
  TypeParam domain(collect_every(1000));
  auto guard = domain.enter();
  for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);
  for (int round = 0; round != 4; ++round) {
    std::thread([&] { domain.drain(); }).join();
    guard.repin();
    domain.drain();
    guard.repin();
  }

  EXPECT_EQ(domain.pending(), 0u);
}

// What the child does when another thread was at any point of retire() and drain(): it reclaims what it retires.
template <class Domain>
int child_reclaims(Domain& domain) {
  const std::size_t left = domain.pending();
  for (int i = 0; i != 1000; ++i) domain.retire(new int(i));
  domain.drain();
  std::thread([&] { domain.retire(new int(0)); }).join();
  domain.drain();
  return domain.pending() <= left ? 0 : 1;
}

TYPED_TEST(DomainBaseOf, AForkAmidOthersWorkLeavesAChildThatReclaims) {
  if (!may_fork_amid_threads) GTEST_SKIP() << "a sanitizer's runtime is not made for it";
  TypeParam domain(collect_every(4));
  domain.join();
  std::atomic<bool> stop{false};
  std::thread retirer([&] {
    while (!stop.load()) domain.retire(new int(1));
  });
  std::thread drainer([&] {
    while (!stop.load()) {
      domain.retire(new int(1));
      domain.drain();
    }
  });
  for (int i = 0; i != 20; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      _exit(child_reclaims(domain));
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "fork " << i << ": signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "fork " << i;
  }
  stop = true;
  retirer.join();
  drainer.join();
  EXPECT_EQ(domain.drain(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
