// Replays a trace against a shared block cache, over every scheme and two rivals.  `replay --help` says how.

#include "bench/support/contenders.h"
#include "bench/support/replay.h"
#include "reclaim/schemes.h"

int main(int argc, char** argv) {
  auto all = reclaim::bench::contenders(reclaim::all_domains{});
  for (auto& rival : reclaim::bench::rivals()) all.push_back(rival);
  return reclaim::bench::replay(argc, argv, all);
}
