// Whether a history could have been that of one thread after the other.
//
// J. M. Wing and C. Gong, "Testing and verifying concurrent objects", J. Parallel Distrib. Comput. 17, 1993, with the memory of
// G. Lowe, "Testing for linearizability", Concurrency Computat. 29(4), 2017: what was done, with the state that it led to, is not
// tried again.

#ifndef RECLAIM_TESTS_LINEARIZABILITY_CHECK_H
#define RECLAIM_TESTS_LINEARIZABILITY_CHECK_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/linearizability/history.h"

namespace reclaim::linearizability {

inline constexpr std::size_t most_operations = 64;

enum class verdict : unsigned char { linearizable, wrong, undecided };

struct precedes_in_time {
  bool operator()(const operation& a, const operation& b) const { return a.ended < b.began; }
};

// Spec: a value that begins as the empty container and can be ordered; apply(operation) does it, or returns false where one
// thread alone would have got another answer.
template <class Spec>
class linearization {
 public:
  // Precedes: the order of operations that is to be kept.  Tries what ended first first: most often that is how it was.
  template <class Precedes = precedes_in_time>
  explicit linearization(const history& all, const Precedes& precedes = {}) : all_(all), before_(all.size()) {
    if (all.size() > most_operations) throw std::invalid_argument("linearization: more than 64 operations on one object");
    std::sort(all_.begin(), all_.end(), [](const operation& a, const operation& b) { return a.ended < b.ended; });
    for (std::size_t i = 0; i != all_.size(); ++i) {
      for (std::size_t j = 0; j != all_.size(); ++j) before_[i] |= std::uint64_t(precedes(all_[j], all_[i])) << j;
    }
  }

  // Undecided: more than `most` steps were tried, of an exponential number.
  verdict find(std::size_t most = 200'000) {
    left_ = most;
    if (extend(0, Spec())) return verdict::linearizable;
    return left_ == 0 ? verdict::undecided : verdict::wrong;
  }

 private:
  // An operation may be next if all that precede it are done.
  bool extend(std::uint64_t done, const Spec& state) {
    const std::uint64_t every = all_.size() == 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << all_.size()) - 1;
    if (done == every) return true;
    if (left_ == 0 || !tried_.emplace(done, state).second) return false;
    --left_;
    for (const bool changes : {false, true}) {
      for (std::size_t i = 0; i != all_.size(); ++i) {
        if ((done >> i & 1) != 0 || (before_[i] & ~done) != 0) continue;
        Spec next = state;
        if (!next.apply(all_[i]) || (next != state) != changes) continue;
        if (extend(done | std::uint64_t(1) << i, next)) return true;
        if (!changes) return false;  // what changes nothing could as well come first
      }
    }
    return false;
  }

  history all_;
  std::vector<std::uint64_t> before_;  // for each operation, those that precede it
  std::set<std::pair<std::uint64_t, Spec>> tried_;
  std::size_t left_ = 0;
};

template <class Spec, class Precedes = precedes_in_time>
verdict judge(const history& all, const Precedes& precedes = {}) {
  return linearization<Spec>(all, precedes).find();
}

// Of histories of objects that know nothing of each other.
inline verdict worst(verdict a, verdict b) {
  if (a == verdict::wrong || b == verdict::wrong) return verdict::wrong;
  return a == verdict::linearizable ? b : a;
}

}  // namespace reclaim::linearizability

#endif  // RECLAIM_TESTS_LINEARIZABILITY_CHECK_H
