// A slab for one thread: values named by keys that are never wrong, as those of sharded_slab, without a domain.
//
// After the slab of Rust's Tokio project (a list of free places through the places themselves); the generations are ours.

#ifndef RECLAIM_STRUCTURES_SLAB_H
#define RECLAIM_STRUCTURES_SLAB_H

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "reclaim/sync/sync.h"
#include "structures/support/slab/key.h"

namespace reclaim {

// Values of type T.  One thread at a time.  What a sharded_slab has, but for shields and owners: a value ends when it is
// removed.  O(1) unless stated.
//
// Exceptions: whatever T's constructor or a given function throws leaves the slab as it was.
template <class T, class Config = slab_config>
class slab {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>, "slab<T>: T must be an object, and not const");
  static_assert(std::is_nothrow_destructible_v<T>, "slab<T>: the destructor of T must not throw");

  using layout = slab_parts::layout<Config>;

 public:
  using value_type = T;
  using config = Config;
  using key = slab_key<Config>;
  class vacant;

  // Makes an empty slab of `capacity` places at most.  Throws: std::invalid_argument if that is 0.
  explicit slab(std::size_t capacity = std::numeric_limits<std::size_t>::max())
      : capacity_(std::min(capacity, layout::most_places)) {
    if (capacity == 0) sync::raise(std::invalid_argument("slab: capacity must be at least 1"), "slab: capacity is 0");
  }
  slab(const slab&) = delete;
  slab& operator=(const slab&) = delete;

  // Inserts T(args...).  Returns its key; or nothing if the slab is full, and then makes nothing of the arguments.
  // Throws: what the constructor throws; std::bad_alloc.
  template <class... Args>
    requires std::constructible_from<T, Args...>
  std::optional<key> emplace(Args&&... args) {
    return insert_with([&](key) { return T(std::forward<Args>(args)...); });
  }
  std::optional<key> insert(const T& value) requires std::copy_constructible<T> { return emplace(value); }
  std::optional<key> insert(T&& value) requires std::move_constructible<T> { return emplace(std::move(value)); }

  // Inserts make(key), which knows what its key will be, and must not use the slab.
  template <std::invocable<key> Make>
  std::optional<key> insert_with(Make&& make) {
    vacant free = vacant_entry();
    if (!free) return std::nullopt;
    return free.insert_with(std::forward<Make>(make));
  }

  // A place for a value to come, with its key; false if the slab is full.  Given back if nothing is inserted.
  // Throws: std::bad_alloc.
  [[nodiscard]] vacant vacant_entry() { return vacant(*this, take_place()); }

  // Returns the value of `k`, or null.  It lives until it is removed.
  T* get(key k) noexcept {
    place* const p = find(k);
    return p == nullptr ? nullptr : &*p->value;
  }
  const T* get(key k) const noexcept { return const_cast<slab*>(this)->get(k); }
  bool contains(key k) const noexcept { return get(k) != nullptr; }

  // Calls f(value) if there is one.  Returns whether there is.  Throws: what f throws.
  template <std::invocable<T&> F>
  bool visit(key k, F&& f) {
    T* const found = get(k);
    if (found != nullptr) std::forward<F>(f)(*found);
    return found != nullptr;
  }

  // Ends the value of `k`.  Returns whether there was one.
  bool remove(key k) noexcept {
    place* const p = find(k);
    if (p != nullptr) end(*p, k.index());
    return p != nullptr;
  }

  // Removes the value of `k` and returns it, or nothing.
  std::optional<T> take_value(key k) noexcept(std::is_nothrow_move_constructible_v<T>) {
    place* const p = find(k);
    if (p == nullptr) return std::nullopt;
    std::optional<T> taken(std::move(*p->value));
    end(*p, k.index());
    return taken;
  }

  // Calls f(key, value) for each value; f may remove any.  O(places).  Throws: what f throws.
  template <std::invocable<key, T&> F>
  void for_each(F&& f) {
    for (std::size_t index = 0; index != places_.size(); ++index) {
      place& p = places_[index];
      if (p.value) f(key_of(p, index), *p.value);
    }
  }
  void clear() noexcept {
    for (std::size_t index = 0; index != places_.size(); ++index) {
      if (places_[index].value) end(places_[index], index);
    }
  }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  // How many places are used up: their generation is at its end.
  std::size_t spent() const noexcept { return spent_; }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  struct place {
    std::uint64_t generation = layout::first_generation;  // odd while there is a value, or there may come one
    std::optional<T> value;
    std::size_t next_free = none;
  };

  static key key_of(const place& p, std::size_t index) noexcept { return slab_parts::key_maker<Config>::make(p.generation | index); }

  place* find(key k) noexcept {
    if (k.index() >= places_.size()) return nullptr;
    place& p = places_[k.index()];
    return p.value && ((k.to_integer() ^ p.generation) & layout::generation_mask) == 0 ? &p : nullptr;
  }

  // Returns the index of a place that is free no more, or none.
  std::size_t take_place() {
    std::size_t index = first_free_;
    if (index == none) {
      if (places_.size() == capacity_) return none;
      index = places_.size();
      places_.emplace_back();
    } else {
      first_free_ = places_[index].next_free;
    }
    places_[index].generation = layout::next_generation(places_[index].generation);
    return index;
  }
  // Gives a place back that take_place() returned, to which no value came: its key was nobody's.
  void give_back(std::size_t index) noexcept {
    places_[index].generation -= layout::one_generation;
    list(index);
  }
  void end(place& p, std::size_t index) noexcept {
    p.generation = layout::next_generation(p.generation);
    --size_;
    p.value.reset();
    if (p.generation == 0) {
      ++spent_;
    } else {
      list(index);
    }
  }
  void list(std::size_t index) noexcept { places_[index].next_free = std::exchange(first_free_, index); }

  const std::size_t capacity_;
  std::deque<place> places_;  // which do not move
  std::size_t first_free_ = none;
  std::size_t size_ = 0;
  std::size_t spent_ = 0;
};

// A place for a value to come; or none, if the slab is full.  Ends before the slab does.
template <class T, class Config>
class [[nodiscard]] slab<T, Config>::vacant {
 public:
  vacant(vacant&& other) noexcept : slab_(other.slab_), index_(std::exchange(other.index_, none)) {}
  vacant& operator=(vacant&&) = delete;
  ~vacant() {
    if (index_ != none) slab_.give_back(index_);
  }

  explicit operator bool() const noexcept { return index_ != none; }

  // What the value's key will be.  Precondition of this and the next: there is a place, and no value yet.
  slab::key key() const noexcept { return key_of(slab_.places_[index_], index_); }

  // Begins the value, as T(args...) or make(key).  Returns its key.  Throws: what that throws.
  template <class... Args>
  slab::key emplace(Args&&... args) {
    return insert_with([&](slab::key) { return T(std::forward<Args>(args)...); });
  }
  template <class Make>
  slab::key insert_with(Make&& make) {
    const slab::key k = key();
    slab_.places_[index_].value.emplace(made<Make>{make, k});
    ++slab_.size_;
    index_ = none;
    return k;
  }

 private:
  friend slab;

  // Has an optional make its value of a call, in its place.
  template <class Make>
  struct made {
    Make& make;
    slab::key k;
    operator T() const { return make(k); }  // NOLINT(google-explicit-constructor): it is there to convert
  };

  vacant(slab& of, std::size_t index) noexcept : slab_(of), index_(index) {}

  slab& slab_;
  std::size_t index_;
};

}  // namespace reclaim

#endif  // RECLAIM_STRUCTURES_SLAB_H
