#include "reclaim/sync/thread_name.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

namespace reclaim::sync {

void read_thread_name(long id, char (&name)[thread_name_size]) noexcept {
  name[0] = '\0';
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%ld/comm", id);
  // System calls, for the library's functions would be where a cancelled thread ends.
  const long file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  const long count = syscall(SYS_read, file, name, thread_name_size);
  syscall(SYS_close, file);
  name[count > 0 ? count - 1 : 0] = '\0';  // in place of the line's end
}

}  // namespace reclaim::sync
