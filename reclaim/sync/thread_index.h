// A small number for each living thread, and word when a thread ends or the process forks.

#ifndef RECLAIM_SYNC_THREAD_INDEX_H
#define RECLAIM_SYNC_THREAD_INDEX_H

#include <cstddef>
#include <limits>

// In a shared library the compiler would call a function to find the words; in a program it needs no telling.
#if defined(__PIC__) && !defined(__PIE__)
#define RECLAIM_INITIAL_EXEC [[gnu::tls_model("initial-exec")]]
#else
#define RECLAIM_INITIAL_EXEC
#endif

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {

// The index of a thread that has none yet.
inline constexpr std::size_t no_thread = 0x3fffff;

// How many threads tables make room for at once; more threads make the tables grow.
inline constexpr std::size_t expected_threads = 64;

// How many hazard pointers a thread has before it asks for more: with their links, a cache line of 128 bytes.
inline constexpr std::size_t hazards_a_block = 8;
inline constexpr std::size_t slots_a_guard = 7;  // with the state of its thread, a line

// Bytes that a table gives what it keeps for one thread: the same in each table, so that the thread knows how far in.
inline constexpr std::size_t room_a_thread = 768;

// How far in the place lies that is nobody's: right behind those of the expected threads.
inline constexpr std::size_t nobodys_offset = expected_threads * room_a_thread;

namespace detail {
// All that the library keeps for each thread outside of tables.  Constant-initialised, and never looked up by a call.
struct thread_words {
  std::size_t entry = nobodys_offset;
  std::size_t index = no_thread;  // and the bit `detour`, while one is asked for
  void* kept = nullptr;
  void* kept_reader = nullptr;
  void* kept_outermost = nullptr;
};
RECLAIM_INITIAL_EXEC inline constinit thread_local thread_words own_words;
inline constexpr std::size_t detour = std::size_t(1) << (std::numeric_limits<std::size_t>::digits - 1);

// The calling thread goes by `index`, and is on no detour.
inline void set_index(std::size_t index) noexcept {
  own_words = {index < expected_threads ? index * room_a_thread : nobodys_offset, index};
}
}  // namespace detail

// Returns the calling thread's index, or no_thread if it has none.  Wait-free; async-signal-safe.
inline std::size_t thread_index() noexcept { return detail::own_words.index & ~detail::detour; }

// Returns how many bytes from its begin the calling thread's place in a table lies.  Or that is nobody's place: if the thread
// has no index, or one that is not expected, or a detour was asked for.  Wait-free; async-signal-safe; one load.
inline std::size_t entry_offset() noexcept { return detail::own_words.entry; }

// A word for the one default domain that has no time to look up the calling thread's place: what lies there for the thread.
// Null in a new thread, and again when its index changes.
inline void*& kept_for_thread() noexcept { return detail::own_words.kept; }

// The same for a domain of readers; null also from ask_for_detour() on.
inline void*& kept_reader() noexcept { return detail::own_words.kept_reader; }

// And the same again, but null as well while the thread is in an inner region of that domain.
inline void*& kept_outermost() noexcept { return detail::own_words.kept_outermost; }

// A thread that has no time for a thing where it finds that it must be done asks for a detour, and does it where
// entry_offset() next has it leave the fast way; that costs the fast way nothing.  Precondition: it has an index.
inline void ask_for_detour() noexcept {
  detail::own_words.index |= detail::detour;
  detail::own_words.entry = nobodys_offset;
  detail::own_words.kept_reader = detail::own_words.kept_outermost = nullptr;
}
inline bool is_on_detour() noexcept { return (detail::own_words.index & detail::detour) != 0; }

// Ends the detour.  Returns whether one was asked for.
inline bool take_detour() noexcept {
  const bool was_asked = is_on_detour();
  if (was_asked) detail::set_index(thread_index());
  return was_asked;
}

// Gives the calling thread the least index that no living thread has.  Returns it; the same one on later calls.
// The index is given back when the thread ends, after the destructors of its thread_local objects.
// Blocking (one process-wide lock); ends the process with one line if there is no memory.
std::size_t register_thread() noexcept;

// Someone who keeps something for each thread, and is told
//
//   on_exit(observer, index)   when the calling thread, which had `index`, is ending
//   on_fork(observer, index)   in the child of a fork: of all threads only the one with `index` lives (or none, no_thread)
//
// In the child of a fork an observer on the stack of a thread that is lost is no longer told: new threads use that memory.
//
// Calls come under the process-wide lock of thread registration: they must not run user code, wait for a thread,
// or register, enrol or withdraw.  Not virtual: an observer is told while a class derived from it is being made.
class thread_observer {
 public:
  thread_observer(const thread_observer&) = delete;
  thread_observer& operator=(const thread_observer&) = delete;

 protected:
  using callback = void (*)(thread_observer&, std::size_t) noexcept;

  constexpr thread_observer(callback on_exit, callback on_fork) noexcept : on_exit_(on_exit), on_fork_(on_fork) {}
  ~thread_observer() { withdraw(); }

  // From enrol() to withdraw() this observer is told.  Blocking; any thread.
  void enrol() noexcept;
  void withdraw() noexcept;

 private:
  friend class thread_registry;
  const callback on_exit_;
  const callback on_fork_;
  bool is_enrolled_ = false;
  const void* stack_of_ = nullptr;  // the thread on whose stack it lies, if it was enrolled there
  thread_observer* next_ = nullptr;
  thread_observer* previous_ = nullptr;
};

}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync

#undef RECLAIM_INITIAL_EXEC

#endif  // RECLAIM_SYNC_THREAD_INDEX_H
