// Whether a sanitizer watches: what takes long or many threads is then tried less often.

#ifndef RECLAIM_TESTS_SUPPORT_SANITIZED_H
#define RECLAIM_TESTS_SUPPORT_SANITIZED_H

namespace reclaim::tests {

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define RECLAIM_TESTS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__) || defined(RECLAIM_TESTS_SANITIZED)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SUPPORT_SANITIZED_H
