# Sourced by tests that run a Bazel inside Bazel.
#
#   $top       the top of this workspace, on disk
#   $scratch   a folder that ends with the test
#   bazel ...  the same Bazel, with a server and an output root of its own

top=$(dirname "$(readlink -f MODULE.bazel)")
scratch=$(mktemp -d "${TEST_TMPDIR:-/tmp}/nested.XXXXXX")
failures=0

bazel() {
  env -u TEST_TMPDIR HOME="$scratch" "${BAZEL:-bazel}" \
    --output_user_root="$scratch/root" --max_idle_secs=60 "$@"
}

end_nested_bazel() {
  bazel shutdown >/dev/null 2>&1
  chmod -R u+w "$scratch"
  rm -rf "$scratch"
}
trap end_nested_bazel EXIT

# builds DESCRIPTION COMMAND...: the command must succeed.
builds() {
  description=$1
  shift
  if "$@" >"$scratch/log" 2>&1; then
    echo "ok, builds: $description"
  else
    echo "FAILED: $description"
    tail -n 30 "$scratch/log"
    failures=$((failures + 1))
  fi
}

# refuses DESCRIPTION REGEX COMMAND...: the command must fail, and a line of what it says match.
refuses() {
  description=$1
  expected=$2
  shift 2
  if "$@" >"$scratch/log" 2>&1; then
    echo "FAILED, for it builds: $description"
  elif grep -Eq -- "$expected" "$scratch/log"; then
    echo "ok, refused: $description"
    return
  else
    echo "FAILED: $description: nothing it says matches $expected"
    tail -n 30 "$scratch/log"
  fi
  failures=$((failures + 1))
}
