// What the list of a hash_map is made of: elements, and the sentinels at which its buckets begin.
//
//   sentinel --> element --> element --> sentinel --> element --> ... --> the last sentinel
//
// Every link is one word: a pointer, two tags, and as much of the order of what it leads to as an address leaves room for.

#ifndef RECLAIM_STRUCTURES_HASH_MAP_NODE_H
#define RECLAIM_STRUCTURES_HASH_MAP_NODE_H

#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/core/tagged_ptr.h"
#include "reclaim/sync/sync.h"
#include "structures/support/node_memory.h"

namespace reclaim::map_parts {

// In an element's link: the element is deleted, and the link never changes again.
// In a sentinel's link: the sentinel is not yet part of the list.
inline constexpr std::uintptr_t marked = 1;

// The link leads to a sentinel.
inline constexpr std::uintptr_t to_sentinel = 2;

// Buckets are told apart by the top bits, and user hashes are often the identity, or a multiplication by 2^64 over the
// golden ratio: every bit goes to the top, and by another multiplier.  The two halves of the product, folded: one without
// the other lets some pattern of keys fall into few buckets.
constexpr std::uint64_t scattered(std::uint64_t hash) noexcept { return sync::folded_product(hash, 0xa0761d6478bd642fu); }

// The order of the last sentinel.  Orders of elements are even, so they are below it.
inline constexpr std::uint64_t last_order = std::numeric_limits<std::uint64_t>::max();

// The prefix of a link: of an element some bits of its order, below those that tell large numbers of buckets apart; so a
// search need not look at an element to know that it stands behind what it looks for.  A sentinel's is above them all.
// Where an address has no bits to spare there is one of an element's, 0.
inline constexpr unsigned prefix_bits = sync::spare_address_bits;
inline constexpr unsigned shared_shift = 64 - sync::bucket_bits_before_prefixes;  // bits from here up must agree to compare
inline constexpr unsigned prefix_shift = shared_shift - 15;                       // of the order's bits
inline constexpr std::uint64_t highest_prefix = prefix_bits == 0 ? 0 : (std::uint64_t(1) << (shared_shift - prefix_shift)) - 1;
inline constexpr std::uint64_t sentinel_prefix = prefix_bits == 0 ? 0 : highest_prefix + 1;
static_assert(prefix_bits == 0 || sentinel_prefix >> prefix_bits == 0);
constexpr std::uint64_t prefix_of(std::uint64_t order) noexcept { return order >> prefix_shift & highest_prefix; }

// What elements of all kinds have in common.  The list is sorted by their order, which their map knows.
template <class Domain>
struct element : Domain::hook {
  using word = tagged_ptr<element, 2, prefix_bits>;

  sync::atomic<word> next{word()};
};

// The word of a link in a list of Domain.
template <class Domain>
using link_word = typename element<Domain>::word;

// The word of a link to `e`, whose order that is.
template <class Domain>
link_word<Domain> word_of(element<Domain>* e, std::uint64_t order) noexcept {
  return link_word<Domain>(e, 0, prefix_of(order));
}

// Where a bucket begins: before every element whose order is not less.  Never deleted, so nothing protects it.  What its
// order is the directory knows by its place there: so more of them fit into a cache.
template <class Domain>
struct sentinel {
  using word = link_word<Domain>;

  static word unborn() noexcept { return word(nullptr, marked); }                 // nobody has touched it
  static word claimed() noexcept { return word(nullptr, marked | to_sentinel); }  // one thread is inserting it

  sync::atomic<word> next{unborn()};
};

// A sentinel's address travels in words that are otherwise pointers to elements; the tag tells them apart.
template <class Domain>
link_word<Domain> word_of(sentinel<Domain>* s) noexcept {
  return link_word<Domain>(reinterpret_cast<element<Domain>*>(s), to_sentinel, sentinel_prefix);
}
template <class Domain>
sentinel<Domain>* sentinel_of(link_word<Domain> word) noexcept {
  return reinterpret_cast<sentinel<Domain>*>(word.pointer());
}

// Whether elements keep their order.  If not, it is found again from the key: that is hardly ever asked for, as long as
// links have prefixes; a number is hashed in the time of a few additions, and who may not throw may be called anywhere.
template <class K, class Hash>
inline constexpr bool keeps_order = !(std::is_scalar_v<K> && std::is_nothrow_invocable_v<const Hash&, const K&>);

template <bool Keeps>
struct kept_order {
  explicit kept_order(std::uint64_t position) noexcept : order(position) {}
  sync::plain<std::uint64_t> order;
};
template <>
struct kept_order<false> {
  explicit kept_order(std::uint64_t) noexcept {}
};

// An element with its key and value.  The value is what construct() returns, made in place.
template <class K, class V, class Domain, bool KeepsOrder>
struct node : element<Domain>, kept_order<KeepsOrder> {
  template <class Key, class Construct>
  node(std::uint64_t position, Key&& k, Construct& construct)
      : kept_order<KeepsOrder>(position), key(std::forward<Key>(k)), value(construct()) {}

  K key;
  V value;
};

// A node that no other thread can see yet.  Ends it, unless it is published.
template <class Node>
class draft {
 public:
  explicit draft(node_memory<Node>& memory) noexcept : memory_(memory) {}
  draft(const draft&) = delete;
  draft& operator=(const draft&) = delete;
  ~draft() { reset(nullptr); }

  explicit operator bool() const noexcept { return node_ != nullptr; }
  Node& operator*() const noexcept { return *node_; }
  Node* operator->() const noexcept { return node_; }

  // Makes the node anew.  Throws: what the allocation or the constructors of key and value throw; then it is as it was,
  // but that `key` may have been moved from.
  template <class Key, class Construct>
  void make(std::uint64_t order, Key&& key, Construct& construct) {
    reset(memory_.make(order, std::forward<Key>(key), construct));
  }

  // The node is no longer a draft.  Returns it.
  Node* publish() noexcept { return std::exchange(node_, nullptr); }

 private:
  void reset(Node* other) noexcept {
    Node* const old = std::exchange(node_, other);
    if (old != nullptr) memory_.end(old);
  }

  node_memory<Node>& memory_;
  Node* node_ = nullptr;
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_NODE_H
