// What deleters may do, and as often as they like: [saferecl.rcu.general], [saferecl.hp.base].

#include <gtest/gtest.h>

#include <mutex>
#include <thread>
#include <vector>

#include "tests/saferecl/objects.h"
#include "tests/support/child.h"
#include "tests/support/sanitized.h"

namespace reclaim::tests {
namespace {

// The two ways to retire, by one name.
struct by_hazards {
  template <class T, class D>
  using base = hazard_pointer_obj_base<T, D>;
  static void drain() { hazards().drain(); }

  template <class T>
  static std::uint64_t read(const std::atomic<T*>& source) {
    hazard_pointer hp = make_hazard_pointer();
    return hp.protect(source)->value.value();
  }
};
struct by_regions {
  template <class T, class D>
  using base = rcu_obj_base<T, D>;
  static void drain() { regions().drain(); }

  template <class T>
  static std::uint64_t read(const std::atomic<T*>& source) {
    const std::scoped_lock region(rcu_default_domain());
    return source.load(std::memory_order_acquire)->value.value();
  }
};

template <class Way>
class Deleters : public Saferecl {};
using ways = testing::Types<by_hazards, by_regions>;
TYPED_TEST_SUITE(Deleters, ways);

// An object whose deleter does `work` when it has gone.
template <class Way>
struct worker;
template <class Way>
struct work_deleter {
  void operator()(worker<Way>* object) const noexcept;
};
template <class Way>
struct worker : Way::template base<worker<Way>, work_deleter<Way>> {
  explicit worker(std::function<void()> what, std::uint64_t number = 0) : value(number), work(std::move(what)) {}
  counted value;
  std::function<void()> work;
};
template <class Way>
void work_deleter<Way>::operator()(worker<Way>* object) const noexcept {
  const std::function<void()> work = std::move(object->work);
  delete object;
  if (work) work();
}

// An object whose deleter retires the next.
template <class Way>
struct link;
template <class Way>
struct link_deleter {
  void operator()(link<Way>* object) const noexcept;
};
template <class Way>
struct link : Way::template base<link<Way>, link_deleter<Way>> {
  explicit link(link* behind) : next(behind) {}
  counted value;
  link* next;
};
template <class Way>
void link_deleter<Way>::operator()(link<Way>* object) const noexcept {
  link<Way>* const next = object->next;
  delete object;
  if (next != nullptr) next->retire();
}

TYPED_TEST(Deleters, MayRetireOneAfterTheOther) {
  constexpr int length = 60'000;
  link<TypeParam>* first = nullptr;
  for (int i = 0; i != length; ++i) first = new link<TypeParam>(first);
  std::thread([&] { first->retire(); }).join();
  for (int i = 0; i != 2 * length && this->births.living() != 0; ++i) TypeParam::drain();
  EXPECT_EQ(this->births.ended(), static_cast<std::size_t>(length));
}

// All that is read has been retired by a deleter: of the object that took its place before.
TYPED_TEST(Deleters, MayRetireWhatOthersRead) {
  using object = worker<TypeParam>;
  constexpr std::size_t writers = 4;
  const std::size_t rounds = is_sanitized ? 10'000 : 250'000;
  std::atomic<object*> source{new object(nullptr, 1)};
  std::atomic<std::size_t> by_deleters{0};
  std::atomic<std::size_t> writing{writers};
  run_threads(writers + 2, [&](std::size_t thread) {
    if (thread >= writers) {
      while (writing != 0) ASSERT_EQ(TypeParam::read(source), 1u);
      return;
    }
    for (std::size_t i = 0; i != rounds; ++i) {
      const auto replace = [&] {
        source.exchange(new object(nullptr, 1), std::memory_order_acq_rel)->retire();
        by_deleters.fetch_add(1, std::memory_order_relaxed);
      };
      (new object(replace))->retire();
    }
    --writing;
  });
  for (int i = 0; i != 10 && by_deleters != writers * rounds; ++i) TypeParam::drain();
  EXPECT_EQ(by_deleters, writers * rounds);
  source.load(std::memory_order_relaxed)->retire();
}

TYPED_TEST(Deleters, MayProtectAndRead) {
  std::atomic<hp_node*> by_hazard{new hp_node(1)};
  std::atomic<rcu_node*> by_region{new rcu_node(2)};
  std::atomic<int> done{0};
  const auto work = [&] {
    std::vector<hazard_pointer> hps(20);
    make_hazard_pointer_batch(hps);
    for (hazard_pointer& hp : hps) EXPECT_EQ(hp.protect(by_hazard)->value.value(), 1u);
    by_hazard.exchange(new hp_node(1), std::memory_order_acq_rel)->retire();
    const std::scoped_lock region(rcu_default_domain());
    const rcu_node* const n = by_region.load(std::memory_order_acquire);
    by_region.exchange(new rcu_node(2), std::memory_order_acq_rel)->retire();
    EXPECT_EQ(n->value.value(), 2u);
    ++done;
  };
  run_threads(2, [&](std::size_t) {
    for (int i = 0; i != 500; ++i) {
      (new worker<TypeParam>(work))->retire();
      if (i % 10 == 0) TypeParam::drain();
    }
  });
  for (int i = 0; i != 10 && done != 1000; ++i) TypeParam::drain();
  EXPECT_EQ(done, 1000);
  by_hazard.load(std::memory_order_relaxed)->retire();
  by_region.load(std::memory_order_relaxed)->retire();
}

TYPED_TEST(Deleters, MayKeepAHazardPointerThatTheyMade) {
  auto* const n = new hp_node(7);
  hazard_pointer kept;
  std::thread([&] {
    (new worker<TypeParam>([&] {
      kept = make_hazard_pointer();
      kept.reset_protection(n);
    }))->retire();
    TypeParam::drain();
  }).join();
  TypeParam::drain();
  ASSERT_FALSE(kept.empty());
  n->retire();
  EXPECT_EQ(this->living_after_drains(), 1u);
}

TYPED_TEST(Deleters, MaySynchronize) {
  const int status = status_in_child([] {
    std::atomic<int> done{0};
    run_threads(4, [&](std::size_t) {
      for (int i = 0; i != 50; ++i) {
        (new worker<TypeParam>([&done] {
          rcu_synchronize();
          ++done;
        }))->retire();
        { const std::scoped_lock region(rcu_default_domain()); }
        TypeParam::drain();
      }
    });
    for (int i = 0; i != 10 && done != 200; ++i) TypeParam::drain();
    EXPECT_EQ(done, 200);
  });
  EXPECT_EQ(status, 0);
}

// Both wait for each other's thread to do its part, and neither for the other to return.
TYPED_TEST(Deleters, MaySynchronizeWhileOthersAreInABarrier) {
  const int status = status_in_child([] {
    std::atomic<int> done{0};
    std::atomic<int> barriers{0};
    run_threads(4, [&](std::size_t thread) {
      for (int i = 0; i != 50; ++i) {
        if (thread < 2) {
          rcu_retire(new counted, [](const counted* c) { delete c; });
          rcu_barrier();
          ++barriers;
          continue;
        }
        (new worker<TypeParam>([&done] {
          std::this_thread::yield();
          rcu_synchronize();
          ++done;
        }))->retire();
        TypeParam::drain();
      }
    });
    for (int i = 0; i != 10 && done != 100; ++i) TypeParam::drain();
    EXPECT_EQ(done, 100);
    EXPECT_EQ(barriers, 100);
  });
  EXPECT_EQ(status, 0);
}

// One that a barrier runs itself, while a reader comes and goes.
TYPED_TEST(Deleters, MaySynchronizeInABarrier) {
  const int status = status_in_child([] {
    std::atomic<bool> is_over{false};
    std::thread reader([&] {
      while (!is_over) {
        const std::scoped_lock region(rcu_default_domain());
        std::this_thread::yield();
      }
    });
    std::atomic<int> done{0};
    for (int i = 0; i != 20; ++i) {
      for (int k = 0; k != 3; ++k) {
        rcu_retire(new counted, [&](const counted* c) {
          delete c;
          rcu_synchronize();
          ++done;
        });
      }
      rcu_barrier();
      EXPECT_EQ(done, 3 * (i + 1));
    }
    is_over = true;
    reader.join();
  });
  EXPECT_EQ(status, 0);
}

TEST(DeletersOfHazards, MayWaitForABarrier) {
  const census births;
  bool is_done = false;
  (new worker<by_hazards>([&] {
    (new rcu_node)->retire();
    rcu_barrier();
    is_done = true;
  }))->retire();
  hazards().drain();
  EXPECT_TRUE(is_done);
  EXPECT_EQ(births.living(), 0u);
}

TEST(DeletersDeathTest, ABarrierInADeleterEndsTheProcess) {
  const char* const line =
      "^reclaim: barrier: the calling thread is under a guard or in a deleter, and would wait for itself\n$";
  EXPECT_DEATH(
      {
        rcu_retire(new int, [](const int* p) {
          delete p;
          rcu_barrier();
        });
        regions().drain();
      },
      line);
  EXPECT_DEATH(
      {
        (new worker<by_regions>([] { rcu_barrier(); }))->retire();
        rcu_barrier();
      },
      line);
}

TEST(DeletersDeathTest, ASynchronizeInADeleterThatRunsInARegionEndsTheProcess) {
  EXPECT_DEATH(
      {
        (new worker<by_hazards>([] { rcu_synchronize(); }))->retire();
        rcu_default_domain().lock();
        hazards().drain();
      },
      "^reclaim: synchronize: the calling thread is under a guard, and would wait for itself\n$");
}

}  // namespace
}  // namespace reclaim::tests
