#!/bin/sh
# Request Tracker 5 and its small web server from Debian, no service started. Exit 77: not to be had.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
debian curl python3 request-tracker5 rt5-standalone rt5-db-sqlite
say "ready"
