# Where this Request Tracker lives; sourced by its scripts after `here` is set.
# shellcheck shell=sh disable=SC1091,SC2034,SC2154
. "$here/../common.sh"
me="real/rt ${0##*/}"
export RT_PORT="${RT_PORT:-8401}"
export state="$DOSSIER_REAL_HOME/rt"
export RT_SITE_CONFIG="$state/RT_SiteConfig.pm" RT_SITE_CONFIG_DIR="$state/site.d"
url=http://127.0.0.1:$RT_PORT
pidfile=$state/rt.pid
mkdir -p "$state"
