// Objects that were retired: the hook they are linked by, how each ends, and lists of them.
//
//   hook        [ next | ending ^ this ]     in the object itself, a base class
//   boxed<...>  [ hook | object | deleter ]  beside an object that has no hook

#ifndef RECLAIM_CORE_RETIRED_H
#define RECLAIM_CORE_RETIRED_H

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <type_traits>
#include <utility>
#include <variant>

#include "reclaim/sync/sync.h"

namespace reclaim {

class retired;

// What an object costs while it waits: its bytes, and as how many small objects it counts.
struct footprint {
  explicit constexpr footprint(std::size_t size) noexcept : bytes(size), weight(1 + size / bytes_a_weight) {}
  static constexpr std::size_t bytes_a_weight = 256;

  std::size_t bytes;
  std::size_t weight;
};

template <class T>
inline constexpr footprint footprint_of{sizeof(T)};

// How objects of one type end, what hazards name them by, and what they cost.  One constant a type and deleter; or one
// that a container keeps for objects in its own memory, as a part of what it needs when they end.
struct ending {
  void (*end)(retired*, const ending& how) noexcept;
  bool is_boxed;
  footprint cost;
};

// The two words by which a domain keeps an object that was retired.  Copies of a retired object are not retired: the second
// word is bound to the object's own address.  They are copied with the object, for that may have to be trivial; nobody
// assigns to an object that is retired.
class retired {
  friend class retired_list;
  friend class retired_chain;
  friend class retired_stack;

  template <class Derived>
  friend void mark_retired(Derived*, const ending*) noexcept;
  friend void end_retired(retired*) noexcept;
  friend const void* key_of_retired(const retired*) noexcept;
  friend const footprint& cost_of_retired(const retired*) noexcept;

  std::uintptr_t bind(const ending* how) const noexcept {
    return reinterpret_cast<std::uintptr_t>(how) ^ reinterpret_cast<std::uintptr_t>(this);
  }
  const ending* how() const noexcept {
    return reinterpret_cast<const ending*>(bound_ ^ reinterpret_cast<std::uintptr_t>(this));
  }

  sync::plain<retired*> next_;
  std::uintptr_t bound_ = 0;
};

// A hook beside an object, by which that ends another way than its own hook would have it, or that has none.
struct boxed : retired {
  explicit boxed(const void* name) noexcept : key(name) {}
  const void* key;  // by which a hazard names the object
};

// Records how *object is to end.  Precondition: it was not retired before (checked in debug builds).
template <class Derived>
void mark_retired(Derived* object, const ending* how) noexcept {
  retired* const r = object;
  sync::check(r->bound_ != r->bind(how), "retire: the object was retired before (double retire)");
  r->bound_ = r->bind(how);
}

// Ends *r: runs its deleter, which may give the object another life.
inline void end_retired(retired* r) noexcept {
  const ending* const how = r->how();
  r->bound_ = 0;
  how->end(r, *how);
}

// The address by which a hazard names the object of `r`.
inline const void* key_of_retired(const retired* r) noexcept {
  return r->how()->is_boxed ? static_cast<const boxed*>(r)->key : r;
}

inline const footprint& cost_of_retired(const retired* r) noexcept { return r->how()->cost; }
inline std::size_t weight_of_retired(const retired* r) noexcept { return cost_of_retired(r).weight; }

// The address by which a hazard names *object: its hook's where it has one, so that a base and the whole agree.
template <class T>
const void* key_of(const T* object) noexcept {
  static_assert(sizeof(T) != 0, "protect(), retire(): T must be complete, to tell whether it has a hook");
  static_assert(!std::is_base_of_v<retired, T> || std::is_convertible_v<const T*, const retired*>,
                "protect(), retire(): T must have one hook, as a public base; with two, hazard_pointer.h and rcu.h know which is meant");
  if constexpr (std::is_convertible_v<const T*, const retired*>) {
    return static_cast<const retired*>(object);
  } else {
    return object;
  }
}

namespace detail {

template <class T>
concept ends_itself = requires(T* object) {
  { T::reclaim(object) } noexcept;
};

template <class T>
void end_intrusive(retired* r, const ending&) noexcept {
  if constexpr (ends_itself<T>) {
    T::reclaim(static_cast<T*>(r));
  } else {
    delete static_cast<T*>(r);
  }
}

// Of an object whose size its type tells; or, with an ending of its own, of one that occupies more.
template <class T, class Deleter, class Own = std::monostate>
struct box final : boxed {
  box(T* object, Deleter&& d) : boxed(key_of(object)), deleter(std::forward<Deleter>(d)) {}
  box(T* object, Deleter&& d, footprint cost) : boxed(key_of(object)), deleter(std::forward<Deleter>(d)), own{&end, true, cost} {}

  static void end(retired* r, const ending&) noexcept {
    box* const self = static_cast<box*>(r);
    T* const object = object_of(const_cast<void*>(self->key));
    std::remove_cvref_t<Deleter> run(std::move(self->deleter));
    delete self;  // first: the deleter may retire, and finds the memory
    run(object);
  }

  // The way back from key_of().
  static T* object_of(void* key) noexcept {
    if constexpr (std::is_convertible_v<const T*, const retired*>) {
      return const_cast<T*>(static_cast<const T*>(static_cast<const retired*>(key)));
    } else {
      return static_cast<T*>(key);
    }
  }

  [[no_unique_address]] std::remove_cvref_t<Deleter> deleter;
  [[no_unique_address]] Own own;
};

template <class T, class Deleter>
using sized_box = box<T, Deleter, ending>;

}  // namespace detail

// How a T with a hook ends: T::reclaim(T*) if it has such a member, else delete.
template <class T>
inline constexpr ending ends_intrusively{&detail::end_intrusive<T>, false, footprint_of<T>};

// How a boxed T ends: by a call of its Deleter.
template <class T, class Deleter>
inline constexpr ending ends_by{&detail::box<T, Deleter>::end, true, footprint_of<T>};

// Destroys objects that came from a memory resource, and gives their memory back to it.
struct resource_deleter {
  std::pmr::memory_resource* resource;

  template <class T>
  void operator()(T* object) const noexcept {
    object->~T();
    resource->deallocate(object, sizeof(T), alignof(T));
  }
};

// A list of retired objects that belongs to one thread at a time.  All operations are O(1) unless they say more.
class retired_list {
 public:
  retired_list() noexcept = default;
  retired_list(retired_list&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)),
        last_(std::exchange(other.last_, nullptr)),
        weight_(std::exchange(other.weight_, 0)) {}
  retired_list& operator=(retired_list&&) = delete;

  bool empty() const noexcept { return first_ == nullptr; }
  std::size_t weight() const noexcept { return weight_; }  // of all together, and so no less than their number

  // `weight`: what *r weighs.
  void push(retired* r, std::size_t weight) noexcept {
    r->next_.set(first_);
    if (first_ == nullptr) last_ = r;
    first_ = r;
    weight_ += weight;
  }
  void push(retired* r) noexcept { push(r, weight_of_retired(r)); }

  // Precondition: not empty.
  retired* pop() noexcept {
    retired* const r = first_;
    first_ = r->next_.get();
    if (first_ != nullptr) prefetch_behind(r);
    weight_ -= weight_of_retired(r);
    return r;
  }

  // Moves all of `other` to the front of this list.
  void splice(retired_list&& other) noexcept {
    if (other.empty()) return;
    other.last_->next_.set(first_);
    if (first_ == nullptr) last_ = other.last_;
    first_ = std::exchange(other.first_, nullptr);
    weight_ += std::exchange(other.weight_, 0);
  }

  // Forgets all of them, as they are.
  void give_up() noexcept {
    first_ = last_ = nullptr;
    weight_ = 0;
  }

  // Moves to `others` each object that `belongs_there`.  O(objects).
  template <class Predicate>
  void move_to(retired_list& others, Predicate&& belongs_there) noexcept {
    retired* kept = nullptr;
    for (retired* r = first_; r != nullptr;) {
      retired* const next = r->next_.get();
      if (belongs_there(r)) [[unlikely]] {
        kept == nullptr ? static_cast<void>(first_ = next) : kept->next_.set(next);
        const std::size_t weight = weight_of_retired(r);
        weight_ -= weight;
        others.push(r, weight);
      } else {
        kept = r;
      }
      r = next;
    }
    last_ = kept;
  }

 private:
  friend class retired_chain;
  friend class retired_stack;

  // Whoever pops again finds the object there, however long it has lain.  Those behind it most often lie at equal small
  // distances, as they were allocated: so one more is fetched, well before its turn, by a guess.  A guess far away would be
  // wrong more often, and a page that is not there is looked for before nothing is fetched.
  void prefetch_behind(const retired* popped) const noexcept {
    constexpr std::uintptr_t ahead = 4;   // objects
    constexpr std::uintptr_t far = 1024;  // bytes
    const auto next = reinterpret_cast<std::uintptr_t>(first_);
    const std::uintptr_t distance = next - reinterpret_cast<std::uintptr_t>(popped);  // wraps around if negative
    sync::prefetch_to_write(first_);
    if (distance + far < 2 * far) sync::prefetch_to_write(reinterpret_cast<const void*>(next + ahead * distance));
  }

  retired* first_ = nullptr;
  retired* last_ = nullptr;  // meaningful while not empty
  std::size_t weight_ = 0;
};

// Retired objects that are about to end: no more than one word, for a list of hardly more than one.
class retired_chain {
 public:
  retired_chain() noexcept = default;
  explicit retired_chain(retired_list&& list) noexcept : first_(list.first_) { list.give_up(); }

  bool empty() const noexcept { return first_ == nullptr; }
  bool holds_one() const noexcept { return first_ != nullptr && first_->next_.get() == nullptr; }

  void push(retired* r) noexcept { r->next_.set(std::exchange(first_, r)); }

  // Precondition: not empty.
  retired* pop() noexcept { return std::exchange(first_, first_->next_.get()); }

  // Moves up to `most` objects of `list` here.  O(most).
  void take(retired_list& list, std::size_t most) noexcept {
    for (; most != 0 && !list.empty(); --most) push(list.pop());
  }

 private:
  retired* first_ = nullptr;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_RETIRED_H
