#!/bin/sh
# Runs in the workspace, where the sources are.
cd "$BUILD_WORKSPACE_DIRECTORY" || exit 1
exec /usr/bin/python3 tests/mutation/mutation.py "$@"
