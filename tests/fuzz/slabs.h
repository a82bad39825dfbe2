// Slabs under a row of operations: compared with a std::map by keys on one thread, where keys that are void stay void; on
// two, what was inserted is removed once, or is there.

#ifndef RECLAIM_TESTS_FUZZ_SLABS_H
#define RECLAIM_TESTS_FUZZ_SLABS_H

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <thread>
#include <vector>

#include "tests/fuzz/bytes.h"
#include "tests/fuzz/value.h"

namespace reclaim::fuzz {

template <class Slab>
class slab_and_model {
 public:
  using key = typename Slab::key;

  slab_and_model(Slab& all, std::size_t capacity) : all_(all), capacity_(capacity) {}

  void operate(bytes& in) {
    const unsigned what = in.below(8), which = in.below(64), fresh = ++turn_;
    switch (what) {
      case 0: case 1: keep(all_.emplace(fresh), fresh); break;
      case 2: insert_knowing_its_key(fresh); break;
      case 3: reserve_and_insert(which, fresh); break;
      case 4: remove(which); break;
      case 5: take(which); break;
      case 6: look_at_all(which); break;
      default: look(which);
    }
    must(all_.size() == model_.size(), "size() differs from the model");
  }

 private:
  void keep(const std::optional<key>& k, unsigned number) {
    if (!k) return must(model_.size() + all_.spent() + waiting() >= capacity_, "a slab that is not full refuses a value");
    must(model_.size() < capacity_, "a slab holds more than its capacity");
    must(std::find(keys_.begin(), keys_.end(), *k) == keys_.end(), "a key is given a second time");
    keys_.push_back(*k);
    model_.emplace(k->to_integer(), number);
  }

  // Removed, and not ended yet: their places are not free.
  std::size_t waiting() const {
    if constexpr (requires { all_.domain(); }) return all_.domain().pending();
    return 0;
  }

  void insert_knowing_its_key(unsigned number) {
    std::optional<key> told;
    const auto k = all_.insert_with([&](key its) { return told = its, value(number); });
    must(k == told, "a value was told another key than its own");
    keep(k, number);
  }

  void reserve_and_insert(unsigned which, unsigned number) {
    auto place = all_.vacant_entry();
    if (!place) return keep(std::nullopt, number);
    const key k = place.key();
    must(!all_.contains(k), "a place that is vacant has a value");
    if (which % 2 == 0) return;  // it is given back
    must(place.emplace(number) == k, "a vacant place had another key");
    keep(k, number);
  }

  // Any key that there ever was.
  std::optional<key> known(unsigned which) const {
    if (keys_.empty()) return std::nullopt;
    return keys_[keys_.size() - 1 - which % keys_.size()];
  }

  void remove(unsigned which) {
    const auto k = known(which);
    if (k) must(all_.remove(*k) == (model_.erase(k->to_integer()) != 0), "remove differs from the model");
  }

  void take(unsigned which) {
    const auto k = known(which);
    if (!k) return;
    const auto found = model_.extract(k->to_integer());
    const auto taken = all_.take_value(*k);
    const bool is_equal = taken.has_value() == !found.empty() && (!taken || taken->number() == found.mapped());
    must(is_equal, "take_value differs from the model");
  }

  void look(unsigned which) {
    const auto k = known(which);
    if (!k) return;
    const auto found = model_.find(k->to_integer());
    bool is_equal = false;
    const bool is_there = all_.visit(*k, [&](const value& v) {
      is_equal = found != model_.end() && v.number() == found->second;
    });
    must(is_there == (found != model_.end()) && is_equal == is_there, "visit differs from the model");
  }

  void look_at_all(unsigned which) {
    std::map<std::uint64_t, unsigned> found;
    all_.for_each([&](key k, const value& v) {
      must(found.emplace(k.to_integer(), v.number()).second, "for_each visits a key twice");
    });
    must(found == model_, "for_each differs from the model");
    if (which % 8 != 0) return;
    all_.clear();
    model_.clear();
  }

  Slab& all_;
  const std::size_t capacity_;
  std::map<std::uint64_t, unsigned> model_;
  std::vector<key> keys_;  // all that there ever were
  unsigned turn_ = 0;
};

template <class Slab>
void one_thread_in_slab(Slab& all, std::size_t capacity, bytes in) {
  slab_and_model<Slab> both(all, capacity);
  while (!in.empty()) both.operate(in);
}

// Keys that one thread tells the other.
using told_keys = std::array<std::atomic<std::uint64_t>, 4>;

struct slab_share {
  std::vector<std::uint64_t> inserted;
  std::vector<std::uint64_t> removed;
};

// Each key was given once and removed once at most; what was not removed is there.
template <class All>
void check_balance(const All& all, const std::array<slab_share, 2>& shares) {
  std::map<std::uint64_t, int> balance;
  for (const slab_share& each : shares) {
    for (const std::uint64_t k : each.inserted) must(++balance[k] == 1, "a key was given twice");
  }
  for (const slab_share& each : shares) {
    for (const std::uint64_t k : each.removed) must(--balance[k] == 0, "a key was removed twice");
  }
  for (const auto& [k, left] : balance) {
    must(all.contains(*All::key::from_integer(k)) == (left == 1), "what was not removed is not there");
  }
}

template <class Slab>
void insert_and_remove(Slab& all, bytes in, told_keys& told, slab_share& mine) {
  while (!in.empty()) {
    const unsigned what = in.below(4);
    std::atomic<std::uint64_t>& place = told[in.below(4)];
    if (what < 2) {
      const auto k = all.insert_with([](auto its) { return value(static_cast<unsigned>(its.to_integer())); });
      if (!k) continue;
      mine.inserted.push_back(k->to_integer());
      place = k->to_integer();
      continue;
    }
    const auto k = Slab::key::from_integer(place);
    if (!k) continue;
    if (what == 2) {
      if (all.remove(*k)) mine.removed.push_back(k->to_integer());
    } else {
      all.visit(*k, [&](const value& v) {
        must(v.number() == static_cast<unsigned>(k->to_integer()), "a key leads to another's value");
      });
    }
  }
}

template <class Slab>
void two_threads_in_slab(Slab& all, bytes in) {
  told_keys told{};
  std::array<slab_share, 2> shares;
  std::thread other([&] { insert_and_remove(all, in.half(1), told, shares[1]); });
  insert_and_remove(all, in.half(0), told, shares[0]);
  other.join();
  check_balance(all, shares);
}

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_SLABS_H
