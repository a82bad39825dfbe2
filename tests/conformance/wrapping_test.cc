// Domains that count epochs, where the count passes its end and begins anew.

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <thread>

#include "reclaim/schemes.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"

namespace reclaim::tests {
namespace {

template <class Domain>
class Wrapping : public ::testing::Test {
 protected:
  static std::uint64_t before_the_end(std::uint64_t many) { return std::numeric_limits<std::uint64_t>::max() - many; }

  // A guard that holds back all that is retired while it lives.
  static auto enter_region(Domain& domain) {
    if constexpr (Domain::protects_regions) return domain.enter();
    else return domain.regions().enter();
  }
};

TYPED_TEST_SUITE(Wrapping, counting_domains_under_test, domain_names);

TYPED_TEST(Wrapping, ReclaimsOn) {
  const census births;
  {
    TypeParam domain(collect_every(1), this->before_the_end(14));
    for (int i = 0; i != 32; ++i) {
      auto guard = domain.enter();
      guard.retire(new node<TypeParam>);
      EXPECT_LE(births.living(), 4u) << "garbage is not freed as fast as it is made, at object " << i;
    }
    EXPECT_EQ(domain.drain(), 0u);
  }
  EXPECT_EQ(births.living(), 0u);
  EXPECT_EQ(births.faults(), 0u);
}

// From the last epoch, and from those before it, with which tags and their grace periods wrap around one after the other.
TYPED_TEST(Wrapping, ProtectsARegion) {
  for (const std::uint64_t many : {6u, 14u, 22u, 30u}) {
    const census births;
    TypeParam domain(collect_every(1), this->before_the_end(many));
    const auto guard = this->enter_region(domain);

    std::thread([&] {
      for (int i = 0; i != 32; ++i) domain.retire(new node<TypeParam>);
      domain.drain();
    }).join();

    EXPECT_EQ(births.ended(), 0u) << many << " before the end";
  }
}

TYPED_TEST(Wrapping, RefusesAFirstEpochThatIsNotOneMoreThanAMultipleOfEight) {
  EXPECT_THROW(TypeParam({}, 3), std::invalid_argument);
  EXPECT_THROW(TypeParam({}, 13), std::invalid_argument);
}

}  // namespace
}  // namespace reclaim::tests
