// What the containers do when one thread alone has them.

#ifndef RECLAIM_TESTS_LINEARIZABILITY_SPECIFICATIONS_H
#define RECLAIM_TESTS_LINEARIZABILITY_SPECIFICATIONS_H

#include <compare>
#include <cstdint>
#include <vector>

#include "tests/linearizability/history.h"

namespace reclaim::linearizability {

struct queue_spec {
  std::vector<std::uint64_t> content;  // the oldest first
  bool apply(const operation& o) {
    if (o.what == verb::put) return content.push_back(o.argument), true;
    if (content.empty()) return o.result == 0;
    const bool fits = o.result == content.front();
    content.erase(content.begin());
    return fits;
  }
  auto operator<=>(const queue_spec&) const = default;
};

struct stack_spec {
  std::vector<std::uint64_t> content;  // the youngest last
  bool apply(const operation& o) {
    if (o.what == verb::put) return content.push_back(o.argument), true;
    if (content.empty()) return o.result == 0;
    const bool fits = o.result == content.back();
    content.pop_back();
    return fits;
  }
  auto operator<=>(const stack_spec&) const = default;
};

// One key of a map.
struct entry_spec {
  std::uint64_t value = 0;  // 0: it is not there
  bool apply(const operation& o) {
    const std::uint64_t before = value;
    switch (o.what) {
      case verb::insert:
        if (before == 0) value = o.argument;
        return o.result == (before == 0 ? 1 : 0);
      case verb::assign:
        value = o.argument;
        return o.result == (before == 0 ? 1 : 0);
      case verb::erase:
        value = 0;
        return o.result == (before != 0 ? 1 : 0);
      default: return o.result == before;
    }
  }
  auto operator<=>(const entry_spec&) const = default;
};

// One key of a slab: given out once, and void for ever after its value was removed.
struct slab_spec {
  enum class stage : unsigned char { unborn, there, gone } now = stage::unborn;
  std::uint64_t value = 0;
  bool apply(const operation& o) {
    switch (o.what) {
      case verb::insert: {
        const bool is_first = now == stage::unborn;
        now = stage::there;
        value = o.argument;
        return is_first;
      }
      case verb::erase: {
        const bool was_there = now == stage::there;
        if (was_there) now = stage::gone;
        return o.result == (was_there ? 1 : 0);
      }
      default: return o.result == (now == stage::there ? value : 0);
    }
  }
  auto operator<=>(const slab_spec&) const = default;
};

}  // namespace reclaim::linearizability

#endif  // RECLAIM_TESTS_LINEARIZABILITY_SPECIFICATIONS_H
