// What is tortured: an object that knows whether it is alive, and where it goes when it is not.

#ifndef RECLAIM_TESTS_TORTURE_OBJECT_H
#define RECLAIM_TESTS_TORTURE_OBJECT_H

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>

namespace reclaim::torture {

// What threads found; all of it by relaxed counters, which order nothing.
struct tally {
  std::atomic<std::uint64_t> reads{0}, retires{0}, grace_periods{0}, threads{0};
  std::atomic<std::uint64_t> preempted{0};  // interruptions of a thread that was under a guard
  std::atomic<std::uint64_t> late_reads{0}, double_frees{0}, overwritten{0};
  std::array<std::atomic<std::uint64_t>, 3> age{};  // reads of objects 0, 1, 2 and more grace periods after they were retired
  std::atomic<std::int64_t> backlog{0}, peak_backlog{0};

  std::uint64_t errors() const { return late_reads + double_frees + overwritten + age[2]; }
};

inline constexpr std::uint64_t alive = 0x600d0b1ec7600d01, dead = 0xdeadbeefdeadbeef;

template <class Domain>
class quarantine;

// Whoever deletes one sends it to the quarantine, whole.
template <class Domain>
struct object : Domain::hook {
  object(quarantine<Domain>& after, std::uint64_t n) noexcept : home(after), number(n), check(~n) {}
  static void* operator new(std::size_t bytes) { return ::operator new(bytes, std::align_val_t(alignof(object))); }
  static void operator delete(object* o, std::destroying_delete_t) { o->home.take(o); }

  quarantine<Domain>& home;
  std::atomic<std::uint64_t> state{alive};
  std::atomic<std::uint64_t> retired_in{0};  // one more than the grace periods that were over then
  const std::uint64_t number, check;
};

// Keeps what has ended for a while, marked: who reads it then is seen, and so is who ends it again or writes to it.
template <class Domain>
class quarantine {
 public:
  explicit quarantine(tally& t) noexcept : tally_(t) {}
  ~quarantine() {
    for (object<Domain>* o : places_) release(o);
  }

  void take(object<Domain>* o) noexcept {
    tally_.backlog.fetch_sub(1, std::memory_order_relaxed);
    if (o->state.exchange(dead, std::memory_order_relaxed) != alive) {
      tally_.double_frees.fetch_add(1, std::memory_order_relaxed);
      return;  // it lies here
    }
    object<Domain>* oldest;
    {
      const std::lock_guard hold(mutex_);
      oldest = std::exchange(places_[next_++ % places_.size()], o);
    }
    if (oldest == nullptr) return;
    if (oldest->state.load(std::memory_order_relaxed) != dead || oldest->check != ~oldest->number) {
      tally_.overwritten.fetch_add(1, std::memory_order_relaxed);
    }
    release(oldest);
  }

 private:
  static void release(object<Domain>* o) noexcept {
    if (o == nullptr) return;
    o->~object<Domain>();
    ::operator delete(o, std::align_val_t(alignof(object<Domain>)));
  }

  tally& tally_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::array<object<Domain>*, 65536> places_{};
};

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_OBJECT_H
