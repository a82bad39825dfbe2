#!/bin/sh
# Runs in the workspace, where the sources are.
cd "${BUILD_WORKSPACE_DIRECTORY:?run by ./bazelw run //tests/ports}" || exit 1
exec nice -n 10 /usr/bin/python3 tests/ports/ports.py "$@"
