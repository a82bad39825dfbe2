"""How a scenario file becomes a test, and how a header with one fault becomes a test that must fail."""

load("@rules_cc//cc:cc_library.bzl", "cc_library")
load("@rules_cc//cc:cc_test.bzl", "cc_test")
load("//reclaim:warnings.bzl", "strict")
load("//tests:mutant.bzl", "headers_of", "mutant_source")

# -fno-lifetime-dse keeps the marks by which Relacy knows a freed object; without it a use after free passes.
# -fno-sized-deallocation: Relacy replaces operator delete(void*) alone.
_model = ["-fno-lifetime-dse", "-fno-sized-deallocation", "-Wno-mismatched-new-delete"]
_defines = ["RECLAIM_BACKEND_RELACY"]

def model_runner(name):
    """What searches the schedules: Relacy's templates are compiled here and only here."""
    cc_library(
        name = name,
        testonly = True,
        srcs = ["runner.cc"],
        copts = _model + ["-O3", "-w"],
        local_defines = _defines,
        tags = ["model"],
        deps = [
            "//reclaim",
            "//tests/support",
            "@relacy",
        ],
    )
    cc_library(
        name = "scenarios",
        testonly = True,
        hdrs = native.glob(["**/*.h"]),
        textual_hdrs = native.glob(["**/*_model.cc"]),
        tags = ["model"],
    )

def model_tests(runner, shards = {}, size = "medium"):
    """A test for each file below this package whose name ends in _model.cc, built on the Relacy backend."""
    for source in native.glob(["**/*_model.cc"]):
        name = source[:-len(".cc")]
        _model_test(name, source, runner, size, shards.get(name))

def litmus_test(name, litmus, runner):
    """The outcome of each of the files `litmus` is what the file says."""
    native.genrule(
        name = name + "_source",
        testonly = True,
        srcs = litmus,
        outs = [name + ".cc"],
        cmd = "/usr/bin/python3 $(location litmus/litmus.py) $(SRCS) > $@",
        tags = ["model"],
        tools = ["litmus/litmus.py"],
    )
    _model_test(name, name + ".cc", runner, "medium", None, ["--fences=full"])

def _model_test(name, source, runner, size, shard_count, args = []):
    cc_test(
        name = name,
        size = size,
        srcs = [source],
        args = ["--part=8"] + args,  # --config=thorough: all
        copts = strict + _model + ["-O2"],
        linkstatic = True,
        local_defines = _defines,
        shard_count = shard_count,
        tags = ["model"],
        deps = _deps(runner),
    )

def model_mutant(name, header, changes, model, scenario, fences, bound = 0, schedules = 1000000):
    """A test that passes if some schedule of `scenario` fails, with each text in `changes` replaced by its value.

    The schedules are random, or all those with `bound` preemptions at most.
    If a text is not in the header any more the mutant lives, and so its test fails.
    """
    mutant_source(
        name = name + "_source",
        testonly = True,
        changes = changes,
        header = header,
        headers = headers_of(header),
        source = "%s/%s" % (native.package_name(), model),
        tags = ["model"],
    )
    cc_test(
        name = name,
        size = "small",
        srcs = [name + "_source"],
        args = ["--expect-failure", "--scenario=" + scenario, "--fences=" + fences] +
               (["--search=bound", "--bound=%d" % bound] if bound else ["--search=random", "--schedules=%d" % schedules]),
        copts = _model + ["-O0", "-g0", "-w"],
        linkstatic = True,
        local_defines = _defines + ["RECLAIM_MODEL_SCENARIO=\\\"%s\\\"" % scenario],  # the others need not be compiled
        tags = ["model"],
        deps = _deps(":runner"),
    )

def _deps(runner):
    return [
        runner,
        ":scenarios",
        "//reclaim",
        "//structures",
        "//tests/linearizability:judges",
        "//tests/support",
        "@relacy",
    ]
