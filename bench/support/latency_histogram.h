// A histogram of latencies with a bounded relative error, in the manner of G. Tene's HdrHistogram: below 128 ns a bucket
// for each, above that 64 buckets for each power of two.

#ifndef RECLAIM_BENCH_SUPPORT_LATENCY_HISTOGRAM_H
#define RECLAIM_BENCH_SUPPORT_LATENCY_HISTOGRAM_H

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace reclaim::bench {

// One thread records; merge when it has been joined.
class latency_histogram {
 public:
  void record(std::uint64_t ns) noexcept {
    ++counts_[bucket_of(ns)];
    ++total_;
  }

  void merge(const latency_histogram& other) noexcept {
    for (std::size_t i = 0; i != buckets; ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
  }

  std::uint64_t count() const noexcept { return total_; }

  // Returns the least latency (ns, up to 1.6 % low) that a share of `quantile` of the records does not exceed; 0 without records.
  // Precondition: 0 < quantile <= 1.
  std::uint64_t at(double quantile) const noexcept {
    const auto rank = static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(total_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i != buckets; ++i) {
      seen += counts_[i];
      if (seen >= rank && seen != 0) return floor_of(i);
    }
    return 0;
  }

 private:
  static constexpr unsigned bits = 6;
  static constexpr std::uint64_t half = std::uint64_t{1} << bits;
  static constexpr std::size_t buckets = (64 - bits + 1) * half;

  static std::size_t bucket_of(std::uint64_t ns) noexcept {
    if (ns < 2 * half) return static_cast<std::size_t>(ns);
    const unsigned shift = static_cast<unsigned>(std::bit_width(ns)) - bits - 1;
    return static_cast<std::size_t>(shift * half + (ns >> shift));
  }

  static std::uint64_t floor_of(std::size_t bucket) noexcept {
    if (bucket < 2 * half) return bucket;
    const std::uint64_t shift = bucket / half - 1;
    return (bucket - shift * half) << shift;
  }

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_LATENCY_HISTOGRAM_H
