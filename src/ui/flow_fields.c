#include "flow_fields.h"

#include <libintl.h>
#include <string.h>

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

static struct form_field make_field(struct ui *ui, const struct op_field *f, struct str **choices)
{
	struct form_field field = { .name = f->name, .label = gettext(f->help), .lines = f->kind == OP_LONG, .several = f->kind == OP_DONE };

	field.choices = *choices = op_choices(ui_desk(ui), f, &field.n_choices);
	for (size_t i = 0; i < field.n_choices; i++)
		(*choices)[i] = op_choice_words(f, (*choices)[i]);
	if (!field.n_choices && f->kind != OP_TEXT && f->kind != OP_LONG && f->kind != OP_WORD)
		field.hint = gettext(op_kind_help(f->kind));
	if (f->kind == OP_WAY) {
		field.hot = 'v';
		field.hot_value = "carried";
	}
	return field;
}

/* The one that marks another stands behind it, and offers what that offers. */
static struct form_field make_marking(struct ui *ui, const struct operation *op, const struct marks *m, const struct form_field *marked, struct str **choices)
{
	struct form_field field = make_field(ui, operation_field(op, str_of(m->by)), choices);

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
		fields[n] = make_field(ui, f, &choices[n]);
		n++;
		if (m) {
			fields[n] = make_marking(ui, op, m, &fields[n - 1], &choices[n]);
			n++;
		}
	}
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
