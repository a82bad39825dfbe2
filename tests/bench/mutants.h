// Broken schemes, maps and caches: each must make one of the replay's checks fail.

#ifndef RECLAIM_TESTS_BENCH_MUTANTS_H
#define RECLAIM_TESTS_BENCH_MUTANTS_H

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/support/block_cache.h"
#include "reclaim/core/domain.h"
#include "reclaim/core/domain_stats.h"
#include "reclaim/core/stall.h"
#include "reclaim/core/tagged_ptr.h"
#include "reclaim/schemes/epoch.h"
#include "reclaim/sync/sync.h"
#include "structures/hash_map.h"

namespace reclaim::bench {

// A domain without protection, to whose Retire all is handed.
template <class Retire>
class unsafe_domain {
 public:
  struct hook {
    void (*end)(hook*) = nullptr;
  };

  class shield {
   public:
    explicit shield(const unsafe_domain&) noexcept {}
    shield(const shield&) = delete;
    template <class Pointer>
    Pointer protect(const sync::atomic<Pointer>& source) noexcept {
      return source.load(acquire);
    }
    template <class Pointer>
    bool try_protect(Pointer& pointer, const sync::atomic<Pointer>& source) noexcept {
      const Pointer expected = std::exchange(pointer, source.load(acquire));
      return pointer == expected;
    }
    void swap(shield&) noexcept {}
    void reset() noexcept {}
  };

  class guard {
   public:
    explicit guard(unsafe_domain& domain) noexcept : domain_(domain) {}
    guard(const guard&) = delete;
    unsafe_domain::shield shield() noexcept { return unsafe_domain::shield(domain_); }
    template <class T>
    void retire(T* object) noexcept {
      domain_.retire(object);
    }
    void repin() noexcept {}
    unsafe_domain& domain() const noexcept { return domain_; }

   private:
    unsafe_domain& domain_;
  };

  static constexpr bool protects_regions = true;
  static constexpr const char* name = Retire::name;

  guard enter() noexcept { return guard(*this); }
  template <class T>
  void retire(T* object) noexcept {
    object->end = [](hook* h) {
      if constexpr (requires(T* t) { T::reclaim(t); }) {
        T::reclaim(static_cast<T*>(h));
      } else {
        delete static_cast<T*>(h);
      }
    };
    Retire{}(object);
  }
  std::size_t drain() noexcept { return 0; }
  std::size_t pending() const noexcept { return 0; }
  domain_stats stats() const noexcept { return {}; }
  std::vector<stall> stalls(std::chrono::nanoseconds) const { return {}; }
  void check_own(const shield&) const noexcept {}
};

// Ends what is retired at once, whoever reads it.
struct end_at_once {
  static constexpr const char* name = "hasty";
  template <class Hook>
  void operator()(Hook* h) const noexcept {
    h->end(h);
  }
};
using hasty_domain = unsafe_domain<end_at_once>;

// Keeps what is retired for ever.  It stays reachable, so that the leak is for the replay to find and not for a
// sanitizer.  One thread at a time.
struct keep_for_ever {
  static constexpr const char* name = "hoarding";
  static std::vector<const void*>& hoard() {
    static auto* const kept = new std::vector<const void*>;  // never destroyed, as what it keeps
    return *kept;
  }
  template <class Hook>
  void operator()(Hook* h) const {
    hoard().push_back(h);
  }
};
struct hoarding_domain : unsafe_domain<keep_for_ever> {
  static std::size_t hoarded() { return keep_for_ever::hoard().size(); }
};

// Says of every hundredth insertion that it was done, and does not do it.  One thread at a time.
struct forgetful_map : hash_map<std::uint64_t, block, epoch_domain, block_hash> {
  using base = hash_map<std::uint64_t, block, epoch_domain, block_hash>;
  using base::base;

  template <class... Args>
  bool emplace(std::uint64_t key, Args&&... args) {
    return ++insertions_ % 100 == 0 || base::emplace(key, std::forward<Args>(args)...);
  }

 private:
  std::uint64_t insertions_ = 0;
};

// Writes a new version into the block that readers have, in place of publishing a new block.
struct in_place_map : hash_map<std::uint64_t, block, epoch_domain, block_hash> {
  using base = hash_map<std::uint64_t, block, epoch_domain, block_hash>;
  using base::base;

  template <class F>
  bool update(std::uint64_t key, F f) {
    return base::visit(key, [&](block& b) { b.rewrite(f(std::as_const(b)).version()); });
  }
};

// Every read is disturbed by a write of the same thread: what two threads may do, in a fixed order.
struct disturbed_cache : block_cache<epoch_domain, in_place_map> {
  using base = block_cache<epoch_domain, in_place_map>;
  using base::base;

  finding read(std::uint64_t key, std::uint64_t version) {
    const finding found = base::hold(key, [&] { base::write(key, version); });
    return found == finding::miss ? base::read(key, version) : found;
  }
};

}  // namespace reclaim::bench

#endif  // RECLAIM_TESTS_BENCH_MUTANTS_H
