// A value that may throw while it moves out of the stack would be lost.
//
// expects: treiber_stack<T>: the move constructor of T must be noexcept

#include "reclaim/reclaim.h"
#include "structures/treiber_stack.h"

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
  reclaim::treiber_stack<value, reclaim::epoch_domain> stack(domain);
}
