// Objects for a domain to end, and what is known of each, which outlives it.

#ifndef RECLAIM_TESTS_FUZZ_OBJECTS_H
#define RECLAIM_TESTS_FUZZ_OBJECTS_H

#include <array>
#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>

#include "reclaim/sync/sync.h"
#include "tests/fuzz/bytes.h"

namespace reclaim::fuzz {

struct fate {
  std::atomic<bool> is_ended{false};
};

// What an object's deleter does besides.
enum class errand : unsigned char { none, retires_another, reads, drains };
inline constexpr unsigned errands = 4;

template <class Domain>
class objects;

template <class Domain>
struct object : Domain::hook {
  object(objects<Domain>& home, fate& its, errand to_do) : all(home), known(its), task(to_do) {}
  static void reclaim(object* o) noexcept { o->all.end(o); }

  objects<Domain>& all;
  fate& known;
  const errand task;
};

// All of one run, and the places at which threads find them.
template <class Domain>
class objects {
 public:
  using source = sync::atomic<object<Domain>*>;
  static constexpr unsigned source_count = 3;

  std::array<source, source_count> sources{};
  Domain* domain = nullptr;

  // Whether somebody protects what is about to end; asked where threads take turns, and is known.
  bool (*is_protected)(const fate&, void* context) = nullptr;
  void* context = nullptr;

  object<Domain>* make(errand task) {
    const std::lock_guard hold(mutex_);
    return new object<Domain>(*this, fates_.emplace_back(), task);
  }

  void end(object<Domain>* o) noexcept {
    must(is_protected == nullptr || !is_protected(o->known, context), "an object ended that a guard protects");
    must(!o->known.is_ended.exchange(true), "an object ended twice");
    const errand task = o->task;
    delete o;
    if (task == errand::retires_another) domain->retire(make(errand::none));
    if (task == errand::drains) domain->drain();
    if (task != errand::reads) return;
    auto guard = domain->enter();
    auto shield = guard.shield();
    object<Domain>* const found = shield.protect(sources[0]);
    must(found == nullptr || !found->known.is_ended, "a deleter found an object that has ended");
  }

  bool all_ended() const {
    for (const fate& each : fates_) {
      if (!each.is_ended) return false;
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::deque<fate> fates_;
};

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_OBJECTS_H
