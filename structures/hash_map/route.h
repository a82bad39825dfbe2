// Where a search begins, and how it knows where to end.
//
// Synchronization edges (proofs: docs/memory_model.md#hash_map)
//   link     bucket_list.h insert(), replace() release --> set_out() acquire   what the first link leads to is seen whole
//   unlink   bucket_list.h unlink() release            --> set_out() acquire   ... whoever linked it
//   settle   bucket_list.h settle() release            --> set_out() acquire   who begins at a sentinel sees the list behind it
// Beside these `grow` of directory.h.

#ifndef RECLAIM_STRUCTURES_HASH_MAP_ROUTE_H
#define RECLAIM_STRUCTURES_HASH_MAP_ROUTE_H

#include <cstdint>

#include "reclaim/sync/sync.h"
#include "structures/hash_map/directory.h"
#include "structures/hash_map/node.h"

namespace reclaim::map_parts {

// The way to the elements of one order.  Most often a word of it tells what it leads to, which need not be looked at: that
// would be a cache miss, and a wrong guess that is noticed only when the line has come.
//
// All that is short, in line: a route that lives in registers costs a search nothing.
template <class Domain>
class route {
 public:
  using entrance = sentinel<Domain>;
  using word = link_word<Domain>;

  // From `begin`, the sentinel of the bucket of `order` under `mask`.
  //
  // All elements of a bucket agree in the bits above their prefix, if the mask covers those bits.  Else prefixes tell
  // nothing, and any element may be of the order.
  [[gnu::always_inline]] route(const directory<Domain>& buckets, entrance& begin, std::uint64_t order,
                               std::uint64_t mask) noexcept
      : buckets_(&buckets), order_(order) {
    set_out(begin, mask);
  }

  // From any sentinel that is before `order`.
  route(const directory<Domain>& buckets, entrance& begin, std::uint64_t order) noexcept
      : route(buckets, begin, order, 0) {}

  // Begins anew at any sentinel that is before the order.
  [[gnu::always_inline]] void begin_at(entrance& begin) noexcept { set_out(begin, 0); }

  // Whether the entrance was part of the list when the route was made.  If not, a search must not begin there.
  bool is_ready() const noexcept { return (first_.tag() & marked) == 0; }

  entrance& begin() const noexcept { return *begin_; }
  word first() const noexcept { return first_; }  // the entrance's link, when the route was made
  std::uint64_t order() const noexcept { return order_; }

  // Precondition of all that follow: the route is ready, and `at` was found on it.

  // Whether a reader may pass what `at` leads to without looking where it stands: an element before all of the order.  Or,
  // where the next bucket has no sentinel yet, one of that bucket, behind which there is none of the order either; so who
  // seeks a place in the list has to look.
  [[gnu::always_inline]] bool may_pass(word at) const noexcept {
    if constexpr (prefix_bits == 0) return false;
    return at.prefix() < least_;
  }

  // Whether `at` leads to an element of which only a look can tell where it stands; or one that may be passed.
  [[gnu::always_inline]] bool is_close(word at) const noexcept {
    if constexpr (prefix_bits == 0) return (at.tag() & to_sentinel) == 0;
    return at.prefix() <= most_;
  }

  // Whether what it leads to stands behind all elements of the order; if not, it is a sentinel.
  // Precondition: not is_close(at).
  //
  // While the buckets are those of the mask no sentinel stands inside the bucket: whoever had inserted one had seen a
  // longer mask.
  [[gnu::always_inline]] bool is_beyond(word at) const noexcept {
    return buckets_->has_mask(mask_) || (at.tag() & to_sentinel) == 0 ||
           buckets_->begins_behind(order_, *sentinel_of<Domain>(at));
  }

 private:
  [[gnu::always_inline]] void set_out(entrance& begin, std::uint64_t mask) noexcept {
    const bool tells = (mask >> shared_shift & 1) != 0;
    begin_ = &begin;
    first_ = begin.next.load(acquire);  // edges link, unlink, settle
    mask_ = mask;
    least_ = tells ? prefix_of(order_) : 0;
    most_ = tells ? prefix_of(order_) : highest_prefix;
  }

  const directory<Domain>* buckets_;
  entrance* begin_;
  word first_;
  std::uint64_t order_;
  std::uint64_t mask_;
  std::uint64_t least_, most_;  // prefixes that an element of the order may have
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_ROUTE_H
