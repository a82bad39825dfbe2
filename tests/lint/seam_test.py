"""Only reclaim/sync touches the machine: what stands above it says so in the words of the seam."""

import re

from lint import LawTest, code_of, main, tree

FORBIDDEN = {
    "std::atomic": r"\bstd::atomic",
    "std::memory_order": r"\bstd::memory_order",
    "a fence of the standard library": r"\bstd::atomic_\w+_fence",
    "Boost": r"\bboost::|<boost/",
    "Relacy": r"\brl::|<relacy/",
    "thread_local": r"\bthread_local\b",
    "volatile": r"\bvolatile\b",
    "a pthread": r"\bpthread_",
    "a system call": r"\bsyscall\b|<sys/|<unistd\.h>",
    "assembly": r"\b(asm|__asm__)\b",
    "a condition of the preprocessor": r"^\s*#\s*(if|ifdef|elif|else)\b|^\s*#\s*ifndef\s+(?!RECLAIM_\w+_H$)",
}


def complaints(files):
    found = []
    for path, lines in sorted(files.items()):
        if path.startswith("reclaim/sync/"):
            continue
        for number, line in enumerate(lines, 1):
            for what, pattern in FORBIDDEN.items():
                if re.search(pattern, code_of(line)):
                    found.append(f"{path}:{number}: {what} outside reclaim/sync: {line.strip()}")
    return found


class SeamTest(LawTest):
    def test_nothing_above_the_seam_reaches_below_it(self):
        files = tree("reclaim", "structures")
        self.assertGreater(len(files), 20)
        self.assertHolds(complaints(files))

    def test_finds_each_forbidden_word(self):
        for line, what in [
            ("  std::atomic<int> count_{0};", "std::atomic"),
            ("  count_.load(std::memory_order_acquire);", "std::memory_order"),
            ("boost::atomic<int> x;", "Boost"),
            ("rl::atomic<int> x;", "Relacy"),
            ("inline thread_local int index = 0;", "thread_local"),
            ("  volatile int canary_;", "volatile"),
            ("  pthread_key_create(&key, nullptr);", "a pthread"),
            ("  syscall(0);", "a system call"),
            ('  asm("");', "assembly"),
            ("#if defined(__x86_64__)", "a condition of the preprocessor"),
            ("#ifdef NDEBUG", "a condition of the preprocessor"),
            ("#ifndef NDEBUG", "a condition of the preprocessor"),
        ]:
            with self.subTest(line):
                self.assertFinds(what, complaints({"reclaim/core/bad.h": [line]}))

    def test_lets_the_seam_be(self):
        self.assertHolds(complaints({"reclaim/sync/backend/std.h": ["using atomic = std::atomic<T>;"]}))

    def test_lets_comments_and_include_guards_be(self):
        self.assertHolds(complaints({"reclaim/core/good.h": ["#ifndef RECLAIM_CORE_GOOD_H", "// unlike std::atomic", "int x;  // not volatile"]}))


if __name__ == "__main__":
    main()
