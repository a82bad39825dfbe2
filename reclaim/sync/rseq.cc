// Whether there are restartable sequences, and how to end them: membarrier(2).

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "reclaim/sync/sync.h"

#if defined(__x86_64__) && __has_include(<sys/rseq.h>) && !defined(RECLAIM_UNDER_TSAN)
#include <sys/rseq.h>
#define RECLAIM_HAS_RSEQ 1
#endif

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {
namespace {

std::size_t processors() noexcept {
  const long found = sysconf(_SC_NPROCESSORS_CONF);
  return found > 0 ? static_cast<std::size_t>(found) : 1;
}

#if defined(RECLAIM_HAS_RSEQ)

bool is_switched_off() noexcept {
  const char* const wish = std::getenv("RECLAIM_RSEQ");
  return wish != nullptr && std::strcmp(wish, "off") == 0;
}

bool membarrier(int command) noexcept { return syscall(__NR_membarrier, command, 0U, 0) == 0; }

bool decide() noexcept {
  return !is_switched_off() && __rseq_size != 0 && ensure_fence_mode() == asymmetric &&
         membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ) && end_sequences();
}

#endif

}  // namespace

#if defined(RECLAIM_HAS_RSEQ)

bool has_sequences() noexcept {
  static const bool decided = decide();
  return decided;
}

bool end_sequences() noexcept { return membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ); }

#else

bool has_sequences() noexcept { return false; }
bool end_sequences() noexcept { return false; }

#endif

std::size_t count_stacks() noexcept {
  static const std::size_t counted = processors();
  return counted;
}

}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync
