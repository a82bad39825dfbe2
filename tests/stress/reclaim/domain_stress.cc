// Every domain under readers and writers that outnumber the cores: no object is used after its end, each ends once.

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <utility>

#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

constexpr std::size_t threads = 8;
constexpr std::size_t sources = 4;

// The control keeps everything: no more than this a thread.
constexpr std::size_t most_replacements = 50'000;

template <class Domain>
struct node : Domain::hook {
  explicit node(std::uint64_t number) noexcept : first(number), second(~number) {}
  counted first;
  counted second;
};

template <class Domain>
class DomainStress : public ::testing::Test {
 protected:
  ~DomainStress() override {
    for (auto& src : roots_) delete src.load(relaxed);
    EXPECT_EQ(births_.faults(), 0u);
  }

  static void expect_whole(const node<Domain>* n) {
    EXPECT_EQ(n->first.value(), ~n->second.value());
  }

  // Holds one object while it reads others through a second shield.
  void read(Domain& domain, random_stream& random) {
    auto guard = domain.enter();
    auto one = guard.shield();
    auto two = guard.shield();
    for (int i = 0; i != 4; ++i) {
      const node<Domain>* const held = one.protect(roots_[random.below(sources)]);
      expect_whole(two.protect(roots_[random.below(sources)]));
      expect_whole(held);
      if (random.below(2) == 0) one.swap(two);
    }
    if (random.below(8) == 0) {
      one.reset();
      two.reset();
      guard.repin();
      expect_whole(two.protect(roots_[random.below(sources)]));
    }
  }

  // A reader below which its own thread retires and drains.
  void read_and_replace(Domain& domain, random_stream& random) {
    auto guard = domain.enter();
    auto shield = guard.shield();
    const node<Domain>* const held = shield.protect(roots_[random.below(sources)]);
    replace(domain, random);
    if (random.below(16) == 0) domain.drain();
    expect_whole(held);
  }

  void replace(Domain& domain, random_stream& random) {
    auto guard = domain.enter();
    node<Domain>* const old = roots_[random.below(sources)].exchange(new node<Domain>(random()), acq_rel);
    if (random.below(2) == 0) {
      guard.retire(old);
    } else {
      guard.retire(old, [](node<Domain>* n) noexcept { delete n; });
    }
  }

  void step(Domain& domain, random_stream& random, std::size_t& replacements) {
    const std::uint64_t choice = random.below(16);
    if (choice < 10 || replacements == most_replacements) return read(domain, random);
    ++replacements;
    choice < 14 ? replace(domain, random) : read_and_replace(domain, random);
  }

  void fill() {
    for (auto& src : roots_) src.store(new node<Domain>(1), relaxed);
  }

  const census births_;
  std::array<sync::atomic<node<Domain>*>, sources> roots_{};
};

TYPED_TEST_SUITE(DomainStress, domains_under_test, domain_names);

TYPED_TEST(DomainStress, ReadersAndWriters) {
  {
    TypeParam domain(small_options());
    this->fill();
    const time_budget budget(500ms);

    run_disturbed_threads(threads, [&](std::size_t thread) {
      random_stream random(seed(), thread);
      std::size_t replacements = 0;
      while (!budget.is_over()) this->step(domain, random, replacements);
    });

    domain.drain();
    EXPECT_EQ(domain.stats().reclaimed > 0, reclaims_early<TypeParam>);
    if (reclaims_early<TypeParam>) {
      EXPECT_EQ(domain.pending(), 0u);
    }
  }
  EXPECT_EQ(this->births_.living(), 2 * sources);
}

// Threads live for a few hundred steps and hand on what they leave; drains visit them meanwhile.
TYPED_TEST(DomainStress, ThreadsThatComeAndGo) {
  {
    TypeParam domain(small_options());
    this->fill();
    const time_budget budget(400ms);

    run_threads(threads, [&](std::size_t thread) {
      random_stream seeds(seed(), threads + thread);
      std::size_t replacements = 0;
      while (!budget.is_over()) {
        std::thread([&, random = random_stream(seeds())]() mutable {
          for (int i = 0; i != 200; ++i) this->step(domain, random, replacements);
        }).join();
      }
    });

    domain.drain();
    if (reclaims_early<TypeParam>) {
      EXPECT_EQ(domain.pending(), 0u);
    }
  }
  EXPECT_EQ(this->births_.living(), 2 * sources);
}

}  // namespace
}  // namespace reclaim::tests
