// What one domain keeps for each thread: a table by thread index that only grows.
//
// Synchronization edges (proofs: docs/memory_model.md#participants)
//   join   join() release --> for_each() acquire   who counts a participant finds its chunk and what it was made with

#ifndef RECLAIM_CORE_PARTICIPANTS_H
#define RECLAIM_CORE_PARTICIPANTS_H

#include <cstddef>
#include <new>
#include <utility>

#include "reclaim/sync/sync.h"

namespace reclaim {

// Participants are made in chunks, each twice the size of the one before, and live as long as the table.
// Participant: default-constructible without throwing.
template <class Participant>
class participants {
 public:
  // Throws std::bad_alloc.
  participants() : first_(0, sync::expected_threads, 1) {
    if (first_.places == nullptr) sync::raise_bad_alloc();
  }
  ~participants() {
    for (chunk* c = first_.next.load(relaxed); c != nullptr;) {  // relaxed: the destructor runs alone
      chunk* const next = c->next.load(relaxed);
      delete c;
      c = next;
    }
  }
  participants(const participants&) = delete;
  participants& operator=(const participants&) = delete;

  // Returns the participant of the calling thread, which may not have joined; or the one that is nobody's and never joins,
  // which tells as much as that find() has to be asked.  `offset`: sync::entry_offset().  Wait-free: one load.
  Participant& near(std::size_t offset) const noexcept {
    return reinterpret_cast<place*>(reinterpret_cast<char*>(first_.places) + offset)->item;
  }

  // Returns the participant of thread `index`, or null if no chunk reaches so far.  Wait-free; O(log index).
  Participant* find(std::size_t index) const noexcept {
    for (const chunk* c = &first_; c != nullptr; c = c->next.load(acquire)) {  // edge join
      if (index - c->start < c->size) return &c->places[index - c->start].item;
    }
    return nullptr;
  }

  // Makes the participant of thread `index` part of every later for_each().  Returns it.
  // Lock-free; that thread; ends the process with one line if a new chunk finds no memory.
  Participant& join(std::size_t index) noexcept {
    chunk* c = &first_;
    while (index - c->start >= c->size) c = &following(*c);
    std::size_t joined = joined_.load(relaxed);
    while (joined <= index && !joined_.compare_exchange_weak(joined, index + 1, release, relaxed)) {  // edge join
    }
    return c->places[index - c->start].item;
  }

  // Calls visit(participant) for each that has joined, also those whose thread is gone.  Wait-free but for visit.
  template <class Visit>
  void for_each(Visit&& visit) const {
    find_if([&](const Participant& p) { return visit(const_cast<Participant&>(p)), false; });
  }

  // Returns the first that has joined and that `is_sought`, or null.  Wait-free but for is_sought.
  template <class Predicate>
  const Participant* find_if(Predicate&& is_sought) const {
    std::size_t left = joined_.load(acquire);  // edge join
    for (const chunk* c = &first_; left != 0; c = c->next.load(relaxed)) {  // relaxed: who raised the count had seen the chunk
      const std::size_t here = left < c->size ? left : c->size;
      for (std::size_t i = 0; i != here; ++i) {
        if (is_sought(std::as_const(c->places[i].item))) return &c->places[i].item;
      }
      left -= here;
    }
    return nullptr;
  }

  // How many have ever joined at once: one more than the highest index.
  std::size_t size() const noexcept { return joined_.load(relaxed); }

 private:
  // At multiples of two lines, and what all threads load lies between: a processor that looks for the last store to a place by the
  // address within 4 KiB never takes a thread's announcement for the epoch.
  union alignas(2 * sync::cache_line) place {
    place() noexcept : item() {}
    ~place() { item.~Participant(); }
    Participant item;
    char room[sync::room_a_thread];
  };
  static_assert(sizeof(place) == sync::room_a_thread, "a participant must fit into the room of a thread");

  struct chunk {
    chunk(std::size_t first_index, std::size_t count, std::size_t nobodys = 0) noexcept
        : start(first_index), size(count), places(new (std::nothrow) place[count + nobodys]) {}
    ~chunk() { delete[] places; }
    chunk(const chunk&) = delete;
    chunk& operator=(const chunk&) = delete;

    const std::size_t start;
    const std::size_t size;
    place* const places;
    sync::atomic<chunk*> next{nullptr};
  };

  [[gnu::cold]] chunk& following(chunk& last) noexcept {
    if (chunk* const next = last.next.load(acquire)) return *next;  // edge join
    auto* const made = new (std::nothrow) chunk(last.start + last.size, 2 * last.size);
    if (made == nullptr || made->places == nullptr) sync::fail("out of memory while a thread joined a domain");
    chunk* found = nullptr;
    if (last.next.compare_exchange_strong(found, made, release, acquire)) return *made;  // edge join
    delete made;
    return *found;
  }

  chunk first_;
  sync::atomic<std::size_t> joined_{0};
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_PARTICIPANTS_H
