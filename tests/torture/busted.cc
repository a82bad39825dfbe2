// The rack over one domain, TORTURED, until the first error: for builds with a fault in the library, which must find one.
//
//   busted SECONDS SEED [slow_stores]
//
// Ends with 3 if there was an error, at once and with its threads where they are; 0 if there was none, 2 if it does not understand.

#include <cstring>
#include <memory>

#include "reclaim/schemes.h"
#include "tests/torture/busted.h"
#include "tests/torture/rack.h"

namespace reclaim::torture {
namespace {

// A reader and a writer, each with a processor, and a collect at every retire: what is announced late is found so.
course slow_stores() {
  course c;
  c.readers = 1;
  c.writers = 1;
  c.waits_for_grace = false;
  c.has_slow_stores = true;
  c.objects_per_collect = 1;
  return c;
}

course all_at_once() {
  course c;
  c.done = {true, true, true};
  c.comers = 1;
  c.objects_per_collect = 4;
  c.guards_a_stall = 4096;
  return c;
}

}  // namespace
}  // namespace reclaim::torture

int main(int argc, char** argv) {
  using namespace reclaim::torture;
  if (argc < 3) return 2;
  const bool is_slow = argc > 3 && std::strcmp(argv[3], "slow_stores") == 0;
  const course c = is_slow ? slow_stores() : all_at_once();
  tally found;
  std::make_unique<rack<TORTURED>>(c, terms_of(argv), found)->run([] {});
  return verdict(found);
}
