// The queues under more threads than there are cores: nothing lost, nothing doubled, FIFO for each producer.

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "structures/mpmc_queue.h"
#include "structures/segmented_queue.h"
#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

constexpr std::uint64_t numbers_a_producer = std::uint64_t{1} << 40;

// What one thread has seen of the queue.
struct observer {
  explicit observer(std::size_t producers) : next(producers) {}

  // Each consumer sees the numbers of each producer go up.
  void see(std::uint64_t value) {
    const std::size_t producer = value / numbers_a_producer;
    const std::uint64_t number = value % numbers_a_producer;
    EXPECT_GE(number, next[producer]) << "producer " << producer;
    next[producer] = number + 1;
    seen.push_back(value);
  }

  std::vector<std::uint64_t> next;
  std::vector<std::uint64_t> seen;
};

template <class Domain>
struct mpmc_over {
  using domain_type = Domain;
  using queue_type = mpmc_queue<counted, Domain>;
  static constexpr const char* name = "mpmc_";
};

// Segments so small that they end all the time.
template <class Domain>
struct segmented_over {
  using domain_type = Domain;
  using queue_type = segmented_queue<counted, Domain, 8>;
  static constexpr const char* name = "segmented_";
};

template <class List>
struct every_queue;
template <class... Domains>
struct every_queue<type_list<Domains...>> {
  using type = ::testing::Types<mpmc_over<Domains>..., segmented_over<Domains>...>;
};

struct queue_names {
  template <class Kind>
  static std::string GetName(int /*index*/) {
    return std::string(Kind::name) + Kind::domain_type::name;
  }
};

template <class Kind>
class QueueStress : public ::testing::Test {
 protected:
  using Domain = typename Kind::domain_type;
  using queue_type = typename Kind::queue_type;

  // Thread t pushes with a chance of `pushes_in_ten(t)` in ten at each step, else pops.
  template <class Mix>
  void run(std::size_t threads, const Mix& pushes_in_ten) {
    const census births;
    {
      Domain domain(small_options());
      queue_type queue(domain);
      std::vector<observer> observers(threads, observer(threads));
      std::vector<std::uint64_t> pushed(threads);
      const time_budget budget(350ms);
      run_disturbed_threads(threads, [&](std::size_t thread) {
        random_stream random(seed(), thread);
        while (!budget.is_over()) {
          for (int i = 0; i != 64; ++i) step(queue, random.below(10) < pushes_in_ten(thread), thread, pushed, observers);
        }
      });
      while (std::optional<counted> left = queue.try_pop()) observers[0].seen.push_back(left->value());
      expect_each_once(pushed, observers);
      if (reclaims_early<Domain>) {
        EXPECT_GT(domain.stats().reclaimed, 0u);
      }
    }
    EXPECT_EQ(births.living(), 0u);
    EXPECT_EQ(births.faults(), 0u);
  }

 private:
  static void step(queue_type& queue, bool push, std::size_t thread, std::vector<std::uint64_t>& pushed,
                   std::vector<observer>& observers) {
    if (push) {
      queue.push(counted(thread * numbers_a_producer + pushed[thread]++));
    } else if (const std::optional<counted> popped = queue.try_pop()) {
      observers[thread].see(popped->value());
    }
  }

  static void expect_each_once(const std::vector<std::uint64_t>& pushed, const std::vector<observer>& observers) {
    std::vector<std::vector<unsigned>> times(pushed.size());
    for (std::size_t p = 0; p != pushed.size(); ++p) times[p].resize(pushed[p]);
    for (const observer& o : observers) {
      for (const std::uint64_t value : o.seen) ++times.at(value / numbers_a_producer).at(value % numbers_a_producer);
    }
    for (const auto& of_producer : times) {
      for (const unsigned n : of_producer) ASSERT_EQ(n, 1u);
    }
  }
};

TYPED_TEST_SUITE(QueueStress, every_queue<all_domains>::type, queue_names);

TYPED_TEST(QueueStress, EightThreadsPushAndPop) {
  this->run(8, [](std::size_t) { return 5u; });
}

TYPED_TEST(QueueStress, AFewProducersFeedManyConsumers) {
  this->run(8, [](std::size_t thread) { return thread < 2 ? 10u : 0u; });
}

}  // namespace
}  // namespace reclaim::tests
