"""Programs that are built in a way of their own, whatever else the build is."""

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

def _built_binary_impl(ctx):
    binary = ctx.attr.binary[0][DefaultInfo]
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = executable, target_file = binary.files_to_run.executable, is_executable = True)
    return [DefaultInfo(
        executable = executable,
        files = depset([executable]),
        runfiles = ctx.runfiles([executable]).merge(binary.default_runfiles),
    )]

# `binary`, compiled together with all that it depends on.
built_binary = rule(
    implementation = _built_binary_impl,
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
