// A slab for threads: values in memory of its own, named by keys that are never wrong.  A value that is removed ends when no
// reader can have it any more, through any domain; its place is used again, under another key.
//
//   key   -->  place  [ hook | generation | T ]      support/slab/key.h, sharded_slab/slot.h
//              page   [ place place place ... ]      sharded_slab/page.h: given back to the system when nobody lives there
//
// To read is two loads and a comparison, under a guard.  To insert takes a place that lies at hand on the processor, and
// what ends is put there (reclaim/core/local_stacks.h, sharded_slab/store.h).
//
// Synchronization edges: those of support/slab/; this file orders nothing itself.
//
// Source: E. Weisman, sharded-slab (keys with generations, shards); the reads, and how memory comes back, are our own.

#ifndef RECLAIM_STRUCTURES_SHARDED_SLAB_H
#define RECLAIM_STRUCTURES_SHARDED_SLAB_H

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"
#include "structures/support/slab/entries.h"
#include "structures/support/slab/key.h"
#include "structures/support/slab/values.h"

namespace reclaim {

// What a user may set when making a slab.
struct slab_options {
  // Places at most; one that is removed counts until it has ended.  Where it is reached, an insertion looks for free places at
  // hand of other processors, which costs a heavy fence; one that another thread is just moving it does not find.
  std::size_t capacity = std::numeric_limits<std::size_t>::max();
};

// Values of type T.  All members may be called by any thread.  Lock-free throughout, but for the system where memory is
// taken or given back; O(1) unless stated.
//
// Values are shared: a T& that a member hands out may be in other threads' hands too.
//
// Exceptions: whatever T's constructor or a given function throws leaves the slab as it was.
template <class T, place_domain Domain, class Config = slab_config>
class sharded_slab {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>, "sharded_slab<T, ...>: T must be an object, and not const");
  static_assert(std::is_nothrow_destructible_v<T>, "sharded_slab<T, ...>: the destructor of T must not throw");

  using values = slab_parts::values<T, Domain, Config>;
  using place = typename values::place;

 public:
  using value_type = T;
  using domain_type = Domain;
  using config = Config;
  using key = slab_key<Config>;
  using guard = typename Domain::guard;
  using shield = typename Domain::shield;
  using entry = slab_parts::entry<T, Domain, Config>;    // a value, under a guard of its own
  using owned = slab_parts::owned<T, Domain, Config>;    // a value that outlives guards, its removal and the slab
  using vacant = slab_parts::vacant<T, Domain, Config>;  // a key, and no value yet

  // What a value takes of memory.
  static constexpr std::size_t bytes_an_entry = sizeof(place);

  // Makes an empty slab, whose values will be retired to `domain`, which outlives the slab and all that is owned of it.
  // Throws: std::bad_alloc; std::invalid_argument if the capacity is 0.  O(processors).
  explicit sharded_slab(Domain& domain, const slab_options& options = {})
      : values_(*new values(domain, checked(options).capacity)) {}
  sharded_slab(const sharded_slab&) = delete;
  sharded_slab& operator=(const sharded_slab&) = delete;

  // Ends the values that are left, but for those that are owned.  The memory is freed when these, and what was removed before,
  // have ended; with the domain at the latest.  Lock-free but for the system; waits where a value is just ending elsewhere.
  // Precondition: no other thread uses the slab, or what it has found in it, but for what is owned.  O(places).
  ~sharded_slab() { values_.abandon(); }

  Domain& domain() const noexcept { return values_.domain(); }

  // Inserts T(args...).  Returns its key; or nothing if the slab is full, and then makes nothing of the arguments.
  // Throws: what the constructor throws; std::bad_alloc.
  template <class... Args>
    requires std::constructible_from<T, Args...>
  std::optional<key> emplace(Args&&... args) {
    return insert_with([&](key) { return T(std::forward<Args>(args)...); });
  }
  std::optional<key> insert(const T& value) requires std::copy_constructible<T> { return emplace(value); }
  std::optional<key> insert(T&& value) requires std::move_constructible<T> { return emplace(std::move(value)); }

  // Inserts make(key), which knows what its key will be.
  template <std::invocable<key> Make>
  std::optional<key> insert_with(Make&& make) {
    place* const p = values_.begin();
    if (p == nullptr) [[unlikely]] return std::nullopt;
    return values_.insert(*p, make);
  }

  // A place for a value to come, with its key; false if the slab is full.  Given back if nothing is inserted.
  // Throws: std::bad_alloc.
  [[nodiscard]] vacant vacant_entry() { return vacant(values_, values_.begin()); }

  // Returns the value of `k`, or null.  It lives until `s` moves on or its guard ends, whatever happens to the slab.
  // Wait-free: two loads.  Precondition: `s` is of this slab's domain (checked in debug builds).
  T* get(key k, shield& s) noexcept {
    domain().check_own(s);
    return values_.find(k, s);
  }
  const T* get(key k, shield& s) const noexcept {
    domain().check_own(s);
    return values_.find(k, s);
  }

  // The same, where the guard protects all that it reaches: the value lives until `g` ends.
  T* get(key k, guard& g) noexcept {
    static_assert(region_domain<Domain>,
                  "sharded_slab::get(key, guard): the value would live as long as the guard, which takes a region_domain; "
                  "this domain protects what a shield holds: use get(key, shield)");
    shield s = g.shield();
    return get(k, s);
  }

  // The value of `k`, with a guard of its own; or false.
  [[nodiscard]] entry get(key k) noexcept { return entry(values_, k); }

  // Calls f(value) if there is one, which lives until f returns.  Returns whether there is.  Throws: what f throws.
  template <std::invocable<T&> F>
  bool visit(key k, F&& f) {
    const entry found = get(k);
    if (found) std::forward<F>(f)(*found);
    return static_cast<bool>(found);
  }

  // Whether there is a value of `k`.  Wait-free.
  bool contains(key k) const noexcept { return values_.contains(k); }

  // Returns the value of `k` for as long as the caller likes; or false, also if it has as many owners as an index can count.
  // The slab may end before.
  [[nodiscard]] owned own(key k) noexcept { return owned(values_, values_.own(k), k.index()); }

  // Removes the value of `k`, which ends when nobody can have it.  Returns whether there was one.
  bool remove(key k) noexcept { return values_.remove(k); }

  // Removes the value of `k` and returns it, still in its place; or false.  Others who found it before may read it yet.
  // Ends the process with one line if it has as many owners as an index can count.
  [[nodiscard]] owned take(key k) noexcept { return owned(values_, values_.take(k), k.index()); }

  // Removes the value of `k` and returns a copy of it; or, where T cannot be copied, waits until nobody can have it, and
  // moves it.  Returns nothing if there is none.
  // Throws: what copying throws, and then it is removed.  Precondition, where T cannot be copied: the calling thread is
  // under no guard of the domain, and owns nothing of the value; Blocking there: for readers.
  std::optional<T> take_value(key k) {
    if constexpr (std::copy_constructible<T>) {
      const owned taken = take(k);
      if (!taken) return std::nullopt;
      return std::optional<T>(std::in_place, *taken);
    } else {
      static_assert(std::is_nothrow_move_constructible_v<T>,
                    "sharded_slab::take_value: T must be copyable, or movable without an exception");
      return values_.take_value(k);
    }
  }

  // Calls f(key, value) for each value that is there from the call to the return, and for some that are not.  O(places).
  // Throws: what f throws.
  template <std::invocable<key, T&> F>
  void for_each(F&& f) {
    values_.for_each(f);
  }

  // All values, each as a pair of its key and a reference, for who has the slab to himself.  O(places) to walk through.
  // Precondition: no other thread uses the slab meanwhile; and who removes the value that he looks at goes on to the next.
  slab_parts::unique_values<T, Domain, Config> unique() noexcept { return slab_parts::unique_values<T, Domain, Config>(values_); }

  // Removes each value that is there from the call to the return.  Others may insert meanwhile.  O(places).
  void clear() noexcept {
    values_.for_each_key([&](key k) { values_.remove(k); });
  }

  // Makes room for `places` values in all, at once or to come, or as many as the capacity allows.  Throws: std::bad_alloc.
  void reserve(std::size_t places) {
    if (!values_.reserve(places)) sync::raise_bad_alloc();
  }

  // Gives back to the system what memory it can, also what is kept for the next values.  O(pages).
  void trim() noexcept { values_.trim(); }

  // How many values there are: exact while no other thread changes the slab, else near it.  O(places).
  std::size_t size() const noexcept {
    std::size_t count = 0;
    values_.for_each_key([&](key) { ++count; });
    return count;
  }
  bool empty() const noexcept { return size() == 0; }

  // How many places are used up, or were lost with a page on which one was: they cost nothing but their index.  O(pages).
  std::size_t spent() const noexcept { return values_.spent(); }

 private:
  static const slab_options& checked(const slab_options& options) {
    if (options.capacity == 0) {
      sync::raise(std::invalid_argument("slab_options: capacity must be at least 1"), "slab_options: capacity is 0");
    }
    return options;
  }

  values& values_;
};

}  // namespace reclaim

#endif  // RECLAIM_STRUCTURES_SHARDED_SLAB_H
