"""A test that passes when Bazel refuses a dependency."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_cc//cc:cc_library.bzl", "cc_library")

def _refused_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.expected)
    return analysistest.end(env)

_refused_test = analysistest.make(_refused_impl, attrs = {"expected": attr.string()}, expect_failure = True)

def refused_test(name, dep, expected):
    """Shows that no library of the calling package may depend on `dep`; `expected` is a part of what Bazel says."""
    cc_library(
        name = name + "_subject",
        tags = ["manual"],
        deps = [dep],
    )
    _refused_test(name = name, size = "small", expected = expected, target_under_test = ":" + name + "_subject")
