// What is tortured: an object that knows whether it is alive, and where it goes when it is not.

#ifndef RECLAIM_TESTS_TORTURE_OBJECT_H
#define RECLAIM_TESTS_TORTURE_OBJECT_H

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "tests/torture/tally.h"

namespace reclaim::torture {

inline constexpr std::uint64_t alive = 0x600d0b1ec7600d01, dead = 0xdeadbeefdeadbeef;

template <class Domain>
class quarantine;

template <class Domain>
struct object : Domain::hook {
  object(quarantine<Domain>& after, std::uint64_t n) noexcept : home(after), number(n), check(~n) {}

  // How its domain ends it: it goes to the quarantine, whole.
  static void reclaim(object* o) noexcept { o->home.take(o); }

  bool is_alive_as(std::uint64_t n) const noexcept {
    return state.load(std::memory_order_relaxed) == alive && number.load(std::memory_order_relaxed) == n &&
           check.load(std::memory_order_relaxed) == ~n;
  }

  quarantine<Domain>& home;
  std::atomic<std::uint64_t> state{alive};
  std::atomic<std::uint64_t> retired_in{0};    // one more than the grace periods that were over then
  const std::atomic<std::uint64_t> number, check;  // atomic, for who reads late does so while others write
};

// Keeps what has ended for a while, marked: who reads it then is seen, and so is who ends it again or writes to it.
template <class Domain>
class quarantine {
 public:
  explicit quarantine(tally& found) noexcept : found_(found) {}
  ~quarantine() {
    for (auto& place : places_) release(place.load());
  }
  quarantine(const quarantine&) = delete;
  quarantine& operator=(const quarantine&) = delete;

  void take(object<Domain>* o) noexcept {
    if (o->state.exchange(dead, std::memory_order_acq_rel) != alive) return found_.add(what::double_frees);  // it lies here
    const std::size_t turn = ended_.fetch_add(1, std::memory_order_relaxed);
    release(places_[turn % places_.size()].exchange(o, std::memory_order_acq_rel));
  }

  // How many have ended.
  std::size_t ended() const noexcept { return ended_.load(std::memory_order_relaxed); }

 private:
  void release(object<Domain>* o) noexcept {
    if (o == nullptr) return;
    if (o->state.load(std::memory_order_relaxed) != dead || o->check != ~o->number) found_.add(what::overwritten);
    delete o;
  }

  tally& found_;
  std::atomic<std::size_t> ended_{0};
  std::array<std::atomic<object<Domain>*>, 32768> places_{};
};

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_OBJECT_H
