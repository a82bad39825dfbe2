"""What a program's machine code does on paths that were walked, read from objdump's listing.  x86-64 only.

A hot path is what the processor walked: nothing is guessed from the code.  Costly is

    a call, a jump to another function     a lock prefix     xchg with memory     mfence, sfence, lfence     syscall

Nothing costly is on a hot path.  And where a path could have been left for something costly, that is out of line: it is
in the compiler's part for cold code, or a jump leads to it that was not taken, and forward.
"""

import re
import subprocess

_HEADER = re.compile(r"^([0-9a-f]+) <(.+)>:$")
_LINE = re.compile(r"^\s*([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*(?:\t(.*))?$")
_TARGET = re.compile(r"\b([0-9a-f]+) <[^>]*>$")
_PREFIXES = re.compile(r"^((?:(?:lock|rep|repz|repnz|bnd|notrack|data16|cs|ds|es|fs|gs|ss) )*)(\S*)\s*(.*)$")

# Instructions whose first operand is only written.
_WRITES_FIRST = re.compile(r"^(v?mov\w*|set\w+|pop|vpextr\w|stmxcsr)$")
# Instructions whose first operand is only read.
_READS_FIRST = re.compile(r"^(cmp\w*|test|bt|push|v?u?comis[sd]|mul|imul|div|idiv|jmp|call)$")
_NO_ACCESS = re.compile(r"^(lea|nop\w*|prefetch\w*|endbr64)$")


class Instruction:
    def __init__(self, address, length, text, function):
        self.address, self.length, self.function = address, length, function
        self.text = re.sub(r"\s+", " ", text.partition("#")[0].strip())
        prefixes, self.name, self.operands = _PREFIXES.match(self.text).groups()
        self.is_locked = "lock " in prefixes
        target = _TARGET.search(self.text)
        self.target = int(target[1], 16) if target and self.is_branch() else None

    def is_branch(self):
        return self.name.startswith("j") or self.name == "call"

    def is_conditional(self):
        return self.name.startswith("j") and self.name != "jmp"

    def has_memory(self):
        return "[" in self.operands and not _NO_ACCESS.match(self.name)

    def loads(self):
        if self.name in ("pop", "ret", "leave"):
            return True
        if not self.has_memory():
            return False
        return "[" not in self.operands.partition(",")[0] or not _WRITES_FIRST.match(self.name)

    def stores(self):
        if self.name in ("push", "call"):
            return True
        return self.has_memory() and "[" in self.operands.partition(",")[0] and not _READS_FIRST.match(self.name)

    def is_fence(self):
        return self.name in ("mfence", "sfence", "lfence")

    def cost(self):
        """Why this is not for a hot path, or None."""
        if self.name == "call" or self.name == "syscall":
            return self.name
        if self.is_locked:
            return "lock"
        if self.is_fence():
            return self.name
        return "xchg" if self.name == "xchg" and self.has_memory() else None

    def __str__(self):
        return f"{self.text} ({self.function}, {self.address:x})"


class Program:
    def __init__(self, listing):
        self.instructions, self.functions, function = {}, {}, ""
        for line in listing.splitlines():
            if m := _HEADER.match(line):
                function = m[2]
                self.functions[function] = int(m[1], 16)
            elif (m := _LINE.match(line)) and m[3]:
                address = int(m[1], 16)
                self.instructions[address] = Instruction(address, len(m[2].split()), m[3], function)

    def costly(self, instruction):
        """As Instruction.cost(), and "jump" for one into another function."""
        if instruction.name == "jmp" and instruction.target is not None:
            target = self.instructions.get(instruction.target)
            if target is None or _whole(target.function) != _whole(instruction.function):
                return "jump"
        return instruction.cost()

    def path(self, function, entry, addresses):
        """The instructions at `addresses`, of a program that was loaded so that `function` is at `entry`."""
        slide = entry - self.functions[function]
        return [self.instructions.get(a - slide) for a in addresses]


def _whole(function):
    """What a function is called whose cold part, or a copy of which, is called `function`."""
    return re.sub(r"\.(cold|part|constprop|isra)\b.*", "", function)


def disassemble(program):
    command = ["objdump", "--disassemble", "--wide", "--disassembler-options=intel", program]
    return Program(subprocess.run(command, check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout)


def on_path(program, path, but=()):
    """What is costly on the path, for another reason than those in `but`: a line each."""
    if None in path:
        return ["leaves the program, for a library"]
    costly = [(program.costly(i), i) for i in path]
    return [f"on the hot path: {why}: {i}" for why, i in costly if why and why not in but]


def not_out_of_line(program, path, but=()):
    """What is costly beside the path, for another reason than those in `but`, where the path has to jump over it."""
    found = []
    walked = {i.address for i in path}
    for jump in {i.address: i for i in path if i.is_conditional()}.values():
        behind = jump.address + jump.length
        for other in {jump.target, behind} - walked:
            costly = _first_costly(program, other, walked, but)
            if costly is None:
                continue
            if other == behind:
                found.append(f"not out of line: {costly}: jumped over by {jump}")
            elif jump.target < jump.address:
                found.append(f"not out of line: {costly}: {jump} leads back")
    return found


def _first_costly(program, start, walked, but):
    """Something costly that can be reached from `start` before the path or cold code is; or None."""
    seen, left = set(), [start]
    while left:
        at = left.pop()
        instruction = program.instructions.get(at)
        if at in walked or at in seen or instruction is None or instruction.function.endswith(".cold"):
            continue
        seen.add(at)
        why = program.costly(instruction)
        if why and why not in but:
            return instruction
        if instruction.target is not None and instruction.name != "call":
            left.append(instruction.target)
        if instruction.name not in ("jmp", "ret", "ud2", "hlt"):
            left.append(at + instruction.length)
    return None


COUNTS = ("instructions", "loads", "stores", "branches", "bytes")


def counts(path):
    """How many there are of each of COUNTS on a path; bytes of code count once, however often they are walked."""
    return (
        len(path),
        sum(i.loads() for i in path),
        sum(i.stores() for i in path),
        sum(i.is_branch() for i in path),
        sum({i.address: i.length for i in path}.values()),
    )


def over(counted, limits):
    """What of `counted` is above `limits`, which may be shorter: a line each."""
    return [f"{n} {what}, at most {most}" for n, what, most in zip(counted, COUNTS, limits) if n > most]
