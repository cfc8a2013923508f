#!/bin/sh
# HACKING maps every source file in a line of its own, and names no file that is gone.
set -u
cd "${DOSSIER_SRC:-$(dirname "$0")/..}" || exit 99
bad=0
for f in $(find src include tests bench connectors man -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' -o -name '*.yaml' -o -name '*.[1-8]' \) \
	! -path 'tests/replay/*' ! -path '*/fixtures/*' | sort); do
	grep -q "^$f  " HACKING || { echo "HACKING has no line for $f" >&2; bad=1; }
done
for f in $(sed -n 's/^\(\(src\|include\|tests\|bench\|connectors\|man\)\/[^ ]*\)  .*/\1/p' HACKING); do
	[ -e "$f" ] || { echo "HACKING names $f, which is not there" >&2; bad=1; }
done
exit $bad
