#!/bin/bash
# Another workspace depends on this one: it builds, runs, is told what C++ it needs, and gets none of our tests' needs.
set -u
. tests/nested_bazel.sh
cd "$top/tests/consumer" || exit 1

# flags: no bazel-* links appear in the tree.
flags=(--symlink_prefix=/ --nosandbox_debug)

builds "a program over two schemes and a container runs" bazel run "${flags[@]}" //:consumer
grep -E '^(epoch|hazard): ' "$scratch/log"
builds "a program that exports metrics runs" bazel run "${flags[@]}" //:exports
grep -E '^(reclaim_participants|\[\{)' "$scratch/log"
builds "a program of the standard's names alone runs" bazel run "${flags[@]}" //:standard
grep '^standard: 1 1 read' "$scratch/log"
refuses "C++17, in words" 'static.assert.*reclaim needs C\+\+20: build with -std=c\+\+20' \
  bazel build "${flags[@]}" //:forgot_cxx20
errors=$(grep -c ' error: ' "$scratch/log")
[ "$errors" = 1 ] || { echo "FAILED: $errors errors in place of one"; failures=$((failures + 1)); }

# What our tests and benchmarks use does not come along.
if bazel query --noimplicit_deps 'deps(@reclaim//:reclaim + @reclaim//:structures + @reclaim//reclaim/metrics + @reclaim//reclaim/std)' >"$scratch/deps" 2>"$scratch/log"; then
  repositories=$(sed -n 's|^\(@[^/]*\)//.*|\1|p' "$scratch/deps" | sort -u | tr '\n' ' ')
  if echo "$repositories" | grep -E 'googletest|benchmark|relacy|cli11|nlohmann|onetbb|iostreams|rules_shell'; then
    echo "FAILED: the library depends on what is only for its tests"
    failures=$((failures + 1))
  else
    echo "ok, depends on no more than $repositories"
  fi
else
  cat "$scratch/log"
  failures=$((failures + 1))
fi
exit "$failures"
