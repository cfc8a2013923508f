/*
 * The draft of a form: all that was typed in it, the one that was left looked
 * for when the same form begins again, and its fields put back.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/model/entry.h>

#include "form_inner.h"

#define WHO_MOST 16
#define TEXT_MOST ((size_t)512 * 1024)

static void draft_told(void *arg, const struct err *err)
{
	struct form *form = arg;

	if (err->code != ERR_NONE)
		ui_say(form->ui, EL_ERROR, gettext("not on disk: %s"), err->text);
}

static void open_draft(struct form *form)
{
	struct draft_sink sink = { draft_told, form };

	if (!form->draft && form->about.what.p && ui_desk(form->ui)->store)
		form->draft = draft_new(ui_desk(form->ui)->store, &form->about, &sink);
}

bool form_is_empty(const struct form *form)
{
	if (form->now)
		return false;
	for (size_t i = 0; i < form->spec.n_fields; i++)
		if (!form->spec.fields[i].secret && (form->slots[i].pending || (form->slots[i].text && !form->slots[i].known)))
			return false;
	return true;
}

static void add(struct json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

/* {"at": the field that is asked for, "now": what stands there, "known": {}, "typed": {}, "passed": {}, "pending": {}} */
static struct json_object *fields_json(const struct form *form)
{
	struct json_object *whole = json_object_new_object(), *known = json_object_new_object(), *typed = json_object_new_object(),
			   *passed = json_object_new_object(), *pending = json_object_new_object();

	for (size_t i = 0; i < form->spec.n_fields; i++) {
		const struct form_field *field = &form->spec.fields[i];
		const struct form_slot *slot = &form->slots[i];

		if (slot->text && !field->secret)
			add(slot->known ? known : typed, field->name, slot->text);
		if (slot->pending && !field->secret)
			add(pending, field->name, slot->pending);
		if (slot->passed)
			add(passed, field->name, "");
	}
	if (form->asked)
		add(whole, "at", form->asked->name);
	if (form->asked && form->now && !form->asked->secret)
		add(whole, "now", form->now);
	json_object_object_add(whole, "known", known);
	json_object_object_add(whole, "typed", typed);
	json_object_object_add(whole, "passed", passed);
	json_object_object_add(whole, "pending", pending);
	return whole;
}

static void add_words(struct buf *text, const char *words)
{
	if (text->len)
		buf_adds(text, " · ");
	buf_adds(text, words);
}

/* What lists show of it. */
static void put_text(const struct form *form, struct buf *text)
{
	for (size_t i = 0; i < form->spec.n_fields; i++) {
		const struct form_field *field = &form->spec.fields[i];

		if (field->secret || field->ticks)
			continue;
		if (field == form->asked && form->now)
			add_words(text, form->now);
		else if (form->slots[i].text && !form->slots[i].known)
			add_words(text, form->slots[i].text);
		else if (form->slots[i].pending)
			add_words(text, form->slots[i].pending);
	}
}

void form_keep(struct form *form)
{
	struct json_object *fields;
	struct buf text, json;

	if (!form->draft && form_is_empty(form))
		return;
	open_draft(form);
	if (!form->draft)
		return;
	fields = fields_json(form);
	buf_init(&text, TEXT_MOST);
	buf_init(&json, TEXT_MOST);
	put_text(form, &text);
	json_write(&json, fields);
	draft_text(form->draft, buf_str(&text).p ? buf_str(&text) : STR(""), buf_str(&json));
	buf_release(&text);
	buf_release(&json);
	json_object_put(fields);
}

void form_renew(struct form *form)
{
	form_forget(form);
	form->about.id = (struct str){ 0 };
	form_keep(form);
}

/* Of a form before it had fields: its text is that of the first long one. */
static const struct form_field *long_field(const struct form *form)
{
	for (size_t i = 0; i < form->spec.n_fields; i++)
		if (form->spec.fields[i].lines)
			return &form->spec.fields[i];
	return form->spec.n_fields ? form->spec.fields : NULL;
}

static struct json_object *part(struct json_object *whole, const char *name)
{
	struct json_object *found = NULL;

	return json_object_object_get_ex(whole, name, &found) && json_object_is_type(found, json_type_object) ? found : NULL;
}

static void take_known(struct form *form, struct json_object *known)
{
	for (size_t i = 0; known && i < form->spec.n_fields; i++)
		if (!form->slots[i].text)
			form_set(form, form->spec.fields[i].name, entry_text(known, form->spec.fields[i].name));
}

/* In their order; the first that is not right any more is asked for again. */
static const struct form_field *take_typed(struct form *form, struct json_object *typed, char **text, struct err *err)
{
	for (size_t i = 0; typed && i < form->spec.n_fields; i++) {
		const struct form_field *field = &form->spec.fields[i];
		struct str value = entry_text(typed, field->name);

		if (!value.n || form_take(form, field, value, err))
			continue;
		*text = str_dup(value);
		return field;
	}
	return NULL;
}

void form_restore(struct form *form, const struct draft_kept *kept)
{
	struct json_object *whole = kept->fields.p ? json_parse_whole(kept->fields, NULL, NULL) : NULL, *passed = part(whole, "passed"), *pending = part(whole, "pending");
	const struct form_field *at = NULL;
	struct err err = { 0 };
	char *text = NULL, *name;

	take_known(form, part(whole, "known"));
	at = take_typed(form, part(whole, "typed"), &text, &err);
	for (size_t i = 0; passed && i < form->spec.n_fields; i++)
		form->slots[i].passed = entry_text(passed, form->spec.fields[i].name).p != NULL;
	for (size_t i = 0; pending && i < form->spec.n_fields; i++)
		if (entry_text(pending, form->spec.fields[i].name).n)
			form->slots[i].pending = str_dup(entry_text(pending, form->spec.fields[i].name));
	if (!at && whole) {
		name = str_dup(entry_text(whole, "at"));
		at = name ? form_field(form, name) : NULL;
		text = str_dup(entry_text(whole, "now"));
		free(name);
	} else if (!at) {
		at = long_field(form);
		text = str_dup(kept->text);
	}
	json_object_put(whole);
	if (kept->of.case_.p)
		form->about.case_ = arena_str(form->arena, kept->of.case_);
	if (kept->of.label.n)
		form->about.label = arena_str(form->arena, kept->of.label);
	form->about.id = arena_str(form->arena, kept->of.id);
	draft_free(form->draft);
	form->draft = NULL;
	open_draft(form);
	form_ask_at(form, at, str_of(text), err.code ? err.text : gettext("a draft that was not finished is back"));
	free(text);
}

void form_about_customer(struct arena *arena, const struct customer *customer, struct draft_of *about)
{
	const struct group *group = customer ? customer_group(customer) : NULL;
	struct str *who = arena_alloc(arena, WHO_MOST * sizeof(*who));
	struct buf text;

	about->who = who;
	about->n_who = 0;
	if (!group)
		return;
	if (group->n_persons)
		about->person = arena_str(arena, group->persons[0]);
	buf_init(&text, 1024);
	for (size_t i = 0; i < group->n_records + group->n_typed && about->n_who < WHO_MOST; i++) {
		struct identity id;

		buf_reset(&text);
		if (i < group->n_records)
			record_identity(group->records[i], &id);
		identity_print(i < group->n_records ? &id : &group->typed[i - group->n_records], &text);
		who[about->n_who++] = arena_str(arena, buf_str(&text));
	}
	buf_release(&text);
}

/* The form may be gone by the time the list of drafts comes. */
struct recall { struct form *form; struct ui *ui; unsigned hold; };

static bool same_known(const struct form *form, struct json_object *known)
{
	for (size_t i = 0; i < form->spec.n_fields; i++) {
		struct str theirs = known ? entry_text(known, form->spec.fields[i].name) : (struct str){ 0 };

		if (!str_eq(form->slots[i].known ? str_of(form->slots[i].text) : (struct str){ 0 }, theirs))
			return false;
	}
	return true;
}

static bool same_customer(const struct draft_of *a, const struct draft_of *b)
{
	if (a->person.p && b->person.p && str_eq(a->person, b->person))
		return true;
	for (size_t i = 0; i < a->n_who; i++)
		for (size_t k = 0; k < b->n_who; k++)
			if (str_eq(a->who[i], b->who[k]))
				return true;
	return !a->n_who && !b->n_who && !a->person.p && !b->person.p;
}

/* 2: about the very same; 1: but for a case that one of them does not name; 0: about something else. */
static int same(const struct form *form, const struct draft_kept *kept)
{
	const struct draft_of *a = &form->about, *b = &kept->of;
	struct json_object *whole = kept->fields.p ? json_parse_whole(kept->fields, NULL, NULL) : NULL;
	bool fits = str_eq(a->what, b->what) && (kept->text.n || kept->fields.n) && (a->item.p ? str_eq(a->item, b->item) : !b->item.p && same_customer(a, b)) &&
		    (!kept->fields.p || same_known(form, part(whole, "known")));

	json_object_put(whole);
	if (!fits || (a->case_.p && b->case_.p && !str_eq(a->case_, b->case_) && !a->item.p))
		return 0;
	return str_eq(a->case_, b->case_) || a->item.p ? 2 : 1;
}

static void take_recalled(struct form *form, const struct kept *kept, size_t n)
{
	struct arena *arena = arena_new();
	struct draft_kept one, best;
	int sameness = 0;

	for (size_t i = 0; i < n && sameness < 2; i++) {
		int found = draft_read(arena, &kept[i], &one) ? same(form, &one) : 0;

		if (found <= sameness)
			continue;
		sameness = found;
		best = one;
	}
	/* an answer may have been pasted meanwhile: that is what counts, and the draft waits in its list */
	if (sameness && form_is_empty(form)) {
		const struct form_field *asked = form->asked;

		form_restore(form, &best);
		if (form->asked == asked)
			ui_join_keys(form->ui);
		else
			ui_hold_keys(form->ui);
	}
	arena_free(arena);
}

static void recalled(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct recall *recall = arg;
	struct form *form = recall->form;

	if (form) {
		form_recall_end(form);
		if (err->code == ERR_NONE)
			take_recalled(form, kept, n);
	}
	ui_sending(recall->ui, -1);
	free(recall);
}

void form_recall_end(struct form *form)
{
	struct recall *recall = form->recall;

	if (!recall)
		return;
	form->recall = NULL;
	recall->form = NULL;
	ui_hold_end(form->ui, recall->hold);
}

void form_recall(struct form *form)
{
	struct store *store = ui_desk(form->ui)->store;
	struct str any = { 0 };

	if (!form->about.what.p || !store || !form->spec.n_fields)
		return;
	form->recall = mem_zalloc(sizeof(*form->recall));
	*form->recall = (struct recall){ .form = form, .ui = form->ui, .hold = ui_hold(form->ui) };
	ui_sending(form->ui, 1);
	kept_list(store, KEPT_DRAFT, any, any, any, recalled, form->recall);
}
