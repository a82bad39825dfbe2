//! sharded-slab, and slab under the locks of the standard library: the loops of a slab, for each of the three.

use std::cell::RefCell;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::{Mutex, Once, RwLock};
use std::thread;

use sharded_slab::{Pool, Slab};

const OWN_KEYS: usize = 1000;
const LIVE: u64 = 100_000;
const RING: usize = 1024;

/// Numbers other than 0 from one thread to another; as `mailbox.h`.
struct Mailbox {
    places: [AtomicU64; RING],
}

impl Mailbox {
    fn new() -> Mailbox {
        const EMPTY: AtomicU64 = AtomicU64::new(0);
        Mailbox { places: [EMPTY; RING] }
    }
    #[inline(always)]
    fn try_put(&self, at: &mut usize, number: u64) -> bool {
        let place = &self.places[*at % RING];
        if place.load(Acquire) != 0 {
            return false;
        }
        place.store(number, Release);
        *at += 1;
        true
    }
    #[inline(always)]
    fn try_take(&self, at: &mut usize) -> u64 {
        let place = &self.places[*at % RING];
        let number = place.load(Acquire);
        if number != 0 {
            place.store(0, Release);
            *at += 1;
        }
        number
    }
}

/// What a worker keeps from round to round.
#[derive(Default)]
struct Own {
    side: Option<usize>,
    put: usize,
    taken: usize,
    keys: Vec<usize>,
}

struct Shared<S> {
    slab: S,
    hot: usize,
    mail: [Mailbox; 2],
    sides: AtomicUsize,
}

trait Store: Sized + 'static {
    fn new() -> Self;
    fn insert(&self, value: u64) -> usize;
    fn remove(&self, key: usize);
    fn get(&self, key: usize) -> u64;
    fn get_all(&self, keys: &[usize], n: u64) -> u64;
    fn shared() -> &'static Shared<Self>;
}

/// `value` is used, for all that the compiler knows.
#[inline(always)]
fn used(value: u64) {
    unsafe { std::arch::asm!("/* {} */", in(reg) value, options(nomem, nostack, preserves_flags)) };
}

fn each<'a>(keys: &'a [usize], n: u64) -> impl Iterator<Item = usize> + 'a {
    keys.iter().copied().cycle().take(n as usize)
}

impl Store for Slab<u64> {
    fn new() -> Self {
        Slab::new()
    }
    #[inline(always)]
    fn insert(&self, value: u64) -> usize {
        Slab::insert(self, value).unwrap()
    }
    #[inline(always)]
    fn remove(&self, key: usize) {
        Slab::remove(self, key);
    }
    #[inline(always)]
    fn get(&self, key: usize) -> u64 {
        *Slab::get(self, key).unwrap()
    }
    fn get_all(&self, keys: &[usize], n: u64) -> u64 {
        let mut i = 0;
        for _ in 0..n {
            used(Store::get(self, keys[i]));
            i += 1;
            if i == keys.len() {
                i = 0;
            }
        }
        0
    }
    fn shared() -> &'static Shared<Self> {
        static ONCE: Once = Once::new();
        static AT: AtomicPtr<Shared<Slab<u64>>> = AtomicPtr::new(std::ptr::null_mut());
        shared_of(&ONCE, &AT)
    }
}

impl Store for Mutex<slab::Slab<u64>> {
    fn new() -> Self {
        Mutex::new(slab::Slab::new())
    }
    #[inline(always)]
    fn insert(&self, value: u64) -> usize {
        self.lock().unwrap().insert(value)
    }
    #[inline(always)]
    fn remove(&self, key: usize) {
        self.lock().unwrap().remove(key);
    }
    #[inline(always)]
    fn get(&self, key: usize) -> u64 {
        self.lock().unwrap()[key]
    }
    fn get_all(&self, keys: &[usize], n: u64) -> u64 {
        let all = self.lock().unwrap();
        for key in each(keys, n) {
            used(all[key]);
        }
        0
    }
    fn shared() -> &'static Shared<Self> {
        static ONCE: Once = Once::new();
        static AT: AtomicPtr<Shared<Mutex<slab::Slab<u64>>>> = AtomicPtr::new(std::ptr::null_mut());
        shared_of(&ONCE, &AT)
    }
}

impl Store for RwLock<slab::Slab<u64>> {
    fn new() -> Self {
        RwLock::new(slab::Slab::new())
    }
    #[inline(always)]
    fn insert(&self, value: u64) -> usize {
        self.write().unwrap().insert(value)
    }
    #[inline(always)]
    fn remove(&self, key: usize) {
        self.write().unwrap().remove(key);
    }
    #[inline(always)]
    fn get(&self, key: usize) -> u64 {
        self.read().unwrap()[key]
    }
    fn get_all(&self, keys: &[usize], n: u64) -> u64 {
        let all = self.read().unwrap();
        for key in each(keys, n) {
            used(all[key]);
        }
        0
    }
    fn shared() -> &'static Shared<Self> {
        static ONCE: Once = Once::new();
        static AT: AtomicPtr<Shared<RwLock<slab::Slab<u64>>>> = AtomicPtr::new(std::ptr::null_mut());
        shared_of(&ONCE, &AT)
    }
}

/// What was built, by which compiler, how; ends with a zero.
#[no_mangle]
pub extern "C" fn race_rust_slab_settings() -> *const std::os::raw::c_char {
    concat!(
        "sharded-slab ",
        env!("RACE_SHARDED_SLAB"),
        ", default configuration; slab ",
        env!("RACE_SLAB"),
        ", locks of std::sync; Rust, ",
        env!("RACE_RUSTC"),
        ", opt-level 3, fat LTO, panic=abort\0"
    )
    .as_ptr()
    .cast()
}

fn shared_of<S: Store>(once: &Once, at: &AtomicPtr<Shared<S>>) -> &'static Shared<S> {
    once.call_once(|| {
        let slab = S::new();
        let hot = slab.insert(7);
        let made = Shared { slab, hot, mail: [Mailbox::new(), Mailbox::new()], sides: AtomicUsize::new(0) };
        at.store(Box::into_raw(Box::new(made)), Release);
    });
    // Sound: made above, and never freed.
    unsafe { &*at.load(Acquire) }
}

thread_local! {
    static OWN: RefCell<Own> = RefCell::new(Own::default());
}

fn churn<S: Store>(n: u64) {
    let slab = &S::shared().slab;
    for i in 0..n {
        slab.remove(slab.insert(i));
    }
}

fn with_keys<S: Store>(body: impl FnOnce(&S, &[usize])) {
    let slab = &S::shared().slab;
    OWN.with(|own| {
        let keys = &mut own.borrow_mut().keys;
        if keys.is_empty() {
            keys.extend((0..OWN_KEYS).map(|_| slab.insert(7)));
        }
        body(slab, keys);
    });
}

fn get<S: Store>(n: u64) {
    with_keys(|slab: &S, keys| {
        let mut i = 0;
        for _ in 0..n {
            used(slab.get(keys[i]));
            i += 1;
            if i == keys.len() {
                i = 0;
            }
        }
    });
}

fn get_held<S: Store>(n: u64) {
    with_keys(|slab: &S, keys| {
        slab.get_all(keys, n);
    });
}

fn hot<S: Store>(n: u64) {
    let shared = S::shared();
    for _ in 0..n {
        used(shared.slab.get(shared.hot));
    }
}

fn with_side<S: Store>(body: impl FnOnce(&'static Shared<S>, usize, &mut Own)) {
    let shared = S::shared();
    OWN.with(|own| {
        let own = &mut own.borrow_mut();
        let side = *own.side.get_or_insert_with(|| shared.sides.fetch_add(1, Relaxed) % 2);
        body(shared, side, own);
    });
}

fn exchange<S: Store>(n: u64) {
    with_side(|shared: &Shared<S>, side, own| {
        let slab = &shared.slab;
        let (to, from) = (&shared.mail[side], &shared.mail[1 - side]);
        let Own { put, taken, .. } = own;
        let mut left = n;
        let mut take = |left: &mut u64| {
            let number = from.try_take(taken);
            if number == 0 {
                return false;
            }
            slab.remove((number - 1) as usize);
            *left -= 1;
            true
        };
        for i in 0..n {
            let number = slab.insert(i) as u64 + 1;
            while !to.try_put(put, number) {
                if left == 0 || !take(&mut left) {
                    thread::yield_now();
                }
            }
            if left != 0 {
                take(&mut left);
            }
        }
        while left != 0 {
            if !take(&mut left) {
                thread::yield_now();
            }
        }
    });
}

fn stream<S: Store>(n: u64) {
    with_side(|shared: &Shared<S>, side, own| {
        let mail = &shared.mail[0];
        for i in 0..n {
            if side == 0 {
                let number = shared.slab.insert(i) as u64 + 1;
                while !mail.try_put(&mut own.put, number) {
                    thread::yield_now();
                }
            } else {
                let number = loop {
                    match mail.try_take(&mut own.taken) {
                        0 => thread::yield_now(),
                        number => break number,
                    }
                };
                shared.slab.remove((number - 1) as usize);
            }
        }
    });
}

fn fill<S: Store>(n: u64) {
    let mut left = n;
    while left != 0 {
        let slab = S::new();
        for i in 0..left.min(LIVE) {
            used(slab.insert(i) as u64);
        }
        left -= left.min(LIVE);
    }
}

fn drop_one<S: Store>(n: u64) {
    for i in 0..n {
        let slab = S::new();
        used(slab.insert(i) as u64);
    }
}

/// The loops of one slab, in the order of `race_slab`.
#[repr(C)]
pub struct Loops {
    loops: [Option<extern "C" fn(u64)>; 9],
}

macro_rules! loops {
    ($name:ident, $store:ty, $pool:expr) => {
        #[no_mangle]
        pub extern "C" fn $name() -> Loops {
            extern "C" fn a(n: u64) { churn::<$store>(n) }
            extern "C" fn b(n: u64) { get::<$store>(n) }
            extern "C" fn c(n: u64) { get_held::<$store>(n) }
            extern "C" fn d(n: u64) { hot::<$store>(n) }
            extern "C" fn e(n: u64) { exchange::<$store>(n) }
            extern "C" fn f(n: u64) { stream::<$store>(n) }
            extern "C" fn g(n: u64) { fill::<$store>(n) }
            extern "C" fn h(n: u64) { drop_one::<$store>(n) }
            Loops {
                loops: [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f), Some(g), Some(h), $pool],
            }
        }
    };
}
/// Each string is used again, with its buffer.
extern "C" fn use_pool(n: u64) {
    static ONCE: Once = Once::new();
    static AT: AtomicPtr<Pool<String>> = AtomicPtr::new(std::ptr::null_mut());
    ONCE.call_once(|| AT.store(Box::into_raw(Box::new(Pool::new())), Release));
    // Sound: made above, and never freed.
    let pool = unsafe { &*AT.load(Acquire) };
    for _ in 0..n {
        let mine = pool.create().unwrap();
        used(mine.len() as u64);
        let key = mine.key();
        drop(mine);
        pool.clear(key);
    }
}

loops!(race_rust_sharded_slab, Slab<u64>, Some(use_pool));
loops!(race_rust_mutex_slab, Mutex<slab::Slab<u64>>, None);
loops!(race_rust_rwlock_slab, RwLock<slab::Slab<u64>>, None);
