// What a slab hands out beside keys and references: a value under a guard, a value that is owned, a place without a value.

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_ENTRIES_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_ENTRIES_H

#include <cstddef>
#include <iterator>
#include <utility>

#include "reclaim/sync/sync.h"
#include "structures/support/slab/values.h"

namespace reclaim {

template <class T, place_domain Domain, class Config>
class sharded_slab;
template <class T, place_domain Domain, class Renew, class Config>
class pool;

namespace slab_parts {

// A value, for as long as this lives; or none.  Belongs to the thread that made it, and ends before guards that are older.
template <class T, class Domain, class Config>
class [[nodiscard]] entry {
  using values = slab_parts::values<T, Domain, Config>;

 public:
  entry(const entry&) = delete;
  entry& operator=(const entry&) = delete;

  explicit operator bool() const noexcept { return value_ != nullptr; }

  // Precondition of both: there is a value.
  T& operator*() const noexcept { return *value_; }
  T* operator->() const noexcept { return value_; }

 private:
  friend class sharded_slab<T, Domain, Config>;
  template <class, place_domain, class, class>
  friend class reclaim::pool;
  entry(values& of, typename values::key k) noexcept
      : guard_(of.domain().enter()), shield_(guard_.shield()), value_(of.find(k, shield_)) {}

  typename Domain::guard guard_;
  typename Domain::shield shield_;
  T* const value_;
};

// A value that is owned: it ends when it has been removed and its last owner lets go, in any thread.  Or none.
template <class T, class Domain, class Config>
class [[nodiscard]] owned {
  using values = slab_parts::values<T, Domain, Config>;

 public:
  owned() noexcept = default;
  owned(owned&& other) noexcept
      : values_(other.values_), place_(std::exchange(other.place_, nullptr)), index_(other.index_) {}
  owned& operator=(owned&& other) noexcept {
    owned(std::move(other)).swap(*this);
    return *this;
  }
  ~owned() {
    if (place_ != nullptr) values_->let_go(*place_, index_);
  }
  void swap(owned& other) noexcept {
    std::swap(values_, other.values_);
    std::swap(place_, other.place_);
    std::swap(index_, other.index_);
  }

  // Lets go.
  void reset() noexcept { owned().swap(*this); }

  explicit operator bool() const noexcept { return place_ != nullptr; }

  // Precondition of both: there is a value.
  T& operator*() const noexcept { return place_->value(); }
  T* operator->() const noexcept { return &place_->value(); }

 private:
  friend class sharded_slab<T, Domain, Config>;
  owned(values& of, typename values::place* place, std::size_t index) noexcept : values_(&of), place_(place), index_(index) {}

  values* values_ = nullptr;
  typename values::place* place_ = nullptr;
  std::size_t index_ = 0;
};

// All values of a slab that one thread has to itself, each with its key: for (auto [key, value] : slab.unique()).
template <class T, class Domain, class Config>
class unique_values {
  using values = slab_parts::values<T, Domain, Config>;

 public:
  class iterator {
   public:
    using value_type = std::pair<typename values::key, T&>;
    using difference_type = std::ptrdiff_t;

    iterator() noexcept = default;
    // relaxed: this thread has found it to live, and no other is there
    value_type operator*() const noexcept { return {values::key_of_live(place_->word.load(relaxed), index_), place_->value()}; }
    iterator& operator++() {
      ++index_;
      place_ = of_->next(index_);
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const noexcept { return place_ == nullptr; }

   private:
    friend unique_values;
    explicit iterator(const values& of) : of_(&of), place_(of.next(index_)) {}

    const values* of_ = nullptr;
    std::size_t index_ = 0;
    typename values::place* place_ = nullptr;
  };

  iterator begin() const { return iterator(of_); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  friend class sharded_slab<T, Domain, Config>;
  explicit unique_values(const values& of) noexcept : of_(of) {}

  const values& of_;
};

// A place for a value to come; or none, if the slab is full.  Ends before the slab does.
template <class T, class Domain, class Config>
class [[nodiscard]] vacant {
  using values = slab_parts::values<T, Domain, Config>;

 public:
  using key_type = typename values::key;

  vacant(vacant&& other) noexcept : values_(other.values_), place_(std::exchange(other.place_, nullptr)) {}
  vacant& operator=(vacant&&) = delete;
  ~vacant() {
    if (place_ != nullptr) values_.give_place(place_);
  }

  explicit operator bool() const noexcept { return place_ != nullptr; }

  // What the value's key will be.  Precondition of this and the next: there is a place, and no value yet.
  key_type key() const noexcept { return values::key_of(*place_); }

  // Begins the value, as T(args...) or make(key).  Returns its key.  Throws: what that throws, and the place is given back.
  template <class... Args>
  key_type emplace(Args&&... args) {
    return insert_with([&](key_type) { return T(std::forward<Args>(args)...); });
  }
  template <class Make>
  key_type insert_with(Make&& make) {
    return values_.insert(*std::exchange(place_, nullptr), make);
  }

 private:
  friend class sharded_slab<T, Domain, Config>;
  vacant(values& of, typename values::place* place) noexcept : values_(of), place_(place) {}

  values& values_;
  typename values::place* place_;
};

}  // namespace slab_parts
}  // namespace reclaim

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_ENTRIES_H
