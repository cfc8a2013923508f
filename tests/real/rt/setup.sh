#!/bin/sh
# Throws the old help desk away, makes and fills a new one, and leaves it running.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
command -v rt-setup-database-5 >/dev/null || die "not installed, run install.sh first"

"$here/stop.sh"
rm -rf "$state"
mkdir -p "$state/log" "$state/mason" "$state/session" "$state/site.d"
cat >"$state/keep-mail" <<EOF
#!/bin/sh
exec cat >>'$state/log/outgoing.mbox'
EOF
chmod 700 "$state/keep-mail"
cp "$here/site_config.pl" "$RT_SITE_CONFIG"

# structure.pl reads these three; nothing else ever sees them.
RT_ALICE=$(secret "$state/alice.password")
RT_BOB=$(secret "$state/bob.password")
RT_APIBOT=$(secret "$state/apibot.password")
export RT_ALICE RT_BOB RT_APIBOT

# init_db ARGUMENTS...: SQLite has no administrator to log in as.
init_db() {
  rt-setup-database-5 --dba '' --dba-password '' "$@" >>"$state/log/setup.log" 2>&1 || {
    tail -n 20 "$state/log/setup.log" >&2
    die "rt-setup-database-5 $* failed"
  }
}
init_db --action init --skip-create
init_db --action insert --datafile "$here/structure.pl"
perl "$here/tokens.pl" "$state" apibot alice bob 2>>"$state/log/setup.log"

"$here/start.sh"
python3 "$here/load.py" "$url" "$state" "$here/seed.json"
