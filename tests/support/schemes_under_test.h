// Every registered domain as gtest types, with options so small that reclamation really happens inside a test.
//
//   template <class D> struct QueueTest : testing::Test {};
//   TYPED_TEST_SUITE(QueueTest, domains_under_test, domain_names);
//   TYPED_TEST(QueueTest, IsEmptyAtFirst) {
//     TypeParam domain{small_options()};
//     ...

#ifndef RECLAIM_TESTS_SUPPORT_SCHEMES_UNDER_TEST_H
#define RECLAIM_TESTS_SUPPORT_SCHEMES_UNDER_TEST_H

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <type_traits>

#include "reclaim/core/domain_base.h"
#include "reclaim/schemes.h"

namespace reclaim::tests {

namespace detail {

// Of the domains that it is given one after the other, those for which Is<Domain>::value.
template <template <class> class Is, class... Chosen>
struct chosen {
  using type = ::testing::Types<Chosen...>;

  template <class Domain>
  using and_perhaps = std::conditional_t<Is<Domain>::value, chosen<Is, Chosen..., Domain>, chosen>;
};

template <class Chosen, class... Left>
struct choice {
  using type = typename Chosen::type;
};
template <class Chosen, class First, class... Left>
struct choice<Chosen, First, Left...> : choice<typename Chosen::template and_perhaps<First>, Left...> {};

template <class List>
struct gtest_types;

template <template <class...> class List, class... Domains>
struct gtest_types<List<Domains...>> {
  using type = ::testing::Types<Domains...>;

  // Those for which Is<Domain>::value.
  template <template <class> class Is>
  using only = typename choice<chosen<Is>, Domains...>::type;
};

template <class Domain>
using is_bounded = std::bool_constant<bounded_domain<Domain>>;

template <class Domain>
using is_reclaiming = std::bool_constant<!std::is_same_v<Domain, leaky_domain>>;

// Whether it counts epochs, and can be told the first.
template <class Domain>
using is_counting = std::bool_constant<std::is_constructible_v<Domain, domain_options, reclaim::detail::epoch>>;

}  // namespace detail

using domains_under_test = detail::gtest_types<all_domains>::type;
using reclaiming_domains_under_test = detail::gtest_types<all_domains>::only<detail::is_reclaiming>;
using bounded_domains_under_test = detail::gtest_types<all_domains>::only<detail::is_bounded>;
using counting_domains_under_test = detail::gtest_types<all_domains>::only<detail::is_counting>;

// Names the instances of a typed suite after their domain.
struct domain_names {
  template <class Domain>
  static std::string GetName(int /*index*/) {
    return Domain::name;
  }
};

// Options under which a thread collects whenever it has retired so many, however soon.
inline domain_options collect_every(std::size_t objects) {
  domain_options options;
  options.objects_per_collect = objects;
  options.collect_period = {};
  return options;
}

// Options under which a few dozen retired objects already cause a collect.
inline domain_options small_options() { return collect_every(8); }

// Whether the domain ends objects before it ends itself; the control keeps everything.
template <class Domain>
inline constexpr bool reclaims_early = !std::is_same_v<Domain, leaky_domain>;

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SUPPORT_SCHEMES_UNDER_TEST_H
