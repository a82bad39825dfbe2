// What the kernel calls a thread and its process, so that people find them again.

#ifndef RECLAIM_SYNC_THREAD_NAME_H
#define RECLAIM_SYNC_THREAD_NAME_H

#if !defined(RECLAIM_BACKEND_RELACY)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <cstddef>

namespace reclaim::sync {

inline constexpr std::size_t thread_name_size = 16;  // with the 0 at its end

// Returns the calling thread's number.  Wait-free, a system call; any thread.
long thread_id() noexcept;

// Returns the calling process's number: another one in the child of a fork.  Wait-free, a system call; any thread.
long process_id() noexcept;

// Writes the name of thread `id` of this process to `name`, or nothing if there is no such thread.  Blocking, for a file of
// /proc is read; any thread.
void read_thread_name(long id, char (&name)[thread_name_size]) noexcept;

#if defined(RECLAIM_BACKEND_RELACY)
inline long thread_id() noexcept { return 0; }
inline long process_id() noexcept { return 0; }
#else
inline long thread_id() noexcept { return syscall(SYS_gettid); }
inline long process_id() noexcept { return syscall(SYS_getpid); }
#endif

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_THREAD_NAME_H
