// What threads did to one container, as they saw it: each operation with what it was told, what it answered, and when.

#ifndef RECLAIM_TESTS_LINEARIZABILITY_HISTORY_H
#define RECLAIM_TESTS_LINEARIZABILITY_HISTORY_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace reclaim::linearizability {

// Of all containers; each has some of them.
enum class verb : unsigned char { put, take, insert, assign, erase, get };

struct operation {
  verb what;
  unsigned thread;
  std::uint64_t key;       // of maps and slabs
  std::uint64_t argument;  // what is put or inserted; not 0
  std::uint64_t result;    // what was got or taken, or 0; whether it was done
  std::int64_t began, ended;  // ns
};

using history = std::vector<operation>;

// How many operations ran at the same time as another one of another thread.
inline std::size_t overlapping(const history& all) {
  std::size_t count = 0;
  for (const operation& a : all) {
    count += std::any_of(all.begin(), all.end(), [&](const operation& b) {
      return a.thread != b.thread && a.began <= b.ended && b.began <= a.ended;
    }) ? 1 : 0;
  }
  return count;
}

// The operations on each key, for containers whose keys know nothing of each other.
inline std::vector<history> by_key(const history& all) {
  std::map<std::uint64_t, history> parts;
  for (const operation& o : all) parts[o.key].push_back(o);
  std::vector<history> found;
  for (auto& [key, part] : parts) found.push_back(std::move(part));
  return found;
}

}  // namespace reclaim::linearizability

#endif  // RECLAIM_TESTS_LINEARIZABILITY_HISTORY_H
