# Where this MediaWiki lives; sourced by its scripts after `here` is set.
# shellcheck shell=sh disable=SC1091,SC2034,SC2154
. "$here/../../real/common.sh"
me="vendor/mediawiki ${0##*/}"
export MEDIAWIKI_PORT="${MEDIAWIKI_PORT:-8403}"
export state="${DOSSIER_VENDOR_HOME:-/var/tmp/dossier-vendor}/mediawiki"
export MW_CONFIG_FILE="$state/LocalSettings.php"
url=http://127.0.0.1:$MEDIAWIKI_PORT
pidfile=$state/mediawiki.pid
unpacked=$state/unpacked
wiki=$unpacked/usr/share/mediawiki
mkdir -p "$state"
