//! The queue of Michael and Scott [1996], a node an element.

use std::mem::MaybeUninit;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crossbeam_epoch::{self as epoch, Atomic, Owned};
use crossbeam_utils::{Backoff, CachePadded};

struct Node {
    value: MaybeUninit<u64>, // the first node's is nobody's
    next: Atomic<Node>,
}

pub struct Queue {
    head: CachePadded<Atomic<Node>>,
    tail: CachePadded<Atomic<Node>>,
}

impl Queue {
    fn new() -> Queue {
        let first = Owned::new(Node { value: MaybeUninit::uninit(), next: Atomic::null() });
        let head = Atomic::from(first);
        let tail = head.clone();
        Queue { head: CachePadded::new(head), tail: CachePadded::new(tail) }
    }

    #[inline(always)]
    fn push(&self, value: u64) {
        let made = Owned::new(Node { value: MaybeUninit::new(value), next: Atomic::null() });
        let guard = epoch::pin();
        let made = made.into_shared(&guard);
        let backoff = Backoff::new();
        loop {
            let tail = self.tail.load(Acquire, &guard);
            // Sound, here and below: never null, and retired only once neither end leads to it.
            let last = unsafe { tail.deref() };
            let next = last.next.load(Acquire, &guard);
            if !next.is_null() {
                let _ = self.tail.compare_exchange(tail, next, Release, Relaxed, &guard);
            } else if last.next.compare_exchange(next, made, Release, Relaxed, &guard).is_ok() {
                let _ = self.tail.compare_exchange(tail, made, Release, Relaxed, &guard);
                return;
            } else {
                backoff.spin();
            }
        }
    }

    #[inline(always)]
    fn try_pop(&self) -> Option<u64> {
        let guard = epoch::pin();
        let backoff = Backoff::new();
        loop {
            let head = self.head.load(Acquire, &guard);
            let next = unsafe { head.deref() }.next.load(Acquire, &guard);
            let first = unsafe { next.as_ref() }?;
            if self.head.compare_exchange(head, next, Release, Relaxed, &guard).is_err() {
                backoff.spin();
                continue;
            }
            // The tail must not stay behind on the node that is retired.
            let tail = self.tail.load(Relaxed, &guard);
            if tail == head {
                let _ = self.tail.compare_exchange(tail, next, Release, Relaxed, &guard);
            }
            // Sound: this thread alone took the node `head` out, and the value of `next`.
            unsafe {
                guard.defer_destroy(head);
                return Some(first.value.assume_init());
            }
        }
    }
}

#[no_mangle]
pub extern "C" fn race_rust_queue_make() -> *mut Queue {
    Box::into_raw(Box::new(Queue::new()))
}

/// # Safety
/// `queue` was made by `race_rust_queue_make`.
#[no_mangle]
pub unsafe extern "C" fn race_rust_queue_pairs(queue: *const Queue, n: u64) -> u64 {
    let queue = &*queue;
    let mut found = 0;
    for i in 0..n {
        queue.push(i);
        found += queue.try_pop().is_some() as u64;
    }
    found
}
