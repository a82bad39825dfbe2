#include "bench/support/plot.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>

extern char** environ;

namespace reclaim::bench {
namespace {

bool refuse(const std::string& program, const std::string& why) {
  std::fprintf(stderr, "%s: --plot: %s\n", program.c_str(), why.c_str());
  return false;
}

// Starts Python with the script, its standard input at the pipe's end `in`.  Returns an errno, or 0 and the process in `child`.
int start_python(const char* script, const std::filesystem::path& file, int in, int other_end, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_addclose(&actions, in);
  posix_spawn_file_actions_addclose(&actions, other_end);
  // The system's Python first: it is the one that has the system's matplotlib.
  int error = ENOENT;
  for (const char* python : {"/usr/bin/python3", "python3"}) {
    const char* const argv[] = {python, "-c", script, file.c_str(), nullptr};
    error = posix_spawnp(&child, python, &actions, nullptr, const_cast<char* const*>(argv), environ);
    if (error == 0) break;
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

bool draw_plot(const std::string& program, const char* script, const std::string& json, const std::filesystem::path& file) {
  int ends[2];
  if (pipe(ends) != 0) return refuse(program, std::string("pipe: ") + std::strerror(errno));
  pid_t child = 0;
  const int error = start_python(script, file, ends[0], ends[1], child);
  close(ends[0]);
  if (error != 0) {
    close(ends[1]);
    return refuse(program, "needs python3, which was not found (apt-get install python3-matplotlib)");
  }
  const auto before = std::signal(SIGPIPE, SIG_IGN);  // a Python that gave up early has said why
  for (std::string_view rest = json; !rest.empty();) {
    const ssize_t written = write(ends[1], rest.data(), rest.size());
    if (written < 0 && errno != EINTR) break;
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  close(ends[1]);
  std::signal(SIGPIPE, before);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;  // the script has said what it could not do
}

}  // namespace reclaim::bench
