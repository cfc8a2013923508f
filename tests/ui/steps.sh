# Steps that scripts for the screen have in common, printed. Sourced by house.sh, not run.
owen_opens() { printf '%s\n' "type /email:owen.castell@example.com" "keys Enter" "wait Owen Castell" settle; }
# at the desk
owen_first() { printf '%s\n' "wait Who is on the line" settle; owen_opens; }
# half_note TEXT: kept as a draft of whoever is open, and Owen parked after that
half_note() {
	printf '%s\n' "type $1" "keys Esc" "wait kept as a draft"
	owen_opens
	printf '%s\n' "keys z" "wait parked"
}
