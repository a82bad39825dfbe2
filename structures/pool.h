// A pool for threads: objects that are used again, with the buffers that they have grown, instead of being made anew.
//
// A place of the pool (support/slab/slot.h) keeps its object while nobody has it.  Who claims one has it alone; he may give it
// back, or publish it under a key, by which others read it until it is removed; then it comes back when no reader has it.
//
// Synchronization edges: those of support/slab/; this file orders nothing itself.
//
// Source: E. Weisman, sharded-slab (pools, and objects that are cleared to be used again).

#ifndef RECLAIM_STRUCTURES_POOL_H
#define RECLAIM_STRUCTURES_POOL_H

#include <chrono>
#include <concepts>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"
#include "structures/support/slab/entries.h"
#include "structures/support/slab/key.h"
#include "structures/support/slab/values.h"

namespace reclaim {

// What a user may set when making a pool.
struct pool_options {
  // Objects at most; one that was removed counts until it has come back.
  std::size_t capacity = std::numeric_limits<std::size_t>::max();
};

// Makes an object as good as new: by its clear(), which keeps the buffers of strings and of most containers.
struct clears {
  template <class T>
    requires requires(T& object) { object.clear(); }
  void operator()(T& object) const noexcept(noexcept(object.clear())) {
    object.clear();
  }
};

namespace slab_parts {

template <class Config>
struct keeping : Config {
  static constexpr bool keeps_values = true;
};

}  // namespace slab_parts

// Objects of type T, which are made when there is none to be used again.  They end with the pool; or where all objects of a page
// are in the pool, and there are more than 16 such pages: then their memory goes back to the system.  All members may be called by any thread.  Lock-free throughout but for claim_until() and, where memory is
// taken or given back, the system; O(1) unless stated.
//
// Renew is called with an object that is about to be claimed again.
template <class T, place_domain Domain, class Renew = clears, class Config = slab_config>
class pool {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>, "pool<T, ...>: T must be an object, and not const");
  static_assert(std::is_nothrow_destructible_v<T>, "pool<T, ...>: the destructor of T must not throw");
  static_assert(std::is_default_constructible_v<T>, "pool<T, ...>: T must be default constructible");
  static_assert(std::is_invocable_v<const Renew&, T&>,
                "pool<T, ..., Renew>: Renew must be callable as void(T&) const; the default calls clear(), which T must then have");

  using kept = slab_parts::keeping<Config>;
  using values = slab_parts::values<T, Domain, kept>;
  using place = typename values::place;

 public:
  using value_type = T;
  using domain_type = Domain;
  using key = slab_key<kept>;
  using guard = typename Domain::guard;
  using shield = typename Domain::shield;
  using entry = slab_parts::entry<T, Domain, kept>;  // an object that was published, under a guard of its own
  class claimed;

  // Makes an empty pool, whose objects will be retired to `domain`, which outlives the pool.
  // Throws: std::bad_alloc; std::invalid_argument if the capacity is 0.  O(processors).
  explicit pool(Domain& domain, const pool_options& options = {}, Renew renew = {})
      : renew_(std::move(renew)), values_(*new values(domain, checked(options).capacity)) {}
  pool(const pool&) = delete;
  pool& operator=(const pool&) = delete;

  // Ends all objects; those that wait in the domain when they come back.  O(places).
  // Precondition: no other thread uses the pool, and nothing is claimed.
  ~pool() { values_.abandon(); }

  Domain& domain() const noexcept { return values_.domain(); }

  // Returns an object that the caller has alone: one that was used before, renewed, or a new one.  Or none, if there are as many
  // as the capacity allows.
  // Throws: what T's constructor or Renew throws, and then the object is in the pool as it is; std::bad_alloc.
  [[nodiscard]] claimed try_claim() {
    place* const p = values_.begin();
    if (p == nullptr) return claimed(values_, nullptr);
    claimed one(values_, p);
    p->begin([] { return T(); }, renew_);
    return one;
  }

  // The same, and where there is none waits for one to come back until `deadline`.  Blocking.  Others come back when readers
  // have gone: so this drains the domain, and the calling thread should be under no guard of it.
  template <class Clock, class Duration>
  [[nodiscard]] claimed claim_until(const std::chrono::time_point<Clock, Duration>& deadline) {
    sync::backoff backoff;
    for (;;) {
      claimed one = try_claim();
      if (one || Clock::now() >= deadline) return one;
      domain().drain();
      backoff.pause();
    }
  }

  // Returns the object of `k`, or null.  It stays as it is until `s` moves on or its guard ends.  Wait-free: two loads.
  // Precondition: `s` is of this pool's domain (checked in debug builds).
  T* get(key k, shield& s) noexcept {
    domain().check_own(s);
    return values_.find(k, s);
  }

  // Calls f(object) if there is one, which stays as it is until f returns.  Returns whether there is.  Throws: what f throws.
  template <std::invocable<T&> F>
  bool visit(key k, F&& f) {
    const entry found = get(k);
    if (found) std::forward<F>(f)(*found);
    return static_cast<bool>(found);
  }

  // The object of `k`, with a guard of its own; or none.
  [[nodiscard]] entry get(key k) noexcept { return entry(values_, k); }
  bool contains(key k) const noexcept { return values_.contains(k); }

  // The object of `k` comes back to the pool when nobody can read it any more.  Returns whether there was one.
  bool remove(key k) noexcept { return values_.remove(k); }

  // Makes room for `objects` in all, or as many as the capacity allows.  Makes none of them.  Throws: std::bad_alloc.
  void reserve(std::size_t objects) {
    if (!values_.reserve(objects)) sync::raise_bad_alloc();
  }

  // Ends what objects it can, and gives their memory back to the system.  O(places).
  void trim() noexcept { values_.trim(); }

 private:
  static const pool_options& checked(const pool_options& options) {
    if (options.capacity == 0) {
      sync::raise(std::invalid_argument("pool_options: capacity must be at least 1"), "pool_options: capacity is 0");
    }
    return options;
  }

  [[no_unique_address]] const Renew renew_;
  values& values_;
};

// An object that its holder has alone; or none.  Given back when this ends, unless it was published.
template <class T, place_domain Domain, class Renew, class Config>
class [[nodiscard]] pool<T, Domain, Renew, Config>::claimed {
 public:
  claimed(claimed&& other) noexcept : values_(other.values_), place_(std::exchange(other.place_, nullptr)) {}
  claimed& operator=(claimed&&) = delete;
  ~claimed() { reset(); }

  explicit operator bool() const noexcept { return place_ != nullptr; }

  // Precondition of all that follow: there is an object.
  T& operator*() const noexcept { return place_->value(); }
  T* operator->() const noexcept { return &place_->value(); }

  // By which others will find it, once it is published.
  pool::key key() const noexcept { return values::key_of(*place_); }

  // Lets others read the object, under the key that this returns, and nobody change it any more.
  pool::key publish() noexcept {
    const pool::key k = key();
    values::publish(*std::exchange(place_, nullptr), k);
    return k;
  }

  // Gives the object back.
  void reset() noexcept {
    if (place_ != nullptr) values_.give_place(std::exchange(place_, nullptr));
  }

 private:
  friend pool;
  claimed(values& of, place* p) noexcept : values_(of), place_(p) {}

  values& values_;
  place* place_;
};

}  // namespace reclaim

#endif  // RECLAIM_STRUCTURES_POOL_H
