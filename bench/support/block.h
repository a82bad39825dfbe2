// The block that the caches hold: a header, a version, a checksum over all of it, and 256 bytes of payload.

#ifndef RECLAIM_BENCH_SUPPORT_BLOCK_H
#define RECLAIM_BENCH_SUPPORT_BLOCK_H

#include <array>
#include <cstddef>
#include <cstdint>

#include "bench/support/ledger.h"
#include "bench/support/zipf.h"
#include "reclaim/sync/sync.h"

namespace reclaim::bench {

class block {
 public:
  // Fills a block with what `version` of block number `key` contains.  `slot` is its place in the clock ring.
  block(std::uint64_t key, std::uint64_t version, std::uint32_t slot, ledger& blocks) noexcept
      : ledger_(&blocks), key_(key), slot_(slot) {
    blocks.count_birth();
    rewrite(version);
  }

  block(const block& other) noexcept
      : ledger_(other.ledger_), key_(other.key_), version_(other.version_), slot_(other.slot_), payload_(other.payload_) {
    ledger_->count_birth();
    checksum_.store(other.checksum_.load(relaxed), relaxed);
  }

  block& operator=(const block&) = delete;

  // Spoils the checksum: whoever reads a block after its end sees a mismatch even where its memory is not used again.
  ~block() {
    checksum_.store(~checksum_.load(relaxed), relaxed);
    ledger_->count_end();
  }

  std::uint64_t key() const noexcept { return key_; }
  std::uint64_t version() const noexcept { return version_; }
  std::uint32_t slot() const noexcept { return slot_; }

  // Returns whether this is block number `key`, all of it of one version.
  bool is_intact(std::uint64_t key) const noexcept { return key == key_ && checksum_.load(relaxed) == sum(); }

  // Turns this block into another version of itself.  Precondition: the caller alone can reach it.
  void rewrite(std::uint64_t version) noexcept {
    version_ = version;
    const std::uint64_t seed = mix(key_) ^ version;
    for (std::size_t i = 0; i != words; ++i) payload_[i] = mix(seed + i * 0x9e3779b97f4a7c15);
    checksum_.store(sum(), relaxed);
  }

  // Turns this block into another block.  Precondition: the caller alone can reach it.
  void become(std::uint64_t key, std::uint64_t version) noexcept {
    key_ = key;
    rewrite(version);
  }

 private:
  static constexpr std::size_t words = 256 / sizeof(std::uint64_t);
  static constexpr std::size_t lanes = 4;

  // Four independent chains, so that a core overlaps their multiplications.
  std::uint64_t sum() const noexcept {
    std::array<std::uint64_t, lanes> lane{key_, version_, slot_, words};
    for (std::size_t i = 0; i != words; ++i) lane[i % lanes] = (lane[i % lanes] ^ payload_[i]) * 0xd6e8feb86659fd93;
    std::uint64_t total = 0;
    for (const std::uint64_t l : lane) total = mix(total ^ l);
    return total;
  }

  ledger* ledger_;
  std::uint64_t key_;
  std::uint64_t version_ = 0;
  std::uint32_t slot_;
  sync::atomic<std::uint64_t> checksum_{0};  // relaxed: atomic only so that the destructor's store stays
  std::array<std::uint64_t, words> payload_;
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_BLOCK_H
