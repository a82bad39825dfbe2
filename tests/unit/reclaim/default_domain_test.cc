// The default domains: one a scheme, there for as long as the process.

#include "reclaim/default_domain.h"

#include <gtest/gtest.h>

#include <thread>

#include "reclaim/schemes.h"
#include "tests/support/child.h"
#include "tests/support/counted.h"

namespace reclaim::tests {
namespace {

struct node : epoch_domain::hook {
  counted value;
};

TEST(DefaultDomain, IsTheSameForAllThreads) {
  epoch_domain* const here = &default_domain<epoch_domain>();
  epoch_domain* there = nullptr;
  std::thread([&] { there = &default_domain<epoch_domain>(); }).join();

  EXPECT_EQ(here, there);
}

TEST(DefaultDomain, EndsWhatIsRetiredThere) {
  const census births;
  default_domain<epoch_domain>().retire(new node);

  EXPECT_EQ(default_domain<epoch_domain>().drain(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

// Made before the default domain, so destroyed after everything that is made later.
struct at_exit {
  ~at_exit() {
    auto guard = default_domain<epoch_domain>().enter();
    guard.retire(new int(1));
    default_domain<hazard_domain>().retire(new int(2));
    default_domain<hazard_domain>().drain();
  }
};

TEST(DefaultDomain, MayBeUsedByStaticDestructors) {
  EXPECT_EXIT(
      {
        static at_exit last;
        default_domain<epoch_domain>().retire(new node);
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace reclaim::tests
