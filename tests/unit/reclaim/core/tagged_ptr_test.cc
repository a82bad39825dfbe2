// Pointers with marks in the bits that their alignment leaves free.

#include "reclaim/core/tagged_ptr.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <type_traits>

namespace reclaim::tests {
namespace {

using word = tagged_ptr<std::uint64_t>;

static_assert(sizeof(word) == sizeof(void*));
static_assert(std::is_trivially_copyable_v<word>);

TEST(TaggedPtr, IsNullAtFirst) {
  const word w;

  EXPECT_EQ(w.pointer(), nullptr);
  EXPECT_EQ(w.tag(), 0u);
  EXPECT_FALSE(w);
  EXPECT_EQ(w, word(nullptr));
}

TEST(TaggedPtr, KeepsPointerAndTagApart) {
  std::uint64_t object = 0;
  const word w(&object, 3);

  EXPECT_EQ(w.pointer(), &object);
  EXPECT_EQ(w.tag(), 3u);
  EXPECT_TRUE(w);
}

TEST(TaggedPtr, IsFalseWithoutAPointerWhateverItsTag) {
  EXPECT_FALSE(word(nullptr, 1));
  EXPECT_NE(word(nullptr, 1), word());
}

TEST(TaggedPtr, ChangesItsTagAlone) {
  std::uint64_t object = 0;
  const word w(&object, 1);

  EXPECT_EQ(w.with_tag(2), word(&object, 2));
  EXPECT_EQ(w.with_tag(0), word(&object));
}

TEST(TaggedPtr, EqualsOnlyTheSamePointerWithTheSameTag) {
  std::uint64_t objects[2] = {};

  EXPECT_EQ(word(&objects[0], 1), word(&objects[0], 1));
  EXPECT_NE(word(&objects[0], 1), word(&objects[0], 2));
  EXPECT_NE(word(&objects[0], 1), word(&objects[1], 1));
}

TEST(TaggedPtr, FitsALockFreeAtomic) {
  std::uint64_t object = 0;
  sync::atomic<word> atomic{word(&object)};
  word expected(&object, 1);

  EXPECT_TRUE(atomic.is_lock_free());
  EXPECT_FALSE(atomic.compare_exchange_strong(expected, word(), relaxed, relaxed));
  EXPECT_EQ(expected, word(&object));
  EXPECT_TRUE(atomic.compare_exchange_strong(expected, word(&object, 1), relaxed, relaxed));
  EXPECT_EQ(atomic.load(relaxed), word(&object, 1));
}

TEST(TaggedPtr, TakesAsManyBitsAsItIsTold) {
  struct alignas(16) wide {
    int value;
  };
  wide object{};

  EXPECT_EQ((tagged_ptr<wide, 4>(&object, 15).tag()), 15u);
  EXPECT_EQ((tagged_ptr<wide, 4>(&object, 15).pointer()), &object);
}

TEST(TaggedPtrDeathTest, RefusesATagThatDoesNotFit) {
  if (!sync::checks_enabled) GTEST_SKIP();
  std::uint64_t object = 0;

  EXPECT_DEATH(word(&object, 4), "tagged_ptr: the pointer's alignment leaves no room for the tag");
  EXPECT_DEATH(word(reinterpret_cast<std::uint64_t*>(reinterpret_cast<std::uintptr_t>(&object) + 1)),
               "tagged_ptr: the pointer's alignment leaves no room for the tag");
}

}  // namespace
}  // namespace reclaim::tests
