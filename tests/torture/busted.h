// The command line and the end of programs with a fault in the library.

#ifndef RECLAIM_TESTS_TORTURE_BUSTED_H
#define RECLAIM_TESTS_TORTURE_BUSTED_H

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/torture/crew.h"
#include "tests/torture/tally.h"

namespace reclaim::torture {

// SECONDS SEED, and until the first error.
inline terms terms_of(char** argv) {
  const std::chrono::milliseconds duration(static_cast<long>(1000 * std::atof(argv[1])));
  return {duration, std::strtoull(argv[2], nullptr, 0), true};
}

// Says what was found.  Returns how the program ends.
inline int verdict(const tally& found) {
  const counts sum = found.sum();
  std::printf("%llu reads, %llu errors\n", static_cast<unsigned long long>(sum[what::reads]),
              static_cast<unsigned long long>(sum.errors()));
  return sum.errors() != 0 ? 3 : 0;
}

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_BUSTED_H
