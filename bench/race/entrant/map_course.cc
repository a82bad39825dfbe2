// Gets, inserts and erases on a map that is half full.

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>

#include "bench/race/entrant/course.h"
#include "bench/race/entrant/rate.h"
#include "bench/race/entrant/team.h"
#include "bench/support/zipf.h"

namespace reclaim::race {
namespace {

constexpr std::uint64_t operations_a_portion = 512;
// That are drawn for a worker, anew for each round; within a round they may repeat.
constexpr std::uint64_t operations_of_few = std::uint64_t{1} << 22;
constexpr std::uint64_t operations_of_many = std::uint64_t{1} << 19;
constexpr std::size_t few = 2;  // workers
constexpr double exponent = 0.99;

std::uint32_t operation(std::uint64_t key, race_verb verb) { return static_cast<std::uint32_t>(key << 2 | verb); }

// A number in [0, keys) that is not near that of the next rank.
std::uint64_t key_of_rank(std::uint64_t rank, std::uint64_t keys) { return bench::mix(rank) % keys; }

class map_course final : public course {
 public:
  map_course(const race_map& map, const setup& asked)
      : entrant_(map), asked_(asked), work_(asked.threads), team_(asked.threads, {map.join, map.leave, map.rest}) {
    const std::vector<std::uint32_t> inserts = half_of_the_keys();
    team_.run([&](std::size_t worker) {
      if (worker == 0) map_ = entrant_.make(inserts.size());
    });
    team_.run([&](std::size_t worker) {
      const std::size_t share = inserts.size() / asked_.threads;
      const std::size_t begin = worker * share;
      const std::size_t end = worker + 1 == asked_.threads ? inserts.size() : begin + share;
      if (entrant_.mix(map_, inserts.data() + begin, end - begin) != end - begin) work_[worker].is_wrong = true;
      draw(worker);
    });
    if (std::any_of(work_.begin(), work_.end(), [](const work& w) { return w.is_wrong; })) {
      throw wrong_result("the map did not take each key once");
    }
    warm_up();
    team_.rest();
  }

  // Half of the keys are there, before and after: as many are inserted as are erased.
  figures round() override {
    team_.run([&](std::size_t worker) { draw_again(worker); });
    const double rate = rate_of(team_, asked_.seconds, [&](std::size_t worker) { return portion(worker); });
    team_.rest();
    std::uint64_t found = 0;
    std::uint64_t done = 0;
    for (const work& w : work_) {
      found += w.found;
      done += w.done;
    }
    const double share = static_cast<double>(found) / static_cast<double>(done);
    if (!asked_.zipf && (share < 0.4 || share > 0.6)) {
      throw wrong_result("the map found " + std::to_string(100 * share) + " % of what was half there");
    }
    return {{"mops", rate * 1e-6}};
  }

 private:
  // What one worker does, again and again.
  struct alignas(128) work {
    std::vector<std::uint32_t> operations;
    std::size_t next = 0;
    bench::random_stream random{0};
    std::uint64_t found = 0;
    std::uint64_t done = 0;
    bool is_wrong = false;
  };

  std::vector<std::uint32_t> half_of_the_keys() const {
    std::vector<std::uint32_t> inserts;
    inserts.reserve(asked_.keys / 2 + 1);
    for (std::uint64_t key = 0; key < asked_.keys; ++key) {
      if ((bench::mix(key) & 1) == 0) inserts.push_back(operation(key, race_insert));
    }
    std::shuffle(inserts.begin(), inserts.end(), std::mt19937_64(2002));
    return inserts;
  }

  void draw(std::size_t worker) {
    work& mine = work_[worker];
    mine.random = bench::random_stream(worker + 1);
    mine.operations.resize(asked_.threads <= few ? operations_of_few : operations_of_many);
    const bench::zipf ranks(asked_.keys, exponent);
    for (std::uint32_t& op : mine.operations) {
      op = operation(asked_.zipf ? key_of_rank(ranks.next(mine.random), asked_.keys) : 0, race_get);
    }
    draw_again(worker);
  }

  // Keys that follow Zipf's law are dear to draw, and hot ones come again anyway: they stay; what is done with them does not.
  void draw_again(std::size_t worker) {
    work& mine = work_[worker];
    mine.found = mine.done = 0;
    for (std::uint32_t& op : mine.operations) {
      const std::uint64_t key = asked_.zipf ? race_key(op) : mine.random.next() % asked_.keys;
      const std::uint64_t die = mine.random.next() % 100;
      op = operation(key, die < asked_.inserts                  ? race_insert
                          : die < asked_.inserts + asked_.erases ? race_erase
                                                                 : race_get);
    }
  }

  // Maps that grow do some of that when a key is looked for the first time; a round does not come by all of many keys.
  void warm_up() {
    if (asked_.zipf) {
      team_.run([&](std::size_t worker) {
        const work& mine = work_[worker];
        entrant_.mix(map_, mine.operations.data(), mine.operations.size());
      });
    } else {
      rate_of(team_, asked_.seconds, [&](std::size_t worker) { return portion(worker); });
    }
  }

  std::uint64_t portion(std::size_t worker) {
    work& mine = work_[worker];
    mine.found += entrant_.mix(map_, mine.operations.data() + mine.next, operations_a_portion);
    mine.done += operations_a_portion;
    mine.next += operations_a_portion;
    if (mine.next == mine.operations.size()) mine.next = 0;
    return operations_a_portion;
  }

  const race_map& entrant_;
  const setup asked_;
  std::vector<work> work_;
  void* map_ = nullptr;
  team team_;
};

}  // namespace

std::unique_ptr<course> make_map_course(const race_map& map, const setup& asked) {
  return std::make_unique<map_course>(map, asked);
}

}  // namespace reclaim::race
