// Runs threads over one container after the other, and judges what they did.

#ifndef RECLAIM_TESTS_LINEARIZABILITY_RECORDER_H
#define RECLAIM_TESTS_LINEARIZABILITY_RECORDER_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "tests/linearizability/check.h"
#include "tests/linearizability/history.h"
#include "tests/linearizability/restless.h"
#include "tests/support/threads.h"

namespace reclaim::linearizability {

struct terms {
  unsigned threads = 4;
  unsigned operations = 40;  // of one history, about
  std::uint64_t histories = 1000;
  std::uint64_t seed = 1;
  std::function<void(std::uint64_t done)> told = [](std::uint64_t) {};  // after each history
};

struct findings {
  std::uint64_t histories = 0, operations = 0, overlapping = 0, undecided = 0;
  std::optional<history> wrong;  // the first that no one thread could have had
};

inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Ends with the first history that is wrong.
template <class Subject, class Domain>
findings record(Domain& domain, const terms& asked) {
  findings found;
  std::unique_ptr<Subject> subject;
  std::vector<history> parts(asked.threads);
  tests::start_barrier all(asked.threads);
  bool goes_on = true;  // written by thread 0 while the others wait
  const unsigned turns = (asked.operations + asked.threads - 1) / asked.threads;

  const auto judge = [&] {
    history whole;
    for (history& part : parts) {
      whole.insert(whole.end(), part.begin(), part.end());
      part.clear();
    }
    ++found.histories;
    found.operations += whole.size();
    found.overlapping += overlapping(whole);
    const verdict judged = Subject::judge_all(whole);
    if (judged == verdict::undecided) ++found.undecided;
    if (judged == verdict::wrong) found.wrong = std::move(whole);
    asked.told(found.histories);
    goes_on = !found.wrong && found.histories != asked.histories;
  };

  tests::run_disturbed_threads(asked.threads, [&](std::size_t self) {
    tests::random_stream random(asked.seed, self);
    while (true) {
      if (self == 0) subject = std::make_unique<Subject>(domain);
      all.arrive_and_wait();
      for (unsigned turn = 0; turn != turns; ++turn) {
        operation o = Subject::plan(random, static_cast<unsigned>(self), turn);
        perhaps_yield();
        o.began = now_ns();
        subject->run(o);
        o.ended = now_ns();
        parts[self].push_back(o);
      }
      all.arrive_and_wait();
      if (self == 0) judge();
      all.arrive_and_wait();
      if (!goes_on) return;
    }
  });
  return found;
}

}  // namespace reclaim::linearizability

#endif  // RECLAIM_TESTS_LINEARIZABILITY_RECORDER_H
