#include "form_inner.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

static void ask_field(struct form *form, const struct form_field *field, struct str initial);
static void back(void *arg, struct str text);

static const char *copy_text(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

static void copy_fields(struct form *form)
{
	struct form_field *fields = arena_alloc(form->arena, form->spec.n_fields * sizeof(*fields) + 1);

	for (size_t i = 0; i < form->spec.n_fields; i++) {
		struct form_field *f = &fields[i];
		struct str *choices;

		*f = form->spec.fields[i];
		choices = arena_alloc(form->arena, f->n_choices * sizeof(*choices) + 1);
		for (size_t k = 0; k < f->n_choices; k++)
			choices[k] = arena_str(form->arena, f->choices[k]);
		f->choices = choices;
		f->name = copy_text(form->arena, f->name);
		f->label = copy_text(form->arena, f->label);
		f->marks = copy_text(form->arena, f->marks);
		f->hint = copy_text(form->arena, f->hint);
		f->hot_value = copy_text(form->arena, f->hot_value);
	}
	form->spec.fields = fields;
}

static void copy_about(struct form *form)
{
	struct draft_of *about = &form->about;
	struct str *who = arena_alloc(form->arena, about->n_who * sizeof(*who) + 1);

	for (size_t i = 0; i < about->n_who; i++)
		who[i] = arena_str(form->arena, about->who[i]);
	about->who = who;
	about->id = arena_str(form->arena, about->id);
	about->what = arena_str(form->arena, about->what);
	about->person = arena_str(form->arena, about->person);
	about->case_ = arena_str(form->arena, about->case_);
	about->contact = arena_str(form->arena, about->contact);
	about->item = arena_str(form->arena, about->item);
	about->label = arena_str(form->arena, about->label);
}

struct form *form_new(struct ui *ui, const struct form_spec *spec)
{
	struct form *form = mem_zalloc(sizeof(*form));

	form->ui = ui;
	form->spec = *spec;
	form->about = spec->about;
	form->arena = arena_new();
	form->spec.heading = copy_text(form->arena, spec->heading);
	form->spec.reader = copy_text(form->arena, spec->reader);
	form->spec.label = copy_text(form->arena, spec->label);
	form->slots = mem_array(spec->n_fields + 1, sizeof(*form->slots));
	copy_fields(form);
	copy_about(form);
	return form;
}

const struct form_field *form_field(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->spec.n_fields; i++)
		if (strcmp(form->spec.fields[i].name, name) == 0)
			return &form->spec.fields[i];
	return NULL;
}

struct form_slot *form_slot(const struct form *form, const struct form_field *field)
{
	return &form->slots[field - form->spec.fields];
}

static void put(struct form *form, const struct form_field *field, struct str text, bool known)
{
	struct form_slot *slot = form_slot(form, field);
	char *copy = text.n ? str_dup(text) : NULL;

	free(slot->text);
	slot->text = copy;
	slot->known = known && copy;
	slot->passed = false;
}

void form_set(struct form *form, const char *name, struct str text)
{
	const struct form_field *field = form_field(form, name);

	if (field)
		put(form, field, text, true);
}

struct str form_value(const struct form *form, const char *name)
{
	const struct form_field *field = form_field(form, name);

	return field ? str_of(form_slot(form, field)->text) : (struct str){ 0 };
}

const struct draft_of *form_about(const struct form *form)
{
	return &form->about;
}

struct str form_draft_id(const struct form *form)
{
	return form->draft ? draft_id(form->draft) : (struct str){ 0 };
}

static void tell_filled(struct form *form)
{
	if (form->spec.ops->filled)
		form->spec.ops->filled(form->spec.arg, form);
}

bool form_take(struct form *form, const struct form_field *field, struct str text, struct err *err)
{
	char *kept = NULL;

	if (text.n && form->spec.ops->check && !form->spec.ops->check(form->spec.arg, form, field, text, &kept, err)) {
		free(kept);
		return false;
	}
	put(form, field, kept ? str_of(kept) : text, false);
	free(kept);
	tell_filled(form);
	return true;
}

static enum form_need need(const struct form *form, const struct form_field *field)
{
	return form->spec.ops->need ? form->spec.ops->need(form->spec.arg, form, field) : field->need;
}

/* What was typed is safe before anybody hears of it. */
static void leave(struct form *form)
{
	form_recall_end(form);
	if (form_is_empty(form)) {
		form_forget(form);
		ui_say(form->ui, EL_MESSAGE, "%s", gettext("left; nothing was written"));
	} else {
		form_keep(form);
		if (form->draft)
			draft_flush(form->draft);
		ui_say(form->ui, EL_MESSAGE, "%s", form->draft ? gettext("kept as a draft: the same key goes on with it") : gettext("left; nothing was written"));
	}
	form->spec.ops->left(form->spec.arg, form);
}

void form_leave(struct form *form)
{
	ui_ask_end(form->ui, form);
	leave(form);
}

void form_set_now(struct form *form, struct str text)
{
	free(form->now);
	form->now = text.n ? str_dup(text) : NULL;
}

static void changed(void *arg, struct str text)
{
	struct form *form = arg;

	form_set_now(form, text);
	form_keep(form);
}

static void left(void *arg, struct str text)
{
	struct form *form = arg;

	if (!form->asked || !form->asked->ticks)
		form_set_now(form, form->asked ? text : (struct str){ 0 });
	leave(form);
}

static void reviewed(void *arg, struct str text)
{
	struct form *form = arg;

	(void)text;
	form->reviewed = true;
	form_next(form);
}

static void review_left(void *arg, struct str text)
{
	struct form *form = arg;

	if (!form->spec.back || !form_again(form, NULL))
		left(form, text);
}

/* What a customer will read is read once more, whatever it is, under the name of whom it goes to. */
static void outward_review(const struct form *form, char **heading, char **text)
{
	const char *words = NULL;

	for (size_t i = 0; i < form->spec.n_fields; i++)
		if (form->slots[i].text && (!words || form->spec.fields[i].lines))
			words = form->slots[i].text;
	*heading = mem_printf(gettext(" TO THE CUSTOMER, %s "), form->spec.reader);
	*text = mem_strdup(words ? words : "");
}

static bool ask_review(struct form *form)
{
	bool outward = form->spec.reader != NULL;
	struct ask ask = { .heading_element = outward ? EL_OUTWARD : EL_INTERNAL, .fixed = true, .outward = outward, .done = reviewed, .left = review_left, .back = back, .arg = form };
	char *heading = NULL, *text = NULL, *label;

	if (form->reviewed)
		return false;
	if ((!form->spec.ops->review || !form->spec.ops->review(form->spec.arg, form, &heading, &text)) && outward)
		outward_review(form, &heading, &text);
	if (!heading)
		return false;
	ask.keeps = !form->spec.back;
	if (outward)
		label = mem_printf(form->spec.back ? gettext("Enter sends it TO THE CUSTOMER, %s; Esc changes it") : gettext("Enter sends it TO THE CUSTOMER, %s; Esc keeps a draft"), form->spec.reader);
	else
		label = mem_strdup(form->spec.back ? gettext("Enter sends it; Esc changes it") : gettext("Enter sends it; Esc keeps a draft"));
	ask.label = label;
	ask.heading = heading;
	ask.initial = text;
	ui_ask(form->ui, &ask);
	free(label);
	free(heading);
	free(text);
	return true;
}

static const struct form_field *wanted_field(const struct form *form)
{
	for (size_t i = 0; i < form->spec.n_fields; i++) {
		const struct form_field *field = &form->spec.fields[i];
		enum form_need needed = form->slots[i].text ? FORM_MAY : need(form, field);

		if (needed == FORM_MUST || (needed == FORM_ASKED && !form->slots[i].passed))
			return field;
	}
	return NULL;
}

void form_next(struct form *form)
{
	const struct form_field *field = wanted_field(form);

	if (field) {
		ask_field(form, field, str_of(form_slot(form, field)->pending));
		return;
	}
	form->asked = NULL;
	form_keep(form);
	if (!ask_review(form))
		form->spec.ops->done(form->spec.arg, form);
	else if (form->spec.back)
		ui_hold_keys(form->ui);         /* an Enter that was meant for the last field reads nothing */
}

static void fill(void *arg, struct str text, struct buf *out)
{
	struct form *form = arg;

	if (form->spec.ops->fill)
		form->spec.ops->fill(form->spec.arg, form, text, out);
	else
		buf_addstr(out, text);
}

/* "{next}" in a text is a place-holder that nothing filled: it is named once, before it goes as it is. */
static struct str unfilled(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		size_t n = i + 1;

		while (text.p[i] == '{' && n < text.n && ((text.p[n] >= 'a' && text.p[n] <= 'z') || text.p[n] == '.'))
			n++;
		if (n > i + 1 && n < text.n && text.p[n] == '}')
			return str_make(text.p + i, n - i + 1);
	}
	return (struct str){ 0 };
}

static const struct form_field *field_before(const struct form *form);

static void typed(void *arg, struct str text)
{
	struct form *form = arg;
	const struct form_field *field = form->asked;
	struct err err = { 0 };
	struct str hole;
	char *copy;

	if (!text.p) {
		leave(form);
		return;
	}
	if (!text.n && need(form, field) == FORM_MUST) {
		ask_field(form, field, text);
		ui_say(form->ui, EL_WARN, field->one && field_before(form) ? gettext("this or the one before is needed%s%s; S-Tab goes back, Esc leaves") : gettext("it is needed%s%s; Esc leaves"), field->hint ? ": " : "", field->hint ? field->hint : "");
		return;
	}
	copy = field->ticks ? mem_strdup(form->now) : str_dup(text);
	if (field->ticks)
		text = str_of(copy);
	hole = unfilled(str_of(copy));
	if (hole.p && !form->pointed) {
		ask_field(form, field, str_of(copy));
		form->pointed = true;
		ui_say(form->ui, EL_WARN, gettext("%.*s is not filled in; Enter again lets it stand"), STR_ARG(hole));
		free(copy);
		return;
	}
	form->pointed = false;
	if (form_take_named(form, field, str_of(copy)))
		text = (struct str){ 0 };
	if (!form_take(form, field, text.p ? str_of(copy) : text, &err)) {
		ask_field(form, field, str_of(copy));
		ui_say(form->ui, EL_WARN, "%s", err.text);
		free(copy);
		return;
	}
	free(copy);
	form_slot(form, field)->passed = text.n == 0;
	form_set_now(form, (struct str){ 0 });
	form_next(form);
}

static const struct form_field *field_before(const struct form *form)
{
	for (size_t i = form->asked ? (size_t)(form->asked - form->spec.fields) : form->spec.n_fields; i-- > 0;)
		if ((form->slots[i].text && !form->slots[i].known) || form->slots[i].passed) {
			const struct form_field *field = form_asked_for(form, &form->spec.fields[i]);

			if (field != form->asked)
				return field;
		}
	return NULL;
}

/* What stands in the field that is left for it waits there. */
static void back(void *arg, struct str text)
{
	struct form *form = arg;
	const struct form_field *field = field_before(form);
	char *before;

	if (form->asked && form->asked->ticks)
		text = str_of(form->now);
	if (form->asked) {
		free(form_slot(form, form->asked)->pending);
		form_slot(form, form->asked)->pending = text.n ? str_dup(text) : NULL;
	}
	if (!field) {
		form_next(form);
		return;
	}
	before = mem_strdup(form_slot(form, field)->text);
	put(form, field, (struct str){ 0 }, false);
	tell_filled(form);
	ask_field(form, field, str_of(before));
	form_keep(form);
	free(before);
}

static void put_label(const struct form *form, const struct form_field *field, struct buf *label)
{
	if (field->lines) {
		buf_adds(label, form->spec.label ? form->spec.label : form->spec.reader ? gettext("the customer reads it") : gettext("Enter saves it for staff only"));
		return;
	}
	buf_adds(label, field->label);
	if (field->hint)
		buf_printf(label, ": %s", field->hint);
	if (form->spec.ops->hint)
		form->spec.ops->hint(form->spec.arg, form, field, label);
	if (field->empty && need(form, field) == FORM_ASKED)
		buf_printf(label, gettext(" (Enter: \"%s\")"), field->empty);
	else if (need(form, field) == FORM_ASKED && !field->ticks)
		buf_adds(label, field->marks ? gettext(" (Enter goes on)") : gettext(" (Enter: none)"));
}

static void ask_field(struct form *form, const struct form_field *field, struct str initial)
{
	char *text = initial.n ? str_dup(initial) : NULL;
	struct ask ask = {
		.initial = text, .heading_element = form->spec.reader ? EL_OUTWARD : EL_INTERNAL, .choices = field->choices, .n_choices = field->n_choices,
		.several = field->several, .hot = field->hot, .hot_value = field->hot_value, .keeps = form->about.what.p != NULL, .outward = form->spec.reader != NULL,
		.changed = changed, .done = typed, .left = left, .arg = form,
	};
	struct form_slot *slot = form_slot(form, field);
	struct buf label;

	form->asked = field;
	form->reviewed = false;
	form_set_now(form, initial);
	free(slot->pending);
	slot->pending = NULL;
	if (field->lines)
		ask.heading = form->spec.heading;
	else
		ask.title = form->spec.heading;
	if (field->marks) {
		const char *marks = form_slot(form, form_marked_field(form, field))->text;

		ask.marks = marks ? marks : "";
		ask.marked = form_marked;
		ask.several = true;
		ask.takes = gettext("1-9 mark");
	}
	if (field_before(form))
		ask.back = back;
	if (!field->n_choices && !field->secret && !field->ticks)
		ask.fill = fill;
	buf_init(&label, 2000);
	put_label(form, field, &label);
	ask.label = label.data;
	if (field->ticks)
		form_ask_ticks(form, field, &ask, str_of(text));
	else
		ui_ask(form->ui, &ask);
	buf_release(&label);
	free(text);
}

/* Nothing is sent by what comes back alone: where all is there, it is read once more, or its last field typed again. */
void form_ask_at(struct form *form, const struct form_field *field, struct str text, const char *say)
{
	bool read;

	/* the prompt that is open is of the same form: it is not left by this */
	ui_ask_end(form->ui, form);
	if (!field || form_slot(form, field)->text) {
		field = wanted_field(form);
		text = (struct str){ 0 };
	}
	if (field) {
		ask_field(form, field, text);
		ui_say(form->ui, EL_MESSAGE, "%s", say);
		return;
	}
	/* not the field that was asked for before the draft came: S-Tab goes back from behind the last */
	form->asked = NULL;
	form_set_now(form, (struct str){ 0 });
	read = ask_review(form);
	if (!read)
		form_again(form, NULL);
	ui_say(form->ui, EL_MESSAGE, "%s", say);
	if (read)
		ui_hold_keys(form->ui);
}

bool form_again(struct form *form, const char *why)
{
	const struct form_field *field = form->asked;
	char *text;

	/* the last that was typed, where all had been */
	for (size_t i = form->spec.n_fields; i-- > 0 && !field;)
		if (form->slots[i].text && !form->slots[i].known)
			field = form_asked_for(form, &form->spec.fields[i]);
	if (!field || ui_asks(form->ui))
		return false;
	text = mem_strdup(form_slot(form, field)->text);
	put(form, field, (struct str){ 0 }, false);
	tell_filled(form);
	ask_field(form, field, str_of(field->n_choices ? NULL : text));
	form_keep(form);
	free(text);
	if (why)
		ui_say(form->ui, EL_WARN, "%s", why);
	return true;
}

void form_begin(struct form *form, const struct draft_kept *kept)
{
	tell_filled(form);
	if (kept) {
		form_restore(form, kept);
		return;
	}
	form_recall(form);
	form_next(form);
}

void form_forget(struct form *form)
{
	draft_discard(form->draft);
	form->draft = NULL;
}

void form_free(struct form *form)
{
	if (!form)
		return;
	form_recall_end(form);
	ui_ask_end(form->ui, form);
	if (form->draft) {
		draft_flush(form->draft);
		draft_free(form->draft);
	}
	for (size_t i = 0; i < form->spec.n_fields; i++) {
		free(form->slots[i].text);
		free(form->slots[i].pending);
	}
	free(form->slots);
	free(form->now);
	arena_free(form->arena);
	free(form);
}
