// The loops of a slab, over any of our domains.

#ifndef RECLAIM_BENCH_PEERS_OUR_SLAB_H
#define RECLAIM_BENCH_PEERS_OUR_SLAB_H

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bench/race/entrant/mailbox.h"
#include "bench/race/entrant/race.h"
#include "structures/pool.h"
#include "structures/sharded_slab.h"

namespace reclaim::race {

template <class Domain, Domain& (*domain_of)()>
struct slab_loops {
  using slab = sharded_slab<std::uint64_t, Domain>;
  using key = typename slab::key;

  static constexpr std::size_t own_keys = 1000;
  static constexpr std::uint64_t live = 100'000;

  static slab& shared() {
    static slab& only = *new slab(domain_of());
    return only;
  }
  static mailbox* mail() {
    static mailbox* const only = new mailbox[2];
    return only;
  }
  // Which of two this worker is.
  static unsigned side() {
    static std::atomic<unsigned> next{0};
    thread_local const unsigned own = next.fetch_add(1) % 2;
    return own;
  }
  static void join() { domain_of().join(); }

  static key put(std::uint64_t n) { return *shared().insert(n); }
  static void remove(std::uint64_t number) { shared().remove(*key::from_integer(number)); }

  static void churn(std::uint64_t n) {
    for (; n != 0; --n) shared().remove(put(n));
  }

  static const std::vector<key>& keys() {
    thread_local const std::vector<key> own = [] {
      std::vector<key> made(own_keys);
      for (key& k : made) k = put(7);
      return made;
    }();
    return own;
  }
  static void get(std::uint64_t n) {
    const std::vector<key>& own = keys();
    for (std::size_t i = 0; n != 0; --n) {
      const auto found = shared().get(own[i]);
      race_use(*found);
      if (++i == own_keys) i = 0;
    }
  }
  static void get_held(std::uint64_t n) {
    const std::vector<key>& own = keys();
    auto guard = domain_of().enter();
    auto shield = guard.shield();
    for (std::size_t i = 0; n != 0; --n) {
      race_use(*shared().get(own[i], shield));
      if (++i == own_keys) i = 0;
    }
  }
  static void hot(std::uint64_t n) {
    static const key only = put(7);
    for (; n != 0; --n) {
      const auto found = shared().get(only);
      race_use(*found);
    }
  }

  // Each of two inserts for the other, and removes what the other inserted.
  static void exchange(std::uint64_t n) {
    mailbox& out = mail()[side()];
    mailbox& in = mail()[1 - side()];
    std::uint64_t left = n;
    const auto take = [&] {
      const std::uint64_t number = in.try_take();
      if (number == 0) return false;
      remove(number);
      --left;
      return true;
    };
    for (; n != 0; --n) {
      const std::uint64_t number = put(n).to_integer();
      while (!out.try_put(number)) {
        if (left == 0 || !take()) std::this_thread::yield();
      }
      if (left != 0) take();
    }
    while (left != 0) {
      if (!take()) std::this_thread::yield();
    }
  }

  // One of two inserts, the other removes.
  static void stream(std::uint64_t n) {
    if (side() == 0) {
      for (; n != 0; --n) {
        const std::uint64_t number = put(n).to_integer();
        while (!mail()[0].try_put(number)) std::this_thread::yield();
      }
    } else {
      while (n != 0) {
        const std::uint64_t number = mail()[0].try_take();
        if (number == 0) {
          std::this_thread::yield();
          continue;
        }
        remove(number);
        --n;
      }
    }
  }

  // Inserts into a slab that begins anew when it has 100,000.
  static void fill(std::uint64_t n) {
    thread_local std::optional<slab> growing;
    thread_local std::uint64_t count = live;
    for (; n != 0; --n) {
      if (count++ == live) {
        growing.emplace(domain_of());
        count = 1;
      }
      race_use(growing->insert(n)->to_integer());
    }
  }

  static void drop(std::uint64_t n) {
    for (; n != 0; --n) {
      slab one(domain_of());
      race_use(one.insert(n)->to_integer());
    }
  }

  static pool<std::string, Domain>& strings() {
    static auto& only = *new pool<std::string, Domain>(domain_of());
    return only;
  }
  static void claim(std::uint64_t n) {
    for (; n != 0; --n) {
      auto mine = strings().try_claim();
      race_use(mine->size());
    }
  }
  static void publish(std::uint64_t n) {
    for (; n != 0; --n) {
      auto mine = strings().try_claim();
      race_use(mine->size());
      strings().remove(mine.publish());
    }
  }

  static constexpr race_slab entry(const char* name, unsigned marks) {
    return {name, "default options; 16 KiB pages, 128 places at hand a processor", marks,     nullptr, &join, nullptr, nullptr,
            &churn, &get, &get_held, &hot, &exchange, &stream, &fill, &drop, &claim, &publish};
  }
};

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_PEERS_OUR_SLAB_H
