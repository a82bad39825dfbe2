// Courses of a slab: each is one loop.

#include <string>

#include "bench/race/entrant/course.h"
#include "bench/race/entrant/race.h"

namespace reclaim::race {
namespace {

constexpr struct {
  const char* name;
  loop race_slab::*body;
} slab_loops[] = {
    {"slab-churn", &race_slab::churn},       {"slab-get", &race_slab::get},       {"slab-get-held", &race_slab::get_held},
    {"slab-hot", &race_slab::hot},           {"slab-exchange", &race_slab::exchange}, {"slab-stream", &race_slab::stream},
    {"slab-fill", &race_slab::fill},         {"slab-drop", &race_slab::drop},
    {"slab-pool", &race_slab::pool},         {"slab-publish", &race_slab::publish},
};

}  // namespace

std::vector<std::string> courses_of(const race_slab& slab) {
  std::vector<std::string> all;
  for (const auto& l : slab_loops) {
    if (slab.*l.body != nullptr) all.push_back(l.name);
  }
  return all;
}

std::unique_ptr<course> make_slab_course(const std::string& name, const race_slab& slab, const setup& asked) {
  for (const auto& l : slab_loops) {
    if (name == l.name && slab.*l.body != nullptr) {
      return make_loop_course(l.name, {slab.join, slab.leave, slab.rest}, slab.*l.body, asked);
    }
  }
  throw wrong_result(slab.name + std::string(" has no course '") + name + "'; see --list");
}

}  // namespace reclaim::race
