// A hazard pointer protects objects with one base hazard_pointer_obj_base of their own, public and not virtual.
//
// expects: error: static.*hazard_pointer: T must have
// expects: protect.*[ <]no_base[]>;]
// expects: protect.*[ <]private_base[]>;]
// expects: protect.*[ <]virtual_base[]>;]
// expects: protect.*[ <]two_bases[]>;]
// expects: protect.*[ <]base_of_another[]>;]

#include <atomic>

#include "reclaim/hazard_pointer.h"

#ifdef FIXED
struct one : reclaim::hazard_pointer_obj_base<one> {};
using no_base = one;
using private_base = one;
using virtual_base = one;
using two_bases = one;
using base_of_another = one;
#else
struct another : reclaim::hazard_pointer_obj_base<another> {};
struct no_base {};
class private_base : reclaim::hazard_pointer_obj_base<private_base> {};
struct virtual_base : virtual reclaim::hazard_pointer_obj_base<virtual_base> {};
struct two_bases : reclaim::hazard_pointer_obj_base<two_bases>, reclaim::hazard_pointer_obj_base<another> {};
struct base_of_another : another {};
#endif

template <class T>
void read(reclaim::hazard_pointer& hp) {
  const std::atomic<T*> source{nullptr};
  hp.protect(source);
}

int main() {
  reclaim::hazard_pointer hp = reclaim::make_hazard_pointer();
  read<no_base>(hp);
  read<private_base>(hp);
  read<virtual_base>(hp);
  read<two_bases>(hp);
  read<base_of_another>(hp);
}
