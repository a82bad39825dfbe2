// The inputs that are kept: of each target those that together reach what a fuzzer has reached.

#ifndef RECLAIM_TESTS_FUZZ_CORPUS_H
#define RECLAIM_TESTS_FUZZ_CORPUS_H

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace reclaim::fuzz {

using input = std::vector<unsigned char>;

// All of the target's, in the order of their names.
inline std::vector<input> corpus_of(const std::string& target) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator("tests/fuzz/corpus/" + target)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<input> all;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    all.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return all;
}

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_CORPUS_H
