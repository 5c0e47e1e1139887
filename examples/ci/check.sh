#!/bin/sh
# For Jenkins and every other CI: one run, text for the log, a report for the server, and the exit code of the gate.
# Settings come from the environment, so that no server has to write a value into a script.
set -eu

environment="${OPSREADY_ENVIRONMENT:-$(mktemp -d)}"
if [ ! -x "$environment/bin/opsready" ]; then
  # -I: Python imports nothing of the working directory, which is the repository that is checked.
  python3 -I -m venv "$environment"
  "$environment/bin/python" -I -m pip install --quiet --disable-pip-version-check "opsready==${OPSREADY_VERSION:-0.1.0}"
fi

# What the repository itself has under these names is no report of this run.
rm -f opsready-junit.xml opsready.json
set -- --format=concise --format=junit:opsready-junit.xml --format=json:opsready.json
if [ -n "${OPSREADY_FAIL_ON:-}" ]; then
  set -- "$@" "--fail-on=$OPSREADY_FAIL_ON"
fi
if [ -n "${OPSREADY_MIN_SCORE:-}" ]; then
  set -- "$@" "--min-score=$OPSREADY_MIN_SCORE"
fi

code=0
"$environment/bin/python" -I -m opsready check "$@" -- "${OPSREADY_PATH:-.}" || code=$?
case $code in
  0) ;;
  1) echo "opsready: the gate is missed" >&2 ;;
  3) echo "opsready: there is nothing to check; is OPSREADY_PATH right?" >&2 ;;
  *) echo "opsready: the job could not be done" >&2 ;;
esac
exit "$code"
