#include "bench/support/child.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>

#include "bench/support/run_result.h"

namespace reclaim::bench {
namespace {

constexpr int watch_interval_ms = 100;

// The progress of a child, in memory that both processes see.
class shared_progress {
 public:
  shared_progress() : page_(mmap(nullptr, sizeof(run_progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (page_ == MAP_FAILED) throw run_failure(std::string("mmap: ") + std::strerror(errno));
    progress_ = new (page_) run_progress;
  }
  ~shared_progress() { munmap(page_, sizeof(run_progress)); }
  shared_progress(const shared_progress&) = delete;
  shared_progress& operator=(const shared_progress&) = delete;

  run_progress& operator*() const noexcept { return *progress_; }

 private:
  void* page_;
  run_progress* progress_;
};

void write_all(int pipe, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(pipe, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;  // the reader is gone: so is whoever would miss the result
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Reads the child's whole answer, and calls watch() in between.
std::string read_all(int pipe, const run_progress& progress, const progress_watcher& watch) {
  std::string text;
  char part[4096];
  for (;;) {
    pollfd ready{pipe, POLLIN, 0};
    const int events = poll(&ready, 1, watch_interval_ms);
    watch(progress);
    if (events <= 0) continue;
    const ssize_t count = read(pipe, part, sizeof part);
    if (count == 0 || (count < 0 && errno != EINTR)) return text;
    if (count > 0) text.append(part, static_cast<std::size_t>(count));
  }
}

// The child's whole life; it does not outlive its parent.  exit() runs what a sanitizer checks at the end of a process.
[[noreturn]] void be_child(int pipe, const std::function<run_result(run_progress&)>& work, run_progress& progress) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    write_all(pipe, to_json_text(work(progress)));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "replay: %s\n", e.what());
    std::exit(EXIT_FAILURE);
  }
  close(pipe);
  std::exit(EXIT_SUCCESS);
}

std::string describe(int status) {
  if (WIFSIGNALED(status)) return "its process was ended by signal " + std::to_string(WTERMSIG(status));
  return "its process exited with " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

run_result run_in_child(const std::function<run_result(run_progress&)>& work, const progress_watcher& watch) {
  const shared_progress progress;
  int ends[2];
  if (pipe(ends) != 0) throw run_failure(std::string("pipe: ") + std::strerror(errno));
  std::fflush(nullptr);  // else the child would print what waits here a second time
  const pid_t child = fork();
  if (child < 0) throw run_failure(std::string("fork: ") + std::strerror(errno));
  if (child == 0) {
    close(ends[0]);
    be_child(ends[1], work, *progress);
  }
  close(ends[1]);
  const std::string answer = read_all(ends[0], *progress, watch);
  close(ends[0]);
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw run_failure(describe(status));
  run_result result = from_json_text(answer);
  result.peak_rss_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  return result;
}

}  // namespace reclaim::bench
