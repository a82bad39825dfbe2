// The whole library compiled with -fno-exceptions and -fno-rtti.  GoogleTest needs both, so this is a program: it
// ends with 0 if all held, and says what did not.

#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "reclaim/metrics/prometheus.h"
#include "reclaim/reclaim.h"
#include "structures/hash_map.h"
#include "structures/mpmc_queue.h"
#include "structures/treiber_stack.h"

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "this test is about builds without exceptions and without run-time types"
#endif

namespace {

bool memory_is_out = false;
int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::printf("FAILED: %s\n", what);
  ++failures;
}

// Runs body() in a child.  Returns whether it ended by abort(), and puts what it wrote to stderr into `said`.
template <class Body, std::size_t Size>
bool aborts(char (&said)[Size], Body&& body) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    body();
    _exit(0);
  }
  close(ends[1]);
  std::size_t length = 0;
  for (ssize_t got = 0; (got = read(ends[0], said + length, Size - 1 - length)) > 0;) length += static_cast<std::size_t>(got);
  said[length] = '\0';
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

template <class Domain>
void works(const char* name) {
  std::printf("%s\n", name);
  Domain domain;
  {
    reclaim::mpmc_queue<int, Domain> queue(domain);
    reclaim::treiber_stack<int, Domain> stack(domain);
    reclaim::hash_map<int, int, Domain> map(domain);
    for (int i = 0; i < 1000; ++i) {
      queue.push(i);
      stack.push(i);
      map.insert(i, i);
    }
    expect(queue.try_pop() == 0 && stack.try_pop() == 999, "the containers hand out what they hold");
    expect(map.contains(999) && map.erase(999) && !map.contains(999), "the map finds and erases");
  }
  domain.retire(new int(1), [](int* p) { delete p; });

  int* const kept = new int(2);
  memory_is_out = true;
  const bool done = domain.try_retire(kept, [](int* p) { delete p; });
  memory_is_out = false;
  expect(!done, "try_retire returns false where there is no memory");
  delete kept;

  char said[256];
  const bool aborted = aborts(said, [&domain] {
    int object = 0;
    memory_is_out = true;
    domain.retire(&object, [](int*) {});
  });
  expect(aborted, "retire ends the process where there is no memory");
  expect(std::strncmp(said, "reclaim: ", 9) == 0 && std::strchr(said, '\n') == said + std::strlen(said) - 1,
         "... with one line");
}

}  // namespace

// Out of line: g++ that sees malloc() in one of them and free() in the other takes them for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return memory_is_out ? nullptr : std::malloc(size);
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const memory = operator new(size, std::nothrow);
  if (memory == nullptr) std::_Exit(1);
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

int main() {
  works<reclaim::epoch_domain>("epoch_domain");
  works<reclaim::hazard_domain>("hazard_domain");
  works<reclaim::leaky_domain>("leaky_domain");
  return failures == 0 ? 0 : 1;
}
