#!/bin/sh
# Throws the old wiki away, makes a new one with the articles of pages.json, and leaves it running.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
[ -f "$unpacked/ready" ] || die "not installed, run install.sh first"

"$here/stop.sh"
rm -rf "$state/data" "$state/cache" "$state/log" "$MW_CONFIG_FILE"
mkdir -p "$state/data" "$state/cache" "$state/log"
maintain() {
  script=$1
  shift
  php "$wiki/maintenance/$script" "$@" >>"$state/log/setup.log" 2>&1 || {
    tail -n 20 "$state/log/setup.log" >&2
    die "maintenance/$script failed"
  }
}
# The installer refuses a settings file that is named and missing.
named=$MW_CONFIG_FILE
unset MW_CONFIG_FILE
maintain install.php --confpath "$state" --dbtype sqlite --dbpath "$state/data" --dbname articles \
  --server "$url" --scriptpath "" --lang en --pass "$(secret "$state/admin.password")" "House articles" Admin
export MW_CONFIG_FILE="$named"
cat >>"$MW_CONFIG_FILE" <<EOF
\$wgMainCacheType = CACHE_NONE;
\$wgCacheDirectory = '$state/cache';
\$wgEnableUploads = false;
EOF
python3 - "$here/pages.json" "$wiki/maintenance/edit.php" <<'PY' >>"$state/log/setup.log" 2>&1 || die "the articles cannot be written, see $state/log/setup.log"
import json, subprocess, sys
for title, text in json.load(open(sys.argv[1], encoding="utf-8")).items():
    subprocess.run(["php", sys.argv[2], "--user", "Admin", "--summary", "first version", title], input=text.encode(), check=True)
PY
maintain runJobs.php
"$here/start.sh"
