// How wide the table may be.

#ifndef RECLAIM_BENCH_SUPPORT_TERMINAL_H
#define RECLAIM_BENCH_SUPPORT_TERMINAL_H

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstddef>

namespace reclaim::bench {

// The columns of the terminal that standard output is; where it is none, or does not say, enough for a wide table.
inline std::size_t terminal_width() {
  constexpr std::size_t wide_enough = 200;
  winsize size{};
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return wide_enough;
  return size.ws_col;
}

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_TERMINAL_H
