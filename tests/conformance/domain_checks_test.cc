// What debug builds notice, over every domain: each misuse ends the process with one line that names the call.

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"

namespace reclaim::tests {
namespace {

template <class Domain>
class ChecksDeathTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sync::checks_enabled) GTEST_SKIP() << "NDEBUG";
  }
};

TYPED_TEST_SUITE(ChecksDeathTest, domains_under_test, domain_names);

TYPED_TEST(ChecksDeathTest, NoticesADoubleRetire) {
  TypeParam domain;
  auto* const n = new node<TypeParam>;
  domain.retire(n);
  auto guard = domain.enter();

  EXPECT_DEATH(domain.retire(n), "^reclaim: retire: .*double retire.*\n$");
  EXPECT_DEATH(guard.retire(n), "^reclaim: retire: .*double retire.*\n$");
}

// A copy of a retired object has words of its own: it was never retired.
TYPED_TEST(ChecksDeathTest, TakesACopyOfARetiredObjectForWhatItIs) {
  const census births;
  {
    TypeParam domain;
    auto* const n = new node<TypeParam>;
    domain.retire(n);
    auto* const copy = new node<TypeParam>(*n);
    auto* const assigned = new node<TypeParam>;
    *assigned = *n;

    domain.retire(copy);
    domain.retire(assigned);
  }
  EXPECT_EQ(births.born(), 3u);
  EXPECT_EQ(births.living(), 0u);
}

TYPED_TEST(ChecksDeathTest, NoticesARetireOfNull) {
  TypeParam domain;
  auto guard = domain.enter();

  EXPECT_DEATH(domain.retire(static_cast<node<TypeParam>*>(nullptr)), "^reclaim: retire: the pointer is null\n$");
  EXPECT_DEATH(guard.retire(static_cast<node<TypeParam>*>(nullptr)), "^reclaim: retire: the pointer is null\n$");
  EXPECT_DEATH(guard.retire(static_cast<int*>(nullptr)), "^reclaim: retire: the pointer is null\n$");
}

TYPED_TEST(ChecksDeathTest, NoticesAGuardOnAnotherThread) {
  TypeParam domain;

  EXPECT_DEATH(
      {
        std::optional<typename TypeParam::guard> guard;
        struct made_in_place {
          operator typename TypeParam::guard() const { return domain.enter(); }
          TypeParam& domain;
        };
        std::thread([&] {
          guard.emplace(made_in_place{domain});
          std::thread([&] { guard->retire(new node<TypeParam>); }).join();
        }).join();
      },
      "^reclaim: guard: used on a thread that did not make it\n$");
}

TYPED_TEST(ChecksDeathTest, NoticesAGuardThatEndsOnAnotherThread) {
  TypeParam domain;

  EXPECT_DEATH(
      {
        alignas(typename TypeParam::guard) unsigned char room[sizeof(typename TypeParam::guard)];
        using guard_type = typename TypeParam::guard;
        auto* const guard = new (room) guard_type(domain.enter());
        std::thread([&] { guard->~guard_type(); }).join();
      },
      "^reclaim: guard: used on a thread that did not make it\n$");
}

TYPED_TEST(ChecksDeathTest, NoticesAShieldOfAnotherDomain) {
  TypeParam domain;
  TypeParam other;
  auto guard = domain.enter();
  auto shield = guard.shield();
  domain.check_own(shield);

  EXPECT_DEATH(other.check_own(shield), "^reclaim: the shield is of another domain\n$");
}

TYPED_TEST(ChecksDeathTest, NoticesADomainThatIsDestroyedUnderAGuard) {
  EXPECT_DEATH(
      {
        std::optional<TypeParam> domain(std::in_place);
        auto guard = domain->enter();
        domain.reset();
      },
      "^reclaim: a domain was destroyed while a guard lives\n$");
}

}  // namespace
}  // namespace reclaim::tests
