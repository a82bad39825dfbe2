// The deleter of rcu_retire() takes the pointer.
//
// expects: rcu_retire: the deleter must be callable with the pointer

#include "reclaim/rcu.h"

struct deleter {
#ifdef FIXED
  void operator()(const int* object) const noexcept { delete object; }
#else
  void operator()(const char* object) const noexcept { delete object; }
#endif
};

int main() { reclaim::rcu_retire(new int, deleter()); }
