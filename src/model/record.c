#include <dossier/model/record.h>

#include <ctype.h>

#include <dossier/base/buf.h>

/* A list in an arena doubles when its length is a power of two, so it needs no stored capacity. */
static void *list_room(struct arena *arena, void *items, size_t n, size_t size)
{
	void *grown;

	if (n & (n - 1))
		return items;
	grown = arena_alloc(arena, (n ? n * 2 : 1) * size);
	if (n)
		memcpy(grown, items, n * size);
	return grown;
}

#define LIST_ROOM(arena, items, n) ((items) = list_room((arena), (items), (n), sizeof(*(items))))

struct record *record_new(struct arena *arena, struct str backend, struct str id)
{
	struct record *record = arena_alloc(arena, sizeof(*record));

	record->backend = arena_str(arena, backend);
	record->id = arena_str(arena, id);
	record->since = WHEN_NONE;
	return record;
}

void record_add_name(struct arena *arena, struct record *record, struct str name)
{
	name = str_trim(name);
	if (str_empty(name) || record->n_names >= RECORD_MOST)
		return;
	for (size_t i = 0; i < record->n_names; i++) {
		if (str_eq(record->names[i], name))
			return;
	}
	LIST_ROOM(arena, record->names, record->n_names);
	record->names[record->n_names++] = arena_str(arena, name);
}

/* The very same, unlike identity_same, which also takes two ways of writing a telephone for one. */
static bool identity_is(const struct identity *a, const struct identity *b)
{
	return a->type == b->type && str_eq(a->value, b->value) && str_eq(a->backend, b->backend);
}

void record_add_id(struct arena *arena, struct record *record, const struct identity *id, struct str field, struct str stored)
{
	struct record_id *to;

	if (str_empty(id->value) || record->n_ids >= RECORD_MOST)
		return;
	for (size_t i = 0; i < record->n_ids; i++) {
		if (identity_is(&record->ids[i].id, id) && str_eq(record->ids[i].field, field))
			return;
	}
	LIST_ROOM(arena, record->ids, record->n_ids);
	to = &record->ids[record->n_ids++];
	to->id = identity_copy(arena, id);
	to->field = arena_str(arena, field);
	to->stored = arena_str(arena, stored);
}

void record_add_match(struct arena *arena, struct record *record, const struct identity *asked, struct str field, struct str stored)
{
	struct record_match *to;

	if (record->n_matches >= RECORD_MOST)
		return;
	for (size_t i = 0; i < record->n_matches; i++) {
		const struct record_match *match = &record->matches[i];

		if (identity_is(&match->asked, asked) && str_eq(match->field, field) && str_eq(match->stored, stored))
			return;
	}
	LIST_ROOM(arena, record->matches, record->n_matches);
	to = &record->matches[record->n_matches++];
	to->asked = identity_copy(arena, asked);
	to->field = arena_str(arena, field);
	to->stored = arena_str(arena, stored);
}

void record_add_extra(struct arena *arena, struct record *record, struct str name, struct str value)
{
	if (record->n_extras >= RECORD_MOST || record_extra(record, name.p ? name.p : "").p)
		return;
	LIST_ROOM(arena, record->extras, record->n_extras);
	record->extras[record->n_extras++] = (struct record_extra){ arena_str(arena, name), arena_str(arena, value) };
}

/* A pointer's name up to the next slash; the places in lists say nothing. */
static void pointer_words(struct str pointer, struct buf *out)
{
	for (size_t i = 0; i < pointer.n;) {
		size_t from = i += pointer.p[i] == '/', digits = 0;

		while (i < pointer.n && pointer.p[i] != '/')
			digits += isdigit((unsigned char)pointer.p[i++]) != 0;
		if (i == from || digits == i - from || (i - from == 2 && !memcmp(pointer.p + from, "..", 2)))
			continue;
		if (out->len && out->data[out->len - 1] != ' ')
			buf_addc(out, ' ');
		for (; from < i; from++) {
			bool escaped = pointer.p[from] == '~' && from + 1 < i && (pointer.p[from + 1] == '0' || pointer.p[from + 1] == '1');

			if (escaped)
				buf_addc(out, pointer.p[++from] == '0' ? '~' : '/');
			else
				buf_addc(out, pointer.p[from] == '_' ? ' ' : pointer.p[from]);
		}
	}
}

void record_field_words(struct str field, struct buf *out)
{
	struct buf words;

	buf_init(&words, 4096);
	if (!field.n || field.p[0] == '/' || str_starts(field, "../"))
		pointer_words(field, &words);
	else
		for (size_t i = 0; i < field.n; i++) {
			const char *end = field.p[i] == '<' ? memchr(field.p + i, '>', field.n - i) : NULL;
			const char *bar = end ? memchr(field.p + i, '|', (size_t)(end - field.p) - i) : NULL;

			if (!end) {
				buf_addc(&words, field.p[i]);
				continue;
			}
			pointer_words((struct str){ field.p + i + 1, (size_t)((bar ? bar : end) - field.p) - i - 1 }, &words);
			i = (size_t)(end - field.p);
		}
	if (words.len)
		buf_addstr(out, buf_str(&words));
	else
		buf_addstr(out, field);
	buf_release(&words);
}

struct str record_extra(const struct record *record, const char *name)
{
	for (size_t i = 0; i < record->n_extras; i++) {
		if (str_is(record->extras[i].name, name))
			return record->extras[i].value;
	}
	return (struct str){ 0 };
}

#define ADDRESS_FIELDS(X) \
	X(lines[0]) X(lines[1]) X(lines[2]) X(city) X(region) X(postcode) X(country)

static bool address_empty(const struct address *address)
{
#define X(field) && str_empty(address->field)
	return true ADDRESS_FIELDS(X);  /* a label alone is no address */
#undef X
}

static bool address_is(const struct address *a, const struct address *b)
{
#define X(field) && str_eq(a->field, b->field)
	return str_eq(a->label, b->label) ADDRESS_FIELDS(X);
#undef X
}

void record_add_address(struct arena *arena, struct record *record, const struct address *address)
{
	struct address *to;

	if (record->n_addresses >= RECORD_MOST || address_empty(address))
		return;
	for (size_t i = 0; i < record->n_addresses; i++) {
		if (address_is(&record->addresses[i], address))
			return;
	}
	LIST_ROOM(arena, record->addresses, record->n_addresses);
	to = &record->addresses[record->n_addresses++];
	to->label = arena_str(arena, address->label);
#define X(field) to->field = arena_str(arena, address->field);
	ADDRESS_FIELDS(X)
#undef X
}

void record_identity(const struct record *record, struct identity *out)
{
	*out = (struct identity){ .type = ID_TYPE_REC, .backend = record->backend, .value = record->id };
}

struct record *record_copy(struct arena *arena, const struct record *record)
{
	struct record *copy = record_new(arena, record->backend, record->id);

	copy->guest = record->guest;
	copy->reference_only = record->reference_only;
	copy->do_not_contact = record->do_not_contact;
	copy->since = record->since;
	copy->lifetime = record->lifetime;
	copy->tier = arena_str(arena, record->tier);
	copy->channel = arena_str(arena, record->channel);
	copy->consent = arena_str(arena, record->consent);
	copy->language = arena_str(arena, record->language);
	copy->note = arena_str(arena, record->note);
	copy->web = arena_str(arena, record->web);
	for (size_t i = 0; i < record->n_names; i++)
		record_add_name(arena, copy, record->names[i]);
	for (size_t i = 0; i < record->n_ids; i++)
		record_add_id(arena, copy, &record->ids[i].id, record->ids[i].field, record->ids[i].stored);
	for (size_t i = 0; i < record->n_matches; i++)
		record_add_match(arena, copy, &record->matches[i].asked, record->matches[i].field, record->matches[i].stored);
	for (size_t i = 0; i < record->n_addresses; i++)
		record_add_address(arena, copy, &record->addresses[i]);
	for (size_t i = 0; i < record->n_extras; i++)
		record_add_extra(arena, copy, record->extras[i].name, record->extras[i].value);
	return copy;
}
