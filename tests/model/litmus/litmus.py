"""Litmus files: a few lines of C11 for each thread, an outcome, and whether that is Never there or Sometimes.

    C NAME
    (*
     * Result: Never
     * Edge: SECTION EDGE                of docs/memory_model.md
     * ...
     *)
    { x = 1; }                           what does not begin as 0
    P0 (atomic_int* x, atomic_int* y) {  loads, stores, exchanges, additions and fences; registers r0, r1, ...
      ...
    }
    exists (0:r0=1 /\\ 1:r0=0)

herd7 reads them, and so does Relacy: as a program,  litmus.py FILE...  writes a model test of them.  Where an outcome is Never
there it must be there in a twin without any fence or order, or the file would show nothing.
"""

import os
import re
import sys

_THREAD = re.compile(r"^P(\d) \((.*?)\) \{\n(.*?)^\}", re.M | re.S)
_REGISTER = re.compile(r"(\d):(r\d)")
_CODE = re.compile(r"""^\s*(
    (int\ r\d\ =\ )?atomic_(load|exchange|fetch_add|store)_explicit\(\w+,\ (\d,\ )?memory_order_\w+\);
  | (int\ )?r\d\ =\ (\d|atomic_(load|exchange|fetch_add)_explicit\(\w+,\ (\d,\ )?memory_order_\w+\));
  | atomic_thread_fence\(memory_order_seq_cst\); | if\ \(r\d\ ==\ \d\)\ \{ | \} )$""", re.X)


class Litmus:
    def __init__(self, path, text):
        self.path, self.stem = path, os.path.basename(path).rpartition(".")[0]
        self.name = self._only(r"^C (\w+)$", text)
        self.result = self._only(r"^ \* Result: (Never|Sometimes)$", text)
        self.section, self.edge = self._only(r"^ \* Edge: (\S+ \S+)$", text).split()
        self.initial = dict(re.findall(r"(\w+) = (\d);", self._only(r"^\{(.*)\}$", text)))
        self.exists = self._only(r"^exists \((.*)\)$", text)
        self.threads = [
            (re.findall(r"atomic_int\* (\w+)", m.group(2)), text[: m.start(3)].count("\n") + 1, m.group(3))
            for m in _THREAD.finditer(text)
        ]
        self.shared = sorted({name for names, _, _ in self.threads for name in names})

    def _only(self, pattern, text):
        found = re.findall(pattern, text, re.M)
        if len(found) != 1:
            raise ValueError("%s: needs one line like %s, and has %d" % (self.path, pattern, len(found)))
        return found[0]

    def complaints(self):
        found = []
        if self.name != self.stem:
            found.append("%s:1: its name should be %s" % (self.path, self.stem))
        for _, first, body in self.threads:
            for number, line in enumerate(body.splitlines(), first):
                if not _CODE.match(line):
                    found.append("%s:%d: no line of a litmus file here: %s" % (self.path, number, line.strip()))
        for thread, register in _REGISTER.findall(self.exists):
            if int(thread) >= len(self.threads) or "int " + register not in self.threads[int(thread)][2]:
                found.append("%s: the outcome has a register that is none: %s:%s" % (self.path, thread, register))
        return found


def weakest(body):
    return re.sub(r"memory_order_\w+", "memory_order_relaxed", re.sub(r"^.*atomic_thread_fence.*$", "", body, flags=re.M))


def scenario(litmus, name, is_never, to_body):
    """A class of C++."""
    registers = sorted(set(_REGISTER.findall(litmus.exists)))
    condition = _REGISTER.sub(r"p\1_\2", litmus.exists).replace("/\\", "&&").replace("\\/", "||").replace("=", " == ")
    lines = ["class %s final : public outcome<%s> {" % (name, "true" if is_never else "false")]
    for index, (shared, first, body) in enumerate(litmus.threads):
        lines.append("  void thread_%d(%s) {" % (index, ", ".join("atomic_int* " + s for s in shared)))
        lines.append('#line %d "%s"' % (first, litmus.path))
        lines.append(to_body(body).rstrip("\n"))
        lines += ["  p%s_%s = %s;" % (t, r, r) for t, r in registers if int(t) == index]
        lines.append("  }")
    lines.append("  void thread(unsigned index) override {")
    for index, (shared, _, _) in enumerate(litmus.threads):
        lines.append("    if (index == %d) thread_%d(%s);" % (index, index, ", ".join("&%s_" % s for s in shared)))
    lines.append("  }")
    lines.append("  bool exists() const override { return %s; }" % condition)
    lines += ["  atomic_int %s_{%s};" % (s, litmus.initial.get(s, "0")) for s in litmus.shared]
    lines += ["  int p%s_%s = -1;" % register for register in registers]
    lines += [" public:", "  static constexpr unsigned threads = %d;" % len(litmus.threads), "};"]
    return "\n".join(lines)


def model(files):
    """A model test of all files."""
    classes, plans = [], []
    for f in files:
        is_never = f.result == "Never"
        classes.append(scenario(f, f.name, is_never, lambda body: body))
        plans.append('%s<%s, "%s">()' % ("never" if is_never else "sometimes", f.name, f.name))
        if is_never:
            classes.append(scenario(f, f.name + "_weakest", False, weakest))
            plans.append('sometimes<%s_weakest, "%s/weakest">()' % (f.name, f.name))
    return """#include "tests/model/litmus/c11.h"
#include "tests/support/model.h"

namespace reclaim::model::litmus {
namespace {

%s

}  // namespace
}  // namespace reclaim::model::litmus

int main(int argc, char** argv) {
  using namespace reclaim::model::litmus;
  return reclaim::model::run(argc, argv, {
    %s,
  });
}
""" % ("\n\n".join(classes), ",\n    ".join(plans))


def read(paths):
    found = []
    for path in sorted(paths):
        with open(path, encoding="utf-8") as file:
            found.append(Litmus(path, file.read()))
    return found


def main():
    files = read(sys.argv[1:])
    complaints = [c for f in files for c in f.complaints()]
    if complaints or not files:
        sys.exit("\n".join(complaints) or "no litmus files")
    sys.stdout.write(model(files))


if __name__ == "__main__":
    main()
