// Tortures one domain: readers that look again and again at what they protect, writers that replace and retire it, threads that
// come and go, and one that waits for grace periods.

#ifndef RECLAIM_TESTS_TORTURE_RACK_H
#define RECLAIM_TESTS_TORTURE_RACK_H

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

#include "reclaim/core/domain.h"
#include "reclaim/core/domain_options.h"
#include "reclaim/core/epochs.h"
#include "tests/support/threads.h"
#include "tests/torture/crew.h"
#include "tests/torture/object.h"

namespace reclaim::torture {

// What happens on a rack.
struct course {
  strains done;
  unsigned readers = 3, writers = 1, comers = 0;
  bool waits_for_grace = true;
  unsigned guards_a_stall = 0;    // a reader sleeps a few milliseconds under one guard in so many
  bool has_slow_stores = false;   // what a reader announces is seen by others late
  unsigned advances_to_wrap = 0;  // the epoch begins so many before it passes zero
  std::chrono::milliseconds lap{0};  // then all begins anew, with another domain; 0: never
  std::size_t objects_per_collect = 64;
};

inline domain_options options_of(const course& c) {
  domain_options options;
  options.objects_per_collect = c.objects_per_collect;
  options.collect_period = {};
  return options;
}

// The domain as one of regions, which can wait for grace periods; or nothing.
template <class Domain>
auto* regions_of(Domain& domain) noexcept {
  if constexpr (requires { domain.regions(); }) return &domain.regions();
  else if constexpr (requires { domain.synchronize(); }) return &domain;
  else return static_cast<std::nullptr_t*>(nullptr);
}

template <class Domain>
inline constexpr bool has_epochs = std::is_constructible_v<Domain, const domain_options&, detail::epoch>;

template <class Domain>
std::unique_ptr<Domain> make_domain(const course& c) {
  if constexpr (has_epochs<Domain>) {
    const detail::epoch first = detail::first_epoch - c.advances_to_wrap * detail::one_advance;
    return std::make_unique<Domain>(options_of(c), first);
  } else {
    return std::make_unique<Domain>(options_of(c));
  }
}

// Whether all that was retired ends, with nobody in the way.
template <class Domain>
bool drains(Domain& domain) {
  for (int turn = 0; turn != 100; ++turn) {
    if (domain.drain() == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

template <class Domain>
class rack {
 public:
  rack(const course& c, const terms& asked, tally& found)
      : course_(c), asked_(asked), found_(found), ended_(found), domain_(make_domain<Domain>(c)), crew_(asked, c.done, found),
        far_away_(c.has_slow_stores ? std::size_t(1) << 23 : 1) {
    tests::random_stream random(asked.seed);
    for (auto& root : roots_) root.store(new item(ended_, random()), release);
  }

  // Calls show() about ten times a second.
  void run(const std::function<void()>& show) {
    std::vector<crew::role> roles;
    for (unsigned i = 0; i != course_.readers; ++i) roles.push_back([this](auto& random) { read(random, ~std::uint64_t(0)); });
    for (unsigned i = 0; i != course_.writers; ++i) roles.push_back([this](auto& random) { write(random); });
    for (unsigned i = 0; i != course_.comers; ++i) roles.push_back([this](auto& random) { come_and_go(random); });
    if constexpr (can_wait) {
      if (course_.waits_for_grace) roles.push_back([this](auto&) { wait_for_grace(); });
    }
    const auto look = [this] {
      const std::uint64_t retired = retired_.load(std::memory_order_relaxed), ended = ended_.ended();
      if (retired > ended) found_.raise(what::peak_backlog, retired - ended);
    };
    crew_.run(roles, look, show);
    finish();
  }

 private:
  using item = object<Domain>;
  static constexpr bool can_wait = !std::is_same_v<decltype(regions_of(std::declval<Domain&>())), std::nullptr_t*>;
  static constexpr std::size_t held_at_once = 4;

  struct seen {
    const item* object;
    std::uint64_t number;
  };

  // All that was retired has to end, once; drain() is enough for that.
  void finish() {
    counts mine;
    for (auto& root : roots_) retire(root.exchange(nullptr), mine);
    found_.take(mine);
    const auto stats = domain_->stats();
    found_.add(what::laggards_passed, stats.passed);
    if (course_.advances_to_wrap != 0 && stats.advances >= course_.advances_to_wrap) found_.add(what::wraps);
    if (!drains(*domain_)) found_.add(what::lost);
    domain_.reset();
    const std::uint64_t retired = retired_, ended = ended_.ended();
    found_.add(what::lost, retired > ended ? retired - ended : ended - retired);
  }

  void read(tests::random_stream& random, std::uint64_t guards) {
    counts mine;
    for (; crew_.goes_on() && guards != 0; --guards) {
      const std::uint64_t draw = random();
      if (course_.has_slow_stores) store_far_away(random);
      look_somehow(draw, mine);
      if (++mine[what::guards] % 1024 == 0) {
        found_.take(mine);
        crew_.pause_with_all();
      }
    }
    found_.take(mine);
  }

  // A domain that has regions beside its slots is read in both ways.
  void look_somehow(std::uint64_t draw, counts& mine) {
    if constexpr (can_wait && !Domain::protects_regions) {
      if (draw % 4 == 0) return look_around(domain_->regions(), draw, mine);
    }
    look_around(*domain_, draw, mine);
  }

  // The bits of `draw`, from the third on, say what is done.
  template <class Reader>
  void look_around(Reader& reader, std::uint64_t draw, counts& mine) {
    auto guard = reader.enter();
    is_under_guard = true;
    decltype(guard.shield()) shields[held_at_once] = {guard.shield(), guard.shield(), guard.shield(), guard.shield()};
    seen held[held_at_once];
    for (std::size_t i = 0; i != held_at_once; ++i) {
      const item* const o = shields[i].protect(roots_[(draw >> (4 * i + 4)) % roots_.size()]);
      held[i] = {o, o->number.load(std::memory_order_relaxed)};
    }
    const std::uint64_t rounds = 1 + (draw >> 20) % 8;
    for (std::uint64_t round = 0; round != rounds; ++round) {
      for (const seen& s : held) look<Reader::protects_regions>(s, mine);
      if (round == rounds / 2) dwell(draw >> 24);
    }
    mine[what::reads] += rounds * held_at_once;
    is_under_guard = false;
  }

  template <bool IsRegion>
  void look(const seen& s, counts& mine) const noexcept {
    sync::compiler_fence();  // each time anew
    if (!s.object->is_alive_as(s.number)) [[unlikely]] ++mine[what::late_reads];
    if constexpr (can_wait) {
      const std::uint64_t retired_in = s.object->retired_in.load(std::memory_order_relaxed);
      if (retired_in == 0) [[likely]] return;
      const std::uint64_t age = grace_periods_.load(std::memory_order_seq_cst) - (retired_in - 1);
      if (age == 0) return;
      ++mine[!IsRegion ? what::old_by_slot : age == 1 ? what::age_1 : what::age_2];
    }
  }

  void dwell(std::uint64_t draw) const {
    if (course_.guards_a_stall != 0 && draw % course_.guards_a_stall == 0) {
      std::this_thread::sleep_for(std::chrono::microseconds(500 + (draw >> 20) % 4096));
    } else if (draw % 2048 == 1) {
      std::this_thread::yield();
    }
  }

  // Fills the processor's store buffer with stores that wait for memory: what is announced next is seen by others late.
  void store_far_away(tests::random_stream& random) noexcept {
    std::uint64_t draw = random();
    for (unsigned i = 0; i != 12; ++i, draw = draw * 0xd1342543de82ef95 + 1) {
      far_away_[draw >> 41].store(draw, std::memory_order_relaxed);
    }
  }

  void write(tests::random_stream& random) {
    counts mine;
    for (std::uint64_t turn = 1; crew_.goes_on(); ++turn) {
      replace_one(random, mine);
      if (course_.has_slow_stores) domain_->reclaim_some(1);  // while what a reader has announced is yet on its way
      if (turn % 64 != 0) continue;
      found_.take(mine);
      crew_.pause_with_all();
      if (random.below(256) == 0) domain_->drain();
      if (random.below(8) == 0) std::this_thread::yield();
    }
    found_.take(mine);
  }

  void replace_one(tests::random_stream& random, counts& mine) {
    const std::uint64_t draw = random();
    retire(roots_[draw % roots_.size()].exchange(new item(ended_, draw), seq_cst), mine);
  }

  // seq_cst: the grace period after the one that was under way began after the object was unlinked.
  void retire(item* old, counts& mine) {
    old->retired_in.store(grace_periods_.load(std::memory_order_seq_cst) + 1, std::memory_order_relaxed);
    retired_.fetch_add(1, std::memory_order_relaxed);
    ++mine[what::retires];
    domain_->retire(old);
  }

  void come_and_go(tests::random_stream& random) {
    while (crew_.goes_on()) {
      std::thread([this, seed = random()] {
        tests::random_stream own(seed);
        counts mine;
        for (unsigned i = 0; i != 16; ++i) {
          read(own, 32);
          replace_one(own, mine);
        }
        found_.take(mine);
      }).join();
      found_.add(what::threads);
      crew_.pause_with_all();
    }
  }

  void wait_for_grace() {
    while (crew_.goes_on()) {
      regions_of(*domain_)->synchronize();
      grace_periods_.fetch_add(1, std::memory_order_seq_cst);
      found_.add(what::grace_periods);
    }
  }

  const course course_;
  const terms asked_;
  tally& found_;
  quarantine<Domain> ended_;
  std::unique_ptr<Domain> domain_;
  crew crew_;
  std::array<sync::atomic<item*>, 16> roots_{};
  alignas(64) std::atomic<std::uint64_t> grace_periods_{0};
  alignas(64) std::atomic<std::uint64_t> retired_{0};
  alignas(64) std::vector<std::atomic<std::uint64_t>> far_away_;
};

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_RACK_H
