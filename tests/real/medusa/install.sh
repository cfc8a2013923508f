#!/bin/sh
# PostgreSQL from Debian and Medusa from npm, some 700 MB. Exit 77: not to be had.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"

[ -n "$(pg_program initdb || true)" ] || debian postgresql
for program in curl python3 npm; do
  command -v "$program" >/dev/null || debian "$program"
done
if ! new_enough node; then
  say "fetching a newer node"
  mkdir -p "$state/node"
  # The package's install script puts the binary in place, so scripts may run here.
  persist npm install --prefix "$state/node" --no-audit --no-fund --no-save node@22 >"$state/npm.log" 2>&1 ||
    skip "node 20 or newer cannot be had, see $state/npm.log"
  PATH=$state/node/node_modules/node/bin:$PATH
  new_enough node || skip "npm's node package gave no usable node"
fi

# The stamp says which lock file the installed tree was made from.
stamp=$app/installed
if ! cmp -s "$here/package-lock.json" "$stamp"; then
  mkdir -p "$app"
  rm -f "$stamp"
  cp "$here/package.json" "$here/package-lock.json" "$app/"
  cd "$app"
  say "fetching Medusa, this takes a minute or two"
  persist npm install --ignore-scripts --omit=dev --no-audit --no-fund >"$state/npm.log" 2>&1 ||
    skip "Medusa cannot be had from npm, see $state/npm.log"
  cp "$here/package-lock.json" "$stamp"
fi
say "ready"
