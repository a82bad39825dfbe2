"""How the families of entrants in //bench:race are built."""

load("@peers//:installed.bzl", "crate_versions", "installed", "rust_tools", "rust_version")
load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load("//bench:optimized.bzl", "optimized_binary")
load("//reclaim:warnings.bzl", "strict")

# What -O2 -DNDEBUG is without Bazel, which adds frame pointers and checks of the stack: no peer asks for those.
# Where code comes to lie makes a loop of ten instructions up to twice as slow: for everybody functions, loops and what is
# only jumped to begin at round addresses.  Not all labels: that puts no-ops in the flow of who has one in a loop.
_plain = [
    "-fomit-frame-pointer",
    "-fno-stack-protector",
    "-falign-functions=64",
    "-falign-loops=32",
    "-falign-jumps=16",
]

def race_family(name, srcs = [], copts = [], deps = [], **kwargs):
    """One program: <name>.c or .cc, and all <name>_*; built optimized.

    Args:
      name: of the family, of its sources and of its program.
      srcs: what belongs to it under other names.
      copts: its library's own flags.
      deps: its libraries.
      **kwargs: more of cc_binary's.
    """
    optimized_binary(
        name = name,
        binary = ":%s_program" % name,
        # The sanitizers' and clang's configurations leave this tag out.
        tags = ["peers"],
        visibility = ["//:verifiers"],
    )
    cc_binary(
        name = name + "_program",
        srcs = srcs + native.glob(
            [name + suffix for suffix in [".c", ".cc", ".h", "_*.c", "_*.cc", "_*.h"]],
            allow_empty = True,
        ),
        # Entries of the tables leave out what their library has not.
        copts = strict + ["-Wno-missing-field-initializers"] + _plain + copts,
        # //... builds it through the name of the family, and not a second time without -c opt.
        tags = [
            "manual",
            "peers",
        ],
        deps = ["//bench:entrant"] + deps,
        **kwargs
    )

def peer_family(name, **kwargs):
    """race_family(), where the library is installed; nothing elsewhere."""
    if name in installed:
        race_family(name = name, **kwargs)

def crossbeam_loops(name, crate):
    """The loops in Rust, as <name>; nothing where there is no Rust.

    Args:
      name: of the archive.
      crate: the folder of Cargo.toml.
    """
    if "rust" not in installed:
        return
    native.genrule(
        name = crate + "_loops",
        srcs = native.glob(
            [crate + "/**"],
            exclude = [crate + "/" + leftover for leftover in ["Cargo.lock", "target/**", ".gitignore"]],
        ),
        outs = [name],
        # cargo writes beside Cargo.toml and into its home: both are copies that are thrown away.
        cmd = """
            archive=$$PWD/$@
            work=$$archive.work
            trap 'rm -rf "$$work"' EXIT
            mkdir -p "$$work"
            cp -RL "$$(dirname $(location {crate}/Cargo.toml))" "$$work/crate"
            cd "$$work/crate"
            export PATH="{tools}:$$PATH" RUSTC={tools}/rustc CARGO_HOME="$$work/home" CARGO_TARGET_DIR="$$work/target"
            export RACE_CROSSBEAM_EPOCH='{crossbeam}' RACE_SHARDED_SLAB='{sharded_slab}' RACE_SLAB='{slab}' RACE_RUSTC='{rustc}'
            {tools}/cargo build --release --offline --quiet
            cp "$$work/target/release/librace_rust.a" "$$archive"
        """.format(
            crate = crate,
            crossbeam = crate_versions["crossbeam-epoch"],
            rustc = rust_version,
            sharded_slab = crate_versions["sharded-slab"],
            slab = crate_versions["slab"],
            tools = rust_tools,
        ),
        message = "Building the loops of crossbeam-epoch with " + rust_version,
        tags = [
            "block-network",
            "manual",
            "peers",
        ],
    )
