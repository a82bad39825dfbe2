"""How a test file becomes a test: by being there."""

load("@rules_cc//cc:cc_test.bzl", "cc_test")
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

def files_for_lint():
    native.filegroup(
        name = "files",
        srcs = native.glob(["**/*"]),
        visibility = ["//tests:__subpackages__"],
    )
