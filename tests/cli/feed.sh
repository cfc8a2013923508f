#!/bin/sh
# A till that exports files: loaded, found and pulled beside a backend that is asked, loaded again without a change.
set -u
: "${DOSSIER_BIN:=./dossier}" "${DOSSIER_SRC:=.}"
dir=$(mktemp -d)
export HOME="$dir" XDG_RUNTIME_DIR="$dir/run" XDG_STATE_HOME="$dir/state" XDG_DATA_HOME="$dir/data" XDG_CONFIG_HOME="$dir/config"
export DOSSIER_DATADIR="$DOSSIER_SRC" LC_ALL=C.UTF-8 TZ=UTC
trap 'rm -rf "$dir"' EXIT
mkdir -m 700 "$dir/run" "$dir/store"
fails=0
fail() { echo "FAIL $1"; fails=$((fails + 1)); }
dossier() { "$DOSSIER_BIN" --config "$dir/house.yaml" "$@"; }

cat >"$dir/house.yaml" <<'END'
house: {name: Example, country: GB, currency: GBP, zone: Europe/London}
store: {path: store/shared.db, local: store/local}
backends:
  counter: {connector: till-export}
END
chmod 600 "$dir/house.yaml"
cat >"$dir/day.csv" <<'END'
Shop;Receipt;Time;Customer;E-mail;Phone;Loyalty no;Total;State;Articles
Leeds;1001;2026-11-01T10:00:00Z;Jane Moss;Jane@Example.com;020 7946 0018;L-7;12.50;paid;"1 umbrella
1 ""good"" hat"
Leeds;1002;2026-11-02T10:00:00Z;Jane Moss;;;L-7;-12.50;paid;back
Leeds;1003;2026-11-02T11:00:00Z;;;;;5.00;paid;
York;1004;2026-11-02T12:00:00Z;Ian Moss;ian@example.com;020 7946 0018;L-8;1.00;training;
York;1005;2026-11-02T12:00:00Z;Ian Moss;ian@example.com;;L-8;much;paid;
York;1006;too few
END

dossier feed load counter "$dir/day.csv" --dry-run >"$dir/out" 2>"$dir/said"; [ $? = 3 ] || fail "dry: $(cat "$dir/said")"
grep -q "4 rows would be kept" "$dir/out" || fail "dry: $(cat "$dir/out")"
dossier find loyalty:L-7 >/dev/null 2>&1; [ $? = 1 ] || fail "a dry run keeps nothing"
dossier feed load counter "$dir/day.csv" >"$dir/out" 2>"$dir/said"; [ $? = 3 ] || fail "load: $? $(cat "$dir/said")"
grep -q "4 rows; 4 new or changed, 0 as they were; 1 passed over, 1 left out" "$dir/out" || fail "counts: $(cat "$dir/out")"
grep -q "day.csv:7: .*no amount of GBP" "$dir/said" || fail "a wrong amount at its line: $(cat "$dir/said")"
grep -q "day.csv:8: .*fewer cells" "$dir/said" || fail "a short row at its line: $(cat "$dir/said")"

for who in loyalty:L-7 jane@example.com '+44 20 7946 0018' 'jane moss' rec:counter/L-7; do
	dossier find "$who" --format json >"$dir/found" 2>"$dir/said" || fail "find $who: $(cat "$dir/said")"
	grep -q '"name":"Jane Moss"' "$dir/found" || fail "find $who: $(cat "$dir/found")"
done
dossier find receipt:1003 --format json 2>/dev/null | grep -q '"title":"Receipt 1003"' || fail "a receipt of nobody"
dossier timeline jane@example.com --format ndjson >"$dir/rows" 2>"$dir/said" || fail "timeline: $(cat "$dir/said")"
[ "$(grep -c '"type":"interaction"' "$dir/rows")" = 2 ] || fail "her two rows: $(cat "$dir/rows")"
grep -q '"kind":"return".*"minor":-1250' "$dir/rows" || fail "the return"
grep -q 'good\\" hat' "$dir/rows" || fail "a cell of two lines"

dossier feed load counter "$dir/day.csv" 2>/dev/null | grep -q "0 new or changed, 4 as they were" || fail "a repeat changes nothing"
sed -n '1p;5p' "$dir/day.csv" | sed 's/;1002;/;1002;/; s/;back/;brought back/' >"$dir/next.csv"
sed -i 's/^Leeds;1003.*/Leeds;1001;2026-11-01T10:00:00Z;Jane Moss;jane@example.com;;L-7;13.00;paid;corrected/' "$dir/next.csv"
dossier feed load counter - <"$dir/next.csv" >"$dir/out" 2>&1 || fail "a correction: $(cat "$dir/out")"
dossier timeline jane@example.com --format ndjson 2>/dev/null | grep -c '"type":"interaction"' | grep -qx 2 || fail "the corrected row is not another one"
dossier timeline jane@example.com --grep corrected --format ndjson 2>/dev/null | grep -q '"minor":1300' || fail "the correction is read"

dossier feed load counter "$dir/none.csv" >/dev/null 2>"$dir/said"; [ $? = 2 ] || fail "no file"
dossier feed load other "$dir/day.csv" >/dev/null 2>"$dir/said"; [ $? = 2 ] || fail "no such backend"
[ "$fails" = 0 ]
