// What the process has of the system's memory.

#ifndef RECLAIM_TESTS_FAULTS_MEMORY_H
#define RECLAIM_TESTS_FAULTS_MEMORY_H

#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace reclaim::tests {

namespace detail {
inline std::size_t pages_of_process(const char* format) {
  std::size_t pages = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr || std::fscanf(file, format, &pages) != 1) std::abort();
  std::fclose(file);
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}
}  // namespace detail

inline std::size_t mapped_bytes() { return detail::pages_of_process("%zu"); }
inline std::size_t resident_bytes() { return detail::pages_of_process("%*u %zu"); }

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_FAULTS_MEMORY_H
