#!/bin/sh
# Throws the old shop's database away, makes and fills a new one, and leaves it running.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
[ -f "$app/installed" ] || die "not installed, run install.sh first"

"$here/stop.sh"
rm -rf "$pg"
rm -f "$state"/*.log "$state/secret_key" "$state/ids.json" "$state"/*.password
mkdir -m 700 "$pg"
[ "$(id -u)" = 0 ] && chown postgres "$pg"
cp "$here/medusa-config.js" "$app/"

cd "$pg" # the working folder must be open to PostgreSQL's account
as_pg "$(pg_program initdb)" -D "$pg/data" -U medusa --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
# It may be lost in a crash, so nothing waits for the disk; only loopback may reach it.
as_pg tee -a "$pg/data/postgresql.conf" >/dev/null <<EOF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 50
EOF
pg_start
as_pg "$(pg_program createdb)" -h 127.0.0.1 -p "$MEDUSA_PG_PORT" -U medusa medusa

medusa_step() {
  (cd "$app" && node node_modules/@medusajs/cli/cli.js "$@") >>"$state/setup.log" 2>&1 || {
    tail -n 20 "$state/setup.log" >&2
    die "medusa $1 failed, see $state/setup.log"
  }
}
secret "$state/admin.password" >/dev/null
secret "$state/shopper.password" >/dev/null
secret "$state/signing.secret" 24 >/dev/null
medusa_step db:migrate --skip-scripts
medusa_step user -e admin@shop.test -p "$(cat "$state/admin.password")"

"$here/start.sh"
node "$here/load.mjs" "$url" "$state" "$here/shop.json"
