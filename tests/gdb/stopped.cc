// A program that stops with threads under guards and objects that wait for them.

#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <latch>
#include <semaphore>
#include <thread>
#include <vector>

#include "reclaim/core/tagged_ptr.h"
#include "reclaim/reclaim.h"
#include "structures/treiber_stack.h"

namespace {

template <class Domain>
struct node : Domain::hook {
  explicit node(int v) : value(v) {}
  int value;
};

template <class Domain>
struct source {
  Domain domain{{.objects_per_collect = 4}};
  reclaim::sync::atomic<node<Domain>*> current{new node<Domain>(0)};

  ~source() { delete current.load(reclaim::relaxed); }

  void replace(int times) {
    for (int i = 1; i <= times; ++i) {
      auto guard = domain.enter();
      guard.retire(current.exchange(new node<Domain>(i), reclaim::acq_rel));
    }
  }
};

reclaim::leaky_domain crowd;
source<reclaim::epoch_domain> cache;
source<reclaim::hazard_domain> names;
source<reclaim::hybrid_domain> pages;
reclaim::treiber_stack<int, reclaim::epoch_domain> stack(cache.domain);

// Joins more threads than a table at first has room for; each retires an object and ends.
void gather_crowd() {
  constexpr int size = 70;
  std::latch all_joined(size);
  std::vector<std::thread> threads;
  for (int i = 0; i != size; ++i) {
    threads.emplace_back([&] {
      crowd.retire(new node<reclaim::leaky_domain>(0));
      all_joined.arrive_and_wait();
    });
  }
  for (std::thread& t : threads) t.join();
}

std::binary_semaphore is_reading{0}, may_go_on{0};

void read_all() {
  pthread_setname_np(pthread_self(), "reader");
  auto in_cache = cache.domain.enter();
  auto in_names = names.domain.enter();
  auto in_pages = pages.domain.enter();
  auto of_names = in_names.shield();
  auto of_pages = in_pages.shield();
  auto also_of_pages = in_pages.shield();
  std::printf("names: %p\n", static_cast<const void*>(of_names.protect(names.current)));
  std::printf("pages: %p\n", static_cast<const void*>(of_pages.protect(pages.current)));
  std::fflush(stdout);
  is_reading.release();
  may_go_on.acquire();
}

// Where a breakpoint is, and all that is looked at has a name.
[[gnu::noinline]] void stop(const reclaim::epoch_domain::guard& guard, const node<reclaim::epoch_domain>* waiting,
                            const node<reclaim::epoch_domain>* fresh, const reclaim::tagged_ptr<int, 2, 8>& link) {
  std::raise(SIGTRAP);
  std::printf("%p %d %d %lu\n", static_cast<const void*>(&guard), waiting->value, fresh->value,
              static_cast<unsigned long>(link.tag()));
}

}  // namespace

int main() {
  int target = 0;
  std::printf("link: %p\n", static_cast<const void*>(&target));
  gather_crowd();
  std::thread reader(read_all);
  is_reading.acquire();
  cache.replace(9);
  names.replace(9);
  pages.replace(9);
  {
    auto guard = cache.domain.enter();
    auto* const waiting = cache.current.exchange(new node<reclaim::epoch_domain>(10), reclaim::acq_rel);
    guard.retire(waiting);
    stop(guard, waiting, cache.current.load(reclaim::relaxed), reclaim::tagged_ptr<int, 2, 8>(&target, 3, 0x5A));
  }
  may_go_on.release();
  reader.join();
  return 0;
}
