#include "flow_fields.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dossier/base/mem.h>

#include "words.h"

/* Marked by number while another field is asked for, where the house has a list. */
static const struct marks { const char *op, *marked, *by, *label; } marks[] = {
	{ "contact.end", "done", "line", "numbers mark what was done; words are a line about it" },
};

static const struct marks *marks_of(const struct operation *op, const char *marked)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strcmp(marks[i].op, op->id) == 0 && strcmp(marks[i].marked, marked) == 0)
			return &marks[i];
	return NULL;
}

bool flow_marks(const struct operation *op, const char *field)
{
	return marks_of(op, field) != NULL;
}

static struct form_field make_field(struct ui *ui, const struct operation *op, const struct op_field *f, struct str **choices)
{
	struct form_field field = { .name = f->name, .label = gettext(f->help), .lines = f->kind == OP_LONG, .several = f->kind == OP_DONE, .one = f->need == OP_ONE };

	field.choices = *choices = op_choices(ui_desk(ui), f, &field.n_choices);
	for (size_t i = 0; i < field.n_choices; i++)
		(*choices)[i] = op_choice_words(f, (*choices)[i]);
	if (!field.n_choices && f->kind != OP_TEXT && f->kind != OP_LONG && f->kind != OP_WORD)
		field.hint = gettext(op_kind_help(f->kind));
	if (f->kind == OP_ROWS && op->writes == ENTRY_CASE_OPEN) {
		field.ticks = true;
		field.hint = NULL;
		field.label = gettext("contacts that no case has yet: Enter puts those with a tick into this one");
	}
	if (f->kind == OP_WAY) {
		field.hot = 'v';
		field.hot_value = "carried";
	}
	return field;
}

/* The one that marks another stands behind it, and offers what that offers. */
static struct form_field make_marking(struct ui *ui, const struct operation *op, const struct marks *m, const struct form_field *marked, struct str **choices)
{
	struct form_field field = make_field(ui, op, operation_field(op, str_of(m->by)), choices);

	if (!marked->n_choices)
		return field;
	field.marks = m->marked;
	field.label = gettext(m->label);
	field.choices = marked->choices;
	field.n_choices = marked->n_choices;
	return field;
}

static bool is_there(const struct form_field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return true;
	return false;
}

size_t flow_fields(struct ui *ui, const struct operation *op, struct form_field *fields, struct str **choices)
{
	size_t n = 0;

	for (const struct op_field *f = op->fields; f->name && n + 1 < FLOW_FIELDS_MOST; f++) {
		const struct marks *m = marks_of(op, f->name);

		if (is_there(fields, n, f->name))
			continue;
		fields[n] = make_field(ui, op, f, &choices[n]);
		n++;
		if (m) {
			fields[n] = make_marking(ui, op, m, &fields[n - 1], &choices[n]);
			n++;
		}
	}
	return n;
}

static void tick_label(struct ui *ui, const struct present *present, const struct timeline_row *row, struct buf *out)
{
	struct arena *arena = arena_new();
	const struct interaction *it = present_seen_row(present, row->head, arena);
	struct buf part;

	buf_init(&part, 8192);
	words_when(ui, it->at, &part);
	buf_printf(out, "%-12.*s %-6s %-3s ", (int)part.len, part.data, words_kind(it->kind), direction_word(it->direction));
	buf_reset(&part);
	words_source(it->backend, &part);
	buf_addstr(out, buf_str(&part));
	if (it->agent.n)
		buf_printf(out, ", %.*s", STR_ARG(it->agent));
	buf_reset(&part);
	words_title(it, &part);
	if (part.len)
		buf_printf(out, ": %.*s", (int)part.len, part.data);
	buf_release(&part);
	arena_free(arena);
}

size_t flow_ticks(struct ui *ui, const struct casework *work, const struct present *present, struct arena *arena, struct str **choices, struct str **labels)
{
	size_t n;
	const struct timeline_row **rows = casework_offered(work, &n);
	struct buf text;

	*choices = arena_alloc(arena, (n + 1) * sizeof(**choices));
	*labels = arena_alloc(arena, (n + 1) * sizeof(**labels));
	buf_init(&text, 64 * 1024);
	for (size_t i = 0; i < n; i++) {
		char *key = casework_offered_key(rows[i]);

		(*choices)[i] = arena_str(arena, str_of(key));
		buf_reset(&text);
		tick_label(ui, present, rows[i], &text);
		(*labels)[i] = arena_str(arena, buf_str(&text));
		free(key);
	}
	buf_release(&text);
	free(rows);
	return n;
}

void flow_brief(const struct op_values *values, const struct form *form, bool closed, struct buf *out)
{
	static const struct { const char *field, *label, *absent; } lines[] = {
		{ "wants", "WANTS", "not stated" }, { "tried", "TRIED", "not stated" }, { "promised", "PROMISED", "nothing" },
		{ "next", "NEXT", "not stated" }, { "note", "note", NULL },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct str text = op_text(values, lines[i].field);

		if (!text.n && !lines[i].absent)
			continue;
		if (!text.n)
			text = str_of(gettext(lines[i].absent));
		else if (closed && !form_value(form, lines[i].field).p)
			text = str_of(gettext("closed until verified"));
		buf_printf(out, "%s%-8s  ", out->len ? "\n" : "", gettext(lines[i].label));
		buf_addstr(out, text);
	}
}
