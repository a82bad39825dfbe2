// A stack for each processor: what a thread puts there it finds again in a few instructions, and so does who runs there next.
//
// Where the kernel has restartable sequences (sync/rseq.h), those few instructions run to their end on one processor, or begin
// again, and none of them is atomic.  Elsewhere a stack is taken by an exchange and put back by a store, who finds one
// taken goes to the next, and threads are spread over the stacks by their index.
//
// Synchronization edges (proofs: docs/memory_model.md#local_stacks)
//   stack-pass   push(), pop() put a stack back, release --> take(), close(), count() acquire   what was put on it is seen
//   sweep        take_all() release --> take_all() acquire   who sweeps next sees the stacks open again
//
// Source: P. Turner, "Percpu atomics", LPC 2013.

#ifndef RECLAIM_CORE_LOCAL_STACKS_H
#define RECLAIM_CORE_LOCAL_STACKS_H

#include <cstddef>
#include <cstdint>

#include "reclaim/sync/sync.h"

namespace reclaim {

class local_stacks {
 public:
  // Makes them, all empty.  Throws: std::bad_alloc.
  local_stacks() : has_sequences_(sync::has_sequences()), size_(sync::count_stacks()), lines_(new sync::stack_line[size_]) {}
  ~local_stacks() { delete[] lines_; }
  local_stacks(const local_stacks&) = delete;
  local_stacks& operator=(const local_stacks&) = delete;

  // Puts *s on a stack near the calling thread.  Returns false, with nothing put, if `most` are there, or they are closed, or
  // all taken.  What was put is the last that is touched of *this.
  // Wait-free, O(1) with sequences, else O(processors).  Any thread.
  bool push(sync::stacked* s, std::size_t most) noexcept {
    if (has_sequences_) [[likely]] return sync::push_in_sequence(lines_, size_, s, most);
    sync::stack_word word = 0;
    sync::stack_line* const line = take(word);
    if (line == nullptr) return false;
    const bool has_room = count_of(word) < most;
    if (has_room) {
      s->below.set(word);
      word = (word & ~address_mask) + one + sync::word_of_address(s);
    }
    line->word.store(word, release);  // edge stack-pass
    return has_room;
  }

  // Takes what was last put on a stack near the calling thread.  Or returns null, if that is empty or closed.  As push().
  sync::stacked* pop() noexcept {
    if (has_sequences_) [[likely]] return sync::pop_in_sequence(lines_, size_);
    sync::stack_word word = 0;
    sync::stack_line* const line = take(word);
    if (line == nullptr) return nullptr;
    sync::stacked* const s = top_of(word);
    line->word.store(s == nullptr ? 0 : s->below.get(), release);  // edge stack-pass
    return s;
  }

  // From the return on nobody pushes or pops.  Calls use(s) for each that was there.  Returns false if the kernel refused or
  // somebody who was about to put one does not go on: then *this must not end.
  // Blocking: waits for who is between two steps of a push or a pop, but not for ever.
  template <class Use>
  bool close(Use&& use) noexcept {
    set_closed(true);
    if (has_sequences_ && !sync::end_sequences()) return false;
    for (std::size_t i = 0; i != size_; ++i) {
      sync::stack_word word = lines_[i].word.exchange(taken, acquire);  // edge stack-pass
      for (unsigned tries = 0; word == taken; word = lines_[i].word.exchange(taken, acquire)) {  // edge stack-pass
        if (++tries == most_tries) return false;
        sync::yield();
      }
      while (sync::stacked* const s = top_of(word)) {
        word = s->below.get();
        use(s);
      }
    }
    return true;
  }

  // Takes all that are there, and calls use(s) for each; who pushes or pops meanwhile finds the stacks closed, or taken.  Returns
  // false, with nothing taken, if another thread is about it or the kernel refused.
  // Wait-free but for use(); as heavy_fence().  Any thread.  Precondition: nobody closes them meanwhile.
  template <class Use>
  bool take_all(Use&& use) noexcept {
    if (is_swept_.exchange(true, acquire)) return false;  // edge sweep
    set_closed(true);
    const bool may = !has_sequences_ || sync::end_sequences();
    sync::stack_word all = 0;
    for (std::size_t i = 0; may && i != size_; ++i) {
      const sync::stack_word word = lines_[i].word.exchange(taken, acquire);  // edge stack-pass
      if (word == taken) continue;  // by who will put it back
      for (sync::stacked* s = top_of(word); s != nullptr;) {
        sync::stacked* const below = top_of(s->below.get());
        s->below.set(all);
        all = sync::word_of_address(s);
        s = below;
      }
      lines_[i].word.store(0, relaxed);  // relaxed: it leads to nothing
    }
    set_closed(false);
    is_swept_.store(false, release);  // edge sweep
    while (sync::stacked* const s = top_of(all)) {
      all = s->below.get();
      use(s);
    }
    return may;
  }

  // How many there are on all of them.  Wait-free, O(processors); any thread.
  std::size_t count() const noexcept {
    std::size_t sum = 0;
    for (std::size_t i = 0; i != size_; ++i) {
      const sync::stack_word word = lines_[i].word.load(acquire);  // edge stack-pass
      sum += word == taken ? 0 : count_of(word);
    }
    return sum;
  }

 private:
  static constexpr unsigned address_bits = 48;
  static constexpr sync::stack_word one = sync::stack_word(1) << address_bits;
  static constexpr sync::stack_word address_mask = one - 1;
  static constexpr sync::stack_word taken = 1;  // no address
  static constexpr unsigned most_tries = 10'000;

  static unsigned count_of(sync::stack_word word) noexcept { return static_cast<unsigned>(word >> address_bits); }
  static sync::stacked* top_of(sync::stack_word word) noexcept {
    return sync::address_of_word<sync::stacked>(word & address_mask);
  }

  // relaxed: sequences that are under way are ended, those that begin see it; and exchanges do not ask
  void set_closed(bool is) noexcept {
    for (std::size_t i = 0; i != size_; ++i) lines_[i].is_closed.store(is ? 1 : 0, relaxed);
  }

  // Takes one of them, its own first.  Returns it, with its word in `word`; or null.
  sync::stack_line* take(sync::stack_word& word) noexcept {
    const std::size_t own = sync::thread_index();
    for (std::size_t i = 0; i != size_; ++i) {
      sync::stack_line& line = lines_[(own + i) % size_];
      word = line.word.exchange(taken, acquire);  // edge stack-pass
      if (word != taken) [[likely]] return &line;
    }
    return nullptr;
  }

  const bool has_sequences_;
  const std::size_t size_;
  sync::stack_line* const lines_;
  sync::atomic<bool> is_swept_{false};
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_LOCAL_STACKS_H
