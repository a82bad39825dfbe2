#include "reclaim/core/participants.h"

#include "tests/support/model.h"

namespace reclaim::model {
namespace {

// What a domain keeps of a thread, as far as a scan is concerned.
struct participant {
  sync::plain<int> made{1};             // before it joined
  sync::atomic<int> announced{0};
};

// Threads join, in the first chunk and beyond it, and say so; a scan that sees it has them in its count.
class joiners_and_scan final : public scenario {
 public:
  static constexpr unsigned threads = 3;

  void thread(unsigned index) override {
    if (index != 0) {
      for (std::size_t i = 0; i != threads; ++i) {
        const participant* const known = table.find(i);
        expect(known == nullptr || known->made.get() == 1, "a participant was found that was not made");
      }
      participant& own = table.join(index);
      expect(own.made.get() == 1, "a thread joined as a participant that was not made");
      own.announced.store(1, release);
      has_joined[index].store(true, release);
      return;
    }
    const bool joined[] = {has_joined[1].load(acquire), has_joined[2].load(acquire)};
    int made = 0, announced = 0;
    table.for_each([&](const participant& p) {
      made += p.made.get();
      announced += p.announced.load(relaxed);
    });
    expect(announced >= joined[0] + joined[1], "a participant that had joined was not visited");
    expect(made >= announced, "a participant was visited before it was made");
  }

 private:
  participants<participant> table;
  sync::atomic<bool> has_joined[3];
};

}  // namespace
}  // namespace reclaim::model

int main(int argc, char** argv) {
  using namespace reclaim::model;
  return run(argc, argv, {plan_of<joiners_and_scan, "joiners_and_scan">(2, ends::not_asked, 1)});
}
