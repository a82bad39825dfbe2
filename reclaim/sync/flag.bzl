"""Flags of the build that choose what the seam is compiled to."""

load("@bazel_skylib//rules:common_settings.bzl", "string_flag")

def flag(name, default, other, when_other):
    """The flag --//reclaim/sync:<name> with two values.

    Args:
      name: of the flag.
      default: what it is unless asked for.
      other: what it may be instead.
      when_other: name of the config_setting for that.
    """
    string_flag(
        name = name,
        build_setting_default = default,
        values = [default, other],
        visibility = ["//visibility:public"],
    )
    native.config_setting(
        name = when_other,
        flag_values = {":" + name: other},
        visibility = ["//:verifiers"],
    )
