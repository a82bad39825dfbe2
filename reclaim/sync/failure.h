// How the library reports what must not happen, with exceptions or without.

#ifndef RECLAIM_SYNC_FAILURE_H
#define RECLAIM_SYNC_FAILURE_H

#include <cstdio>
#include <cstdlib>
#include <new>

namespace reclaim::sync {

// Whether misuse that costs a check to notice is noticed: double retire, a guard on another thread, and their kin.
#if defined(NDEBUG)
inline constexpr bool checks_enabled = false;
#else
inline constexpr bool checks_enabled = true;
#endif

// Prints "reclaim: " and `message` as one line on stderr and ends the process.
[[noreturn, gnu::cold, gnu::noinline]] inline void fail(const char* message) noexcept {
  std::fprintf(stderr, "reclaim: %s\n", message);
  std::abort();
}

// Fails with `message` unless `holds`, where checks are enabled.  `holds` is not evaluated for effect.
inline void check(bool holds, const char* message) noexcept {
  if constexpr (checks_enabled) {
    if (!holds) [[unlikely]] fail(message);
  }
}

// Throws `error`; without exceptions prints `what` and ends the process.
template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void raise([[maybe_unused]] const Error& error, [[maybe_unused]] const char* what) {
#if defined(__cpp_exceptions)
  throw error;
#else
  fail(what);
#endif
}

// Throws std::bad_alloc; without exceptions ends the process with one line.
[[noreturn]] inline void raise_bad_alloc() { raise(std::bad_alloc{}, "out of memory, and exceptions are off"); }

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_FAILURE_H
