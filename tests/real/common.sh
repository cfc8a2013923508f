# Shared by the scripts of both backends; sourced by their env.sh, which sets me, state and more.
# shellcheck shell=sh disable=SC2154

umask 077
DOSSIER_REAL_HOME=${DOSSIER_REAL_HOME:-/var/tmp/dossier-real}

# Automake's and our CI's word for "could not be tried here".
CANNOT=77

say()  { printf '%s: %s\n' "$me" "$*"; }
die()  { printf '%s: %s\n' "$me" "$*" >&2; exit 1; }
skip() { printf '%s: SKIPPED: %s\n' "$me" "$*" >&2; exit "$CANNOT"; }

# persist WORDS...: up to three tries, with a growing pause between them.
persist() {
  pause=5
  for try in 1 2 3; do
    "$@" && return 0
    [ "$try" = 3 ] && return 1
    say "'$1 $2' failed (try $try of 3), again in $pause s" >&2
    sleep "$pause"
    pause=$((pause * 4))
  done
}

# The time a process began, in clock ticks since boot: with its id it names one process, also
# after the id has been given to another.
born() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# started PID FILE: remember a process for `running` and `end_process`.
started() { printf '%s %s\n' "$1" "$(born "$1")" >"$2"; }

running() {
  [ -s "$1" ] || return 1
  read -r pid birth <"$1" || return 1
  [ -n "$birth" ] && [ "$(born "$pid")" = "$birth" ]
}

# end_process FILE: ask, wait up to ten seconds, then insist.
end_process() {
  if running "$1"; then
    read -r pid birth <"$1"
    kill "$pid"
    within 10 gone "$1" || { say "process $pid does not end, killing it"; kill -9 "$pid"; within 5 gone "$1"; }
  fi
  rm -f "$1"
}
gone() { ! running "$1"; }

# within SECONDS COMMAND...: wait until the command succeeds, looking ten times a second.
within() {
  looks=$(($1 * 10))
  shift
  until "$@"; do
    looks=$((looks - 1))
    [ "$looks" -gt 0 ] || return 1
    sleep 0.1
  done
}

# up_or_dead FILE URL: for `within`; an end of the process ends the wait as well.
up_or_dead() { ! running "$1" || answers "$2"; }
answers() { curl -s -o /dev/null --max-time 5 "$1"; }

# wait_up NAME FILE URL LOG SECONDS
wait_up() {
  within "$5" up_or_dead "$2" "$3" || { tail -n 20 "$4" >&2; die "$1 does not answer at $3 after $5 s"; }
  running "$2" || { tail -n 20 "$4" >&2; die "$1 ended while starting, see $4"; }
}

# port_free PORT: a listener we did not start is somebody else's; refuse instead of talking to it.
port_free() {
  python3 - "$1" <<'PY' || die "port $1 on 127.0.0.1 is taken by another program"
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind(("127.0.0.1", int(sys.argv[1])))
except OSError:
    sys.exit(1)
PY
}

# secret FILE [LENGTH]: the random word kept in FILE, made when missing.
secret() {
  [ -s "$1" ] || python3 -c 'import secrets, sys; print(secrets.token_hex(int(sys.argv[1])))' "${2:-12}" >"$1"
  cat "$1"
}

# debian PACKAGES...: exit 77 when they cannot be had.
debian() {
  missing=
  for p; do dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"; done
  [ -z "$missing" ] && return 0
  command -v apt-get >/dev/null || skip "no apt-get, and not installed:$missing"
  [ "$(id -u)" = 0 ] || skip "not root, and not installed:$missing"
  say "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  persist apt-get -qq update || skip "no package lists (apt-get update)"
  # shellcheck disable=SC2086
  persist apt-get -qq -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 install $missing >"$state/apt.log" 2>&1 || {
    tail -n 5 "$state/apt.log" >&2
    skip "packages cannot be had:$missing"
  }
}
