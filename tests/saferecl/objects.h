// Objects as [saferecl] has them, their deleters, and a thread that does what it is told.

#ifndef RECLAIM_TESTS_SAFERECL_OBJECTS_H
#define RECLAIM_TESTS_SAFERECL_OBJECTS_H

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "reclaim/hazard_pointer.h"
#include "reclaim/rcu.h"
#include "tests/support/counted.h"
#include "tests/support/threads.h"

namespace reclaim::tests {

// Protected by hazard pointers.
template <template <class> class Deleter = std::default_delete>
struct hp_node_by : hazard_pointer_obj_base<hp_node_by<Deleter>, Deleter<hp_node_by<Deleter>>> {
  explicit hp_node_by(std::uint64_t number = 0) noexcept : value(number) {}
  counted value;
};
using hp_node = hp_node_by<>;

// Protected by regions.
template <template <class> class Deleter = std::default_delete>
struct rcu_node_by : rcu_obj_base<rcu_node_by<Deleter>, Deleter<rcu_node_by<Deleter>>> {
  explicit rcu_node_by(std::uint64_t number = 0) noexcept : value(number) {}
  counted value;
};
using rcu_node = rcu_node_by<>;

struct with_vtable {
  virtual ~with_vtable() = default;
  virtual std::uint64_t number() const noexcept = 0;
  std::uint64_t word = 3;
};

// Its bases lie behind other things, and it is both.
struct both_node final : with_vtable, rcu_obj_base<both_node>, hazard_pointer_obj_base<both_node> {
  using by_regions = rcu_obj_base<both_node>;
  using by_hazards = hazard_pointer_obj_base<both_node>;

  explicit both_node(std::uint64_t number = 0) noexcept : value(number) {}
  std::uint64_t number() const noexcept override { return value.value(); }
  counted value;
};

template <class T>
using function_deleter = void (*)(T*);

// It has a state: where it counts.
template <class T>
struct counting_deleter {
  void operator()(T* object) const noexcept {
    delete object;
    ++*count;
  }
  std::atomic<int>* count = nullptr;
};

// It can be assigned to, and no more: it has to stay where it is.
template <class T>
struct assigned_deleter {
  assigned_deleter() = default;
  assigned_deleter(assigned_deleter&&) = delete;
  assigned_deleter& operator=(assigned_deleter&& other) noexcept {
    was_assigned = other.is_fresh;
    return *this;
  }
  void operator()(T* object) noexcept {
    if (was_assigned) ++calls;
    delete object;
  }
  bool is_fresh = true;
  bool was_assigned = false;
  static inline std::atomic<int> calls{0};
};

// It can be moved only, and owns memory.
template <class T>
struct owning_deleter {
  void operator()(T* object) const noexcept {
    delete object;
    ++**count;
  }
  std::unique_ptr<std::atomic<int>*> count;
};

inline hazard_domain& hazards() { return default_domain<hazard_domain>(); }
inline epoch_domain& regions() { return epochs_of(rcu_default_domain()); }

// Everything that a test made has ended when it is over, once, and was not used afterwards.
class Saferecl : public testing::Test {
 protected:
  ~Saferecl() override {
    hazards().drain();
    regions().drain();
    EXPECT_EQ(births.living(), 0u);
    EXPECT_EQ(births.faults(), 0u);
  }

  // How many live when all has ended that may.
  std::size_t living_after_drains() {
    hazards().drain();
    regions().drain();
    return births.living();
  }

  const census births;
};

// A thread that does one thing after the other.
class other_thread {
 public:
  other_thread() : thread_([this] { work(); }) {}
  ~other_thread() {
    if (thread_.joinable()) end();
  }

  // Returns when it is done.
  void does(std::function<void()> what) {
    begins(std::move(what));
    finish();
  }
  void begins(std::function<void()> what) {
    what_ = std::move(what);
    step_.arrive_and_wait();
  }
  void finish() { step_.arrive_and_wait(); }
  void end() {
    begins(nullptr);
    thread_.join();
  }

 private:
  void work() {
    for (;;) {
      step_.arrive_and_wait();
      if (!what_) return;
      what_();
      step_.arrive_and_wait();
    }
  }

  start_barrier step_{2};
  std::function<void()> what_;
  std::thread thread_;
};

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SAFERECL_OBJECTS_H
