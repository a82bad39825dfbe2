// What a fuzzer calls with each input for the containers.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/structures.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reclaim::fuzz::run_structures<reclaim::fuzz::containers>(data, size);
  return 0;
}
