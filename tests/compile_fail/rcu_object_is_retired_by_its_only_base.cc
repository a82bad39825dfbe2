// An object is retired by its base rcu_obj_base, if that is public, not virtual, and the only one.
//
// expects: error: static.*retire: T must have rcu_obj_base
// expects: [Ii]n instantiation of .*[ <]private_base[]>;]
// expects: [Ii]n instantiation of .*[ <]virtual_base[]>;]
// expects: [Ii]n instantiation of .*[ <]two_bases[]>;]
// expects: [Ii]n instantiation of .*[ <]derived[]>;]

#include "reclaim/rcu.h"

template <class T>
using base = reclaim::rcu_obj_base<T>;

#ifdef FIXED
struct one : base<one> {};
using private_base = one;
using virtual_base = one;
using two_bases = one;
using derived = one;
#else
struct another : base<another> {};
struct private_base : private base<private_base> {
  using reclaim::rcu_obj_base<private_base>::retire;
};
struct virtual_base : virtual base<virtual_base> {};
struct two_bases : base<two_bases>, base<another> {};
struct derived : another, base<derived> {};
#endif

int main() {
  (new private_base)->retire();
  (new virtual_base)->retire();
  (new two_bases)->base<two_bases>::retire();
  (new derived)->base<derived>::retire();
}
