// The work of hash_map: where a key belongs, and the loops that insert, replace, erase and visit.
// Contracts are in hash_map.h; all that is ordered is ordered in bucket_list.h and directory.h.

#ifndef RECLAIM_STRUCTURES_HASH_MAP_TABLE_H
#define RECLAIM_STRUCTURES_HASH_MAP_TABLE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"
#include "structures/hash_map/bucket_list.h"
#include "structures/hash_map/directory.h"
#include "structures/hash_map/element_count.h"
#include "structures/hash_map/look_up.h"
#include "structures/hash_map/node.h"
#include "structures/hash_map/route.h"
#include "structures/hash_map/walk.h"

namespace reclaim::map_parts {

// What changes the map is out of line: it would take registers from the reads around it, and gain nothing.
template <class K, class V, domain Domain, class Hash, class Eq>
class table {
 public:
  using element = map_parts::element<Domain>;
  static constexpr bool keeps_order = map_parts::keeps_order<K, Hash>;
  using node = map_parts::node<K, V, Domain, keeps_order>;
  using guard = typename Domain::guard;
  using shield = typename Domain::shield;

  // most_per_bucket: 0 if the table does not grow.
  table(Domain& domain, std::size_t buckets, double most_per_bucket, Hash&& hash, Eq&& eq,
        std::pmr::memory_resource* resource)
      : domain_(domain),
        hash_(std::move(hash)),
        eq_(std::move(eq)),
        memory_(resource),
        most_per_bucket_(most_per_bucket),
        directory_(buckets, resource) {}

  // Ends what is in the list.  Elements that are unlinked belong to the domain.
  ~table() {
    word at = directory_.head().next.load(relaxed);  // relaxed here and below: no other thread is left
    while (at != word_of(&directory_.last())) {
      if ((at.tag() & to_sentinel) != 0) {
        at = sentinel_of<Domain>(at)->next.load(relaxed);
        continue;
      }
      element* const e = at.pointer();
      at = e->next.load(relaxed);
      at = at.with_tag(at.tag() & ~marked);
      memory_.end(static_cast<node*>(e));
    }
  }

  Domain& domain() const noexcept { return domain_; }
  std::size_t size() const noexcept { return count_.sum(); }
  std::size_t bucket_count() const noexcept { return directory_.bucket_count(); }

  // Returns the element of `key`, protected by `s` or by the guard around it; or null, and then `s` may protect another.
  template <class Q>
  [[gnu::always_inline]] node* look_up(const Q& key, shield& s) {
    route way = route_to(order_of(key));
    auto match = is_key(key);
    if constexpr (region_domain<Domain>) {
      return static_cast<node*>(read_through<Domain>(way, match, as_owner()));
    } else {
      return static_cast<node*>(stepwise_search<Domain, owner, decltype(match)>::run(way, match, s, as_owner()));
    }
  }

  // Calls use(node&) if there is an element of `key`.  Returns whether there is.
  template <class Q, class Use>
  [[gnu::always_inline]] bool visit(const Q& key, Use use) {
    if constexpr (region_domain<Domain>) {
      auto g = domain_.enter();
      shield s = g.shield();
      node* const found = look_up(key, s);
      if (found != nullptr) use(*found);
      return found != nullptr;
    } else {
      const auto as_node = [&](element& e) { use(static_cast<node&>(e)); };
      auto match = is_key(key);
      return stepwise_search<Domain, owner, decltype(match)>::visit(route_to(order_of(key)), match, as_owner(), as_node);
    }
  }

  // Inserts an element of `key` and of what construct() returns, if the key is not there.
  template <class Key, class Construct>
  [[gnu::noinline]] bool add(Key&& key, Construct construct) {
    auto g = domain_.enter();
    shield current = g.shield();
    draft made(memory_);
    if (add(std::forward<Key>(key), g, current, made, construct, [] {}) != nullptr) return false;
    made.publish();
    return true;
  }

  // The same, but returns the element, new or not, protected by `s`.
  template <class Key, class Construct>
  [[gnu::noinline]] node& add(Key&& key, Construct construct, shield& s) {
    auto g = domain_.enter();
    shield made_shield = g.shield();
    draft made(memory_);
    // Before it is published nobody can retire it: what the shield protects then it protects on.
    const auto protect_own = [&] {
      const sync::atomic<element*> own{&*made};
      made_shield.protect(own);
    };
    node* const found = add(std::forward<Key>(key), g, s, made, construct, protect_own);
    if (found != nullptr) return *found;
    s.swap(made_shield);
    return *made.publish();
  }

  // Makes the value of `key` anew of `value`.  Returns whether the key is new.
  template <class Key, class W>
  [[gnu::noinline]] bool assign(Key&& key, W&& value) {
    const std::uint64_t order = order_of(key);
    auto g = domain_.enter();
    shield current = g.shield();
    draft made(memory_);
    cursor at(g, current, as_owner());
    for (;;) {
      const route way = route_to(order);
      const bool found = seek<true>(at, way, key, made);
      if (!made) {
        make_room();
        const auto construct = [&]() -> V { return V(std::forward<W>(value)); };
        made.make(order, std::forward<Key>(key), construct);
      }
      if (found) {
        if (!at.replace(way, *made)) continue;
        made.publish();
        return false;
      }
      if (at.insert(way, *made)) return count_.add(1), made.publish(), true;
    }
  }

  // Replaces the value of `key` by what f returns for it.  The new element's key is made of make_key(old key).
  template <class Q, class MakeKey, class F>
  [[gnu::noinline]] bool revise(const Q& key, MakeKey make_key, F& f) {
    const std::uint64_t order = order_of(key);
    auto g = domain_.enter();
    shield current = g.shield();
    draft made(memory_);
    cursor at(g, current, as_owner());
    for (;;) {
      const route way = route_to(order);
      if (!seek<true>(at, way, key, made)) return false;
      const node& old = static_cast<const node&>(at.current());
      const auto construct = [&]() -> V { return f(old.value); };
      if (!made) {
        made.make(order, make_key(old.key), construct);
      } else {
        made.make(order, std::move(made->key), construct);
      }
      do {
        if (!at.replace(way, *made)) continue;
        made.publish();
        return true;
      } while (at.refresh());
    }
  }

  // Erases the element of `key` if pred(key, value) holds.
  template <class Q, class Pred>
  [[gnu::noinline]] bool erase(const Q& key, Pred& pred) {
    const std::uint64_t order = order_of(key);
    auto g = domain_.enter();
    shield current = g.shield();
    cursor at(g, current, as_owner());
    for (;;) {
      const route way = route_to(order);
      if (!at.template seek<true>(way, is_key(key))) return false;
      const node& n = static_cast<const node&>(at.current());
      if (!pred(n.key, n.value)) return false;
      if (at.erase(way)) return count_.add(-1), true;
    }
  }

  // Calls decide(node&) for every element, and erases those for which it returns true.  Returns how many.
  template <class Decide>
  std::size_t walk(Decide decide) {
    auto g = domain_.enter();
    shield current = g.shield();
    list_walk<Domain, owner> walk(g, current, as_owner());
    std::size_t erased = 0;
    walk.run(
        route(directory_, directory_.head(), last_order - 1),
        [&](std::uint64_t order) -> entrance& { return route_to(order).begin(); },
        [&](const element& a, const element& b) { return is_key(static_cast<const node&>(b).key)(a); },
        [&](element& e) { return decide(static_cast<node&>(e)); },
        [&] { ++erased, count_.add(-1); });
    return erased;
  }

 private:
  using entrance = sentinel<Domain>;
  using route = map_parts::route<Domain>;
  using word = link_word<Domain>;
  using draft = map_parts::draft<node>;

  // All that a search needs of the table besides its route.
  struct owner {
    table& in;
    Domain& domain() const noexcept { return in.domain_; }
    route route_to(std::uint64_t order) const noexcept { return in.route_to(order); }
    std::uint64_t order_of(const element& e) const noexcept {
      const node& n = static_cast<const node&>(e);
      if constexpr (keeps_order) {
        return n.order.get();
      } else {
        return in.order_of(n.key);
      }
    }
    // Where orders are not kept the key itself tells sooner.
    bool may_be_of(std::uint64_t order, const element& e) const noexcept {
      return !keeps_order || order_of(e) == order;
    }
    void retire(guard& g, element* e) const noexcept { in.memory_.retire(g, static_cast<node*>(e)); }
  };
  using cursor = bucket_cursor<Domain, owner>;

  static constexpr std::size_t always_look = 256;  // buckets

  // Even: the last sentinel has the one order above all.
  template <class Q>
  std::uint64_t order_of(const Q& key) const {
    return scattered(static_cast<std::uint64_t>(hash_(key))) & ~std::uint64_t(1);
  }

  // What accepts the element of `key`, in a run of equal orders.
  template <class Q>
  auto is_key(const Q& key) const {
    return [this, &key](const element& e) { return eq_(static_cast<const node&>(e).key, key); };
  }

  // The key may have been moved into the draft.
  template <bool ToChange, class Q>
  bool seek(cursor& at, const route& way, const Q& key, const draft& made) {
    if (!made) return at.template seek<ToChange>(way, is_key(key));
    return at.template seek<ToChange>(way, is_key(std::as_const(made->key)));
  }

  owner as_owner() noexcept { return {*this}; }

  // From the entrance of the bucket of `order`, or from one before it if another thread is inserting that one.
  [[gnu::always_inline]] route route_to(std::uint64_t order) noexcept {
    const std::uint64_t mask = directory_.mask();
    entrance& s = directory_.at(order, mask);
    route way(directory_, s, order, mask);
    if (!way.is_ready()) [[unlikely]] way.begin_at(open(s, order & mask));
    return way;
  }

  // Inserts the sentinel of a bucket that is touched for the first time; `least` is the least order in it.  Who finds
  // another thread at it does not wait: the bucket before the split will do.
  [[gnu::noinline]] entrance& open(entrance& s, std::uint64_t least) noexcept {
    entrance& parent = directory_.parent(least);
    entrance& begin = is_ready(parent) ? parent : open(parent, least & (least - 1));
    word unborn = entrance::unborn();
    if (!s.next.compare_exchange_strong(unborn, entrance::claimed(), relaxed, relaxed)) return begin;  // a claim only
    auto g = domain_.enter();
    shield current = g.shield();
    cursor at(g, current, as_owner());
    do {
      at.seek(route(directory_, begin, least - 1), [](const element&) { return false; });
    } while (!at.insert(s));
    return s;
  }

  // Returns the element of `key` if there is one, protected by `current`; else inserts `made`, which it makes and shows
  // to before() first, and returns null.
  template <class Key, class Construct, class Before>
  node* add(Key&& key, guard& g, shield& current, draft& made, Construct& construct, Before before) {
    const std::uint64_t order = order_of(key);
    cursor at(g, current, as_owner());
    for (;;) {
      const route way = route_to(order);
      if (seek<false>(at, way, key, made)) return &static_cast<node&>(at.current());
      if (!made) {
        at.prepare_to_insert();
        make_room();
        made.make(order, std::forward<Key>(key), construct);
        before();
      }
      if (at.insert(way, *made)) return count_.add(1), nullptr;
    }
  }

  // Doubles the number of buckets if one more element is too many.  Before the insertion: it may throw.
  void make_room() {
    if (most_per_bucket_ == 0) return;
    const std::size_t buckets = directory_.bucket_count();
    if (buckets > always_look && !count_.is_time_to_look()) return;
    if (static_cast<double>(count_.sum()) >= static_cast<double>(buckets) * most_per_bucket_) directory_.grow(buckets);
  }

  Domain& domain_;
  [[no_unique_address]] const Hash hash_;
  [[no_unique_address]] const Eq eq_;
  node_memory<node> memory_;
  const double most_per_bucket_;
  directory<Domain> directory_;
  element_count count_;
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_TABLE_H
