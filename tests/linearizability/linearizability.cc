// Records what threads do to the containers, over every domain, and checks that each history could be that of one thread.
//
//   ./bazelw run //tests/linearizability -- --histories=100000
//
// First the checks are checked: containers with a fault each must be found wrong.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/support/progress_bar.h"
#include "reclaim/schemes.h"
#include "tests/linearizability/faulty.h"
#include "tests/linearizability/recorder.h"
#include "tests/linearizability/subjects.h"

namespace reclaim::linearizability {
namespace {

struct race {
  std::string container, domain;
  bool is_faulty;
  std::function<findings(const terms&)> run;
};

template <template <class> class Subject, class Domain>
void add(std::vector<race>& all, const char* container) {
  if constexpr (!std::is_same_v<Domain, leaky_domain>) {
    all.push_back({container, Domain::name, false, [](const terms& asked) {
                     domain_options options;
                     options.objects_per_collect = 8;
                     options.collect_period = {};
                     Domain domain(options);
                     return record<Subject<Domain>>(domain, asked);
                   }});
  }
}

template <class... Domains>
void add_all(std::vector<race>& all, type_list<Domains...>) {
  (add<queue_of, Domains>(all, "mpmc_queue"), ...);
  (add<segmented_queue_of, Domains>(all, "segmented_queue"), ...);
  (add<stack_of, Domains>(all, "treiber_stack"), ...);
  (add<map_of, Domains>(all, "hash_map"), ...);
  (add<slab_of, Domains>(all, "sharded_slab"), ...);
}

template <class Subject>
void add_faulty(std::vector<race>& all, const char* container) {
  all.push_back({container, "-", true, [](const terms& asked) {
                   no_domain none;
                   return record<Subject>(none, asked);
                 }});
}

const char* name_of(verb v) {
  constexpr const char* names[] = {"put", "take", "insert", "assign", "erase", "get"};
  return names[static_cast<int>(v)];
}

void show(history wrong) {
  std::sort(wrong.begin(), wrong.end(), [](const operation& a, const operation& b) { return a.began < b.began; });
  const std::int64_t begin = wrong.front().began;
  std::printf("\n%9s %9s  %6s  %-6s %18s %12s %12s\n", "began, ns", "ended, ns", "thread", "what", "key", "argument", "result");
  for (const operation& o : wrong) {
    std::printf("%9lld %9lld  %6u  %-6s %18llx %12llx %12llx\n", static_cast<long long>(o.began - begin),
                static_cast<long long>(o.ended - begin), o.thread, name_of(o.what), static_cast<unsigned long long>(o.key),
                static_cast<unsigned long long>(o.argument), static_cast<unsigned long long>(o.result));
  }
}

void add(findings& sum, const findings& one) {
  sum.histories += one.histories;
  sum.operations += one.operations;
  sum.overlapping += one.overlapping;
  sum.undecided += one.undecided;
}

double percent_overlapping(const findings& found) {
  return 100.0 * static_cast<double>(found.overlapping) / static_cast<double>(std::max<std::uint64_t>(1, found.operations));
}

// Returns whether it is as it should be.
bool report(const race& r, unsigned threads, const findings& found) {
  const bool is_well = found.wrong.has_value() == r.is_faulty;
  const char* const what = r.is_faulty ? is_well ? "found" : "NOT FOUND" : is_well ? "linearizable" : "NOT LINEARIZABLE";
  std::printf("%-22s %-8s %7u %10llu %11llu %11.1f%% %9llu  %s\n", r.container.c_str(), r.domain.c_str(), threads,
              static_cast<unsigned long long>(found.histories), static_cast<unsigned long long>(found.operations),
              percent_overlapping(found), static_cast<unsigned long long>(found.undecided), what);
  std::fflush(stdout);
  if (!is_well && found.wrong) show(*found.wrong);
  return is_well;
}

// Returns whether all is as it should be.
bool run(const std::vector<race>& all, std::uint64_t histories, unsigned operations, std::uint64_t seed) {
  constexpr unsigned threads[] = {2, 4, 8};
  const auto sound = static_cast<std::uint64_t>(std::count_if(all.begin(), all.end(), [](const race& r) { return !r.is_faulty; }));
  const std::uint64_t each = std::max<std::uint64_t>(1, (histories + sound * std::size(threads) - 1) / (sound * std::size(threads)));
  std::printf("%-22s %-8s %7s %10s %11s %12s %9s\n", "container", "domain", "threads", "histories", "operations", "overlapping",
              "undecided");
  findings sum;
  bool all_well = true;
  for (const race& r : all) {
    for (const unsigned n : threads) {
      terms asked{n, operations, r.is_faulty ? 100'000 : each, seed};
      std::optional<bench::progress_bar> bar(std::in_place);
      asked.told = [&](std::uint64_t done) {
        const auto known = static_cast<double>(sum.histories + (r.is_faulty ? 0 : done));
        if (done % 64 == 0) bar->show(std::min(1.0, known / static_cast<double>(histories)), r.container + " over " + r.domain);
      };
      const findings found = r.run(asked);
      bar.reset();
      all_well = report(r, n, found) && all_well;
      if (!r.is_faulty) add(sum, found);
    }
    if (r.is_faulty && !all_well) return false;  // what finds nothing there tells nothing elsewhere
  }
  std::printf("\n%llu histories, %llu operations, %.1f %% of them at the same time as others; %llu histories undecided, %s\n",
              static_cast<unsigned long long>(sum.histories), static_cast<unsigned long long>(sum.operations),
              percent_overlapping(sum), static_cast<unsigned long long>(sum.undecided),
              all_well ? "all others linearizable" : "NOT ALL LINEARIZABLE");
  return all_well && sum.undecided * 100 <= sum.histories;  // else it was not checked
}

}  // namespace
}  // namespace reclaim::linearizability

int main(int argc, char** argv) {
  using namespace reclaim::linearizability;
  std::uint64_t histories = 3000, seed = 0;
  unsigned operations = 40;
  std::string only;
  CLI::App app{"Checks that what threads do to the containers could have been done by one"};
  app.add_option("--histories", histories, "in all, spread over containers, domains and numbers of threads")
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_option("--operations", operations, "of a history")->check(CLI::Range(2, 64));
  app.add_option("--seed", seed, "of what threads do; 0: another one each time");
  app.add_option("--only", only, "only containers whose name begins so");
  CLI11_PARSE(app, argc, argv);
  if (seed == 0) seed = reclaim::tests::seed();

  std::vector<race> all;
  add_faulty<sequence_subject<losing_queue, judge_queue>>(all, "faulty: losing");
  add_faulty<sequence_subject<twice_popped_stack, judge_stack>>(all, "faulty: popped twice");
  add_faulty<map_subject<stale_map>>(all, "faulty: stale");
  add_faulty<map_subject<generous_map>>(all, "faulty: generous");
  add_faulty<slab_subject<repeating_slab>>(all, "faulty: repeating");
  add_all(all, reclaim::all_domains());
  std::erase_if(all, [&](const race& r) { return !r.is_faulty && r.container.compare(0, only.size(), only) != 0; });
  if (std::all_of(all.begin(), all.end(), [](const race& r) { return r.is_faulty; })) {
    std::fprintf(stderr, "linearizability: no container's name begins with %s\n", only.c_str());
    return 2;
  }
  return run(all, histories, operations, seed) ? 0 : 1;
}
