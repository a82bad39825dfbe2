// What the standard library offers to protect what others read: locks, and shared_ptr in an atomic.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "bench/race/entrant/race.h"

namespace reclaim::race {
namespace {

alignas(128) std::mutex plain_mutex;
alignas(128) std::shared_mutex reader_mutex;

void lock(std::uint64_t n) {
  for (; n != 0; --n) {
    const std::lock_guard hold(plain_mutex);
    race_keep();
  }
}

void lock_shared(std::uint64_t n) {
  for (; n != 0; --n) {
    const std::shared_lock hold(reader_mutex);
    race_keep();
  }
}

struct object {
  char payload[32];
};

alignas(128) std::atomic<std::shared_ptr<object>> source{std::make_shared<object>()};

void load(std::uint64_t n) {
  for (; n != 0; --n) {
    const std::shared_ptr<object> held = source.load();
    race_use(held.get());
  }
}

void load_again(std::uint64_t n) {
  std::shared_ptr<object> held;
  for (; n != 0; --n) {
    held = source.load();
    race_use(held.get());
  }
}

struct chosen_hash {
  std::size_t operator()(std::uint64_t key) const { return race_hash(key); }
};

struct locked_map {
  alignas(128) std::shared_mutex mutex;
  std::unordered_map<std::uint64_t, std::uint64_t, chosen_hash> entries;
};

std::uint64_t mix(void* made, const std::uint32_t* ops, std::uint64_t n) {
  locked_map& map = *static_cast<locked_map*>(made);
  std::uint64_t done = 0;
  for (std::uint64_t i = 0; i != n; ++i) {
    const std::uint64_t key = race_key(ops[i]);
    switch (race_verb_of(ops[i])) {
      case race_get: {
        const std::shared_lock hold(map.mutex);
        const auto found = map.entries.find(key);
        if (found == map.entries.end()) break;
        race_use(found->second);
        ++done;
        break;
      }
      case race_insert: {
        const std::lock_guard hold(map.mutex);
        done += map.entries.emplace(key, key).second ? 1 : 0;
        break;
      }
      case race_erase: {
        const std::lock_guard hold(map.mutex);
        done += map.entries.erase(key);
        break;
      }
    }
  }
  return done;
}

struct locked_queue {
  std::mutex mutex;
  std::deque<std::uint64_t> values;
};

std::uint64_t pairs(void* made, std::uint64_t n) {
  locked_queue& queue = *static_cast<locked_queue*>(made);
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i != n; ++i) {
    {
      const std::lock_guard hold(queue.mutex);
      queue.values.push_back(i);
    }
    const std::lock_guard hold(queue.mutex);
    if (queue.values.empty()) continue;
    race_use(queue.values.front());
    queue.values.pop_front();
    ++found;
  }
  return found;
}

constexpr race_scheme schemes[] = {
    {.name = "std::mutex", .settings = "lock and unlock", .marks = race_blocks, .enter = lock},
    {.name = "std::shared_mutex", .settings = "lock_shared and unlock_shared", .marks = race_blocks, .enter = lock_shared},
    {.name = "atomic<shared_ptr>", .settings = "std::atomic<std::shared_ptr>: load", .marks = race_blocks, .shield = load, .protect = load_again},
    {},
};

constexpr race_map maps[] = {
    {.name = "unordered_map+shared_mutex", .settings = "one lock for all", .marks = race_blocks | race_grows,
     .make = [](std::uint64_t) -> void* { return new locked_map; }, .mix = mix},
    {},
};

constexpr race_queue queues[] = {
    {.name = "deque+mutex", .settings = "one lock for both ends", .marks = race_blocks, .make = []() -> void* { return new locked_queue; }, .pairs = pairs},
    {},
};

}  // namespace
}  // namespace reclaim::race

int main(int argc, char** argv) {
  using namespace reclaim::race;
  return race_main(argc, argv, schemes, maps, queues, nullptr);
}
