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
#include <limits>
#include <set>
#include <stdexcept>
#include <utility>

#include "tests/linearizability/history.h"

namespace reclaim::linearizability {

inline constexpr std::size_t most_operations = 64;

// Spec: a value that begins as the empty container and can be ordered; apply(operation) does it, or returns false where one
// thread alone would have got another answer.
enum class verdict : unsigned char { linearizable, wrong, undecided };

template <class Spec>
class linearization {
 public:
  // Tries what ended first first: most often that is how it was.
  explicit linearization(const history& all) : all_(all) {
    if (all.size() > most_operations) throw std::invalid_argument("linearization: more than 64 operations on one object");
    std::sort(all_.begin(), all_.end(), [](const operation& a, const operation& b) { return a.ended < b.ended; });
  }

  // Undecided: more than `most` steps were tried, of an exponential number.
  verdict find(std::size_t most = 200'000) {
    left_ = most;
    if (extend(0, Spec())) return verdict::linearizable;
    return left_ == 0 ? verdict::undecided : verdict::wrong;
  }

 private:
  // An operation may be next if none that is left had ended before it began.
  bool extend(std::uint64_t done, const Spec& state) {
    const std::uint64_t every = all_.size() == 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << all_.size()) - 1;
    if (done == every) return true;
    if (left_ == 0 || !tried_.emplace(done, state).second) return false;
    --left_;
    std::int64_t first_end = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i != all_.size(); ++i) {
      if ((done >> i & 1) == 0) first_end = std::min(first_end, all_[i].ended);
    }
    for (std::size_t i = 0; i != all_.size(); ++i) {
      if ((done >> i & 1) != 0 || all_[i].began > first_end) continue;
      Spec next = state;
      if (next.apply(all_[i]) && extend(done | std::uint64_t(1) << i, next)) return true;
    }
    return false;
  }

  history all_;
  std::set<std::pair<std::uint64_t, Spec>> tried_;
  std::size_t left_ = 0;
};

template <class Spec>
verdict judge(const history& all) {
  return linearization<Spec>(all).find();
}

// Of histories of objects that know nothing of each other.
inline verdict worst(verdict a, verdict b) {
  if (a == verdict::wrong || b == verdict::wrong) return verdict::wrong;
  return a == verdict::linearizable ? b : a;
}

}  // namespace reclaim::linearizability

#endif  // RECLAIM_TESTS_LINEARIZABILITY_CHECK_H
