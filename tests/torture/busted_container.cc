// A container, SUBJECT, over one domain, TORTURED, until the first error: for builds with a fault in the library.
//
//   busted_container SECONDS SEED
//
// Ends as busted.cc does.

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "reclaim/schemes.h"
#include "tests/torture/structures.h"

int main(int argc, char** argv) {
  using namespace reclaim::torture;
  if (argc < 3) return 2;
  const std::chrono::milliseconds duration(static_cast<long>(1000 * std::atof(argv[1])));
  tally found;
  torture_structure<SUBJECT<TORTURED>, TORTURED>({duration, std::strtoull(argv[2], nullptr, 0), true}, found, [] {});
  const counts sum = found.sum();
  std::printf("%llu reads, %llu errors\n", static_cast<unsigned long long>(sum[what::reads]),
              static_cast<unsigned long long>(sum.errors()));
  return sum.errors() != 0 ? 3 : 0;
}
