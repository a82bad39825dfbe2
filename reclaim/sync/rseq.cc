// Whether there are restartable sequences, and how to end them: membarrier(2).

#include <linux/membarrier.h>
#include <unistd.h>

#include "reclaim/sync/sync.h"

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {

#if defined(RECLAIM_HAS_RSEQ)

bool has_sequences() noexcept {
  static const bool decided =
      !detail::is_switched_off("RECLAIM_RSEQ") && __rseq_size != 0 && ensure_fence_mode() == asymmetric &&
      detail::call_membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ) == 0 && end_sequences();
  return decided;
}

bool end_sequences() noexcept { return detail::call_membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ) == 0; }

#else

bool has_sequences() noexcept { return false; }
bool end_sequences() noexcept { return false; }

#endif

std::size_t count_stacks() noexcept {
  static const long found = sysconf(_SC_NPROCESSORS_CONF);
  return found > 0 ? static_cast<std::size_t>(found) : 1;
}

}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync
