// What a user may set when making a domain.

#ifndef RECLAIM_CORE_DOMAIN_OPTIONS_H
#define RECLAIM_CORE_DOMAIN_OPTIONS_H

#include <chrono>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>

#include "reclaim/sync/sync.h"

namespace reclaim {

struct domain_options {
  // A participant collects when it has retired so many objects since it last did; one of sizeof(T) bytes counts as
  // 1 + sizeof(T) / 256.  Where it retires so fast that less than collect_period would lie between two collects, it
  // waits for more objects, up to 16 times as many: a collect costs a heavy fence, which other processors feel as well.
  // With a period of 0 it goes by the objects alone.
  std::size_t objects_per_collect = 2048;
  std::chrono::nanoseconds collect_period = std::chrono::milliseconds(1);
  // How many expired objects one retire() ends, counted in the same way and times what it counts itself, but at least
  // one object; more when more are waiting; and the most in number that it ends, whatever they weigh.
  std::size_t reclaims_per_retire = 1;
  std::size_t most_reclaims_per_retire = 64;

  // What a participant retires between two collects at most.
  std::size_t most_per_collect() const noexcept {
    constexpr std::size_t times = 16;
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    if (collect_period == std::chrono::nanoseconds(0)) return objects_per_collect;
    return objects_per_collect > most / times ? most : times * objects_per_collect;
  }

  // So many times that, and `more`; no more than fits.
  std::size_t most_in_shares(std::size_t shares, std::size_t more) const noexcept {
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    return most_per_collect() > (most - more) / shares ? most : shares * most_per_collect() + more;
  }

  // What it retires between two looks at who holds it up.
  std::size_t objects_per_look() const noexcept { return objects_per_collect / 32 + (objects_per_collect % 32 != 0 ? 1 : 0); }

  // Returns these options.  Throws: std::invalid_argument that names the option, its value and its range, if one is out of it.
  const domain_options& checked() const {
    if (objects_per_collect == 0) refuse("objects_per_collect", 0, "must be at least 1");
    if (collect_period < std::chrono::nanoseconds(0)) refuse("collect_period", collect_period.count(), "must be at least 0 ns");
    if (reclaims_per_retire == 0) refuse("reclaims_per_retire", 0, "must be at least 1");
    if (most_reclaims_per_retire < reclaims_per_retire) {
      refuse("most_reclaims_per_retire", static_cast<long long>(most_reclaims_per_retire),
             "must not be less than reclaims_per_retire, " + std::to_string(reclaims_per_retire));
    }
    return *this;
  }

 private:
  [[noreturn]] static void refuse(const char* option, long long value, const std::string& rule) {
    const std::string what = "domain_options: " + std::string(option) + " is " + std::to_string(value) + ", and " + rule;
    sync::raise(std::invalid_argument(what), what.c_str());
  }
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_OPTIONS_H
