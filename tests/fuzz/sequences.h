// Queues and stacks under a row of operations: compared with a std::deque on one thread; on two, what went in comes out
// once, and a queue keeps what a thread put in order.

#ifndef RECLAIM_TESTS_FUZZ_SEQUENCES_H
#define RECLAIM_TESTS_FUZZ_SEQUENCES_H

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <thread>
#include <vector>

#include "tests/fuzz/bytes.h"
#include "tests/fuzz/value.h"

namespace reclaim::fuzz {

enum class order { first_in_first_out, last_in_first_out };

inline std::optional<unsigned> take_from(std::deque<unsigned>& model, order how) {
  if (model.empty()) return std::nullopt;
  const unsigned number = how == order::first_in_first_out ? model.front() : model.back();
  how == order::first_in_first_out ? model.pop_front() : model.pop_back();
  return number;
}

template <class Sequence>
std::optional<unsigned> pop(Sequence& all) {
  const std::optional<value> popped = all.try_pop();
  return popped ? std::optional<unsigned>(popped->number()) : std::nullopt;
}

// A byte: whether to push or to pop, and how often.
template <class Sequence, class Domain>
void one_thread_in_sequence(Domain& domain, bytes in, order how) {
  std::deque<unsigned> model;
  Sequence all(domain);
  unsigned fresh = 0;
  while (!in.empty()) {
    const unsigned choice = in.below(256);
    for (unsigned left = choice / 4 % 16 + 1; left != 0; --left) {
      switch (choice % 4) {
        case 0: all.push(value(fresh)); break;
        case 1: all.emplace(fresh); break;
        case 2: must(all.try_push(value(fresh)), "try_push refused"); break;
        default: must(pop(all) == take_from(model, how), "a pop did not give what the model gives"); continue;
      }
      model.push_back(fresh++);
    }
    must(all.empty() == model.empty(), "empty() differs from the model");
    if (choice >= 192) domain.drain();
  }
}

// What a thread has pushed, by its numbers, and what it popped, of both.
struct share {
  unsigned pushed = 0;
  std::vector<unsigned> popped;
};

inline unsigned number_of(unsigned thread, unsigned turn) { return 2 * turn + thread; }

template <class Sequence>
void push_and_pop(Sequence& all, bytes in, unsigned thread, share& mine) {
  while (!in.empty()) {
    const unsigned choice = in.below(256);
    for (unsigned left = choice / 2 % 32 + 1; left != 0; --left) {
      if (choice % 2 == 0) {
        all.push(value(number_of(thread, mine.pushed++)));
      } else if (const auto number = pop(all)) {
        mine.popped.push_back(*number);
      }
    }
  }
}

// Of what each thread pushed, the numbers rise.
inline void check_order(const std::vector<unsigned>& popped) {
  std::array<long, 2> last = {-1, -1};
  for (const unsigned number : popped) {
    must(long(number) > last[number % 2], "a thread got another's values out of order");
    last[number % 2] = long(number);
  }
}

template <class Sequence, class Domain>
void two_threads_in_sequence(Domain& domain, bytes in, order how) {
  std::array<share, 2> shares;
  std::vector<unsigned> rest;
  {
    Sequence all(domain);
    std::thread other([&] { push_and_pop(all, in.half(1), 1, shares[1]); });
    push_and_pop(all, in.half(0), 0, shares[0]);
    other.join();
    while (const auto number = pop(all)) rest.push_back(*number);
  }
  std::array<std::vector<unsigned>, 2> times = {std::vector<unsigned>(shares[0].pushed), std::vector<unsigned>(shares[1].pushed)};
  for (const std::vector<unsigned>* popped : {&shares[0].popped, &shares[1].popped, &rest}) {
    if (how == order::first_in_first_out) check_order(*popped);
    for (const unsigned number : *popped) {
      must(number / 2 < times[number % 2].size(), "a value came out that nobody had put in");
      ++times[number % 2][number / 2];
    }
  }
  for (const auto& of_one : times) {
    for (const unsigned count : of_one) must(count == 1, "what went in did not come out once");
  }
}

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_SEQUENCES_H
