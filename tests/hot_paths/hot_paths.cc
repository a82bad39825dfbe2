#include "tests/hot_paths/hot_paths.h"

namespace reclaim::hot_paths {
namespace {

// What a reader would do here.  It costs no instruction, and the compiler moves no access across it.
void read() noexcept { __asm__ __volatile__("" ::: "memory"); }

template <class Domain>
void enter_exit(Domain& domain) noexcept {
  auto guard = domain.enter();
  read();
}

template <class Domain>
const void* shield_protect(typename Domain::guard& guard, const source<Domain>& from) noexcept {
  auto shield = guard.shield();
  const void* const found = shield.protect(from);
  read();
  return found;
}

template <class Domain>
bool map_get(map<Domain>& entries, std::uint64_t key) {
  return entries.visit(key, [](const std::uint64_t& value) { __asm__ __volatile__("" : : "r"(value) : "memory"); });
}

}  // namespace
}  // namespace reclaim::hot_paths

using namespace reclaim;
using namespace reclaim::hot_paths;

void hot_epoch_enter_exit(epoch_domain& domain) { enter_exit(domain); }
const void* hot_epoch_shield_protect(guard_of_epoch& guard, const source<epoch_domain>& from) {
  return shield_protect<epoch_domain>(guard, from);
}
const void* hot_epoch_protect(shield_of_epoch& shield, const source<epoch_domain>& from) { return shield.protect(from); }
void hot_epoch_retire(guard_of_epoch& guard, node<epoch_domain>* object) { guard.retire(object); }
bool hot_epoch_map_get(map<epoch_domain>& entries, std::uint64_t key) { return map_get(entries, key); }

void hot_hazard_enter_exit(hazard_domain& domain) { enter_exit(domain); }
const void* hot_hazard_shield_protect(guard_of_hazard& guard, const source<hazard_domain>& from) {
  return shield_protect<hazard_domain>(guard, from);
}
const void* hot_hazard_protect(shield_of_hazard& shield, const source<hazard_domain>& from) { return shield.protect(from); }
void hot_hazard_retire(guard_of_hazard& guard, node<hazard_domain>* object) { guard.retire(object); }
bool hot_hazard_map_get(map<hazard_domain>& entries, std::uint64_t key) { return map_get(entries, key); }

void hot_hybrid_enter_exit(hybrid_domain& domain) { enter_exit(domain); }
const void* hot_hybrid_shield_protect(guard_of_hybrid& guard, const source<hybrid_domain>& from) {
  return shield_protect<hybrid_domain>(guard, from);
}
const void* hot_hybrid_protect(shield_of_hybrid& shield, const source<hybrid_domain>& from) { return shield.protect(from); }
void hot_hybrid_retire(guard_of_hybrid& guard, node<hybrid_domain>* object) { guard.retire(object); }
bool hot_hybrid_map_get(map<hybrid_domain>& entries, std::uint64_t key) { return map_get(entries, key); }
