/*
 * Facts for tests of the resolver, made in one line each.
 */
#ifndef DOSSIER_TESTS_MODEL_RESOLVE_FACTS_H
#define DOSSIER_TESTS_MODEL_RESOLVE_FACTS_H

#include <dossier/model/resolve.h>

#define TYPE_BIT(name) (1u << ID_TYPE_##name)

static inline struct identity fact_id(struct arena *arena, const char *typed)
{
	struct identity id;

	assert_true(identity_parse(arena, str_of(typed), "GB", &id, NULL));
	return id;
}

/* ids: typed identities with a space between them. */
static inline struct record *fact_record(struct arena *arena, const char *backend, const char *id, const char *name, const char *ids)
{
	struct record *record = record_new(arena, str_of(backend), str_of(id));

	record_add_name(arena, record, str_of(name));
	while (ids && *ids) {
		size_t n = strcspn(ids, " ");
		char *one = arena_strndup(arena, ids, n);
		struct identity made = fact_id(arena, one);

		record_add_id(arena, record, &made, STR("/field"), made.value);
		ids += n + (ids[n] == ' ');
	}
	return record;
}

static inline struct who fact_who(struct arena *arena, const char *typed)
{
	struct who who = { .n = 1 };

	who.items[0].id = fact_id(arena, typed);
	return who;
}

/* "shop/1 desk/7 p:uuid|..." : what each shown group holds, in order. */
static inline char *shown_text(struct resolve *resolve)
{
	const struct resolve_result *result = resolve_result(resolve);
	struct buf text;

	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < result->n; i++) {
		const struct group *group = &result->groups[i];

		buf_adds(&text, i ? " |" : "");
		for (size_t k = 0; k < group->n_records; k++)
			buf_printf(&text, "%s%.*s/%.*s", i || k ? " " : "", STR_ARG(group->records[k]->backend), STR_ARG(group->records[k]->id));
		for (size_t k = 0; k < group->n_persons; k++)
			buf_printf(&text, "%sp:%.*s", i || k || group->n_records ? " " : "", STR_ARG(group->persons[k]));
	}
	return buf_take(&text);
}

#endif
