// Runs a part of a test in a child process, and takes system calls away from it.

#ifndef RECLAIM_TESTS_SUPPORT_CHILD_H
#define RECLAIM_TESTS_SUPPORT_CHILD_H

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>

#include "tests/support/sanitized.h"

namespace reclaim::tests {

// Whether the child of a process with several threads may allocate and start threads.  A sanitizer's runtime may have
// been holding its own locks at the fork, and does not open them in the child.
inline constexpr bool may_fork_amid_threads = !is_sanitized;

// Runs `body` in a child.  Returns its exit status: what body returned, or 128 and a signal's number.  A child that does
// not end within `seconds` is killed by SIGALRM.
template <class Body>
int in_child(Body&& body, unsigned seconds = 60) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    alarm(seconds);
    const int result = body();
    std::fflush(nullptr);
    _exit(result);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// The same of a body with expectations: where one of them fails, the status is 1.
template <class Body>
int status_in_child(Body&& body, unsigned seconds = 40) {
  return in_child(
      [&] {
        body();
        return ::testing::Test::HasFailure() ? 1 : 0;
      },
      seconds);
}

// From here on membarrier(2) fails with `error` for this process, in all its threads.  Returns whether the kernel agreed.
inline bool refuse_membarrier(int error) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_membarrier, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{sizeof(filter) / sizeof(filter[0]), filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SUPPORT_CHILD_H
