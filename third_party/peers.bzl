"""The libraries against which //bench:race races, as far as this machine has them."""

# A family of entrants | files that are there, below a folder of headers or of libraries, if all that it needs is.
_files = {
    "urcu": ["urcu/urcu-memb.h", "urcu/rculfhash.h", "liburcu-cds.a"],
    "ck": ["ck_epoch.h", "libck.a"],
    "cds": ["cds/init.h", "libcds-s.a", "libboost_thread.so"],
    "xenium": ["xenium/reclamation/generic_epoch_based.hpp"],
    "tbb": ["tbb/concurrent_hash_map.h", "libtbb.so"],
    "boost": ["boost/lockfree/queue.hpp"],
    "moodycamel": ["concurrentqueue/concurrentqueue.h"],
}

_crates = "/usr/share/cargo/registry"
_needed_crates = ["crossbeam-epoch", "sharded-slab", "slab"]

# Where the compiler looks without being told: also in this machine's own folders, such as x86_64-linux-gnu.
def _folders(repository_ctx):
    found = []
    for top in ["/usr/local/include", "/usr/local/lib", "/usr/include", "/usr/lib", "/usr/lib64"]:
        path = repository_ctx.path(top)
        if path.exists:
            found.append(top)
            found += [str(child) for child in path.readdir() if child.basename.endswith("-linux-gnu")]
    return found

def _has_all(repository_ctx, files, folders):
    for file in files:
        if not [True for folder in folders if repository_ctx.path(folder + "/" + file).exists]:
            return False
    return True

# What a command prints; "" if it fails.
def _output_of(repository_ctx, command):
    result = repository_ctx.execute(command)
    return result.stdout.strip() if result.return_code == 0 else ""

# "1.95.0-nightly" as [1, 95, 0]: versions in their order.
def _numbers_of(version):
    return [int(part) for part in version.split("-")[0].split("+")[0].split(".") if part.isdigit()]

# The newest Rust of this machine, as what rustc says of itself and the folder in which it and its cargo are; or None.
# Asked for is the toolchain itself: what rustup puts into PATH looks for its toolchains in the user's home.
def _newest_rust(repository_ctx):
    found = []
    candidates = [repository_ctx.which("rustc"), "/usr/bin/rustc"]
    if "HOME" in repository_ctx.os.environ:
        candidates.append(repository_ctx.os.environ["HOME"] + "/.cargo/bin/rustc")
    for candidate in candidates:
        if candidate == None or not repository_ctx.path(candidate).exists:
            continue
        root = _output_of(repository_ctx, [candidate, "--print", "sysroot"])
        tools = root + "/bin"
        if not root or not repository_ctx.path(tools + "/cargo").exists:
            continue
        version = _output_of(repository_ctx, [tools + "/rustc", "--version"])  # "rustc 1.63.0 (...)"
        if version:
            found.append((_numbers_of(version.split(" ")[1]), version, tools))
    return max(found) if found else None

# The version of the newest installed crate of that name; "" if there is none.
def _version_of_crate(repository_ctx, name):
    crates = repository_ctx.path(_crates)
    versions = [
        child.basename[len(name) + 1:]
        for child in (crates.readdir() if crates.exists else [])
        if child.basename.startswith(name + "-") and child.basename[len(name) + 1:][:1].isdigit()
    ]
    return sorted(versions, key = _numbers_of)[-1] if versions else ""

def _peers_impl(repository_ctx):
    folders = _folders(repository_ctx)
    installed = [family for family, files in _files.items() if _has_all(repository_ctx, files, folders)]

    rust = _newest_rust(repository_ctx)
    crates = {name: _version_of_crate(repository_ctx, name) for name in _needed_crates}
    if rust and all(crates.values()):
        installed.append("rust")

    repository_ctx.file("BUILD.bazel", "")
    repository_ctx.file("installed.bzl", """
# The families whose library is here.
installed = %r

# The folder of cargo and rustc, and what they are.
rust_tools = %r
rust_version = %r
crate_versions = %r
""" % (installed, rust[2] if rust else "", rust[1] if rust else "", crates))

# Looks again when Bazel starts, and when bazelw sees that other packages are installed than the last time.
peers_repository = repository_rule(
    implementation = _peers_impl,
    environ = [
        "HOME",
        "PATH",
        "RECLAIM_PEERS_MISSING",
    ],
    local = True,
)
