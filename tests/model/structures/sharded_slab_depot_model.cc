#include "reclaim/schemes/epoch.h"
#include "structures/support/slab/depot.h"
#include "structures/support/slab/slot.h"
#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// Pages of one place or two, which are taken one by one.
template <std::size_t PageBytes, std::size_t Kept = slab_config::most_whole_pages>
struct pages_of : slab_config {
  static constexpr std::size_t page_bytes = PageBytes;
  static constexpr std::size_t most_at_hand = 2;
  static constexpr std::size_t most_whole_pages = Kept;
};
using place = slab_parts::slot<char, epoch_hook>;
using layout = slab_parts::layout<slab_config>;

// Takes places, holds them, and brings them home, as a slab does: with their next generation.
template <std::size_t PageBytes, std::size_t Kept = slab_config::most_whole_pages>
class depot_of : public scenario {
  using config = pages_of<PageBytes, Kept>;

 protected:
  using depot_type = slab_parts::depot<place, config>;
  using chain = slab_parts::chain<place>;

  // Returns nothing where there is nothing.
  chain take(int who) {
    auto why = slab_parts::lack::none;
    const chain taken = depot.take(why);
    if (taken.size == 0) {
      expect(why == slab_parts::lack::capacity, "there is memory, and no place");
      return taken;
    }
    const std::uint64_t word = taken.first->word.load(relaxed);
    const std::size_t index = word & layout::index_mask;
    expect(index < most, "an index is greater than there are places");
    expect((word & layout::generation_mask) > generation[index].get(), "a generation came again");
    holder[index].set(who);
    change_threads();
    expect(holder[index].get() == who, "a place is in two hands");
    return taken;
  }
  void bring_home(chain c) {
    const std::uint64_t word = c.first->word.load(relaxed);
    const std::size_t index = word & layout::index_mask;
    generation[index].set(word & layout::generation_mask);
    c.first->word.store(layout::next_generation(layout::next_generation(word)) | index, relaxed);
    chain one;
    one.add(depot_type::page_of(*c.first), c.first);
    expect(depot.bring_home(one) == 0, "a page is closed that nobody closed");
  }
  void take_and_bring(int who) {
    const chain c = take(who);
    if (c.size != 0) bring_home(c);
  }
  void expect_all_home() {
    std::size_t out = 0;
    for (std::size_t page = 0; page != depot.pages(); ++page) out += depot.state(page).out();
    expect(out == 0, "a place is lost");
    std::size_t found = 0;
    while (take(9).size != 0) ++found;
    expect(found == most, "a place is lost, or there twice");
  }

  static constexpr std::size_t most = 3;  // places
  depot_type depot{most};
  sync::plain<int> holder[most] = {sync::plain<int>(0), sync::plain<int>(0), sync::plain<int>(0)};
  sync::plain<std::uint64_t> generation[most] = {sync::plain<std::uint64_t>(0), sync::plain<std::uint64_t>(0),
                                                 sync::plain<std::uint64_t>(0)};
};

// Two take and bring home.
template <std::size_t PageBytes>
class takers final : public depot_of<PageBytes> {
 public:
  static constexpr unsigned threads = 2;
  void thread(unsigned index) override {
    for (int i = 0; i != 3; ++i) this->take_and_bring(static_cast<int>(index));
  }
  void at_rest() override { this->expect_all_home(); }
};

// One has two places at once, which it brings home in the order in which it took them; two others take what there is.
template <std::size_t PageBytes>
class greedy final : public depot_of<PageBytes> {
 public:
  static constexpr unsigned threads = 3;

  greedy() {
    const auto a = this->take(9), b = this->take(9), c = this->take(9);
    for (const auto& all : {c, b, a}) this->bring_home(all);
  }
  void thread(unsigned index) override {
    if (index != 0) return this->take_and_bring(static_cast<int>(index));
    const auto first = this->take(0);
    const auto second = this->take(0);
    if (first.size != 0) this->bring_home(first);
    if (second.size != 0) this->bring_home(second);
  }
  void at_rest() override { this->expect_all_home(); }
};

// One gives back what is whole.
template <std::size_t PageBytes>
class trimmer final : public depot_of<PageBytes> {
 public:
  static constexpr unsigned threads = 3;
  void thread(unsigned index) override {
    this->take_and_bring(static_cast<int>(index));
    if (index == 2) return this->depot.trim();
    this->take_and_bring(static_cast<int>(index));
  }
  void at_rest() override { this->expect_all_home(); }
};

// A page is closed while places come home: what came too late is counted by who closed.
class closer final : public depot_of<256> {
 public:
  static constexpr unsigned threads = 2;

  closer() : mine(take(0)) {}
  void thread(unsigned index) override {
    if (index == 0) {
      chain one;
      one.add(depot_type::page_of(*mine.first), mine.first);
      came_home = depot.bring_home(one) == 0;
    } else {
      out = depot.close(0);
    }
  }
  void at_rest() override { expect(came_home == (out == 0), "a place came home and was counted, or neither"); }

 private:
  chain mine;
  bool came_home = false;
  unsigned out = 0;
};

// The last place of a page comes home, so that it gives its memory back, while the page is closed: who closed it has counted
// just those that stay in hand, and one of them had been home before.
class closer_of_a_whole_page final : public depot_of<1024, 0> {
 public:
  static constexpr unsigned threads = 2;

  closer_of_a_whole_page() {
    const chain other = take(0);
    mine = take(0);
    bring_home(other);
  }
  void thread(unsigned index) override {
    if (index == 0) {
      chain one;
      one.add(depot_type::page_of(*mine.first), mine.first);
      left = depot.bring_home(one);
    } else {
      out = depot.close(0);
    }
  }
  void at_rest() override { expect(left == out, "other places stay in hand than were counted"); }

 private:
  chain mine;
  unsigned left = 0;
  unsigned out = 0;
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  return run(argc, argv,
             {
                 plan_of<takers<64>, "takers">(0, ends::not_asked),
                 plan_of<takers<512>, "takers_of_a_page">(0, ends::not_asked),
                 plan_of<greedy<64>, "greedy">(0, ends::not_asked),
                 plan_of<greedy<512>, "greedy_of_a_page">(0, ends::not_asked),
                 plan_of<trimmer<64>, "trimmer">(0, ends::not_asked),
                 plan_of<trimmer<512>, "trimmer_of_a_page">(0, ends::not_asked),
                 plan_of<closer, "closer">(2, ends::not_asked),
                 plan_of<closer_of_a_whole_page, "closer_of_a_whole_page">(1, ends::not_asked),
             });
}
