// What the scenarios of containers share.

#ifndef RECLAIM_TESTS_MODEL_STRUCTURES_OVER_DOMAIN_H
#define RECLAIM_TESTS_MODEL_STRUCTURES_OVER_DOMAIN_H

#include <cstddef>

#include "tests/support/model.h"

namespace reclaim::model {

// A container over a domain that ends its nodes.
template <class Domain>
class over_domain : public scenario {
 public:
  std::size_t reclaimed() const override { return domain.stats().reclaimed - ended(); }

 protected:
  explicit over_domain(const domain_options& options = eager()) : domain(options) { join_all(domain); }

  // Options for a domain of which nobody collects who does not drain it.
  static domain_options patient() {
    domain_options options = eager();
    options.objects_per_collect = 64;
    return options;
  }

  // Retires objects of no importance, so that nodes retired before come to their end within the schedule.
  void collect(int times) {
    for (int i = 0; i != times; ++i) domain.retire(new object<Domain>);
  }

  Domain domain;
};

// Which of a few values have been taken out.  Threads are simulated one at a time: plain integers will do.
class taken_values {
 public:
  template <class Optional>
  bool take(const Optional& v) {
    if (!v) return false;
    const int number = v->get();
    expect(number > 0 && number <= most, "a value came out that never went in");
    expect(times_[number]++ == 0, "a value came out twice");
    return true;
  }

  void expect_all(int count) const {
    for (int number = 1; number <= count; ++number) expect(times_[number] == 1, "a value that went in is lost");
  }

 private:
  static constexpr int most = 8;
  int times_[most + 1] = {};
};

}  // namespace reclaim::model

#endif  // RECLAIM_TESTS_MODEL_STRUCTURES_OVER_DOMAIN_H
