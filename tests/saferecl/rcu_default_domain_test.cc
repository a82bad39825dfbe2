// [saferecl.rcu.domain.func] rcu_default_domain; and domains of one's own.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "tests/saferecl/objects.h"

namespace reclaim::tests {
namespace {

using RcuDefaultDomain = Saferecl;

TEST_F(RcuDefaultDomain, IsTheSameForAllThreads) {
  rcu_domain* const here = &rcu_default_domain();
  EXPECT_EQ(&rcu_default_domain(), here);
  std::thread([&] { EXPECT_EQ(&rcu_default_domain(), here); }).join();
}

TEST_F(RcuDefaultDomain, IsMeantWhereNoneIsNamed) {
  const std::size_t before = regions().stats().retired;
  (new rcu_node)->retire();
  rcu_retire(new counted);
  EXPECT_EQ(regions().stats().retired, before + 2);
  rcu_synchronize();
  rcu_barrier();
  EXPECT_EQ(births.living(), 0u);
}

struct uses_it_when_it_ends {
  ~uses_it_when_it_ends() {
    rcu_default_domain().lock();
    (new rcu_node)->retire();
    rcu_default_domain().unlock();
    rcu_barrier();
    hazard_pointer hp = make_hazard_pointer();
    (new hp_node)->retire();
    std::fputs("ended\n", stderr);
  }
};

TEST_F(RcuDefaultDomain, IsThereWhenStaticObjectsEnd) {
  EXPECT_EXIT(
      {
        static const uses_it_when_it_ends object;
        rcu_synchronize();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "^ended\n$");
}

TEST_F(RcuDefaultDomain, IsNotTheOnlyOne) {
  {
    user_rcu_domain domain({.objects_per_collect = 8});
    rcu_domain& as_any = domain;
    EXPECT_NE(&as_any, &rcu_default_domain());
    EXPECT_NE(&epochs_of(as_any), &regions());
    for (int i = 0; i != 100; ++i) (new rcu_node)->retire({}, as_any);
  }
  EXPECT_EQ(births.born(), 100u);
  EXPECT_EQ(births.living(), 0u);  // it ends what it has
  EXPECT_THROW(user_rcu_domain({.objects_per_collect = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace reclaim::tests
