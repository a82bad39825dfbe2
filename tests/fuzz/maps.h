// A map under a row of operations: compared with a std::map on one thread, also while a guard keeps what was found; on two,
// each key was inserted as often as it was erased, or once more if it is there.

#ifndef RECLAIM_TESTS_FUZZ_MAPS_H
#define RECLAIM_TESTS_FUZZ_MAPS_H

#include <array>
#include <atomic>
#include <cstddef>
#include <map>
#include <thread>

#include "tests/fuzz/bytes.h"
#include "tests/fuzz/value.h"

namespace reclaim::fuzz {

// Few different hashes: many keys lie in one bucket, and some agree in all bits.
struct poor_hash {
  std::size_t operator()(unsigned key) const noexcept { return key % 8 < 4 ? key : key / 16; }
};

template <class Map>
class map_and_model {
 public:
  template <class Domain>
  explicit map_and_model(Domain& domain) : all_(domain, {.initial_buckets = 1}) {}

  void operate(bytes& in) {
    const unsigned what = in.below(16), key = in.below(64), fresh = ++turn_;
    const auto known = model_.find(key);
    const bool is_there = known != model_.end();
    switch (what) {
      case 0: case 1: case 2:
        must(all_.insert(key, value(fresh)) == model_.emplace(key, fresh).second, "insert differs from the model");
        break;
      case 3:
        must(all_.emplace(key, fresh) == model_.emplace(key, fresh).second, "emplace differs from the model");
        break;
      case 4: case 5:
        must(all_.insert_or_assign(key, value(fresh)) == model_.insert_or_assign(key, fresh).second, "insert_or_assign differs");
        break;
      case 6: case 7:
        must(all_.erase(key) == (model_.erase(key) != 0), "erase differs from the model");
        break;
      case 8:
        must(all_.update(key, [](const value& old) { return value(old.number() + 1000); }) == is_there, "update differs");
        if (is_there) known->second += 1000;
        break;
      case 9: erase_even(key); break;
      case 10: get_or_insert(key, fresh); break;
      case 11: keep(key, in); break;
      case 12: sweep(key); break;
      case 13:
        all_.domain().drain();
        break;
      default: find(key);
    }
    must(all_.size() == model_.size() && all_.empty() == model_.empty(), "size() differs from the model");
  }

  // Each element once.
  void compare() {
    std::map<unsigned, unsigned> found;
    all_.for_each([&](unsigned key, const value& v) {
      must(found.emplace(key, v.number()).second, "for_each visits a key twice");
    });
    must(found == model_, "for_each differs from the model");
  }

 private:
  void find(unsigned key) {
    const auto known = model_.find(key);
    bool is_equal = false;
    const bool is_there = all_.visit(key, [&](const value& v) {
      is_equal = known != model_.end() && v.number() == known->second;
    });
    must(is_there == (known != model_.end()) && is_equal == is_there, "visit differs from the model");
    must(all_.contains(key) == is_there, "contains differs from the model");
  }

  void get_or_insert(unsigned key, unsigned fresh) {
    auto guard = all_.domain().enter();
    auto shield = guard.shield();
    const value& found = all_.get_or_insert_with(key, [&] { return value(fresh); }, shield);
    must(found.number() == model_.emplace(key, fresh).first->second, "get_or_insert_with differs from the model");
  }

  // What was found stays, whatever happens to the map.
  void keep(unsigned key, bytes& in) {
    if (depth_ == 3) return;
    ++depth_;
    auto guard = all_.domain().enter();
    auto shield = guard.shield();
    const value* const found = all_.find(key, shield);
    const auto known = model_.find(key);
    must((found != nullptr) == (known != model_.end()), "find differs from the model");
    const unsigned number = known == model_.end() ? 0 : known->second;
    for (unsigned left = in.below(16); left != 0; --left) operate(in);
    must(found == nullptr || found->number() == number, "what a shield protects has changed");
    --depth_;
  }

  void erase_even(unsigned key) {
    const auto known = model_.find(key);
    const bool goes = known != model_.end() && known->second % 2 == 0;
    must(all_.erase_if(key, [](unsigned, const value& v) { return v.number() % 2 == 0; }) == goes, "erase_if(key) differs");
    if (goes) model_.erase(known);
  }

  void sweep(unsigned residue) {
    if (residue == 0) {
      all_.clear();
      return model_.clear();
    }
    const std::size_t erased = all_.erase_if([&](unsigned key, const value&) { return key % residue == 0; });
    must(erased == std::erase_if(model_, [&](const auto& each) { return each.first % residue == 0; }), "erase_if differs");
  }

  Map all_;
  std::map<unsigned, unsigned> model_;
  unsigned turn_ = 0;
  unsigned depth_ = 0;
};

template <class Map, class Domain>
void one_thread_in_map(Domain& domain, bytes in) {
  map_and_model<Map> both(domain);
  while (!in.empty()) both.operate(in);
  both.compare();
}

template <class Map>
void insert_and_erase(Map& all, bytes in, std::array<std::atomic<int>, 16>& balance) {
  while (!in.empty()) {
    const unsigned what = in.below(4), key = in.below(16);
    switch (what) {
      case 0: balance[key] += all.insert(key, value(key)) ? 1 : 0; break;
      case 1: balance[key] += all.insert_or_assign(key, value(key)) ? 1 : 0; break;
      case 2: balance[key] -= all.erase(key) ? 1 : 0; break;
      default: all.visit(key, [&](const value& v) { must(v.number() == key, "a key has another's value"); });
    }
  }
}

template <class Map, class Domain>
void two_threads_in_map(Domain& domain, bytes in) {
  Map all(domain, {.initial_buckets = 1});
  std::array<std::atomic<int>, 16> balance{};
  std::thread other([&] { insert_and_erase(all, in.half(1), balance); });
  insert_and_erase(all, in.half(0), balance);
  other.join();
  std::size_t size = 0;
  for (unsigned key = 0; key != balance.size(); ++key) {
    must(balance[key] == (all.contains(key) ? 1 : 0), "a key was not inserted as often as it was erased");
    size += all.contains(key) ? 1 : 0;
  }
  must(all.size() == size, "size() is not how many are there");
}

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_MAPS_H
