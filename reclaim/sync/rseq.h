// Restartable sequences of Linux: instructions that run to their end on one processor, without another thread of the
// process running there meanwhile, or begin again.
//
// There are two, push and pop on a stack of the processor that the thread runs on.  Each ends with the one store that makes
// it happen.  glibc 2.35 and later registers each thread with the kernel.  RECLAIM_RSEQ=off in the environment rules them
// out; so does what rules membarrier out, by which another processor's sequences are ended.
//
// The kernel may look at a sequence's descriptor once more after it ended: so code that has any must not be unloaded while
// threads live that ran it.
//
// Source: M. Desnoyers, rseq(2); Linux, Documentation of rseq; the descriptor and the signature are the kernel's interface.

#ifndef RECLAIM_SYNC_RSEQ_H
#define RECLAIM_SYNC_RSEQ_H

#include <cstddef>
#include <cstdint>
#include <new>

#include "reclaim/sync/cache_line.h"

#if defined(__x86_64__) && defined(__linux__) && !defined(RECLAIM_BACKEND_RELACY) && !defined(RECLAIM_UNDER_TSAN)
#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>
#define RECLAIM_HAS_RSEQ 1
#endif
#endif

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {

// A stack as one word: the address of its top and, above that, how many there are.  Wide enough wherever addresses are not.
using stack_word = std::uint64_t;

// By way of a word as wide as the address: a wider one may be made by its sign.
inline stack_word word_of_address(const void* address) noexcept { return reinterpret_cast<std::uintptr_t>(address); }
template <class T>
T* address_of_word(stack_word word) noexcept {
  return reinterpret_cast<T*>(static_cast<std::uintptr_t>(word));
}

// What lies in an element while it is on a stack.
struct stacked {
  plain<stack_word> below{0};  // the stack without it
};

// Room for a T, or, at the same address, for what lies there while there is no T.
#if defined(RECLAIM_BACKEND_RELACY)
template <class T>
class room {
 public:
  void* for_value() { return bytes_; }
  stacked* for_stack() { return &stacked_; }
  stacked* stack() { return &stacked_; }

 private:
  stacked stacked_;  // for itself, and for good: the checker follows each object from its begin to its end
  alignas(T) unsigned char bytes_[sizeof(T)];
};
#else
template <class T>
class room {
 public:
  void* for_value() noexcept { return bytes_; }
  stacked* for_stack() noexcept { return new (static_cast<void*>(bytes_)) stacked; }
  stacked* stack() noexcept { return std::launder(reinterpret_cast<stacked*>(bytes_)); }

 private:
  alignas(T) alignas(stacked) unsigned char bytes_[sizeof(T) > sizeof(stacked) ? sizeof(T) : sizeof(stacked)];
};
#endif

// One stack.  Sequences know where its words lie.
struct alignas(cache_line) stack_line {
  atomic<stack_word> word{0};
  atomic<stack_word> is_closed{0};
};

#if defined(RECLAIM_BACKEND_RELACY)

inline std::size_t modelled_stacks = 1;  // a setting of the simulation
inline bool has_sequences() noexcept { return false; }
inline std::size_t count_stacks() noexcept { return modelled_stacks; }
inline bool end_sequences() noexcept { return false; }

#else

// Whether the calling process has them.  Decided at the first call.  Any thread.
bool has_sequences() noexcept;

// How many stacks there should be: one for each processor that there may be.
std::size_t count_stacks() noexcept;

// Ends, or has begun again, each sequence that is under way: those that begin after see what was stored before.
// Returns false if the kernel refused.  As heavy_fence().
bool end_sequences() noexcept;

#endif

#if defined(RECLAIM_HAS_RSEQ)

// What the kernel needs to know of a sequence: from label 1 to label 2, and that to begin again it has to be at 4.
#define RECLAIM_RSEQ_BEGIN                                   \
  ".pushsection __rseq_cs, \"aw?\"\n\t"                      \
  ".balign 32\n\t"                                           \
  "3: .long 0, 0\n\t"                                        \
  ".quad 1f, 2f - 1f, 4f\n\t"                                \
  ".popsection\n\t"                                          \
  "0: leaq 3b(%%rip), %[line]\n\t"                           \
  "movq %[line], %%fs:8(%[rseq])\n\t"                        \
  "1: movl %%fs:4(%[rseq]), %k[line]\n\t"                    \
  "xorl %k[result], %k[result]\n\t"                          \
  "cmpq %[size], %[line]\n\t" /* also: not registered */     \
  "jae 2f\n\t"                                               \
  "shlq $7, %[line]\n\t"                                     \
  "addq %[lines], %[line]\n\t"                               \
  "cmpq $0, 8(%[line])\n\t" /* closed */                    \
  "jne 2f\n\t"
#define RECLAIM_RSEQ_END                                     \
  "2:\n\t"                                                   \
  ".pushsection .text.unlikely, \"ax?\"\n\t"                 \
  ".byte 0x0f, 0xb9, 0x3d\n\t"                               \
  ".long 0x53053053\n\t"                                     \
  "4: jmp 0b\n\t"                                            \
  ".popsection"

// Puts *s on the stack of this processor, unless `most` are there, or it is closed, or there is none.  Returns whether it did.
[[gnu::always_inline]] inline bool push_in_sequence(stack_line* lines, std::size_t size, stacked* s, std::size_t most) noexcept {
  static_assert(sizeof(stack_line) == 1 << 7);
  std::uintptr_t result, line, word;
  asm volatile(RECLAIM_RSEQ_BEGIN
               "movq (%[line]), %[word]\n\t"
               "movq %[word], (%[s])\n\t"
               "shrq $48, %[word]\n\t"
               "cmpq %[most], %[word]\n\t"
               "jae 2f\n\t"
               "incq %[word]\n\t"
               "shlq $48, %[word]\n\t"
               "orq %[s], %[word]\n\t"
               "movl $1, %k[result]\n\t"
               "movq %[word], (%[line])\n\t"
               RECLAIM_RSEQ_END
               : [result] "=&r"(result), [line] "=&r"(line), [word] "=&r"(word)
               : [rseq] "r"(__rseq_offset), [lines] "r"(lines), [size] "r"(size), [s] "r"(s), [most] "r"(most)
               : "memory", "cc");
  return result != 0;
}

// Takes the top of the stack of this processor, or returns null.
[[gnu::always_inline]] inline stacked* pop_in_sequence(stack_line* lines, std::size_t size) noexcept {
  std::uintptr_t result, line, below;
  asm volatile(RECLAIM_RSEQ_BEGIN
               "movq (%[line]), %[result]\n\t"
               "shlq $16, %[result]\n\t"
               "shrq $16, %[result]\n\t"
               "jz 2f\n\t"
               "movq (%[result]), %[below]\n\t"
               "movq %[below], (%[line])\n\t"
               RECLAIM_RSEQ_END
               : [result] "=&r"(result), [line] "=&r"(line), [below] "=&r"(below)
               : [rseq] "r"(__rseq_offset), [lines] "r"(lines), [size] "r"(size)
               : "memory", "cc");
  return reinterpret_cast<stacked*>(result);
}

#undef RECLAIM_RSEQ_BEGIN
#undef RECLAIM_RSEQ_END

#else

inline bool push_in_sequence(stack_line*, std::size_t, stacked*, std::size_t) noexcept { return false; }
inline stacked* pop_in_sequence(stack_line*, std::size_t) noexcept { return nullptr; }

#endif

}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_RSEQ_H
