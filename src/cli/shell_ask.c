/*
 * What a write lacks is asked for, one field at a time, with what may be typed
 * there listed by number. All of it is a draft from the first letter on, which
 * becomes the entry, or stays.
 */
#include "shell_ask.h"

#include <libintl.h>

#include <dossier/base/mem.h>

#include "write_out.h"

#define LISTED_MOST 30

static const struct op_field *next_field(const struct asking *a)
{
	for (size_t i = 0; a->op->fields[i].name && i < ASKED_MOST; i++) {
		enum op_asked asked = op_asked(a->values, &a->op->fields[i]);

		/* when something was given with the command, only what must be is asked for */
		if (!a->skipped[i] && asked != OP_NOT_ASKED && (asked != OP_OFFERED || !a->spoken))
			return &a->op->fields[i];
	}
	return NULL;
}

/* What is known already need not be typed. */
static void prefill(struct asking *a)
{
	struct casework work;

	casework_init(&work, a->sh->desk, a->on_open ? a->sh->open.customer : NULL);
	casework_prefill(&work, a->values);
	casework_release(&work);
}

/* "2" for the second that was listed; of fields that take several "1,3". The caller's. */
static char *by_number(const struct asking *a, const struct op_field *field, const char *typed)
{
	struct buf text;
	struct str *choices;
	size_t n;

	choices = op_choices(a->sh->desk, field, &n);
	buf_init(&text, 64 * 1024);
	for (const char *at = typed; *at; at += strspn(at, ", ")) {
		size_t len = strcspn(at, ", "), digits = strspn(at, "0123456789");
		size_t number = digits == len && digits && digits < 4 ? strtoul(at, NULL, 10) : 0;
		char *word = mem_strndup(at, len);
		const struct shell_item *row = field->kind == OP_ROWS ? shell_item(a->sh, word) : NULL;

		if (text.len)
			buf_adds(&text, n || row ? "," : " ");
		if (row && row->kind == SHELL_ROW)
			buf_adds(&text, row->id);
		else if (number && number <= n)
			buf_addstr(&text, choices[number - 1]);
		else
			buf_reset(&text);
		free(word);
		at += len;
		if (!text.len)
			break;
	}
	free(choices);
	if (text.len)
		return buf_take(&text);
	buf_release(&text);
	return mem_strdup(typed);
}

static void list_choices(const struct asking *a, const struct op_field *field)
{
	size_t n;
	struct str *choices = op_choices(a->sh->desk, field, &n);

	for (size_t i = 0; i < n && n <= LISTED_MOST; i++)
		shell_say(a->sh, "%zu. %.*s", i + 1, STR_ARG(op_choice_words(field, choices[i])));
	free(choices);
}

static bool has_choices(const struct asking *a, const struct op_field *field)
{
	size_t n;

	free(op_choices(a->sh->desk, field, &n));
	return n > 0;
}

/* For Tab: of several by commas the last. */
static char **offers(void *arg, const char *typed)
{
	const struct asking *a = arg;
	const struct op_field *field = operation_field(a->op, str_of(a->asked));
	const char *comma = field->kind == OP_DONE ? strrchr(typed, ',') : NULL;
	int stem = comma ? (int)(comma + 1 - typed + (long)strspn(comma + 1, " ")) : 0;
	size_t n;
	struct str *choices = op_choices(a->sh->desk, field, &n);
	char **list = mem_array(n + 1, sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = mem_printf("%.*s%.*s", stem, typed, STR_ARG(choices[i]));
	free(choices);
	return list;
}

static void typed(void *arg, struct str text)
{
	asking_keep(arg, text);
}

static enum shell_end read_field(struct asking *a, const struct op_field *field, const char *initial, char **out)
{
	char *label = mem_printf(op_asked(a->values, field) != OP_NEEDED ? gettext("%s (Enter: none): ") : "%s: ", gettext(field->help));
	struct shell_prompt prompt = { .text = label, .initial = str_of(initial), .choices = offers, .typed = typed, .arg = a };
	enum shell_end end;

	out_flush(a->sh->cli->out);
	end = shell_line_read(&prompt, out);
	free(label);
	return end;
}

/* Lines to a dot on its own. */
static enum shell_end read_lines(struct asking *a, const struct op_field *field)
{
	struct shell_prompt prompt = { .text = "", .typed = typed, .arg = a };
	enum shell_end end;
	char *line;

	shell_say(a->sh, "INTERNAL %s: %s. Lines; a dot on its own line ends", a->op->id, gettext(field->help));
	if (a->whole.len)
		shell_say(a->sh, "so far:");
	for (const char *at = a->whole.data; at && *at; at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n'))
		shell_say(a->sh, "%.*s", (int)strcspn(at, "\n"), at);
	out_flush(a->sh->cli->out);
	for (;;) {
		end = shell_line_read(&prompt, &line);
		if (end == SHELL_TYPED && strcmp(line, ".") == 0) {
			free(line);
			return end;
		}
		if (*line || end == SHELL_TYPED)
			buf_printf(&a->whole, "%s%s", a->whole.len ? "\n" : "", line);
		asking_keep(a, (struct str){ 0 });
		free(line);
		if (end != SHELL_TYPED)
			return end;
	}
}

static bool take(struct asking *a, const struct op_field *field, const char *text)
{
	struct err err = { 0 };
	bool fine = op_values_set(a->values, str_of(field->name), str_of(text), &err);

	if (!fine)
		cli_say("%s", err.text);
	return fine;
}

/* False when it was left. */
static bool ask_long(struct asking *a, const struct op_field *field)
{
	enum shell_end end = read_lines(a, field);

	a->sh->ended |= end == SHELL_OVER;
	if (end != SHELL_TYPED || !a->whole.len)
		return false;
	return take(a, field, a->whole.data);
}

static bool ask_line(struct asking *a, const struct op_field *field)
{
	char *initial = NULL, *line = NULL, *text;
	enum shell_end end;
	bool fine = false;

	list_choices(a, field);
	do {
		free(line);
		end = read_field(a, field, initial, &line);
		free(initial);
		initial = NULL;
		a->sh->ended |= end == SHELL_OVER;
		if (end != SHELL_TYPED) {
			asking_keep(a, str_of(line));
			break;
		}
		if (!*line && op_asked(a->values, field) != OP_NEEDED) {
			a->skipped[field - a->op->fields] = true;
			fine = true;
		} else if (!*line) {
			shell_say(a->sh, "it is needed; Ctrl-C leaves");
		} else {
			text = by_number(a, field, line);
			fine = take(a, field, text);
			if (!fine && !has_choices(a, field))
				initial = mem_strdup(line);
			free(text);
		}
	} while (!fine);
	free(initial);
	free(line);
	return fine;
}

static bool ask_field(struct asking *a, const struct op_field *field)
{
	a->asked = field->name;
	return field->kind == OP_LONG ? ask_long(a, field) : ask_line(a, field);
}

/* "2,5" of n, as a place each; false where it is no number of the list. */
static bool left_out(const char *typed, size_t n, bool *out)
{
	memset(out, 0, n * sizeof(*out));
	for (const char *at = typed + strspn(typed, ", "); *at; at += strspn(at, ", ")) {
		size_t digits = strspn(at, "0123456789"), number = digits && digits < 4 ? strtoul(at, NULL, 10) : 0;

		if (!number || number > n || digits != strcspn(at, ", "))
			return false;
		out[number - 1] = true;
		at += digits;
	}
	return true;
}

static void put_rows(struct asking *a, const struct timeline_row **rows, size_t n, const bool *out)
{
	struct buf keys;

	buf_init(&keys, ENTRY_TEXT_MOST);
	for (size_t i = 0; i < n; i++) {
		char *key = out[i] ? NULL : casework_offered_key(rows[i]);

		if (key)
			buf_printf(&keys, "%s%s", keys.len ? "," : "", key);
		free(key);
	}
	take(a, operation_field(a->op, STR("rows")), keys.len ? keys.data : "none");
	op_values_offer(a->values);
	buf_release(&keys);
}

static bool read_left_out(struct asking *a, const struct timeline_row **rows, size_t n)
{
	struct shell_prompt prompt = { .text = gettext("Enter puts them all into the case; numbers leave those out: ") };
	bool *out = mem_array(n, sizeof(*out)), good;
	enum shell_end end;
	char *line;

	a->asked = NULL;
	asking_keep(a, (struct str){ 0 });
	shell_say(a->sh, "%s", gettext("contacts that no case has yet:"));
	for (size_t i = 0; i < n; i++) {
		struct buf text;

		buf_init(&text, SIZE_MAX / 4);
		shell_row_text(a->sh, rows[i], &text);
		shell_say(a->sh, "%zu. %.*s", i + 1, (int)text.len, text.data);
		buf_release(&text);
	}
	for (;;) {
		out_flush(a->sh->cli->out);
		end = shell_line_read(&prompt, &line);
		good = end == SHELL_TYPED && left_out(line, n, out);
		free(line);
		if (good || end != SHELL_TYPED)
			break;
		shell_say(a->sh, gettext("numbers from 1 to %zu, with commas between them; Ctrl-C leaves"), n);
	}
	if (good)
		put_rows(a, rows, n, out);
	a->sh->ended |= end == SHELL_OVER;
	free(out);
	return good;
}

/* What a new case is offered; false when it was left. */
static bool ask_loose(struct asking *a)
{
	struct casework work;
	const struct timeline_row **rows;
	bool good = true;
	size_t n;

	if (a->op->writes != ENTRY_CASE_OPEN || !a->on_open)
		return true;
	a->sh->open.present.mask = customer_mask(a->sh->open.customer);
	casework_init(&work, a->sh->desk, a->sh->open.customer);
	rows = casework_offered(&work, &n);
	if (n)
		good = read_left_out(a, rows, n);
	free(rows);
	casework_release(&work);
	return good;
}

/* What others act on is read once more before it goes. */
static bool confirmed(struct asking *a)
{
	struct shell_prompt prompt = { .text = gettext("Enter offers it; Ctrl-C leaves it: ") };
	struct str to = op_text(a->values, "team");
	enum shell_end end;
	char *line;
	bool yes;

	if (strcmp(a->op->id, "handoff.offer") != 0)
		return true;
	if (!to.p)
		to = op_text(a->values, "agent");
	shell_say(a->sh, "offered to %.*s", STR_ARG(to));
	for (const struct op_field *f = a->op->fields; f->name; f++)
		if (op_has(a->values, f->name) && (f->kind == OP_TEXT || f->kind == OP_LONG))
			shell_say(a->sh, "%s: %.*s", f->name, STR_ARG(op_text(a->values, f->name)));
	out_flush(a->sh->cli->out);
	end = shell_line_read(&prompt, &line);
	yes = end == SHELL_TYPED && !*line;
	a->sh->ended |= end == SHELL_OVER;
	free(line);
	return yes;
}

static bool any_given(const struct op_values *values, const struct operation *op)
{
	for (const struct op_field *f = op->fields; f->name; f++)
		if (op_has(values, f->name))
			return true;
	return false;
}

static bool ask_all(struct asking *a)
{
	const struct op_field *field;
	bool asked = false, named = op_has(a->values, "rows");

	for (;;) {
		prefill(a);
		field = next_field(a);
		if (!field)
			break;
		asked = true;
		if (!ask_field(a, field))
			return false;
	}
	return (named || ask_loose(a)) && (!asked || confirmed(a));
}

bool shell_ask(void *arg, struct writing *w)
{
	struct shell *sh = arg;
	struct asking a = { .sh = sh, .op = w->op, .values = w->values, .given = w->id, .item = w->op->on == OP_ON_ITEM ? w->target : NULL,
			    .spoken = any_given(w->values, w->op) };
	bool whole;

	if (w->dry)
		return true;
	a.on_open = sh->session.open && (w->op->on == OP_ON_ITEM || (w->target && strcmp(w->target, sh->session.who) == 0));
	asking_begin(&a);
	whole = ask_all(&a);
	w->id = asking_end(&a, whole);
	return whole;
}

int shell_ask_on(struct shell *sh, const struct operation *op, const struct draft_kept *kept)
{
	struct asking a = { .sh = sh, .op = op, .on_open = sh->session.open != NULL };
	char *own = str_dup(kept->of.id), *item = kept->of.item.n ? str_dup(kept->of.item) : NULL, *text;
	struct writing w;
	int status = CLI_DONE;

	writing_init(&w, sh->cli, sh->desk, op);
	w.own_values = w.values = a.values = op_values_new(op, sh->desk);
	a.given = own;
	a.item = item;
	asking_begin(&a);
	text = asking_fill(&a, kept->text, kept->fields);
	w.target = op->on == OP_ON_ITEM ? item : sh->session.who;
	a.spoken = true;
	if (asking_again(&a, str_of(text)) && ask_all(&a)) {
		w.id = asking_end(&a, true);
		writing_run(&w);
		status = write_out(sh->cli, &w);
	} else {
		asking_end(&a, false);
	}
	writing_release(&w);
	free(own);
	free(item);
	free(text);
	return status;
}

bool asking_again(struct asking *a, struct str text)
{
	const struct op_field *words = asking_words(a->op);
	struct err err = { 0 };
	enum shell_end end;
	char *initial, *line;
	bool fine;

	if (!words || !text.n)
		return true;
	a->asked = words->name;
	if (words->kind == OP_LONG)
		return ask_long(a, words);
	initial = str_dup(text);
	end = read_field(a, words, initial, &line);
	free(initial);
	a->sh->ended |= end == SHELL_OVER;
	fine = end == SHELL_TYPED && op_values_set(a->values, str_of(words->name), str_of(line), &err);
	if (err.code)
		cli_say("%s", err.text);
	free(line);
	return fine;
}
