//! Entering, retiring, and a reader that stalls.

use std::cell::Cell;

use crossbeam_epoch::{self as epoch, Guard, Owned};

use crate::{count_end, ticks};

type Object = [u64; 4];

struct Counted {
    _payload: [u64; 8],
}

impl Drop for Counted {
    fn drop(&mut self) {
        count_end();
    }
}

#[inline(always)]
fn retire<T>(made: Owned<T>) {
    let guard = epoch::pin();
    let retired = made.into_shared(&guard);
    // Sound: nobody else has ever seen the object.
    unsafe { guard.defer_destroy(retired) };
}

#[no_mangle]
pub extern "C" fn race_rust_enter(n: u64) {
    for _ in 0..n {
        drop(epoch::pin());
    }
}

#[no_mangle]
pub extern "C" fn race_rust_nested(n: u64) {
    let _outer = epoch::pin();
    race_rust_enter(n);
}

#[no_mangle]
pub extern "C" fn race_rust_retire(n: u64) {
    for i in 0..n {
        retire(Owned::<Object>::new([i; 4]));
    }
}

/// # Safety
/// `taken` has room for `n` figures.
#[no_mangle]
pub unsafe extern "C" fn race_rust_retire_timed(n: u64, taken: *mut u32) {
    for i in 0..n {
        let made = Owned::<Object>::new([i; 4]);
        let before = ticks();
        retire(made);
        *taken.add(i as usize) = (ticks() - before) as u32;
    }
}

#[no_mangle]
pub extern "C" fn race_rust_retire_counted(n: u64) {
    for i in 0..n {
        retire(Owned::new(Counted { _payload: [i; 8] }));
    }
}

thread_local! {
    static HELD: Cell<Option<Guard>> = Cell::new(None);
}

#[no_mangle]
pub extern "C" fn race_rust_hold() {
    HELD.with(|held| held.set(Some(epoch::pin())));
}

#[no_mangle]
pub extern "C" fn race_rust_let_go() {
    HELD.with(|held| drop(held.take()));
}
