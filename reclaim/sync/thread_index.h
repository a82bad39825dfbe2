// A small number for each living thread, and word when a thread ends or the process forks.

#ifndef RECLAIM_SYNC_THREAD_INDEX_H
#define RECLAIM_SYNC_THREAD_INDEX_H

#include <cstddef>

namespace reclaim::sync {

// The index of a thread that has none yet.
inline constexpr std::size_t no_thread = static_cast<std::size_t>(-1);

// How many threads tables make room for at once; more threads make the tables grow.
inline constexpr std::size_t expected_threads = 64;

// How many hazard pointers a thread has before it asks for more: with their links, a cache line of 128 bytes.
inline constexpr std::size_t hazards_a_block = 8;

namespace detail {
// The library's one thread-local word.  Constant-initialised and initial-exec: reading it is one load.
[[gnu::tls_model("initial-exec")]] inline constinit thread_local std::size_t thread_word = no_thread;
}  // namespace detail

// Returns the calling thread's index, or no_thread if it has none.  Wait-free; async-signal-safe.
inline std::size_t thread_index() noexcept { return detail::thread_word; }

// Gives the calling thread the least index that no living thread has.  Returns it; the same one on later calls.
// The index is given back when the thread ends, after the destructors of its thread_local objects.
// Blocking (one process-wide lock); ends the process with one line if there is no memory.
std::size_t register_thread() noexcept;

// Someone who keeps something for each thread.
//
// Calls come under the process-wide lock of thread registration: they must not run user code, wait for a thread,
// or register, enrol or withdraw.
class thread_observer {
 public:
  thread_observer(const thread_observer&) = delete;
  thread_observer& operator=(const thread_observer&) = delete;

  // The calling thread, which had `index`, is ending.
  virtual void on_thread_exit(std::size_t index) noexcept = 0;

  // This is the child of a fork: thread `index` is not in it.  Returns whether the index may be used again.
  virtual bool on_thread_lost(std::size_t index) noexcept = 0;

 protected:
  constexpr thread_observer() noexcept = default;
  ~thread_observer() = default;

  // From enrol() to withdraw() this observer is told.  Blocking; any thread.
  void enrol() noexcept;
  void withdraw() noexcept;

 private:
  friend class thread_registry;
  thread_observer* next_ = nullptr;
  thread_observer* previous_ = nullptr;
};

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_THREAD_INDEX_H
