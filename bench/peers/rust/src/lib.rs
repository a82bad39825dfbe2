//! crossbeam-epoch, entered into the race: the loops of `bench/race/entrant/race.h`, with its default collector.

use std::os::raw::c_char;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_epoch as epoch;

mod list;
mod queue;
mod scheme;
mod slab;

extern "C" {
    /// How many objects of `retire_counted` have ended.
    static race_ended: AtomicU64;
}

fn count_end() {
    // Sound: the race defines it, and all touch it atomically.
    unsafe { &race_ended }.fetch_add(1, Ordering::Relaxed);
}

/// What was built, by which compiler, how; ends with a zero.
#[no_mangle]
pub extern "C" fn race_rust_settings() -> *const c_char {
    concat!(
        "crossbeam-epoch ",
        env!("RACE_CROSSBEAM_EPOCH"),
        ", static, default collector; Rust, ",
        env!("RACE_RUSTC"),
        ", opt-level 3, fat LTO, panic=abort\0"
    )
    .as_ptr()
    .cast()
}

/// Hands over the thread's bag and frees what has expired of everybody's, so that the next round finds little of it.
#[no_mangle]
pub extern "C" fn race_rust_rest() {
    // Each takes at most 8 bags of 64 objects: all of them free two million, and cost little when there is nothing.
    for _ in 0..4096 {
        epoch::pin().flush();
    }
}

/// The processor's time stamp; as `race_ticks()`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn ticks() -> u64 {
    let mut processor = 0;
    unsafe { std::arch::x86_64::__rdtscp(&mut processor) }
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn ticks() -> u64 {
    let ticks: u64;
    unsafe { std::arch::asm!("isb", "mrs {}, cntvct_el0", out(reg) ticks) };
    ticks
}
