#include <dossier/backend/feed.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "feed_table.h"

/* Names are looked up by their last word, telephones by what is left when nobody minds how they are written. */
#define NAME_KEY "~name:"
#define TEL_KEY "~tel:"
#define TEL_DIGITS 7

static const struct { enum id_type type; size_t at; const char *word; } references[] = {
	{ ID_TYPE_ORDER, offsetof(struct refs, order), "refs.order" },
	{ ID_TYPE_RECEIPT, offsetof(struct refs, receipt), "refs.receipt" },
	{ ID_TYPE_TICKET, offsetof(struct refs, ticket), "refs.ticket" },
	{ ID_TYPE_TRACKING, offsetof(struct refs, tracking), "refs.tracking" },
};
enum { REFERENCES = sizeof(references) / sizeof(*references) };

static struct str reference_of(const struct interaction *it, size_t i)
{
	return it->refs ? *(const struct str *)((const char *)it->refs + references[i].at) : STR("");
}

unsigned feed_find_types(const struct plan *plan)
{
	const struct plan_elements *elements = plan->feed->elements;
	unsigned types = 0;

	if (plan->record) {
		types |= 1u << ID_TYPE_REC;
		if (plan->record->names.n)
			types |= 1u << ID_TYPE_NAME;
		for (size_t i = 0; i < plan->record->ids.n; i++)
			types |= 1u << plan->record->ids.items[i].type;
	}
	for (size_t i = 0; i < elements->rows.n; i++)
		for (size_t k = 0; k < elements->rows.items[i]->fields.n; k++)
			for (size_t r = 0; r < REFERENCES; r++)
				if (!strcmp(elements->rows.items[i]->fields.items[k].word->name, references[r].word))
					types |= 1u << references[r].type;
	return types;
}

static void name_key(struct str name, struct buf *out)
{
	struct buf plain;
	struct str text;
	uint32_t at;

	buf_init(&plain, 4096);
	text_fold_plain(&plain, name);
	text = str_trim(buf_str(&plain));
	for (at = text.n; at && text.p[at - 1] != ' ';)
		at--;
	buf_adds(out, NAME_KEY);
	if (text.n)
		buf_add(out, text.p + at, text.n - at);
	buf_release(&plain);
}

static void tel_key(struct str value, struct buf *out)
{
	char digits[TEL_DIGITS];
	size_t n = 0;

	for (uint32_t i = value.n; i && n < TEL_DIGITS; i--)
		if (value.p[i - 1] >= '0' && value.p[i - 1] <= '9')
			digits[TEL_DIGITS - ++n] = value.p[i - 1];
	buf_adds(out, TEL_KEY);
	buf_add(out, digits + TEL_DIGITS - n, n);
}

bool feed_key(const struct identity *id, struct buf *out)
{
	buf_reset(out);
	if (id->type == ID_TYPE_NAME)
		name_key(id->value, out);
	else if (id->type == ID_TYPE_TEL)
		tel_key(id->value, out);
	else
		identity_print(id, out);
	return out->len && !out->full && out->data[out->len - 1] != ':';
}

struct keys { struct arena *arena; struct str items[FEED_KEYS_MOST]; size_t n; };

static void key_add(struct keys *keys, struct str key)
{
	for (size_t i = 0; i < keys->n; i++)
		if (str_eq(keys->items[i], key))
			return;
	if (keys->n < FEED_KEYS_MOST && key.n)
		keys->items[keys->n++] = arena_str(keys->arena, key);
}

/* As it is typed, which erasing goes by, and as it is looked for. */
static void key_both(struct keys *keys, const struct identity *id)
{
	struct buf text;

	buf_init(&text, 4096);
	if (id->type != ID_TYPE_NAME) {
		identity_print(id, &text);
		if (!text.full)
			key_add(keys, buf_str(&text));
	}
	if (feed_key(id, &text))
		key_add(keys, buf_str(&text));
	buf_release(&text);
}

static void keys_of(struct keys *keys, const struct record *record, const struct batch *batch, const char *country)
{
	struct identity id;

	if (record) {
		record_identity(record, &id);
		key_both(keys, &id);
		for (size_t i = 0; i < record->n_ids; i++)
			key_both(keys, &record->ids[i].id);
		for (size_t i = 0; i < record->n_names; i++) {
			id = (struct identity){ .type = ID_TYPE_NAME, .value = record->names[i] };
			key_both(keys, &id);
		}
	}
	for (size_t i = 0; i < batch->n; i++)
		for (size_t r = 0; r < REFERENCES; r++)
			if (reference_of(batch->items[i], r).n &&
			    identity_make(keys->arena, references[r].type, STR(""), reference_of(batch->items[i], r), country, &id, NULL))
				key_both(keys, &id);
}

static struct batch *map_element(const struct plan *plan, const struct scope *scope, struct record **record, const struct map_notes *notes)
{
	const struct plan_elements *elements = plan->feed->elements;
	struct batch *batch = batch_new();

	/* a sale to nobody is no mistake */
	*record = plan->record && expr_text(plan->record->id, scope, batch->arena, NULL).n
		? map_record(plan->record, scope, batch->arena, notes) : NULL;
	for (size_t i = 0; i < elements->rows.n; i++)
		if (cond_holds(elements->rows.items[i]->when, scope))
			map_interaction(elements->rows.items[i], elements->name, scope, batch, notes);
	return batch;
}

struct batch *feed_map(const struct plan *plan, const struct scope_house *house, struct str data, struct record **record,
		       const struct map_notes *notes)
{
	struct scope scope = { .house = house };
	struct batch *batch = NULL;

	*record = NULL;
	scope.element = json_parse_whole(data, NULL, NULL);
	if (json_object_is_type(scope.element, json_type_object) && cond_holds(plan->feed->elements->when, &scope))
		batch = map_element(plan, &scope, record, notes);
	json_object_put(scope.element);
	return batch;
}

static bool record_holds(struct record *record, struct arena *arena, const struct identity *asked, const char *country)
{
	struct identity id;

	record_identity(record, &id);
	if (identity_same(&id, asked)) {
		record_add_match(arena, record, asked, STR("id"), record->id);
		return true;
	}
	for (size_t i = 0; i < record->n_ids; i++)
		if (identity_same(&record->ids[i].id, asked)) {
			record_add_match(arena, record, asked, record->ids[i].field, record->ids[i].stored);
			return true;
		}
	for (size_t i = 0; asked->type == ID_TYPE_NAME && i < record->n_names; i++)
		if (identity_matches(asked, record->names[i], country)) {
			record_add_match(arena, record, asked, STR("name"), record->names[i]);
			return true;
		}
	return false;
}

bool feed_holds(struct record *record, const struct batch *batch, const struct identity *asked, const char *country)
{
	struct identity id;

	if (record && record_holds(record, batch->arena, asked, country))
		return true;
	for (size_t i = 0; i < batch->n; i++)
		for (size_t r = 0; r < REFERENCES; r++) {
			struct str stored = reference_of(batch->items[i], r);

			if (references[r].type != asked->type || !stored.n ||
			    !identity_make(batch->arena, asked->type, STR(""), stored, country, &id, NULL) || !identity_same(&id, asked))
				continue;
			if (record)
				record_add_match(batch->arena, record, asked, str_of(references[r].word), stored);
			return true;
		}
	return false;
}

/* What the mapping says of a row of the file. */
struct noted { struct diags *diags; const char *file; int line; };

static void take_note(void *arg, int line, const char *text)
{
	const struct noted *noted = arg;

	(void)line;
	diags_add(noted->diags, DIAG_WARNING, noted->file, noted->line, "%s", text);
}

/* The row as it will be read again: what is no UTF-8 is U+FFFD from here on, in its keys too. */
static struct json_object *as_kept(struct json_object *element, struct buf *data)
{
	struct json_object *kept;

	json_write(data, element);
	kept = data->full ? NULL : json_parse_whole(buf_str(data), NULL, NULL);
	return kept ? kept : json_object_get(element);
}

static bool tell(const struct plan *plan, const struct scope *given, struct noted *noted,
		 bool (*row)(void *arg, const struct feed_item *item), void *arg, struct feed_counts *counts)
{
	struct buf data;
	struct scope kept = *given, *scope = &kept;

	buf_init(&data, FEED_ROW_MOST);
	kept.element = as_kept(given->element, &data);
	const struct map_notes notes = { take_note, noted };
	struct keys keys = { .arena = arena_new() };
	struct str id = expr_text(plan->feed->id, scope, keys.arena, &notes);
	struct record *record;
	struct batch *batch = map_element(plan, scope, &record, &notes);
	bool goes_on = true;

	keys_of(&keys, record, batch, scope->house->country);
	if (!id.n || !keys.n || data.full) {
		counts->dropped++;
		diags_add(noted->diags, DIAG_WARNING, noted->file, noted->line, "%s; the row is left out",
			  !id.n ? "feed: id: gives nothing" : data.full ? "the row is larger than a mebibyte"
				: "it names nobody, and nothing that it could be found by");
	} else {
		struct feed_item item = { noted->line, id, buf_str(&data), keys.items, keys.n };

		counts->rows++;
		goes_on = row(arg, &item);
	}
	buf_release(&data);
	batch_free(batch);
	arena_free(keys.arena);
	json_object_put(kept.element);
	return goes_on;
}

bool feed_read(const struct plan *plan, const struct scope_house *house, struct str bytes, const char *file,
	       bool (*row)(void *arg, const struct feed_item *item), void *arg, struct diags *diags, struct feed_counts *counts)
{
	struct noted noted = { diags, file, 0 };
	struct feed_table table;
	struct scope scope = { .house = house };
	bool broken = false, goes_on = true;

	*counts = (struct feed_counts){ 0 };
	feed_table_init(&table, plan->feed, bytes, file, diags);
	while (goes_on && (scope.element = feed_table_next(&table, &noted.line, &broken))) {
		if (cond_holds(plan->feed->elements->when, &scope))
			goes_on = tell(plan, &scope, &noted, row, arg, counts);
		else
			counts->passed++;
		json_object_put(scope.element);
	}
	counts->dropped += table.dropped;
	feed_table_release(&table);
	return goes_on && !broken;
}
