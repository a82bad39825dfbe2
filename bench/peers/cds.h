// The garbage collectors of libcds 2.3.3 (Debian's libcds-dev), by the names that they race under.
//
// The static library, with CDS_THREADING_GCC: a thread finds its own data by __thread, not by pthread_getspecific().

#ifndef RECLAIM_BENCH_PEERS_CDS_H
#define RECLAIM_BENCH_PEERS_CDS_H

#include <cds/gc/dhp.h>
#include <cds/gc/hp.h>
#include <cds/init.h>
#include <cds/urcu/general_buffered.h>
#include <cds/urcu/general_instant.h>
#include <cds/urcu/signal_buffered.h>

#include <signal.h>

#include <atomic>
#include <cstddef>
#include <type_traits>

#include "bench/race/entrant/race.h"

#if !defined(CDS_THREADING_GCC) || !defined(CDS_BUILD_STATIC_LIB) || !defined(NDEBUG)
#error "libcds: compile with -DCDS_THREADING_GCC -DCDS_BUILD_STATIC_LIB -DNDEBUG"
#endif
#ifdef __cpp_sized_deallocation
#error "libcds: compile with -fno-sized-deallocation: FeldmanHashMap frees its tables with a wrong size"
#endif

namespace reclaim::race {

using cds_hp = cds::gc::HP;
using cds_dhp = cds::gc::DHP;
using cds_gpi = cds::urcu::gc<cds::urcu::general_instant<>>;
using cds_gpb = cds::urcu::gc<cds::urcu::general_buffered<>>;
using cds_shb = cds::urcu::gc<cds::urcu::signal_buffered<>>;

template <class Gc>
constexpr bool is_cds_hazard = std::is_same_v<Gc, cds_hp> || std::is_same_v<Gc, cds_dhp>;
template <class Gc>
constexpr bool is_cds_buffered = std::is_same_v<Gc, cds_gpb> || std::is_same_v<Gc, cds_shb>;

// All threads' retired objects lie in one buffer, and whoever fills it waits for all readers, and frees what is in it.
// The default is 256.  More costs one thread nothing, and with signals eight threads on two CPUs gain tenfold.
template <class Gc>
constexpr std::size_t cds_buffer = std::is_same_v<Gc, cds_shb> ? 16384 : 4096;

// What the library's own handler does: says that the signal has been here.  Debian's library looks for the thread's
// data where CDS_THREADING_GCC does not put it, finds none, and whoever sent the signal would send it for ever.
inline void answer_cds_signal(int) {
  auto* const own = cds::threading::getRCU<cds::urcu::signal_buffered_tag>();
  if (own == nullptr) return;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  own->m_bNeedMemBar.store(false, std::memory_order_release);
}

// Not HP's classic scan, fast as it is: in this version it frees what a hazard pointer protects.
struct cds_process {
  // Of one collector only: a thread that attaches itself does so to all that there are.  Lives as long as the process.
  template <class Gc>
  static void start() {
    cds::Initialize();
    if constexpr (is_cds_buffered<Gc>) {
      new Gc(cds_buffer<Gc>);
    } else {
      new Gc;  // HP: 8 hazards a thread, 100 threads, a scan in place each 1,600 retires; DHP: 16 hazards, and more
    }
    if constexpr (std::is_same_v<Gc, cds_shb>) {
      struct sigaction answer = {};
      answer.sa_handler = answer_cds_signal;
      answer.sa_flags = SA_RESTART;
      sigaction(cds_shb::signal_no(), &answer, nullptr);
    }
  }
  static void start_without_collector() { cds::Initialize(); }

  static void join() { cds::threading::Manager::attachThread(); }
  static void leave() { cds::threading::Manager::detachThread(); }
};

extern const race_map cds_maps[];
extern const race_queue cds_queues[];

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_PEERS_CDS_H
