#include <dossier/ui/key.h>

#include <dossier/base/text.h>

static const struct { enum key key; const char *name; } names[] = {
	{ K_TAB, "Tab" }, { K_ENTER, "Enter" }, { K_ESC, "Esc" }, { K_SPACE, "Space" }, { K_BACKSPACE, "BS" },
#define X(name, word) { K_##name, word },
	KEYS(X)
#undef X
};
#define N_NAMES (sizeof(names) / sizeof(*names))

static bool parse_code(struct str name, uint32_t *key)
{
	size_t len;
	bool ok;

	for (size_t i = 0; i < N_NAMES; i++)
		if (str_caseis(name, names[i].name)) {
			*key = names[i].key;
			return true;
		}
	if (name.n == 0)
		return false;
	*key = text_next(name, 0, &len, &ok);
	return ok && len == name.n && *key > ' ' && *key != 127;
}

bool key_parse(struct str name, uint32_t *key)
{
	uint32_t mods = 0, code;

	while (name.n > 2 && name.p[1] == '-') {
		uint32_t mod = name.p[0] == 'S' ? K_SHIFT : name.p[0] == 'M' ? K_ALT : name.p[0] == 'C' ? K_CTRL : 0;

		if (!mod || (mods & mod))
			return false;
		mods |= mod;
		name = str_make(name.p + 2, name.n - 2);
	}
	if (!parse_code(name, &code))
		return false;
	if ((mods & K_CTRL) && code < 128 && code >= '@') {
		code = K_CONTROL(code);
		mods &= ~(uint32_t)K_CTRL;
	}
	if ((mods & (K_CTRL | K_SHIFT)) && code < K_NAMED && !(code == K_TAB && !(mods & K_CTRL)))
		return false;
	*key = code | mods;
	return true;
}

void key_print(uint32_t key, struct buf *out)
{
	uint32_t code = K_CODE(key);

	buf_adds(out, key & K_CTRL ? "C-" : "");
	buf_adds(out, key & K_ALT ? "M-" : "");
	buf_adds(out, key & K_SHIFT ? "S-" : "");
	for (size_t i = 0; i < N_NAMES; i++)
		if (names[i].key == code) {
			buf_adds(out, names[i].name);
			return;
		}
	if (code < ' ') {
		buf_adds(out, "C-");
		buf_addc(out, (char)(code + (code >= 1 && code <= 26 ? 'a' - 1 : '@')));
	} else {
		text_put(out, code);
	}
}

bool key_is_text(uint32_t key)
{
	return key >= ' ' && key != K_BACKSPACE && key < K_NAMED;
}

/* CSI final letter, or the number before ~ */
static const struct { enum key key; char final; int number; } sequences[] = {
	{ K_UP, 'A', 0 }, { K_DOWN, 'B', 0 }, { K_RIGHT, 'C', 0 }, { K_LEFT, 'D', 0 }, { K_HOME, 'H', 0 }, { K_END, 'F', 0 },
	{ K_F1, 'P', 0 }, { K_F2, 'Q', 0 }, { K_F3, 'R', 0 }, { K_F4, 'S', 0 },
	{ K_INS, '~', 2 }, { K_DEL, '~', 3 }, { K_PGUP, '~', 5 }, { K_PGDN, '~', 6 },
	{ K_F5, '~', 15 }, { K_F6, '~', 17 }, { K_F7, '~', 18 }, { K_F8, '~', 19 },
	{ K_F9, '~', 20 }, { K_F10, '~', 21 }, { K_F11, '~', 23 }, { K_F12, '~', 24 },
	/* other terminals' names for the same */
	{ K_HOME, '~', 1 }, { K_END, '~', 4 }, { K_HOME, '~', 7 }, { K_END, '~', 8 },
	{ K_F1, '~', 11 }, { K_F2, '~', 12 }, { K_F3, '~', 13 }, { K_F4, '~', 14 },
};
#define N_SEQUENCES (sizeof(sequences) / sizeof(*sequences))

void key_bytes(uint32_t key, struct buf *out)
{
	uint32_t code = K_CODE(key);
	int mods = (key & K_SHIFT ? 1 : 0) + (key & K_ALT ? 2 : 0) + (key & K_CTRL ? 4 : 0);

	if (code == K_TAB && (key & K_SHIFT)) {
		buf_adds(out, "\033[Z");
		return;
	}
	if (code < K_NAMED) {
		if (key & K_ALT)
			buf_addc(out, '\033');
		text_put(out, code);
		return;
	}
	for (size_t i = 0; i < N_SEQUENCES; i++) {
		if (sequences[i].key != code)
			continue;
		buf_adds(out, "\033[");
		if (sequences[i].final == '~')
			buf_printf(out, mods ? "%d;%d" : "%d", sequences[i].number, mods + 1);
		else if (mods)
			buf_printf(out, "1;%d", mods + 1);
		else if (code >= K_F1 && code <= K_F4)
			out->data[out->len - 1] = 'O';
		buf_addc(out, sequences[i].final);
		return;
	}
}

void keys_in_init(struct keys_in *in, const struct keys_sink *sink)
{
	*in = (struct keys_in){ .sink = *sink };
	buf_init(&in->paste, PASTE_MOST);
	buf_init(&in->scan.text, SCAN_MOST);
}

void keys_in_release(struct keys_in *in)
{
	buf_release(&in->paste);
	buf_release(&in->scan.text);
}

static void emit(struct keys_in *in, uint32_t key)
{
	/* Some terminals send ^J for Enter, ^H for the backspace key. */
	if (key == '\n' || key == (K_ALT | '\n'))
		key = (key & K_ALT) | K_ENTER;
	if (key == 8 || key == (K_ALT | 8))
		key = (key & K_ALT) | K_BACKSPACE;
	in->sink.key(in->sink.arg, key);
}

static uint32_t mods_of(int param)
{
	int bits = param > 1 && param <= 16 ? param - 1 : 0;

	return (bits & 1 ? K_SHIFT : 0) | (bits & 2 ? K_ALT : 0) | (bits & 4 ? K_CTRL : 0);
}

static void emit_sequence(struct keys_in *in, char final, const int params[2])
{
	if (final == 'Z') {
		emit(in, K_TAB | K_SHIFT);
		return;
	}
	if (final == '~' && params[0] == 200) {
		in->pasting = true;
		buf_reset(&in->paste);
		return;
	}
	for (size_t i = 0; i < N_SEQUENCES; i++)
		if (sequences[i].final == final && (final != '~' || sequences[i].number == params[0])) {
			emit(in, sequences[i].key | mods_of(params[1]));
			return;
		}
}

enum { NEED_MORE = 0 };

/* ESC [ ...: bytes used, NEED_MORE when it has not ended. What is unknown is swallowed whole. */
static size_t take_csi(struct keys_in *in)
{
	const unsigned char *p = in->held;
	int params[2] = { 0, 0 };
	size_t at = 2, which = 0;

	if (in->n > 2 && p[2] == '[') {         /* the Linux console's F1 to F5 */
		if (in->n < 4)
			return NEED_MORE;
		if (p[3] >= 'A' && p[3] <= 'E')
			emit(in, K_F1 + (p[3] - 'A'));
		return 4;
	}
	for (; at < in->n && p[at] >= 0x20 && p[at] < 0x40; at++) {
		if (p[at] == ';')
			which++;
		else if (p[at] >= '0' && p[at] <= '9' && which < 2 && params[which] < 10000)
			params[which] = params[which] * 10 + (p[at] - '0');
	}
	if (at == in->n)
		return at < sizeof(in->held) ? NEED_MORE : at;
	if (p[at] >= 0x40 && p[at] < 0x7F)
		emit_sequence(in, (char)p[at], params);
	return at + (p[at] >= 0x20);    /* a control inside ends it and is read by itself */
}

/* ESC O x: function keys, arrows, and the keypad, whose digits are digits. */
static size_t take_ss3(struct keys_in *in)
{
	static const char pad[] = "*+,-./0123456789";
	const int none[2] = { 0, 0 };
	unsigned char c;

	if (in->n < 3)
		return NEED_MORE;
	c = in->held[2];
	if (c >= 'j' && c <= 'y')
		emit(in, (uint32_t)pad[c - 'j']);
	else if (c == 'M')
		emit(in, K_ENTER);
	else if (c >= 'A' && c <= 'S')
		emit_sequence(in, (char)c, none);
	return 3;
}

static size_t take_char(struct keys_in *in, size_t at, uint32_t mods, bool last)
{
	size_t len, need;
	bool ok;
	unsigned char c = in->held[at];
	uint32_t code;

	need = c < 0xC2 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 1;
	if (in->n - at < need && !last)
		return NEED_MORE;
	code = text_next(str_make((const char *)in->held, in->n), at, &len, &ok);
	if (code != 0)
		emit(in, code | mods);
	return at + len;
}

static size_t take_one(struct keys_in *in, bool last)
{
	const unsigned char *p = in->held;
	size_t used = NEED_MORE;

	if (p[0] != K_ESC)
		return take_char(in, 0, 0, last);
	if (in->n > 1) {
		if (p[1] == '[')
			used = take_csi(in);
		else if (p[1] == 'O')
			used = take_ss3(in);
		else if (p[1] == K_ESC)
			last = true;
		else
			used = take_char(in, 1, K_ALT, last);
	}
	if (used == NEED_MORE && last) {
		emit(in, K_ESC);
		used = 1;
	}
	return used;
}

/* True while what is held may be the scanner's prefix; on once it is. */
static bool may_scan(struct keys_in *in, bool last)
{
	size_t n = in->n < in->scan.n_prefix ? in->n : in->scan.n_prefix;

	if (!n || memcmp(in->held, in->scan.prefix, n) != 0)
		return false;
	if (n < in->scan.n_prefix)
		return !last;
	in->n -= n;
	memmove(in->held, in->held + n, in->n);
	in->scan.on = true;
	buf_reset(&in->scan.text);
	return true;
}

static void drain(struct keys_in *in, bool last)
{
	while (in->n > 0 && !in->pasting && !may_scan(in, last)) {
		size_t used = take_one(in, last);

		if (used == NEED_MORE)
			return;
		if (used > in->n)
			used = in->n;
		in->n -= used;
		memmove(in->held, in->held + used, in->n);
	}
}

/* What is between the marks: a scan where it ended, else it is shown as what was pasted. */
static void tell_scan(struct keys_in *in, bool whole)
{
	struct buf safe;

	in->scan.on = false;
	buf_init(&safe, 4 * SCAN_MOST);
	text_safe(&safe, buf_str(&in->scan.text), whole ? 0 : TEXT_LINES);
	if (whole && in->sink.scan)
		in->sink.scan(in->sink.arg, buf_str(&safe));
	else
		in->sink.paste(in->sink.arg, buf_str(&safe));
	buf_release(&safe);
}

static bool is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

/* One byte of a scan. */
static void feed_scan(struct keys_in *in, char c)
{
	const size_t n = in->scan.n_suffix;
	struct buf *text = &in->scan.text;

	if (!n && is_line_end(c)) {
		tell_scan(in, true);
		return;
	}
	buf_addc(text, c);
	if (n && text->len >= n && memcmp(text->data + text->len - n, in->scan.suffix, n) == 0) {
		text->len -= n;
		text->data[text->len] = '\0';
		in->scan.after = "\r\n";
		tell_scan(in, true);
	} else if (text->len >= SCAN_MOST - 1) {
		tell_scan(in, false);
	}
}

/* A character, or a key by itself that everybody needs. */
static bool is_typed(struct str prefix)
{
	return prefix.n && ((unsigned char)prefix.p[0] >= ' ' || (prefix.n == 1 && strchr("\b\t\n\r\033", prefix.p[0])));
}

bool keys_in_scanner(struct keys_in *in, struct str prefix, struct str suffix)
{
	if (prefix.n > MARK_MOST || suffix.n > MARK_MOST || is_typed(prefix))
		return false;
	in->scan.n_prefix = prefix.n;
	in->scan.n_suffix = suffix.n == 1 && is_line_end(suffix.p[0]) ? 0 : suffix.n;
	if (prefix.n)
		memcpy(in->scan.prefix, prefix.p, prefix.n);
	if (suffix.n)
		memcpy(in->scan.suffix, suffix.p, suffix.n);
	return true;
}

#define PASTE_END "\033[201~"

/* Bytes that belong to the paste; those after its end are keys again. */
static size_t feed_paste(struct keys_in *in, const char *bytes, size_t n)
{
	const size_t end = sizeof(PASTE_END) - 1;
	struct buf safe;

	for (size_t i = 0; i < n; i++) {
		if (in->paste.len < PASTE_MOST - 1)
			buf_addc(&in->paste, bytes[i]);
		else    /* keep what may be the end in sight */
			memmove(in->paste.data + in->paste.len - end, in->paste.data + in->paste.len - end + 1, end - 1),
				in->paste.data[in->paste.len - 1] = bytes[i];
		if (bytes[i] != '~' || in->paste.len < end || memcmp(in->paste.data + in->paste.len - end, PASTE_END, end) != 0)
			continue;
		in->pasting = false;
		buf_init(&safe, 4 * PASTE_MOST);
		text_safe(&safe, str_make(in->paste.data, in->paste.len - end), TEXT_LINES);
		in->sink.paste(in->sink.arg, buf_str(&safe));
		buf_release(&safe);
		return i + 1;
	}
	return n;
}

/* What stood behind a prefix that was found late belongs to the scan. */
static void refeed(struct keys_in *in)
{
	unsigned char rest[sizeof(in->held)];
	size_t n = in->n;

	if (!in->scan.on || !n)
		return;
	memcpy(rest, in->held, n);
	in->n = 0;
	keys_in_feed(in, rest, n);
}

void keys_in_feed(struct keys_in *in, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		size_t take = 1;

		const char *after = in->scan.after;

		in->scan.after = NULL;
		if (in->pasting) {
			take = feed_paste(in, p, n);
		} else if (in->scan.on) {
			feed_scan(in, *p);
		} else if (after && *p && strchr(after, *p)) {
			in->scan.after = *p == '\r' ? "\n" : NULL;
		} else {
			in->held[in->n++] = (unsigned char)*p;
			drain(in, in->n == sizeof(in->held));
			refeed(in);
		}
		p += take;
		n -= take;
	}
}

int keys_in_waits(const struct keys_in *in)
{
	return in->scan.on ? SCAN_MS : in->n > 0 || in->scan.after ? ESC_MS : 0;
}

void keys_in_settle(struct keys_in *in)
{
	in->scan.after = NULL;
	if (in->scan.on)
		tell_scan(in, false);
	drain(in, true);
}
