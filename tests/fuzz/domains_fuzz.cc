// What a fuzzer calls with each input for a domain.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/domains.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reclaim::fuzz::run_domains(data, size);
  return 0;
}
