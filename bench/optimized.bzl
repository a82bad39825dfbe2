"""Programs that are built optimized, whatever else the build is."""

def _optimize_impl(settings, attr):
    return {"//command_line_option:compilation_mode": "opt"}

_optimize = transition(
    implementation = _optimize_impl,
    inputs = [],
    outputs = ["//command_line_option:compilation_mode"],
)

def link_to_binary(ctx):
    """What `ctx.attr.binary`, built by a transition, is under the rule's own name."""
    binary = ctx.attr.binary[0][DefaultInfo]
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = executable, target_file = binary.files_to_run.executable, is_executable = True)
    return [DefaultInfo(
        executable = executable,
        files = depset([executable]),
        runfiles = ctx.runfiles([executable]).merge(binary.default_runfiles),
    )]

# `binary`, compiled with -c opt together with all that it depends on.  `bazel run` hands it its arguments and
# runfiles as it would without this rule.
optimized_binary = rule(
    implementation = link_to_binary,
    attrs = {
        "binary": attr.label(cfg = _optimize, executable = True, mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)
