// Paths as the user means them.

#ifndef RECLAIM_BENCH_SUPPORT_USER_PATH_H
#define RECLAIM_BENCH_SUPPORT_USER_PATH_H

#include <filesystem>
#include <string>
#include <string_view>

namespace reclaim::bench {

// Returns `path` as seen from where the user stands, which under `bazel run` is not the working directory.
std::filesystem::path user_path(const std::filesystem::path& path);

// Throws input_error if `path` (of option `option`) cannot be written.  Changes no file and leaves none behind.
void expect_writable(const std::filesystem::path& path, const std::string& option);

// Writes a whole file: under another name first, so that nobody ever sees half of it.
// Throws input_error.
void write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_USER_PATH_H
