/*
 * What an entry says, for people: what was done, and its words without the ids
 * that only a program follows.
 */
#include <dossier/desk/tell.h>

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include <dossier/base/json.h>
#include <dossier/desk/desk.h>
#include <dossier/model/identity.h>

#include "row_names.h"

static void add_scalar(struct json_object *value, struct buf *out)
{
	struct buf tmp;
	struct str text;

	buf_init(&tmp, 4096);
	if (json_text(value, &tmp, &text))
		buf_addstr(out, text);
	buf_release(&tmp);
}

static void add_key(struct json_object *key, struct buf *out)
{
	static const char *const parts[] = { "backend", "row", "id" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (i)
			buf_addc(out, '/');
		add_scalar(json_object_object_get(key, parts[i]), out);
	}
}

static void add_uuid(struct json_object *value, struct buf *out)
{
	const char *id = json_object_get_string(value);
	char code[CASE_CODE + 1];

	case_code(str_of(id ? id : ""), code);
	buf_adds(out, code);
}

static void add_item(enum entry_field_kind kind, struct json_object *value, struct buf *out)
{
	switch (kind) {
	case FIELD_UUIDS:
		add_uuid(value, out);
		break;
	case FIELD_KEYS:
		add_key(value, out);
		break;
	default:
		add_scalar(value, out);
	}
}

void tell_entry_value(const struct tell *tell, const struct entry_field *field, struct json_object *value, struct buf *out)
{
	struct money money;
	char text[40];

	switch (field->kind) {
	case FIELD_UUID:
		add_uuid(value, out);
		return;
	case FIELD_WHEN:
		tell_due(tell, json_object_get_int64(value), out);
		return;
	case FIELD_MONEY:
		money = (struct money){ .minor = json_object_get_int64(json_object_object_get(value, "minor")) };
		snprintf(money.currency, sizeof(money.currency), "%s", json_object_get_string(json_object_object_get(value, "currency")));
		money_print(money, text);
		buf_adds(out, text);
		return;
	case FIELD_BOOL:
		buf_adds(out, json_object_get_boolean(value) ? gettext("yes") : gettext("no"));
		return;
	default:
		break;
	}
	if (!json_object_is_type(value, json_type_array)) {
		add_scalar(value, out);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		if (i)
			buf_addc(out, ' ');
		add_item(field->kind, json_object_array_get_idx(value, i), out);
	}
}


/* A field that is told, and what stands before it. */
struct saying { const char *name, *before; };
#define SAYS(...) (const struct saying[]){ __VA_ARGS__, { 0 } }

static const struct { const char *kind; const struct saying *says; } sayings[ENTRY_TYPE_COUNT] = {
	[ENTRY_NOTE] = { "note", SAYS({ "text" }) },
	[ENTRY_NEXT] = { "next step", SAYS({ "text" }, { "outcome" }) },
	[ENTRY_CASE_OPEN] = { "case opened", SAYS({ "title" }, { "reason", "for" }, { "priority", "priority" }, { "owner", "owner" }, { "tags" }) },
	[ENTRY_CASE_SET] = { "case is now", SAYS({ "field" }, { "value" }, { "reason", "for" }) },
	[ENTRY_HANDOFF_OFFER] = { "handed off", SAYS({ "to_team", "to" }, { "to_agent", "to" }, { "next" }, { "reason", "for" }, { "due", "by" }, { "note" }) },
	[ENTRY_HANDOFF_ACCEPT] = { "hand-off taken", SAYS({ 0 }) },
	[ENTRY_HANDOFF_DECLINE] = { "declined", SAYS({ "reason" }) },
	[ENTRY_HANDOFF_WITHDRAW] = { "hand-off undone", SAYS({ "reason" }) },
	[ENTRY_PROMISE_MAKE] = { "promised", SAYS({ "text" }, { "due", "by" }, { "owner", "owner" }, { "to_team", "team" }) },
	[ENTRY_PROMISE_KEEP] = { "promise kept", SAYS({ "text" }) },
	[ENTRY_PROMISE_ASSIGN] = { "promise given", SAYS({ "to_agent", "to" }, { "to_team", "to" }) },
	[ENTRY_PROMISE_RELEASE] = { "promise left", SAYS({ "text" }, { "reason" }) },
	[ENTRY_PROMISE_CANCEL] = { "promise ended", SAYS({ "reason" }) },
	[ENTRY_PROMISE_TAKE] = { "promise taken", SAYS({ 0 }) },
	[ENTRY_ASK] = { "asked", SAYS({ "to_team" }, { "to_role" }, { "to_agent" }, { "text" }, { "amount" }, { "due", "by" }) },
	[ENTRY_ANSWER] = { "answered", SAYS({ "yes" }, { "text" }) },
	[ENTRY_VERIFY] = { "verification", SAYS({ "way" }, { "ok" }, { "until", "until" }) },
	[ENTRY_LINK] = { "linked", SAYS({ "identity" }, { "evidence" }) },
	[ENTRY_UNLINK] = { "unlinked", SAYS({ "identity" }) },
	[ENTRY_ASSIGN] = { "moved here", SAYS({ 0 }) },
	[ENTRY_ATTACH] = { "put into it", SAYS({ "rows" }) },
	[ENTRY_FOLD] = { "made one", SAYS({ "rows" }) },
	[ENTRY_UNFOLD] = { "told apart", SAYS({ "rows" }) },
	[ENTRY_CONTACT_START] = { "contact began", SAYS({ "direction" }, { "number" }, { "site", "at" }) },
	[ENTRY_CONTACT_END] = { "contact ended", SAYS({ "line" }, { "done", "done" }, { "outcome" }, { "reason", "for" }) },
	[ENTRY_POP] = { "announced", SAYS({ "number" }) },
	[ENTRY_EXPIRE] = { "nobody took it", SAYS({ "cause" }) },
	[ENTRY_REOPEN] = { "came back", SAYS({ "cause" }) },
	[ENTRY_ACTION] = { "in a backend", SAYS({ "backend" }, { "action" }, { "outcome" }, { "text" }, { "cost", "cost" }) },
	[ENTRY_NOTICE] = { "notice", SAYS({ "text" }, { "until", "until" }) },
	[ENTRY_DISCREPANCY] = { "reported", SAYS({ "about" }, { "item" }, { "text" }, { "site", "at" }, { "says" }) },
	[ENTRY_DISCREPANCY_CLOSE] = { "report closed", SAYS({ "outcome" }) },
	[ENTRY_REVIEW] = { "review", SAYS({ "text" }, { "points", "points" }) },
	[ENTRY_REDACT] = { "words taken out", SAYS({ "reason" }) },
	[ENTRY_ERASE] = { "erased", SAYS({ "entries" }) },
	[ENTRY_VIEW] = { "looked at", SAYS({ 0 }) },
};

/* What the data contract calls the thing whose fields these are. */
static const char *const families[ENTRY_TYPE_COUNT] = {
	[ENTRY_CASE_OPEN] = "case", [ENTRY_CASE_SET] = "case",
	[ENTRY_HANDOFF_OFFER] = "handoff", [ENTRY_HANDOFF_DECLINE] = "handoff", [ENTRY_HANDOFF_WITHDRAW] = "handoff",
	[ENTRY_PROMISE_MAKE] = "promise", [ENTRY_PROMISE_KEEP] = "promise", [ENTRY_PROMISE_ASSIGN] = "promise",
	[ENTRY_PROMISE_RELEASE] = "promise", [ENTRY_PROMISE_CANCEL] = "promise",
	[ENTRY_ASK] = "question", [ENTRY_ANSWER] = "question",
	[ENTRY_CONTACT_START] = "contact", [ENTRY_CONTACT_END] = "contact", [ENTRY_POP] = "contact",
	[ENTRY_NOTICE] = "notice", [ENTRY_DISCREPANCY] = "discrepancy", [ENTRY_DISCREPANCY_CLOSE] = "discrepancy",
};

static bool hides_member(const struct mask *mask, const char *family, struct str member)
{
	char name[80];

	snprintf(name, sizeof(name), "%s.%.*s", family, STR_ARG(member));
	return mask_hides(mask, name);
}

bool tell_entry_hides(const struct tell *tell, const struct entry *entry, const struct entry_field *field, struct json_object *value)
{
	const char *family = entry_known(entry) ? families[entry->type] : NULL, *text;
	struct str type;

	if (!tell->mask)
		return false;
	if (family && hides_member(tell->mask, family, str_of(field->name)))
		return true;
	if (strcmp(field->name, "number") == 0)
		return mask_hides(tell->mask, "identity.tel");
	if (entry->type == ENTRY_ANSWER && strcmp(field->name, "text") == 0)
		return mask_hides(tell->mask, "question.answer");
	if (entry->type == ENTRY_NEXT)
		return mask_hides(tell->mask, "brief.next.text");
	if (field->kind != FIELD_IDENTITY)
		return false;
	text = json_object_get_string(value);
	type = str_make(text, text ? strcspn(text, ":") : 0);
	return hides_member(tell->mask, "identity", type);
}

static bool is_true(struct json_object *data, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(data, name, &value) && json_object_get_boolean(value);
}

void tell_entry_kind(const struct entry *entry, struct buf *out)
{
	const char *kind = entry_known(entry) ? sayings[entry->type].kind : NULL;

	if (kind)
		buf_adds(out, gettext(kind));
	else
		buf_addstr(out, entry->word);
}

/* "4 phone calls, 1 shop order": nobody knows rows by their ids. */
static void say_rows(struct json_object *rows, struct buf *out)
{
	size_t n = json_object_array_length(rows);

	for (size_t i = 0; i < n; i++) {
		struct json_object *key = json_object_array_get_idx(rows, i);
		const char *backend = json_object_get_string(json_object_object_get(key, "backend"));
		const char *row = json_object_get_string(json_object_object_get(key, "row"));
		size_t same = 0, first = n;

		for (size_t k = 0; k < n && backend && row; k++) {
			struct json_object *other = json_object_array_get_idx(rows, k);
			const char *b = json_object_get_string(json_object_object_get(other, "backend"));
			const char *r = json_object_get_string(json_object_object_get(other, "row"));

			if (b && r && strcmp(b, backend) == 0 && strcmp(r, row) == 0) {
				same++;
				first = first == n ? k : first;
			}
		}
		if (!same || first != i)
			continue;
		if (i)
			buf_adds(out, ", ");
		row_name_count(same, backend, row, out);
	}
}

static void say_data(const struct tell *tell, const struct entry *entry, struct json_object *data, struct buf *out)
{
	const char *gap = "";

	if (entry->type == ENTRY_CONTACT_START && entry->channel.n) {
		buf_addstr(out, entry->channel);
		gap = ", ";
	}
	if (entry->type == ENTRY_ATTACH && is_true(data, "off")) {
		buf_adds(out, gettext("taken out again"));
		gap = ": ";
	}
	if (entry->type == ENTRY_ATTACH && json_object_object_get_ex(data, "entry", NULL)) {
		buf_printf(out, "%s%s", gap, gettext("what was written before"));
		gap = ", ";
	}
	for (const struct saying *s = sayings[entry->type].says; s->name; s++) {
		const struct entry_field *f = entry_type_info(entry->type)->fields;
		struct json_object *value;

		while (f->name && strcmp(f->name, s->name) != 0)
			f++;
		if (!f->name || !json_object_object_get_ex(data, s->name, &value) || !value)
			continue;
		buf_adds(out, strcmp(s->name, "value") == 0 ? " " : gap);
		gap = ", ";
		if (s->before)
			buf_printf(out, "%s ", gettext(s->before));
		if (tell_entry_hides(tell, entry, f, value))
			buf_adds(out, gettext("closed until verified"));
		else if (f->kind == FIELD_KEYS)
			say_rows(value, out);
		else
			tell_entry_value(tell, f, value, out);
	}
}

const char *tell_entry_closed(const struct tell *tell, const struct entry *entry)
{
	if (!entry_known(entry))
		return gettext("from a newer version");
	if (entry_stripped(entry))
		return gettext("its words were taken away");
	if (tell->mask && mask_hides(tell->mask, "row.text"))
		return gettext("closed until verified");
	if (tell->desk && desk_closes(tell->desk, entry))
		return gettext("for its own team");
	return NULL;
}

void tell_entry_words(const struct tell *tell, const struct entry *entry, struct json_parser *parser, struct buf *out)
{
	const char *closed = tell_entry_closed(tell, entry);
	struct json_object *data = closed ? NULL : entry_data(parser, entry);

	if (closed)
		buf_adds(out, closed);
	else if (data)
		say_data(tell, entry, data, out);
	json_object_put(data);
}
