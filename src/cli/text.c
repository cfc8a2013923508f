#include "text.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define LABEL 12

static void put_safe(struct out *out, struct str text)
{
	struct buf safe;

	buf_init(&safe, SIZE_MAX / 4);
	text_safe(&safe, text, 0);
	out_str(out, buf_str(&safe));
	buf_release(&safe);
}

static void put_label(struct out *out, const char *label)
{
	out_style(out, OUT_DIM);
	out_printf(out, "  %-*s", LABEL, label);
	out_style(out, OUT_PLAIN);
}

static void add_identity(struct buf *out, const struct identity *id)
{
	struct buf text;

	buf_init(&text, 4096);
	identity_print(id, &text);
	text_safe(out, buf_str(&text), 0);
	buf_release(&text);
}

static void put_identity(struct out *out, const struct identity *id)
{
	struct buf safe;

	buf_init(&safe, 4096);
	add_identity(&safe, id);
	out_str(out, buf_str(&safe));
	buf_release(&safe);
}

/* A label and a text of any length behind it. */
static void put_labelled(struct out *out, const char *label, struct str safe)
{
	put_label(out, label);
	text_wrap(out, safe, LABEL + 2, LABEL + 2);
}

/* The records that one person holds, all in one line; one alone joins nothing. */
static void put_held(struct out *out, const struct group *group)
{
	struct buf text;
	size_t n = 0;

	buf_init(&text, SIZE_MAX / 4);
	for (size_t i = 0; i < group->n_reasons; i++) {
		const struct identity *by = &group->reasons[i].by;

		if (by->type != ID_TYPE_REC || !by->value.n)
			continue;
		buf_adds(&text, n++ ? ", " : gettext("linked in the case store: "));
		text_safe(&text, by->backend, 0);
	}
	if (n > 1)
		put_labelled(out, "one because", buf_str(&text));
	buf_release(&text);
}

static void put_reasons(struct out *out, const struct group *group)
{
	struct buf safe;

	buf_init(&safe, SIZE_MAX / 4);
	for (size_t i = 0; i < group->n_reasons; i++) {
		const struct identity *by = &group->reasons[i].by;

		if (by->type == ID_TYPE_REC && by->value.n)
			continue;
		buf_reset(&safe);
		text_safe(&safe, group->reasons[i].text, 0);
		put_labelled(out, "one because", buf_str(&safe));
	}
	buf_release(&safe);
	put_held(out, group);
}

/* By what it was found, in the words of whoever typed it. */
static const char *shared_by(const struct group *group)
{
	enum id_type type = group->n_typed ? group->typed[0].type : ID_TYPE_COUNT;

	for (size_t r = 0; r < group->n_records; r++)
		for (size_t i = 0; i < group->records[r]->n_matches; i++)
			if (identity_class(group->records[r]->matches[i].asked.type) == ID_SHARED)
				type = group->records[r]->matches[i].asked.type;
	switch (type) {
	case ID_TYPE_TEL:
		return gettext("found by telephone only; others may share it, make sure who it is");
	case ID_TYPE_NAME:
		return gettext("found by name only; others may have it, make sure who it is");
	case ID_TYPE_POSTCODE:
		return gettext("found by postcode only; others live there, make sure who it is");
	default:
		return gettext("found by what several people may share; make sure who it is");
	}
}

static void put_shared(struct out *out, const struct group *group)
{
	if (group->shared_only)
		put_labelled(out, "careful", str_of(shared_by(group)));
}

static const struct str *group_name(const struct group *group)
{
	for (size_t i = 0; i < group->n_records; i++)
		if (group->records[i]->n_names)
			return &group->records[i]->names[0];
	return NULL;
}

static void put_records(struct out *out, const struct group *group)
{
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	for (size_t i = 0; i < group->n_records; i++) {
		struct identity id;

		if (i)
			buf_adds(&text, ", ");
		record_identity(group->records[i], &id);
		add_identity(&text, &id);
		if (group->records[i]->guest)
			buf_adds(&text, gettext(" (no account)"));
	}
	put_labelled(out, "records", buf_str(&text));
	buf_release(&text);
}

static bool seen_before(const struct group *group, size_t r, size_t i)
{
	const struct identity *id = &group->records[r]->ids[i].id;

	for (size_t a = 0; a <= r; a++)
		for (size_t b = 0; b < group->records[a]->n_ids; b++) {
			if (a == r && b == i)
				return false;
			if (identity_same(&group->records[a]->ids[b].id, id))
				return true;
		}
	return false;
}

static void put_identities(struct out *out, const struct group *group)
{
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	for (size_t r = 0; r < group->n_records; r++)
		for (size_t i = 0; i < group->records[r]->n_ids; i++) {
			if (group->records[r]->ids[i].id.type == ID_TYPE_NAME || seen_before(group, r, i))
				continue;
			if (text.len)
				buf_adds(&text, ", ");
			add_identity(&text, &group->records[r]->ids[i].id);
		}
	if (text.len)
		put_labelled(out, "identities", buf_str(&text));
	buf_release(&text);
}

/* Only what was typed: what later rounds asked for is why records are one, and told as a reason. */
static bool was_typed(const struct who *who, const struct identity *asked)
{
	for (size_t i = 0; i < who->n; i++) {
		if (identity_same(&who->items[i].id, asked))
			return true;
		for (size_t k = 0; k < who->items[i].n_narrow; k++)
			if (identity_same(&who->items[i].narrow[k], asked))
				return true;
	}
	return false;
}

/* Two records of one backend that match alike are told once. */
static bool told_before(const struct group *group, size_t r, const struct record_match *m)
{
	for (size_t a = 0; a < r; a++)
		for (size_t i = 0; i < group->records[a]->n_matches; i++) {
			const struct record_match *other = &group->records[a]->matches[i];

			if (str_eq(group->records[a]->backend, group->records[r]->backend) &&
			    str_eq(other->field, m->field) && str_eq(other->stored, m->stored) &&
			    identity_same(&other->asked, &m->asked))
				return true;
		}
	return false;
}

static void put_field(struct out *out, struct str field)
{
	struct buf words;

	buf_init(&words, 8192);
	record_field_words(field, &words);
	put_safe(out, buf_str(&words));
	buf_release(&words);
}

static void put_matches(struct out *out, const struct group *group, const struct who *who)
{
	for (size_t r = 0; r < group->n_records; r++) {
		const struct record *record = group->records[r];

		for (size_t i = 0; i < record->n_matches; i++) {
			const struct record_match *m = &record->matches[i];

			if (!was_typed(who, &m->asked) || told_before(group, r, m))
				continue;
			put_label(out, "matched");
			put_identity(out, &m->asked);
			out_text(out, "  in ");
			put_safe(out, record->backend);
			out_text(out, " ");
			put_field(out, m->field);
			out_text(out, ": ");
			put_safe(out, m->stored);
			out_text(out, "\n");
		}
	}
}

static void put_name(struct out *out, const struct str *name, const struct group *group)
{
	out_style(out, OUT_BOLD);
	if (name && name->p)
		put_safe(out, *name);
	else
		out_text(out, group->n_records ? "(no name)" : "(not known)");
	out_style(out, OUT_PLAIN);
	out_text(out, "\n");
}

static void put_group(struct out *out, const struct group *group, const struct who *who)
{
	put_name(out, group_name(group), group);
	put_matches(out, group, who);
	put_records(out, group);
	put_identities(out, group);
	put_reasons(out, group);
	put_shared(out, group);
}

void text_candidates(struct out *out, struct people *people, const char *who)
{
	struct arena *arena = arena_new();
	const struct resolve_result *result = lookup_result(people->lookup);

	if (result->n > 1) {
		out_printf(out, "%zu people match \"", result->n);
		put_safe(out, str_of(who));
		out_text(out, "\":\n\n");
	}
	for (size_t i = 0; i < result->n; i++) {
		if (i)
			out_text(out, "\n");
		put_group(out, present_seen_group(&people->present, &result->groups[i], arena), lookup_who(people->lookup));
	}
	for (size_t i = 0; i < result->n_notes; i++) {
		out_text(out, "note: ");
		put_safe(out, result->notes[i]);
		out_text(out, "\n");
	}
	arena_free(arena);
}

/* Records have a line of their own. */
static bool is_record(struct str text)
{
	return str_starts(text, "rec:");
}

static void put_values(struct out *out, const char *label, const struct profile_list *list)
{
	const char *left = label;

	for (size_t i = 0; i < list->n; i++) {
		if (is_record(list->items[i].text))
			continue;
		put_label(out, left);
		left = "";
		put_safe(out, list->items[i].text);
		for (size_t s = 0; s < list->items[i].n_sources; s++) {
			out_style(out, OUT_DIM);
			out_text(out, s ? ", " : "  (");
			put_safe(out, list->items[i].sources[s]);
			out_text(out, s + 1 == list->items[i].n_sources ? ")" : "");
			out_style(out, OUT_PLAIN);
		}
		out_text(out, "\n");
	}
}

static void put_do_not_contact(struct out *out, const struct profile *p)
{
	if (!p->do_not_contact)
		return;
	out_style(out, OUT_WARN);
	put_label(out, "careful");
	out_text(out, "do not contact\n");
	out_style(out, OUT_PLAIN);
}

/* Of somebody nobody has a record of, all there is. */
static void put_asked(struct out *out, const struct group *group)
{
	for (size_t i = 0; i < group->n_typed; i++) {
		put_label(out, i ? "" : "asked by");
		put_identity(out, &group->typed[i]);
		out_text(out, "\n");
	}
}

void text_heading(struct out *out, struct people *people)
{
	struct arena *arena = arena_new();
	const struct group *group = present_seen_group(&people->present, customer_group(people->customer), arena);
	const struct profile *p = present_seen_profile(&people->present, customer_profile(people->customer), arena);

	put_name(out, &p->name, group);
	put_shared(out, group);
	put_do_not_contact(out, p);
	text_brief(out, people);
	put_asked(out, group);
	put_reasons(out, group);
	out_text(out, "\n");
	arena_free(arena);
}

void text_profile(struct out *out, struct people *people)
{
	struct arena *arena = arena_new();
	const struct group *group = present_seen_group(&people->present, customer_group(people->customer), arena);
	const struct profile *p = present_seen_profile(&people->present, customer_profile(people->customer), arena);
	char iso[32];

	put_name(out, &p->name, group);
	put_shared(out, group);
	put_do_not_contact(out, p);
	text_brief(out, people);
	out_text(out, "\n");
	if (p->names.n > 1)
		put_values(out, "names", &p->names);
	put_values(out, "identities", &p->identities);
	put_values(out, "address", &p->addresses);
	put_values(out, "tier", &p->tiers);
	put_values(out, "language", &p->languages);
	put_values(out, "prefers", &p->channels);
	put_values(out, "consent", &p->consents);
	put_values(out, "note", &p->notes);
	if (p->since != WHEN_NONE) {
		when_iso(p->since, iso);
		put_label(out, "since");
		out_printf(out, "%.10s\n", iso);
	}
	for (size_t i = 0; i < p->n_lifetime; i++) {
		char money[40];

		money_print(p->lifetime[i], money);
		put_label(out, i ? "" : "lifetime");
		out_printf(out, "%s\n", money);
	}
	put_asked(out, group);
	if (group->n_records)
		put_records(out, group);
	put_reasons(out, group);
	arena_free(arena);
}
