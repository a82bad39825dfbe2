// Since when a participant has been in the way of others.

#ifndef RECLAIM_CORE_STALL_WATCH_H
#define RECLAIM_CORE_STALL_WATCH_H

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "reclaim/core/stall.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// Written by those who find the participant in their way.  They may disagree for a moment: nothing rests on it.
class stall_watch {
 public:
  // What a participant that is in nobody's way stands at.
  static constexpr std::uint64_t not_in_the_way = 0;

  // Notes at what the participant stands, which stays the same while one guard lives.
  void look(std::uint64_t stands_at) noexcept {
    if (stands_at_.load(relaxed) == stands_at) return;
    since_.store(sync::now().count(), relaxed);
    stands_at_.store(stands_at, relaxed);
  }

  // For how long it has been seen standing there.
  std::chrono::nanoseconds age() const noexcept { return sync::now() - std::chrono::nanoseconds(since_.load(relaxed)); }

 private:
  sync::unmodelled_atomic<std::uint64_t> stands_at_{not_in_the_way};
  sync::unmodelled_atomic<std::int64_t> since_{0};
};

// Which thread a participant is, and where its innermost guard was made.  Written by that thread.
class thread_identity {
 public:
  void set_thread(long id, std::size_t index) noexcept {
    index_.store(index, relaxed);
    id_.store(id, relaxed);
  }
  void forget_thread() noexcept { id_.store(0, relaxed); }
  bool is_known() const noexcept { return id_.load(relaxed) != 0; }

  // Returns where the guard around it was made.  In builds that do not track guards it does nothing.
  sync::code_location enter(const sync::code_location& where) noexcept { return where_.exchange(where); }

  void write_to(stall& s) const noexcept {
    s.participant = index_.load(relaxed);
    s.thread_id = id_.load(relaxed);
    sync::read_thread_name(s.thread_id, s.thread_name);
    where_.write_to(s.file, s.function, s.line);
  }

 private:
  sync::unmodelled_atomic<long> id_{0};  // 0: none
  sync::unmodelled_atomic<std::size_t> index_{0};
  [[no_unique_address]] sync::shared_code_location where_;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_STALL_WATCH_H
