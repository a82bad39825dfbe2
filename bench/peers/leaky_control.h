// Domains that do nothing: no guard, no protection, nothing is ever freed.  What any scheme is measured against.

#ifndef RECLAIM_BENCH_PEERS_LEAKY_CONTROL_H
#define RECLAIM_BENCH_PEERS_LEAKY_CONTROL_H

#include <sys/mman.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <type_traits>

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"

namespace reclaim::race {

// A bump allocator over memory that was faulted in before; one for each thread.
class faulted_pool {
 public:
  static void* take(std::size_t bytes) noexcept {
    bytes = (bytes + 15) / 16 * 16;
    faulted_pool& mine = of_this_thread();
    if (mine.left_ < bytes) mine.refill();
    void* const taken = mine.next_;
    mine.next_ += bytes;
    mine.left_ -= bytes;
    return taken;
  }

  static constexpr std::size_t bytes_a_refill = std::size_t{512} << 20;

  // Faults the first part in, outside of what is measured.
  static void prepare() noexcept {
    faulted_pool& mine = of_this_thread();
    if (mine.left_ == 0) mine.refill();
  }

 private:
  static faulted_pool& of_this_thread() noexcept {
    static thread_local constinit faulted_pool mine;
    return mine;
  }

  [[gnu::noinline]] void refill() noexcept {
    void* const memory = mmap(nullptr, bytes_a_refill, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) {
      std::fputs("leaky-pool: out of memory\n", stderr);
      std::exit(EXIT_FAILURE);
    }
    next_ = static_cast<char*>(memory);
    left_ = bytes_a_refill;
  }

  char* next_ = nullptr;
  std::size_t left_ = 0;
};

// As large as the hooks of the schemes, so that nodes lie as far apart.
struct plain_hook {
  void* unused[2];
};

// Nodes come from the pool.
struct pooled_hook : plain_hook {
  static void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return faulted_pool::take(bytes); }
  static void* operator new(std::size_t bytes) noexcept { return faulted_pool::take(bytes); }
  static void* operator new(std::size_t, void* at) noexcept { return at; }
  static void operator delete(void*) noexcept {}
};

template <class Hook>
class leaky_domain_of {
 public:
  using hook = Hook;

  class shield {
   public:
    template <class Pointer>
    Pointer protect(const sync::atomic<Pointer>& source) noexcept {
      return source.load(acquire);
    }
    template <class Pointer>
    bool try_protect(Pointer& pointer, const sync::atomic<Pointer>& source) noexcept {
      const Pointer expected = pointer;
      pointer = source.load(acquire);
      return pointer == expected;
    }
    void swap(shield&) noexcept {}
    void reset() noexcept {}
  };

  class guard {
   public:
    ~guard() {}
    leaky_domain_of::shield shield() noexcept { return {}; }
    template <class T>
    void retire(T*) noexcept {}
    void repin() noexcept {}
  };

  static constexpr bool protects_regions = true;
  static constexpr const char* name = "leaky";

  void join() noexcept {
    if constexpr (std::is_same_v<Hook, pooled_hook>) faulted_pool::prepare();
  }
  guard enter() noexcept { return {}; }
  template <class T>
  void retire(T*) noexcept {}
  std::size_t drain() noexcept { return 0; }
  std::size_t pending() noexcept { return 0; }
  void check_own(const shield&) const noexcept {}
};

using leaky_control = leaky_domain_of<plain_hook>;
using pooled_control = leaky_domain_of<pooled_hook>;

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_PEERS_LEAKY_CONTROL_H
