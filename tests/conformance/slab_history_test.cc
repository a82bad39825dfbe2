// Random histories of a slab: one by one against the slab of one thread, and at the same time, each key by itself.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "structures/sharded_slab.h"
#include "structures/slab.h"
#include "tests/support/sanitized.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/slab_history.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""s;

constexpr std::size_t threads = 3;

struct small_pages : slab_config {
  static constexpr std::size_t page_bytes = 256;
  static constexpr std::size_t most_at_hand = 4;
};

template <class Domain>
class SlabHistory : public ::testing::Test {};

TYPED_TEST_SUITE(SlabHistory, domains_under_test, domain_names);

// One of three threads at a time does what the history says, and the slab of one thread does it after it.
template <class Domain>
class side_by_side {
 public:
  side_by_side(Domain& domain, std::uint64_t seed) : tested_(domain), random_(seed) {}

  // Returns false where the two differ.
  bool act() {
    const std::size_t i = names_.empty() ? 0 : random_.below(names_.size());
    switch (random_.below(8)) {
      case 0:
      case 1:
      case 2: return insert();
      case 3: return names_.empty() || tested_.remove(names_[i].tested) == model_.remove(names_[i].model);
      case 4: return names_.empty() || same(tested_.take_value(names_[i].tested), model_.take_value(names_[i].model));
      case 5: {
        if (random_.below(20) == 0) tested_.trim();
        return tested_.size() == model_.size();
      }
      default: {
        if (names_.empty()) return true;
        const auto found = tested_.get(names_[i].tested);
        const std::uint64_t* const expected = model_.get(names_[i].model);
        return found ? expected != nullptr && *found == *expected : expected == nullptr;
      }
    }
  }

 private:
  struct name {
    slab_key<small_pages> tested;
    slab_key<> model;
  };

  bool insert() {
    const std::uint64_t value = random_();
    const auto tested = tested_.insert(value);
    const auto model = model_.insert(value);
    if (!tested || !model) return false;
    for (const name& n : names_) {
      if (n.tested == *tested) return false;
    }
    if (names_.size() == 32) names_[random_.below(32)] = {*tested, *model};
    else names_.push_back({*tested, *model});
    return true;
  }
  static bool same(const std::optional<std::uint64_t>& a, const std::optional<std::uint64_t>& b) { return a == b; }

  sharded_slab<std::uint64_t, Domain, small_pages> tested_;
  slab<std::uint64_t> model_;
  std::vector<name> names_;
  random_stream random_;
};

TYPED_TEST(SlabHistory, AgreesWithTheSlabOfOneThreadInRandomHistories) {
  constexpr std::uint64_t histories = is_sanitized ? 1'000 : 10'000;
  TypeParam domain(small_options());
  random_stream random(seed());
  std::unique_ptr<side_by_side<TypeParam>> both;
  std::atomic<std::size_t> turn{0};  // of whom, or nobody's any more
  std::uint64_t history = 0;
  const time_budget budget(20s);  // alone on two processors all histories take five seconds
  std::uint64_t left = 0;

  run_threads(threads, [&](std::size_t thread) {
    for (;;) {
      std::size_t whose = turn.load(std::memory_order_acquire);
      for (; whose != thread && whose != threads; whose = turn.load(std::memory_order_acquire)) std::this_thread::yield();
      if (whose == threads) return;
      if (left == 0) {
        both.reset();
        if (history == histories || budget.is_over() || ::testing::Test::HasFailure()) return turn.store(threads, std::memory_order_release);
        both = std::make_unique<side_by_side<TypeParam>>(domain, seed() + history++);
        left = 1 + random.below(1000);
      }
      // A few in a row, for who passes the turn on may wait long for the next.
      for (std::uint64_t n = 1 + random.below(left < 16 ? left : 16); n != 0; --n, --left) {
        EXPECT_TRUE(both->act()) << "history " << history - 1;
      }
      turn.store(random.below(threads), std::memory_order_release);
    }
  });
}

// What one thread did, and to which key.
struct deed {
  std::uint64_t key;
  call when;
  std::vector<call> key_history::*kind;
};

// The moment, with all that this thread has stored seen by all, and nothing read yet of what it reads next.  A clock waits
// for neither: what an insertion stores last may take 200 ns more to be seen, and key and time would have been there before.
std::int64_t now() {
  thread_local std::atomic<std::int64_t> moment{0};
  moment.exchange(0, std::memory_order_seq_cst);
  moment.exchange(std::chrono::steady_clock::now().time_since_epoch().count(), std::memory_order_seq_cst);
  return moment.load(std::memory_order_relaxed);
}

TYPED_TEST(SlabHistory, IsLinearizable) {
  using slab_type = sharded_slab<std::uint64_t, TypeParam, small_pages>;
  using key = typename slab_type::key;
  constexpr std::size_t rounds = 200;
  const time_budget budget(10s);
  for (std::size_t round = 0; round != rounds && !budget.is_over(); ++round) {
    TypeParam domain(small_options());
    slab_type tested(domain);
    std::vector<std::atomic<std::uint64_t>> board(4);
    std::vector<std::vector<deed>> deeds(threads);

    run_disturbed_threads(threads, [&](std::size_t thread) {
      random_stream random(seed() + round, thread);
      const auto note = [&](std::uint64_t k, std::int64_t began, std::vector<call> key_history::*kind) {
        deeds[thread].push_back({k, {began, now()}, kind});
      };
      for (int i = 0; i != 300; ++i) {
        std::atomic<std::uint64_t>& place = board[random.below(board.size())];
        const auto k = key::from_integer(place.load(std::memory_order_relaxed));
        const std::int64_t began = now();
        switch (random.below(4)) {
          case 0: {
            // The key is known before its value is there.
            const auto made = tested.insert_with([&](key own) {
              place.store(own.to_integer(), std::memory_order_relaxed);
              return own.to_integer();
            });
            note(made->to_integer(), began, &key_history::inserted);
            break;
          }
          case 1:
            if (!k) break;
            if (random.below(2) == 0) {
              note(k->to_integer(), began, tested.remove(*k) ? &key_history::removed : &key_history::not_found);
            } else {
              note(k->to_integer(), began, tested.take(*k) ? &key_history::removed : &key_history::not_found);
            }
            break;
          default:
            if (!k) break;
            const auto found = tested.get(*k);
            if (found) {
              EXPECT_EQ(*found, k->to_integer());
            }
            note(k->to_integer(), began, found ? &key_history::found : &key_history::not_found);
        }
      }
    });

    std::unordered_map<std::uint64_t, key_history> histories;
    for (const auto& of_thread : deeds) {
      for (const deed& d : of_thread) (histories[d.key].*d.kind).push_back(d.when);
    }
    for (const auto& [k, history] : histories) ASSERT_TRUE(history.is_linearizable()) << "key " << k << ", round " << round << ", ns from its insertion\n" << history;
  }
}

// What no order explains is noticed.
TEST(KeyHistory, KnowsWhatCannotHaveBeen) {
  const key_history good{{{10, 20}}, {{40, 50}}, {{15, 18}, {25, 30}, {30, 45}}, {{1, 12}, {46, 60}, {70, 80}}};
  EXPECT_TRUE(good.is_linearizable());
  const auto with = [&](auto change) {
    key_history bad = good;
    change(bad);
    return bad.is_linearizable();
  };
  EXPECT_FALSE(with([](key_history& h) { h.found.push_back({51, 52}); })) << "found after its removal";
  EXPECT_FALSE(with([](key_history& h) { h.found.push_back({1, 9}); })) << "found before its insertion";
  EXPECT_FALSE(with([](key_history& h) { h.not_found.push_back({25, 30}); })) << "not found while it was there";
  EXPECT_FALSE(with([](key_history& h) { h.removed.push_back({41, 42}); })) << "removed twice";
  EXPECT_FALSE(with([](key_history& h) { h.inserted.push_back({41, 42}); })) << "inserted twice";
  EXPECT_FALSE(with([](key_history& h) { h.removed = {{1, 9}}; })) << "removed before its insertion";
  EXPECT_FALSE(with([](key_history& h) {
    h.found.push_back({45, 47});
    h.not_found.push_back({41, 44});
  })) << "gone, and there again";
}

}  // namespace
}  // namespace reclaim::tests
