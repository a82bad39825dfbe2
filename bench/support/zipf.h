// The embedded trace: accesses whose keys follow Zipf's law, the same ones on every machine.
//
// W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions",
// ACM TOMACS 6(3), 1996: constant time and memory for any number of keys.

#ifndef RECLAIM_BENCH_SUPPORT_ZIPF_H
#define RECLAIM_BENCH_SUPPORT_ZIPF_H

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/support/trace.h"

namespace reclaim::bench {

// Returns `z` with its bits well mixed; a bijection (the finalizer of splitmix64).
constexpr std::uint64_t mix(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// An endless stream of random numbers (splitmix64).
class random_stream {
 public:
  explicit random_stream(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept { return mix(state_ += 0x9e3779b97f4a7c15); }

  // A number in [0, 1).
  double next_unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

// Ranks 1 to n; rank k comes with a probability proportional to k^-exponent.
class zipf {
 public:
  // Precondition: n >= 1, exponent > 0 and not 1.
  zipf(std::uint64_t n, double exponent) noexcept
      : n_(static_cast<double>(n)),
        exponent_(exponent),
        area_first_(area(1.5) - 1.0),
        area_last_(area(n_ + 0.5)),
        squeeze_(2.0 - area_inverse(area(2.5) - std::pow(2.0, -exponent))) {}

  std::uint64_t next(random_stream& random) const noexcept {
    for (;;) {
      const double u = area_last_ + random.next_unit() * (area_first_ - area_last_);
      const double x = area_inverse(u);
      double k = std::floor(x + 0.5);
      if (k < 1) k = 1;
      if (k > n_) k = n_;
      if (k - x <= squeeze_ || u >= area(k + 0.5) - std::pow(k, -exponent_)) return static_cast<std::uint64_t>(k);
    }
  }

 private:
  // The integral of x^-exponent, and its inverse.
  double area(double x) const noexcept { return std::pow(x, 1 - exponent_) / (1 - exponent_); }
  double area_inverse(double a) const noexcept { return std::pow((1 - exponent_) * a, 1 / (1 - exponent_)); }

  double n_;
  double exponent_;
  double area_first_;
  double area_last_;
  double squeeze_;
};

// The embedded trace.  Ranks are scattered over the block numbers, so that neighbours are not equally hot.
inline trace zipf_trace(std::size_t operations = 1'000'000, std::uint64_t keys = 100'000, double exponent = 0.9,
                        double share_of_writes = 0.2) {
  random_stream random(2004);
  const zipf ranks(keys, exponent);
  std::vector<operation> all;
  all.reserve(operations);
  for (std::size_t i = 0; i != operations; ++i) {
    const std::uint64_t key = mix(ranks.next(random)) >> 16;
    all.emplace_back(key, random.next_unit() < share_of_writes);
  }
  return make_trace("embedded Zipf trace", std::move(all));
}

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_ZIPF_H
