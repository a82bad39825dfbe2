#include "bench/race/entrant_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

namespace reclaim::race {
namespace {

using clock = std::chrono::steady_clock;

std::string in_words(std::chrono::milliseconds limit) {
  const auto ms = limit.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

constexpr std::size_t most_unread = 1 << 20;  // bytes: more than any list, let alone an answer

// What the entrant said, as it can stand in a line of ours.
std::string in_one_line(const std::string& said, std::size_t most = 200) {
  std::string text = said.size() > most ? said.substr(0, most) + "..." : said;
  std::replace_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

constexpr std::size_t most_of_errors = 8192;

std::string end_of(int file) {
  std::string text(most_of_errors, '\0');
  const off_t size = lseek(file, 0, SEEK_END);
  const off_t begin = std::max<off_t>(0, size - static_cast<off_t>(text.size()));
  const ssize_t count = pread(file, text.data(), text.size(), begin);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

// Closed at the end of its scope.
struct descriptor {
  int number = -1;

  descriptor() = default;
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (number >= 0) close(number);
  }
};

void make_pipe(int& reads, int& writes) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw drop_out(std::string("pipe: ") + std::strerror(errno));
  reads = ends[0];
  writes = ends[1];
}

}  // namespace

struct entrant_process::patience {
  explicit patience(std::chrono::milliseconds l) : limit(l) {}

  const std::chrono::milliseconds limit;
  const clock::time_point deadline = clock::now() + limit;
};

// By way of the constructor that does nothing: what this one has opened when it throws, the destructor closes.
entrant_process::entrant_process(const std::string& program, const std::vector<std::string>& arguments, const std::string& preload)
    : entrant_process() {
  descriptor in, out;
  make_pipe(in.number, to_);
  make_pipe(from_, out.number);
  errors_ = memfd_create("errors", MFD_CLOEXEC);
  if (errors_ < 0) throw drop_out(std::string("memfd_create: ") + std::strerror(errno));
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  std::fflush(nullptr);  // or what is still to be written would be written twice, the second time as the entrant's words
  process_ = fork();
  if (process_ < 0) throw drop_out(std::string("fork: ") + std::strerror(errno));
  if (process_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  dup2(in.number, STDIN_FILENO);
  dup2(out.number, STDOUT_FILENO);
  dup2(errors_, STDERR_FILENO);
  if (!preload.empty()) setenv("LD_PRELOAD", preload.c_str(), 1);
  execv(program.c_str(), argv.data());
  dprintf(STDERR_FILENO, "cannot be run: %s\n", std::strerror(errno));
  _exit(127);
}

entrant_process::~entrant_process() {
  if (to_ >= 0) close(to_);
  if (process_ > 0) {
    kill(process_, SIGKILL);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (from_ >= 0) close(from_);
  if (errors_ >= 0) close(errors_);
}

std::string entrant_process::last_words() const {
  std::string text = end_of(errors_);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::size_t line = text.find_last_of('\n');
  return in_one_line(line == std::string::npos ? text : text.substr(line + 1), most_of_errors);
}

void entrant_process::drop(const std::string& why) {
  const std::string words = last_words();
  throw drop_out(words.empty() ? why : why + ": " + words);
}

// Waits for its end, which must come soon: it has closed its output.  Returns its status.  Throws: drop_out.
int entrant_process::await_end() {
  for (int i = 0; i != 100; ++i) {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      process_ = -1;
      return status;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  drop("closed its output and did not end");
}

void entrant_process::drop_as_ended() {
  const int status = await_end();
  if (WIFSIGNALED(status)) drop("crashed (signal " + std::to_string(WTERMSIG(status)) + ", " + strsignal(WTERMSIG(status)) + ")");
  drop("exited with " + std::to_string(WEXITSTATUS(status)));
}

// Returns false at the end of its output.  Throws: drop_out at the deadline.
bool entrant_process::read_some(const patience& p) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(p.deadline - clock::now()).count();
    pollfd ready{from_, POLLIN, 0};
    const int events = poll(&ready, 1, static_cast<int>(std::max<decltype(left)>(left, 0)));
    if (events < 0 && errno == EINTR) continue;
    if (events <= 0) drop("gave no answer within " + in_words(p.limit));
    char part[4096];
    const ssize_t count = read(from_, part, sizeof part);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    unread_.append(part, static_cast<std::size_t>(count));
    if (unread_.size() > most_unread) drop("said more than anybody asked for");
    return true;
  }
}

std::string entrant_process::read_line(const patience& p) {
  std::size_t end;
  while ((end = unread_.find('\n')) == std::string::npos) {
    if (!read_some(p)) drop_as_ended();
  }
  std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

void entrant_process::await_ready(std::chrono::milliseconds limit) {
  const std::string line = read_line(patience(limit));
  if (end_of(errors_).find("cannot be preloaded") != std::string::npos) drop("runs without what it was to load first");
  if (line != "ready") drop("said '" + in_one_line(line) + "' where 'ready' was expected");
}

std::map<std::string, double> entrant_process::round(std::chrono::milliseconds limit) {
  // An answer that came too early would be taken for that of this round.
  if (!unread_.empty()) drop("said '" + in_one_line(unread_) + "' unasked");
  constexpr char order[] = "round\n";
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const bool is_told = write(to_, order, sizeof order - 1) == static_cast<ssize_t>(sizeof order - 1);
  std::signal(SIGPIPE, before);
  if (!is_told) drop_as_ended();
  const std::string line = read_line(patience(limit));
  std::map<std::string, double> figures;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t equals = std::min(line.find('=', at), line.size() - 1);
    const char* const begin = line.c_str() + equals + 1;
    char* end = nullptr;
    const double value = std::strtod(begin, &end);
    const bool is_figure = end != begin && (*end == ' ' || *end == '\0') && std::isfinite(value);
    if (!is_figure) drop("said '" + in_one_line(line) + "' where figures were expected");
    figures[line.substr(at, equals - at)] = value;
    at = static_cast<std::size_t>(end - line.c_str());
    while (at < line.size() && line[at] == ' ') ++at;
  }
  if (figures.empty()) drop("said nothing where figures were expected");
  return figures;
}

std::string entrant_process::read_all(std::chrono::milliseconds limit) {
  close(std::exchange(to_, -1));
  const patience p(limit);
  while (read_some(p)) {
  }
  const int status = await_end();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) drop("could not list what it has");
  return std::exchange(unread_, {});
}

}  // namespace reclaim::race
