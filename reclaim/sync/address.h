// What of an address no pointer uses.

#ifndef RECLAIM_SYNC_ADDRESS_H
#define RECLAIM_SYNC_ADDRESS_H

namespace reclaim::sync {

// High bits that are zero in every pointer to an object: on 64-bit Linux addresses have 47 or 48 bits, unless a program
// asks mmap for more by a hint.  None where a tool or the processor keeps tags of its own there.
#if defined(__SANITIZE_HWADDRESS__) || defined(__ARM_FEATURE_MEMORY_TAGGING)
inline constexpr unsigned spare_address_bits = 0;
#elif defined(__x86_64__) || defined(__aarch64__)
inline constexpr unsigned spare_address_bits = 16;
#else
inline constexpr unsigned spare_address_bits = 0;
#endif

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_ADDRESS_H
