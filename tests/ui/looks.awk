# The looks of a picture (SVG) of the screen: which columns of which row are in which colours, bold or underlined, and
# what the letters stand for. Text of no look of its own is not told.
BEGIN { last = -1 }
function value(name,    at, rest) {
	at = index($0, " " name "=\"")
	if (!at)
		return ""
	rest = substr($0, at + length(name) + 3)
	return substr(rest, 1, index(rest, "\"") - 1)
}
function flush_rect() {
	if (rect_at != "")
		tell(rect_row, rect_at, rect_wide, "on " rect_fill)
	rect_at = ""
}
function tell(row, at, wide, look) {
	if (!(look in letter)) {
		letter[look] = substr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", ++n, 1)
		looks[n] = look
	}
	if (row != last) {
		printf "%s%d:", last < 0 ? "" : "\n", row
		last = row
	}
	printf " %d+%d%s", at, wide, letter[look]
}
/^<rect x/ {
	flush_rect()
	rect_row = value("y") / 17
	rect_at = value("x") / 8
	rect_wide = value("width") / 8
	rect_fill = value("fill")
}
/^<text/ {
	row = (value("y") - 13) / 17
	at = value("x") / 8
	wide = value("textLength") / 8
	look = value("fill")
	if (rect_at != "" && rect_row == row && rect_at == at) {
		look = look " on " rect_fill
		rect_at = ""
	}
	flush_rect()
	if (value("font-weight") != "")
		look = look " bold"
	if (value("text-decoration") != "")
		look = look " underline"
	if (look != "#d0d7de")
		tell(row, at, wide, look)
}
END {
	flush_rect()
	print ""
	for (i = 1; i <= n; i++)
		print letter[looks[i]] " " looks[i]
}
