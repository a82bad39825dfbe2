// Each container, with each scheme.

#include <type_traits>
#include <vector>

#include "reclaim/schemes.h"
#include "tests/torture/structures.h"
#include "tests/torture/task.h"

namespace reclaim::torture {
namespace {

template <class... Domains>
std::vector<task> tasks_of(type_list<Domains...>) {
  std::vector<task> all;
  const auto add = [&]<class Domain>(std::type_identity<Domain>) {
    if constexpr (!std::is_same_v<Domain, leaky_domain>) {
      for (const auto& s : structures<Domain>) all.push_back({Domain::name, s.name, 1, what::retires, s.run});
    }
  };
  (add(std::type_identity<Domains>()), ...);
  return all;
}

}  // namespace

std::vector<task> structure_tasks() { return tasks_of(all_domains()); }

}  // namespace reclaim::torture
