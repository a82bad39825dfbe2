// How retired objects are named, ended and listed.

#include "reclaim/core/retired.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "reclaim/core/retired_stack.h"
#include "tests/support/counted.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

// Does nothing.
template <std::size_t Weight>
inline constexpr ending ends_never{[](retired*, const ending&) noexcept {}, false,
                                   footprint((Weight - 1) * footprint::bytes_a_weight)};

struct object : retired {
  explicit object(int n = 0) noexcept : number(n) { mark_retired(this, &ends_never<1>); }
  object(const object& other) noexcept : object(other.number) {}
  int number;
};

struct objects {
  explicit objects(int n) {
    for (int i = 0; i != n; ++i) all.emplace_back(i);
  }
  // A list whose first is the object of the highest number.
  retired_list list() {
    retired_list l;
    for (object& o : all) l.push(&o);
    return l;
  }
  std::vector<object> all;
};

std::vector<int> numbers(retired_list&& list) {
  std::vector<int> found;
  while (!list.empty()) found.push_back(static_cast<object*>(list.pop())->number);
  return found;
}

// An object with a hook may be a global one that needs no constructor to run.
TEST(Retired, IsConstantInitialised) {
  static constinit retired early;
  mark_retired(&early, &ends_never<1>);
  retired_list list;
  list.push(&early);
  EXPECT_EQ(list.pop(), &early);
}

TEST(RetiredList, PopsWhatWasPushedLast) {
  objects three(3);
  retired_list list = three.list();

  EXPECT_EQ(list.weight(), 3u);
  EXPECT_EQ(numbers(std::move(list)), (std::vector<int>{2, 1, 0}));
}

TEST(RetiredList, IsEmptyWhenItWasMovedFrom) {
  objects three(3);
  retired_list from = three.list();

  retired_list to(std::move(from));

  EXPECT_TRUE(from.empty());
  EXPECT_EQ(from.weight(), 0u);
  EXPECT_EQ(to.weight(), 3u);
}

TEST(RetiredList, SplicesAnotherOneInFront) {
  objects two(2);
  object last(7);
  retired_list list;
  list.push(&last);

  list.splice(two.list());
  list.splice(retired_list());

  EXPECT_EQ(list.weight(), 3u);
  EXPECT_EQ(numbers(std::move(list)), (std::vector<int>{1, 0, 7}));
}

TEST(RetiredList, SplicesIntoOneThatWasEmptied) {
  objects two(2);
  objects more(2);
  retired_list list = two.list();
  numbers(std::move(list));

  list.splice(more.list());
  object first(7);
  list.push(&first);

  EXPECT_EQ(numbers(std::move(list)), (std::vector<int>{7, 1, 0}));
}

TEST(RetiredList, MovesWhatBelongsElsewhere) {
  objects six(6);
  retired_list list = six.list();
  retired_list even;
  retired_list nothing;

  list.move_to(even, [](const retired* r) { return static_cast<const object*>(r)->number % 2 == 0; });
  list.move_to(nothing, [](const retired*) { return false; });

  EXPECT_EQ(list.weight(), 3u);
  EXPECT_EQ(even.weight(), 3u);
  EXPECT_TRUE(nothing.empty());
  object last(7);
  even.splice(std::move(list));  // behind the last that was left
  list.push(&last);
  EXPECT_EQ(numbers(std::move(even)), (std::vector<int>{5, 3, 1, 0, 2, 4}));
  EXPECT_EQ(numbers(std::move(list)), (std::vector<int>{7}));
}

TEST(RetiredList, IsEmptyWhenAllBelongElsewhere) {
  objects three(3);
  retired_list list = three.list();
  retired_list others;

  list.move_to(others, [](const retired*) { return true; });

  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.weight(), 0u);
  EXPECT_EQ(numbers(std::move(others)), (std::vector<int>{0, 1, 2}));
}

TEST(RetiredList, KnowsWhatItsObjectsWeigh) {
  retired light;
  retired heavy;
  mark_retired(&light, &ends_never<1>);
  mark_retired(&heavy, &ends_never<10>);
  retired_list list;
  list.push(&light);
  list.push(&heavy, 10);
  EXPECT_EQ(list.weight(), 11u);

  EXPECT_EQ(list.pop(), &heavy);

  EXPECT_EQ(list.weight(), 1u);
}

TEST(RetiredChain, HoldsAWholeListOrWhatIsPushed) {
  objects two(2);
  object more(7);
  retired_chain chain(two.list());

  chain.push(&more);

  EXPECT_EQ(chain.pop(), &more);
  EXPECT_EQ(chain.pop(), &two.all[1]);
  EXPECT_EQ(chain.pop(), &two.all[0]);
  EXPECT_TRUE(chain.empty());
}

TEST(Retired, WeighsByItsSize) {
  struct page {
    unsigned char bytes[4096];
  };

  EXPECT_EQ(footprint_of<int>.weight, 1u);
  EXPECT_EQ(footprint_of<page>.weight, 17u);
  EXPECT_EQ((ends_by<page, std::default_delete<page>>.cost.weight), 17u);
}

TEST(RetiredStack, HandsOverAllThatWasPushed) {
  objects two(2);
  objects three(3);
  retired_stack stack;

  stack.push(two.list());
  stack.push(retired_list());
  stack.push(three.list());

  EXPECT_EQ(stack.weight(), 5u);
  EXPECT_EQ(stack.take_all().weight(), 5u);
  EXPECT_EQ(stack.weight(), 0u);
  EXPECT_TRUE(stack.take_all().empty());
}

TEST(RetiredStack, HandsOverNoMoreThanItIsAskedFor) {
  objects five(5);
  retired_stack stack;
  stack.push(five.list());

  EXPECT_EQ(stack.take(2).weight(), 2u);
  EXPECT_EQ(stack.weight(), 3u);
  EXPECT_EQ(stack.take(2).weight(), 2u);
  EXPECT_EQ(stack.take(2).weight(), 1u);
  EXPECT_TRUE(stack.take(2).empty());
}

TEST(RetiredStack, LosesNothingAmongThreads) {
  constexpr int objects_a_thread = 5000;
  std::vector<objects> all(4, objects(objects_a_thread));
  std::vector<int> taken(4);
  retired_stack stack;

  run_threads(4, [&](std::size_t thread) {
    random_stream random(1, thread);
    for (object& o : all[thread].all) {
      retired_list one;
      one.push(&o);
      stack.push(std::move(one));
      if (random.below(4) == 0) taken[thread] += static_cast<int>(stack.take(random.below(8)).weight());
    }
  });

  EXPECT_EQ(taken[0] + taken[1] + taken[2] + taken[3] + static_cast<int>(stack.take_all().weight()), 4 * objects_a_thread);
}

struct counted_object : retired {
  counted value;
};

TEST(Retired, EndsByDelete) {
  const census births;
  auto* const o = new counted_object;
  mark_retired(o, &ends_intrusively<counted_object>);

  end_retired(o);

  EXPECT_EQ(births.born(), 1u);
  EXPECT_EQ(births.living(), 0u);
}

struct given_back : retired {
  static void reclaim(given_back* o) noexcept { ++o->times; }
  int times = 0;
};

TEST(Retired, EndsByItsOwnReclaimAndMayBeRetiredAgain) {
  given_back o;
  for (int i = 0; i != 3; ++i) {
    mark_retired(&o, &ends_intrusively<given_back>);
    end_retired(&o);
  }

  EXPECT_EQ(o.times, 3);
}

TEST(Retired, IsNamedByItsHookWhereverThatLies) {
  struct first {
    long words[3];
  };
  struct second : first, counted_object {};
  second o;
  const second* const whole = &o;
  const counted_object* const part = &o;

  EXPECT_EQ(key_of(whole), key_of(part));
  EXPECT_NE(key_of(whole), static_cast<const void*>(whole));
  EXPECT_EQ(key_of(&o.words[0]), &o.words[0]);
}

TEST(RetiredDeathTest, NoticesASecondRetire) {
  if (!sync::checks_enabled) GTEST_SKIP();
  counted_object o;
  mark_retired(&o, &ends_intrusively<counted_object>);

  EXPECT_DEATH(mark_retired(&o, &ends_intrusively<counted_object>), "retire: the object was retired before");
}

TEST(Retired, ACopyWasNotRetired) {
  counted_object o;
  mark_retired(&o, &ends_intrusively<counted_object>);
  counted_object copy(o);
  counted_object assigned;
  assigned = o;

  mark_retired(&copy, &ends_intrusively<counted_object>);
  mark_retired(&assigned, &ends_intrusively<counted_object>);
}

}  // namespace
}  // namespace reclaim::tests
