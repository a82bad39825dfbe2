// A value that may throw while it moves out of the queue would be lost.
//
// expects: segmented_queue<T>: 

#include "reclaim/reclaim.h"
#include "structures/segmented_queue.h"

struct value {
  value() = default;
#ifdef FIXED
  value(value&&) noexcept {}
#else
  value(value&&) noexcept(false) {}
#endif
};

int main() {
  reclaim::epoch_domain domain;
  reclaim::segmented_queue<value, reclaim::epoch_domain> queue(domain);
}
