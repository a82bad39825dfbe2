// A container, SUBJECT, over one domain, TORTURED, until the first error: for builds with a fault in the library.
//
//   busted_container SECONDS SEED
//
// Ends as busted.cc does.

#include "reclaim/schemes.h"
#include "tests/torture/busted.h"
#include "tests/torture/structures.h"

int main(int argc, char** argv) {
  using namespace reclaim::torture;
  if (argc < 3) return 2;
  tally found;
  torture_structure<SUBJECT<TORTURED>, TORTURED>(terms_of(argv), found, [] {});
  return verdict(found);
}
