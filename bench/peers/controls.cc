// Controls, written by hand: what each row costs at least.  They do the same work as a scheme and nothing besides, but
// they are no library: nothing is ever reclaimed by what they announce.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "bench/race/entrant/race.h"
#include "reclaim/sync/sync.h"

namespace reclaim::race {
namespace {

// Decided once, as the schemes do; read on each operation.
bool is_symmetric = false;

void start() {
  is_symmetric = sync::ensure_fence_mode() != sync::asymmetric;
}

// The reader's half of an asymmetric fence: a test, and a compiler fence.
void light() {
  if (is_symmetric) [[unlikely]] std::atomic_thread_fence(std::memory_order_seq_cst);
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

struct alignas(128) announcement {
  std::atomic<std::uint64_t> state{0};
  std::uint64_t depth = 0;
};

constinit thread_local announcement own;
alignas(128) std::atomic<std::uint64_t> epoch{2};

// A pin with all that a scheme's has: nesting, and the test of the fence mode.
struct pin {
  static void enter() {
    if (own.depth++ != 0) return;
    own.state.store(epoch.load(std::memory_order_acquire) | 1, std::memory_order_release);
    light();
  }
  static void leave() {
    if (--own.depth == 0) own.state.store(0, std::memory_order_release);
  }
};

// A pin with neither.
struct bare_pin {
  static void enter() {
    own.state.store(epoch.load(std::memory_order_acquire) | 1, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  static void leave() { own.state.store(0, std::memory_order_release); }
};

// Nothing at all.
struct no_pin {
  static void enter() {}
  static void leave() {}
};

template <class Pin>
void enter(std::uint64_t n) {
  for (; n != 0; --n) {
    Pin::enter();
    race_keep();
    Pin::leave();
  }
}

template <class Pin>
void nested(std::uint64_t n) {
  Pin::enter();
  enter<Pin>(n);
  Pin::leave();
}

struct object {
  char payload[32];
};

std::atomic<object*> source{new object};

// Eight hazard pointers of a thread, taken and given back like a stack.
struct alignas(128) hazards {
  std::atomic<object*> slots[8];
  unsigned used = 0;
};
constinit thread_local hazards own_hazards;

[[gnu::always_inline]] inline object* protect_with(std::atomic<object*>& slot) {
  object* p = source.load(std::memory_order_relaxed);
  for (;;) {
    slot.store(p, std::memory_order_release);
    light();
    object* const again = source.load(std::memory_order_acquire);
    if (again == p) return p;
    p = again;
  }
}

void shield(std::uint64_t n) {
  for (; n != 0; --n) {
    std::atomic<object*>& slot = own_hazards.slots[own_hazards.used++];
    race_use(protect_with(slot));
    slot.store(nullptr, std::memory_order_release);
    --own_hazards.used;
  }
}

void protect(std::uint64_t n) {
  std::atomic<object*>& slot = own_hazards.slots[0];
  for (; n != 0; --n) race_use(protect_with(slot));
  slot.store(nullptr, std::memory_order_release);
}

void leaky_shield(std::uint64_t n) {
  for (; n != 0; --n) race_use(source.load(std::memory_order_acquire));
}

constexpr std::size_t batch = 64;
struct pending {
  object* objects[batch]{};
  std::size_t count = 0;
};
constinit thread_local pending own_pending;

// Unsynchronised: each 64 objects are freed at once, whoever may read them.
template <class Pin>
void batch_free(std::uint64_t n) {
  for (; n != 0; --n) {
    auto* const made = new object;
    race_use(made);
    Pin::enter();
    pending& mine = own_pending;
    mine.objects[mine.count++] = made;
    if (mine.count == batch) {
      for (object* const o : mine.objects) delete o;
      mine.count = 0;
    }
    Pin::leave();
  }
}

void new_and_delete(std::uint64_t n) {
  for (; n != 0; --n) {
    auto* const made = new object;
    race_use(made);
    delete made;
  }
}

void leak(std::uint64_t n) {
  for (; n != 0; --n) race_use(new object);
}

constexpr race_scheme schemes[] = {
    {.name = "leaky", .settings = "does nothing, frees nothing: the limit", .marks = race_control | race_leaks,
     .enter = enter<no_pin>, .nested = nested<no_pin>, .shield = leaky_shield,
     .protect = leaky_shield, .retire = leak},
    {.name = "asymmetric pin", .settings = "announces an epoch; nests by a counter, tests the fence mode", .marks = race_control,
     .start = start, .enter = enter<pin>, .nested = nested<pin>},
    {.name = "bare pin", .settings = "announces an epoch; does not nest, tests nothing", .marks = race_control,
     .enter = enter<bare_pin>},
    {.name = "asymmetric hazard", .settings = "a slot of the thread, validated; tests the fence mode", .marks = race_control,
     .start = start, .shield = shield,
     .protect = protect},
    {.name = "batch free + pin", .settings = "64 objects freed at once without asking anyone, and an asymmetric pin an object",
     .marks = race_control, .start = start,
     .retire = batch_free<pin>},
    {.name = "new+delete", .settings = "allocates and frees, nothing between", .marks = race_control,
    
     .retire = new_and_delete},
    {},
};

}  // namespace
}  // namespace reclaim::race

int main(int argc, char** argv) { return race_main(argc, argv, reclaim::race::schemes, nullptr, nullptr, nullptr); }
