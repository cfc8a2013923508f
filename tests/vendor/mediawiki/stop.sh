#!/bin/sh
# Ends the server that start.sh began, and no other.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
end_process "$pidfile"
