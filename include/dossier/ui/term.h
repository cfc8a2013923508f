/*
 * The terminal. curses writes, bytes are read and decoded by us. Opened on
 * the tty of standard input and output, or headless with a fixed size. From
 * open to close a crash, a hang-up or an exit leaves the terminal as it was.
 * One may be open at a time.
 */
#ifndef DOSSIER_UI_TERM_H
#define DOSSIER_UI_TERM_H

#include <dossier/net/loop.h>
#include <dossier/ui/key.h>

#define TERM_ROWS_LEAST 16
#define TERM_COLS_LEAST 60
#define TERM_ROWS_MOST 200
#define TERM_COLS_MOST 500

struct term_options {
	struct loop *loop;
	int rows, cols;                 /* headless when set */
	const char *type;               /* NULL: $TERM, headless xterm-256color */
	bool color;                     /* false: mono, whatever the terminal can */
	bool stays;                     /* nothing suspends it: there is no shell to go back to */
};
/* All are called from the loop. */
struct term_sink {
	struct keys_sink keys;
	void (*resized)(void *arg);     /* also after a suspension: all must be painted again */
	void (*hangup)(void *arg);      /* the line is gone or the program is asked to end */
	void *arg;
};
struct term;
/* Nothing is sent before the first term_send. */
struct term *term_open(const struct term_options *options, const struct term_sink *sink, struct err *err);
void term_close(struct term *term);     /* NULL is fine */
/* What curses has written so far goes to the terminal, in one piece. */
void term_send(struct term *term);
int term_rows(const struct term *term);
int term_cols(const struct term *term);
int term_colors(const struct term *term);       /* 0: mono; 8, 16, 256, 1 << 24 */
bool term_headless(const struct term *term);
bool term_unicode(const struct term *term);     /* the locale writes UTF-8 */
/* What scanners send before and after a code: keys_in_scanner. */
bool term_scanner(struct term *term, struct str prefix, struct str suffix);
/* Input of a headless terminal: the same way as bytes of a tty. */
void term_feed(struct term *term, struct str bytes);
void term_resize(struct term *term, int rows, int cols);        /* headless */
/* Stops the program until it is continued, the terminal its owner's meanwhile. */
void term_suspend(struct term *term);
/* The terminal belongs to somebody else (an editor) until it is taken back. */
void term_lend(struct term *term);
void term_take_back(struct term *term);
/* Puts text onto the terminal's clipboard where it can that (OSC 52); false when it is not known to. */
bool term_copy(struct term *term, struct str text);

#endif
