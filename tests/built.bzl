"""Programs that are built in a way of their own, whatever else the build is."""

load("//bench:optimized.bzl", "link_to_binary")

def _settings_impl(settings, attr):
    return {
        "//command_line_option:compilation_mode": attr.compilation_mode,
        "//reclaim/sync:probes": attr.probes,
    }

_settings = transition(
    implementation = _settings_impl,
    inputs = [],
    outputs = [
        "//command_line_option:compilation_mode",
        "//reclaim/sync:probes",
    ],
)

# `binary`, compiled together with all that it depends on.
built_binary = rule(
    implementation = link_to_binary,
    attrs = {
        "binary": attr.label(cfg = _settings, executable = True, mandatory = True),
        "compilation_mode": attr.string(default = "dbg", values = ["dbg", "fastbuild", "opt"]),
        "probes": attr.string(default = "off", values = ["off", "on"]),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)
