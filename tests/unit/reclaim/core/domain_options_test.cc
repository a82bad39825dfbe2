// Options that cannot be kept are refused, and the refusal names the option and the values.

#include "reclaim/core/domain_options.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>

#include "reclaim/schemes.h"

namespace reclaim::tests {
namespace {

using std::chrono::nanoseconds;

// What the domain says of options that it refuses; empty if it takes them.
std::string refusal(const domain_options& options) {
  try {
    epoch_domain domain(options);
    return "";
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

TEST(DomainOptions, DoNotOverflow) {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();

  EXPECT_EQ(domain_options{.objects_per_collect = most}.most_per_collect(), most);
  EXPECT_EQ(domain_options{.objects_per_collect = most}.objects_per_look(), most / 32 + 1);
  EXPECT_EQ(domain_options{.objects_per_collect = most}.most_in_shares(5, 7), most);
  EXPECT_EQ((domain_options{.objects_per_collect = 10, .collect_period = {}}.most_in_shares(5, 7)), 57u);
}

TEST(DomainOptions, AreRefusedByNameAndValue) {
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({.objects_per_collect = 0}), "domain_options: objects_per_collect is 0, and must be at least 1");
  EXPECT_EQ(refusal({.collect_period = nanoseconds(-1)}), "domain_options: collect_period is -1, and must be at least 0 ns");
  EXPECT_EQ(refusal({.reclaims_per_retire = 0}), "domain_options: reclaims_per_retire is 0, and must be at least 1");
  EXPECT_EQ(refusal({.reclaims_per_retire = 8, .most_reclaims_per_retire = 4}),
            "domain_options: most_reclaims_per_retire is 4, and must not be less than reclaims_per_retire, 8");
}

TEST(DomainOptions, ASoftLimitOverTheHardOneIsRefused) {
  EXPECT_EQ(refusal({.soft_limit = {.objects = 101}, .hard_limit = {.objects = 100}}),
            "domain_options: soft_limit.objects is 101, and must not be more than hard_limit.objects, 100");
  EXPECT_EQ(refusal({.soft_limit = {.bytes = 4097}, .hard_limit = {.bytes = 4096}}),
            "domain_options: soft_limit.bytes is 4097, and must not be more than hard_limit.bytes, 4096");
  EXPECT_EQ(refusal({.soft_limit = {.objects = 100}, .hard_limit = {.objects = 100}}), "");
}

TEST(DomainOptions, ALimitOfNothingIsRefused) {
  EXPECT_EQ(refusal({.hard_limit = {.objects = 0}}),
            "domain_options: hard_limit.objects is 0, and must be at least 1, or garbage_limit::none");
  EXPECT_EQ(refusal({.soft_limit = {.objects = 0}}),
            "domain_options: soft_limit.objects is 0, and must be at least 1, or garbage_limit::none");
}

TEST(DomainOptions, BytesUnderOneObjectAreRefused) {
  constexpr std::size_t least = sizeof(retired);

  EXPECT_EQ(refusal({.hard_limit = {.bytes = least - 1}}),
            "domain_options: hard_limit.bytes is " + std::to_string(least - 1) + ", and must be at least " +
                std::to_string(least) + ", the bytes of the smallest object");
  EXPECT_EQ(refusal({.hard_limit = {.bytes = least}}), "");
}

TEST(DomainOptions, ToWaitForNoTimeIsRefused) {
  EXPECT_EQ(refusal({.hard_limit = {.objects = 10}, .when_over = over_limit::wait}),
            "domain_options: longest_wait is 0, and must be more than 0 ns where when_over is wait");
}

TEST(DomainOptions, ALimitThatNoRetireMayKeepIsRefused) {
  EXPECT_EQ(refusal({.hard_limit = {.objects = 10}, .reclaims_in_retire = false}),
            "domain_options: reclaims_in_retire is 0, and must not be false where there is a limit: no retire() would keep it");
}

TEST(DomainOptions, TheSoftLimitIsHalfTheHardOneWhereOnlyThatIsSet) {
  const domain_options all = domain_options{.hard_limit = {.objects = 101, .bytes = 4096}}.completed();

  EXPECT_EQ(all.soft_limit, (garbage_limit{51, 2048}));
  EXPECT_EQ(domain_options().completed().soft_limit, garbage_limit());
}

TEST(DomainOptions, WhereOnlyTheUserReclaimsTheBoundIsHis) {
  EXPECT_EQ(hazard_domain({.reclaims_in_retire = false}).garbage_bound(2), garbage_limit::none);
  EXPECT_LT(hazard_domain().garbage_bound(2), garbage_limit::none);
}

}  // namespace
}  // namespace reclaim::tests
