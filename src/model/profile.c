#include <dossier/base/text.h>
#include <dossier/model/profile.h>

/* Lists grow in the arena; they are short, since records are capped. */
struct builder {
	struct profile *profile;
	struct str backend;     /* of the record being read */
	struct buf key, other;  /* of values being compared */
};

static void source_add(struct builder *builder, struct profile_value *value)
{
	struct str *sources;

	for (size_t i = 0; i < value->n_sources; i++) {
		if (str_eq(value->sources[i], builder->backend))
			return;
	}
	sources = arena_alloc(builder->profile->arena, (value->n_sources + 1) * sizeof(*sources));
	if (value->n_sources)
		memcpy(sources, value->sources, value->n_sources * sizeof(*sources));
	sources[value->n_sources++] = arena_str(builder->profile->arena, builder->backend);
	value->sources = sources;
}

/* Values that differ only in case or composition are one value, shown as it came first. */
static bool value_is(struct builder *builder, const struct profile_value *value, struct str text)
{
	if (str_eq(value->text, text))
		return true;
	buf_reset(&builder->other);
	text_fold(&builder->other, value->text);
	return !builder->key.full && !builder->other.full && str_eq(buf_str(&builder->other), buf_str(&builder->key));
}

static void value_add(struct builder *builder, struct profile_list *list, struct str text)
{
	struct arena *arena = builder->profile->arena;

	text = str_trim(text);
	if (str_empty(text))
		return;
	buf_reset(&builder->key);
	text_fold(&builder->key, text);
	for (size_t i = 0; i < list->n; i++) {
		if (value_is(builder, &list->items[i], text)) {
			source_add(builder, &list->items[i]);
			return;
		}
	}
	if (!(list->n & (list->n - 1))) {
		struct profile_value *items = arena_alloc(arena, (list->n ? list->n * 2 : 1) * sizeof(*items));

		if (list->n)
			memcpy(items, list->items, list->n * sizeof(*items));
		list->items = items;
	}
	list->items[list->n] = (struct profile_value){ .text = arena_str(arena, text) };
	source_add(builder, &list->items[list->n++]);
}

/* "12 High Street, Flat 2, LS1 4AB Leeds, GB" */
static void address_print(const struct address *address, struct buf *out)
{
	const struct str *parts[] = {
		&address->lines[0], &address->lines[1], &address->lines[2], &address->postcode,
		&address->city, &address->region, &address->country,
	};
	bool after_postcode = false;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct str part = str_trim(*parts[i]);

		if (str_empty(part))
			continue;
		if (out->len)
			buf_adds(out, after_postcode && parts[i] == &address->city ? " " : ", ");
		buf_addstr(out, part);
		after_postcode = parts[i] == &address->postcode;
	}
}

static void identity_add(struct builder *builder, const struct identity *id)
{
	struct buf typed;

	buf_init(&typed, 4096);
	identity_print(id, &typed);
	value_add(builder, &builder->profile->identities, buf_str(&typed));
	buf_release(&typed);
}

static void address_add(struct builder *builder, const struct address *address)
{
	struct buf text;

	buf_init(&text, 4096);
	address_print(address, &text);
	value_add(builder, &builder->profile->addresses, buf_str(&text));
	buf_release(&text);
}

/* Lifetime values of one currency add up: each is what one system sold. */
static void lifetime_add(struct profile *profile, struct money money)
{
	if (!*money.currency)
		return;
	for (size_t i = 0; i < profile->n_lifetime; i++) {
		struct money *sum = &profile->lifetime[i];

		if (strcmp(sum->currency, money.currency))
			continue;
		if (__builtin_add_overflow(sum->minor, money.minor, &sum->minor))
			sum->minor = money.minor < 0 ? INT64_MIN : INT64_MAX;
		return;
	}
	profile->lifetime[profile->n_lifetime++] = money;
}

static void record_read(struct builder *builder, const struct record *record)
{
	struct profile *profile = builder->profile;
	struct identity own;

	builder->backend = record->backend;
	for (size_t i = 0; i < record->n_names; i++)
		value_add(builder, &profile->names, record->names[i]);
	record_identity(record, &own);
	identity_add(builder, &own);
	for (size_t i = 0; i < record->n_ids; i++)
		identity_add(builder, &record->ids[i].id);
	for (size_t i = 0; i < record->n_addresses; i++)
		address_add(builder, &record->addresses[i]);
	value_add(builder, &profile->tiers, record->tier);
	value_add(builder, &profile->channels, record->channel);
	value_add(builder, &profile->consents, record->consent);
	value_add(builder, &profile->languages, record->language);
	value_add(builder, &profile->notes, record->note);
	value_add(builder, &profile->webs, record->web);
	if (record->do_not_contact) {
		profile->do_not_contact = true;
		value_add(builder, &profile->do_not_contact_sources, record->backend);
	}
	if (record->since != WHEN_NONE && (profile->since == WHEN_NONE || record->since < profile->since))
		profile->since = record->since;
	lifetime_add(profile, record->lifetime);
}

void profile_init(struct profile *profile, const struct group *group)
{
	struct builder builder = { .profile = profile };

	*profile = (struct profile){ .arena = arena_new(), .since = WHEN_NONE };
	profile->lifetime = arena_alloc(profile->arena, (group->n_records + 1) * sizeof(*profile->lifetime));
	buf_init(&builder.key, (size_t)1 << 20);
	buf_init(&builder.other, (size_t)1 << 20);
	for (size_t i = 0; i < group->n_records; i++)
		record_read(&builder, group->records[i]);
	if (profile->names.n)
		profile->name = profile->names.items[0].text;
	buf_release(&builder.key);
	buf_release(&builder.other);
}

void profile_release(struct profile *profile)
{
	arena_free(profile->arena);
	*profile = (struct profile){ .arena = NULL };
}
