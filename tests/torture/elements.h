// What containers are tortured with: an element that knows whether it is alive, and memory that keeps what has ended for a while.

#ifndef RECLAIM_TESTS_TORTURE_ELEMENTS_H
#define RECLAIM_TESTS_TORTURE_ELEMENTS_H

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <new>

#include "tests/torture/object.h"

namespace reclaim::torture {

// Elements that live; and what those found that do not.
class population {
 public:
  explicit population(tally& found) noexcept : found_(found) {}
  void begins() noexcept { living_.fetch_add(1, std::memory_order_relaxed); }
  void ends(bool is_alive) noexcept {
    living_.fetch_sub(1, std::memory_order_relaxed);
    if (!is_alive) found_.add(what::double_frees);
  }
  void is_read_late() noexcept { found_.add(what::late_reads); }
  std::int64_t living() const noexcept { return living_.load(std::memory_order_relaxed); }

 private:
  tally& found_;
  std::atomic<std::int64_t> living_{0};
};

// A number.  Atomic throughout, and poisoned at its end by a store that the compiler keeps.
class element {
 public:
  element(population& of, std::uint64_t n) noexcept : of_(of), number_(n), check_(~n) { of_.begins(); }
  element(const element& other) noexcept : element(other.of_, other.number()) {}
  element& operator=(const element&) = delete;
  ~element() { of_.ends(state_.exchange(dead, std::memory_order_acq_rel) == alive); }

  std::uint64_t number() const noexcept {
    const std::uint64_t n = number_.load(std::memory_order_relaxed);
    if (state_.load(std::memory_order_relaxed) != alive || check_.load(std::memory_order_relaxed) != ~n) of_.is_read_late();
    return n;
  }

 private:
  population& of_;
  std::atomic<std::uint64_t> state_{alive};
  const std::atomic<std::uint64_t> number_, check_;
};

// Marks all of what is given back and keeps it for a while: who reads it finds the marks, and who writes to it is found.
class quarantine_resource : public std::pmr::memory_resource {
 public:
  explicit quarantine_resource(tally& found) noexcept : found_(found) {}
  ~quarantine_resource() override {
    for (auto& place : places_) release(place.load());
  }

 private:
  // Before what is handed out: how much that is.
  struct alignas(128) block {
    std::size_t bytes;
    unsigned char* begin() noexcept { return reinterpret_cast<unsigned char*>(this + 1); }
  };
  static constexpr unsigned char mark = 0xdd;
  static constexpr std::size_t most_marked = 512;  // of a block: its first bytes

  void* do_allocate(std::size_t bytes, std::size_t) override {
    void* const memory = ::operator new(sizeof(block) + bytes, std::align_val_t(alignof(block)));
    return (new (memory) block{bytes})->begin();
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t) override {
    block* const b = static_cast<block*>(memory) - 1;
    if (b->bytes != bytes) return found_.add(what::double_frees);
    b->bytes = bytes | freed;
    std::memset(memory, mark, std::min(bytes, most_marked));
    const std::size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
    release(places_[turn % places_.size()].exchange(b, std::memory_order_acq_rel));
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

  void release(block* b) noexcept {
    if (b == nullptr) return;
    unsigned char* const end = b->begin() + std::min(b->bytes & ~freed, most_marked);
    if (std::any_of(b->begin(), end, [](unsigned char c) { return c != mark; })) found_.add(what::overwritten);
    ::operator delete(b, std::align_val_t(alignof(block)));
  }

  static constexpr std::size_t freed = std::size_t(1) << 63;
  tally& found_;
  std::atomic<std::size_t> turn_{0};
  std::array<std::atomic<block*>, 8192> places_{};
};

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_ELEMENTS_H
