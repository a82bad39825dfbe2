// A value that cannot be copied is moved into the queue.
//
// expects: push

#include <memory>
#include <utility>

#include "reclaim/reclaim.h"
#include "structures/segmented_queue.h"

int main() {
  reclaim::epoch_domain domain;
  reclaim::segmented_queue<std::unique_ptr<int>, reclaim::epoch_domain> queue(domain);
  auto value = std::make_unique<int>(1);
#ifdef FIXED
  queue.push(std::move(value));
#else
  queue.push(value);
#endif
}
