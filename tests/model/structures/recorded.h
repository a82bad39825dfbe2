// The operations of a scenario on one container, recorded, and checked when all threads have ended: one thread could have done
// them one after the other, each of them after all that happened before it.
//
// Happened before, not: ended earlier.  In the memory model, as on simulated threads, a load may return an old value for as long as
// nothing has told the thread of a newer one; so who finds a container empty may come too late by a clock that no thread has.
// Recording is no access to the simulated memory: it orders nothing.

#ifndef RECLAIM_TESTS_MODEL_STRUCTURES_RECORDED_H
#define RECLAIM_TESTS_MODEL_STRUCTURES_RECORDED_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "tests/linearizability/check.h"
#include "tests/linearizability/history.h"
#include "tests/linearizability/specifications.h"
#include "tests/support/model.h"

namespace reclaim::model {

using linearizability::operation;
using linearizability::verb;

// Threads are simulated one at a time: plain members will do.
class recorded {
 public:
  static constexpr unsigned alone = ~0u;  // the thread of what is done before all threads, or after them

  // Runs f(o), which does the operation and writes what it returned; another thread may come first.
  template <class F>
  void operator()(operation o, F&& f) {
    if (o.thread != alone) change_threads();
    o.began = tick();
    std::forward<F>(f)(o);
    o.ended = tick();
    all_[count_++] = o;
  }

  // Spec: of one key.
  template <class Spec>
  void expect_linearizable() const {
    const linearizability::history all(all_.begin(), all_.begin() + count_);
    const auto precedes = [this](const operation& a, const operation& b) { return this->precedes(a, b); };
    for (const linearizability::history& part : linearizability::by_key(all)) {
      expect(linearizability::judge<Spec>(part, precedes) == linearizability::verdict::linearizable,
             "one thread alone could not have had these answers");
    }
  }

 private:
  std::int64_t tick() {
    moments_[clock_] = now();
    return static_cast<std::int64_t>(clock_++);
  }
  bool precedes(const operation& a, const operation& b) const {
    if (a.ended > b.began) return false;
    return a.thread == alone || b.thread == alone || at(a.ended).happens_before(at(b.began));
  }
  const moment& at(std::int64_t tick) const { return moments_[static_cast<std::size_t>(tick)]; }

  static constexpr std::size_t most = 16;  // operations
  std::array<operation, most> all_{};
  std::array<moment, 2 * most> moments_{};  // of each tick
  std::size_t count_ = 0, clock_ = 0;
};

}  // namespace reclaim::model

#endif  // RECLAIM_TESTS_MODEL_STRUCTURES_RECORDED_H
