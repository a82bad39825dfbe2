// The control of the ThreadSanitizer runs: a map that publishes with relaxed in place of release is reported.  If it
// were not, that the map itself is not reported would mean nothing.

#include "reclaim/schemes.h"
#include "structures/hash_map/node.h"

// All that bucket_list.h includes is included above, so that this reaches its own text alone.
#define release relaxed
#include "structures/hash_map/bucket_list.h"
#undef release

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "structures/hash_map.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

// One thread inserts what the other reads.  Ends the process, with the sanitizer's status if it has a report.
template <class Domain>
[[noreturn]] void insert_and_read() {
  {
    Domain domain;
    hash_map<std::uint64_t, std::uint64_t, Domain> map(domain);
    start_barrier joined(2);
    run_threads(2, [&](std::size_t t) {
      { auto guard = domain.enter(); }  // registers the thread, under a lock that would order what follows
      joined.arrive_and_wait();
      for (std::uint64_t k = 0; k != 100; ++k) {
        if (t == 0) map.insert(k, k);
        while (t == 1 && !map.visit(k, [](const std::uint64_t& value) { EXPECT_LT(value, 100u); })) sync::yield();
      }
    });
  }
  std::exit(0);
}

template <class Domain>
class RelaxedHashMapDeathTest : public ::testing::Test {
 protected:
  RelaxedHashMapDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TYPED_TEST_SUITE(RelaxedHashMapDeathTest, domains_under_test, domain_names);

TYPED_TEST(RelaxedHashMapDeathTest, IsReportedByThreadSanitizer) {
#if !defined(RECLAIM_UNDER_TSAN)
  GTEST_SKIP() << "not built with ThreadSanitizer";
#endif

  EXPECT_EXIT(insert_and_read<TypeParam>(), [](int status) { return status != 0; }, "data race");
}

}  // namespace
}  // namespace reclaim::tests
