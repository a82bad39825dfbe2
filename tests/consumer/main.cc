// A setting that many threads read and one replaces: guard-scoped reads, and retire() for what was replaced.
// The same code over two schemes; the domain is the only difference.

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "reclaim/reclaim.h"
#include "structures/hash_map.h"

namespace {

template <reclaim::domain Domain>
class setting {
 public:
  setting(Domain& domain, std::string text) : domain_(domain), current_(new version(std::move(text))) {}
  ~setting() { delete current_.load(reclaim::relaxed); }

  // Calls f with the text, which lives as long as f runs.
  template <class F>
  void read(F&& f) const {
    auto guard = domain_.enter();
    auto shield = guard.shield();
    f(shield.protect(current_)->text);
  }

  void replace(std::string text) {
    auto guard = domain_.enter();
    guard.retire(current_.exchange(new version(std::move(text)), reclaim::acq_rel));
  }

 private:
  struct version : Domain::hook {
    explicit version(std::string t) : text(std::move(t)) {}
    std::string text;
  };

  Domain& domain_;
  reclaim::sync::atomic<version*> current_;
};

// Returns whether every read saw a whole text, and all but the last version have ended.
template <reclaim::domain Domain>
bool replaces_while_others_read(const char* scheme) {
  constexpr int versions = 2000;
  Domain domain;
  setting<Domain> name(domain, std::string(64, 'a'));
  reclaim::sync::atomic<bool> is_over{false};
  reclaim::sync::atomic<int> torn{0};

  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      do {
        name.read([&torn](const std::string& text) {
          if (text != std::string(64, text[0])) torn.fetch_add(1, reclaim::relaxed);
        });
      } while (!is_over.load(reclaim::acquire));
    });
  }
  for (int i = 0; i < versions; ++i) name.replace(std::string(64, static_cast<char>('a' + i % 26)));
  is_over.store(true, reclaim::release);
  for (std::thread& reader : readers) reader.join();

  const std::size_t left = domain.drain();
  std::printf("%s: %d versions replaced, %zu left, %d torn\n", scheme, versions, left, torn.load(reclaim::relaxed));
  return left == 0 && torn.load(reclaim::relaxed) == 0;
}

bool has_containers_too() {
  reclaim::hazard_domain domain;
  reclaim::hash_map<std::string, int, reclaim::hazard_domain> ages(domain);
  ages.insert("ada", 36);
  return ages.contains("ada") && ages.erase("ada") && ages.empty();
}

}  // namespace

int main() {
  const bool all = replaces_while_others_read<reclaim::epoch_domain>("epoch") &
                   replaces_while_others_read<reclaim::hazard_domain>("hazard") & has_containers_too();
  return all ? 0 : 1;
}
