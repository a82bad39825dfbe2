// A queue and a domain with a fault each, which the committed inputs have to find.

#ifndef RECLAIM_TESTS_FUZZ_FAULTY_H
#define RECLAIM_TESTS_FUZZ_FAULTY_H

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "reclaim/schemes/hazard.h"
#include "tests/fuzz/structures.h"
#include "tests/fuzz/value.h"

namespace reclaim::fuzz {

// Loses the value with which it would hold 8.
template <class Domain>
class short_queue {
 public:
  explicit short_queue(Domain& domain) : domain_(domain) {}
  void push(value v) {
    const std::lock_guard hold(mutex_);
    if (all_.size() != 7) all_.push_back(v.number());
  }
  void emplace(unsigned number) { push(value(number)); }
  bool try_push(value v) { return push(std::move(v)), true; }
  std::optional<value> try_pop() {
    const std::lock_guard hold(mutex_);
    const auto number = take_from(all_, order::first_in_first_out);
    return number ? std::optional<value>(std::in_place, *number) : std::nullopt;
  }
  bool empty() const { return all_.empty(); }
  Domain& domain() const { return domain_; }

 private:
  Domain& domain_;
  std::mutex mutex_;
  std::deque<unsigned> all_;
};

struct with_a_short_queue : containers {
  template <class Domain>
  using queue = short_queue<Domain>;
};

// The end of a guard inside another ends what that one protects.
class forgetful_domain {
 public:
  using hook = hazard_domain::hook;
  using shield = hazard_domain::shield;
  static constexpr bool protects_regions = false;
  static constexpr const char* name = "forgetful";

  class [[nodiscard]] guard {
   public:
    explicit guard(hazard_domain& real) noexcept : real_(real.enter()) { ++depth; }
    guard(const guard&) = delete;
    ~guard() {
      if (--depth != 0) real_.repin();
    }
    hazard_domain::shield shield() noexcept { return real_.shield(); }
    void repin() noexcept { real_.repin(); }
    template <class T>
    void retire(T* object) noexcept {
      real_.retire(object);
    }

   private:
    inline static thread_local int depth = 0;
    hazard_domain::guard real_;
  };

  explicit forgetful_domain(const domain_options& options) : real_(options) {}

  guard enter() noexcept { return guard(real_); }
  template <class T>
  void retire(T* object) noexcept {
    real_.retire(object);
  }
  template <class T>
  void retire(T* object, const ending& how) noexcept {
    real_.retire(object, how);
  }
  template <class T, deleter_of<T> Deleter>
  void retire(T* object, const Deleter& deleter) {
    real_.retire(object, deleter);
  }
  template <class T, class Deleter>
  bool try_retire(T* object, const Deleter& deleter, std::size_t size) {
    return real_.try_retire(object, deleter, size);
  }
  std::size_t drain() noexcept { return real_.drain(); }
  std::size_t pending() const noexcept { return real_.pending(); }
  bool may_wait() noexcept { return real_.may_wait(); }
  void barrier() noexcept { real_.barrier(); }
  template <class Condition>
  void barrier_unless(const Condition& is_enough) noexcept {
    real_.barrier_unless(is_enough);
  }
  void check_own(const shield& s) const noexcept { real_.check_own(s); }

 private:
  hazard_domain real_;
};

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_FAULTY_H
