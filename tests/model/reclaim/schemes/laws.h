// Scenarios for every scheme: what a domain promises, where threads meet.

#ifndef RECLAIM_TESTS_MODEL_RECLAIM_SCHEMES_LAWS_H
#define RECLAIM_TESTS_MODEL_RECLAIM_SCHEMES_LAWS_H

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"
#include "tests/support/model.h"

namespace reclaim::model {

// A domain, and one place that names an object; threads read it and put others there.
template <class Domain>
class shared_object : public scenario {
 protected:
  using object = model::object<Domain>;

  explicit shared_object(const domain_options& options = eager()) : domain(options) { join_all(domain); }
  ~shared_object() override { delete root.load(relaxed); }

  object* exchange() { return root.exchange(new object, acq_rel); }
  void replace() { domain.retire(exchange()); }
  static void read(const object& o) { expect(o.read() == 1, "an object ended while it was read"); }

  void read_once() {
    auto guard = domain.enter();
    auto shield = guard.shield();
    const object* const o = shield.protect(root);
    pause();
    read(*o);
  }

  Domain domain;
  sync::atomic<object*> root{new object};
  step pause;
};

// One thread reads, under one guard after another, while another replaces and retires.
template <class Domain>
class reader_and_retirer final : public shared_object<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    for (int i = 0; i != 2; ++i) index == 0 ? this->read_once() : this->replace();
  }
};

// A reader, and two threads that replace each other's objects.
template <class Domain>
class reader_and_two_retirers final : public shared_object<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    for (int i = 0; i != 2; ++i) index == 0 ? this->read_once() : this->replace();
  }
};

// What the outer guard protects lives, though an inner guard has come and gone.
template <class Domain>
class nested_guards final : public shared_object<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index != 0) {
      for (int i = 0; i != 3; ++i) this->replace();
      return;
    }
    auto outer = this->domain.enter();
    auto shield = outer.shield();
    const auto* const o = shield.protect(this->root);
    this->read_once();
    this->read(*o);
  }
};

// After repin() a guard protects what is read from then on.  A third thread moves the domain on, which has seen nothing
// of what the second one unlinked.
template <class Domain>
class repinned_guard final : public shared_object<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 1) this->replace();
    if (index != 0) {
      for (unsigned i = 0; i != 3 - index; ++i) this->domain.retire(new typename shared_object<Domain>::object);
      return;
    }
    auto guard = this->domain.enter();
    for (int i = 0; i != 2; ++i) {
      auto shield = guard.shield();
      const auto* const o = shield.protect(this->root);
      this->pause();
      this->read(*o);
      shield.reset();
      guard.repin();
    }
  }
};

// A thread retires and ends; another one adopts what it left, and a third one reads.
template <class Domain>
class orphans_are_adopted final : public shared_object<Domain> {
 public:
  static constexpr unsigned threads = 3;

  orphans_are_adopted() : shared_object<Domain>(domain_options{.objects_per_collect = 2, .reclaims_per_retire = 64}) {}

  void thread(unsigned index) override {
    if (index == 0) return this->read_once();
    if (index == 1) {
      this->replace();
      sync::end_thread();
      return;
    }
    for (int i = 0; i != 4; ++i) this->domain.retire(new typename shared_object<Domain>::object);
  }
};

// A thread reads and ends, and its participant becomes another's, who reads too, while a third one retires.
template <class Domain>
class recycled_participant final : public shared_object<Domain> {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index == 0) {
      this->read_once();
      this->replace();
      sync::end_thread();
      has_ended.store(true, release);
    } else if (index == 1) {
      if (!has_ended.load(acquire)) return;
      sync::begin_thread(0);
      this->read_once();
    } else {
      for (int i = 0; i != 2; ++i) this->replace();
    }
  }

 private:
  sync::atomic<bool> has_ended{false};
};

// A thread drains what another one has retired, and may be retiring, while a third one reads.
template <class Domain>
class drain_visits final : public shared_object<Domain> {
 public:
  static constexpr unsigned threads = 3;

  drain_visits() : shared_object<Domain>(domain_options{.objects_per_collect = 3, .reclaims_per_retire = 64}) {}

  void thread(unsigned index) override {
    if (index == 0) return this->read_once();
    if (index == 2) return static_cast<void>(this->domain.drain());
    for (int i = 0; i != 2; ++i) this->replace();
  }
};

// Two threads retire, and drain each other.
template <class Domain>
class drains_meet final : public shared_object<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned) override {
    this->replace();
    this->domain.drain();
  }
};

// A thread joins, beyond the first chunk of participants, while another one looks for readers.
template <class Domain>
class late_reader final : public shared_object<Domain> {
 public:
  static constexpr unsigned threads = 2;

  void thread(unsigned index) override {
    if (index == 0) {
      for (int i = 0; i != 2; ++i) this->replace();
    } else {
      this->read_once();
    }
  }
};

// Tags come and go with the pointer: protect() keeps the object, try_protect() tells a changed tag.
template <class Domain>
class tagged_source final : public scenario {
 public:
  static constexpr unsigned threads = 2;
  using object = model::object<Domain>;
  using word = tagged_ptr<object>;

  tagged_source() { join_all(domain); }
  ~tagged_source() override { delete root.load(relaxed).pointer(); }

  void thread(unsigned index) override {
    if (index != 0) {
      word old = root.load(relaxed);
      root.store(old.with_tag(1), release);
      for (std::uintptr_t tag = 0; tag != 2; ++tag) {
        domain.retire(root.exchange(word(new object, tag), acq_rel).pointer());
      }
      return;
    }
    auto guard = domain.enter();
    auto shield = guard.shield();
    word w = root.load(relaxed);
    word expected = w;
    while (!shield.try_protect(w, root)) expected = w;
    expect(w == expected, "try_protect() took another tag for the same");
    pause();
    expect(w.pointer()->read() == 1, "an object ended while it was read");
    w = shield.protect(root);
    pause();
    expect(w.pointer()->read() == 1, "an object ended while it was read");
  }

 private:
  Domain domain{eager()};
  sync::atomic<word> root{word(new object)};
  step pause;
};

// An object that retires another one when it ends.
template <class Domain>
class deleter_retires final : public scenario {
 public:
  static constexpr unsigned threads = 2;

  ~deleter_retires() override { delete root.load(relaxed); }

  void thread(unsigned index) override {
    if (index != 0) {
      for (int i = 0; i != 2; ++i) domain.retire(root.exchange(new outer(domain), acq_rel));
      return;
    }
    auto guard = domain.enter();
    auto first = guard.shield();
    auto second = guard.shield();
    const outer* const o = first.protect(root);
    const object<Domain>* const i = second.protect(o->inner);
    if (root.load(acquire) != o) return;  // else *i may have been retired before it was protected
    pause();
    expect(o->read() == 1 && i->read() == 1, "an object ended while it was read");
  }

 private:
  struct outer : object<Domain> {
    explicit outer(Domain& d) : domain(d) {}
    ~outer() { domain.retire(inner.load(relaxed)); }
    Domain& domain;
    sync::atomic<object<Domain>*> inner{new object<Domain>};
  };

  Domain domain{eager()};
  sync::atomic<outer*> root{new outer(domain)};
  step pause;
};

}  // namespace reclaim::model

#endif  // RECLAIM_TESTS_MODEL_RECLAIM_SCHEMES_LAWS_H
