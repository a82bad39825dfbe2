// Pairs of an enqueue and a dequeue.

#include "bench/race/entrant/course.h"
#include "bench/race/entrant/rate.h"
#include "bench/race/entrant/team.h"

namespace reclaim::race {
namespace {

constexpr std::uint64_t pairs_a_portion = 256;

class queue_course final : public course {
 public:
  queue_course(const race_queue& queue, const setup& asked)
      : entrant_(queue), seconds_(asked.seconds), misses_(asked.threads), team_(asked.threads, {queue.join, queue.leave, queue.rest}) {
    team_.run([&](std::size_t worker) {
      if (worker == 0) queue_ = entrant_.make();
    });
  }

  // Whoever has enqueued and then dequeues finds something: each thread has put in as many as it has taken out.
  figures round() override {
    const double rate = rate_of(team_, seconds_, [&](std::size_t worker) {
      misses_[worker] += pairs_a_portion - entrant_.pairs(queue_, pairs_a_portion);
      return pairs_a_portion;
    });
    team_.rest();
    std::uint64_t misses = 0;
    for (const std::uint64_t m : misses_) misses += m;
    if (misses != 0 && (entrant_.marks & race_no_fifo) == 0) throw wrong_result("the queue was found empty when it was not");
    return {{"mops", rate * 1e-6}};
  }

 private:
  const race_queue& entrant_;
  const double seconds_;
  std::vector<std::uint64_t> misses_;
  void* queue_ = nullptr;
  team team_;
};

}  // namespace

std::unique_ptr<course> make_queue_course(const race_queue& queue, const setup& asked) {
  return std::make_unique<queue_course>(queue, asked);
}

}  // namespace reclaim::race
