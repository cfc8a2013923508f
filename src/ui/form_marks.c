/*
 * Choices of one field that are marked by number while another is asked for.
 */
#include <libintl.h>

#include "form_inner.h"

const struct form_field *form_marked_field(const struct form *form, const struct form_field *field)
{
	return field->marks ? form_field(form, field->marks) : NULL;
}

static void ticked(void *arg, struct str marks)
{
	form_set_now(arg, marks.n ? marks : STR("none"));
	form_keep(arg);
}

void form_ask_ticks(struct form *form, const struct form_field *field, struct ask *ask, struct str text)
{
	struct arena *arena = arena_new();
	struct str *choices, *labels;
	struct buf all;

	buf_init(&all, ENTRY_TEXT_MOST);
	ask->n_choices = form->spec.ops->offers(form->spec.arg, form, field, arena, &choices, &labels);
	for (size_t i = 0; i < ask->n_choices; i++)
		buf_printf(&all, "%s%.*s", i ? "," : "", STR_ARG(choices[i]));
	ask->choices = choices;
	ask->labels = labels;
	ask->fixed = ask->several = true;
	ask->initial = NULL;
	if (!text.n)
		form_set_now(form, all.len ? buf_str(&all) : STR("none"));
	ask->marks = form->now;
	ask->marked = ticked;
	ask->takes = gettext("1-9 tick, 0 all or none");
	ui_ask(form->ui, ask);
	buf_release(&all);
	arena_free(arena);
}

void form_marked(void *arg, struct str marks)
{
	struct form *form = arg;
	struct err err = { 0 };

	form_take(form, form_marked_field(form, form->asked), marks, &err);
	form_keep(form);
}

static bool is_choice(const struct form_field *field, struct str word)
{
	for (size_t i = 0; i < field->n_choices; i++)
		if (str_eq(field->choices[i], word))
			return true;
	return false;
}

bool form_take_named(struct form *form, const struct form_field *field, struct str text)
{
	const struct form_field *of = form_marked_field(form, field);
	struct err err = { 0 };
	const char *marked;
	char *all;
	bool taken;

	for (struct str rest = text; of && rest.n;) {
		const char *comma = memchr(rest.p, ',', rest.n);
		size_t n = comma ? (size_t)(comma - rest.p) : rest.n;

		if (!is_choice(field, str_trim(str_make(rest.p, n))))
			return false;
		rest = comma ? str_make(rest.p + n + 1, rest.n - n - 1) : (struct str){ 0 };
	}
	if (!of || !text.n)
		return false;
	marked = form_slot(form, of)->text;
	all = mem_printf("%s%s%.*s", marked ? marked : "", marked ? "," : "", STR_ARG(text));
	taken = form_take(form, of, str_of(all), &err);
	free(all);
	return taken;
}

const struct form_field *form_asked_for(const struct form *form, const struct form_field *field)
{
	for (size_t i = 0; i < form->spec.n_fields; i++)
		if (form->spec.fields[i].marks && strcmp(form->spec.fields[i].marks, field->name) == 0)
			return &form->spec.fields[i];
	return field;
}
