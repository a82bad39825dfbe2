// The maps of xenium.

#include "bench/peers/xenium.h"

#include <cstddef>
#include <cstdint>
#include <xenium/harris_michael_hash_map.hpp>
#include <xenium/vyukov_hash_map.hpp>

namespace reclaim::race {
namespace {

struct chosen_hash {
  std::size_t operator()(std::uint64_t key) const { return race_hash(key); }
};

// Buckets are fixed when it is compiled: about one for each element that the race puts in.
template <class Scheme, std::size_t Buckets>
using fixed_map = xenium::harris_michael_hash_map<std::uint64_t, std::uint64_t, xenium::policy::reclaimer<Scheme>,
                                                  xenium::policy::hash<chosen_hash>, xenium::policy::buckets<Buckets>>;

constexpr std::size_t few_buckets = std::size_t{1} << 16;
constexpr std::size_t many_buckets = std::size_t{1} << 23;

// A map, and the loop for its size.
struct sized_map {
  std::uint64_t (*mix)(void*, const std::uint32_t*, std::uint64_t);
  void* map;
};

template <class Scheme, std::size_t Buckets>
struct fixed_map_loops {
  using map = fixed_map<Scheme, Buckets>;

  // emplace(), for get_or_emplace() lets go of the place that it found before it links there.
  static std::uint64_t mix(void* made, const std::uint32_t* ops, std::uint64_t n) {
    map& entries = *static_cast<map*>(made);
    const auto end = entries.end();
    std::uint64_t done = 0;
    for (std::uint64_t i = 0; i != n; ++i) {
      [[maybe_unused]] const typename region_of<Scheme>::type inside;
      const std::uint64_t key = race_key(ops[i]);
      switch (race_verb_of(ops[i])) {
        case race_get:
          if (const auto at = entries.find(key); at != end) {
            race_use(at->second);
            ++done;
          }
          break;
        case race_insert: done += entries.emplace(key, key) ? 1 : 0; break;
        case race_erase: done += entries.erase(key) ? 1 : 0; break;
      }
    }
    return done;
  }

  static void* make() { return new sized_map{&mix, new map}; }
};

template <class Scheme>
struct harris_michael_loops {
  static void* make(std::uint64_t expected) {
    return expected <= few_buckets ? fixed_map_loops<Scheme, few_buckets>::make()
                                   : fixed_map_loops<Scheme, many_buckets>::make();
  }

  static std::uint64_t mix(void* made, const std::uint32_t* ops, std::uint64_t n) {
    const sized_map& entries = *static_cast<sized_map*>(made);
    return entries.mix(entries.map, ops, n);
  }
};

template <class Scheme>
struct vyukov_loops {
  using map = xenium::vyukov_hash_map<std::uint64_t, std::uint64_t, xenium::policy::reclaimer<Scheme>,
                                      xenium::policy::hash<chosen_hash>>;

  static void* make(std::uint64_t) { return new map(16); }

  static std::uint64_t mix(void* made, const std::uint32_t* ops, std::uint64_t n) {
    map& entries = *static_cast<map*>(made);
    std::uint64_t done = 0;
    for (std::uint64_t i = 0; i != n; ++i) {
      const std::uint64_t key = race_key(ops[i]);
      switch (race_verb_of(ops[i])) {
        case race_get:
          if (typename map::accessor value; entries.try_get_value(key, value)) {
            race_use(*value);
            ++done;
          }
          break;
        case race_insert: done += entries.emplace(key, key) ? 1 : 0; break;
        case race_erase: done += entries.erase(key) ? 1 : 0; break;
      }
    }
    return done;
  }
};

template <class Loops>
constexpr race_map map(const char* name, const char* settings, unsigned marks) {
  return {name, settings, marks, nullptr, nullptr, nullptr, nullptr, &Loops::make, &Loops::mix};
}

constexpr const char* fixed = "xenium 0.0.2; 65,536 fixed buckets (8,388,608 for more elements); emplace";
constexpr const char* locking = "xenium 0.0.2; values in the buckets, gets are lock-free, updates lock a bucket";

}  // namespace

constexpr race_map xenium_maps[] = {
    map<harris_michael_loops<xenium_epoch>>("xenium harris_michael epoch_based", fixed, race_epochs),
    map<harris_michael_loops<xenium_new_epoch>>("xenium harris_michael new_epoch_based", fixed, race_epochs),
    map<harris_michael_loops<xenium_debra>>("xenium harris_michael debra", fixed, race_epochs),
    map<harris_michael_loops<xenium_hazard>>("xenium harris_michael hazard_pointer", fixed, race_hazards),
    map<vyukov_loops<xenium_debra>>("xenium vyukov debra", locking,
                                    race_inline_values | race_blocks | race_grows | race_epochs),
    map<vyukov_loops<xenium_hazard>>("xenium vyukov hazard_pointer", locking,
                                     race_inline_values | race_blocks | race_grows | race_hazards),
    {},
};

}  // namespace reclaim::race
