// A fuzzer's bytes as a row of small choices.

#ifndef RECLAIM_TESTS_FUZZ_BYTES_H
#define RECLAIM_TESTS_FUZZ_BYTES_H

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace reclaim::fuzz {

// Ends the process with one line unless `holds`: what a fuzzer takes for a finding.
inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

class bytes {
 public:
  bytes(const std::uint8_t* data, std::size_t size) noexcept : next_(data), end_(data + size) {}

  bool empty() const noexcept { return next_ == end_; }

  // The next choice, of [0, n); 0 when none are left.
  unsigned below(unsigned n) noexcept { return next_ == end_ ? 0 : *next_++ % n; }

  // The half of what is left that is the first thread's, or the second's.
  bytes half(unsigned thread) const noexcept {
    const std::size_t first = static_cast<std::size_t>(end_ - next_) / 2;
    return thread == 0 ? bytes(next_, first) : bytes(next_ + first, static_cast<std::size_t>(end_ - next_) - first);
  }

 private:
  const std::uint8_t* next_;
  const std::uint8_t* end_;
};

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_BYTES_H
