#!/bin/sh
# Request Tracker on 127.0.0.1, REST 2.0 under /REST/2.0/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
[ -f "$state/rtdb" ] || die "no database in $state, run setup.sh first"
if running "$pidfile"; then say "already up at $url"; exit 0; fi
port_free "$RT_PORT"
cd "$state"
setsid /usr/share/request-tracker5/libexec/rt-server --server Starlet --host 127.0.0.1 --port "$RT_PORT" \
  --max-workers 3 </dev/null >"$state/log/server.log" 2>&1 &
started $! "$pidfile"
wait_up "Request Tracker" "$pidfile" "$url/REST/2.0/rt" "$state/log/server.log" 40
say "up at $url, token of apibot in $state/apibot.token"
