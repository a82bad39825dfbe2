// The containers, told by operations.  A subject has a plan(random), which says what a thread does next; run(operation), which does it;
// and judge_all(history), which judges all that was done to it.

#ifndef RECLAIM_TESTS_LINEARIZABILITY_SUBJECTS_H
#define RECLAIM_TESTS_LINEARIZABILITY_SUBJECTS_H

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "structures/hash_map.h"
#include "structures/mpmc_queue.h"
#include "structures/segmented_queue.h"
#include "structures/sharded_slab.h"
#include "structures/treiber_stack.h"
#include "tests/linearizability/check.h"
#include "tests/linearizability/history.h"
#include "tests/linearizability/restless.h"
#include "tests/linearizability/sequences.h"
#include "tests/linearizability/specifications.h"
#include "tests/support/threads.h"

namespace reclaim::linearizability {

using tests::random_stream;

// Values are told apart by who put them and when.
inline std::uint64_t fresh_value(unsigned thread, std::uint64_t turn) { return (std::uint64_t(thread) + 1) << 32 | (turn + 1); }

// Sequence: push(restless) and try_pop().
template <class Sequence, verdict (*Judge)(const history&)>
class sequence_subject {
 public:
  template <class Domain>
  explicit sequence_subject(Domain& domain) : all_(domain) {}

  static operation plan(random_stream& random, unsigned thread, std::uint64_t turn) {
    const bool puts = random.below(2) == 0;
    return {puts ? verb::put : verb::take, thread, 0, puts ? fresh_value(thread, turn) : 0, 0, 0, 0};
  }
  void run(operation& o) {
    if (o.what == verb::put) return all_.push(restless(o.argument));
    const auto taken = all_.try_pop();
    o.result = taken ? taken->number : 0;
  }
  static verdict judge_all(const history& all) { return Judge(all); }

 private:
  Sequence all_;
};

// Map: insert, insert_or_assign, erase and visit, by restless keys.
template <class Map>
class map_subject {
 public:
  template <class Domain>
  explicit map_subject(Domain& domain) : all_(domain) {}

  static operation plan(random_stream& random, unsigned thread, std::uint64_t turn) {
    constexpr verb verbs[] = {verb::insert, verb::assign, verb::erase, verb::get, verb::get};
    const verb what = verbs[random.below(std::size(verbs))];
    return {what, thread, 1 + random.below(3), fresh_value(thread, turn), 0, 0, 0};
  }
  void run(operation& o) {
    const restless key(o.key);
    switch (o.what) {
      case verb::insert: o.result = all_.insert(key, restless(o.argument)) ? 1 : 0; break;
      case verb::assign: o.result = all_.insert_or_assign(key, restless(o.argument)) ? 1 : 0; break;
      case verb::erase: o.result = all_.erase(key) ? 1 : 0; break;
      default: all_.visit(key, [&](const restless& value) { o.result = restless(value).number; });
    }
  }
  static verdict judge_all(const history& all) {
    verdict found = verdict::linearizable;
    for (const history& part : by_key(all)) found = worst(found, judge<entry_spec>(part));
    return found;
  }

 private:
  Map all_;
};

// Slab: insert, remove and visit.  Threads tell each other keys by a few places, and use also keys that are void by now.
template <class Slab>
class slab_subject {
 public:
  template <class Domain>
  explicit slab_subject(Domain& domain) : all_(domain) {}

  static operation plan(random_stream& random, unsigned thread, std::uint64_t turn) {
    constexpr verb verbs[] = {verb::insert, verb::erase, verb::get, verb::get};
    return {verbs[random.below(std::size(verbs))], thread, random.below(places), fresh_value(thread, turn), 0, 0, 0};
  }
  // Until it has run an operation's key is the place by which keys are told.
  void run(operation& o) {
    std::atomic<std::uint64_t>& place = told_[o.key];
    if (o.what == verb::insert) {
      const auto key = all_.insert(restless(o.argument));
      o.key = key ? key->to_integer() : 0;
      return place.store(o.key, std::memory_order_relaxed);
    }
    const auto key = Slab::key::from_integer(o.key = place.load(std::memory_order_relaxed));
    if (!key) return;
    if (o.what == verb::erase) {
      o.result = all_.remove(*key) ? 1 : 0;
    } else {
      all_.visit(*key, [&](const restless& value) { o.result = restless(value).number; });
    }
  }
  static verdict judge_all(const history& all) {
    verdict found = verdict::linearizable;
    for (const history& part : by_key(all)) found = worst(found, part.front().key == 0 ? judge_void(part) : judge<slab_spec>(part));
    return found;
  }

 private:
  // Of the key that leads nowhere.
  static verdict judge_void(const history& part) {
    const auto is_right = [](const operation& o) { return o.what != verb::insert && o.result == 0; };  // there is room to insert
    const bool found_none = std::all_of(part.begin(), part.end(), is_right);
    return found_none ? verdict::linearizable : verdict::wrong;
  }

  static constexpr std::uint64_t places = 3;
  Slab all_;
  std::array<std::atomic<std::uint64_t>, places> told_{};
};

template <class Domain>
using queue_of = sequence_subject<mpmc_queue<restless, Domain>, judge_queue>;
template <class Domain>
using segmented_queue_of = sequence_subject<segmented_queue<restless, Domain, 4>, judge_queue>;
template <class Domain>
using stack_of = sequence_subject<treiber_stack<restless, Domain>, judge_stack>;
template <class Domain>
using map_of = map_subject<hash_map<restless, restless, Domain, restless_hash>>;
template <class Domain>
using slab_of = slab_subject<sharded_slab<restless, Domain>>;

}  // namespace reclaim::linearizability

#endif  // RECLAIM_TESTS_LINEARIZABILITY_SUBJECTS_H
