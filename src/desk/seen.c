/*
 * The model's structs with what is closed taken out, for faces that lay out
 * by themselves. Nothing is copied while there is no mask.
 */
#include <dossier/base/mem.h>

#include <dossier/model/cases.h>

#include "view.h"

struct field { const char *name; size_t offset; };

static void blank(const struct mask *mask, const struct field *fields, void *in)
{
	for (; fields->name; fields++)
		if (mask_hides(mask, fields->name))
			*(struct str *)(void *)((char *)in + fields->offset) = (struct str){ 0 };
}

static bool closes(const struct mask *mask, const struct identity *id)
{
	struct view view = { .mask = mask };

	return view_closes_type(&view, id->type);
}

static void *copy_of(struct arena *arena, const void *items, size_t n, size_t size)
{
	void *copy = arena_alloc(arena, (n + 1) * size);

	if (n)
		memcpy(copy, items, n * size);
	return copy;
}

static void see_parts(const struct mask *mask, struct arena *arena, struct interaction *it)
{
	static const struct field line_fields[] = {
		{ "row.lines.title", offsetof(struct line, title) }, { "row.lines.sku", offsetof(struct line, sku) },
		{ "row.lines.quantity", offsetof(struct line, quantity) }, { 0 },
	};
	static const struct field attachment_fields[] = {
		{ "row.attachments.name", offsetof(struct attachment, name) }, { "row.attachments.type", offsetof(struct attachment, type) },
		{ "row.attachments.web", offsetof(struct attachment, web) }, { 0 },
	};
	static const struct field ref_fields[] = {
		{ "row.refs.order", offsetof(struct refs, order) }, { "row.refs.receipt", offsetof(struct refs, receipt) },
		{ "row.refs.ticket", offsetof(struct refs, ticket) }, { "row.refs.tracking", offsetof(struct refs, tracking) },
		{ "row.refs.call", offsetof(struct refs, call) }, { "row.refs.case", offsetof(struct refs, case_) }, { 0 },
	};

	it->n_lines = mask_hides(mask, "row.lines") ? 0 : it->n_lines;
	it->lines = copy_of(arena, it->lines, it->n_lines, sizeof(*it->lines));
	for (uint32_t i = 0; i < it->n_lines; i++) {
		blank(mask, line_fields, &it->lines[i]);
		if (mask_hides(mask, "row.lines.amount"))
			it->lines[i].amount = (struct money){ 0 };
	}
	it->n_attachments = mask_hides(mask, "row.attachments") ? 0 : it->n_attachments;
	it->attachments = copy_of(arena, it->attachments, it->n_attachments, sizeof(*it->attachments));
	for (uint32_t i = 0; i < it->n_attachments; i++)
		blank(mask, attachment_fields, &it->attachments[i]);
	if (it->refs) {
		it->refs = mask_hides(mask, "row.refs") ? NULL : copy_of(arena, it->refs, 1, sizeof(*it->refs));
		if (it->refs)
			blank(mask, ref_fields, it->refs);
	}
}

bool seen_closes_title(const struct mask *mask, const struct interaction *it)
{
	return str_is(it->backend, CASES_BACKEND) && !str_is(it->row, "action") && mask_hides(mask, "row.text");
}

const struct interaction *present_seen_row(const struct present *present, const struct interaction *whole, struct arena *arena)
{
	static const struct field fields[] = {
		{ "row.id", offsetof(struct interaction, id) }, { "row.backend", offsetof(struct interaction, backend) },
		{ "row.row", offsetof(struct interaction, row) }, { "row.title", offsetof(struct interaction, title) },
		{ "row.text", offsetof(struct interaction, text) }, { "row.agent", offsetof(struct interaction, agent) },
		{ "row.place.id", offsetof(struct interaction, place_id) }, { "row.place.name", offsetof(struct interaction, place_name) },
		{ "row.status", offsetof(struct interaction, status) }, { "row.done", offsetof(struct interaction, done) },
		{ "row.outcome", offsetof(struct interaction, outcome) }, { "row.number", offsetof(struct interaction, number) },
		{ "row.web", offsetof(struct interaction, web) }, { "row.part_of", offsetof(struct interaction, part_of) }, { 0 },
	};
	const struct mask *mask = present->mask;
	struct interaction *it;

	if (!mask)
		return whole;
	it = copy_of(arena, whole, 1, sizeof(*it));
	blank(mask, fields, it);
	if (seen_closes_title(mask, whole))
		it->title = (struct str){ 0 };
	if (mask_hides(mask, "row.kind"))
		it->kind = KIND_OTHER;
	if (mask_hides(mask, "row.step"))
		it->step = STEP_NONE;
	if (mask_hides(mask, "row.channel"))
		it->channel = CHANNEL_NONE;
	if (mask_hides(mask, "row.direction"))
		it->direction = DIRECTION_NONE;
	if (mask_hides(mask, "row.reader"))
		it->reader = READER_NONE;
	if (mask_hides(mask, "row.at"))
		it->at = WHEN_NONE;
	if (mask_hides(mask, "row.until"))
		it->until = WHEN_NONE;
	if (mask_hides(mask, "row.amount"))
		it->amount = (struct money){ 0 };
	see_parts(mask, arena, it);
	return it;
}

/* The row by what is open of it. */
static struct timeline_row see_row(const struct present *present, const struct timeline_row *row, struct arena *arena)
{
	const struct interaction **sources = arena_alloc(arena, (row->n_sources + 1) * sizeof(*sources));

	for (size_t i = 0; i < row->n_sources; i++)
		sources[i] = present_seen_row(present, row->sources[i], arena);
	return (struct timeline_row){ present_seen_row(present, row->head, arena), sources, row->n_sources };
}

bool present_keeps(const struct present *present, const struct timeline_row *row, const struct timeline_filter *filter)
{
	struct timeline_row seen;
	struct arena *arena;
	bool keeps;

	if (!present->mask)
		return timeline_keeps(row, filter);
	arena = arena_new();
	seen = see_row(present, row, arena);
	keeps = timeline_keeps(&seen, filter);
	arena_free(arena);
	return keeps;
}

bool present_sift(const struct present *present, const struct timeline_row *row, struct sift *sift)
{
	struct timeline_row seen;
	struct arena *arena;
	bool added;

	if (!present->mask)
		return sift_add(sift, row);
	arena = arena_new();
	seen = see_row(present, row, arena);
	added = sift_add(sift, &seen);
	arena_free(arena);
	return added;
}

static void see_addresses(const struct mask *mask, struct arena *arena, struct record *record)
{
	static const struct field fields[] = {
		{ "record.addresses.label", offsetof(struct address, label) }, { "record.addresses.city", offsetof(struct address, city) },
		{ "record.addresses.region", offsetof(struct address, region) }, { "record.addresses.postcode", offsetof(struct address, postcode) },
		{ "record.addresses.country", offsetof(struct address, country) }, { 0 },
	};

	record->n_addresses = mask_hides(mask, "record.addresses") ? 0 : record->n_addresses;
	record->addresses = copy_of(arena, record->addresses, record->n_addresses, sizeof(*record->addresses));
	for (size_t i = 0; i < record->n_addresses; i++) {
		blank(mask, fields, &record->addresses[i]);
		if (mask_hides(mask, "record.addresses.lines"))
			memset(record->addresses[i].lines, 0, sizeof(record->addresses[i].lines));
	}
}

static void see_matches(const struct mask *mask, struct arena *arena, struct record *record)
{
	size_t n = 0;

	record->matches = copy_of(arena, record->matches, record->n_matches, sizeof(*record->matches));
	for (size_t i = 0; i < record->n_matches; i++)
		if (!closes(mask, &record->matches[i].asked))
			record->matches[n++] = record->matches[i];
	record->n_matches = mask_hides(mask, "record.matched") || mask_hides(mask, "group.matched") ? 0 : n;
	for (size_t i = 0; i < record->n_matches; i++)
		if (mask_hides(mask, "record.matched.stored") || mask_hides(mask, "group.matched.stored"))
			record->matches[i].stored = (struct str){ 0 };
}

static const struct record *see_record(const struct mask *mask, struct arena *arena, const struct record *whole)
{
	static const struct field fields[] = {
		{ "record.tier", offsetof(struct record, tier) }, { "record.channel", offsetof(struct record, channel) },
		{ "record.consent", offsetof(struct record, consent) }, { "record.language", offsetof(struct record, language) },
		{ "record.note", offsetof(struct record, note) }, { "record.web", offsetof(struct record, web) }, { 0 },
	};
	struct record *record = copy_of(arena, whole, 1, sizeof(*record));
	size_t n = 0;

	blank(mask, fields, record);
	see_addresses(mask, arena, record);
	if (mask_hides(mask, "record.since"))
		record->since = WHEN_NONE;
	if (mask_hides(mask, "record.lifetime"))
		record->lifetime = (struct money){ 0 };
	if (mask_hides(mask, "record.do_not_contact"))
		record->do_not_contact = false;

	if (mask_hides(mask, "record.names") || mask_hides(mask, "group.name"))
		record->n_names = 0;
	record->ids = copy_of(arena, record->ids, record->n_ids, sizeof(*record->ids));
	for (size_t i = 0; i < record->n_ids; i++)
		if (!closes(mask, &record->ids[i].id))
			record->ids[n++] = record->ids[i];
	record->n_ids = mask_hides(mask, "record.identities") ? 0 : n;
	see_matches(mask, arena, record);
	return record;
}

const struct group *present_seen_group(const struct present *present, const struct group *whole, struct arena *arena)
{
	const struct mask *mask = present->mask;
	const struct record **records;
	struct resolve_reason *reasons;
	struct identity *typed;
	struct group *group;

	if (!mask)
		return whole;
	group = copy_of(arena, whole, 1, sizeof(*group));
	if (mask_hides(mask, "group.name") || mask_hides(mask, "record.names"))
		group->name = (struct str){ 0 };
	group->n_records = mask_hides(mask, "group.records") ? 0 : whole->n_records;
	records = arena_alloc(arena, (group->n_records + 1) * sizeof(*records));
	for (size_t i = 0; i < group->n_records; i++)
		records[i] = see_record(mask, arena, whole->records[i]);
	reasons = arena_alloc(arena, (whole->n_reasons + 1) * sizeof(*reasons));
	group->n_reasons = 0;
	for (size_t i = 0; i < whole->n_reasons && !mask_hides(mask, "group.reasons.text"); i++)
		if (!closes(mask, &whole->reasons[i].by))
			reasons[group->n_reasons++] = whole->reasons[i];
	typed = arena_alloc(arena, (whole->n_typed + 1) * sizeof(*typed));
	group->n_typed = 0;
	for (size_t i = 0; i < whole->n_typed && !mask_hides(mask, "group.typed"); i++)
		if (!closes(mask, &whole->typed[i]))
			typed[group->n_typed++] = whole->typed[i];
	group->records = records;
	group->reasons = reasons;
	group->typed = typed;
	return group;
}

/* Identities in typed form say by their first word whether they are closed. */
static struct profile_list see_identities(const struct mask *mask, struct arena *arena, const struct profile_list *whole)
{
	struct profile_list list = { arena_alloc(arena, (whole->n + 1) * sizeof(*list.items)), 0 };

	for (size_t i = 0; i < whole->n; i++) {
		struct str text = whole->items[i].text;
		const char *colon = text.n ? memchr(text.p, ':', text.n) : NULL;
		struct identity id = { 0 };

		if (colon && identity_type_parse(str_make(text.p, (size_t)(colon - text.p)), &id.type) && closes(mask, &id))
			continue;
		list.items[list.n++] = whole->items[i];
	}
	return list;
}

const struct profile *present_seen_profile(const struct present *present, const struct profile *whole, struct arena *arena)
{
	static const struct field lists[] = {
		{ "profile.names", offsetof(struct profile, names) }, { "profile.identities", offsetof(struct profile, identities) },
		{ "profile.addresses", offsetof(struct profile, addresses) }, 
		{ "profile.tier", offsetof(struct profile, tiers) }, { "profile.channel", offsetof(struct profile, channels) },
		{ "profile.consent", offsetof(struct profile, consents) }, { "profile.language", offsetof(struct profile, languages) },
		{ "profile.note", offsetof(struct profile, notes) }, { "profile.web", offsetof(struct profile, webs) },
		{ "profile.do_not_contact_by", offsetof(struct profile, do_not_contact_sources) }, { 0 },
	};
	const struct mask *mask = present->mask;
	struct profile *profile;

	if (!mask)
		return whole;
	profile = copy_of(arena, whole, 1, sizeof(*profile));
	profile->identities = see_identities(mask, arena, &whole->identities);
	for (const struct field *f = lists; f->name; f++)
		if (mask_hides(mask, f->name))
			((struct profile_list *)(void *)((char *)profile + f->offset))->n = 0;
	if (mask_hides(mask, "profile.name"))
		profile->name = (struct str){ 0 };
	if (mask_hides(mask, "profile.since"))
		profile->since = WHEN_NONE;
	if (mask_hides(mask, "profile.lifetime"))
		profile->n_lifetime = 0;
	if (mask_hides(mask, "profile.do_not_contact"))
		profile->do_not_contact = false;
	return profile;
}
