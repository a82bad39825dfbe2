"""What Bazel 7 and later take from the system, for want of a module in the registry."""

load("//third_party:peers.bzl", "peers_repository")

def _relacy_impl(repository_ctx):
    if not repository_ctx.path("/usr/include/relacy/relacy.hpp").exists:
        fail("Relacy is missing: ./bazelw installs it (Debian: apt-get install relacy-dev)")
    repository_ctx.file("BUILD.bazel", """
load("@rules_cc//cc:cc_library.bzl", "cc_library")

cc_library(
    name = "relacy",
    visibility = ["//visibility:public"],
)
""")

_relacy = repository_rule(implementation = _relacy_impl, local = True)

def _system_impl(_):
    _relacy(name = "relacy")
    peers_repository(name = "peers")

system = module_extension(implementation = _system_impl)
