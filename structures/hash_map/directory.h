// Where the buckets of a hash_map begin.  After O. Shalev and N. Shavit, "Split-Ordered Lists: Lock-Free Extensible
// Hash Tables", JACM 53(3), 2006; here the list is sorted by the hash itself and a bucket is a prefix of it, so that
// nothing is bit-reversed and the sentinels lie in the directory, not in the list's memory.
//
// With 2^L buckets the bucket of `order` is its top L bits.  Doubling splits each bucket in two; the first half keeps
// its sentinel, the second gets one in a new segment.  A sentinel is known by the least order of its bucket, whatever L
// is.  The least order's lowest set bit says in which segment it lies:
//
//   2 buckets   [0..] [1..]
//   4 buckets   + [01.. 11..]
//   8 buckets   + [001.. 011.. 101.. 111..]        each doubling adds as many as there were
//
// The stem of a bucket is a one and then its least order, less the last bit: 10.. 11.., 101.. 111.., 1001.. and so on.  It
// is not zero, and without the zeros behind its lowest one it is an odd number, which counts the places of its segment.  So
// every bucket is found in the same few instructions, the first as well.
//
// Segments never move and are not freed before the directory ends: a sentinel needs no protection.
//
// Synchronization edges (proofs: docs/memory_model.md#hash_map)
//   grow   grow() release --> mask() acquire   who sees the mask sees the segments it leads to
//   turn   grow() release --> grow() acquire   who grows next has seen what the one before did

#ifndef RECLAIM_STRUCTURES_HASH_MAP_DIRECTORY_H
#define RECLAIM_STRUCTURES_HASH_MAP_DIRECTORY_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <new>
#include <utility>

#include "reclaim/sync/sync.h"
#include "structures/hash_map/node.h"

namespace reclaim::map_parts {

template <class Domain>
class directory {
 public:
  using entrance = sentinel<Domain>;

  static constexpr unsigned most_levels = 40;  // buckets: 2^most_levels

  // Makes at least `buckets` buckets, two at least, all ready.  Throws: what the allocation throws.
  directory(std::size_t buckets, std::pmr::memory_resource* resource)
      : level_(level_for(buckets)),
        mask_(std::uint64_t(0) - (std::uint64_t(1) << (64 - level_))),
        resource_(resource),
        first_(try_allocate(size_of_first())) {
    if (first_ == nullptr) sync::raise_bad_alloc();
    std::uninitialized_default_construct_n(first_, size_of_first());
    entrance* begin = first_;
    for (std::size_t shift = 63; shift != 62 - level_; begin += segment_size(shift--)) set_segment(shift, begin);
    entrance* next = &last_;
    for (std::uint64_t bucket = size_of_first(); bucket-- != 0;) {
      entrance& s = of(bucket << (64 - level_));
      s.next.store(word_of(std::exchange(next, &s)), relaxed);  // relaxed: not shared yet
    }
  }
  directory(const directory&) = delete;
  directory& operator=(const directory&) = delete;
  ~directory() {
    sync::check(!is_growing_.load(relaxed), "hash_map: destroyed while another thread inserts");
    const std::size_t deepest = deepest_of(mask_.load(relaxed));  // relaxed: alone by now
    for (std::size_t shift = 62 - level_; shift >= deepest; --shift) end(segment(shift), segment_size(shift));
    end(first_, size_of_first());
  }

  // The top bits, by which buckets are told apart.  Wait-free.
  std::uint64_t mask() const noexcept { return mask_.load(acquire); }  // edge grow

  // Whether the buckets are still those of `mask`.  Wait-free.
  // relaxed: who meets a sentinel has seen the mask that its inserter saw, by the link that led there.
  bool has_mask(std::uint64_t mask) const noexcept { return mask_.load(relaxed) == mask; }

  // The sentinel of the bucket that holds `order`, with that mask.  It may not be ready.  Wait-free, O(1).
  entrance& at(std::uint64_t order, std::uint64_t mask) noexcept { return of(order & mask); }
  entrance& at(std::uint64_t order) noexcept { return at(order, mask()); }

  // The sentinel of the bucket that was split to make the one whose least order is `least`.  Precondition: not head()'s.
  entrance& parent(std::uint64_t least) noexcept { return of(least & (least - 1)); }

  // The least order in the bucket of `s`.  Wait-free; O(log buckets), two steps at an average.
  // Precondition: `s` was found in the list, or by this thread in the directory.
  std::uint64_t least_of(const entrance& s) const noexcept {
    // relaxed, here and below: the link that led to `s` has led to the mask that its inserter saw
    for (std::size_t shift = deepest_of(mask_.load(relaxed)); shift != 64; ++shift) {
      const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(&s) - reinterpret_cast<std::uintptr_t>(segment(shift));
      if (offset >= segment_size(shift) * sizeof(entrance)) continue;
      return (first_odd(shift) + 2 * (offset / sizeof(entrance))) << shift << 1;  // without the stem's leading one
    }
    return last_order;
  }

  // Whether the bucket of `s` begins behind `order`.  Out of line: only searches that began before the buckets doubled ask.
  // Precondition: as least_of().
  [[gnu::noinline, gnu::cold]] bool begins_behind(std::uint64_t order, const entrance& s) const noexcept {
    return least_of(s) > order;
  }

  // The first sentinel: where the list begins.
  entrance& head() noexcept { return *first_; }

  // The last sentinel: where the list ends.
  entrance& last() noexcept { return last_; }

  std::size_t bucket_count() const noexcept { return bucket_count(mask_.load(relaxed)); }  // relaxed: a number

  // Doubles the number of buckets, if it is `from` and not the most.  Returns whether it did; false also if another
  // thread is about it, or if the heap is exhausted: the map then works on, and slower.
  // Throws: what the memory resource throws.  Nobody waits for the thread that grows.
  bool grow(std::size_t from) {
    if (is_growing_.load(relaxed) || is_growing_.exchange(true, acquire)) return false;  // edge turn
    const turn ends(is_growing_);
    const std::uint64_t mask = mask_.load(relaxed);  // relaxed: changed under `turn` only
    const std::size_t shift = deepest_of(mask) - 1;
    if (bucket_count(mask) != from || shift < least_shift) return false;
    const std::size_t size = segment_size(shift);
    entrance* const begin = try_allocate(size);
    if (begin == nullptr) return false;
    std::uninitialized_default_construct_n(begin, size);
    set_segment(shift, begin);
    mask_.store(mask >> 1 | mask, release);  // edge grow
    return true;
  }

 private:
  static constexpr std::size_t least_shift = 63 - most_levels;  // of a stem

  // The one thread that grows, until the end of its scope.
  class turn {
   public:
    explicit turn(sync::atomic<bool>& flag) noexcept : flag_(flag) {}
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    ~turn() { flag_.store(false, release); }  // edge turn

   private:
    sync::atomic<bool>& flag_;
  };

  static unsigned level_for(std::size_t buckets) noexcept {
    const unsigned level = static_cast<unsigned>(std::bit_width(buckets > 2 ? buckets - 1 : 1));
    return level < most_levels ? level : most_levels;
  }
  static std::size_t bucket_count(std::uint64_t mask) noexcept { return std::size_t(1) << std::popcount(mask); }

  static std::size_t deepest_of(std::uint64_t mask) noexcept {
    return static_cast<std::size_t>(std::countr_zero(mask)) - 1;
  }

  // The sentinel of the bucket whose least order is `least`.  Stems are odd numbers of half a sentinel each: two apart.
  entrance& of(std::uint64_t least) noexcept {
    const std::uint64_t stem = least >> 1 | std::uint64_t(1) << 63;
    const auto shift = static_cast<std::size_t>(std::countr_zero(stem));
    // relaxed: seen with the mask, edge grow
    return *reinterpret_cast<entrance*>(zeroes_[shift - least_shift].load(relaxed) + (stem >> shift) * (sizeof(entrance) / 2));
  }

  // The least odd number of a segment, and the number of its sentinels.
  static std::uint64_t first_odd(std::size_t shift) noexcept {
    return shift == 63 ? 1 : (std::uint64_t(1) << (63 - shift)) + 1;
  }
  static std::size_t segment_size(std::size_t shift) noexcept { return std::size_t(1) << (shift == 63 ? 0 : 62 - shift); }
  std::size_t size_of_first() const noexcept { return std::size_t(1) << level_; }

  void set_segment(std::size_t shift, entrance* begin) noexcept {
    const std::uintptr_t zero = reinterpret_cast<std::uintptr_t>(begin) - first_odd(shift) * (sizeof(entrance) / 2);
    zeroes_[shift - least_shift].store(zero, relaxed);  // relaxed: not shared yet, or published by the mask
  }
  entrance* segment(std::size_t shift) const noexcept {
    const std::uintptr_t zero = zeroes_[shift - least_shift].load(relaxed);  // relaxed: as in of()
    return reinterpret_cast<entrance*>(zero + first_odd(shift) * (sizeof(entrance) / 2));
  }

  // Segments begin at a cache line.  Heaps hand out one block behind the other: what follows a segment, elements above all,
  // lies to the lines as the segment does, and what a reader looks at of an element is in one line, not across two.
  static constexpr std::size_t alignment = sync::cache_line;
  static_assert(alignof(entrance) <= alignment);
  static_assert(sizeof(entrance) % 2 == 0);  // of()

  // A null resource_ is the heap; null if that is exhausted.  Throws: what the resource throws.
  entrance* try_allocate(std::size_t size) {
    const std::size_t bytes = size * sizeof(entrance);
    return static_cast<entrance*>(resource_ == nullptr ? ::operator new(bytes, std::align_val_t(alignment), std::nothrow)
                                                       : resource_->allocate(bytes, alignment));
  }
  void end(entrance* begin, std::size_t size) noexcept {
    std::destroy_n(begin, size);
    if (resource_ == nullptr) {
      ::operator delete(begin, std::align_val_t(alignment));
    } else {
      resource_->deallocate(begin, size * sizeof(entrance), alignment);
    }
  }

  const unsigned level_;              // L at first
  sync::atomic<std::uint64_t> mask_;  // the top L bits; written by the thread that grows
  // By the lowest one of their stems: where a segment would begin whose odd numbers began with zero.
  sync::atomic<std::uintptr_t> zeroes_[most_levels + 1] = {};
  sync::atomic<bool> is_growing_{false};
  std::pmr::memory_resource* const resource_;
  entrance* const first_;  // the segments of the first L levels, which are one block
  entrance last_;
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_DIRECTORY_H
