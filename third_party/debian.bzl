"""The repositories of Bazel 4.2 on Debian 12: packages of the system under the names of the registry.

`build_repositories` is all that a workspace needs to depend on @reclaim; `test_repositories` adds what our own
tests and benchmarks use.  A repository that the workspace has declared before is left alone.
"""

def _files_impl(repository_ctx):
    for path, content in repository_ctx.attr.files.items():
        repository_ctx.file(path, content)

# A repository of a few small files.
files_repository = repository_rule(
    implementation = _files_impl,
    attrs = {"files": attr.string_dict()},
)

def _once(rule, name, **kwargs):
    if not native.existing_rule(name):
        rule(name = name, **kwargs)

# A rule of the language, under the label from which later versions of Bazel load it.
def _native(rule):
    return "def %s(**kwargs):\n    native.%s(**kwargs)\n" % (rule, rule)

def _rules(folder, rules):
    files = {"BUILD.bazel": "", folder + "/BUILD.bazel": ""}
    for rule in rules:
        files["%s/%s.bzl" % (folder, rule)] = _native(rule)
    return files

# A library whose headers and objects stand where the compiler looks without being told.
def _system_library(repository, library, header_folder, linkopts = []):
    _once(
        native.new_local_repository,
        name = repository,
        path = header_folder,
        build_file_content = """
load("@rules_cc//cc:cc_library.bzl", "cc_library")

cc_library(
    name = "%s",
    linkopts = %s,
    visibility = ["//visibility:public"],
)
""" % (library, linkopts),
    )

# What Bazel's own tools load from @rules_cc//cc:defs.bzl.
_cc_rules = ["cc_binary", "cc_import", "cc_library", "cc_proto_library", "cc_test", "cc_toolchain", "cc_toolchain_suite"]

def build_repositories():
    """What it takes to build @reclaim."""
    _once(native.local_repository, "bazel_skylib", path = "/usr/share/bazel/tools/skylib")
    _once(native.local_repository, "platforms", path = "/usr/share/bazel/tools/platforms")
    _once(native.local_repository, "rules_java", path = "/usr/share/bazel/rules/java")
    _once(native.local_repository, "rules_proto", path = "/usr/share/bazel/rules/proto")

    # Debian's own rules_cc is for later versions of Bazel.
    cc = _rules("cc", ["cc_binary", "cc_import", "cc_library", "cc_test"])
    cc["cc/defs.bzl"] = "".join([_native(rule) for rule in _cc_rules])
    _once(files_repository, "rules_cc", files = cc)

    # Bazel asks for it with every test, also where nobody wants coverage.
    _once(files_repository, "remote_coverage_tools", files = {
        "BUILD.bazel": """
filegroup(
    name = "coverage_report_generator",
    srcs = ["none.sh"],
    visibility = ["//visibility:public"],
)
""",
        "none.sh": "#!/bin/sh\n",
    })
    # Each is looked for where something is built that needs it, and not before.
    _system_library("boost.atomic", "boost.atomic", "/usr/include/boost/atomic")
    _system_library("nlohmann_json", "json", "/usr/include/nlohmann")

def test_repositories():
    """What our tests and benchmarks use besides."""
    _once(files_repository, "rules_shell", files = _rules("shell", ["sh_binary", "sh_test"]))

    # From source, so that the sanitizers see it.
    _once(
        native.new_local_repository,
        "googletest",
        path = "/usr/src/googletest",
        build_file = "@reclaim//third_party:googletest.BUILD",
    )
    _once(
        native.new_local_repository,
        "google_benchmark",
        path = "/usr/include/benchmark",
        build_file = "@reclaim//third_party:google_benchmark.BUILD",
    )
    _system_library("relacy", "relacy", "/usr/include/relacy")
    _system_library("boost.iostreams", "boost.iostreams", "/usr/include/boost/iostreams", ["-lboost_iostreams"])
    _system_library("boost.math", "boost.math", "/usr/include/boost/math")
    _system_library("cli11", "cli11", "/usr/include/CLI")
    _system_library("onetbb", "tbb", "/usr/include/tbb", ["-ltbb"])
