#!/bin/sh
# PHP from Debian, and MediaWiki's package unpacked into our own folder: installed as a package it would
# bring a web server along, and start it. Exit 77: not to be had.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/env.sh
. "$here/env.sh"
debian curl python3 php-cli php-sqlite3 php-intl php-mbstring php-xml
if [ ! -f "$unpacked/ready" ]; then
  rm -rf "$unpacked" "$state/packages"
  mkdir -p "$unpacked" "$state/packages"
  cd "$state/packages"
  persist apt-get -qq -o APT::Sandbox::User=root download mediawiki mediawiki-classes >"$state/apt.log" 2>&1 || {
    apt-get -qq update >/dev/null 2>&1 || true
    persist apt-get -qq -o APT::Sandbox::User=root download mediawiki mediawiki-classes >"$state/apt.log" 2>&1 ||
      skip "the mediawiki package cannot be had"
  }
  for package in *.deb; do dpkg -x "$package" "$unpacked"; done
  # Its links lead into folders that only an installed package has; the settings come from MW_CONFIG_FILE.
  cd "$unpacked/usr/share/mediawiki"
  rm -f LocalSettings.php config images extensions
  mkdir extensions
  : >"$unpacked/ready"
fi
say "ready"
