// Whether a history of a queue, or of a stack, could have been that of one thread after the other: without a search, where
// check.h may need one that is exponential.
//
// Each value is put once.  It is certainly inside from the end of its put to the beginning of its take.  Then
//   - what is taken was put, once, and not after that;
//   - who finds nothing has a moment at which no value was certainly inside;
//   - a queue: of two values that were put one after the other, the second is not taken before the first;
//   - a stack: where a moment without a value divides the history, each part is judged alone; where none does, some value lies
//     below all others from the first put to the last take, and what it lay below is judged without it.
//
// Sources: T. A. Henzinger, A. Sezgin and V. Vafeiadis, "Aspect-oriented linearizability proofs", CONCUR 2013; A. Bouajjani,
// M. Emmi, C. Enea and J. Hamza, "On reducing linearizability to state reachability", ICALP 2015; for stacks Z. H. Lee and
// U. Mathur, "Efficient decrease-and-conquer linearizability monitoring", arXiv:2410.04581, 2024.

#ifndef RECLAIM_TESTS_LINEARIZABILITY_SEQUENCES_H
#define RECLAIM_TESTS_LINEARIZABILITY_SEQUENCES_H

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>
#include <vector>

#include "tests/linearizability/check.h"
#include "tests/linearizability/history.h"

namespace reclaim::linearizability {

// Of one value.  What is not taken is taken at the end of time.
struct stay {
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  std::int64_t put_began = never, put_ended = never;  // never: it was not put
  std::int64_t take_began = never, take_ended = never;

  // Else its take may follow its put at once, wherever that stands.
  bool is_certain() const { return put_ended < take_began; }
};

// In the order in which they become certain; `is_sound`: each value was taken once at most, and not before it was put.
struct stays {
  explicit stays(const history& all) {
    std::map<std::uint64_t, stay> by_value;
    for (const operation& o : all) {
      if (o.what == verb::put) {
        stay& put = by_value[o.argument];
        if (put.put_ended != stay::never) throw std::invalid_argument("stays: a value was put twice");
        put.put_began = o.began, put.put_ended = o.ended;
      } else if (o.result != 0) {
        stay& taken = by_value[o.result];
        is_sound = is_sound && taken.take_ended == stay::never;
        taken.take_began = o.began, taken.take_ended = o.ended;
      }
    }
    for (const auto& [value, s] : by_value) {
      is_sound = is_sound && s.put_began != stay::never && s.put_began <= s.take_ended;
      every.push_back(s);
    }
    std::sort(every.begin(), every.end(), [](const stay& a, const stay& b) { return a.put_ended < b.put_ended; });
  }

  // Whether in some moment of `o` no value was certainly inside.
  bool may_be_none_at(const operation& o) const {
    std::int64_t moment = o.began;
    for (const stay& s : every) {
      if (s.put_ended < moment) moment = std::max(moment, s.take_began);
    }
    return moment <= o.ended;
  }

  std::vector<stay> every;
  bool is_sound = true;
};

inline bool is_first_in_first_out(const std::vector<stay>& all) {
  return std::none_of(all.begin(), all.end(), [&](const stay& first) {
    return std::any_of(all.begin(), all.end(), [&](const stay& second) {
      return first.put_ended < second.put_began && second.take_ended < first.take_began;
    });
  });
}

// Whether `x` can be put before, and taken after, all that others did.
inline bool may_be_lowest(const stay& x, const std::vector<stay>& part) {
  return std::all_of(part.begin(), part.end(), [&](const stay& y) { return x.put_began <= y.put_ended && y.take_began <= x.take_ended; });
}

// `all` in the order in which they become certain.
inline bool is_last_in_first_out(std::vector<stay> all) {
  std::erase_if(all, [](const stay& s) { return !s.is_certain(); });
  for (auto begin = all.begin(); begin != all.end();) {
    auto end = begin;
    std::int64_t empty_at = begin->take_began;
    for (; end != all.end() && (end == begin || end->put_ended < empty_at); ++end) empty_at = std::max(empty_at, end->take_began);

    std::vector<stay> part(begin, end);
    const auto lowest = std::find_if(part.begin(), part.end(), [&](const stay& x) { return may_be_lowest(x, part); });
    if (lowest == part.end()) return false;
    part.erase(lowest);
    if (!is_last_in_first_out(std::move(part))) return false;
    begin = end;
  }
  return true;
}

template <class Order>
verdict judge_sequence(const history& all, const Order& is_in_order) {
  const stays found(all);
  const bool is_right = found.is_sound && std::all_of(all.begin(), all.end(), [&](const operation& o) {
    return o.what == verb::put || o.result != 0 || found.may_be_none_at(o);
  });
  return is_right && is_in_order(found.every) ? verdict::linearizable : verdict::wrong;
}

inline verdict judge_queue(const history& all) { return judge_sequence(all, is_first_in_first_out); }
inline verdict judge_stack(const history& all) { return judge_sequence(all, is_last_in_first_out); }

}  // namespace reclaim::linearizability

#endif  // RECLAIM_TESTS_LINEARIZABILITY_SEQUENCES_H
