#!/bin/bash
# In a copy of the tree, breaks the floors one at a time: Bazel must refuse each, and build the same file mended.
set -u
. tests/nested_bazel.sh

mkdir "$scratch/copy"
cp -rL "$top"/{WORKSPACE,WORKSPACE.bzlmod,MODULE.bazel,BUILD.bazel,.bazelrc,reclaim,structures,third_party} "$scratch/copy"
mkdir -p "$scratch/copy/tests"
cp -rL "$top/tests/floors" "$scratch/copy/tests/floors"
: >"$scratch/copy/tests/floors/BUILD.bazel"
cd "$scratch/copy" || exit 1

# header PATH INCLUDE: a header that includes one other.
header() {
  guard=$(printf 'RECLAIM_%s' "$1" | tr 'a-z/.' 'A-Z__')
  printf '#ifndef %s\n#define %s\n#include "%s"\n#endif\n' "$guard" "$guard" "$2" >"$1"
}

# is_refused PATH TARGET INCLUDE ALLOWED: with INCLUDE the header does not compile, with ALLOWED it does.
is_refused() {
  header "$1" "$3"
  refuses "$1 includes $3" "$3: No such file or directory|'$3' file not found" bazel build "$2"
  header "$1" "$4"
  builds "$1 includes $4" bazel build "$2"
  rm "$1"
}

is_refused reclaim/schemes/fresh.h //reclaim/schemes:fresh_alone reclaim/schemes/hazard.h reclaim/core/domain.h
is_refused structures/fresh.h //structures:fresh_alone reclaim/schemes/epoch.h reclaim/core/domain.h
is_refused reclaim/metrics/fresh.h //reclaim/metrics:fresh_alone reclaim/schemes/epoch.h reclaim/core/domain_stats.h
is_refused structures/fresh2.h //structures:fresh2_alone structures/hash_map.h structures/support/node_memory.h
is_refused reclaim/core/fresh.h //reclaim/core:fresh_alone reclaim/schemes/epoch.h reclaim/sync/sync.h
is_refused reclaim/sync/fresh.h //reclaim/sync:fresh_alone reclaim/core/domain.h reclaim/sync/sync.h

exit "$failures"
