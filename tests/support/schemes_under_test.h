// Every registered domain as gtest types, with options so small that reclamation really happens inside a test.
//
//   template <class D> struct QueueTest : testing::Test {};
//   TYPED_TEST_SUITE(QueueTest, domains_under_test, domain_names);
//   TYPED_TEST(QueueTest, IsEmptyAtFirst) {
//     TypeParam domain{small_options<TypeParam>()};
//     ...

#ifndef RECLAIM_TESTS_SUPPORT_SCHEMES_UNDER_TEST_H
#define RECLAIM_TESTS_SUPPORT_SCHEMES_UNDER_TEST_H

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "reclaim/schemes.h"

namespace reclaim::tests {

namespace detail {

template <class List>
struct gtest_types;

template <template <class...> class List, class... Domains>
struct gtest_types<List<Domains...>> {
  using type = ::testing::Types<Domains...>;
};

// "epoch_domain" out of the signature of this very function.
template <class Domain>
std::string_view name_of() {
  const std::string_view all = __PRETTY_FUNCTION__;
  const std::size_t end = all.find_first_of("];<", all.find("Domain = ") + 9);
  const std::size_t begin = all.find_last_of(": =", end - 1) + 1;
  return all.substr(begin, end - begin);
}

}  // namespace detail

using domains_under_test = detail::gtest_types<all_domains>::type;

// Names the instances of a typed suite after their domain.
struct domain_names {
  template <class Domain>
  static std::string GetName(int /*index*/) {
    return std::string(detail::name_of<Domain>());
  }
};

// Options of Domain under which a few dozen objects retired already cause a scan.
template <class Domain>
auto small_options() {
  typename Domain::options options{};
  if constexpr (requires { options.bag_size = 8; }) options.bag_size = 8;
  if constexpr (requires { options.scan_threshold = 16; }) options.scan_threshold = 16;
  return options;
}

// True if the domain ends objects before it ends itself; false for the control, which keeps everything.
template <class Domain>
constexpr bool reclaims_early() {
  if constexpr (requires { Domain::reclaims; }) {
    return Domain::reclaims;
  } else {
    return detail::name_of<Domain>() != "leaky_domain";
  }
}

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SUPPORT_SCHEMES_UNDER_TEST_H
