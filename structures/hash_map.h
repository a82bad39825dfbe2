// A hash map for threads: lock-free, growing while it is used, its elements reclaimed through any domain.
//
// One sorted list holds all elements; buckets are places in it, and doubling their number moves nothing
// (hash_map/directory.h, hash_map/bucket_list.h).  An element never changes place and its key never changes; an
// assignment puts a new element in the old one's place, and whoever reads the old one goes on reading it.
//
// Which member may run beside which: docs/structures.md.  In short: all but construction and destruction.
//
// Synchronization edges: those of hash_map/; this file orders nothing itself.

#ifndef RECLAIM_STRUCTURES_HASH_MAP_H
#define RECLAIM_STRUCTURES_HASH_MAP_H

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <memory_resource>
#include <type_traits>
#include <utility>

#include "reclaim/core/domain.h"
#include "structures/hash_map/table.h"

namespace reclaim {

// What a user may set when making a hash_map.
struct hash_map_options {
  std::size_t initial_buckets = 16;  // rounded up to a power of two, at least 2; 8 bytes each
  double elements_per_bucket = 0.5;  // when there are more, the buckets double; 0: they do not
  bool grows = true;
};

namespace map_parts {

// Q where a map's Hash and Eq take anything that is like a key; else K, and the argument converts to it.
template <bool IsTransparent>
struct key_type_for {
  template <class Q, class K>
  using type = Q;
};
template <>
struct key_type_for<false> {
  template <class Q, class K>
  using type = K;
};

}  // namespace map_parts

// A map from K to V.  All members may be called by any thread, and by the functions that a member calls; but a function
// given to update() or erase_if() must not change the element that it is called for, or it is called for ever.
// Lock-free throughout; O(1) expected, if Hash is good, unless stated.
//
// Values are shared: a V& that a member hands out may be in other threads' hands too.  To change a value that others
// read, replace it (update, insert_or_assign), or make V something that may be changed while it is read.
//
// Exceptions: whatever K, V, Hash, Eq, a given function or the memory resource throws leaves the map as it was.
//
// Memory: an element takes three words, K and V; and another word if K is no scalar or Hash may throw, which keeps it from
// being called again.
template <class K, class V, domain Domain, class Hash = std::hash<K>, class Eq = std::equal_to<K>>
class hash_map {
  static_assert(std::is_object_v<K> && std::is_object_v<V> && !std::is_const_v<K> && !std::is_const_v<V>,
                "hash_map<K, V, ...>: K and V must be objects, and not const");
  static_assert(std::is_nothrow_destructible_v<K> && std::is_nothrow_destructible_v<V>,
                "hash_map<K, V, ...>: the destructors of K and V must not throw");
  static_assert(std::is_invocable_r_v<std::size_t, const Hash&, const K&>,
                "hash_map<K, ..., Hash>: Hash must be callable as std::size_t(const K&) const (is std::hash<K> defined?)");
  static_assert(std::is_invocable_r_v<bool, const Eq&, const K&, const K&>,
                "hash_map<K, ..., Eq>: Eq must be callable as bool(const K&, const K&) const");

  static constexpr bool is_transparent = requires {
    typename Hash::is_transparent;
    typename Eq::is_transparent;
  };
  template <class Q>
  using key_arg = typename map_parts::key_type_for<is_transparent>::template type<Q, K>;

  using table = map_parts::table<K, V, Domain, Hash, Eq>;
  using node = typename table::node;

 public:
  using key_type = K;
  using mapped_type = V;
  using domain_type = Domain;
  using guard = typename Domain::guard;
  using shield = typename Domain::shield;

  // What an element takes of the heap, in one block; of a memory resource it takes a word more.
  static constexpr std::size_t bytes_an_element = sizeof(node);

  // Makes an empty map, whose elements will be retired to `domain`, which outlives the map.  Memory comes from
  // `resource`, which must be safe for all threads of the domain and outlive what that has yet to end, or from the heap.
  // Throws: what the allocation throws.  O(initial buckets).
  explicit hash_map(Domain& domain, const hash_map_options& options = {}, Hash hash = {}, Eq eq = {},
                    std::pmr::memory_resource* resource = nullptr)
      : table_(domain, options.initial_buckets, options.grows ? options.elements_per_bucket : 0, std::move(hash),
               std::move(eq), resource) {}
  hash_map(const hash_map&) = delete;
  hash_map& operator=(const hash_map&) = delete;

  // Ends the elements that are left, at once: calls nothing of the domain, so a map may be an element's value.
  // Precondition: no other thread uses the map, or what it has found in it.  O(elements + buckets).
  ~hash_map() = default;

  Domain& domain() const noexcept { return table_.domain(); }

  // Returns the value of `key`, or null.  It lives until `s` moves on or its guard ends, whatever happens to the map.
  // Precondition: `s` is of this map's domain (checked in debug builds).  Throws: what Hash or Eq throws.
  template <class Q = K>
  V* find(const key_arg<Q>& key, shield& s) {
    return find_held(key, s);
  }
  template <class Q = K>
  const V* find(const key_arg<Q>& key, shield& s) const {
    return find_held(key, s);
  }

  // The same, where the guard protects all that it reaches: the value lives until `g` ends.
  template <class Q = K>
  V* find(const key_arg<Q>& key, guard& g) {
    static_assert(region_domain<Domain>,
                  "hash_map::find(key, guard): the value would live as long as the guard, which takes a region_domain; "
                  "this domain protects what a shield holds: use find(key, shield)");
    shield s = g.shield();
    return find<Q>(key, s);
  }

  template <class Q = K>
  bool contains(const key_arg<Q>& key) const {
    return table_.visit(key, [](const node&) {});
  }

  // Calls f(value) if there is a value of `key`, which lives until f returns.  Returns whether there is.
  // Throws: what Hash, Eq or f throws.
  template <class Q = K, std::invocable<V&> F>
  bool visit(const key_arg<Q>& key, F&& f) {
    return table_.visit(key, [&](node& found) { std::forward<F>(f)(found.value); });
  }
  template <class Q = K, std::invocable<const V&> F>
  bool visit(const key_arg<Q>& key, F&& f) const {
    return table_.visit(key, [&](const node& found) { std::forward<F>(f)(found.value); });
  }

  // Inserts (key, V(args...)) if there is no such key; else makes nothing of the arguments.  Returns whether it did.
  template <class... Args>
  bool emplace(const K& key, Args&&... args) {
    return table_.add(key, [&] { return V(std::forward<Args>(args)...); });
  }
  template <class... Args>
  bool emplace(K&& key, Args&&... args) {
    return table_.add(std::move(key), [&] { return V(std::forward<Args>(args)...); });
  }
  template <class W = V>
  bool insert(const K& key, W&& value) {
    return emplace(key, std::forward<W>(value));
  }
  template <class W = V>
  bool insert(K&& key, W&& value) {
    return emplace(std::move(key), std::forward<W>(value));
  }

  // Makes `value` the value of `key`.  Returns true if the key is new, false if another value was replaced and retired.
  template <class W = V>
  bool insert_or_assign(const K& key, W&& value) {
    return table_.assign(key, std::forward<W>(value));
  }
  template <class W = V>
  bool insert_or_assign(K&& key, W&& value) {
    return table_.assign(std::move(key), std::forward<W>(value));
  }

  // Replaces the value of `key` by f(value), and retires the old one.  Returns whether there was one.  f is called
  // again when another thread replaced the value meanwhile: the last call's result counts.
  template <class Q = K, std::invocable<const V&> F>
  bool update(const key_arg<Q>& key, F&& f) {
    static_assert(std::copy_constructible<K>,
                  "hash_map::update(key, f) makes a new element: K must be copyable, or give the key as update(K&&, f)");
    return table_.revise(key, [](const K& old) -> const K& { return old; }, f);
  }
  template <std::invocable<const V&> F>
    requires(!std::copy_constructible<K>)
  bool update(K&& key, F&& f) {
    return table_.revise(std::as_const(key), [&](const K&) -> K&& { return std::move(key); }, f);
  }

  // Returns the value of `key`, protected by `s`; inserts make() if there is none.  make() is called once at most, and
  // its result is lost if another thread inserts the key first.
  template <std::invocable<> Make>
  V& get_or_insert_with(const K& key, Make&& make, shield& s) {
    return check_and_add(key, make, s);
  }
  template <std::invocable<> Make>
  V& get_or_insert_with(K&& key, Make&& make, shield& s) {
    return check_and_add(std::move(key), make, s);
  }

  // Erases `key` and retires its element.  Returns whether it was there.
  template <class Q = K>
  bool erase(const key_arg<Q>& key) {
    return erase_if<Q>(key, [](const K&, const V&) { return true; });
  }

  // Erases `key` if pred(key, value) holds for the value that is erased.  Returns whether it did.
  template <class Q = K, std::predicate<const K&, const V&> Pred>
  bool erase_if(const key_arg<Q>& key, Pred&& pred) {
    return table_.erase(key, pred);
  }

  // Erases every element for which pred(key, value) holds.  Returns how many.  Sees what for_each sees.  O(elements).
  template <std::predicate<const K&, const V&> Pred>
  std::size_t erase_if(Pred&& pred) {
    return table_.walk([&](const node& n) -> bool { return pred(n.key, n.value); });
  }

  // Erases every element that is there from the call to the return.  Others may insert meanwhile.  O(elements).
  void clear() {
    table_.walk([](const node&) { return true; });
  }

  // Calls f(key, value) for every element that is there from the call to the return, and for some that are not;
  // once for each key, unless hashes of two keys agree in 63 bits: then perhaps more often.  O(elements).
  template <std::invocable<const K&, V&> F>
  void for_each(F&& f) {
    table_.walk([&](node& n) { return f(std::as_const(n.key), n.value), false; });
  }
  template <std::invocable<const K&, const V&> F>
  void for_each(F&& f) const {
    table_.walk([&](const node& n) { return f(n.key, n.value), false; });
  }

  // Returns the number of elements: exact while no other thread changes the map, else near it.  Wait-free.
  std::size_t size() const noexcept { return table_.size(); }
  bool empty() const noexcept { return size() == 0; }

  // Returns the number of buckets.  It never falls.  Wait-free.
  std::size_t bucket_count() const noexcept { return table_.bucket_count(); }

 private:
  template <class Key, class Make>
  V& check_and_add(Key&& key, Make& make, shield& s) {
    domain().check_own(s);
    return table_.add(std::forward<Key>(key), [&]() -> V { return make(); }, s).value;
  }
  template <class Q>
  V* find_held(const Q& key, shield& s) const {
    domain().check_own(s);
    node* const found = table_.look_up(key, s);
    if (found == nullptr) s.reset();
    return value_of(found);
  }
  static V* value_of(node* n) noexcept { return n != nullptr ? std::addressof(n->value) : nullptr; }

  // Searches insert sentinels and unlink what is deleted: never what a user could see.
  mutable table table_;
};

}  // namespace reclaim

#endif  // RECLAIM_STRUCTURES_HASH_MAP_H
