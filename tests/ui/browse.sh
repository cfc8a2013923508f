#!/bin/sh
# o: the row's address goes to the program that is named, as one argument, never through a shell; else it is shown.
set -u
src=${DOSSIER_SRC:-$(cd "$(dirname "$0")/../.." && pwd)}
bin=${DOSSIER_BIN:-$src/build/dossier}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TZ=UTC HOME="$work" XDG_RUNTIME_DIR="$work" DOSSIER_DATADIR="$src" DOSSIER_SYSCONFDIR="$work" LOGNAME=ana
unset NO_COLOR BROWSER DISPLAY WAYLAND_DISPLAY XDG_CONFIG_HOME XDG_STATE_HOME XDG_DATA_HOME
fails=0
fail() { echo "FAIL $*"; fails=$((fails + 1)); }

# opens NAME [OPTION...]: the script that stands in $work/keys
opens() {
	name=$1
	shift
	(cd "$work" && timeout 60 "$bin" --replay "$src/tests/replay" --config house.yaml --now 2026-11-23T12:41:00Z --keys keys --size 80x24 "$@" 2>err) ||
		{ fail "$name"; cat "$work/err"; }
}
shows() { grep -qF "$2" "$work/$1" || { fail "$1 does not show: $2"; tail -n 6 "$work/$1"; }; }
# got WORDS: what the browser was given, a line each; the program may be a moment later than the screen
got() {
	tries=0
	while [ ! -s "$work/given" ] && [ $tries -lt 500 ]; do tries=$((tries + 1)); sleep 0.02; done
	[ "$(cat "$work/given" 2>/dev/null)" = "$1" ] || fail "the browser was given \"$(cat "$work/given" 2>/dev/null)\", not \"$1\""
	rm -f "$work/given"
}
address='http://127.0.0.1:1/Ticket/Display.html?id=1'
cp "$src/tests/replay/dossier.yaml" "$work/house.yaml"
cat >"$work/browser" <<END
#!/bin/sh
for word; do echo "\$word"; done >"$work/given.new"
mv "$work/given.new" "$work/given"
END
chmod +x "$work/browser"
to_ticket='type /maria.santos@example.com
keys Enter
settle
type fcall
keys Enter
settle'

# nobody named one, and there is no desktop
printf '%s\nkeys o\nwait no browser here\nsave none' "$to_ticket" >"$work/keys"
opens none
shows none "no browser here: $address"

# the session's, with its own words; the one for all of the house; the agent's own
printf '%s\nkeys o\nwait opening http\nsettle' "$to_ticket" >"$work/keys"
BROWSER="$work/browser --new-tab" opens session
got "--new-tab
$address"
sed -i "s|^{|{\"browser\": [\"$work/browser\", \"--url=%s\", \"now\"], |" "$work/house.yaml"
BROWSER=false opens house
got "--url=$address
now"
mkdir -p "$work/.config/dossier"
printf 'preferences: {browser: [%s, mine]}\n' "$work/browser" >"$work/.config/dossier/dossier.yaml"
opens own
got "mine
$address"

# a browser that does not come up says so, with the address
printf 'preferences: {browser: [%s/none]}\n' "$work" >"$work/.config/dossier/dossier.yaml"
printf '%s\nkeys o\nwait no browser came up\nsave failed' "$to_ticket" >"$work/keys"
opens failed

# restricted: nothing is started
printf 'preferences: {browser: [%s]}\n' "$work/browser" >"$work/.config/dossier/dossier.yaml"
printf '%s\nkeys o\nwait closed here\nsettle' "$to_ticket" >"$work/keys"
opens restricted --restricted
[ ! -e "$work/given" ] || fail "started although restricted"

[ $fails = 0 ] && echo ok
exit $fails
