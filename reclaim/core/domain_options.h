// What a user may set when making a domain.

#ifndef RECLAIM_CORE_DOMAIN_OPTIONS_H
#define RECLAIM_CORE_DOMAIN_OPTIONS_H

#include <chrono>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>

#include "reclaim/core/garbage.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// What retire() does about garbage that is over the hard limit.
enum class over_limit : unsigned char {
  carry_on,  // nothing
  reclaim,   // takes over what other threads have lying there, and ends what it can, as far as most_reclaims_per_retire
  wait,      // the same again, with no such bound, until it is within the limit or `longest_wait` is over; but not under
             // a guard of the thread itself, nor in a deleter
};

// What a domain tells about when its garbage passes the hard limit.
struct limit_breach {
  garbage waiting;
  garbage_limit limit;
};

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

  // Garbage over the soft limit makes each thread look for what may end as often as it can, and end as much as
  // most_reclaims_per_retire a retire.  To stay within the hard one, threads retire no more before they look than their
  // share of what is left of it; where it is passed all the same, because guards hold so much, retire() does what
  // `when_over` says.  Where only a hard limit is set, the soft one is half of it.
  garbage_limit soft_limit = {};
  garbage_limit hard_limit = {};
  over_limit when_over = over_limit::reclaim;
  std::chrono::nanoseconds longest_wait{0};
  // Called each time the garbage passes the hard limit, on the thread whose retire() finds it, which may be under a guard;
  // not again before it has been within the soft one.  It may retire, and ask the domain for stats() and stalls().
  void (*on_breach)(const limit_breach&, void* context) noexcept = nullptr;
  void* breach_context = nullptr;

  // With false, retire() only ever keeps the object: it neither looks for what may end nor ends anything.  What waits is
  // then bounded by calls of reclaim_some() and drain() alone.
  bool reclaims_in_retire = true;

  // What a participant that has retired nothing yet may retire before it collects: with limits, what it is granted then.
  std::size_t until_first_collect() const noexcept { return has_limits() ? 0 : objects_per_collect; }

  // Whether garbage is bounded by number or size at all.
  bool has_limits() const noexcept { return soft_limit.is_set() || hard_limit.is_set(); }

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
    if (!reclaims_in_retire) return most;
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
    check_limits();
    return *this;
  }

  // As they are meant: the soft limit, where only the hard one is set.
  domain_options completed() const {
    domain_options all = checked();
    all.soft_limit.objects = half_if_unset(soft_limit.objects, hard_limit.objects);
    all.soft_limit.bytes = half_if_unset(soft_limit.bytes, hard_limit.bytes);
    return all;
  }

 private:
  static std::size_t half_if_unset(std::size_t soft, std::size_t hard) noexcept {
    const bool is_unset = soft == garbage_limit::none && hard != garbage_limit::none;
    return is_unset ? hard / 2 + hard % 2 : soft;
  }

  void check_limits() const {
    check_limit("soft_limit", soft_limit);
    check_limit("hard_limit", hard_limit);
    check_order("objects", soft_limit.objects, hard_limit.objects);
    check_order("bytes", soft_limit.bytes, hard_limit.bytes);
    if (when_over == over_limit::wait && longest_wait <= std::chrono::nanoseconds(0)) {
      refuse("longest_wait", longest_wait.count(), "must be more than 0 ns where when_over is wait");
    }
    if (!reclaims_in_retire && has_limits()) {
      refuse("reclaims_in_retire", 0, "must not be false where there is a limit: no retire() would keep it");
    }
  }

  static void check_limit(const std::string& name, const garbage_limit& limit) {
    if (limit.objects == 0) refuse((name + ".objects").c_str(), 0, "must be at least 1, or garbage_limit::none");
    if (limit.bytes < sizeof(retired)) {
      refuse((name + ".bytes").c_str(), static_cast<long long>(limit.bytes),
             "must be at least " + std::to_string(sizeof(retired)) + ", the bytes of the smallest object");
    }
  }

  static void check_order(const char* unit, std::size_t soft, std::size_t hard) {
    if (soft == garbage_limit::none || soft <= hard) return;
    refuse((std::string("soft_limit.") + unit).c_str(), static_cast<long long>(soft),
           std::string("must not be more than hard_limit.") + unit + ", " + std::to_string(hard));
  }

  [[noreturn]] static void refuse(const char* option, long long value, const std::string& rule) {
    const std::string what = "domain_options: " + std::string(option) + " is " + std::to_string(value) + ", and " + rule;
    sync::raise(std::invalid_argument(what), what.c_str());
  }
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_OPTIONS_H
