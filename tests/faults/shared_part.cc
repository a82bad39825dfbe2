// A shared object that holds the library.

#include "tests/faults/shared_part.h"

#include <atomic>
#include <thread>
#include <vector>

#include "reclaim/default_domain.h"
#include "reclaim/schemes.h"

namespace reclaim::tests {
namespace {

template <class Domain>
struct number : Domain::hook {
  explicit number(int n) noexcept : value(n) {}
  ~number() {
    value = -1;
    if (ended != nullptr) ++*ended;
  }
  volatile int value;  // keeps what the destructor writes
  int* ended = nullptr;
};

template <class Domain>
using source = sync::atomic<number<Domain>*>;

template <class Domain>
struct protecting {
  explicit protecting(source<Domain>& src)
      : guard(reclaim::default_domain<Domain>().enter()), shield(guard.shield()), protects(shield.protect(src)) {}
  typename Domain::guard guard;
  typename Domain::shield shield;
  number<Domain>* protects;
};

std::atomic<std::size_t> lost{0};

template <class Domain>
void use(Domain& domain) {
  domain_options options;
  options.objects_per_collect = 8;
  options.collect_period = {};
  static thread_local int own = 0;  // a destructor less, and a word more of the thread's
  Domain another(options);
  for (Domain* const d : {&domain, &another}) {
    for (int i = 0; i != 20; ++i) {
      ++own;
      auto guard = d->enter();
      guard.retire(new number<Domain>(own));
    }
  }
  if (!std::is_same_v<Domain, leaky_domain>) lost += another.drain();
}

template <class Domain>
std::size_t work(int threads) {
  static Domain domain;
  lost = 0;
  std::vector<std::thread> all;
  for (int i = 0; i != threads; ++i) all.emplace_back([] { use(domain); });
  use(domain);
  for (std::thread& t : all) t.join();
  if (!std::is_same_v<Domain, leaky_domain>) lost += domain.drain();
  return lost;
}

template <class Domain>
constexpr shared_part part_of = {
    .scheme = Domain::name,
    .reclaims_early = !std::is_same_v<Domain, leaky_domain>,
    .default_domain = []() -> void* { return &reclaim::default_domain<Domain>(); },
    .thread_index = [] { return sync::register_thread(); },
    .new_source = [](int n) -> void* { return new source<Domain>(new number<Domain>(n)); },
    .delete_source =
        [](void* s) {
          delete static_cast<source<Domain>*>(s)->load(relaxed);
          delete static_cast<source<Domain>*>(s);
        },
    .protect = [](void* s) -> void* { return new protecting<Domain>(*static_cast<source<Domain>*>(s)); },
    .read = [](void* p) -> int { return static_cast<protecting<Domain>*>(p)->protects->value; },
    .leave = [](void* p) { delete static_cast<protecting<Domain>*>(p); },
    .replace =
        [](void* s, int n, int* ended) {
          number<Domain>* const old = static_cast<source<Domain>*>(s)->exchange(new number<Domain>(n), acq_rel);
          old->ended = ended;
          reclaim::default_domain<Domain>().retire(old);
        },
    .drain = [] { return reclaim::default_domain<Domain>().drain(); },
    .work = work<Domain>,
};

template <class... Domains>
const shared_part* parts_of(type_list<Domains...>) {
  static constexpr shared_part parts[] = {part_of<Domains>..., {}};
  return parts;
}

}  // namespace
}  // namespace reclaim::tests

extern "C" const reclaim::tests::shared_part* reclaim_tests_shared_parts() {
  return reclaim::tests::parts_of(reclaim::all_domains{});
}
