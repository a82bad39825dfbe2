"""The warnings under which all code of this project compiles."""

warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow"]

# For targets that nobody outside builds: a compiler yet to come shall not break a user's build.
strict = warnings + ["-Werror"]
