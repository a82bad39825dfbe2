#!/bin/sh
# Runs a test that is written in Python with the system's own interpreter.
exec /usr/bin/python3 "$@"
