// The schemes of xenium.  A thread becomes a participant when it guards for the first time.

#include "bench/peers/xenium.h"

#include <sched.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <xenium/harris_michael_list_based_set.hpp>
#include <xenium/reclamation/hazard_eras.hpp>
#include <xenium/reclamation/lock_free_ref_count.hpp>
#include <xenium/reclamation/quiescent_state_based.hpp>
#include <xenium/reclamation/stamp_it.hpp>

namespace reclaim::race {

using xenium_eras = xenium::reclamation::hazard_eras<>;
using xenium_qsbr = xenium::reclamation::quiescent_state_based;
using xenium_stamp = xenium::reclamation::stamp_it;
using xenium_count = xenium::reclamation::lock_free_ref_count<>::with<xenium::policy::thread_local_free_list_size<128>>;

template <>
struct region_of<xenium_qsbr> {
  using type = xenium_qsbr::region_guard;
};
template <>
struct region_of<xenium_stamp> {
  using type = xenium_stamp::region_guard;
};

namespace {

template <class Scheme>
struct bare : Scheme::template enable_concurrent_ptr<bare<Scheme>> {};

// What an object of the scheme is in front of its payload, counters that lie before its address included.
template <class Scheme>
constexpr std::size_t hook_bytes = sizeof(bare<Scheme>);
template <>
constexpr std::size_t hook_bytes<xenium_count> = sizeof(bare<xenium_count>) + 16;

template <std::size_t Bytes>
struct payload {
  char bytes[Bytes];
};
template <>
struct payload<0> {};

template <class Scheme>
struct object final : Scheme::template enable_concurrent_ptr<object<Scheme>>, payload<32 - hook_bytes<Scheme>> {};
static_assert(sizeof(object<xenium_epoch>) == 32 && sizeof(object<xenium_eras>) == 32);
static_assert(sizeof(object<xenium_stamp>) == 32 && sizeof(object<xenium_count>) == 16);

template <class Scheme>
struct counted final : Scheme::template enable_concurrent_ptr<counted<Scheme>>, payload<64 - hook_bytes<Scheme>> {
  ~counted() { race_count_end(); }
};
static_assert(sizeof(counted<xenium_epoch>) == 64 && sizeof(counted<xenium_count>) == 48);

// How a thread enters: by a region_guard, by a guard of any object, or not at all.
template <class Scheme>
struct by_region {
  explicit by_region(object<Scheme>*) {}
  typename Scheme::region_guard region;
};

template <class Scheme>
struct by_guard {
  explicit by_guard(object<Scheme>* any) : guard(any) {}
  typename Scheme::template concurrent_ptr<object<Scheme>, 0>::guard_ptr guard;
};

template <class Scheme>
struct by_nothing {
  explicit by_nothing(object<Scheme>*) {}
};

template <class Scheme, class Region>
struct scheme_loops {
  using node = object<Scheme>;
  using pointer = typename Scheme::template concurrent_ptr<node, 0>;
  using guard = typename pointer::guard_ptr;

  // Two, to be protected in turns: a hazard pointer that is told to protect what it protects already does nothing.
  struct shared {
    pointer first{new node};
    pointer second{new node};
  };
  static shared& sources() {
    static shared only;
    return only;
  }
  static node* any() { return sources().first.load(std::memory_order_relaxed).get(); }

  static void enter(std::uint64_t n) {
    for (node* const at_hand = any(); n != 0; --n) {
      const Region inside(at_hand);
      race_keep();
    }
  }

  static void nested(std::uint64_t n) {
    const Region outer(any());
    enter(n);
  }

  static void shield(std::uint64_t n) {
    const Region outer(any());
    for (pointer& from = sources().first; n != 0; --n) {
      guard shield;
      shield.acquire(from, std::memory_order_acquire);
      race_use(shield.get());
    }
  }

  static void protect(std::uint64_t n) {
    const Region outer(any());
    shared& from = sources();
    guard shield;
    const auto protect_one = [&](pointer& source) {
      shield.acquire(source, std::memory_order_acquire);
      race_use(shield.get());
    };
    for (; n >= 2; n -= 2) {
      protect_one(from.first);
      protect_one(from.second);
    }
    if (n != 0) protect_one(from.first);
  }

  // Objects are retired through a guard, which is also what enters.
  static void retire(std::uint64_t n) {
    for (; n != 0; --n) {
      auto* const made = new node;
      race_use(made);
      guard last(made);
      last.reclaim();
    }
  }

  static void retire_timed(std::uint64_t n, std::uint32_t* ticks) {
    for (std::uint64_t i = 0; i != n; ++i) {
      auto* const made = new node;
      const std::uint64_t before = race_ticks();
      {
        guard last(made);
        last.reclaim();
      }
      ticks[i] = static_cast<std::uint32_t>(race_ticks() - before);
    }
  }

  static void retire_counted(std::uint64_t n) {
    using counted_guard = typename Scheme::template concurrent_ptr<counted<Scheme>, 0>::guard_ptr;
    for (; n != 0; --n) {
      counted_guard last(new counted<Scheme>);
      last.reclaim();
    }
  }

  // The guard of the one reader that stalls.
  static guard*& reader() {
    static guard* only = nullptr;
    return only;
  }
  static void hold() {
    reader() = new guard;
    reader()->acquire(sources().first, std::memory_order_acquire);
  }
  static void let_go() { delete reader(); }

  // Enters so often that what was retired is freed, if the others do likewise.
  template <int Entries, int EntriesAYield>
  static void rest() {
    for (int i = 0; i != Entries; ++i) {
      const guard inside(any());
      if (i % EntriesAYield == 0) sched_yield();
    }
  }
};

template <class Scheme>
struct list_loops {
  using list = xenium::harris_michael_list_based_set<std::uint64_t, xenium::policy::reclaimer<Scheme>>;
  struct counted_list {
    list keys;
    std::uint64_t size;
  };

  static void* make(std::uint64_t nodes) {
    auto* const made = new counted_list{{}, nodes};
    for (std::uint64_t key = 0; key != nodes; ++key) made->keys.emplace(key);
    return made;
  }

  static std::uint64_t find(void* made, std::uint64_t n) {
    auto& [keys, absent] = *static_cast<counted_list*>(made);
    std::uint64_t found = 0;
    for (; n != 0; --n) {
      [[maybe_unused]] const typename region_of<Scheme>::type inside;
      found += keys.contains(absent) ? 1 : 0;
    }
    return found;
  }
};

template <class Scheme, class Region>
constexpr race_scheme scheme(const char* name, const char* settings, unsigned marks, void (*rest)() = nullptr) {
  using loops = scheme_loops<Scheme, Region>;
  using list = list_loops<Scheme>;
  constexpr bool enters = !std::is_same_v<Region, by_nothing<Scheme>>;
  return {name,
          settings,
          marks,
          nullptr,
          nullptr,
          nullptr,
          rest,
          enters ? &loops::enter : nullptr,
          enters ? &loops::nested : nullptr,
          &loops::shield,
          &loops::protect,
          &loops::retire,
          &loops::retire_timed,
          &loops::retire_counted,
          &loops::hold,
          &loops::let_go,
          &list::make,
          &list::find};
}

constexpr race_scheme schemes[] = {
    scheme<xenium_epoch, by_guard<xenium_epoch>>(
        "xenium epoch_based", "xenium 0.0.2; scans all threads each 100 entries; entered by a guard_ptr", race_epochs,
        &scheme_loops<xenium_epoch, by_guard<xenium_epoch>>::rest<4096, 1024>),
    scheme<xenium_new_epoch, by_region<xenium_new_epoch>>(
        "xenium new_epoch_based", "xenium 0.0.2; scans all threads each 100 entries; entered by a region_guard",
        race_epochs, &scheme_loops<xenium_new_epoch, by_region<xenium_new_epoch>>::rest<4096, 1024>),
    scheme<xenium_debra, by_guard<xenium_debra>>(
        "xenium debra", "xenium 0.0.2; scans one thread each 20 entries; entered by a guard_ptr", race_epochs,
        &scheme_loops<xenium_debra, by_guard<xenium_debra>>::rest<4096, 1024>),
    scheme<xenium_qsbr, by_region<xenium_qsbr>>(
        "xenium quiescent_state_based",
        "xenium 0.0.2; the end of a region is a quiescent state; a thread that is idle holds everybody up",
        race_epochs | race_declares, &scheme_loops<xenium_qsbr, by_region<xenium_qsbr>>::rest<64, 1>),
    scheme<xenium_stamp, by_region<xenium_stamp>>(
        "xenium stamp_it", "xenium 0.0.2; entered by a region_guard; may hang when threads lose their CPU",
        race_epochs, &scheme_loops<xenium_stamp, by_region<xenium_stamp>>::rest<64, 16>),
    scheme<xenium_hazard, by_nothing<xenium_hazard>>(
        "xenium hazard_pointer", "xenium 0.0.2; static_strategy<3, 2, 100>; protects two objects in turns",
        race_hazards | race_bounded),
    scheme<xenium_eras, by_nothing<xenium_eras>>(
        "xenium hazard_eras", "xenium 0.0.2; static_strategy<3, 2, 100>; an era a retire", race_hazards),
    scheme<xenium_count, by_nothing<xenium_count>>(
        "xenium lock_free_ref_count",
        "xenium 0.0.2; thread_local_free_list_size<128>; nodes go to a pool and never back to the system",
        race_hazards | race_pool),
    {},
};

}  // namespace
}  // namespace reclaim::race

int main(int argc, char** argv) {
  return race_main(argc, argv, reclaim::race::schemes, reclaim::race::xenium_maps, reclaim::race::xenium_queues, nullptr);
}
