#include "line.h"

#include <stdio.h>
#include <stdlib.h>

#include <readline/readline.h>
#include <readline/history.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>
#include <dossier/ui/key.h>

#define LINE_MOST (64 * 1024)
#define HISTORY_MOST 100

/* readline's hooks take no argument, so its one line is known here. */
static struct {
	bool ready, active;
	FILE *null;
	struct buf bytes;       /* keys on their way in */
	size_t at;
	void (*accepted)(void *arg);
	void *arg;
} line;

static int next_byte(FILE *in)
{
	(void)in;
	return line.at < line.bytes.len ? (unsigned char)line.bytes.data[line.at++] : EOF;
}

static int bytes_left(void)
{
	return line.at < line.bytes.len;
}

static void paint_nothing(void)
{
}

static void quiet(void)
{
	static const char *const off[] = { "enable-bracketed-paste", "enable-keypad", "page-completions", "echo-control-characters",
					   "mark-modified-lines", "blink-matching-paren", "show-mode-in-prompt" };

	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++)
		rl_variable_bind(off[i], "off");
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("editing-mode", "emacs");
}

static void bind_keys(void)
{
	static const struct { uint32_t key; rl_command_func_t *fn; } keys[] = {
		{ K_UP, rl_get_previous_history }, { K_DOWN, rl_get_next_history }, { K_LEFT, rl_backward_char }, { K_RIGHT, rl_forward_char },
		{ K_HOME, rl_beg_of_line }, { K_END, rl_end_of_line }, { K_DEL, rl_delete },
		{ K_LEFT | K_CTRL, rl_backward_word }, { K_RIGHT | K_CTRL, rl_forward_word },
	};
	struct buf bytes;

	buf_init(&bytes, 64);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		buf_reset(&bytes);
		key_bytes(keys[i].key, &bytes);
		rl_bind_keyseq(bytes.data, keys[i].fn);
	}
	buf_release(&bytes);
	rl_bind_key('\t', rl_insert);
	/* Alt-Enter would turn the other editor's keys on for every line after it */
	rl_unbind_key_in_map(K_ENTER, emacs_meta_keymap);
	rl_unbind_key_in_map('\n', emacs_meta_keymap);
}

static void prepare(void)
{
	if (line.ready)
		return;
	line.ready = true;
	line.null = fopen("/dev/null", "r+e");
	buf_init(&line.bytes, LINE_MOST);
	rl_instream = rl_outstream = line.null;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_terminal_name = "dumb";
	rl_readline_name = "dossier";
	rl_tty_set_echoing(0);
	rl_completion_query_items = -1;
	rl_getc_function = next_byte;
	rl_input_available_hook = bytes_left;
	rl_redisplay_function = paint_nothing;
	quiet();
	rl_initialize();
	quiet();        /* a personal inputrc may have said otherwise */
	bind_keys();
	rl_set_screen_size(24, 30000);
	using_history();
	stifle_history(HISTORY_MOST);
}

static void on_line(char *text)
{
	free(text);
	if (line.accepted)
		line.accepted(line.arg);
}

void line_begin(struct str initial, void (*accepted)(void *arg), void *arg)
{
	prepare();
	line_end();
	line.active = true;
	line.accepted = accepted;
	line.arg = arg;
	rl_callback_handler_install("", on_line);
	if (initial.n)
		line_insert(initial);
	rl_free_undo_list();
}

void line_end(void)
{
	if (!line.active)
		return;
	line.active = false;
	line.accepted = NULL;
	buf_reset(&line.bytes);
	line.at = 0;
	rl_replace_line("", 1);
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_callback_handler_remove();
}

bool line_active(void)
{
	return line.active;
}

void line_key(uint32_t key)
{
	if (!line.active)
		return;
	if (key == K_ENTER) {   /* the text stays to be read: readline would hand over a copy and clear it */
		if (line.accepted)
			line.accepted(line.arg);
		return;
	}
	buf_reset(&line.bytes);
	line.at = 0;
	key_bytes(key, &line.bytes);
	while (line.active && line.at < line.bytes.len)
		rl_callback_read_char();
}

void line_insert(struct str text)
{
	char *copy;

	if (!line.active || (size_t)rl_end + text.n > LINE_MOST)
		return;
	copy = str_dup(text);
	rl_begin_undo_group();
	rl_insert_text(copy);
	rl_end_undo_group();
	free(copy);
}

struct str line_text(size_t *cursor)
{
	if (!line.active) {
		*cursor = 0;
		return STR("");
	}
	*cursor = (size_t)rl_point;
	return str_make(rl_line_buffer ? rl_line_buffer : "", (size_t)rl_end);
}

void line_replace(size_t from, size_t to, struct str text)
{
	if (!line.active)
		return;
	rl_begin_undo_group();
	rl_delete_text((int)from, (int)to);
	rl_point = (int)from;
	line_insert(text);
	rl_end_undo_group();
}

void line_remember(struct str text)
{
	char *copy = str_dup(text);

	prepare();
	if (text.n)
		add_history(copy);
	free(copy);
}

void line_forget(void)
{
	if (line.ready)
		clear_history();
}

void line_point(size_t cursor)
{
	if (line.active && cursor <= (size_t)rl_end)
		rl_point = (int)cursor;
}
