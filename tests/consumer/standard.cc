// Names of the standard alone: it compiles unchanged once the standard library has them.

#include <atomic>
#include <cstdio>
#include <hazard_pointer>
#include <memory>
#include <mutex>
#include <rcu>
#include <span>
#include <thread>

static_assert(__cpp_lib_hazard_pointer >= 202306L && __cpp_lib_rcu >= 202306L);

namespace {

struct node : std::hazard_pointer_obj_base<node> {
  explicit node(int n) : value(n) {}
  int value;
};

struct entry : std::rcu_obj_base<entry> {
  explicit entry(int n) : value(n) {}
  int value;
};

std::atomic<node*> nodes{new node(1)};
std::atomic<entry*> entries{new entry(1)};

int read_node() {
  std::hazard_pointer hazard = std::make_hazard_pointer();
  return hazard.protect(nodes)->value;
}

int read_entry() {
  const std::scoped_lock region(std::rcu_default_domain());
  return entries.load(std::memory_order_acquire)->value;
}

void replace() {
  for (int i = 0; i != 1000; ++i) {
    nodes.exchange(new node(i))->retire();
    entries.exchange(new entry(i))->retire();
  }
}

}  // namespace

int main() {
  std::thread writer(replace);
  long sum = 0;
  for (int i = 0; i != 1000; ++i) sum += read_node() + read_entry();
  writer.join();

  std::hazard_pointer some[3];
  std::make_hazard_pointer_batch(some);
  std::swap(some[0], some[1]);
  std::clear_hazard_pointer_batch(some);
  std::rcu_retire(new int(1));
  std::rcu_synchronize();
  std::rcu_barrier();
  nodes.exchange(nullptr)->retire(std::default_delete<node>());
  entries.exchange(nullptr)->retire();
  std::printf("standard: %d %d %s\n", some[0].empty(), some[2].empty(), sum >= 0 ? "read" : "");
  return some[0].empty() && some[2].empty() ? 0 : 1;
}
