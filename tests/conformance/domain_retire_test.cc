// Laws of retiring, ending and draining, over every domain.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/allocations.h"
#include "tests/support/census_test.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

template <class Domain>
class RetireConformance : public CensusTest {
 protected:
  // drain() ended everything, or nothing if the domain is the control.
  void expect_drained(Domain& domain) {
    const std::size_t left = domain.drain();
    EXPECT_EQ(left, domain.pending());
    if (reclaims_early<Domain>) {
      EXPECT_EQ(left, 0u);
      EXPECT_EQ(births.living(), 0u);
    }
  }
};

TYPED_TEST_SUITE(RetireConformance, domains_under_test, domain_names);

TYPED_TEST(RetireConformance, EndsEachObjectOnce) {
  {
    TypeParam domain(small_options());
    run_threads(4, [&](std::size_t) {
      auto guard = domain.enter();
      for (int i = 0; i != 2000; ++i) {
        guard.retire(new node<TypeParam>);
        guard.retire(new counted);
        guard.repin();
      }
    });
    EXPECT_EQ(domain.stats().retired, 4u * 2 * 2000);
  }
  EXPECT_EQ(this->births.born(), 4u * 2 * 2000);
  EXPECT_EQ(this->births.ended(), 4u * 2 * 2000);
}

TYPED_TEST(RetireConformance, EndsObjectsWhileItGoesOn) {
  TypeParam domain(small_options());

  for (int i = 0; i != 10'000; ++i) domain.retire(new node<TypeParam>);

  EXPECT_EQ(domain.pending(), this->births.living());
  if (reclaims_early<TypeParam>) {
    EXPECT_LT(domain.pending(), 100u);
  }
}

TYPED_TEST(RetireConformance, EndsEverythingWithTheDomain) {
  {
    TypeParam domain;
    for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);
    EXPECT_EQ(domain.pending(), 100u);
  }
  EXPECT_EQ(this->births.living(), 0u);
}

TYPED_TEST(RetireConformance, AllocatesNothingForAnObjectWithAHook) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  TypeParam domain(small_options());
  std::vector<node<TypeParam>*> nodes;
  for (int i = 0; i != 1000; ++i) nodes.push_back(new node<TypeParam>);
  domain.join();
  const allocation_count allocations;

  auto guard = domain.enter();
  for (int i = 0; i != 500; ++i) guard.retire(nodes[i]);
  for (int i = 500; i != 1000; ++i) domain.retire(nodes[i]);
  domain.drain();

  EXPECT_EQ(allocations.get(), 0u);
}

TYPED_TEST(RetireConformance, EndsAnObjectByItsOwnReclaim) {
  struct own_end : TypeParam::hook {
    static void reclaim(own_end* object) noexcept {
      ++*object->ends;
      delete object;
    }
    int* ends;
  };
  int ends = 0;
  {
    TypeParam domain(small_options());
    auto* const object = new own_end;
    object->ends = &ends;
    domain.retire(object);
  }
  EXPECT_EQ(ends, 1);
}

TYPED_TEST(RetireConformance, EndsAnObjectWhoseHookIsNotAtItsStart) {
  struct first {
    std::uint64_t words[3];
  };
  struct second : first, node<TypeParam> {};
  TypeParam domain(small_options());

  domain.retire(new second);

  this->expect_drained(domain);
}

TYPED_TEST(RetireConformance, EndsAnyObjectByDelete) {
  TypeParam domain(small_options());

  domain.retire(new counted);
  domain.enter().retire(new counted);

  this->expect_drained(domain);
}

TYPED_TEST(RetireConformance, EndsAnObjectByADeleter) {
  struct deleter {
    std::vector<std::uint64_t>* ended;
    void operator()(counted* object) const noexcept {
      ended->push_back(object->value());
      delete object;
    }
  };
  std::vector<std::uint64_t> ended;
  {
    TypeParam domain(small_options());
    domain.retire(new counted(1), deleter{&ended});
    domain.enter().retire(new counted(2), deleter{&ended});
    const deleter named{&ended};
    domain.retire(new counted(3), named);
  }
  std::sort(ended.begin(), ended.end());
  EXPECT_EQ(ended, (std::vector<std::uint64_t>{1, 2, 3}));
}

TYPED_TEST(RetireConformance, ADeleterMayOwnWhatItNeeds) {
  TypeParam domain(small_options());
  auto company = std::make_unique<counted>(1);

  domain.retire(new counted(2), [company = std::move(company)](counted* object) noexcept { delete object; });

  this->expect_drained(domain);
}

TYPED_TEST(RetireConformance, EndsAnObjectByAFunction) {
  TypeParam domain(small_options());
  void (*const deleter)(counted*) = [](counted* object) { delete object; };

  domain.retire(new counted, deleter);

  this->expect_drained(domain);
}

TYPED_TEST(RetireConformance, PrefersADeleterToTheHook) {
  int calls = 0;
  {
    TypeParam domain(small_options());
    domain.retire(new node<TypeParam>, [&](node<TypeParam>* n) noexcept {
      ++calls;
      delete n;
    });
  }
  EXPECT_EQ(calls, 1);
}

TYPED_TEST(RetireConformance, GivesSizeAndAlignmentBack) {
  struct alignas(256) wide {
    static void* operator new(std::size_t size, std::align_val_t alignment) { return ::operator new(size, alignment); }
    static void operator delete(void* memory, std::size_t size, std::align_val_t alignment) noexcept {
      EXPECT_EQ(size, 512u);
      EXPECT_EQ(alignment, std::align_val_t{256});
      ::operator delete(memory, alignment);
    }
    counted value;
    unsigned char rest[400];
  };
  TypeParam domain(small_options());

  domain.retire(new wide);

  this->expect_drained(domain);
}

TYPED_TEST(RetireConformance, GivesMemoryBackToItsResource) {
  struct alignas(64) wide {
    counted value;
  };
  counting_resource resource;
  {
    TypeParam domain(small_options());
    for (int i = 0; i != 100; ++i) {
      auto* const object = static_cast<wide*>(resource.allocate(sizeof(wide), alignof(wide)));
      auto guard = domain.enter();
      guard.retire(new (object) wide, &resource);
    }
  }
  EXPECT_EQ(resource.allocated(), 100u);
  EXPECT_EQ(resource.bytes_out(), 0u);
}

TYPED_TEST(RetireConformance, SchedulesNothingWhenMemoryIsExhausted) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  TypeParam domain(small_options());
  domain.join();
  const auto object = std::make_unique<counted>(7);
  {
    const exhausted_memory nothing_left;
    auto guard = domain.enter();
    EXPECT_THROW(guard.retire(object.get()), std::bad_alloc);
    EXPECT_THROW(domain.retire(object.get(), [](counted* c) noexcept { delete c; }), std::bad_alloc);
    EXPECT_FALSE(guard.try_retire(object.get()));
    EXPECT_FALSE(domain.try_retire(object.get(), std::default_delete<counted>()));
  }

  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(domain.stats().retired, 0u);
  EXPECT_EQ(object->value(), 7u);
}

TYPED_TEST(RetireConformance, LeavesADeleterWhereItWasWhenMemoryIsExhausted) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  TypeParam domain(small_options());
  domain.join();
  const auto object = std::make_unique<counted>(7);
  auto deleter = [company = std::make_unique<int>(1)](counted*) noexcept {};
  {
    const exhausted_memory nothing_left;
    EXPECT_FALSE(domain.try_retire(object.get(), std::move(deleter)));
  }
  EXPECT_TRUE(domain.try_retire(object.get(), std::move(deleter)));
}

TYPED_TEST(RetireConformance, ADeleterMayEnterRetireAndDrain) {
  int calls = 0;
  {
    TypeParam domain(small_options());
    for (int i = 0; i != 100; ++i) {
      domain.retire(new counted, [&domain, &calls](counted* object) noexcept {
        auto guard = domain.enter();
        auto shield = guard.shield();
        const sync::atomic<node<TypeParam>*> src{nullptr};
        shield.protect(src);
        guard.retire(new node<TypeParam>);
        domain.drain();
        delete object;
        ++calls;
      });
    }
    if (reclaims_early<TypeParam>) {
      EXPECT_EQ(domain.drain(), 0u);
      EXPECT_EQ(calls, 100);
    }
  }
  EXPECT_EQ(this->births.born(), 200u);
  EXPECT_EQ(this->births.ended(), 200u);
}

template <class Domain>
struct link : Domain::hook {
  link(Domain& to, int objects_to_come) noexcept : domain(to), to_come(objects_to_come) {}
  ~link() {
    most_at_once = std::max(most_at_once, ++ending);
    if (to_come != 0) domain.retire(new link(domain, to_come - 1));
    --ending;
  }
  counted value;
  Domain& domain;
  int to_come;
  static inline int ending = 0;
  static inline int most_at_once = 0;
};

// Each retire finds the object of the one before ready to end, and yet leaves it to whoever runs the deleter.
TYPED_TEST(RetireConformance, AChainOfDeletersDoesNotDeepenTheStack) {
  TypeParam domain(collect_every(1));

  domain.retire(new link<TypeParam>(domain, 60'000));

  for (int i = 0; i != 60'000 && domain.drain() != 0; ++i) {
  }
  if (reclaims_early<TypeParam>) {
    EXPECT_EQ(this->births.born(), 60'001u);
    EXPECT_EQ(domain.pending(), 0u);
    EXPECT_EQ(link<TypeParam>::most_at_once, 1);
  }
}

TYPED_TEST(RetireConformance, AChainOfDeletersEndsWithTheDomain) {
  {
    TypeParam domain;
    domain.retire(new link<TypeParam>(domain, 60'000));
  }
  EXPECT_EQ(this->births.born(), 60'001u);
  EXPECT_EQ(this->births.ended(), 60'001u);
  EXPECT_EQ(link<TypeParam>::most_at_once, 1);
}

TYPED_TEST(RetireConformance, ADeleterMayUseAnotherDomain) {
  TypeParam other(small_options());
  {
    TypeParam domain(small_options());
    for (int i = 0; i != 100; ++i) {
      domain.retire(new counted, [&other](counted* object) noexcept {
        other.retire(object);
        other.drain();
      });
    }
  }
  EXPECT_EQ(other.stats().retired, 100u);
}

TYPED_TEST(RetireConformance, DrainDoesNotWaitForItsOwnGuard) {
  TypeParam domain(small_options());
  sync::atomic<node<TypeParam>*> src{new node<TypeParam>(7)};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node<TypeParam>* const n = shield.protect(src);
  src.store(nullptr, relaxed);
  guard.retire(n);

  EXPECT_EQ(domain.drain(), 1u);

  EXPECT_EQ(n->value.value(), 7u);
}

TYPED_TEST(RetireConformance, DrainReturnsWhatALivingGuardHolds) {
  TypeParam domain(small_options());
  sync::atomic<node<TypeParam>*> src{new node<TypeParam>(7)};
  start_barrier step(2);
  std::thread reader([&] {
    auto guard = domain.enter();
    auto shield = guard.shield();
    shield.protect(src);
    step.arrive_and_wait();
    step.arrive_and_wait();
  });
  step.arrive_and_wait();
  domain.retire(src.exchange(nullptr, relaxed));

  EXPECT_EQ(domain.drain(), 1u);

  step.arrive_and_wait();
  reader.join();
  this->expect_drained(domain);
}

TYPED_TEST(RetireConformance, DrainEndsWhatIdleThreadsHaveRetired) {
  TypeParam domain;
  start_barrier step(4);
  std::vector<std::thread> idle;
  for (int t = 0; t != 3; ++t) {
    idle.emplace_back([&] {
      for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);
      step.arrive_and_wait();
      step.arrive_and_wait();
    });
  }
  step.arrive_and_wait();

  this->expect_drained(domain);

  step.arrive_and_wait();
  for (std::thread& t : idle) t.join();
}

TYPED_TEST(RetireConformance, ThreadsMayDrainAtOnce) {
  TypeParam domain(small_options());

  run_threads(4, [&](std::size_t) {
    for (int i = 0; i != 200; ++i) {
      domain.retire(new node<TypeParam>);
      domain.drain();
    }
  });

  this->expect_drained(domain);
}

TYPED_TEST(RetireConformance, NoRetireEndsMoreThanItsShare) {
  domain_options options = small_options();
  options.reclaims_per_retire = 2;
  options.most_reclaims_per_retire = 16;
  TypeParam domain(options);
  {
    auto guard = domain.enter();  // lets garbage pile up
    std::thread([&] {
      for (int i = 0; i != 5000; ++i) domain.retire(new node<TypeParam>);
    }).join();
  }
  std::size_t most = 0;

  for (int i = 0; i != 5000; ++i) {
    const std::size_t before = this->births.ended();
    domain.retire(new node<TypeParam>);
    most = std::max(most, this->births.ended() - before);
  }

  EXPECT_LE(most, 16u);
  if (reclaims_early<TypeParam>) {
    EXPECT_GE(most, 1u);
    EXPECT_LT(domain.pending(), 1000u);  // and yet it caught up
  }
}

template <class Domain>
struct page : Domain::hook {
  counted value;
  unsigned char bytes[4000];
};

// Returns how many waited at most while `count` objects were retired.
template <class Object, class Domain>
std::size_t most_pending_of(Domain& domain, int count) {
  std::size_t most = 0;
  for (int i = 0; i != count; ++i) {
    domain.retire(new Object);
    most = std::max(most, domain.pending());
  }
  return most;
}

// A page counts as 16 small objects, with its hook or in a box.
TYPED_TEST(RetireConformance, KeepsFewerOfLargeObjects) {
  struct bare_page {
    counted value;
    unsigned char bytes[4000];
  };
  domain_options options;
  options.objects_per_collect = 1024;
  options.collect_period = {};
  TypeParam small(options);
  TypeParam large(options);
  TypeParam boxed(options);

  const std::size_t most_small = most_pending_of<node<TypeParam>>(small, 1000);
  const std::size_t most_large = most_pending_of<page<TypeParam>>(large, 1000);
  const std::size_t most_boxed = most_pending_of<bare_page>(boxed, 1000);

  EXPECT_EQ(most_small, 1000u);  // none was looked at yet
  if (reclaims_early<TypeParam>) {
    EXPECT_LE(most_large, 5 * 1024u / 16);
    EXPECT_LE(most_boxed, 5 * 1024u / 16);
  }
}

// Few large ones come after many small ones: the former end as many as they count.
TYPED_TEST(RetireConformance, LargeObjectsEndSmallOnesFaster) {
  domain_options options;
  options.objects_per_collect = 1024;
  options.collect_period = {};
  TypeParam domain(options);
  most_pending_of<node<TypeParam>>(domain, 20'000);

  most_pending_of<page<TypeParam>>(domain, 5 * 1024 / 16);

  if (reclaims_early<TypeParam>) {
    EXPECT_LE(domain.pending(), 5 * 1024u / 16);
  }
}

TYPED_TEST(RetireConformance, CountsWhatItDid) {
  TypeParam domain(small_options());
  EXPECT_EQ(domain.stats().retired, 0u);

  for (int i = 0; i != 1000; ++i) domain.retire(new node<TypeParam>);

  const domain_stats now = domain.stats();
  EXPECT_EQ(now.retired, 1000u);
  EXPECT_EQ(now.reclaimed, this->births.ended());
  EXPECT_GE(now.collects, 1000u / small_options().objects_per_collect / 2);
  EXPECT_EQ(now.heavy_failures, 0u);
}

}  // namespace
}  // namespace reclaim::tests
