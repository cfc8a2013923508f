#include <inttypes.h>

#include <dossier/base/text.h>

#include "row_json.h"

const struct text_member interaction_texts[] = {
	TEXT_AT(interaction, id, "id"), TEXT_AT(interaction, backend, "backend"), TEXT_AT(interaction, row, "row"),
	TEXT_AT(interaction, title, "title"), TEXT_AT(interaction, text, "text"), TEXT_AT(interaction, agent, "agent"),
	TEXT_AT(interaction, place_id, "place_id"), TEXT_AT(interaction, place_name, "place_name"), TEXT_AT(interaction, status, "status"),
	TEXT_AT(interaction, done, "done"), TEXT_AT(interaction, outcome, "outcome"), TEXT_AT(interaction, number, "number"),
	TEXT_AT(interaction, web, "web"), TEXT_AT(interaction, part_of, "part_of"), { NULL, 0 },
};
const struct text_member line_texts[] = {
	TEXT_AT(line, title, "title"), TEXT_AT(line, sku, "sku"), TEXT_AT(line, quantity, "quantity"), { NULL, 0 },
};
const struct text_member attachment_texts[] = {
	TEXT_AT(attachment, name, "name"), TEXT_AT(attachment, type, "type"), TEXT_AT(attachment, web, "web"), { NULL, 0 },
};
const struct text_member refs_texts[] = {
	TEXT_AT(refs, order, "order"), TEXT_AT(refs, receipt, "receipt"), TEXT_AT(refs, ticket, "ticket"), TEXT_AT(refs, tracking, "tracking"),
	TEXT_AT(refs, call, "call"), TEXT_AT(refs, case_, "case"), { NULL, 0 },
};
const struct text_member record_texts[] = {
	TEXT_AT(record, backend, "backend"), TEXT_AT(record, id, "id"), TEXT_AT(record, tier, "tier"), TEXT_AT(record, channel, "channel"),
	TEXT_AT(record, consent, "consent"), TEXT_AT(record, language, "language"), TEXT_AT(record, note, "note"), TEXT_AT(record, web, "web"),
	{ NULL, 0 },
};
const struct text_member address_texts[] = {
	TEXT_AT(address, label, "label"), TEXT_AT(address, lines[0], "line1"), TEXT_AT(address, lines[1], "line2"),
	TEXT_AT(address, lines[2], "line3"), TEXT_AT(address, city, "city"), TEXT_AT(address, region, "region"),
	TEXT_AT(address, postcode, "postcode"), TEXT_AT(address, country, "country"), { NULL, 0 },
};
/* record_id and record_match hold an identity first, then these two; both are written through a record_id */
const struct text_member id_texts[] = { TEXT_AT(record_id, field, "field"), TEXT_AT(record_id, stored, "stored"), { NULL, 0 } };

/* A member follows another unless the object just began. */
static void name_put(struct buf *out, const char *name)
{
	if (out->len && out->data[out->len - 1] != '{')
		buf_addc(out, ',');
	buf_printf(out, "\"%s\":", name);
}

static void member_put(struct buf *out, const char *name, struct str text)
{
	if (!text.p)
		return;
	name_put(out, name);
	text_json(out, text);
}

static void members_put(struct buf *out, const struct text_member *members, const void *thing)
{
	for (; members->name; members++)
		member_put(out, members->name, text_of(thing, members));
}

static void number_put(struct buf *out, const char *name, int64_t number, int64_t absent)
{
	if (number == absent)
		return;
	name_put(out, name);
	buf_printf(out, "%" PRId64, number);
}

static void word_put(struct buf *out, const char *name, const char *word)
{
	if (word[0])
		member_put(out, name, str_of(word));
}

static void flag_put(struct buf *out, const char *name, bool flag)
{
	if (!flag)
		return;
	name_put(out, name);
	buf_adds(out, "true");
}

static void money_put(struct buf *out, const char *name, struct money money)
{
	if (!money.currency[0])
		return;
	name_put(out, name);
	buf_printf(out, "{\"minor\":%" PRId64 ",\"currency\":", money.minor);
	text_json(out, str_of(money.currency));
	buf_addc(out, '}');
}

static void item_begin(struct buf *out, size_t at)
{
	buf_adds(out, at ? ",{" : "{");
}

static void lists_put(struct buf *out, const struct interaction *it)
{
	if (it->n_lines) {
		name_put(out, "lines");
		buf_addc(out, '[');
		for (uint32_t i = 0; i < it->n_lines; i++) {
			item_begin(out, i);
			members_put(out, line_texts, &it->lines[i]);
			money_put(out, "amount", it->lines[i].amount);
			buf_addc(out, '}');
		}
		buf_addc(out, ']');
	}
	if (it->n_attachments) {
		name_put(out, "attachments");
		buf_addc(out, '[');
		for (uint32_t i = 0; i < it->n_attachments; i++) {
			item_begin(out, i);
			members_put(out, attachment_texts, &it->attachments[i]);
			number_put(out, "size", it->attachments[i].size, -1);
			buf_addc(out, '}');
		}
		buf_addc(out, ']');
	}
}

void row_json_interaction(const struct interaction *it, struct buf *out)
{
	buf_addc(out, '{');
	members_put(out, interaction_texts, it);
	word_put(out, "kind", kind_word(it->kind));
	word_put(out, "step", step_word(it->step));
	word_put(out, "channel", channel_word(it->channel));
	word_put(out, "direction", direction_word(it->direction));
	word_put(out, "reader", reader_word(it->reader));
	number_put(out, "at", it->at, WHEN_NONE);
	number_put(out, "until", it->until, WHEN_NONE);
	number_put(out, "minutes", it->minutes, 0);
	money_put(out, "amount", it->amount);
	flag_put(out, "shared_only", it->shared_only);
	if (it->refs) {
		name_put(out, "refs");
		buf_addc(out, '{');
		members_put(out, refs_texts, it->refs);
		buf_addc(out, '}');
	}
	lists_put(out, it);
	buf_addc(out, '}');
}

static void identity_put(struct buf *out, const struct identity *id, struct str field, struct str stored)
{
	const struct record_id place = { .field = field, .stored = stored };

	member_put(out, "type", str_of(identity_type_word(id->type)));
	member_put(out, "of", id->backend);
	member_put(out, "value", id->value);
	members_put(out, id_texts, &place);
}

static void identities_put(struct buf *out, const struct record *record)
{
	name_put(out, "ids");
	buf_addc(out, '[');
	for (size_t i = 0; i < record->n_ids; i++) {
		item_begin(out, i);
		identity_put(out, &record->ids[i].id, record->ids[i].field, record->ids[i].stored);
		buf_addc(out, '}');
	}
	buf_adds(out, "],\"matches\":[");
	for (size_t i = 0; i < record->n_matches; i++) {
		item_begin(out, i);
		identity_put(out, &record->matches[i].asked, record->matches[i].field, record->matches[i].stored);
		buf_addc(out, '}');
	}
	buf_addc(out, ']');
}

void row_json_record(const struct record *record, struct buf *out)
{
	buf_addc(out, '{');
	members_put(out, record_texts, record);
	flag_put(out, "guest", record->guest);
	flag_put(out, "reference_only", record->reference_only);
	flag_put(out, "do_not_contact", record->do_not_contact);
	number_put(out, "since", record->since, WHEN_NONE);
	money_put(out, "lifetime", record->lifetime);
	name_put(out, "names");
	buf_addc(out, '[');
	for (size_t i = 0; i < record->n_names; i++) {
		buf_adds(out, i ? "," : "");
		text_json(out, record->names[i]);
	}
	buf_addc(out, ']');
	identities_put(out, record);
	buf_adds(out, ",\"addresses\":[");
	for (size_t i = 0; i < record->n_addresses; i++) {
		item_begin(out, i);
		members_put(out, address_texts, &record->addresses[i]);
		buf_addc(out, '}');
	}
	buf_adds(out, "],\"extras\":[");
	for (size_t i = 0; i < record->n_extras; i++) {
		item_begin(out, i);
		member_put(out, "name", record->extras[i].name);
		member_put(out, "value", record->extras[i].value);
		buf_addc(out, '}');
	}
	buf_adds(out, "]}");
}

void row_json_write(const struct batch *batch, const struct record *const *records, size_t n, struct buf *out)
{
	buf_adds(out, "{\"rows\":[");
	for (size_t i = 0; batch && i < batch->n; i++) {
		buf_adds(out, i ? "," : "");
		row_json_interaction(batch->items[i], out);
	}
	buf_adds(out, "],\"records\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? "," : "");
		row_json_record(records[i], out);
	}
	buf_adds(out, "]}");
}
