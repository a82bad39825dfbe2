// When a participant collects, and how fast it ends what is waiting.

#include "reclaim/core/participant_base.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace reclaim::tests {
namespace {

constexpr ending ends_never{[](retired*) noexcept {}, false, 10};

struct waiting {
  explicit waiting(std::size_t count) : objects(count) {
    for (retired& r : objects) mark_retired(&r, &ends_never);
  }
  void wait_in(retired_list& list) {
    for (retired& r : objects) list.push(&r);
  }
  std::vector<retired> objects;
};

constexpr domain_options options{.objects_per_collect = 100};

TEST(ParticipantBase, CollectsAfterObjectsPerCollectWhereCollectsAreCheap) {
  participant_base p;
  p.collected_at = sync::ticks() - (std::uint64_t{1} << 40);

  p.schedule(options, sync::ticks());

  EXPECT_EQ(p.collect_at, 100u);
}

TEST(ParticipantBase, CollectsAfterTwiceAsManyWhereCollectsAreDear) {
  participant_base p;
  const std::uint64_t began = sync::ticks() - 1'000'000;
  p.collected_at = began - 10'000'000;  // so that the collect took a tenth of the time between

  p.schedule(options, began);

  EXPECT_EQ(p.collect_at, 200u);
}

TEST(ParticipantBase, CountsWhatAnEarlierCollectFoundHeldOnTop) {
  participant_base p;
  waiting held(3);
  held.wait_in(p.open);
  p.collected_at = sync::ticks() - (std::uint64_t{1} << 40);

  p.schedule(options, sync::ticks());
  waiting found_held(1);
  p.put_back(found_held.objects.data());

  EXPECT_EQ(p.collect_at, 140u);
  EXPECT_EQ(p.open.weight(), 40u);
}

TEST(ParticipantBase, EndsAllThatIsWaitingUntilTheNextCollect) {
  participant_base p;
  waiting expired(25);
  expired.wait_in(p.expired);
  p.collected_at = sync::ticks() - (std::uint64_t{1} << 40);

  p.schedule(options, sync::ticks());

  EXPECT_EQ(p.ends_a_retire, 3u);
}

TEST(DomainOptions, DoNotOverflow) {
  EXPECT_EQ(options.most_per_collect(), 200u);
  EXPECT_EQ(domain_options{.objects_per_collect = static_cast<std::size_t>(-1)}.most_per_collect(), static_cast<std::size_t>(-1));
}

}  // namespace
}  // namespace reclaim::tests
