#!/bin/sh
# The desk and the customer view of the story that they were drawn for, at both sizes, compared with the screens that
# were read and kept. "mock.sh write" writes what they are now.
set -u
write=
[ "${1:-}" = write ] && write=1
. "${DOSSIER_SRC:=.}/tests/ui/story.sh"
play
as ana 2026-11-22T12:37:48Z 80x24 <<'END'
settle
save mock-80x24-desk
patient
type 07700900417
keys Enter
wait people match
breathe
save mock-80x24-find
keys Enter
wait Owen Castell
settle
type :contact
keys Enter 1
wait contact begun
settle
END
for size in 80x24 100x30; do
	as ana 2026-11-22T12:41:00Z $size <<-END
	patient
	type 07700900417
	keys Enter
	wait people match
	breathe
	keys Enter
	wait Owen Castell
	settle
	save mock-$size-customer
	END
	as_kept mock-$size-customer
done
as_kept mock-80x24-desk
as_kept mock-80x24-find
finish
