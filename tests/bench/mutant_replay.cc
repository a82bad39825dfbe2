// The replay over broken contenders: it must not be content.

#include "bench/support/contenders.h"
#include "bench/support/replay.h"
#include "reclaim/schemes/epoch.h"
#include "tests/bench/mutants.h"

int main(int argc, char** argv) {
  using namespace reclaim::bench;
  return replay(argc, argv,
                {{"hasty", replay_over<block_cache<hasty_domain>>},
                 {"hoarding", replay_over<block_cache<hoarding_domain>>},
                 {"forgetful", replay_over<block_cache<reclaim::epoch_domain, forgetful_map>>},
                 {"disturbed", replay_over<disturbed_cache>},
                 {"epoch", replay_over<block_cache<reclaim::epoch_domain>>}});
}
