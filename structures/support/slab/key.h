// What names an entry of a slab: where it lies, and which of all that ever lay there it is.
//
//   [ user's | generation | index ]
//
// A generation is odd while its entry lives, and one more when it is removed.

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_KEY_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_KEY_H

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace reclaim {

// What a user may set when compiling: derive from it, and hide what is to be different.
struct slab_config {
  static constexpr unsigned index_bits = 32;       // of a key: how many entries there can be
  static constexpr unsigned generation_bits = 32;  // of a key: how often a place is used again, twice per use
  static constexpr std::size_t page_bytes = 16384;  // at least so much is given back to the system at once
  static constexpr std::size_t most_at_hand = 128;  // places that a processor keeps at hand
  static constexpr std::size_t most_whole_pages = 16;  // that keep their memory though nobody lives there
  static constexpr bool keeps_values = false;       // a pool's: a place that is free keeps its object
};

namespace slab_parts {

template <class Config>
struct layout {
  static constexpr unsigned index_bits = Config::index_bits;
  static constexpr unsigned generation_bits = Config::generation_bits;
  static_assert(index_bits >= 12 && index_bits <= 32, "slab_config: index_bits must be from 12 to 32");
  static_assert(generation_bits >= 2 && generation_bits <= 52, "slab_config: generation_bits must be from 2 to 52");
  static_assert(index_bits + generation_bits <= 64, "slab_config: index_bits and generation_bits are more than 64 together");
  static_assert(Config::page_bytes >= 64 && Config::page_bytes <= (1u << 30), "slab_config: page_bytes must be from 64 to 2^30");
  static_assert(Config::most_at_hand >= 2 && Config::most_at_hand <= 32768, "slab_config: most_at_hand must be from 2 to 32768");

  static constexpr unsigned user_bits = 64 - index_bits - generation_bits;
  static constexpr std::uint64_t index_mask = (std::uint64_t(1) << index_bits) - 1;
  static constexpr std::size_t most_places =
      index_mask < ~std::size_t(0) ? static_cast<std::size_t>(index_mask + 1) : ~std::size_t(0);
  static constexpr std::uint64_t one_generation = std::uint64_t(1) << index_bits;
  static constexpr std::uint64_t generation_mask = (~std::uint64_t(0) >> user_bits) & ~index_mask;

  static constexpr std::uint64_t next_generation(std::uint64_t word) noexcept {
    return ((word & generation_mask) + one_generation) & generation_mask;
  }
  static constexpr std::uint64_t first_generation = 2 * one_generation;  // of a place that is free
  static constexpr bool is_live(std::uint64_t word) noexcept { return (word & one_generation) != 0; }
};

template <class Config>
struct key_maker;

}  // namespace slab_parts

// The name of an entry, of one word.  No two entries of a slab ever have the same.  A key that is made of nothing names none.
template <class Config = slab_config>
class slab_key {
  using layout = slab_parts::layout<Config>;

 public:
  static constexpr unsigned user_bits = layout::user_bits;

  constexpr slab_key() noexcept = default;

  // For interfaces that know numbers only.
  constexpr std::uint64_t to_integer() const noexcept { return bits_; }

  // The key that to_integer() was called for; or nothing, if no slab has such a key.
  static constexpr std::optional<slab_key> from_integer(std::uint64_t bits) noexcept {
    if (!layout::is_live(bits) || (bits & layout::generation_mask) == layout::one_generation) return std::nullopt;
    return slab_key(bits);
  }

  // The bits that the slab leaves to its user, and never looks at.
  constexpr std::uint64_t user() const noexcept {
    if constexpr (user_bits == 0) return 0;
    else return bits_ >> (64 - user_bits);
  }
  // Precondition: `bits` is below 2^user_bits.
  constexpr slab_key with_user(std::uint64_t bits) const noexcept
    requires(user_bits != 0)
  {
    return slab_key((bits_ & (layout::index_mask | layout::generation_mask)) | bits << (64 - user_bits));
  }

  // Where the entry lies, below 2^index_bits; another entry may have lain there before.
  constexpr std::size_t index() const noexcept { return static_cast<std::size_t>(bits_ & layout::index_mask); }

  explicit constexpr operator bool() const noexcept { return *this != slab_key(); }
  friend constexpr auto operator<=>(slab_key, slab_key) noexcept = default;

 private:
  friend slab_parts::key_maker<Config>;
  explicit constexpr slab_key(std::uint64_t bits) noexcept : bits_(bits) {}

  // Odd, as those of all keys are; and no entry has had the first generation.
  std::uint64_t bits_ = layout::one_generation;
};

namespace slab_parts {

// Keys for those who know what they name.
template <class Config>
struct key_maker {
  // `word`: a generation and an index.
  static constexpr slab_key<Config> make(std::uint64_t word) noexcept { return slab_key<Config>(word); }
};

}  // namespace slab_parts

}  // namespace reclaim

template <class Config>
struct std::hash<reclaim::slab_key<Config>> {
  std::size_t operator()(reclaim::slab_key<Config> key) const noexcept {
    return std::hash<std::uint64_t>()(key.to_integer());
  }
};

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_KEY_H
