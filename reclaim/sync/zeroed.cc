// Zeroed memory on Linux: the heap's for small arrays, mmap(2) for large ones, madvise(2) to give parts back.

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>

#include "reclaim/sync/sync.h"

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {
namespace detail {
namespace {

constexpr std::size_t most_of_heap = std::size_t(1) << 17;  // bytes; to map takes 8 us, to clear so much 3

std::size_t page_size() noexcept {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace

void* make_zeroed(std::size_t bytes, std::size_t alignment) noexcept {
  if (bytes <= most_of_heap) {
    void* const begin = ::operator new(bytes, std::align_val_t(alignment), std::nothrow);
    return begin == nullptr ? nullptr : std::memset(begin, 0, bytes);
  }
  void* const begin =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return begin == MAP_FAILED ? nullptr : begin;
}

void end_zeroed(void* begin, std::size_t bytes, std::size_t alignment) noexcept {
  if (bytes <= most_of_heap) {
    ::operator delete(begin, std::align_val_t(alignment));
  } else {
    munmap(begin, bytes);
  }
}

given give_back(void* begin, std::size_t bytes, std::size_t from, std::size_t to) noexcept {
  const std::size_t page = page_size();
  const std::size_t first = (from + page - 1) / page * page;
  const std::size_t last = to / page * page;
  if (bytes <= most_of_heap || first >= last) return {0, 0};
  if (madvise(static_cast<char*>(begin) + first, last - first, MADV_DONTNEED) != 0) return {0, 0};
  return {first, last};
}

}  // namespace detail
}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync
