//! A sorted set as a linked list [Harris 2001; Michael 2002].  A node whose link is marked is no longer in the set; who
//! meets it unlinks it.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use crossbeam_epoch::{self as epoch, Atomic, Guard, Owned, Shared};

const MARK: usize = 1;

struct Node {
    key: u64,
    next: Atomic<Node>,
}

pub struct List {
    head: Atomic<Node>,
    nodes: u64,
}

/// Where a key is or would be: the link that leads there, and the first node whose key is not less.
struct Place<'g> {
    link: &'g Atomic<Node>,
    node: Shared<'g, Node>,
    is_found: bool,
}

impl List {
    /// Returns nothing if another thread changed the list under the search.
    #[inline(always)]
    fn try_find<'g>(&'g self, key: u64, guard: &'g Guard) -> Option<Place<'g>> {
        let mut link = &self.head;
        let mut node = link.load(Acquire, guard);
        // Sound: a node is retired only after it was unlinked, and the guard is older than this search.
        while let Some(at) = unsafe { node.as_ref() } {
            let next = at.next.load(Acquire, guard);
            if next.tag() == MARK {
                let next = next.with_tag(0);
                link.compare_exchange(node, next, AcqRel, Relaxed, guard).ok()?;
                // Sound: this thread alone unlinked it.
                unsafe { guard.defer_destroy(node) };
                node = next;
                continue;
            }
            if at.key >= key {
                let is_found = at.key == key;
                return Some(Place { link, node, is_found });
            }
            link = &at.next;
            node = next;
        }
        Some(Place { link, node, is_found: false })
    }

    fn find<'g>(&'g self, key: u64, guard: &'g Guard) -> Place<'g> {
        loop {
            if let Some(place) = self.try_find(key, guard) {
                return place;
            }
        }
    }

    fn insert(&self, key: u64) {
        let guard = epoch::pin();
        let mut made = Owned::new(Node { key, next: Atomic::null() });
        loop {
            let place = self.find(key, &guard);
            if place.is_found {
                return;
            }
            made.next.store(place.node, Relaxed);
            match place.link.compare_exchange(place.node, made, AcqRel, Relaxed, &guard) {
                Ok(_) => return,
                Err(lost) => made = lost.new,
            }
        }
    }
}

#[no_mangle]
pub extern "C" fn race_rust_list_make(nodes: u64) -> *mut List {
    let list = List { head: Atomic::null(), nodes };
    for key in 0..nodes {
        list.insert(key);
    }
    Box::into_raw(Box::new(list))
}

/// # Safety
/// `list` was made by `race_rust_list_make`.
#[no_mangle]
pub unsafe extern "C" fn race_rust_list_find(list: *const List, n: u64) -> u64 {
    let list = &*list;
    let mut found = 0;
    for _ in 0..n {
        let guard = epoch::pin();
        found += list.find(list.nodes, &guard).is_found as u64;
    }
    found
}
