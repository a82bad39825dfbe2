// Probes for tracers: static points (USDT) of the provider `reclaim`, which perf, bpftrace and SystemTap find in the program.
// Bazel: --//reclaim/sync:probes=on, or --config=probes.  Without it a probe is nothing; with it, one instruction that
// does nothing until a tracer asks for it.

#ifndef RECLAIM_SYNC_PROBE_H
#define RECLAIM_SYNC_PROBE_H

#include <cstddef>
#include <cstdint>

#if defined(RECLAIM_PROBES)
#if !__has_include(<sys/sdt.h>)
#error "reclaim: probes need <sys/sdt.h>: install systemtap-sdt-dev (Debian) or systemtap-sdt-devel (Fedora), or build without --//reclaim/sync:probes=on"
#endif
#include <sys/sdt.h>
#define RECLAIM_PROBE(arguments, ...) DTRACE_PROBE##arguments(reclaim, __VA_ARGS__)
#else
#define RECLAIM_PROBE(arguments, ...) static_cast<void>(0)
#endif

namespace reclaim::sync {

// Domains are told apart by their addresses.  All are wait-free and async-signal-safe; any thread.
struct probe {
  // A thread begins a read.
  [[gnu::always_inline]] static void enter([[maybe_unused]] const void* domain) noexcept {
    RECLAIM_PROBE(1, enter, domain);
  }

  // A thread hands an object over, which occupies so many bytes.
  [[gnu::always_inline]] static void retire([[maybe_unused]] const void* domain, [[maybe_unused]] const void* object,
                                            [[maybe_unused]] std::size_t bytes) noexcept {
    RECLAIM_PROBE(3, retire, domain, object, bytes);
  }

  // The deleters of so many objects have run, one after the other.
  [[gnu::always_inline]] static void reclaim([[maybe_unused]] const void* domain, [[maybe_unused]] std::size_t objects) noexcept {
    RECLAIM_PROBE(2, reclaim, domain, objects);
  }

  // A thread begins to find out what may end.
  [[gnu::always_inline]] static void collect([[maybe_unused]] const void* domain) noexcept {
    RECLAIM_PROBE(1, collect, domain);
  }

  // The epoch has become this one.
  [[gnu::always_inline]] static void advance([[maybe_unused]] const void* domain, [[maybe_unused]] std::uint64_t epoch) noexcept {
    RECLAIM_PROBE(2, advance, domain, epoch);
  }

  // A guard of the thread of this participant keeps the epoch from advancing.
  [[gnu::always_inline]] static void stall([[maybe_unused]] const void* domain, [[maybe_unused]] const void* participant) noexcept {
    RECLAIM_PROBE(2, stall, domain, participant);
  }
};

}  // namespace reclaim::sync

#undef RECLAIM_PROBE

#endif  // RECLAIM_SYNC_PROBE_H
