#include "structures/sharded_slab.h"

#include <optional>

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"
#include "structures/pool.h"
#include "tests/model/structures/over_domain.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// Pages of few places, of which few lie at hand.
struct few : slab_config {
  static constexpr std::size_t page_bytes = 256;
  static constexpr std::size_t most_at_hand = 2;
};
// Each place is used once and no more.
struct once : few {
  static constexpr unsigned generation_bits = 2;
};

template <class Domain, class Config = few>
class slab_over : public over_domain<Domain> {
 protected:
  using slab_type = sharded_slab<value, Domain, Config>;
  using key = typename slab_type::key;
  using owned = typename slab_type::owned;

  explicit slab_over(const slab_options& options = {}) : slab(std::in_place, this->domain, options) {}

  key put(int number) {
    const std::optional<key> k = slab->emplace(number);
    expect(k.has_value(), "a slab that has room is full");
    return *k;
  }

  // Whether there is a value, which must be `number`.
  bool read(key k, int number) {
    const auto found = slab->get(k);
    if (found) expect_value(*found, number);
    return static_cast<bool>(found);
  }
  static void expect_value(const value& v, int number) {
    change_threads();
    expect(v.get() == number, "a key leads to another value, or to none that lives");
  }

  std::optional<slab_type> slab;
};

// What one thread does with a value that all know, whose number is 1.
enum class deed : unsigned char { insert, get, own, visit, vacant, for_each, trim, remove, take, take_value, clear };

constexpr bool removes_one(deed d) { return d == deed::remove || d == deed::take || d == deed::take_value; }

// Two threads, one deed each, the first twice over: what was removed came out once, and what was inserted is there.
template <class Domain, deed First, deed Second>
class pair final : public slab_over<Domain> {
  using base = slab_over<Domain>;

 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    run(index == 0 ? First : Second);
    this->collect(2);
    if (index == 0) run(First);
  }

  void at_rest() override {
    const bool is_there = this->read(known, 1);
    expect(removed <= 1, "a value came out twice");
    if (First == deed::clear || Second == deed::clear) {
      expect(!is_there, "a value is there that was removed by clear()");
    } else {
      expect(is_there == (removed == 0), "a value is there and came out, or neither");
    }
    for (unsigned i = 0; i != inserted_count; ++i) {
      const bool may_be_cleared = First == deed::clear || Second == deed::clear;
      expect(this->read(inserted[i], 2) || may_be_cleared, "an inserted value is lost");
      for (unsigned j = 0; j != i; ++j) expect(inserted[j] != inserted[i], "two values have one key");
    }
    this->slab.reset();
    this->domain.drain();
  }

 private:
  void run(deed d) {
    auto& s = *this->slab;
    switch (d) {
      case deed::insert: inserted[inserted_count++] = this->put(2); break;
      case deed::get: this->read(known, 1); break;
      case deed::own:
        if (auto mine = s.own(known)) this->expect_value(*mine, 1);
        break;
      case deed::visit: s.visit(known, [](value& v) { base::expect_value(v, 1); }); break;
      case deed::vacant: {
        const auto place = s.vacant_entry();
        expect(place && place.key() != known, "a place is taken twice");
        change_threads();
        break;
      }
      case deed::for_each: s.for_each([](auto, value& v) { base::expect_value(v, v.get()); }); break;
      case deed::trim: s.trim(); break;
      case deed::remove: removed += s.remove(known) ? 1 : 0; break;
      case deed::take:
        if (auto mine = s.take(known)) {
          ++removed;
          expect(!s.contains(known), "a key leads to a value that was taken");
          this->expect_value(*mine, 1);
        }
        break;
      case deed::take_value: removed += s.take_value(known) ? 1 : 0; break;
      case deed::clear: s.clear(); break;
    }
  }

  typename base::key known = this->put(1);
  typename base::key inserted[4];  // and counts: one real thread
  unsigned inserted_count = 0;
  int removed = 0;
};

// A key is made known without an order of its own: who has it finds the value whole.
template <class Domain>
class made_known final : public slab_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) {
      known.store(this->put(1).to_integer(), relaxed);
      return;
    }
    while (known.load(relaxed) == 0) sync::yield();
    const auto k = slab_over<Domain>::key::from_integer(known.load(relaxed));
    expect(k.has_value(), "a key is none");
    this->read(*k, 1);
    if (auto mine = this->slab->own(*k)) this->expect_value(*mine, 1);
    this->slab->for_each([](auto, value& v) { slab_over<Domain>::expect_value(v, 1); });
  }

 private:
  sync::atomic<std::uint64_t> known{0};
};

// Who guesses a key finds nothing, or a whole value.
template <class Domain>
class guessed final : public slab_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) return static_cast<void>(this->put(1));
    this->slab->contains(*guess);
    this->read(*guess, 1);
  }
  void at_rest() override { expect(this->read(*guess, 1), "the first key of a slab is not that of another"); }

 private:
  const std::optional<typename slab_over<Domain>::key> guess = typename slab_over<Domain>::slab_type(this->domain).emplace(1);
};

// A thread that finds a key dead, How it may be, sees what its remover did before.
template <class Domain, deed How = deed::get>
class death_is_seen final : public slab_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) {
      before.set(1);
      this->slab->remove(k);
    } else if (How == deed::remove ? !this->slab->remove(k) : !this->slab->contains(k)) {
      expect(before.get() == 1, "a removal is seen, and not what came before it");
    }
  }

 private:
  typename slab_over<Domain>::key k = this->put(1);
  sync::plain<int> before{0};
};

// A value that cannot be copied is moved out when nobody can have it any more.
struct unique_value : value {
  using value::value;
  unique_value(unique_value&&) noexcept = default;
};
template <class Domain>
class moved_out final : public over_domain<Domain> {
  using slab_type = sharded_slab<unique_value, Domain, few>;

 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) {
      std::optional<unique_value> mine = slab.take_value(k);
      expect(mine && mine->get() == 1, "a value was not moved out");
      return;
    }
    if (const auto found = slab.get(k)) {
      change_threads();
      expect(found->get() == 1, "a reader sees a value that was moved from");
    }
    if (const auto mine = slab.own(k)) {
      change_threads();
      expect(mine->get() == 1, "an owner sees a value that was moved from");
    }
    for (int i = 0; i != 2; ++i) this->domain.drain();  // and so it may be this thread that moves it out
  }

 private:
  slab_type slab{this->domain};
  typename slab_type::key k = *slab.emplace(1);
};

// Somebody lets go of a value, the next one has it to himself, and a third ends it or moves it out: he comes after both.
template <class Domain, bool Takes>
class handed_down final : public over_domain<Domain> {
  using slab_type = sharded_slab<unique_value, Domain, few>;

 public:
  static constexpr unsigned threads = 3;

  handed_down() : over_domain<Domain>(over_domain<Domain>::patient()), mine{slab.own(k), slab.own(k)} {
    if (Takes) {
      mine[1].reset();
    } else {
      slab.remove(k);
    }
  }

  void thread(unsigned index) override {
    if (index == 2) {
      for (int i = 0; i != 2; ++i) this->domain.drain();
    } else if (index == 1 && Takes) {
      expect(slab.take_value(k).has_value(), "a value was not moved out");
    } else {
      expect(mine[index]->get() == 1, "an owner sees a value that has ended");
      mine[index].reset();
    }
  }

 private:
  slab_type slab{this->domain};
  typename slab_type::key k = *slab.emplace(1);
  typename slab_type::owned mine[2];
};

// An object of a pool is published, removed and claimed again while a reader may have it: nobody changes it under him.
struct slate {
  slate() : number(0) {}
  void clear() { number.set(0); }
  sync::plain<int> number;
};
template <class Domain>
class pooled final : public over_domain<Domain> {
  using pool_type = pool<slate, Domain, clears, few>;

 public:
  static constexpr unsigned threads = 2;

  std::size_t reclaimed() const override { return this->domain.stats().reclaimed; }
  void thread(unsigned index) override {
    if (index == 0) {
      if (const auto found = objects.get(first)) {
        change_threads();
        expect(found->number.get() == 1, "an object was changed under its reader");
      }
      return;
    }
    objects.remove(first);
    this->collect(2);
    auto mine = objects.try_claim();
    expect(mine && mine->number.get() == 0, "an object is not as good as new");
    mine->number.set(2);
    expect(mine.key() != first, "a key came again");
    mine.publish();
  }

 private:
  typename pool_type::key put() {
    auto mine = objects.try_claim();
    mine->number.set(1);
    return mine.publish();
  }
  pool_type objects{this->domain};
  typename pool_type::key first = put();
};

// A place is used again under another key while a reader has the first.
template <class Domain>
class reuse final : public slab_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) {
      for (int i = 0; i != 2; ++i) this->read(first, 1);
      return;
    }
    this->slab->remove(first);
    this->collect(3);
    const auto second = this->put(2);
    expect(second != first, "a key came again");
    expect(!this->read(first, 2), "a stale key leads to a value");
    expect(this->read(second, 2), "an inserted value is lost");
  }

 private:
  typename slab_over<Domain>::key first = this->put(1);
};

// Places go home while another thread takes them, and none is in two hands.
template <class Domain>
class home_and_away final : public slab_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  home_and_away() {
    for (auto& k : keys) k = this->put(1);
  }
  void thread(unsigned index) override {
    if (index == 0) {
      for (auto k : keys) this->slab->remove(k);
      this->collect(3);
      this->slab->trim();
      return;
    }
    for (auto& k : more) k = this->put(2);
    for (auto k : more) expect(this->read(k, 2), "an inserted value is lost");
  }
  void at_rest() override {
    for (auto k : more) expect(this->read(k, 2), "an inserted value is lost");
    for (auto k : keys) expect(!this->slab->contains(k), "a stale key leads to a value");
  }

 private:
  typename slab_over<Domain>::key keys[4], more[3];
};

// A page gives its memory back, and is used again, while a reader has a key of before.
template <class Domain>
class page_given_back final : public slab_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) {
      for (int i = 0; i != 3; ++i) this->read(first, 1);
      return;
    }
    this->slab->remove(first);
    this->collect(3);
    this->slab->trim();
    const auto second = this->put(2);
    expect(second != first && !this->slab->contains(first), "a stale key came to life with its page");
    expect(this->read(second, 2), "an inserted value is lost");
  }

 private:
  typename slab_over<Domain>::key first = this->put(1);
};

// The slab ends while an owner has a value that was removed, or not; the owner lets go when it likes.
template <class Domain>
class owner_outlives final : public slab_over<Domain> {
  using base = slab_over<Domain>;

 public:
  static constexpr unsigned threads = 2;

  owner_outlives() : mine(this->slab->own(this->put(1))) {}

  void thread(unsigned index) override {
    if (index == 0) {
      base::expect_value(*mine, 1);
      mine.reset();
    } else {
      this->slab.reset();
    }
    this->collect(2);
  }

 private:
  typename base::owned mine;
};

// The slab has ended, and two threads own what is left of it: the last to let go ends it.
template <class Domain>
class owners_outlive final : public slab_over<Domain> {
  using base = slab_over<Domain>;

 public:
  static constexpr unsigned threads = 2;

  owners_outlive() : mine{this->slab->own(this->put(1)), this->slab->own(this->put(1))} { this->slab.reset(); }

  void thread(unsigned index) override {
    base::expect_value(*mine[index], 1);
    mine[index].reset();
    this->collect(2);
  }

 private:
  typename base::owned mine[2];
};

// Three let go of a value, one of them by removing it: it ends once, when the last has gone.
template <class Domain>
class last_owner final : public slab_over<Domain> {
  using base = slab_over<Domain>;

 public:
  static constexpr unsigned threads = 3;

  last_owner() : k(this->put(1)), mine{this->slab->own(k), this->slab->own(k)} {}

  void thread(unsigned index) override {
    if (index == 2) {
      expect(this->slab->remove(k), "a value is not there");
    } else {
      base::expect_value(*mine[index], 1);
      mine[index].reset();
    }
    this->collect(2);
  }
  void at_rest() override {
    this->slab.reset();
    this->domain.drain();
  }

 private:
  typename base::key k;
  typename base::owned mine[2];
};

// The slab ends while what was removed from it still waits, and other threads end that: some at hand, some home.
template <class Domain>
class slab_ends_first final : public slab_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  slab_ends_first() {
    auto guard = this->domain.enter();  // so that all wait
    typename slab_over<Domain>::key keys[4];
    for (auto& k : keys) k = this->put(1);
    for (auto k : keys) this->slab->remove(k);
  }
  void thread(unsigned index) override {
    if (index == 0) {
      this->slab.reset();
    } else {
      this->collect(3);
      this->domain.drain();
    }
  }
};

// Places that are used up are used no more, and the slab ends although they never come home.
template <class Domain>
class used_up final : public slab_over<Domain, once> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    for (int i = 0; i != 2; ++i) {
      const auto k = this->put(1);
      expect(this->read(k, 1), "an inserted value is lost");
      this->slab->remove(k);
      this->collect(2);
      keys[2 * index + static_cast<unsigned>(i)] = k;
    }
  }
  void at_rest() override {
    for (unsigned i = 0; i != 4; ++i) {
      expect(!this->slab->contains(keys[i]), "a key leads to a value that was removed");
      for (unsigned j = 0; j != i; ++j) expect(keys[j] != keys[i], "a place that is used up was used again");
    }
  }

 private:
  typename slab_over<Domain, once>::key keys[4];
};

// A slab for one value: two threads want it, and one gets it; what lies at hand of another is found.
template <class Domain>
class full final : public slab_over<Domain> {
 public:
  static constexpr unsigned threads = 2;

  full() : slab_over<Domain>({.capacity = (sync::modelled_stacks = 2, std::size_t(1))}) {}
  ~full() override { sync::modelled_stacks = 1; }

  void thread(unsigned) override {
    const auto k = this->slab->emplace(1);
    if (!k) {
      ++refused;
      return;
    }
    mine = *k;
    expect(this->read(*k, 1), "an inserted value is lost");
    expect(!this->slab->emplace(2), "a full slab takes a value");
  }
  void at_rest() override {
    expect(refused == 1, "a slab for one has taken two, or none");
    this->slab->remove(mine);
    this->domain.drain();
    for (std::size_t other = 0; other != 2; ++other) {  // wherever it lies now, it is found
      sync::begin_thread(other);
      const auto k = this->slab->emplace(3);
      expect(k.has_value(), "a place that lies at hand elsewhere is not found");
      this->slab->remove(*k);
      this->domain.drain();
    }
  }

 private:
  typename slab_over<Domain>::key mine;  // of one real thread, as the next
  int refused = 0;
};

#define PAIR(domain, first, second) \
  plan_of<pair<domain##_domain, deed::first, deed::second>, #first "_" #second "/" #domain>(0, ends::not_asked, 2, 100'000)
#define PAIRS(first)                                                                                                   \
  PAIR(epoch, first, insert), PAIR(epoch, first, get), PAIR(epoch, first, own), PAIR(epoch, first, visit),             \
      PAIR(epoch, first, vacant), PAIR(epoch, first, for_each), PAIR(epoch, first, trim), PAIR(epoch, first, remove),  \
      PAIR(epoch, first, take), PAIR(epoch, first, take_value), PAIR(epoch, first, clear)
#define BOTH(scenario, ...) \
  plan_of<scenario<epoch_domain>, #scenario "/epoch">(__VA_ARGS__), plan_of<scenario<hazard_domain>, #scenario "/hazard">(__VA_ARGS__)
#define HYBRID(scenario) plan_of<scenario<hybrid_domain>, #scenario "/hybrid">(0, ends::not_asked, 2, 200'000)

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim;
  using namespace reclaim::model;
  return run(argc, argv,
             {
                 BOTH(made_known, 1, ends::not_asked, 2, 200'000),
                 BOTH(death_is_seen, 1, ends::not_asked, 2, 200'000),
                 plan_of<guessed<epoch_domain>, "guessed/epoch">(1, ends::not_asked, 2, 200'000),
                 plan_of<death_is_seen<epoch_domain, deed::remove>, "removed_before/epoch">(1, ends::not_asked, 2, 200'000),
                 BOTH(owners_outlive, 0, ends::sometimes, 2, 200'000),
                 BOTH(moved_out, 0, ends::sometimes, 2, 400'000),
                 plan_of<handed_down<epoch_domain, false>, "handed_down/epoch">(0, ends::sometimes, 2, 400'000),
                 plan_of<handed_down<epoch_domain, true>, "handed_down_and_taken/epoch">(0, ends::sometimes, 2, 400'000),
                 BOTH(pooled, 0, ends::sometimes, 2, 400'000),
                 BOTH(reuse, 1),
                 BOTH(home_and_away, 0, ends::sometimes, 2, 400'000),
                 BOTH(page_given_back, 0, ends::sometimes, 2, 400'000),
                 BOTH(owner_outlives, 0, ends::sometimes, 2, 400'000),
                 BOTH(last_owner, 0),
                 BOTH(slab_ends_first, 0, ends::sometimes, 2, 400'000),
                 BOTH(used_up, 0, ends::sometimes, 2, 400'000),
                 BOTH(full, 1, ends::not_asked),
                 HYBRID(made_known),
                 HYBRID(death_is_seen),
                 HYBRID(moved_out),
                 HYBRID(pooled),
                 HYBRID(reuse),
                 HYBRID(home_and_away),
                 HYBRID(page_given_back),
                 HYBRID(last_owner),
                 PAIRS(remove),
                 PAIRS(take),
                 PAIRS(insert),
                 PAIRS(own),
                 PAIRS(clear),
                 PAIRS(trim),
                 PAIR(hazard, get, remove),
                 PAIR(hazard, visit, take),
                 PAIR(hazard, for_each, remove),
                 PAIR(hazard, take_value, get),
                 PAIR(epoch, take_value, get),
                 PAIR(epoch, take_value, for_each),
             });
}
