// An entrant whose every word is written down beforehand, for the tests of the race.
//
// As FOLDER/FAMILY it lists what stands in FOLDER/FAMILY.list.  As an entrant it goes through FOLDER/SUBJECT.script
// ('/' of the name as '_'): the first line at its start, the next ones round by round, the last again and again.
//
//   !crash        ends by a signal
//   !exit WORDS   says the words on its standard error and exits with 1
//   !hang         says nothing any more
//   !close        closes its output and lives on
//   !flood        never ends its line
//   !twice WORDS  says the words two times
//   WORDS         says the words
//
// Without a script it is "ready" and gives each figure as 10.  FOLDER/log tells what it was called for.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const std::string default_figures =
    "enter=10 nested=10 shield=10 protect=10 retire=10 list=10 mops=10 p50=10 p99=10 p99.9=10 p99.99=10 max=10 "
    "calm_mops=10 stalled_mops=10 calm_peak=10 stalled_peak=10";

[[noreturn]] void hang() {
  for (;;) pause();
}

[[noreturn]] void crash() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::abort();
}

void perform(const std::string& line) {
  const std::string words = line.substr(std::min(line.size(), line.find(' ') + 1));
  if (line == "!crash") crash();
  if (line == "!hang") hang();
  if (line == "!close") {
    close(STDOUT_FILENO);
    hang();
  }
  while (line == "!flood") std::cout << "on and on, ";
  if (line.rfind("!exit ", 0) == 0) {
    std::cerr << words << std::endl;
    std::_Exit(1);
  }
  if (line.rfind("!twice ", 0) == 0) {
    std::cout << words << "\n" << words << std::endl;
  } else {
    std::cout << line << std::endl;
  }
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file, std::ios::binary);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What follows "--subject=" among the arguments; empty if nothing does.
std::string subject_of(const std::vector<std::string>& arguments) {
  const std::string option = "--subject=";
  for (const std::string& a : arguments) {
    if (a.rfind(option, 0) == 0) return a.substr(option.size());
  }
  return "";
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path self(argv[0]);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  std::ofstream log(self.parent_path() / "log", std::ios::app);
  if (arguments == std::vector<std::string>{"--list"}) {
    for (const std::string& line : lines_of(self.string() + ".list")) perform(line);
    return 0;
  }
  const std::string subject = subject_of(arguments);
  const char* const preload = std::getenv("LD_PRELOAD");
  log << "start " << subject << " " << getpid() << " preload=" << (preload != nullptr ? preload : "");
  for (const std::string& a : arguments) log << " " << a;
  log << std::endl;

  std::string file = subject + ".script";
  std::replace(file.begin(), file.end(), '/', '_');
  std::vector<std::string> script = lines_of(self.parent_path() / file);
  if (script.empty()) script = {"ready", default_figures};
  perform(script[0]);
  std::size_t step = 1;
  for (std::string order; std::getline(std::cin, order) && order == "round";) {
    log << "round " << subject << std::endl;
    perform(script[std::min(step++, script.size() - 1)]);
  }
  return 0;
}
