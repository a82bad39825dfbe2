// Where a search begins, and how it knows where to end.
//
// Synchronization edges: `grow` of directory.h, and those of the links that lead from one sentinel to the next.

#ifndef RECLAIM_STRUCTURES_HASH_MAP_ROUTE_H
#define RECLAIM_STRUCTURES_HASH_MAP_ROUTE_H

#include <cstdint>

#include "structures/hash_map/directory.h"
#include "structures/hash_map/node.h"

namespace reclaim::map_parts {

// The way to the elements of one order.  Most often a word of it tells that it leads beyond them, and what it leads to
// need not be looked at, which would be a cache miss.
template <class Domain>
class route {
 public:
  using entrance = sentinel<Domain>;
  using word = link_word<Domain>;

  // What a word leads to, as far as that can be told.
  enum class lead : unsigned char {
    element,   // an element, which may stand anywhere
    sentinel,  // a sentinel before the end
    beyond,    // something behind all elements of the order
  };

  // From `begin`, the sentinel of the bucket of `order` under `mask`; or, with mask 0, any that is before `order`.
  // Precondition: is_ready(begin).
  route(const directory<Domain>& buckets, entrance& begin, std::uint64_t order, std::uint64_t mask = 0) noexcept
      : buckets_(buckets),
        begin_(begin),
        order_(order),
        mask_(mask),
        prefix_((mask >> shared_shift & 1) != 0 ? prefix_of(order) : highest_prefix) {}

  entrance& begin() const noexcept { return begin_; }
  std::uint64_t order() const noexcept { return order_; }

  // Precondition: `at` was found on this route.
  //
  // All elements of a bucket agree in the bits above their prefix, if the mask covers those bits.  And while the buckets
  // are those of the mask no sentinel stands inside the bucket: whoever had inserted one had seen a longer mask.
  lead of(word at) const noexcept {
    if constexpr (prefix_bits != 0) {
      if (at.prefix() <= prefix_) return lead::element;
    }
    if ((at.tag() & to_sentinel) == 0) return prefix_bits != 0 ? lead::beyond : lead::element;
    return buckets_.has_mask(mask_) || buckets_.least_of(*sentinel_of<Domain>(at)) > order_ ? lead::beyond : lead::sentinel;
  }

 private:
  const directory<Domain>& buckets_;
  entrance& begin_;
  const std::uint64_t order_;
  const std::uint64_t mask_;
  const std::uint64_t prefix_;
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_ROUTE_H
