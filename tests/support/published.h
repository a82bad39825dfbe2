// One object that any thread may read, and replace by the next.

#ifndef RECLAIM_TESTS_SUPPORT_PUBLISHED_H
#define RECLAIM_TESTS_SUPPORT_PUBLISHED_H

#include <cstdint>

#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"

namespace reclaim::tests {

template <class Domain>
struct node : Domain::hook {
  explicit node(std::uint64_t number = 0) noexcept : value(number) {}
  counted value;
};

template <class Domain>
using source = sync::atomic<node<Domain>*>;

// Enters, protects and leaves.  Returns what it read.
template <class Domain>
std::uint64_t read(Domain& domain, const source<Domain>& src) {
  auto guard = domain.enter();
  auto shield = guard.shield();
  node<Domain>* const n = shield.protect(src);
  return n == nullptr ? 0 : n->value.value();
}

// Publishes a new object and retires the old one.
template <class Domain>
void replace(Domain& domain, source<Domain>& src, std::uint64_t number) {
  auto guard = domain.enter();
  if (node<Domain>* const old = src.exchange(new node<Domain>(number), acq_rel)) guard.retire(old);
}

// Retires what the source holds.
template <class Domain>
void unpublish(Domain& domain, source<Domain>& src) {
  if (node<Domain>* const old = src.exchange(nullptr, acq_rel)) domain.retire(old);
}

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SUPPORT_PUBLISHED_H
