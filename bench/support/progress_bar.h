// A bar that fills, where a person is looking.

#ifndef RECLAIM_BENCH_SUPPORT_PROGRESS_BAR_H
#define RECLAIM_BENCH_SUPPORT_PROGRESS_BAR_H

#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <string>

namespace reclaim::bench {

// Draws on stderr if that is a terminal, and wipes itself off at the end; else does nothing.
class progress_bar {
 public:
  progress_bar() : is_shown_(isatty(STDERR_FILENO) == 1) {}
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar() {
    if (is_shown_) std::fputs("\r\033[K", stderr);
  }

  // Shows that a share of `done` is done, from 0 to 1, and `title`.
  void show(double done, const std::string& title) const {
    if (!is_shown_) return;
    const auto full = static_cast<std::size_t>(done * width);
    const std::string bar = std::string(full, '#') + std::string(width - full, '.');
    std::fprintf(stderr, "\r[%s] %3.0f%%  %s\033[K", bar.c_str(), 100 * done, title.c_str());
    std::fflush(stderr);
  }

 private:
  static constexpr std::size_t width = 40;  // characters

  bool is_shown_;
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_PROGRESS_BAR_H
