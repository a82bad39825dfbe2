// An entrant in a process of its own, told each round by a pipe.

#ifndef RECLAIM_BENCH_RACE_ENTRANT_PROCESS_H
#define RECLAIM_BENCH_RACE_ENTRANT_PROCESS_H

#include <sys/types.h>

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace reclaim::race {

// How an entrant dropped out: "crashed (signal 11)", "did not answer within 20 s" ...
struct drop_out : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Lives until it is destroyed, and no longer than this process.  Only this process is ended, by its id.
class entrant_process {
 public:
  // Starts `program` with `arguments`; `preload`, if not empty, is loaded into it first.  Throws: drop_out.
  entrant_process(const std::string& program, const std::vector<std::string>& arguments, const std::string& preload);
  ~entrant_process();
  entrant_process(const entrant_process&) = delete;
  entrant_process& operator=(const entrant_process&) = delete;

  // Waits until it says "ready".  Throws: drop_out.
  void await_ready(std::chrono::milliseconds limit);

  // Has it run one round.  Returns its figures by name.  Throws: drop_out.
  std::map<std::string, double> round(std::chrono::milliseconds limit);

  // Reads all that it writes until it ends.  Throws: drop_out, also if it ends with an error.
  std::string read_all(std::chrono::milliseconds limit);

  // The last line that it wrote on its standard error; empty if there is none.
  std::string last_words() const;

 private:
  struct patience;  // how long is waited, and until when

  entrant_process() = default;
  std::string read_line(const patience& p);
  bool read_some(const patience& p);
  [[noreturn]] void drop(const std::string& why);
  [[noreturn]] void drop_as_ended();
  int await_end();

  const std::string preload_;
  pid_t process_ = -1;
  int to_ = -1;      // its standard input
  int from_ = -1;    // its standard output
  int errors_ = -1;  // a file that takes its standard error
  std::string unread_;
};

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_ENTRANT_PROCESS_H
