#!/bin/sh
# Reads every include and fails on a breach of the layers and of library ownership (HACKING, "Layers").
set -u
cd "${DOSSIER_SRC:-$(dirname "$0")/..}" || exit 99
bad=0
say() { printf '%s\n' "$*" >&2; bad=1; }

# what each layer may include, itself among them
may() {
	case $1 in
	base) echo base ;;
	model) echo base model ;;
	net) echo base model net ;;
	backend) echo base model net backend ;;
	store) echo base model net store ;;
	desk) echo base model net backend store desk ;;
	ui) echo base model net backend store desk ui ;;
	cli) echo base model net backend store desk cli ;;
	sandbox) echo base model sandbox ;;
	top) echo base model net backend store desk ui cli ;;
	*) echo ;;
	esac
}

seen=0
for f in $(find src include -name '*.[ch]' | sort); do
	case $f in
	src/main.c) layer=top ;;
	src/*/*) layer=${f#src/}; layer=${layer%%/*} ;;
	include/dossier/*/*) layer=${f#include/dossier/}; layer=${layer%%/*} ;;
	*) say "$f: not in a layer's folder"; continue ;;
	esac
	allowed=" $(may "$layer") "
	[ "$allowed" != "  " ] || { say "$f: unknown layer $layer"; continue; }
	seen=$((seen + 1))
	for inc in $(sed -n 's/^[ \t]*#[ \t]*include[ \t]*["<]dossier\/\([a-z]*\)\/.*/\1/p' "$f"); do
		case $allowed in *" $inc "*) ;; *) say "$f: layer $layer may not include dossier/$inc" ;; esac
	done
	for inc in $(sed -n 's/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$f"); do
		case $inc in */*) say "$f: include \"$inc\": a private header stands in the same folder, others are <dossier/...>" ;; esac
	done
done

# own LIBRARY-HEADER-PATTERN PATH-PATTERN COUNT: only files matching may include it; COUNT is the most of them
own() {
	hits=$(grep -lE "^[ \t]*#[ \t]*include[ \t]*<$1" -r src include | sort)
	n=0
	for f in $hits; do
		printf '%s\n' "$f" | grep -Eq "^($2)" || say "$f: includes <$1...>, which belongs to $2"
		n=$((n + 1))
	done
	[ "$n" -le "$3" ] || say "<$1...> is included by $n files, $3 at most: $hits"
}
own 'curl/' 'src/net/' 99
own '(ncurses|curses|ncursesw/|term\.)' 'src/ui/' 99
own 'readline/' 'src/(ui|cli)/' 2
own 'sqlite3' 'src/store/sqlite' 9
own '(libpq|postgresql/)' 'src/store/pg' 9
own 'yaml\.h' 'src/base/' 1
own 'nettle/' 'src/base/' 1
own 'microhttpd' 'src/sandbox/' 99
own 'pthread' 'src/net/work' 2

# the environment is read by helper threads, and by libraries in them: nobody writes it
writers=$(grep -lE '\b(setenv|unsetenv|putenv|clearenv)[ \t]*\(' -r src | sort)
[ -z "$writers" ] || say "$writers: writes the environment, which other threads read"

[ "$seen" -gt 0 ] || say "no sources found"
[ $bad = 0 ] && echo "layers hold in $seen files"
exit $bad
