"""How a test file becomes a test: by being there."""

load("@rules_cc//cc:cc_test.bzl", "cc_test")
load("@rules_shell//shell:sh_test.bzl", "sh_test")
load("//reclaim:warnings.bzl", "strict")

def tests_of(suffix, size = "small", deps = [], tags = [], shards = {}, tags_of = {}, copts = [], exclude = []):
    """A GoogleTest test for each file below this package whose name ends in `suffix`.

    The test is named as its file: tests/unit/structures/hash_map_test.cc is //tests/unit:structures/hash_map_test.

    Args:
      suffix: of the files, like "_test.cc".
      size: of each test.
      deps: besides the library, its containers, tests/support and GoogleTest.
      tags: of each test.
      shards: test name to the number of processes it is spread over.
      tags_of: test name to further tags.
      copts: besides the warnings.
      exclude: files that are no tests of this kind.
    """
    files_for_lint()
    for source in native.glob(["**/*" + suffix], exclude = exclude, allow_empty = True):
        name = source[:-len(".cc")]
        cc_test(
            name = name,
            size = size,
            srcs = [source],
            copts = strict + copts + select({
                "//reclaim/sync:on_boost_x86_64": ["-mcx16"],
                "//conditions:default": [],
            }),
            shard_count = shards.get(name),
            tags = tags + tags_of.get(name, []),
            deps = deps + [
                "//reclaim",
                "//structures",
                "//tests/support",
                "@googletest//:gtest_main",
            ],
        )

def python_test(name, size, script = None, args = [], data = [], **kwargs):
    """A test that is written in Python, and run by the system's own interpreter.

    Args:
      name: of the test.
      size: of the test.
      script: what is run; by default the name and ".py".
      args: of the script.
      data: besides the script and tests/lint/lint.py.
      **kwargs: as of an sh_test.
    """
    script = script or name + ".py"
    sh_test(
        name = name,
        size = size,
        srcs = ["//tests/lint:run_python.sh"],
        args = ["$(location %s)" % script] + args,
        data = [
            script,
            "//tests/lint:lint.py",
        ] + data,
        **kwargs
    )

def files_for_lint():
    native.filegroup(
        name = "files",
        srcs = native.glob(["**/*"]),
        visibility = ["//tests:__subpackages__"],
    )
