"""Floors as build targets: what a header may include is what it is given to compile."""

load("@rules_cc//cc:cc_library.bzl", "cc_library")
load("//reclaim:warnings.bzl", "strict", "warnings")

def layer(name, deps = [], siblings = False, sources = [], not_alone = [], apart = {}, **kwargs):
    """One floor: a target for each header of this package, and each header compiled alone against `deps`.

    A folder of the name of a header holds its private parts: structures/hash_map/*.h belong to structures/hash_map.h.

    Args:
      name: a target with all headers of the floor.
      deps: what every header here may include.
      siblings: whether the headers may also include each other; then the target of each is the whole floor.
      sources: .cc files of the floor.
      not_alone: headers that are only ever included by another one here.
      apart: headers that may include the others and are no part of the whole floor, each to what it needs besides.
      **kwargs: for each library (visibility, defines).
    """
    headers = native.glob(["*.h"], allow_empty = True, exclude = apart.keys())
    everything = native.glob(["**/*.h"], allow_empty = True, exclude = apart.keys())
    native.filegroup(name = "headers", srcs = everything + apart.keys(), visibility = ["//:verifiers"])
    native.filegroup(name = "sources", srcs = sources, visibility = ["//:verifiers"])

    if siblings:
        # Our own sources know which C++ they need; who includes the headers is told by them.
        cc_library(
            name = name,
            srcs = sources,
            hdrs = everything,
            copts = warnings + ["-std=c++20"],
            deps = deps,
            **kwargs
        )
        for stem in [_stem(header) for header in headers]:
            if stem != name:
                native.alias(name = stem, actual = name, visibility = kwargs.get("visibility"))
    else:
        for stem in [_stem(header) for header in headers]:
            parts = native.glob([stem + "/*.h"], allow_empty = True)
            cc_library(name = stem, hdrs = [stem + ".h"] + parts, deps = deps, **kwargs)
        cc_library(name = name, deps = [":" + _stem(header) for header in headers], **kwargs)

    for header, needs in apart.items():
        cc_library(name = _stem(header), hdrs = [header], deps = [":" + name] + needs, **kwargs)
        _compile_alone(header, _stem(header))

    for header in everything:
        if header not in not_alone:
            _compile_alone(header, name if siblings else _stem(header.split("/")[0]))
    for source in sources:
        cc_library(
            name = source[:-len(".cc")] + "_strict",
            srcs = [source],
            copts = strict,
            visibility = ["//visibility:private"],
            deps = [":" + name],
        )

def _stem(header):
    return header[:-len(".h")] if header.endswith(".h") else header

def _compile_alone(header, library):
    stem = _stem(header).replace("/", "_")
    native.genrule(
        name = stem + "_alone_src",
        outs = [stem + "_alone.cc"],
        cmd = "echo '#include \"%s/%s\"' > $@" % (native.package_name(), header),
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = stem + "_alone",
        srcs = [stem + "_alone.cc"],
        copts = strict,
        visibility = ["//visibility:private"],
        deps = [":" + library],
    )
