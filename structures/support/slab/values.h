// The values of a slab: how they are found by their keys, how they come and go.
//
// Synchronization edges (proofs: docs/memory_model.md#sharded_slab)
//   insert   publish() release --> find(), contains(), change() acquire   who finds a value sees it whole
//   remove   change() release --> find(), contains(), change() acquire   who finds a key dead sees what its remover did before
//   moved    moving::end() release --> take_value() acquire   who waited has the value
//   let-go   let_go() release --> let_go(), change() acquire   who retires a value comes after all who owned it

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_VALUES_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_VALUES_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"
#include "structures/support/slab/key.h"
#include "structures/support/slab/slot.h"
#include "structures/support/slab/store.h"

namespace reclaim::slab_parts {

// Lives as long as its store: until the slab has ended, and nothing waits or is owned.  It is what places end by.
template <class T, class Domain, class Config>
class values final : private ending,
                     public store<values<T, Domain, Config>, slot<T, typename Domain::hook, Config::keeps_values>, Config> {
  using layout = slab_parts::layout<Config>;
  using store = slab_parts::store<values, slot<T, typename Domain::hook, Config::keeps_values>, Config>;

 public:
  using place = slot<T, typename Domain::hook, Config::keeps_values>;
  using key = slab_key<Config>;
  using shield = typename Domain::shield;

  values(Domain& domain, std::size_t capacity)
      : ending{&end_one, false, footprint_of<place>},
        store(std::min(capacity, layout::most_places)),
        domain_(domain) {}

  ~values() {
    if constexpr (Config::keeps_values) store::for_each([](place& p, std::size_t) { p.forget(); });
  }

  Domain& domain() const noexcept { return domain_; }

  // A place to begin a value in, or null if the slab is full.  Throws: std::bad_alloc.
  [[gnu::always_inline]] place* begin() {
    auto why = lack::none;
    place* const p = this->take_place(why);
    if (p == nullptr && why == lack::memory) [[unlikely]] sync::raise_bad_alloc();
    return p;
  }

  // The key that a value will have that begins in *p.  Precondition: the place is in hand.
  static key key_of(const place& p) noexcept {
    return key_maker<Config>::make(p.word.load(relaxed) + layout::one_generation);  // relaxed: in hand
  }

  // The key of a value that lies at `index`, whose word is `word`.
  static key key_of_live(std::uint64_t word, std::size_t index) noexcept {
    return key_maker<Config>::make((word & layout::generation_mask) | index);
  }

  // Makes the value make(key) in *p, where the key leads from then on.  Throws: what make() throws; *p is given back then.
  template <class Make>
  [[gnu::always_inline]] key insert(place& p, Make& make) {
    const key k = key_of(p);
    hand h{*this, &p};
    p.begin([&] { return make(k); });
    h.holds = nullptr;
    publish(p, k);
    return k;
  }

  // From now on the key leads to the value.
  static void publish(place& p, key k) noexcept {
    p.word.store(k.to_integer() & layout::generation_mask, release);  // edge insert
  }

  // The value, protected by `s`; or null, and then `s` protects nothing.
  [[gnu::always_inline]] T* find(key k, shield& s) const noexcept {
    place* const p = store::find(k.index());
    if (p == nullptr) [[unlikely]] return nullptr;
    // edges insert, remove
    if (s.protect_if(p, [&]() noexcept { return is_of(k, p->word.load(acquire)); })) [[likely]] return &p->value();
    s.reset();
    return nullptr;
  }
  [[gnu::always_inline]] bool contains(key k) const noexcept {
    const place* const p = store::find(k.index());
    return p != nullptr && is_of(k, p->word.load(acquire));  // edges insert, remove
  }

  bool remove(key k) noexcept {
    std::uint64_t word = 0;
    place* const p = change(k, word, [&](std::uint64_t found) {
      return layout::next_generation(found) | (owners(found) != 0 ? owners(found) : k.index());
    });
    if (p != nullptr && owners(word) == 0) retire(*p);
    return p != nullptr;
  }

  // Returns the place, with one owner more; null if there is no such value, or if it has as many as can be counted.
  place* own(key k) noexcept {
    std::uint64_t word = 0;
    place* const p = change(k, word, [](std::uint64_t found) { return owners(found) == most_owners ? found : found + 1; });
    return owners(word) == most_owners ? nullptr : p;
  }

  // Removes the value for an owner more.
  place* take(key k) noexcept {
    std::uint64_t word = 0;
    place* const p = change(k, word, [](std::uint64_t found) {
      return layout::next_generation(found) | (owners(found) == most_owners ? most_owners : owners(found) + 1);
    });
    if (p != nullptr && owners(word) == most_owners) sync::fail("sharded_slab: a value has too many owners to be taken");
    return p;
  }

  // Removes the value, waits until nobody else can have it, and moves it out.
  std::optional<T> take_value(key k) noexcept {
    place* const p = take(k);
    if (p == nullptr) return std::nullopt;
    sync::backoff backoff;
    while (owners(p->word.load(acquire)) != 1) backoff.pause();  // edge let-go
    moving moved(*this);
    make_free(*p, k.index());
    domain_.retire(p, static_cast<const ending&>(moved));
    while (!moved.is_done.load(acquire)) {  // edge moved
      domain_.drain();
      backoff.pause();
    }
    return std::move(moved.value);
  }

  // An owner lets go.
  void let_go(place& p, std::size_t index) noexcept {
    const std::uint64_t word = p.word.fetch_sub(1, acq_rel);  // edge let-go
    if (owners(word) != 1 || layout::is_live(word)) return;
    make_free(p, index);
    retire(p);
  }

  // Calls f(key, value) for each value.
  template <class F>
  void for_each(F& f) {
    auto guard = domain_.enter();
    auto s = guard.shield();
    for_each_key([&](key k) {
      if (T* const value = find(k, s)) f(k, *value);
    });
  }
  template <class F>
  void for_each_key(F&& f) const {
    store::for_each([&](place& p, std::size_t index) {
      const std::uint64_t word = p.word.load(relaxed);  // relaxed: whoever wants the value finds it by its key
      if (layout::is_live(word)) f(key_of_live(word, index));
    });
  }

  // The first value with an index of at least `index`, and its index; or null.  Precondition: no other thread is there.
  place* next(std::size_t& index) const {
    return store::find_from(index, [](const place& p) { return layout::is_live(p.word.load(relaxed)); });  // relaxed: alone
  }

  // The slab has ended.  Precondition: nobody looks for keys any more.
  void abandon() noexcept {
    std::size_t given_up = 0;
    store::for_each([&](place& p, std::size_t) {
      std::uint64_t word = p.word.load(acquire);  // edges insert, let-go
      if (!layout::is_live(word)) return;
      while (owners(word) != 0) {  // they may let go meanwhile
        // failed: edge let-go; no release: who owns it ends it, and nobody looks for the key any more
        if (p.word.compare_exchange_strong(word, layout::next_generation(word) | owners(word), acquire, acquire)) return;
      }
      p.end();
      ++given_up;
    });
    store::abandon(given_up);
  }

 private:
  // Gives a place back unless it is taken out.
  struct hand {
    values& to;
    place* holds;
    ~hand() {
      if (holds != nullptr) to.give_place(holds);
    }
  };

  // How a value ends that is moved out.
  struct moving final : ending {
    explicit moving(values& from) noexcept : ending{&end, false, footprint_of<place>}, of(from) {}

    static void end(retired* r, const ending& how) noexcept {
      moving& self = const_cast<moving&>(static_cast<const moving&>(how));
      place* const p = static_cast<place*>(r);
      self.value.emplace(std::move(p->value()));
      p->end();
      self.of.give_place(p);
      self.is_done.store(true, release);  // edge moved
    }

    values& of;
    std::optional<T> value;
    sync::atomic<bool> is_done{false};
  };

  static void make_free(place& p, std::size_t index) noexcept {
    const std::uint64_t generation = p.word.load(relaxed) & layout::generation_mask;
    p.word.store(generation | index, relaxed);  // relaxed, both: in hand
  }

  static constexpr std::uint64_t most_owners = layout::index_mask;

  static std::uint64_t owners(std::uint64_t word) noexcept { return word & layout::index_mask; }  // if it is not free
  static bool is_of(key k, std::uint64_t word) noexcept {
    return ((k.to_integer() ^ word) & layout::generation_mask) == 0;
  }

  // Changes the word of the value of `k` from `word` to to(word).  Returns its place; or null if there is no such value.
  template <class To>
  [[gnu::always_inline]] place* change(key k, std::uint64_t& word, To&& to) noexcept {
    place* const p = store::find(k.index());
    if (p == nullptr) [[unlikely]] return nullptr;
    word = k.to_integer() & layout::generation_mask;  // most often; else the first try finds out
    while (!p->word.compare_exchange_strong(word, to(word), acq_rel, acquire)) {  // edges insert, remove, let-go
      if (!is_of(k, word)) return nullptr;
    }
    return p;
  }

  void retire(place& p) noexcept { domain_.retire(&p, static_cast<const ending&>(*this)); }

  static void end_one(retired* r, const ending& how) noexcept {
    values& self = const_cast<values&>(static_cast<const values&>(how));
    place* const p = static_cast<place*>(r);
    p->end();
    self.give_place(p);
  }

  Domain& domain_;
};

}  // namespace reclaim::slab_parts

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_VALUES_H
