// Shared objects that each hold the library: several in one process, and such that are unloaded.  This program itself
// holds none of it.
//
//   one.so, two.so              as g++ builds them by default: unique symbols, of which a process has one, for good
//   one_plain.so, two_plain.so  without these: what is loaded by itself is alone, and can be unloaded

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/wait.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <string>
#include <thread>

#include "tests/faults/memory.h"
#include "tests/faults/shared_part.h"
#include "tests/support/child.h"
#include "tests/support/sanitized.h"

namespace reclaim::tests {
namespace {

std::string path_of(const std::string& name) { return "tests/faults/" + name + ".so"; }

bool is_loaded(const std::string& name) {
  void* const found = dlopen(path_of(name).c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (found != nullptr) dlclose(found);
  return found != nullptr;
}

class shared_object {
 public:
  explicit shared_object(const std::string& name, int scope = RTLD_LOCAL) : handle_(dlopen(path_of(name).c_str(), RTLD_NOW | scope)) {
    if (handle_ == nullptr) {
      std::fprintf(stderr, "%s\n", dlerror());
      _exit(99);
    }
    using function = const shared_part* (*)();
    parts_ = reinterpret_cast<function>(dlsym(handle_, "reclaim_tests_shared_parts"))();
  }
  ~shared_object() { dlclose(handle_); }
  shared_object(const shared_object&) = delete;
  shared_object& operator=(const shared_object&) = delete;

  const shared_part* begin() const { return parts_; }
  const shared_part* end() const {
    const shared_part* p = parts_;
    while (p->scheme != nullptr) ++p;
    return p;
  }
  const shared_part& operator[](std::size_t i) const { return parts_[i]; }
  std::size_t size() const { return static_cast<std::size_t>(end() - begin()); }

 private:
  void* handle_;
  const shared_part* parts_;
};

template <class Body>
void expect_in_child(Body&& body) {
  EXPECT_EQ(status_in_child(body), 0);
}

// A guard that one part makes, against a retire that the other does on another thread.
void expect_protects_against(const shared_part& one, const shared_part& two) {
  SCOPED_TRACE(one.scheme);
  EXPECT_EQ(one.default_domain(), two.default_domain());
  EXPECT_EQ(one.thread_index(), two.thread_index());
  void* const source = one.new_source(1);
  int ended = 0;
  void* const guard = one.protect(source);
  std::thread([&] {
    EXPECT_EQ(one.thread_index(), two.thread_index());
    two.replace(source, 2, &ended);
    two.drain();
  }).join();
  EXPECT_EQ(ended, 0);
  EXPECT_EQ(one.read(guard), 1);
  one.leave(guard);
  std::thread([&] { two.drain(); }).join();
  EXPECT_EQ(ended, one.reclaims_early ? 1 : 0);
  one.delete_source(source);
}

TEST(SharedObjects, HaveOneDefaultDomainAndOneTableOfThreads) {
  for (const int scope : {RTLD_LOCAL, RTLD_GLOBAL}) {
    expect_in_child([&] {
      const shared_object one("one", scope), two("two", scope);
      for (std::size_t i = 0; i != one.size(); ++i) {
        expect_protects_against(one[i], two[i]);
        expect_protects_against(two[i], one[i]);
      }
    });
  }
}

TEST(SharedObjects, WithoutUniqueSymbolsHaveThemWhereTheseAreVisible) {
  expect_in_child([] {
    const shared_object one("one_plain", RTLD_GLOBAL), two("two_plain", RTLD_GLOBAL);
    for (std::size_t i = 0; i != one.size(); ++i) expect_protects_against(two[i], one[i]);
  });
}

TEST(SharedObjects, WithoutUniqueSymbolsAreEachAloneElsewhere) {
  expect_in_child([] {
    const shared_object one("one_plain"), two("two_plain");
    for (std::size_t i = 0; i != one.size(); ++i) {
      EXPECT_NE(one[i].default_domain(), two[i].default_domain());
      for (int round = 0; round != 10; ++round) {
        std::thread([&] {
          EXPECT_EQ(one[i].work(1), 0u);
          EXPECT_EQ(two[i].work(1), 0u);
          EXPECT_LE(one[i].thread_index(), 2u);
          EXPECT_LE(two[i].thread_index(), 2u);
        }).join();
      }
    }
  });
}

int fork_and_exit() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

// What the process has mapped, without what lies free in the heap: how that is cut is a matter of luck.
std::size_t bytes_in_use() { return mapped_bytes() - mallinfo2().fordblks; }

// Loads, uses by several threads and closes it, again and again.
void use_again_and_again(const std::string& name, bool leaves) {
  mallopt(M_ARENA_MAX, 1);  // how many there are is a matter of luck
  std::size_t after_some = 0;
  constexpr int times = 1000;
  for (int i = 0; i != times; ++i) {
    {
      const shared_object object(name);
      const shared_part& part = object[static_cast<std::size_t>(i) % object.size()];
      EXPECT_EQ(leaves || part.reclaims_early ? part.work(2) : 0u, 0u);  // others keep it
      EXPECT_LE(object[0].thread_index(), 3u);
    }
    ASSERT_EQ(is_loaded(name), !leaves);
    if (i == times / 10) after_some = bytes_in_use();
  }
  if (!is_sanitized) {  // whose runtime takes memory of its own
    EXPECT_LE(bytes_in_use(), after_some + (std::size_t{1} << 16));
  }
  EXPECT_EQ(fork_and_exit(), 0);  // nothing of it is called any more
}

TEST(SharedObjects, WithUniqueSymbolsStayWhenTheyAreClosed) {
  expect_in_child([] { use_again_and_again("one", false); });
}

TEST(SharedObjects, WithoutUniqueSymbolsLeaveNothingBehind) {
  expect_in_child([] { use_again_and_again("one_plain", true); });
}

// Of threads that have used it and go on, nothing is called when they end.
TEST(SharedObjects, ThreadsMayOutliveOneThatTheyUsed) {
  for (const char* const name : {"one", "one_plain"}) {
    expect_in_child([&] {
      for (int i = 0; i != 20; ++i) {
        std::atomic<bool> has_used{false}, is_closed{false};
        std::thread other;
        {
          const shared_object object(name);
          other = std::thread([&] {
            EXPECT_EQ(object[static_cast<std::size_t>(i) % object.size()].work(1), 0u);
            has_used = true;
            while (!is_closed) std::this_thread::yield();
          });
          while (!has_used) std::this_thread::yield();
        }
        is_closed = true;
        other.join();
      }
      EXPECT_EQ(fork_and_exit(), 0);
    });
  }
}

// The first one has what both share, and stays; the second one goes.  What threads did in either is told as before.
void leave_one_of_two(bool begins_with_index) {
  std::atomic<bool> has_used{false}, is_closed{false};
  const shared_object one("one");
  std::thread other;
  {
    const shared_object two("two");  // the first to ask for anything
    if (begins_with_index) std::thread([&] { two[0].thread_index(); }).join();
    for (const shared_part& part : two) EXPECT_EQ(part.work(2), 0u);
    other = std::thread([&] {
      EXPECT_EQ(two[0].work(1), 0u);
      has_used = true;
      while (!is_closed) std::this_thread::yield();
    });
    while (!has_used) std::this_thread::yield();
  }
  EXPECT_FALSE(is_loaded("two"));
  is_closed = true;
  other.join();
  for (const shared_part& part : one) {
    for (int i = 0; i != 20; ++i) {
      std::thread([&] {
        EXPECT_EQ(part.work(1), 0u);
        EXPECT_LE(part.thread_index(), 2u);
      }).join();
    }
  }
  EXPECT_EQ(fork_and_exit(), 0);
}

TEST(SharedObjects, OneOfTwoMayLeave) {
  for (const bool begins_with_index : {true, false}) {
    expect_in_child([&] { leave_one_of_two(begins_with_index); });
  }
}

}  // namespace
}  // namespace reclaim::tests
