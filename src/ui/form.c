#include "form_inner.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

static void ask_field(struct form *form, const struct form_field *field, struct str initial);

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
	*slot = (struct form_slot){ .text = copy, .known = known && copy };
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

	if (text.n && form->spec.ops->check && !form->spec.ops->check(form->spec.arg, form, field, text, &kept, err))
		return false;
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

static void set_now(struct form *form, struct str text)
{
	free(form->now);
	form->now = text.n ? str_dup(text) : NULL;
}

static void changed(void *arg, struct str text)
{
	struct form *form = arg;

	set_now(form, text);
	form_keep(form);
}

static void left(void *arg, struct str text)
{
	struct form *form = arg;

	set_now(form, form->asked ? text : (struct str){ 0 });
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

static bool ask_review(struct form *form)
{
	struct ask ask = { .label = gettext("Enter sends it; Esc keeps a draft"), .heading_element = EL_INTERNAL, .fixed = true, .done = reviewed, .left = review_left, .arg = form };
	char *heading = NULL, *text = NULL;

	if (form->reviewed || !form->spec.ops->review || !form->spec.ops->review(form->spec.arg, form, &heading, &text))
		return false;
	ask.heading = heading;
	ask.initial = text;
	if (form->spec.reader) {
		ask.label = gettext("Enter sends it TO THE CUSTOMER; Esc keeps a draft");
		ask.heading_element = EL_OUTWARD;
	}
	if (form->spec.back)
		ask.label = form->spec.reader ? gettext("Enter sends it TO THE CUSTOMER; Esc changes it") : gettext("Enter sends it; Esc changes it");
	ui_ask(form->ui, &ask);
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
		ask_field(form, field, (struct str){ 0 });
		return;
	}
	form->asked = NULL;
	form_keep(form);
	if (!ask_review(form))
		form->spec.ops->done(form->spec.arg, form);
}

static void typed(void *arg, struct str text)
{
	struct form *form = arg;
	const struct form_field *field = form->asked;
	struct err err = { 0 };
	char *copy;

	if (!text.p) {
		leave(form);
		return;
	}
	copy = str_dup(text);
	if (!form_take(form, field, str_of(copy), &err)) {
		ask_field(form, field, str_of(copy));
		ui_say(form->ui, EL_WARN, "%s", err.text);
		free(copy);
		return;
	}
	free(copy);
	form_slot(form, field)->passed = text.n == 0;
	set_now(form, (struct str){ 0 });
	form_next(form);
}

static void ask_field(struct form *form, const struct form_field *field, struct str initial)
{
	char label[200], *text = initial.n ? str_dup(initial) : NULL;
	struct ask ask = {
		.label = label, .initial = text, .choices = field->choices, .n_choices = field->n_choices, .hot = field->hot, .hot_value = field->hot_value,
		.changed = changed, .done = typed, .left = left, .arg = form,
	};

	form->asked = field;
	form->reviewed = false;
	set_now(form, initial);
	if (field->lines) {
		ask.heading = form->spec.heading;
		ask.heading_element = form->spec.reader ? EL_OUTWARD : EL_INTERNAL;
		snprintf(label, sizeof(label), "%s", form->spec.label ? form->spec.label : gettext("Enter saves it for staff only"));
	} else {
		snprintf(label, sizeof(label), need(form, field) == FORM_ASKED ? gettext("%.100s (Enter: none):") : "%.120s:", field->label);
	}
	ui_ask(form->ui, &ask);
	free(text);
}

/* Nothing is sent by what comes back alone: where all is there, it is read once more, or its last field typed again. */
void form_ask_at(struct form *form, const struct form_field *field, struct str text, const char *say)
{
	/* the prompt that is open is of the same form: it is not left by this */
	ui_ask_end(form->ui, form);
	if (!field || form_slot(form, field)->text) {
		field = wanted_field(form);
		text = (struct str){ 0 };
	}
	if (field)
		ask_field(form, field, text);
	else if (!ask_review(form))
		form_again(form, NULL);
	ui_say(form->ui, EL_MESSAGE, "%s", say);
}

bool form_again(struct form *form, const char *why)
{
	const struct form_field *field = form->asked;
	char *text;

	/* the last that was typed, where all had been */
	for (size_t i = form->spec.n_fields; i-- > 0 && !field;)
		if (form->slots[i].text && !form->slots[i].known)
			field = &form->spec.fields[i];
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
	for (size_t i = 0; i < form->spec.n_fields; i++)
		free(form->slots[i].text);
	free(form->slots);
	free(form->now);
	arena_free(form->arena);
	free(form);
}
