#!/bin/sh
# Runs in the workspace, where the sources are; in a test in the tree of its files.
[ -z "$BUILD_WORKSPACE_DIRECTORY" ] || cd "$BUILD_WORKSPACE_DIRECTORY" || exit 1
exec /usr/bin/python3 tests/mutation/mutation.py "$@"
