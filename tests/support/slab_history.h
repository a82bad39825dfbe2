// What threads did with one key of a slab, and whether there is an order in which it could have been done one by one.
//
// A key is inserted once and removed once at most.  So an order is a moment of the insertion and one of the removal, each
// within its call; who found the value has a moment between the two within his call, who did not has one outside.

#ifndef RECLAIM_TESTS_SUPPORT_SLAB_HISTORY_H
#define RECLAIM_TESTS_SUPPORT_SLAB_HISTORY_H

#include <algorithm>
#include <cstdint>
#include <limits>
#include <ostream>
#include <vector>

namespace reclaim::tests {

// A call: when it began and when it had returned, on one clock for all threads.
struct call {
  std::int64_t began;
  std::int64_t ended;
};

struct key_history {
  std::vector<call> inserted;  // by calls that said that they did
  std::vector<call> removed;
  std::vector<call> found;      // by get()
  std::vector<call> not_found;  // by get(), or by a removal

  bool is_linearizable() const {
    if (inserted.size() != 1 || removed.size() > 1) return false;
    // The removal as early as those allow who found the value, the insertion as late.
    std::int64_t removal = removed.empty() ? std::numeric_limits<std::int64_t>::max() : removed[0].began;
    std::int64_t insertion = inserted[0].ended;
    for (const call& c : found) {
      removal = std::max(removal, c.began);
      insertion = std::min(insertion, c.ended);
    }
    if (insertion < inserted[0].began) return false;
    if (!removed.empty() && (removal > removed[0].ended || removed[0].ended < inserted[0].began)) return false;
    return std::all_of(not_found.begin(), not_found.end(),
                       [&](const call& c) { return c.began <= insertion || c.ended >= removal; });
  }

  // For who has to find out why it is not.
  friend std::ostream& operator<<(std::ostream& out, const key_history& h) {
    const std::int64_t zero = h.inserted.empty() ? 0 : h.inserted[0].began;
    const auto row = [&](const char* kind, const std::vector<call>& calls) {
      out << kind;
      for (const call& c : calls) out << ' ' << c.began - zero << ".." << c.ended - zero;
      out << '\n';
    };
    row("inserted", h.inserted);
    row("removed", h.removed);
    row("found", h.found);
    row("not found", h.not_found);
    return out;
  }
};

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SUPPORT_SLAB_HISTORY_H
