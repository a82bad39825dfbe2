// Memory that runs out: at each single allocation in turn, and where the library says that it cannot go on.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "structures/hash_map.h"
#include "structures/mpmc_queue.h"
#include "structures/pool.h"
#include "structures/segmented_queue.h"
#include "structures/sharded_slab.h"
#include "structures/treiber_stack.h"
#include "tests/faults/faults.h"
#include "tests/faults/memory.h"
#include "tests/support/allocations.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

template <class Domain>
class Allocation : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!allocations_are_replaced()) GTEST_SKIP() << "the sanitizer's operator new prevails";
  }
};
TYPED_TEST_SUITE(Allocation, domains_under_test, domain_names);

constexpr int most_failures = 10'000;

// Runs step() with 0, 1, 2, ... allocations until none fails, which is after `least` at least.  Each time it must throw
// std::bad_alloc or return, all that it made must have ended, and no memory may be lost; then it must work.
template <class Step>
void expect_each_may_fail(int least, const Step& step) {
  expect_in_child([&] {
    EXPECT_TRUE(step());  // what is made once in a process
    bool is_done = false;
    int allowed = 0;
    for (; !is_done && allowed != most_failures; ++allowed) {
      const census births;
      const std::size_t living = living_allocations();
      try {
        const exhausted_memory memory(static_cast<std::size_t>(allowed));
        is_done = step();
      } catch (const std::bad_alloc&) {
      }
      EXPECT_EQ(births.living(), 0u) << "allocation " << allowed << " failed";
      EXPECT_EQ(living_allocations(), living) << "allocation " << allowed << " failed";
      EXPECT_TRUE(step()) << "after allocation " << allowed << " had failed";
      EXPECT_EQ(births.living(), 0u);
    }
    EXPECT_TRUE(is_done);
    EXPECT_GT(allowed, least);
  });
}

// Counted, without a hook.
struct bare {
  counted value;
};

// Retires what `made` holds, by the forms that need memory; or ends it itself where there is none.
template <class Retire>
void retire_or_delete(bare* object, const Retire& retire) {
  try {
    retire(object);
  } catch (const std::bad_alloc&) {
    delete object;  // nothing was scheduled
    throw;
  }
}

TYPED_TEST(Allocation, OfADomainsLifeMayFailOneByOne) {
  expect_each_may_fail(60, [] {
    TypeParam domain(small_options());
    source<TypeParam> src{nullptr};
    domain.join();
    bool is_done = true;
    const auto retire = [&](auto form) { retire_or_delete(new bare, form); };
    try {
      auto outer = domain.enter();
      auto first = outer.shield();
      auto inner = domain.enter();
      auto second = inner.shield(), third = inner.shield(), fourth = inner.shield();
      src.store(new node<TypeParam>(1), release);
      EXPECT_EQ(first.protect(src)->value.value(), 1u);
      for (auto* const another : {&second, &third, &fourth}) EXPECT_EQ(another->protect(src)->value.value(), 1u);
      for (int i = 0; i != 10; ++i) {
        inner.retire(new node<TypeParam>);
        retire([&](bare* b) { domain.retire(b); });
        retire([&](bare* b) { outer.retire(b, [](bare* object) noexcept { delete object; }); });
        auto* const tried = new bare;
        if (!domain.try_retire(tried)) {
          delete tried;
          is_done = false;
        }
      }
      EXPECT_EQ(first.protect(src)->value.value(), 1u);
    } catch (const std::bad_alloc&) {
      is_done = false;
    }
    unpublish(domain, src);
    expect_drained(domain);
    if (!is_done) throw std::bad_alloc();
    return is_done;
  });
}

// What a thread of its own retires, with no memory, is adopted by another which has none either.
TYPED_TEST(Allocation, IsNotNeededToEndWhatAThreadLeft) {
  expect_in_child([] {
    TypeParam domain(small_options());
    const source<TypeParam> src{nullptr};
    domain.join();
    std::thread([&] {
      domain.join();
      std::vector<node<TypeParam>*> nodes;
      for (int i = 0; i != 1000; ++i) nodes.push_back(new node<TypeParam>);
      const exhausted_memory none;
      for (node<TypeParam>* const n : nodes) {
        auto guard = domain.enter();
        auto shield = guard.shield();
        shield.protect(src);
        guard.retire(n);
      }
    }).join();
    const exhausted_memory none;
    expect_drained(domain);
  });
}

// After a failure a container is as it was, and what it holds is found.
TYPED_TEST(Allocation, OfAMapMayFailOneByOne) {
  expect_each_may_fail(40, [] {
    TypeParam domain(small_options());
    hash_map<std::uint64_t, counted, TypeParam> map(domain);
    std::uint64_t inserted = 0;
    try {
      for (; inserted != 40; ++inserted) {
        map.insert(inserted, counted(inserted));
        map.update(inserted / 2, [](const counted& old) { return counted(old.value()); });
      }
    } catch (const std::bad_alloc&) {
      for (std::uint64_t i = 0; i != inserted; ++i) EXPECT_TRUE(map.contains(i));
      EXPECT_LE(map.size(), inserted + 1);
      throw;
    }
    for (std::uint64_t i = 0; i != 40; i += 2) map.erase(i);
    EXPECT_EQ(map.size(), 20u);
    return true;
  });
}

template <class Container, class Domain>
void expect_each_may_fail_of(int least) {
  expect_each_may_fail(least, [] {
    Domain domain(small_options());
    Container container(domain);
    std::size_t pushed = 0, popped = 0;
    try {
      for (; pushed != 300; ++pushed) container.push(counted(pushed));
    } catch (const std::bad_alloc&) {
      while (container.try_pop()) ++popped;
      EXPECT_EQ(popped, pushed);
      throw;
    }
    while (container.try_pop()) ++popped;
    EXPECT_EQ(popped, pushed);
    return true;
  });
}

TYPED_TEST(Allocation, OfAQueueOrAStackMayFailOneByOne) {
  expect_each_may_fail_of<mpmc_queue<counted, TypeParam>, TypeParam>(300);
  expect_each_may_fail_of<treiber_stack<counted, TypeParam>, TypeParam>(300);
  expect_each_may_fail_of<segmented_queue<counted, TypeParam>, TypeParam>(2);
}

struct small_pages : slab_config {
  static constexpr std::size_t page_bytes = 256;
  static constexpr std::size_t most_at_hand = 4;
};

TYPED_TEST(Allocation, OfASlabMayFailOneByOne) {
  expect_each_may_fail(5, [] {
    TypeParam domain(small_options());
    sharded_slab<counted, TypeParam, small_pages> slab(domain);
    std::uint64_t inserted = 0;
    try {
      for (; inserted != 300; ++inserted) {
        if (!slab.insert(counted(inserted))) return false;
      }
    } catch (const std::bad_alloc&) {
      EXPECT_EQ(slab.size(), inserted);
      throw;
    }
    EXPECT_EQ(slab.size(), 300u);
    slab.clear();
    return true;
  });
}

struct clearable {
  void clear() noexcept {}
  counted value;
};

TYPED_TEST(Allocation, OfAPoolMayFailOneByOne) {
  expect_each_may_fail(5, [] {
    TypeParam domain(small_options());
    pool<clearable, TypeParam, clears, small_pages> objects(domain);
    for (int i = 0; i != 100; ++i) {
      auto first = objects.try_claim();
      auto second = objects.try_claim();
      EXPECT_TRUE(first && second);
      if (i % 2 == 0) first.publish();
    }
    return true;
  });
}

// Large arrays come from the system, not from the heap.
TYPED_TEST(Allocation, OfASlabsPagesFromTheSystemMayFail) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer's runtime takes memory of its own";
  expect_in_child([] {
    TypeParam domain(small_options());
    sharded_slab<counted, TypeParam> slab(domain);
    std::vector<typename sharded_slab<counted, TypeParam>::key> keys;
    keys.reserve(std::size_t{1} << 22);
    const auto insert_all = [&] {
      while (keys.size() != keys.capacity()) keys.push_back(slab.insert(counted(keys.size())).value());
    };
    rlimit before{};
    getrlimit(RLIMIT_AS, &before);
    const rlimit little{mapped_bytes() + (std::size_t{24} << 20), before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_AS, &little), 0);
    EXPECT_THROW(insert_all(), std::bad_alloc);
    EXPECT_EQ(slab.size(), keys.size());
    EXPECT_GT(keys.size(), 100'000u);
    for (std::size_t i = 0; i < keys.size(); i += 1000) {
      EXPECT_TRUE(slab.visit(keys[i], [&](const counted& value) { EXPECT_EQ(value.value(), i); }));
    }
    setrlimit(RLIMIT_AS, &before);
    for (int i = 0; i != 1000; ++i) keys.push_back(slab.insert(counted(keys.size())).value());
    EXPECT_EQ(slab.size(), keys.size());
  });
}

// Where it is told to go on without memory the process ends by SIGABRT, with one line.
template <class Body>
void expect_end(const char* line, const Body& body) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const int status = in_child([&] {
    dup2(ends[1], STDERR_FILENO);
    body();
    return 0;
  });
  close(ends[1]);
  std::string said(200, '\0');
  const ssize_t size = ::read(ends[0], said.data(), said.size());
  said.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  close(ends[0]);
  EXPECT_EQ(status, 128 + SIGABRT);
  EXPECT_EQ(said, std::string("reclaim: ") + line + "\n");
}

TYPED_TEST(Allocation, OfTheSixtyFifthThreadsPlaceEndsTheProcess) {
  expect_end("out of memory while a thread joined a domain", [] {
    TypeParam domain;
    start_barrier all_joined(sync::expected_threads + 2);
    run_threads(sync::expected_threads + 2, [&](std::size_t i) {
      sync::register_thread();
      all_joined.arrive_and_wait();
      if (sync::thread_index() == sync::expected_threads) {
        const exhausted_memory none;
        domain.join();
      }
      all_joined.arrive_and_wait();
      static_cast<void>(i);
    });
  });
}

TYPED_TEST(Allocation, OfOneShieldTooManyEndsTheProcess) {
  if (!reclaims_early<TypeParam> || TypeParam::protects_regions) GTEST_SKIP() << "its shields need no memory";
  expect_end("out of memory for one more shield", [] {
    TypeParam domain;
    source<TypeParam> src{new node<TypeParam>(1)};
    auto guard = domain.enter();
    const exhausted_memory none;
    const auto deeper = [&](auto& self, int depth) -> void {
      auto shield = guard.shield();
      shield.protect(src);
      if (depth != 0) self(self, depth - 1);
    };
    deeper(deeper, 64);
  });
}

// With memory there is no limit.
TYPED_TEST(Allocation, ShieldsAreAsManyAsThereIsMemory) {
  expect_in_child([] {
    TypeParam domain(small_options());
    source<TypeParam> src{new node<TypeParam>(1)};
    const auto deeper = [&](auto& self, auto& guard, int depth) -> void {
      auto shield = guard.shield();
      node<TypeParam>* const n = shield.protect(src);
      replace(domain, src, 1);
      if (depth != 0) self(self, guard, depth - 1);
      EXPECT_EQ(n->value.value(), 1u);
    };
    {
      auto guard = domain.enter();
      deeper(deeper, guard, 100);
    }
    unpublish(domain, src);
    expect_drained(domain);
  });
}

}  // namespace
}  // namespace reclaim::tests
