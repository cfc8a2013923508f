/*
 * Keys: what a terminal's bytes mean. A key is one number: a character, a
 * control character as it came (Enter, Tab, Esc), or a named key, with
 * modifiers. Decoding is ours, so that nothing ever waits for a terminal.
 */
#ifndef DOSSIER_UI_KEY_H
#define DOSSIER_UI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dossier/base/buf.h>

/* X(NAME, name) */
#define KEYS(X) \
	X(UP, "Up") X(DOWN, "Down") X(LEFT, "Left") X(RIGHT, "Right") X(HOME, "Home") X(END, "End") \
	X(PGUP, "PgUp") X(PGDN, "PgDn") X(INS, "Ins") X(DEL, "Del") \
	X(F1, "F1") X(F2, "F2") X(F3, "F3") X(F4, "F4") X(F5, "F5") X(F6, "F6") \
	X(F7, "F7") X(F8, "F8") X(F9, "F9") X(F10, "F10") X(F11, "F11") X(F12, "F12")
enum key {
	K_TAB = 9, K_ENTER = 13, K_ESC = 27, K_SPACE = 32, K_BACKSPACE = 127,
	K_NAMED = 0x110000,     /* past the last character */
#define X(name, word) K_##name,
	KEYS(X)
#undef X
	K_NAMED_END,
	K_SHIFT = 1 << 24, K_ALT = 1 << 25, K_CTRL = 1 << 26,   /* of named keys; Alt also of characters */
};
#define K_CODE(key) ((key) & 0x1FFFFF)
#define K_CONTROL(letter) ((letter) & 0x1F)

/* "n", "Enter", "S-Tab", "C-l", "M-Enter", "F3". False for what is no key. */
bool key_parse(struct str name, uint32_t *key);
void key_print(uint32_t key, struct buf *out);
/* True for what writes a character when typed into a field. */
bool key_is_text(uint32_t key);
/* The bytes that a terminal would have sent. */
void key_bytes(uint32_t key, struct buf *out);

/*
 * The decoder. A paste (bracketed) is collected to its end and handed over
 * whole, made safe with its line ends; one longer than PASTE_MOST is cut.
 * What a scanner types between its prefix and its suffix is a scan, without
 * the line end that may follow; one that does not end is a paste.
 */
#define PASTE_MOST (256 * 1024)
#define SCAN_MOST 4096
#define MARK_MOST 16
#define ESC_MS 30
#define SCAN_MS 500
struct keys_sink {
	void (*key)(void *arg, uint32_t key);
	void (*paste)(void *arg, struct str safe);
	void *arg;
	void (*scan)(void *arg, struct str safe);       /* NULL: scans are pastes */
};
struct keys_in {
	struct keys_sink sink;
	unsigned char held[64];
	size_t n;
	bool pasting;
	struct buf paste;
	struct {
		char prefix[MARK_MOST], suffix[MARK_MOST];
		size_t n_prefix, n_suffix;      /* no prefix: scans are keys */
		bool on;
		const char *after;              /* of what may follow, what is the scanner's: a line end, or its other half */
		struct buf text;
	} scan;
};
void keys_in_init(struct keys_in *in, const struct keys_sink *sink);
void keys_in_release(struct keys_in *in);
/* An empty suffix is a line end, an empty prefix no scanner. False: longer than MARK_MOST, or a prefix that is what people type. */
bool keys_in_scanner(struct keys_in *in, struct str prefix, struct str suffix);
void keys_in_feed(struct keys_in *in, const void *bytes, size_t n);
/* Something is held that may be the beginning of more: ask keys_in_settle after so many ms; 0: nothing is. */
int keys_in_waits(const struct keys_in *in);
/* Nothing more came: a lone Esc is an Esc. */
void keys_in_settle(struct keys_in *in);

#endif
