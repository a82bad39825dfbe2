#include "bench/race/entrant/team.h"

#include <sched.h>

#include "bench/support/processor.h"

namespace reclaim::race {

team::team(std::size_t size, const hooks& library)
    : size_(size), library_(library), start_(static_cast<std::ptrdiff_t>(size) + 1), end_(static_cast<std::ptrdiff_t>(size) + 1) {
  workers_.reserve(size);
  for (std::size_t i = 0; i != size; ++i) workers_.emplace_back([this, i] { live(i); });
}

team::~team() {
  work_ = nullptr;
  start_.arrive_and_wait();
}

void team::run(const std::function<void(std::size_t)>& work) {
  work_ = &work;
  start_.arrive_and_wait();
  end_.arrive_and_wait();
}

void team::rest() {
  if (library_.rest == nullptr) return;
  run([this](std::size_t) { library_.rest(); });
}

// Those whom the barrier woke first wait for the last, so that all begin together.
void team::meet() {
  const std::size_t mine = arrived_.fetch_add(1);
  const std::size_t all = (mine / size_ + 1) * size_;
  while (arrived_.load() < all) sched_yield();
}

void team::live(std::size_t worker) {
  if (size_ <= std::thread::hardware_concurrency()) bench::settle_on(worker);
  if (library_.join != nullptr) library_.join();
  for (;;) {
    start_.arrive_and_wait();
    if (work_ == nullptr) break;
    meet();
    (*work_)(worker);
    end_.arrive_and_wait();
  }
  if (library_.leave != nullptr) library_.leave();
}

}  // namespace reclaim::race
