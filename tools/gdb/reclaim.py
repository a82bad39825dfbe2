"""What the domains of a stopped program, or of a core file, hold.

    (gdb) source tools/gdb/reclaim.py
    (gdb) reclaim              each domain of the program, with its participants
    (gdb) reclaim EXPRESSION   the domain that it names: by itself, or by a guard, a pointer, a container over it
    (gdb) reclaim domains      one line a domain
    (gdb) print EXPRESSION     of a domain, a hook, a tagged_ptr: what it says

Reads memory and runs nothing in the program, which has to be built with -g.  What threads do meanwhile is not waited for:
stop them all, as gdb does.
"""

import re

import gdb
import gdb.printing

# As in reclaim/core/epochs.h, hazard_slots.h, and reclaim/sync/thread_index.h.
IDLE, IDLE_FENCED, ABSENT = 0, 2, 6
IN_REGION = 4
ADVANCE = 8
FREE_SLOT = 1
NO_THREAD = 0x3FFFFF
DETOUR = 1 << 63

# Where the words of a thread and the list of all domains may be: by backend.
BACKENDS = ("on_std", "on_tsan", "on_boost")


def plain(value):
    """`value` as what it is, not as a reference or a pointer to it."""
    while value.type.strip_typedefs().code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value = value.referenced_value()
    return value


def members_of(kind):
    kind = kind.strip_typedefs()
    is_made_of_members = kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)
    return [field for field in kind.fields() if hasattr(field, "bitpos")] if is_made_of_members else []


def has(value, name):
    """Whether `value`, or one of its bases, has a member of that name."""
    return any(
        has(value[field], name) if field.is_base_class else field.name == name for field in members_of(value.type)
    )


def elements_of(array):
    first, last = array.type.range()
    return [array[i] for i in range(first, last + 1)]


def pointed_to_by(atomic, like):
    """What the pointer in `atomic` leads to, of the type of `like`; None for null."""
    address = word(atomic)
    return gdb.Value(address).cast(like.type.unqualified().pointer()).dereference() if address else None


def word(value):
    """The number in an atomic or a counter, whichever backend it is of."""
    while value.type.strip_typedefs().code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        value = value[members_of(value.type)[0]]
    return int(value)


def epoch_of(state):
    """The number of the epoch in a state: 0, 1, 2, ..."""
    return state // ADVANCE


def symbol_at(address):
    """What gdb calls the code or data at `address`; "" if nothing begins there."""
    said = gdb.execute(f"info symbol {int(address):#x}", to_string=True)
    return said.split(" in section ")[0].strip() if " in section " in said else ""


def function_name(pointer):
    """The name of the function that `pointer` leads to, without its arguments; or its address."""
    name = symbol_at(pointer)
    if not name.endswith((")", ") noexcept")):
        return name or hex(int(pointer))
    depth, at = 0, name.rindex(")")
    while True:  # back to where the arguments begin
        depth += {")": 1, "(": -1}.get(name[at], 0)
        if depth == 0:
            return name[:at].removeprefix("void ")
        at -= 1


def count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Domain:
    def __init__(self, value):
        self.value = value
        self.scheme = value.type.strip_typedefs().unqualified().name
        self.epoch = word(value["global_"]) if has(value, "global_") else None

    def participants(self):
        """Those whose thread lives."""
        return [p for p in self.places() if word(p["index"]) != NO_THREAD]

    def places(self):
        """One for each thread that has ever joined: what threads that are gone have counted still counts."""
        table = self.value["table_"]
        left, chunk = word(table["joined_"]), table["first_"]
        while left > 0 and chunk is not None:
            here = min(left, int(chunk["size"]))
            for i in range(here):
                yield chunk["places"][i]["item"]
            left -= here
            chunk = pointed_to_by(chunk["next"], chunk)

    def sum(self, counter):
        return sum(word(p[counter]) for p in self.places())

    def headline(self):
        text = [] if self.epoch is None else [f"epoch {epoch_of(self.epoch)}"]
        text.append(count(len(self.participants()), "participant"))
        retired, reclaimed = self.sum("retired_count"), self.sum("reclaimed_count")
        objects = count(retired - reclaimed, "object")
        size = count(self.sum("retired_bytes") - self.sum("reclaimed_bytes"), "byte")
        text.append(f"{objects} of {size} pending (retired {retired}, reclaimed {reclaimed})")
        return f"{self.scheme}: " + ", ".join(text)

    def left_behind(self):
        """What no thread owns, by weight."""
        text = [f"orphans {word(self.value['orphans_']['weight_'])}", f"outlived {word(self.value['outlived_']['weight_'])}"]
        if has(self.value, "aged_"):
            text.append(f"aged {sum(word(stack['weight_']) for stack in elements_of(self.value['aged_']['lists_']))}")
        return ", ".join(text)

    def describe(self):
        lines = [f"{self.headline()}, at {int(self.value.address):#x}"]
        threads = threads_by_index()
        for p in self.participants():
            index = word(p["index"])
            who = f", {threads[index]}" if index in threads else ""
            lines.append(f"  participant {index} at {int(p.address):#x}{who}: {self.state_of(p)}; weights: {self.weights_of(p)}")
        lines.append(f"  no thread's: {self.left_behind()}")
        return lines

    def state_of(self, p):
        text = []
        is_in_guard = True
        if has(p, "state"):
            state = word(p["state"])
            is_in_guard = state & 3 == 1
            text.append(self.announced(state))
        if has(p, "slots") or has(p, "line"):
            claimed = self.claimed_by(p) if is_in_guard else []
            named = [slot for slot in claimed if slot != 0]
            text.append(f"{count(len(named), 'slot')} in use" + ":" * bool(named) + "".join(f" {slot:#x}" for slot in named))
        if word(p["is_ending"]):
            text.append("runs a deleter")
        return ", ".join(text) or "joined"

    def announced(self, state):
        if state == ABSENT:
            return "absent"
        if state in (IDLE, IDLE_FENCED):
            return "idle"
        behind = (self.epoch - (state & ~IN_REGION)) % 2**64 // ADVANCE
        kind = "a region" if state & IN_REGION else "a guard"
        return f"in {kind} of epoch {epoch_of(state)}, " + (f"behind by {behind}" if behind else "up with the domain")

    def claimed_by(self, p):
        """What each claimed slot names, 0 for nothing."""
        slots = elements_of(p["line"]) if has(p, "line") else []
        block = (p["further"] if has(p, "line") else p["slots"])["first_"]
        while block is not None:
            slots += elements_of(block["slots"])
            block = pointed_to_by(block["next"], block)
        return [found for found in (word(slot["hazard"]) for slot in slots) if found != FREE_SLOT]

    def weights_of(self, p):
        text = [f"open {word(p['open']['weight_'])}", f"expired {word(p['expired']['weight_'])}"]
        if has(p, "limbo"):
            for tagged in elements_of(p["limbo"]["lists_"]):
                if weight := word(tagged["objects"]["weight_"]):
                    text.append(f"{weight} of epoch {epoch_of(word(tagged['tag']))}")
        return ", ".join(text)


def domain_of(value):
    """The domain that `value` is, refers to, or has."""
    value = plain(value)
    while not has(value, "table_"):
        if not has(value, "domain_"):
            raise gdb.GdbError(f"reclaim: {value.type} is no domain, and has none")
        value = plain(value["domain_"])
    return Domain(value)


def domain_named(expression):
    try:
        return domain_of(gdb.parse_and_eval(expression))
    except gdb.error as error:
        raise gdb.GdbError(f"reclaim: {error}")


def of_backend(name):
    """The variable reclaim::sync::BACKEND::name, or None."""
    for backend in BACKENDS:
        symbol = gdb.lookup_global_symbol(f"reclaim::sync::{backend}::{name}")
        if symbol is not None:
            return symbol.value()
    return None


def threads_by_index():
    """What gdb calls the thread of each index."""
    found = {}
    before = gdb.selected_thread()
    if before is None:
        return found
    frame = gdb.selected_frame()
    try:
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            try:
                words = of_backend("detail::own_words")
                index = NO_THREAD if words is None else int(words["index"]) & ~DETOUR
            except gdb.error:  # it cannot read what is the thread's own
                continue
            if index != NO_THREAD:
                name = f' "{thread.name}"' if thread.name else ""
                found[index] = f"thread {thread.num} (LWP {thread.ptid[1] or thread.ptid[0]}){name}"
    finally:
        before.switch()
        frame.select()
    return found


def offset_of_base(kind, base):
    """How many bytes into `kind` its base lies that is named so; None if it has none."""
    for field in kind.strip_typedefs().fields():
        if not field.is_base_class:
            continue
        inner = 0 if field.name.endswith(base) else offset_of_base(field.type, base)
        if inner is not None:
            return field.bitpos // 8 + inner
    return None


def all_domains():
    """Every domain that lives: each is told when a thread ends."""
    registry = of_backend("registry")
    if registry is None:
        raise gdb.GdbError("reclaim: the program has no domains, or was not built with -g: give an expression")
    found = []
    observer = registry["observers_"]
    while int(observer) != 0:
        scheme = re.search(r"domain_base<([\w:]+)", symbol_at(observer["on_exit_"]))
        if scheme:
            kind = gdb.lookup_type(scheme.group(1))
            address = int(observer) - offset_of_base(kind, "::thread_observer")
            found.append(Domain(gdb.Value(address).cast(kind.pointer()).dereference()))
        observer = observer["next_"]
    return found[::-1]


class ReclaimCommand(gdb.Command):
    """Show what the domains of reclaim hold.

    reclaim              each domain of the program, with its participants
    reclaim EXPRESSION   the domain that it names: by itself, or by a guard, a pointer, a container over it
    reclaim domains      one line a domain"""

    def __init__(self):
        super().__init__("reclaim", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        argument = argument.strip()
        if argument == "domains":
            lines = [f"{d.headline()}, at {int(d.value.address):#x}" for d in all_domains()]
        else:
            domains = [domain_named(argument)] if argument else all_domains()
            lines = [line for d in domains for line in d.describe()]
        gdb.write("\n".join(lines or ["no domain"]) + "\n")


class DomainPrinter:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        return Domain(self.value).headline()


class RetiredPrinter:
    """The hook of an object: whether it was retired, and how it will end."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        bound = int(self.value["bound_"])
        if bound == 0 or self.value.address is None:
            return "not retired"
        ending = gdb.lookup_type("reclaim::ending").pointer()
        how = gdb.Value(bound ^ int(self.value.address)).cast(ending)
        try:
            size = count(int(how["cost"]["bytes"]), "byte")
            return f"retired of {size}, ends by {function_name(how['end'])}, next {int(self.value['next_']['value_']):#x}"
        except gdb.MemoryError:
            return "no hook: its words lead nowhere"


class TaggedPtrPrinter:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        kind = self.value.type.strip_typedefs()
        bits, high = int(kind.template_argument(1)), int(kind.template_argument(2))
        bits_of_word = 8 * kind.sizeof
        number = int(self.value["word_"])
        tag = number & ((1 << bits) - 1)
        pointer = number & ((1 << (bits_of_word - high)) - 1) & ~((1 << bits) - 1)
        prefix = f", prefix {number >> (bits_of_word - high):#x}" if high else ""
        return f"({kind.template_argument(0)} *) {pointer:#x}, tag {tag}{prefix}"


def register():
    printers = gdb.printing.RegexpCollectionPrettyPrinter("reclaim")
    printers.add_printer("domain", r"^reclaim::(epoch|hazard|hybrid|leaky)_domain$", DomainPrinter)
    printers.add_printer("retired", r"^reclaim::(retired|(epoch|hazard|hybrid|leaky)_hook)$", RetiredPrinter)
    printers.add_printer("tagged_ptr", r"^reclaim::tagged_ptr<.*>$", TaggedPtrPrinter)
    gdb.printing.register_pretty_printer(None, printers, replace=True)
    ReclaimCommand()


register()
