#!/bin/sh
# PostgreSQL and Medusa on 127.0.0.1; the admin interface is under /admin/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
[ -d "$pg/data" ] || die "no database in $state, run setup.sh first"
if running "$pidfile"; then say "already up at $url"; exit 0; fi
cd "$pg"
pg_start
port_free "$MEDUSA_PORT"
cd "$app"
# Without the script that npm links, so that the process we remember is the server itself.
setsid node node_modules/@medusajs/cli/cli.js start -H 127.0.0.1 -p "$MEDUSA_PORT" \
  </dev/null >"$state/medusa.log" 2>&1 &
started $! "$pidfile"
wait_up Medusa "$pidfile" "$url/health" "$state/medusa.log" 90
say "up at $url"
