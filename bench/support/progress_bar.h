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
  explicit progress_bar(std::size_t steps) : steps_(steps), is_shown_(isatty(STDERR_FILENO) == 1) {}
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar() {
    if (is_shown_) std::fputs("\r\033[K", stderr);
  }

  // Shows that `step` (the first is 0), called `title`, is done for `per_mille` of its way.
  void show(std::size_t step, const std::string& title, unsigned per_mille) const {
    if (!is_shown_) return;
    const double done = (static_cast<double>(step) + per_mille / 1000.0) / static_cast<double>(steps_);
    const auto full = static_cast<std::size_t>(done * width);
    const std::string bar = std::string(full, '#') + std::string(width - full, '.');
    std::fprintf(stderr, "\r[%s] %3.0f%%  run %zu of %zu: %s\033[K", bar.c_str(), 100 * done, step + 1, steps_, title.c_str());
    std::fflush(stderr);
  }

 private:
  static constexpr std::size_t width = 40;  // characters

  std::size_t steps_;
  bool is_shown_;
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_PROGRESS_BAR_H
