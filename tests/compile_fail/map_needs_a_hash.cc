// A key without a hash is refused in words.
//
// expects: Hash must be callable as std::size_t\(const K&\) const \(is std::hash<K> defined\?\)

#include <cstddef>

#include "reclaim/reclaim.h"
#include "structures/hash_map.h"

struct key {
  int value;
  friend bool operator==(const key&, const key&) = default;
};

#ifdef FIXED
struct hash_of_key {
  std::size_t operator()(const key& k) const { return static_cast<std::size_t>(k.value); }
};
#else
struct hash_of_key {};
#endif

int main() {
  reclaim::epoch_domain domain;
  reclaim::hash_map<key, int, reclaim::epoch_domain, hash_of_key> map(domain);
}
