// How much memory a slab keeps.  Under a sanitizer that would be the sanitizer's.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <new>
#include <utility>
#include <vector>

#include "reclaim/schemes/epoch.h"
#include "structures/sharded_slab.h"
#include "tests/support/child.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

std::size_t resident_bytes() {
  std::size_t pages = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Ten million come, and go in any order: at most 3 % of what memory grew by is kept.
TEST(ShardedSlab, GivesItsMemoryBack) {
  constexpr std::size_t count = 10'000'000;
  epoch_domain domain;
  sharded_slab<std::uint64_t, epoch_domain> slab(domain);
  std::vector<slab_key<>> keys(count);
  const std::size_t before = resident_bytes();
  for (std::size_t i = 0; i != count; ++i) keys[i] = slab.insert(i).value();
  const std::size_t peak = resident_bytes();
  ASSERT_GT(peak - before, count * decltype(slab)::bytes_an_entry / 10 * 9);

  random_stream random(seed());
  for (std::size_t i = count; i > 1; --i) std::swap(keys[i - 1], keys[random.below(i)]);
  for (const auto k : keys) slab.remove(k);
  domain.drain();

  const std::size_t after = resident_bytes();
  std::printf("grew by %zu MiB, kept %zu KiB\n", (peak - before) >> 20, after < before ? 0 : (after - before) >> 10);
  EXPECT_LE(after, before + (peak - before) * 3 / 100);
  for (std::size_t i = 0; i < count; i += 997) ASSERT_FALSE(slab.contains(keys[i]));
}

// Where the system has no more: what is there stays, and once something is removed the slab goes on.
TEST(ShardedSlab, GoesOnWhereTheSystemHasNoMore) {
  EXPECT_EQ(in_child([] {
    epoch_domain domain;
    sharded_slab<std::uint64_t, epoch_domain> slab(domain);
    std::vector<slab_key<>> keys;
    keys.reserve(std::size_t(1) << 22);
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t most = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (rlim_t(16) << 20);
    const rlimit limit{most, most};
    if (setrlimit(RLIMIT_AS, &limit) != 0) return 2;
    try {
      for (;;) keys.push_back(slab.insert(keys.size()).value());
    } catch (const std::bad_alloc&) {
    }
    if (keys.size() < 1000 || slab.size() != keys.size()) return 3;
    for (std::size_t i = 0; i != keys.size(); ++i) {
      if (!slab.get(keys[i]) || *slab.get(keys[i]) != i) return 4;
    }
    for (std::size_t i = 0; i != 1000; ++i) slab.remove(keys[i]);
    domain.drain();
    for (std::size_t i = 0; i != 1000; ++i) {
      if (!slab.insert(i)) return 5;
    }
    return 0;
  }), 0);
}

}  // namespace
}  // namespace reclaim::tests
