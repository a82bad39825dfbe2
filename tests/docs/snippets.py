"""Turns the C++ blocks of a Markdown page into one program that a test compiles and runs.

usage: snippets.py PAGE OUT

A block is what stands between ```cpp and ```.  Its #include lines go to the top of the program, the rest into a
namespace of its own.  A comment on the line before a block changes that:

    <!-- snippet: continues -->   the block goes into the namespace of the one before
    <!-- snippet: body -->        the block is the body of a function, in the namespace of the one before
    <!-- snippet: bare -->        the block goes into no namespace: it opens one

A block's `int main()` is run, and must return 0.
"""

import re
import sys


class Snippet:
    def __init__(self, line, kind):
        self.line, self.kind, self.text = line, kind, []


def snippets_of(page):
    found, current, kind = [], None, None
    for number, line in enumerate(page.splitlines(), 1):
        if current is not None:
            if line.strip() == "```":
                found.append(current)
                current = None
            else:
                current.text.append(line)
        elif line.strip() == "```cpp":
            current, kind = Snippet(number + 1, kind), None
        else:
            mark = re.fullmatch(r"<!-- snippet: (\w+) -->", line.strip())
            if mark and mark[1] not in ("continues", "body", "bare"):
                raise SystemExit(f"line {number}: unknown mark '{mark[1]}'")
            kind = mark[1] if mark else (kind if not line.strip() else None)
    if current is not None:
        raise SystemExit(f"line {current.line}: the block does not end")
    return found


def program_of(path, snippets):
    includes, parts, mains, space = [], [], [], 0
    for number, snippet in enumerate(snippets, 1):
        code = []
        for line in snippet.text:
            (includes if line.startswith("#include") else code).append(line)
        if snippet.kind is None:
            space = number
        here = f'#line {snippet.line} "{path}"\n'
        body = here + "\n".join(("" if line.startswith("#include") else line) for line in snippet.text)
        if snippet.kind == "body":
            body = f"[[maybe_unused]] static void body_{number}() {{\n{body}\n}}"
        if re.search(r"^int main\(\)", body, re.M):
            mains.append(f"snippet_{space}::run_{number}")
            body = re.sub(r"^int main\(\)", f"int run_{number}()", body, flags=re.M)
        parts.append(body + "\n" if snippet.kind == "bare" else f"namespace snippet_{space} {{\n{body}\n}}\n")
    calls = "".join(f"  if ({name}() != 0) return 1;\n" for name in mains)
    unique = "\n".join(dict.fromkeys(includes))
    return f"{unique}\n\n{''.join(parts)}\nint main() {{\n{calls}  return 0;\n}}\n"


def main():
    path, out = sys.argv[1], sys.argv[2]
    with open(path, encoding="utf-8") as page:
        found = snippets_of(page.read())
    with open(out, "w", encoding="utf-8") as program:
        program.write(program_of(path, found))


if __name__ == "__main__":
    main()
