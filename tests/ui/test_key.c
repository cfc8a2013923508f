#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <dossier/ui/key.h>

/* What the decoder said, in a line: names of keys, and pastes in brackets. */
struct said { struct buf text; };

static void on_key(void *arg, uint32_t key)
{
	struct said *said = arg;

	buf_adds(&said->text, said->text.len ? " " : "");
	key_print(key, &said->text);
}

static void on_paste(void *arg, struct str safe)
{
	struct said *said = arg;

	buf_adds(&said->text, said->text.len ? " [" : "[");
	buf_addstr(&said->text, safe);
	buf_adds(&said->text, "]");
}

static void on_scan(void *arg, struct str safe)
{
	struct said *said = arg;

	buf_adds(&said->text, said->text.len ? " <" : "<");
	buf_addstr(&said->text, safe);
	buf_adds(&said->text, ">");
}

/* The bytes in one piece, byte by byte, and then silence. */
static void reads(const char *bytes, size_t n, const char *as)
{
	for (size_t piece = 1; piece <= n; piece += n > 1 ? n - 1 : 1) {
		struct said said;
		struct keys_sink sink = { on_key, on_paste, &said };
		struct keys_in in;

		buf_init(&said.text, 4 * PASTE_MOST);
		keys_in_init(&in, &sink);
		for (size_t at = 0; at < n; at += piece)
			keys_in_feed(&in, bytes + at, piece < n - at ? piece : n - at);
		keys_in_settle(&in);
		assert_false(keys_in_waits(&in));
		assert_string_equal(said.text.data ? said.text.data : "", as);
		keys_in_release(&in);
		buf_release(&said.text);
	}
}
#define READS(bytes, as) reads(bytes, sizeof(bytes) - 1, as)

static void test_characters(void **state)
{
	(void)state;
	READS("a", "a");
	READS("Zß€😀", "Z ß € 😀");
	READS("\r\n\t\177\010", "Enter Enter Tab BS BS");
	READS("\001\032\003", "C-a C-z C-c");
	READS("\xC3(", "\xEF\xBF\xBD (");
	READS("\xFF", "\xEF\xBF\xBD");
}

static void test_sequences(void **state)
{
	(void)state;
	READS("\033[A\033OB\033[5~\033[1;5C", "Up Down PgUp C-Right");
	READS("\033OP\033[15~\033[24~\033[[A\033[11~", "F1 F5 F12 F1 F1");
	READS("\033[Z\033[H\033[4~\033[3~", "S-Tab Home End Del");
	READS("\033Op\033Oy\033Ok\033OM", "0 9 + Enter");
	READS("\033[?1;2c\033[999;1Hx", "Home x");
	READS("\033[1;99A", "Up");
}

static void test_escape(void **state)
{
	(void)state;
	READS("\033", "Esc");
	READS("\033\033", "Esc Esc");
	READS("\033x", "M-x");
	READS("\033\r", "M-Enter");
	READS("\033[", "Esc [");
	READS("\033\033[A", "Esc Up");
	READS("\033ä", "M-ä");
}

static void test_paste(void **state)
{
	(void)state;
	READS("\033[200~hello\rworld\033[201~x", "[hello\nworld] x");
	READS("\033[200~\033[31mred\033[201~", "[\xEF\xBF\xBD[31mred]");
	READS("\033[200~\033[201~", "[]");
	READS("a\033[200~q\033[20~x\033[201~b", "a [q\xEF\xBF\xBD[20~x] b");
}

/* One without an end takes no more memory than it may, and its end is still seen. */
static void test_long_paste(void **state)
{
	struct said said;
	struct keys_sink sink = { on_key, on_paste, &said };
	struct keys_in in;
	char *filler = malloc(PASTE_MOST);

	(void)state;
	assert_non_null(filler);
	memset(filler, 'x', PASTE_MOST);
	buf_init(&said.text, 8 * PASTE_MOST);
	keys_in_init(&in, &sink);
	keys_in_feed(&in, "\033[200~", 6);
	for (int i = 0; i < 4; i++)
		keys_in_feed(&in, filler, PASTE_MOST);
	assert_int_equal(said.text.len, 0);
	assert_true(in.paste.len <= PASTE_MOST);
	keys_in_feed(&in, "\033[201~k", 7);
	assert_true(said.text.len > PASTE_MOST / 2);
	assert_string_equal(said.text.data + said.text.len - 3, "] k");
	keys_in_release(&in);
	buf_release(&said.text);
	free(filler);
}

static void test_names(void **state)
{
	static const char *const good[] = { "n", "Enter", "Esc", "F12", "C-l", "M-x", "M-Enter", "S-Tab", "C-Right", "PgDn", "ß", "-", "Space" };
	static const char *const bad[] = { "", "nn", "F13", "X-a", "S-a", "C-ä", "C-C-a", "Enterr" };
	struct buf out;
	uint32_t key;

	(void)state;
	buf_init(&out, 64);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		buf_reset(&out);
		assert_true(key_parse(str_of(good[i]), &key));
		key_print(key, &out);
		assert_string_equal(out.data, good[i]);
		/* and what a terminal would send for it is read as it */
		buf_reset(&out);
		key_bytes(key, &out);
		reads(out.data, out.len, good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(key_parse(str_of(bad[i]), &key));
	buf_release(&out);
}

/* The same with a scanner. */
static void scans(const char *prefix, const char *suffix, const char *bytes, size_t n, const char *as)
{
	for (size_t piece = 1; piece <= n; piece += n > 1 ? n - 1 : 1) {
		struct said said;
		struct keys_sink sink = { on_key, on_paste, &said, on_scan };
		struct keys_in in;

		buf_init(&said.text, 4 * PASTE_MOST);
		keys_in_init(&in, &sink);
		assert_true(keys_in_scanner(&in, str_of(prefix), str_of(suffix)));
		for (size_t at = 0; at < n; at += piece)
			keys_in_feed(&in, bytes + at, piece < n - at ? piece : n - at);
		while (keys_in_waits(&in))
			keys_in_settle(&in);
		assert_string_equal(said.text.data ? said.text.data : "", as);
		keys_in_release(&in);
		buf_release(&said.text);
	}
}
#define SCANS(prefix, suffix, bytes, as) scans(prefix, suffix, bytes, sizeof(bytes) - 1, as)

static void test_scans(void **state)
{
	(void)state;
	SCANS("\002", "\003", "a\0025901234\003b", "a <5901234> b");
	/* the line end behind it is the scanner's, the next one is not */
	SCANS("\002", "\003", "\0025901234\003\r\nb\r", "<5901234> b Enter");
	SCANS("\002", "\003", "\0021\003\r\r", "<1> Enter");
	SCANS("\002", "", "\0025901234\r\0027\n", "<5901234> <7>");
	SCANS("\002", "\r", "\0025901234\rq", "<5901234> q");
	/* a prefix that begins like a key, and a key that begins like the prefix */
	SCANS("\033[99~", "\033[98~", "\033[99~12\033[98~\033[A", "<12> Up");
	SCANS("\033[99~", "\033[98~", "\033[9", "Esc [ 9");
	SCANS("\033[99~", "\033[98~", "\033", "Esc");
	/* without its end it is a paste; controls inside are none */
	SCANS("\002", "\003", "\00259", "[59]");
	SCANS("\002", "\003", "\0025\033[2J9\003", "<5\xEF\xBF\xBD[2J9>");
	SCANS("\002", "\003", "\002\003", "<>");
	/* a paste is one, whatever it holds */
	SCANS("\002", "\003", "\033[200~\0021\003\033[201~", "[\xEF\xBF\xBD" "1\xEF\xBF\xBD]");
	SCANS(NULL, NULL, "\0021\r", "C-b 1 Enter");
}

static void test_scan_limits(void **state)
{
	static const char *const refused[] = { "a", "~", "\r", "\t", "\033", " ", "\177", "\xC3\xA4", "\00212345678901234567" };
	struct keys_sink sink = { on_key, on_paste, NULL, on_scan };
	struct said said;
	struct keys_in in;

	(void)state;
	keys_in_init(&in, &sink);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		assert_false(keys_in_scanner(&in, str_of(refused[i]), STR("\003")));
	keys_in_release(&in);
	buf_init(&said.text, 4 * PASTE_MOST);
	sink.arg = &said;
	keys_in_init(&in, &sink);
	assert_true(keys_in_scanner(&in, STR("\002"), STR("\003")));
	keys_in_feed(&in, "\002", 1);
	for (size_t i = 0; i < SCAN_MOST - 1; i++)
		keys_in_feed(&in, "7", 1);
	/* nothing of it is lost, and the next key is one */
	assert_int_equal(said.text.len, SCAN_MOST - 1 + 2);
	keys_in_feed(&in, "k", 1);
	assert_string_equal(said.text.data + said.text.len - 2, " k");
	keys_in_release(&in);
	buf_release(&said.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters), cmocka_unit_test(test_sequences), cmocka_unit_test(test_escape),
		cmocka_unit_test(test_paste), cmocka_unit_test(test_long_paste), cmocka_unit_test(test_names),
		cmocka_unit_test(test_scans), cmocka_unit_test(test_scan_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
