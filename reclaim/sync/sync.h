// The seam: everything that touches the machine, the operating system or a checker, behind one vocabulary.
//
// The floors above include this header and nothing lower.  It alone chooses a backend; each backend exports the
// same names in an inline namespace of its own, so that objects built on different backends do not link.
//
//   std      std::atomic                                    the default
//   boost    Boost.Atomic, lock-free for 16-byte words      RECLAIM_BACKEND_BOOST
//   tsan     std::atomic, fences that the sanitizer ignores  chosen when ThreadSanitizer compiles
//   relacy   rl::atomic under the Relacy Race Detector      RECLAIM_BACKEND_RELACY

#ifndef RECLAIM_SYNC_SYNC_H
#define RECLAIM_SYNC_SYNC_H

#if defined(_MSVC_LANG) ? _MSVC_LANG < 202002L : __cplusplus < 202002L
static_assert(false, "reclaim needs C++20: build with -std=c++20 (Bazel: --cxxopt=-std=c++20) or later");
// What reclaim.h includes next would only bury that line: it counts as included.
#define RECLAIM_CORE_DOMAIN_H
#define RECLAIM_CORE_TAGGED_PTR_H
#define RECLAIM_DEFAULT_DOMAIN_H
#define RECLAIM_SCHEMES_H
#else

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RECLAIM_UNDER_TSAN 1
#endif
#elif defined(__SANITIZE_THREAD__)
#define RECLAIM_UNDER_TSAN 1
#endif

#if defined(RECLAIM_BACKEND_RELACY)
#include "reclaim/sync/backend/relacy.h"
#else
#if defined(RECLAIM_UNDER_TSAN)
#include "reclaim/sync/backend/tsan.h"
#elif defined(RECLAIM_BACKEND_BOOST)
#include "reclaim/sync/backend/boost.h"
#else
#include "reclaim/sync/backend/std.h"
#endif
#include "reclaim/sync/fence.h"
#include "reclaim/sync/thread_index.h"
#include "reclaim/sync/zeroed.h"
#endif

#include "reclaim/sync/address.h"
#include "reclaim/sync/backoff.h"
#include "reclaim/sync/branch.h"
#include "reclaim/sync/cache_line.h"
#include "reclaim/sync/clock.h"
#include "reclaim/sync/code_location.h"
#include "reclaim/sync/failure.h"
#include "reclaim/sync/folded_product.h"
#include "reclaim/sync/probe.h"
#include "reclaim/sync/rare_paths.h"
#include "reclaim/sync/rseq.h"
#include "reclaim/sync/thread_name.h"

namespace reclaim {
using enum sync::memory_order;
}

#endif  // C++20
#endif  // RECLAIM_SYNC_SYNC_H
