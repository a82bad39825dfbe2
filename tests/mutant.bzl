"""A copy of a header with one fault, and a source that is compiled with it."""

def headers_of(header):
    """The target that has `header`, a path from the top, among its files."""
    return "//%s:headers" % _package_of(header)

# structures/hash_map/*.h belong to //structures, structures/support/slab/*.h to //structures/support, and so on.
def _package_of(header):
    folder = header.rpartition("/")[0]
    if folder.startswith("structures/support"):
        return "structures/support"
    for package in ["reclaim/core", "reclaim/schemes", "tests/model"]:
        if folder.startswith(package):
            return package
    return "structures" if folder.startswith("structures") else folder

def _mutant_source_impl(ctx):
    header = [file for file in ctx.files.headers if file.short_path == ctx.attr.header]
    if len(header) != 1:
        fail("no such header: " + ctx.attr.header)
    mutated = ctx.actions.declare_file(ctx.label.name + "/mutated.h")
    ctx.actions.expand_template(template = header[0], output = mutated, substitutions = ctx.attr.changes)
    source = ctx.actions.declare_file(ctx.label.name + "/mutated.cc")

    # The mutated copy comes first, and its guard keeps the real header out.
    ctx.actions.write(source, "#include \"%s\"\n#include \"%s\"\n" % (mutated.short_path, ctx.attr.source))
    return [DefaultInfo(files = depset([mutated, source]))]

# A source file that includes `header`, with each text in `changes` replaced by its value, and then `source`, which is the
# file to be compiled with that fault.  Both are paths from the top; `headers` is the target that has the header.
mutant_source = rule(
    implementation = _mutant_source_impl,
    attrs = {
        "changes": attr.string_dict(mandatory = True),
        "header": attr.string(mandatory = True),
        "headers": attr.label(mandatory = True, allow_files = [".h"]),
        "source": attr.string(mandatory = True),
    },
)
