#!/bin/sh
# MediaWiki on 127.0.0.1, served by PHP's own server: /api.php and /index.php.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
[ -f "$MW_CONFIG_FILE" ] || die "no wiki in $state, run setup.sh first"
if running "$pidfile"; then say "already up at $url"; exit 0; fi
port_free "$MEDIAWIKI_PORT"
# One process: workers would outlive it.
setsid php -d opcache.enable_cli=1 -S "127.0.0.1:$MEDIAWIKI_PORT" -t "$wiki" </dev/null >"$state/log/server.log" 2>&1 &
started $! "$pidfile"
wait_up "MediaWiki" "$pidfile" "$url/api.php?action=query&meta=siteinfo&format=json" "$state/log/server.log" 60
say "up at $url"
