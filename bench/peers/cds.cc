// The schemes of libcds.

#include <cds/container/iterable_list_dhp.h>
#include <cds/container/iterable_list_hp.h>
#include <cds/container/michael_list_dhp.h>
#include <cds/container/michael_list_hp.h>
#include <cds/container/michael_list_rcu.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "bench/peers/cds.h"

namespace reclaim::race {
namespace {

struct object {
  char payload[32];
};

struct counted {
  char payload[64];
  ~counted() { race_count_end(); }
};

struct deletes {
  template <class T>
  void operator()(T* retired) const {
    delete retired;
  }
};

template <class Gc>
struct hazard_loops {
  static const std::atomic<object*>& source() {
    static const std::atomic<object*> only{new object};
    return only;
  }

  static void shield(std::uint64_t n) {
    for (const auto& from = source(); n != 0; --n) {
      typename Gc::Guard shield;
      race_use(shield.protect(from));
    }
  }

  static void protect(std::uint64_t n) {
    const auto& from = source();
    typename Gc::Guard shield;
    for (; n != 0; --n) race_use(shield.protect(from));
  }

  static void retire(std::uint64_t n) {
    for (; n != 0; --n) {
      auto* const made = new object;
      race_use(made);
      Gc::template retire<deletes>(made);
    }
  }

  static void retire_timed(std::uint64_t n, std::uint32_t* ticks) {
    for (std::uint64_t i = 0; i != n; ++i) {
      auto* const made = new object;
      const std::uint64_t before = race_ticks();
      Gc::template retire<deletes>(made);
      ticks[i] = static_cast<std::uint32_t>(race_ticks() - before);
    }
  }

  static void retire_counted(std::uint64_t n) {
    for (; n != 0; --n) Gc::template retire<deletes>(new counted);
  }

  // The guard of the one reader that stalls.
  static typename Gc::Guard*& reader() {
    static typename Gc::Guard* only = nullptr;
    return only;
  }
  static void hold() {
    reader() = new typename Gc::Guard;
    race_use(reader()->protect(source()));
  }
  static void let_go() { delete reader(); }
};

// Whoever retires may have to wait for all readers, so it must not be one of them: retires come after the section.
template <class Gc>
struct rcu_loops {
  using section = typename Gc::scoped_lock;

  static void enter(std::uint64_t n) {
    for (; n != 0; --n) {
      const section inside;
      race_keep();
    }
  }

  static void nested(std::uint64_t n) {
    const section outer;
    enter(n);
  }

  template <class T>
  static void retire_after_section(T* made) {
    {
      const section inside;
      race_use(made);
    }
    Gc::template retire_ptr<deletes>(made);
  }

  static void retire(std::uint64_t n) {
    for (; n != 0; --n) retire_after_section(new object);
  }

  static void retire_timed(std::uint64_t n, std::uint32_t* ticks) {
    for (std::uint64_t i = 0; i != n; ++i) {
      auto* const made = new object;
      const std::uint64_t before = race_ticks();
      retire_after_section(made);
      ticks[i] = static_cast<std::uint32_t>(race_ticks() - before);
    }
  }

  static void retire_counted(std::uint64_t n) {
    for (; n != 0; --n) retire_after_section(new counted);
  }
};

template <class Traits>
struct ascending : Traits {
  using less = std::less<std::uint64_t>;
};
template <class Gc>
using michael_list = cds::container::MichaelList<Gc, std::uint64_t, ascending<cds::container::michael_list::traits>>;
template <class Gc>
using iterable_list = cds::container::IterableList<Gc, std::uint64_t, ascending<cds::container::iterable_list::traits>>;

template <class List>
struct list_loops {
  struct counted_list {
    List keys;
    std::uint64_t size = 0;
  };

  static void* make(std::uint64_t nodes) {
    auto* const made = new counted_list;
    made->size = nodes;
    for (std::uint64_t key = 0; key != nodes; ++key) made->keys.insert(key);
    return made;
  }

  static std::uint64_t find(void* made, std::uint64_t n) {
    auto& [keys, absent] = *static_cast<counted_list*>(made);
    std::uint64_t found = 0;
    for (; n != 0; --n) found += keys.contains(absent) ? 1 : 0;
    return found;
  }
};

template <class Gc>
constexpr race_scheme hazard(const char* name, const char* settings) {
  using loops = hazard_loops<Gc>;
  using list = list_loops<michael_list<Gc>>;
  return {name,
          settings,
          race_hazards | race_bounded,
          &cds_process::start<Gc>,
          &cds_process::join,
          &cds_process::leave,
          nullptr,
          nullptr,
          nullptr,
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

// A list whose nodes stay, and only its elements come and go: one protection a node, where Michael's takes three.
template <class Gc>
constexpr race_scheme iterable(const char* name, const char* settings) {
  using list = list_loops<iterable_list<Gc>>;
  race_scheme only_list = {};
  only_list.name = name;
  only_list.settings = settings;
  only_list.marks = race_hazards | race_bounded;
  only_list.start = &cds_process::start<Gc>;
  only_list.join = &cds_process::join;
  only_list.leave = &cds_process::leave;
  only_list.list_make = &list::make;
  only_list.list_find = &list::find;
  return only_list;
}

// Without the course of the stalled reader: the writer waits for it, and it for the writer.
template <class Gc>
constexpr race_scheme rcu(const char* name, const char* settings, unsigned marks) {
  using loops = rcu_loops<Gc>;
  using list = list_loops<michael_list<Gc>>;
  return {name,
          settings,
          race_epochs | race_blocks | marks,
          &cds_process::start<Gc>,
          &cds_process::join,
          &cds_process::leave,
          nullptr,
          &loops::enter,
          &loops::nested,
          nullptr,
          nullptr,
          &loops::retire,
          &loops::retire_timed,
          &loops::retire_counted,
          nullptr,
          nullptr,
          &list::make,
          &list::find};
}

constexpr const char* hp =
    "libcds 2.3.3, static, __thread; 8 hazards a thread, 100 threads, a scan in place each 1,600 retires";
constexpr const char* dhp =
    "libcds 2.3.3, static, __thread; 16 hazards a thread and more, a scan each 256 retires and more";
constexpr const char* gpi =
    "libcds 2.3.3, static, __thread; general_instant: each retire waits for all readers; so none may stall";
constexpr const char* gpb =
    "libcds 2.3.3, static, __thread; general_buffered, a shared buffer of 4,096; who fills it waits for all readers; "
    "so "
    "none may stall";
constexpr const char* shb =
    "libcds 2.3.3, static, __thread; signal_buffered, a shared buffer of 16,384; who fills it signals and waits for "
    "all "
    "readers; so none may stall; own signal handler (Debian's does not find __thread data)";

constexpr race_scheme schemes[] = {
    hazard<cds_hp>("libcds HP", hp),
    hazard<cds_dhp>("libcds DHP", dhp),
    iterable<cds_hp>("libcds HP IterableList", hp),
    iterable<cds_dhp>("libcds DHP IterableList", dhp),
    rcu<cds_gpi>("libcds gpi", gpi, 0),
    rcu<cds_gpb>("libcds gpb", gpb, race_frees_elsewhere),
    rcu<cds_shb>("libcds shb", shb, race_frees_elsewhere | race_signals),
    {},
};

}  // namespace
}  // namespace reclaim::race

int main(int argc, char** argv) {
  return race_main(argc, argv, reclaim::race::schemes, reclaim::race::cds_maps, reclaim::race::cds_queues, nullptr);
}
