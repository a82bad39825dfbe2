// The heavy fence on Linux: membarrier(2).
//
// Synchronization edges
//   fence-mode   decide_fence_mode() release --> ensure_fence_mode()   who sees the mode sees the registration behind it

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "reclaim/sync/sync.h"

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {
namespace detail {

long call_membarrier(int command) noexcept { return syscall(__NR_membarrier, command, 0U, 0); }

bool is_switched_off(const char* variable) noexcept {
  const char* const wish = std::getenv(variable);
  return wish != nullptr && std::strcmp(wish, "off") == 0;
}

namespace {

// GLOBAL is never used: it takes milliseconds.
bool register_with_kernel() noexcept {
  const long commands = call_membarrier(MEMBARRIER_CMD_QUERY);
  if (commands < 0 || (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0) return false;
  return call_membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0 && membarrier();
}

}  // namespace

bool membarrier() noexcept {
  compiler_fence();
  const bool granted = call_membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0;
  compiler_fence();
  return granted;
}

fence_mode decide_fence_mode() noexcept {
  const bool granted = !is_switched_off("RECLAIM_MEMBARRIER") && register_with_kernel();
  fence_mode decided = undecided;
  const fence_mode mine = granted ? asymmetric : symmetric;
  // The first to decide decides for all: a mode never changes.
  if (fences.compare_exchange_strong(decided, mine, memory_order::acq_rel, memory_order::acquire)) return mine;  // edge fence-mode
  return decided;
}

}  // namespace detail
}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync
