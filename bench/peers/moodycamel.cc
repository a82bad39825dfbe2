// moodycamel::ConcurrentQueue, with producers that it finds by their thread, and with tokens.

#include <concurrentqueue/concurrentqueue.h>

#include <cstdint>

#include "bench/race/entrant/race.h"

namespace reclaim::race {
namespace {

using queue = moodycamel::ConcurrentQueue<std::uint64_t>;

void* make() { return new queue; }

std::uint64_t implicit_pairs(void* made, std::uint64_t n) {
  queue& numbers = *static_cast<queue*>(made);
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i != n; ++i) {
    numbers.enqueue(i);
    std::uint64_t value = 0;
    found += numbers.try_dequeue(value) ? 1 : 0;
    race_use(value);
  }
  return found;
}

// A thread's tokens of the one queue that a process races; they live as long as it does.
struct tokens {
  explicit tokens(queue& numbers) : producer(numbers), consumer(numbers) {}

  static tokens& own(queue& numbers) {
    static thread_local tokens* only = nullptr;
    if (only == nullptr) only = new tokens(numbers);
    return *only;
  }

  moodycamel::ProducerToken producer;
  moodycamel::ConsumerToken consumer;
};

std::uint64_t token_pairs(void* made, std::uint64_t n) {
  queue& numbers = *static_cast<queue*>(made);
  tokens& mine = tokens::own(numbers);
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i != n; ++i) {
    numbers.enqueue(mine.producer, i);
    std::uint64_t value = 0;
    found += numbers.try_dequeue(mine.consumer, value) ? 1 : 0;
    race_use(value);
  }
  return found;
}

constexpr race_queue queues[] = {
    {.name = "moodycamel implicit",
     .settings = "ConcurrentQueue 1.0.3; default traits, blocks of 32; producers found by their thread",
     .marks = race_no_fifo,
     .make = make,
     .pairs = implicit_pairs},
    {.name = "moodycamel tokens",
     .settings = "ConcurrentQueue 1.0.3; default traits, blocks of 32; a producer's and a consumer's token a thread",
     .marks = race_no_fifo,
     .make = make,
     .pairs = token_pairs},
    {},
};

}  // namespace
}  // namespace reclaim::race

int main(int argc, char** argv) { return race_main(argc, argv, nullptr, nullptr, reclaim::race::queues, nullptr); }
