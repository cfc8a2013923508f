#!/bin/sh
# Ends the shop and the PostgreSQL that start.sh began, and no other.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
end_process "$pidfile"
if pg_up; then
  cd "$pg"
  as_pg "$(pg_program pg_ctl)" -D "$pg/data" -m fast -w stop >/dev/null
fi
