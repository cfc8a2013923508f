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
}

void keys_in_release(struct keys_in *in)
{
	buf_release(&in->paste);
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

static void drain(struct keys_in *in, bool last)
{
	while (in->n > 0 && !in->pasting) {
		size_t used = take_one(in, last);

		if (used == NEED_MORE)
			return;
		if (used > in->n)
			used = in->n;
		in->n -= used;
		memmove(in->held, in->held + used, in->n);
	}
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

void keys_in_feed(struct keys_in *in, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		size_t take = 1;

		if (in->pasting) {
			take = feed_paste(in, p, n);
		} else {
			in->held[in->n++] = (unsigned char)*p;
			drain(in, in->n == sizeof(in->held));
		}
		p += take;
		n -= take;
	}
}

bool keys_in_waits(const struct keys_in *in)
{
	return in->n > 0;
}

void keys_in_settle(struct keys_in *in)
{
	drain(in, true);
}
