# Where this shop lives; sourced by its scripts after `here` is set.
# shellcheck shell=sh disable=SC1091,SC2034,SC2154
. "$here/../common.sh"
me="real/medusa ${0##*/}"
export MEDUSA_PORT="${MEDUSA_PORT:-9000}" MEDUSA_PG_PORT="${MEDUSA_PG_PORT:-15432}"
export state="$DOSSIER_REAL_HOME/medusa"
app=$state/app
pg=$state/pg
url=http://127.0.0.1:$MEDUSA_PORT
pidfile=$state/medusa.pid
export NODE_ENV=production MEDUSA_DISABLE_TELEMETRY=1
export DATABASE_URL="postgres://medusa@127.0.0.1:$MEDUSA_PG_PORT/medusa"

# PostgreSQL's own account must be able to walk to its cluster; all secrets are 0600.
mkdir -p "$state"
chmod 755 "$DOSSIER_REAL_HOME"
chmod 711 "$state"

# A node new enough, first our own from npm, then the system's.
new_enough() { "$1" -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null; }
if [ -x "$state/node/node_modules/node/bin/node" ]; then
  PATH=$state/node/node_modules/node/bin:$PATH
fi

# PostgreSQL refuses to run as root.
as_pg() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
pg_program() {
  for d in $(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -Vr); do
    [ -x "$d/$1" ] && { echo "$d/$1"; return; }
  done
  return 1
}
pg_up() { [ -d "$pg/data" ] && as_pg "$(pg_program pg_ctl)" -D "$pg/data" status >/dev/null 2>&1; }
pg_start() {
  pg_up && return
  port_free "$MEDUSA_PG_PORT"
  as_pg "$(pg_program pg_ctl)" -D "$pg/data" -l "$pg/log" -w -t 30 \
    -o "-p $MEDUSA_PG_PORT" start >/dev/null || { tail -n 10 "$pg/log" >&2; die "PostgreSQL does not start"; }
}
