#!/bin/bash
# bazelw on machines that lack this or that: what it installs, and the one line it says where it cannot.
set -u
scratch=$(mktemp -d "${TEST_TMPDIR:-/tmp}/bazelw.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
failures=0

# machine TOOL...: the next runs see only these besides a few common ones; each prints its name and arguments.
machine() {
  rm -rf "$scratch/bin" "$scratch/installed"
  mkdir "$scratch/bin"
  for name in sh cat tr cut mktemp rm grep tail env printf touch; do ln -s "$(command -v $name)" "$scratch/bin/$name"; done
  for name; do tool "$name" "echo \"$name \$*\""; done
}

# tool NAME BODY: what a tool of the machine does.
tool() {
  rm -f "$scratch/bin/$1"  # it may be a link to the real one
  printf '#!/bin/sh\n%s\n' "$2" >"$scratch/bin/$1"
  chmod +x "$scratch/bin/$1"
}

# Every package is there but those given; these too, once apt-get has run.
lacks() {
  tool dpkg-query "for p; do case \$p in -*) ;; $1) [ -e $scratch/installed ] && echo \$p installed ;; *) echo \$p installed ;; esac; done"
}
installs() { tool apt-get "case \"\$*\" in *' install '*) echo \"apt-get \$*\" >&2; touch $scratch/installed ;; esac"; }
user_is() { tool id "echo $1"; }

# says STATUS REGEX...: bazelw ends with STATUS, and each line it prints matches the REGEX of its place.
says() {
  expected_status=$1
  shift
  PATH="$scratch/bin" TMPDIR="$scratch" ./bazelw test //... >"$scratch/said" 2>&1
  status=$?
  is_right=1
  [ $status = "$expected_status" ] && [ "$(wc -l <"$scratch/said")" = $# ] || is_right=0
  number=0
  for line; do
    number=$((number + 1))
    sed -n "${number}p" "$scratch/said" | grep -Eq -- "$line" || is_right=0
  done
  if [ $is_right = 0 ]; then
    echo "FAILED: $case_name: exit $status, and it said:"
    cat "$scratch/said"
    failures=$((failures + 1))
  else
    echo "ok: $case_name"
  fi
}

case_name="nothing is missing: it just runs Bazel"
machine bazel
lacks none
says 0 '^bazel test //\.\.\.$'

case_name="a package is missing: it says which and why, and installs it"
machine bazel
lacks relacy-dev
installs
user_is 0
says 0 '^bazelw: installs relacy-dev \(for the tests\)' '^bazel test //\.\.\.$'

case_name="two are missing: each with its own reason"
machine bazel
lacks 'gdb|relacy-dev'
installs
user_is 0
says 0 '^bazelw: installs relacy-dev gdb \(for the tests, the tests of probes, metrics and gdb\)' '^bazel test //\.\.\.$'

case_name="sudo, where it is needed"
machine bazel
lacks relacy-dev
installs
user_is 1000
tool sudo 'touch '"$scratch"'/sudo; exec "$@"'
says 0 '^bazelw: installs relacy-dev \(for the tests\) with sudo' '^bazel test //\.\.\.$'
[ -e "$scratch/sudo" ] || { echo "FAILED: sudo did not run"; failures=$((failures + 1)); }

case_name="neither root nor sudo"
machine bazel
lacks relacy-dev
installs
user_is 1000
says 1 '^bazelw: missing relacy-dev \(for the tests\), and neither root nor sudo.*apt-get install'

case_name="no network"
machine bazel
lacks relacy-dev
user_is 0
tool apt-get 'echo "E: Unable to fetch some archives"; exit 100'
says 1 '^bazelw: installs' '^bazelw: could not install relacy-dev \(for the tests\): E: Unable to fetch.*apt-get update && apt-get install'

case_name="no package manager"
machine bazel
lacks relacy-dev
user_is 0
says 1 '^bazelw: missing relacy-dev \(for the tests\), and there is no apt-get here.*apt-get install'

case_name="a peer of the race is missing: it installs that too"
machine bazel
lacks libck-dev
installs
user_is 0
says 0 "^bazelw: installs libck-dev \\(for the race's peers\\)" '^bazel test //\.\.\.$'

case_name="a peer cannot be installed: one line, and on it goes"
machine bazel
lacks libck-dev
user_is 1000
says 0 "^bazelw: //bench:race.* goes without: missing libck-dev \\(for the race's peers\\).*no apt-get" '^bazel test //\.\.\.$'

case_name="a peer, and no network"
machine bazel
lacks libck-dev
user_is 0
tool apt-get 'echo "E: Unable to fetch some archives"; exit 100'
says 0 '^bazelw: installs' '^bazelw: //bench:race.* goes without: could not install libck-dev.*E: Unable to fetch' '^bazel test //\.\.\.$'

case_name="a peer and what all need, neither to be had: the latter is what it stops for"
machine bazel
lacks 'libck-dev|relacy-dev'
user_is 1000
says 1 '^bazelw: missing relacy-dev \(for the tests\), and there is no apt-get here'

case_name="Bazel is told which peers are missing"
machine
tool bazel 'echo "missing: $RECLAIM_PEERS_MISSING."'
lacks libck-dev
user_is 1000
says 0 'goes without' '^missing: libck-dev \.$'

case_name="and when none is"
lacks none
says 0 '^missing: \.$'

case_name="no cargo: the newer one of Debian's two"
machine bazel
lacks cargo-web
installs
user_is 0
says 0 '^bazelw: installs cargo-web ' '^bazel test //\.\.\.$'

case_name="a cargo of whatever origin will do"
machine bazel cargo
lacks cargo-web
installs
user_is 0
says 0 '^bazel test //\.\.\.$'

case_name="no Bazel, and no Debian"
machine
says 1 '^bazelw: Bazel is missing.*https://bazel.build'

exit $failures
