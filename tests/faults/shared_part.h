// What a shared object of the tests can do.  It holds the library; who loads it knows only this.

#ifndef RECLAIM_TESTS_FAULTS_SHARED_PART_H
#define RECLAIM_TESTS_FAULTS_SHARED_PART_H

#include <cstddef>

namespace reclaim::tests {

// Over the default domain of one scheme, unless it says otherwise.
struct shared_part {
  const char* scheme;
  bool reclaims_early;
  void* (*default_domain)();
  std::size_t (*thread_index)();
  void* (*new_source)(int number);
  void (*delete_source)(void* source);
  void* (*protect)(void* source);                      // a guard and a shield
  int (*read)(void* protecting);                       // what it protects
  void (*leave)(void* protecting);                     // on the thread that protects
  void (*replace)(void* source, int number, int* ended);  // retires the old one, whose end is counted there
  std::size_t (*drain)();
  // Uses domains of its own, one of them a static object, by `threads` threads and this one.  Returns how many objects are left.
  std::size_t (*work)(int threads);
};

}  // namespace reclaim::tests

// Returns the parts of this shared object, one for each scheme, and behind the last one whose scheme is null.
extern "C" const reclaim::tests::shared_part* reclaim_tests_shared_parts();

#endif  // RECLAIM_TESTS_FAULTS_SHARED_PART_H
