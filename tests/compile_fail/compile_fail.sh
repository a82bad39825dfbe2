#!/bin/sh
# compile_fail.sh COMPILER CASE.cc: CASE.cc must not compile, and the compiler must say why; with -DFIXED it compiles.
#
# What the case's opening comment may say:
#   // expects: REGEX     a line of the compiler's output matches (extended regular expression; each given one must)
#   // only: REGEX        the one line that reports an error matches
#   // flags: FLAGS       for the case that must not compile, in place of -std=c++20
set -eu
compiler=$1
case=$2
log=$(mktemp)
trap 'rm -f "$log"' EXIT

directive() { sed -n "s|^// $1: ||p" "$case"; }

flags=$(directive flags)
# shellcheck disable=SC2086  # a list of flags
if "$compiler" -x c++ ${flags:--std=c++20} -I. -fsyntax-only "$case" >"$log" 2>&1; then
  echo "$case compiles, but must not"
  exit 1
fi

failed=0
directive expects | while IFS= read -r expected; do
  grep -Eq -- "$expected" "$log" || { echo "no line of the compiler's output matches: $expected"; exit 1; }
done || failed=1
only=$(directive only)
if [ -n "$only" ]; then
  grep -E '(error|fatal error):' "$log" | grep -Eq -- "$only" || { echo "no error matches: $only"; failed=1; }
  [ "$(grep -cE '(error|fatal error):' "$log")" = 1 ] || { echo "there is more than one error"; failed=1; }
fi
[ -n "$(directive expects)$only" ] || { echo "$case does not say what it expects"; failed=1; }
if [ $failed = 1 ]; then
  head -n 40 "$log"
  exit 1
fi

if ! "$compiler" -x c++ -std=c++20 -DFIXED -I. -Wall -Wextra -Werror -fsyntax-only "$case"; then
  echo "$case must compile with -DFIXED: it fails for another reason than the one it shows"
  exit 1
fi
