// Runs a program with changed surroundings, and waits for its end.

#ifndef RECLAIM_TESTS_TORTURE_PROGRAM_H
#define RECLAIM_TESTS_TORTURE_PROGRAM_H

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace reclaim::torture {

// Returns its exit status, or 128 and the number of the signal that ended it; SIGALRM, after `most_seconds` unless that is 0.
inline int run_program(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment,
                       unsigned most_seconds, bool is_silent) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    if (is_silent) dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    alarm(most_seconds);
    execv(words[0], words.data());
    _exit(127);
  }
  int status = 127 << 8;
  if (child > 0) waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_PROGRAM_H
