// One place of a slab.
//
//   free     [ hook | generation, even ^ index  | stacked or chained ... ]
//   live     [ hook | generation, odd  ^ owners | T                      ]
//   removed  [ hook | generation, even ^ owners | T                      ]   until the last owner lets go
//   retired  [ hook | generation, even ^ index  | T                      ]   until the domain ends it
//
// Where places keep their values (a pool's) the T is there in each state, once it was made, and has room of its own.
//
// Zeros are a place that was never used.

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_SLOT_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_SLOT_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "reclaim/sync/sync.h"

namespace reclaim::slab_parts {

// Larger places begin at multiples of more, so that a page of the slab has few of them and yet ends with a page of the system.
constexpr std::size_t alignment_of_slot(std::size_t bytes, std::size_t at_least) noexcept {
  return std::max(at_least, bytes >= 1024 ? std::size_t(64) : bytes >= 256 ? std::size_t(32) : alignof(std::uint64_t));
}

// Room for a T that stays, and beside it for what lies there while the place is free.
template <class T>
class keeping_room {
 public:
  void* for_value() noexcept { return bytes_; }
  sync::stacked* for_stack() noexcept { return &stacked_; }
  sync::stacked* stack() noexcept { return &stacked_; }

  bool& is_made() noexcept { return is_made_; }

 private:
  sync::stacked stacked_;  // first, as in sync::room
  bool is_made_ = false;
  alignas(T) unsigned char bytes_[sizeof(T)];
};

template <class T, class Hook, bool Keeps = false>
class alignas(alignment_of_slot(sizeof(Hook) + sizeof(std::uint64_t) + sizeof(T), alignof(T))) slot : public Hook {
 public:
  slot() noexcept = default;  // all zeros, but for the room

  T& value() noexcept { return *std::launder(static_cast<T*>(room_.for_value())); }

  // Makes a T of make(), of which nothing is left if that throws.
  template <class Make>
  void begin(Make&& make) {
    new (room_.for_value()) T(make());
  }
  void end() noexcept {
    if constexpr (!Keeps) std::destroy_at(&value());
  }

  // Where places keep their values: makes one of make() if there is none, else has renew() make it as good as new.
  template <class Make, class Renew>
    requires Keeps
  void begin(Make&& make, Renew&& renew) {
    if (room_.is_made()) return renew(value());
    begin(make);
    room_.is_made() = true;
  }
  // The place's memory is about to go.
  void forget() noexcept {
    if constexpr (Keeps) {
      if (std::exchange(room_.is_made(), false)) std::destroy_at(&value());
    }
  }

  // To lie on a stack, or in a chain.  Precondition: there is no T.
  sync::stacked* stack() noexcept {
    sync::stacked* const s = room_.for_stack();
    sync::check(of(s) == this, "sharded_slab: a place is laid out otherwise");
    return s;
  }
  static slot* of(sync::stacked* s) noexcept {
    return reinterpret_cast<slot*>(reinterpret_cast<unsigned char*>(s) - offset_of_room);
  }

  // In a chain.
  slot* next() noexcept { return sync::address_of_word<slot>(linked().below.get()); }
  void set_next(slot* s) noexcept { linked().below.set(sync::word_of_address(s)); }

  sync::atomic<std::uint64_t> word{0};

 private:
  using room = std::conditional_t<Keeps, keeping_room<T>, sync::room<T>>;

  sync::stacked& linked() noexcept { return *room_.stack(); }

  // Behind the hook and the word, which leave no gap.
  static constexpr std::size_t offset_of_room =
      (sizeof(Hook) + sizeof(sync::atomic<std::uint64_t>) + alignof(room) - 1) / alignof(room) * alignof(room);
  static_assert(sizeof(Hook) % alignof(sync::atomic<std::uint64_t>) == 0);

  room room_;
};

}  // namespace reclaim::slab_parts

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_SLOT_H
