// The program of an entrant: lists what it has, or runs one course of it, round by round, as it is told on standard
// input.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>

#include "bench/race/entrant/course.h"

namespace reclaim::race {
namespace {

struct arguments {
  bool list = false;
  std::string course;
  std::string subject;
  std::string mix = "90/5/5";
  reclaim::race::setup setup;
};

// The courses of a scheme: the loops by their place in it, and the others.
constexpr struct {
  const char* name;
  loop race_scheme::*body;
} loops[] = {
    {"enter", &race_scheme::enter},     {"nested", &race_scheme::nested}, {"shield", &race_scheme::shield},
    {"protect", &race_scheme::protect}, {"retire", &race_scheme::retire},
};
constexpr struct {
  const char* name;
  bool (*has)(const race_scheme&);
  std::unique_ptr<course> (*make)(const race_scheme&, const setup&);
} others[] = {
    {"list", [](const race_scheme& s) { return s.list_make != nullptr; }, make_list_course},
    {"latency", [](const race_scheme& s) { return s.retire_timed != nullptr; }, make_latency_course},
    {"stall", [](const race_scheme& s) { return s.retire_counted != nullptr && s.hold != nullptr; }, make_stall_course},
};

// The entries of a table that ends with a null name; none if it is null.
template <class Entry>
std::vector<const Entry*> entries_of(const Entry* table) {
  std::vector<const Entry*> all;
  for (; table != nullptr && table->name != nullptr; ++table) all.push_back(table);
  return all;
}

template <class Entry>
void print(const char* course, const Entry& e) {
  std::printf("%s\t%s\t%u\t%s\n", course, e.name, e.marks, e.settings);
}

void list(const race_scheme* schemes, const race_map* maps, const race_queue* queues, const race_slab* slabs) {
  for (const race_scheme* s : entries_of(schemes)) {
    for (const auto& l : loops) {
      if (s->*l.body != nullptr) print(l.name, *s);
    }
    for (const auto& o : others) {
      if (o.has(*s)) print(o.name, *s);
    }
  }
  for (const race_map* m : entries_of(maps)) print("map", *m);
  for (const race_queue* q : entries_of(queues)) print("queue", *q);
  for (const race_slab* s : entries_of(slabs)) {
    for (const std::string& course : courses_of(*s)) print(course.c_str(), *s);
  }
}

// The entry of that name, its library started.  Throws: CLI::ValidationError if there is none.
template <class Entry>
const Entry& started(const Entry* table, const arguments& asked) {
  for (const Entry* e : entries_of(table)) {
    if (e->name != asked.subject) continue;
    if (e->start != nullptr) e->start();
    return *e;
  }
  throw CLI::ValidationError("--subject", "'" + asked.subject + "' does not run the course '" + asked.course + "'; see --list");
}

std::unique_ptr<course> make(const arguments& asked, const race_scheme* schemes, const race_map* maps, const race_queue* queues,
                             const race_slab* slabs) {
  if (asked.course == "map") return make_map_course(started(maps, asked), asked.setup);
  if (asked.course.starts_with("slab-")) return make_slab_course(asked.course, started(slabs, asked), asked.setup);
  if (asked.course == "queue") return make_queue_course(started(queues, asked), asked.setup);
  const race_scheme& scheme = started(schemes, asked);
  for (const auto& l : loops) {
    if (asked.course == l.name && scheme.*l.body != nullptr) {
      return make_loop_course(l.name, {scheme.join, scheme.leave, scheme.rest}, scheme.*l.body, asked.setup);
    }
  }
  for (const auto& o : others) {
    if (asked.course == o.name && o.has(scheme)) return o.make(scheme, asked.setup);
  }
  throw CLI::ValidationError("--course", asked.subject + " has no course '" + asked.course + "'; see --list");
}

void read_mix(arguments& asked) {
  unsigned gets = 0;
  char rest = 0;
  setup& s = asked.setup;
  if (std::sscanf(asked.mix.c_str(), "%u/%u/%u%c", &gets, &s.inserts, &s.erases, &rest) != 3 || gets + s.inserts + s.erases != 100) {
    throw CLI::ValidationError("--mix", "expected shares that make 100 per cent, such as 90/5/5, not '" + asked.mix + "'");
  }
}

arguments parse(int argc, char** argv) {
  CLI::App app("An entrant of //bench:race.  Answers each line \"round\" on standard input by a line of figures.");
  arguments asked;
  setup& s = asked.setup;
  app.add_flag("--list", asked.list, "lists courses, subjects, marks and settings");
  app.add_option("--course", asked.course, "what to run");
  app.add_option("--subject", asked.subject, "by whom");
  app.add_option("--threads", s.threads, "workers")->check(CLI::Range(1, 1024));
  app.add_option("--seconds", s.seconds, "length of a round")->check(CLI::Range(0.0001, 60.0));
  app.add_option("--operations", s.operations, "of a round of latency or stall")->check(CLI::Range(1'000, 100'000'000));
  app.add_option("--keys", s.keys, "range of a map's keys; half of them are in it")->check(CLI::Range(2, 1 << 30));
  app.add_flag("--zipf", s.zipf, "keys follow Zipf's law, exponent 0.99");
  app.add_option("--mix", asked.mix, "per cent of gets/inserts/erases");
  app.add_option("--nodes", s.nodes, "of a list")->check(CLI::Range(1, 1'000'000));
  app.parse(argc, argv);
  read_mix(asked);
  return asked;
}

void serve(course& running) {
  std::puts("ready");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line) && line != "quit";) {
    if (line != "round") throw wrong_result("told '" + line + "': knows only round and quit");
    const char* gap = "";
    for (const auto& [name, value] : running.round()) {
      std::printf("%s%s=%.9g", gap, name.c_str(), value);
      gap = " ";
    }
    std::puts("");
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace reclaim::race

int race_main(int argc, char** argv, const race_scheme* schemes, const race_map* maps, const race_queue* queues,
              const race_slab* slabs) {
  using namespace reclaim::race;
  try {
    const arguments asked = parse(argc, argv);
    if (asked.list) {
      list(schemes, maps, queues, slabs);
    } else {
      serve(*make(asked, schemes, maps, queues, slabs));
      std::_Exit(EXIT_SUCCESS);  // how a library takes itself down at the end of a process is no part of the race
    }
    return 0;
  } catch (const CLI::CallForHelp&) {
    std::puts("Usage: see bench/race/entrant/main.cc; run by //bench:race");
    return 0;
  } catch (const CLI::ParseError& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
