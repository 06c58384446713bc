#!/bin/sh
# SPDX-License-Identifier: MIT
# check.sh LIST JUNIT... : prints what was skipped; fails where a reason is not in LIST. A test skips by
# SKIP("<key>: <why>"); LIST holds the keys that this kind of machine may give, one a line, each with its reason.
set -eu
list=$1
shift
awk -v list="$list" '
    BEGIN { while ((getline line < list) > 0) if (line !~ /^#/) { split(line, word, ":"); allowed[word[1]] = 1 } }
    /<testcase / { name = $0; sub(/.*<testcase name="/, "", name); sub(/" classname=.*/, "", name); why = "unknown: gives no reason" }
    /<skipped/ { skipped = 1 }
    after { why = $0; sub(/^ */, "", why); after = 0 }
    skipped && /explicitly with messages?:/ { after = 1 } # several where INFO stands before SKIP; the reason comes first
    /<\/testcase>/ && skipped {
        skipped = 0
        key = why
        sub(/:.*/, "", key)
        print "skipped: " name " (" why ")" (key in allowed ? "" : " -- not in " list)
        count++
        if (!(key in allowed)) bad++
    }
    END { print count + 0 " skipped, " bad + 0 " of them for no reason that " list " knows"; exit bad > 0 }
' "$@"
