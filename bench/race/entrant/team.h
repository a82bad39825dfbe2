// The threads of an entrant.  They live as long as the process and sleep between rounds.

#ifndef RECLAIM_BENCH_RACE_ENTRANT_TEAM_H
#define RECLAIM_BENCH_RACE_ENTRANT_TEAM_H

#include <atomic>
#include <barrier>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace reclaim::race {

// What a library wants done on each worker.  Each may be null.
struct hooks {
  void (*join)();   // before its first work
  void (*leave)();  // after its last
  void (*rest)();   // after a round, when all have stopped
};

// As many workers as there are processors, or fewer, have one each to themselves; more share them as the system likes.
class team {
 public:
  team(std::size_t size, const hooks& library);
  ~team();
  team(const team&) = delete;
  team& operator=(const team&) = delete;

  std::size_t size() const noexcept { return size_; }

  // Calls work(worker) on every worker, all at the same time; returns when all have returned.
  void run(const std::function<void(std::size_t)>& work);

  // Lets every worker do what the library wants between rounds.
  void rest();

 private:
  void live(std::size_t worker);
  void meet();

  const std::size_t size_;
  const hooks library_;
  const std::function<void(std::size_t)>* work_ = nullptr;  // null: go home
  std::barrier<> start_;
  std::barrier<> end_;
  std::atomic<std::size_t> arrived_{0};  // counts on, from round to round
  std::vector<std::jthread> workers_;
};

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_ENTRANT_TEAM_H
