// The maps of libcds.

#include <cds/container/feldman_hashmap_hp.h>
#include <cds/container/feldman_hashmap_rcu.h>
#include <cds/container/michael_kvlist_dhp.h>
#include <cds/container/michael_kvlist_hp.h>
#include <cds/container/michael_kvlist_rcu.h>
#include <cds/container/michael_map.h>
#include <cds/container/michael_map_rcu.h>
#include <cds/container/split_list_map.h>
#include <cds/container/split_list_map_rcu.h>

#include <bit>
#include <cstdint>
#include <functional>

#include "bench/peers/cds.h"

namespace reclaim::race {
namespace {

struct chosen_hash {
  std::uint64_t operator()(std::uint64_t key) const { return race_hash(key); }
};

struct ascending : cds::container::michael_list::traits {
  using less = std::less<std::uint64_t>;
};

// Nobody asks for the size, so nobody counts.
struct fixed_traits : cds::container::michael_map::traits {
  using hash = chosen_hash;
  using item_counter = cds::atomicity::empty_item_counter;
};

// The size decides when to grow.
struct split_traits : cds::container::split_list::traits {
  using ordered_list = cds::container::michael_list_tag;
  using hash = chosen_hash;
  using ordered_list_traits = ascending;
  using item_counter = cds::atomicity::cache_friendly_item_counter;
};

// The bits of a hash are the key of a trie: the hash must not give two keys the same, and race_hash() does not.
struct trie_traits : cds::container::feldman_hashmap::traits {
  using hash = chosen_hash;
  using item_counter = cds::atomicity::cache_friendly_item_counter;
};

template <class Gc>
using fixed_map =
    cds::container::MichaelHashMap<Gc, cds::container::MichaelKVList<Gc, std::uint64_t, std::uint64_t, ascending>,
                                   fixed_traits>;
template <class Gc>
using split_map = cds::container::SplitListMap<Gc, std::uint64_t, std::uint64_t, split_traits>;
template <class Gc>
using trie_map = cds::container::FeldmanHashMap<Gc, std::uint64_t, std::uint64_t, trie_traits>;

template <class Map>
struct map_loops {
  static std::uint64_t mix(void* made, const std::uint32_t* ops, std::uint64_t n) {
    Map& entries = *static_cast<Map*>(made);
    std::uint64_t done = 0;
    for (std::uint64_t i = 0; i != n; ++i) {
      const std::uint64_t key = race_key(ops[i]);
      switch (race_verb_of(ops[i])) {
        case race_get:
          done += entries.find(key, [](auto& entry) { race_use(entry.second); }) ? 1 : 0;
          break;
        case race_insert:
          done += entries.insert(key, key) ? 1 : 0;
          break;
        case race_erase:
          done += entries.erase(key) ? 1 : 0;
          break;
      }
    }
    return done;
  }
};

constexpr std::size_t elements_a_bucket = 1;

template <class Gc>
struct fixed : map_loops<fixed_map<Gc>> {
  using gc = Gc;
  static void* make(std::uint64_t expected) { return new fixed_map<Gc>(expected, elements_a_bucket); }
};

// Has two buckets to begin with; what is expected says up to where it may grow.
template <class Gc>
struct split : map_loops<split_map<Gc>> {
  using gc = Gc;
  static void* make(std::uint64_t expected) { return new split_map<Gc>(expected, elements_a_bucket); }
};

constexpr std::size_t bits_a_level = 4;

// The table at the root is as large as all elements need.
template <class Gc>
struct wide_trie : map_loops<trie_map<Gc>> {
  using gc = Gc;
  static void* make(std::uint64_t expected) { return new trie_map<Gc>(std::bit_width(expected), bits_a_level); }
};

// All tables are of 16 places.
template <class Gc>
struct narrow_trie : map_loops<trie_map<Gc>> {
  using gc = Gc;
  static void* make(std::uint64_t) { return new trie_map<Gc>(bits_a_level, bits_a_level); }
};

template <class Loops>
constexpr race_map map(const char* name, const char* settings, unsigned marks) {
  using gc = typename Loops::gc;
  constexpr unsigned kind = is_cds_hazard<gc> ? race_hazards : race_epochs | race_blocks;
  return {name,    settings,     kind | marks, &cds_process::start<gc>, &cds_process::join, &cds_process::leave,
          nullptr, &Loops::make, &Loops::mix};
}

}  // namespace

constexpr race_map cds_maps[] = {
    map<fixed<cds_hp>>("libcds MichaelHashMap HP",
                       "libcds 2.3.3, static, __thread; a fixed bucket an element; scan in place each 1,600 retires",
                       0),
    map<fixed<cds_dhp>>("libcds MichaelHashMap DHP",
                        "libcds 2.3.3, static, __thread; a fixed bucket an element; 16 hazards a thread and more", 0),
    map<fixed<cds_gpb>>("libcds MichaelHashMap gpb",
                        "libcds 2.3.3, static, __thread; a fixed bucket an element; buffer 4,096", 0),
    map<fixed<cds_shb>>("libcds MichaelHashMap shb",
                        "libcds 2.3.3, static, __thread; a fixed bucket an element; buffer 16,384; own signal handler",
                        race_signals),
    map<split<cds_hp>>("libcds SplitListMap HP",
                       "libcds 2.3.3, static, __thread; grown from 2 buckets; scan in place each 1,600 retires",
                       race_grows),
    map<split<cds_gpi>>("libcds SplitListMap gpi",
                        "libcds 2.3.3, static, __thread; grown from 2 buckets; each erase waits for all readers",
                        race_grows),
    map<split<cds_gpb>>("libcds SplitListMap gpb", "libcds 2.3.3, static, __thread; grown from 2 buckets; buffer 4,096",
                        race_grows),
    map<wide_trie<cds_hp>>(
        "libcds FeldmanHashMap HP",
        "libcds 2.3.3, static, __thread; a trie, its root a place an element; scan in place each 1,600 retires", 0),
    map<wide_trie<cds_gpb>>("libcds FeldmanHashMap gpb",
                            "libcds 2.3.3, static, __thread; a trie, its root a place an element; buffer 4,096", 0),
    map<narrow_trie<cds_hp>>(
        "libcds FeldmanHashMap HP grown",
        "libcds 2.3.3, static, __thread; a trie, grown from 16 places; scan in place each 1,600 retires", race_grows),
    {},
};

}  // namespace reclaim::race
