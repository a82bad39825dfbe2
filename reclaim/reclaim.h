// reclaim: safe memory reclamation for lock-free data structures.
//
// When a thread unlinks a node from a concurrent structure, others may still be reading it.  A domain decides when
// the node can end:
//
//   reclaim::epoch_domain domain;
//   struct node : reclaim::epoch_domain::hook { int value; };
//   reclaim::sync::atomic<node*> root;
//
//   auto guard = domain.enter();                // this thread is reading
//   auto shield = guard.shield();
//   if (node* n = shield.protect(root)) use(n->value);
//   ...
//   node* old = root.exchange(fresh, reclaim::acq_rel);
//   guard.retire(old);                          // ends when no guard can reach it
//
// Which scheme: docs/choosing.md.  What a thread, a fork, a signal, an exception may do: docs/contracts.md.

#ifndef RECLAIM_RECLAIM_H
#define RECLAIM_RECLAIM_H

#include "reclaim/sync/sync.h"  // first: it says if the language is too old

#include "reclaim/core/domain.h"
#include "reclaim/core/tagged_ptr.h"
#include "reclaim/default_domain.h"
#include "reclaim/schemes.h"

#endif  // RECLAIM_RECLAIM_H
