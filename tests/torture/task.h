// What there is to do: each scenario with each scheme.

#ifndef RECLAIM_TESTS_TORTURE_TASK_H
#define RECLAIM_TESTS_TORTURE_TASK_H

#include <functional>
#include <string>
#include <vector>

#include "tests/torture/crew.h"
#include "tests/torture/tally.h"

namespace reclaim::torture {

struct task {
  std::string scheme, scenario;
  unsigned share;  // of the time of a scheme
  what purpose;    // what it has to see, if it lasts for a second
  std::function<void(const terms&, tally&, const std::function<void()>&)> run;
};

std::vector<task> rack_tasks();
std::vector<task> structure_tasks();

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_TASK_H
