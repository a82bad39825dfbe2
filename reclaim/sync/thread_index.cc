// Dense thread indices on POSIX threads.
//
// A thread's end is learned from a pthread key: its destructor runs after those of all thread_local objects, so
// that these may still enter domains and retire.  Who registers again in a later key destructor is told again.
//
// Shared objects that each hold the library may have one registry, that of the first.  What the system is to call lies
// in the same object as the registry, so that the others may be unloaded; and when that one is, the system forgets it.

#include <pthread.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "reclaim/sync/sync.h"

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {

static void start_here() noexcept;  // of this object, whatever others hold

// All that is known of threads, under one lock.  Constant-initialised and never destroyed.
class thread_registry {
 public:
  std::size_t register_thread() noexcept;
  void enrol(thread_observer& observer) noexcept;
  void withdraw(thread_observer& observer) noexcept;
  void close(void (*start_of_caller)() noexcept) noexcept;

 private:
  static constexpr std::size_t bits_a_word = 64;

  class locked {
   public:
    explicit locked(thread_registry& registry) noexcept : registry_(registry) { pthread_mutex_lock(&registry_.lock_); }
    ~locked() { pthread_mutex_unlock(&registry_.lock_); }
    locked(const locked&) = delete;
    locked& operator=(const locked&) = delete;

   private:
    thread_registry& registry_;
  };

  friend void start_here() noexcept;
  std::size_t claim_index() noexcept;
  void yield_index(std::size_t index) noexcept;
  void grow() noexcept;
  void unlink(thread_observer& observer) noexcept;
  void thread_exits() noexcept;
  void child_starts() noexcept;
  bool is_on_own_stack(const void* object) const noexcept;
  bool is_nobody_left() const noexcept;

  pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_key_t key_ = 0;
  void (*start_)() noexcept = &start_here;  // in the object in which the registry lies
  bool has_key_ = false;
  bool is_told_of_forks_ = false;
  bool has_forked_ = false;
  std::uint64_t* in_use_ = nullptr;  // a bit for each index
  std::size_t words_ = 0;
  thread_observer* observers_ = nullptr;
};

// Of the same linkage as the thread-local word: where shared libraries each hold the library, there is one of both.
inline constinit thread_registry registry;

// Has the system tell of threads that end and of forks.
static void start_here() noexcept {
  if (!registry.has_key_ && pthread_key_create(&registry.key_, [](void*) { registry.thread_exits(); }) != 0) {
    fail("no pthread key is left");
  }
  registry.has_key_ = true;
  if (!registry.is_told_of_forks_ &&
      pthread_atfork([] { pthread_mutex_lock(&registry.lock_); }, [] { pthread_mutex_unlock(&registry.lock_); },
                     [] { registry.child_starts(); }) != 0) {
    fail("pthread_atfork: out of memory");
  }
  registry.is_told_of_forks_ = true;
}

void thread_registry::grow() noexcept {
  const std::size_t words = words_ == 0 ? 1 : 2 * words_;
  auto* const grown = static_cast<std::uint64_t*>(std::realloc(in_use_, words * sizeof(std::uint64_t)));
  if (grown == nullptr) fail("out of memory while registering a thread");
  for (std::size_t i = words_; i != words; ++i) grown[i] = 0;
  in_use_ = grown;
  words_ = words;
}

std::size_t thread_registry::claim_index() noexcept {
  for (std::size_t word = 0;; ++word) {
    if (word == words_) grow();
    if (~in_use_[word] == 0) continue;
    const auto bit = static_cast<std::size_t>(__builtin_ctzll(~in_use_[word]));
    in_use_[word] |= std::uint64_t{1} << bit;
    return word * bits_a_word + bit;
  }
}

void thread_registry::yield_index(std::size_t index) noexcept {
  in_use_[index / bits_a_word] &= ~(std::uint64_t{1} << (index % bits_a_word));
}

std::size_t thread_registry::register_thread() noexcept {
  if (thread_index() != no_thread) return thread_index();
  const locked here(*this);
  if (!has_key_) start_();
  const std::size_t index = claim_index();
  if (index >= no_thread) fail("more than 4 million threads");
  // The value only has to be other than null, else the key's destructor does not run.
  if (pthread_setspecific(key_, &registry) != 0) fail("out of memory while registering a thread");
  detail::set_index(index);
  return index;
}

void thread_registry::thread_exits() noexcept {
  const locked here(*this);
  const std::size_t index = thread_index();
  for (thread_observer* o = observers_; o != nullptr; o = o->next_) o->on_exit_(*o, index);
  detail::set_index(no_thread);
  yield_index(index);
}

// The last thing before the code of this object goes, if it is a shared one; or the process exits, where others may go on.
// After all destructors of static objects, for 101 is the first priority.  Of the forks the system forgets by itself.
[[gnu::destructor(101)]] static void close_here() noexcept { registry.close(&start_here); }

void thread_registry::close(void (*start_of_caller)() noexcept) noexcept {
  const locked here(*this);
  if (!has_key_ || start_ != start_of_caller) return;
  pthread_key_delete(key_);
  has_key_ = false;
  if (observers_ != nullptr || !is_nobody_left()) return;
  std::free(in_use_);
  in_use_ = nullptr;
  words_ = 0;
  detail::set_index(no_thread);
}

// Whether no thread has an index but this one.
bool thread_registry::is_nobody_left() const noexcept {
  const std::size_t own = thread_index();
  for (std::size_t word = 0; word != words_; ++word) {
    const std::uint64_t mine = own / bits_a_word == word ? std::uint64_t{1} << (own % bits_a_word) : 0;
    if ((in_use_[word] & ~mine) != 0) return false;
  }
  return true;
}

// In the child only the thread that forked lives; the lock is its own since before the fork.
void thread_registry::child_starts() noexcept {
  const std::size_t survivor = thread_index();
  has_forked_ = true;
  for (thread_observer *o = observers_, *next = nullptr; o != nullptr; o = next) {
    next = o->next_;
    if (o->stack_of_ == nullptr || o->stack_of_ == &detail::own_words) {
      o->on_fork_(*o, survivor);
    } else {
      unlink(*o);
    }
  }
  for (std::size_t word = 0; word != words_; ++word) in_use_[word] = 0;
  if (survivor != no_thread) in_use_[survivor / bits_a_word] |= std::uint64_t{1} << (survivor % bits_a_word);
  pthread_mutex_unlock(&lock_);
}

// The stack of a process's first thread is never used again, and to ask where it lies takes long.
bool thread_registry::is_on_own_stack(const void* object) const noexcept {
  pthread_attr_t attributes;
  if ((getpid() == gettid() && !has_forked_) || pthread_getattr_np(pthread_self(), &attributes) != 0) return false;
  void* begin = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &begin, &size);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<std::uintptr_t>(object) - reinterpret_cast<std::uintptr_t>(begin) < size;
}

void thread_registry::enrol(thread_observer& observer) noexcept {
  const locked here(*this);
  if (!has_key_) start_();
  observer.is_enrolled_ = true;
  observer.stack_of_ = is_on_own_stack(&observer) ? &detail::own_words : nullptr;
  observer.next_ = observers_;
  if (observers_ != nullptr) observers_->previous_ = &observer;
  observers_ = &observer;
}

void thread_registry::withdraw(thread_observer& observer) noexcept {
  const locked here(*this);
  if (observer.is_enrolled_) unlink(observer);
}

void thread_registry::unlink(thread_observer& observer) noexcept {
  observer.is_enrolled_ = false;
  (observer.previous_ != nullptr ? observer.previous_->next_ : observers_) = observer.next_;
  if (observer.next_ != nullptr) observer.next_->previous_ = observer.previous_;
}

std::size_t register_thread() noexcept { return registry.register_thread(); }
void thread_observer::enrol() noexcept { registry.enrol(*this); }
void thread_observer::withdraw() noexcept { registry.withdraw(*this); }

}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync
