// The rack, with each scheme and scenario.

#include <algorithm>
#include <chrono>
#include <memory>
#include <type_traits>
#include <vector>

#include "reclaim/schemes.h"
#include "tests/torture/rack.h"
#include "tests/torture/scenarios.h"
#include "tests/torture/task.h"

namespace reclaim::torture {
namespace {

template <class Domain>
what purpose_of(const scenario& s) {
  const bool has_none = (s.purpose == what::wraps && !has_epochs<Domain>) ||
                        (s.purpose == what::laggards_passed && !requires(Domain& d) { d.regions(); });
  return has_none ? what::retires : s.purpose;
}

template <class Domain>
void run(const course& c, terms asked, tally& found, const std::function<void()>& show) {
  const std::chrono::milliseconds lap = c.lap == c.lap.zero() ? asked.duration : c.lap;
  for (auto left = asked.duration; left > left.zero(); left -= lap, ++asked.seed) {
    terms now = asked;
    now.duration = std::min(left, lap);
    std::make_unique<rack<Domain>>(c, now, found)->run(show);
  }
}

template <class... Domains>
std::vector<task> tasks_of(type_list<Domains...>) {
  std::vector<task> all;
  const auto add = [&]<class Domain>(std::type_identity<Domain>) {
    if constexpr (!std::is_same_v<Domain, leaky_domain>) {
      for (const scenario& s : rack_scenarios()) {
        all.push_back({Domain::name, s.name, s.share, purpose_of<Domain>(s),
                       [how = s.how](const terms& asked, tally& found, const auto& show) {
                         run<Domain>(how, asked, found, show);
                       }});
      }
    }
  };
  (add(std::type_identity<Domains>()), ...);
  return all;
}

}  // namespace

std::vector<task> rack_tasks() { return tasks_of(all_domains()); }

}  // namespace reclaim::torture
