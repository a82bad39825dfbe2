// Containers with a fault each, that the checks have to find: they are free of data races, and wrong.

#ifndef RECLAIM_TESTS_LINEARIZABILITY_FAULTY_H
#define RECLAIM_TESTS_LINEARIZABILITY_FAULTY_H

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tests/linearizability/restless.h"

namespace reclaim::linearizability {

struct no_domain {};

// The update is lost of one of two that push at once: the place is read, and then written.
class losing_queue {
 public:
  explicit losing_queue(no_domain&) {}
  void push(const restless& value) {
    const std::size_t place = end_.load();
    const restless copied = value;
    places_[place % places_.size()] = copied.number;
    end_.store(place + 1);
  }
  std::optional<restless> try_pop() {
    std::size_t place = begin_.load();
    do {
      if (place >= end_.load()) return std::nullopt;
    } while (!begin_.compare_exchange_weak(place, place + 1));
    return restless(places_[place % places_.size()].load());
  }

 private:
  std::array<std::atomic<std::uint64_t>, 64> places_{};
  std::atomic<std::size_t> begin_{0}, end_{0};
};

// Two pops at once may take the same element: the top is read, and then written.
class twice_popped_stack {
 public:
  explicit twice_popped_stack(no_domain&) {}
  void push(const restless& value) {
    while (busy_.test_and_set()) std::this_thread::yield();
    const std::size_t place = top_.load();
    places_[place % places_.size()] = value.number;
    top_.store(place + 1);
    busy_.clear();
  }
  std::optional<restless> try_pop() {
    const std::size_t place = top_.load();
    if (place == 0) return std::nullopt;
    const restless taken(places_[(place - 1) % places_.size()].load());
    top_.store(place - 1);
    return taken;
  }

 private:
  std::array<std::atomic<std::uint64_t>, 64> places_{};
  std::atomic<std::size_t> top_{0};
  std::atomic_flag busy_;
};

// Who reads may get what was there before: a copy is read, which is brought up to date after the update has returned.
class stale_map {
 public:
  explicit stale_map(no_domain&) {}
  bool insert(const restless& key, const restless& value) {
    std::uint64_t none = 0;
    const bool is_new = now_[key.number].compare_exchange_strong(none, value.number);
    refresh_one_time_in_two(key);
    return is_new;
  }
  bool insert_or_assign(const restless& key, const restless& value) {
    const bool is_new = now_[key.number].exchange(value.number) == 0;
    refresh_one_time_in_two(key);
    return is_new;
  }
  bool erase(const restless& key) {
    const bool was_there = now_[key.number].exchange(0) != 0;
    refresh_one_time_in_two(key);
    return was_there;
  }
  template <class F>
  bool visit(const restless& key, F&& f) {
    const std::uint64_t value = copy_[key.number].load();
    if (value != 0) f(restless(value));
    return value != 0;
  }

 private:
  void refresh_one_time_in_two(const restless& key) {
    if (turn_.fetch_add(1) % 2 == 0) copy_[key.number].store(now_[key.number].load());
  }

  std::array<std::atomic<std::uint64_t>, 4> now_{}, copy_{};
  std::atomic<std::uint64_t> turn_{0};
};

// Of two threads that insert the same key both are told that they did.
class generous_map {
 public:
  explicit generous_map(no_domain&) {}
  bool insert(const restless& key, const restless& value) {
    if (now_[key.number].load() != 0) return false;
    const restless copied = value;
    now_[key.number].store(copied.number);
    return true;
  }
  bool insert_or_assign(const restless& key, const restless& value) { return now_[key.number].exchange(value.number) == 0; }
  bool erase(const restless& key) { return now_[key.number].exchange(0) != 0; }
  template <class F>
  bool visit(const restless& key, F&& f) {
    const std::uint64_t value = now_[key.number].load();
    if (value != 0) f(restless(value));
    return value != 0;
  }

 private:
  std::array<std::atomic<std::uint64_t>, 4> now_{};
};

// A key comes again when its value was removed: it has no generation.
class repeating_slab {
 public:
  class key {
   public:
    explicit key(std::size_t place) : place_(place) {}
    static std::optional<key> from_integer(std::uint64_t n) { return n == 0 ? std::nullopt : std::optional(key(n - 1)); }
    std::uint64_t to_integer() const { return place_ + 1; }

   private:
    friend class repeating_slab;
    std::size_t place_;
  };

  explicit repeating_slab(no_domain&) {}
  std::optional<key> insert(const restless& value) {
    for (std::size_t place = 0; place != places_.size(); ++place) {
      std::uint64_t none = 0;
      if (places_[place].compare_exchange_strong(none, value.number)) return key(place);
    }
    return std::nullopt;
  }
  bool remove(key k) { return places_[k.place_].exchange(0) != 0; }
  template <class F>
  bool visit(key k, F&& f) {
    const std::uint64_t value = places_[k.place_].load();
    if (value != 0) f(restless(value));
    return value != 0;
  }

 private:
  std::array<std::atomic<std::uint64_t>, 64> places_{};
};

}  // namespace reclaim::linearizability

#endif  // RECLAIM_TESTS_LINEARIZABILITY_FAULTY_H
