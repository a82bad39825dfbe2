#include "reclaim/sync/thread_name.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace reclaim::sync {

void read_thread_name(long id, char (&name)[thread_name_size]) noexcept {
  name[0] = '\0';
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%ld/comm", id);
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  const ssize_t count = read(file, name, thread_name_size);
  close(file);
  name[count > 0 ? count - 1 : 0] = '\0';  // in place of the line's end
}

}  // namespace reclaim::sync
