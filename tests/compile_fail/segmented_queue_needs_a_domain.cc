// A container is over a domain; another type is refused by the concept's name.
//
// expects: (error|because|required for).*domain<|does not satisfy 'domain'

#include "reclaim/reclaim.h"
#include "structures/segmented_queue.h"

struct not_a_domain {};

#ifdef FIXED
using some_domain = reclaim::epoch_domain;
#else
using some_domain = not_a_domain;
#endif

int main() {
  some_domain domain;
  reclaim::segmented_queue<int, some_domain> queue(domain);
}
