// A pool under a row of operations: compared with a std::map by keys on one thread, also while a reader keeps an object that
// is removed; on two, what was published is removed once, or is there.

#ifndef RECLAIM_TESTS_FUZZ_POOLS_H
#define RECLAIM_TESTS_FUZZ_POOLS_H

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <thread>
#include <vector>

#include "tests/fuzz/bytes.h"
#include "tests/fuzz/slabs.h"

namespace reclaim::fuzz {

// What a pool here keeps: no numbers when it is claimed, one when it is published.
using numbers = std::vector<unsigned>;

template <class Pool>
class pool_and_model {
 public:
  using key = typename Pool::key;

  pool_and_model(Pool& all, std::size_t capacity) : all_(all), capacity_(capacity) {}

  void operate(bytes& in) {
    const unsigned what = in.below(8), which = in.below(64);
    switch (what) {
      case 0: case 1: claim(true); break;
      case 2: claim(false); break;
      case 3: case 4: remove(which); break;
      case 5: read_long(which, in); break;
      case 6: all_.domain().drain(); break;
      default: which == 0 ? all_.trim() : look(which);
    }
  }

 private:
  void claim(bool publishes) {
    auto claimed = all_.try_claim();
    if (!claimed) return must(model_.size() + all_.domain().pending() >= capacity_, "a pool that is not full refuses");
    must(claimed->empty(), "an object was not renewed");
    claimed->push_back(++turn_);
    if (!publishes) return;
    must(!all_.contains(claimed.key()), "an object is found before it is published");
    const key k = claimed.publish();
    must(std::find(keys_.begin(), keys_.end(), k) == keys_.end(), "a key is given a second time");
    keys_.push_back(k);
    model_.emplace(k.to_integer(), turn_);
    must(model_.size() <= capacity_, "a pool holds more than its capacity");
  }

  key known(unsigned which) const { return keys_.empty() ? key() : keys_[keys_.size() - 1 - which % keys_.size()]; }

  void remove(unsigned which) {
    const key k = known(which);
    must(all_.remove(k) == (model_.erase(k.to_integer()) != 0), "remove differs from the model");
  }

  void look(unsigned which) {
    const key k = known(which);
    const auto found = model_.find(k.to_integer());
    bool is_equal = false;
    const bool is_there = all_.visit(k, [&](const numbers& n) {
      is_equal = found != model_.end() && n == numbers{found->second};
    });
    must(is_there == (found != model_.end()) && is_equal == is_there, "visit differs from the model");
  }

  void read_long(unsigned which, bytes& in) {
    if (depth_ == 3) return;
    ++depth_;
    const auto found = all_.get(known(which));
    const numbers before = found ? *found : numbers();
    for (unsigned left = in.below(16); left != 0; --left) operate(in);
    must(!found || *found == before, "an object that is read was renewed");
    --depth_;
  }

  Pool& all_;
  const std::size_t capacity_;
  std::map<std::uint64_t, unsigned> model_;
  std::vector<key> keys_;  // all that there ever were
  unsigned turn_ = 0;
  unsigned depth_ = 0;
};

template <class Pool>
void one_thread_in_pool(Pool& all, std::size_t capacity, bytes in) {
  pool_and_model<Pool> both(all, capacity);
  while (!in.empty()) both.operate(in);
}

template <class Pool>
void publish_and_remove(Pool& all, bytes in, told_keys& told, slab_share& mine) {
  while (!in.empty()) {
    const unsigned what = in.below(4);
    std::atomic<std::uint64_t>& place = told[in.below(4)];
    if (what < 2) {
      auto claimed = all.try_claim();
      if (!claimed) continue;
      must(claimed->empty(), "an object was not renewed");
      claimed->push_back(static_cast<unsigned>(claimed.key().to_integer()));
      mine.inserted.push_back(claimed.publish().to_integer());
      place = mine.inserted.back();
      continue;
    }
    const auto k = Pool::key::from_integer(place);
    if (!k) continue;
    if (what == 2) {
      if (all.remove(*k)) mine.removed.push_back(k->to_integer());
    } else {
      all.visit(*k, [&](const numbers& n) {
        must(n == numbers{static_cast<unsigned>(k->to_integer())}, "a key leads to another's object");
      });
    }
  }
}

template <class Pool>
void two_threads_in_pool(Pool& all, bytes in) {
  told_keys told{};
  std::array<slab_share, 2> shares;
  std::thread other([&] { publish_and_remove(all, in.half(1), told, shares[1]); });
  publish_and_remove(all, in.half(0), told, shares[0]);
  other.join();
  check_balance(all, shares);
}

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_POOLS_H
