#include "bench/race/schedule.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "bench/race/entrant_process.h"

namespace reclaim::race {
namespace {

struct runner {
  result* record;
  std::unique_ptr<entrant_process> process;
};

// One measurement, and where the processors were.
struct measurement {
  std::map<std::string, double> figures;
  bool is_near;
};

std::vector<std::string> arguments_of(const cell& what, const subject& who, double scale) {
  const bool is_beside = who.threads != 0;
  std::vector<std::string> all{"--course=" + what.course, "--subject=" + (is_beside ? who.own_name : who.name),
                               "--threads=" + std::to_string(is_beside ? who.threads : what.threads),
                               "--seconds=" + std::to_string(seconds_a_round(what, scale))};
  all.insert(all.end(), what.arguments.begin(), what.arguments.end());
  return all;
}

void drop(runner& r, const std::string& why) {
  r.record->failure = why;
  r.process.reset();
}

std::vector<runner> start(const cell& what, std::vector<result>& entrants, const std::filesystem::path& folder, const terms& terms,
                          const std::function<void(const std::string&, double)>& show) {
  std::vector<runner> runners;
  for (std::size_t i = 0; i != entrants.size(); ++i) {
    result& r = entrants[i];
    show(r.who.name, 0.2 * static_cast<double>(i) / static_cast<double>(entrants.size()));
    runners.push_back({&r, nullptr});
    try {
      runners.back().process =
          std::make_unique<entrant_process>(folder / r.who.family, arguments_of(what, r.who, terms.scale), what.preload);
      runners.back().process->await_ready(terms.fill_limit);
    } catch (const drop_out& e) {
      drop(runners.back(), e.what());
    }
  }
  return runners;
}

// In how many rounds all that are still running were measured near, and in how many far.
std::pair<std::size_t, std::size_t> count(const std::vector<std::vector<std::optional<measurement>>>& measured,
                                          const std::vector<runner>& runners, std::size_t rounds) {
  std::size_t near = 0, far = 0;
  for (std::size_t round = 0; round != rounds; ++round) {
    bool all_near = true, all_far = true;
    for (std::size_t i = 0; i != runners.size(); ++i) {
      if (!runners[i].process) continue;
      const auto& m = measured[i][round];
      all_near = all_near && m && m->is_near;
      all_far = all_far && m && !m->is_near;
    }
    near += all_near ? 1 : 0;
    far += all_far ? 1 : 0;
  }
  return {near, far};
}

}  // namespace

double seconds_a_round(const cell& what, double scale) {
  if (what.course == "map") return scale * (what.threads > 8 ? 0.3 : what.threads > 2 ? 0.12 : 0.06);
  if (what.course == "queue") return scale * (what.threads > 2 ? 0.12 : 0.05);
  return scale * 0.02;
}

cell_result run_cell(const cell& what, const std::vector<subject>& field, const std::filesystem::path& folder, const terms& terms,
                     const std::function<void(const std::string&, double)>& show) {
  cell_result all{what, "", {}, {}};
  for (const subject& s : field) all.entrants.push_back({s, {}, ""});
  std::vector<runner> runners = start(what, all.entrants, folder, terms, show);
  std::vector<std::vector<std::optional<measurement>>> measured(runners.size());
  const bool is_tagged = what.threads > 1;
  const std::size_t most = is_tagged ? 2 * terms.rounds : terms.rounds;
  std::size_t round = 0;
  for (; round != most; ++round) {
    if (const auto [near, far] = count(measured, runners, round); round >= terms.rounds && std::max(near, far) >= terms.least_rounds) break;
    for (std::size_t turn = 0; turn != runners.size(); ++turn) {
      const std::size_t i = (turn + round) % runners.size();
      measured[i].resize(round + 1);
      if (!runners[i].process) continue;
      show(runners[i].record->who.name,
           0.2 + 0.8 * std::min(1.0, (static_cast<double>(round) + static_cast<double>(turn) / static_cast<double>(runners.size())) /
                                         static_cast<double>(terms.rounds)));
      const double ns = is_tagged ? terms.ns_between() : 0;
      if (is_tagged) all.ns_between.push_back(ns);
      try {
        measured[i][round] = measurement{runners[i].process->round(terms.round_limit), ns <= farthest_near};
      } catch (const drop_out& e) {
        drop(runners[i], e.what());
      }
    }
  }
  const auto [near, far] = count(measured, runners, round);
  const bool takes_near = near >= far;
  if (is_tagged) all.tag = takes_near ? "near" : "far";
  for (std::size_t i = 0; i != runners.size(); ++i) {
    for (auto& m : measured[i]) {
      const bool counts = m && (!is_tagged || m->is_near == takes_near);
      runners[i].record->rounds.push_back(counts ? std::optional(std::move(m->figures)) : std::nullopt);
    }
  }
  return all;
}

}  // namespace reclaim::race
