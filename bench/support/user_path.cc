#include "bench/support/user_path.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include "bench/support/trace.h"

namespace reclaim::bench {

std::filesystem::path user_path(const std::filesystem::path& path) {
  const char* const stand = std::getenv("BUILD_WORKING_DIRECTORY");
  if (path.is_absolute() || stand == nullptr) return path;
  return std::filesystem::path(stand) / path;
}

void expect_writable(const std::filesystem::path& path, const std::string& option) {
  const auto refuse = [&](const char* why) { throw input_error(option + ": cannot write " + path.string() + ": " + why); };
  if (path.filename().empty()) refuse("it names a directory");
  const int fresh = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fresh >= 0) {
    close(fresh);
    unlink(path.c_str());
    return;
  }
  if (errno != EEXIST) refuse(std::strerror(errno));
  const int there = open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (there < 0) refuse(std::strerror(errno));
  close(there);
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::error_code error;
  // What is not a plain file (a terminal, a pipe, a link) stays what it is.
  const auto kind = std::filesystem::symlink_status(path, error).type();
  const bool is_plain = kind == std::filesystem::file_type::not_found || kind == std::filesystem::file_type::regular;
  const std::filesystem::path target = is_plain ? std::filesystem::path(path.string() + ".part") : path;
  std::ofstream out(target, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw input_error("cannot write " + target.string() + ": " + std::strerror(errno));
  error.clear();
  if (is_plain) std::filesystem::rename(target, path, error);
  if (error) throw input_error("cannot write " + path.string() + ": " + error.message());
}

}  // namespace reclaim::bench
