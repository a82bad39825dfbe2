// The deleter of rcu_retire() is moved to where it waits.
//
// expects: rcu_retire: the deleter must be move-constructible

#include "reclaim/rcu.h"

struct deleter {
  deleter() = default;
#ifndef FIXED
  deleter(const deleter&) = delete;
#endif
  void operator()(const int* object) const noexcept { delete object; }
};

int main() { reclaim::rcu_retire<int, deleter>(new int); }
