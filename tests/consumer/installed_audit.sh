#!/bin/sh
# SPDX-License-Identifier: MIT
# installed_audit.sh PREFIX SUBJECT: repro audit from an installation, run from elsewhere, on a program that draws.
set -eu
prefix=$1
subject=$2
cd /
status=0
report=$("$prefix/bin/repro" audit --json --strict -- "$subject" device 2>/dev/null) || status=$?
[ "$status" -eq 1 ] || { echo "status $status: $report"; exit 1; }
case $report in
    *'"verdict": "taken"'*'drawing::from_random_device()'*) ;;
    *) echo "$report"; exit 1 ;;
esac
preloaded=$(env -u LD_PRELOAD "$prefix/bin/repro" audit -- sh -c 'echo "$LD_PRELOAD"' 2>/dev/null)
case $preloaded in
    "$(readlink -f "$prefix")"/lib/repro/repro-audit.so) ;;
    *) echo "preloaded: $preloaded"; exit 1 ;;
esac
