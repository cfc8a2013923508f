/*
 * Entries for tests, made in one line each. Ids are short names that become
 * UUIDs: uuid("a") is the same everywhere.
 */
#ifndef DOSSIER_TESTS_MODEL_ENTRY_FACTS_H
#define DOSSIER_TESTS_MODEL_ENTRY_FACTS_H

#include <dossier/base/hash.h>
#include <dossier/model/entry.h>

#define T0 INT64_C(1795000000000)
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

struct facts {
	struct arena *arena;
	struct json_parser *parser;
	int64_t at;                     /* of the next entry; goes on by a second */
	struct str author, channel;
	uint32_t epoch;
};

static inline void facts_init(struct facts *facts)
{
	*facts = (struct facts){ arena_new(), json_parser_new(), T0, STR("ana"), { 0 }, 0 };
}

static inline void facts_release(struct facts *facts)
{
	arena_free(facts->arena);
	json_parser_free(facts->parser);
}

static inline struct str uuid(struct facts *facts, const char *name)
{
	struct str part = str_of(name);
	char id[37];

	hash_uuid8(&part, 1, id);
	return arena_str(facts->arena, str_of(id));
}

/* json with 'apostrophes' for quotes and <name> for uuid("name"). */
static inline struct json_object *facts_json(struct facts *facts, const char *json)
{
	struct buf text;
	struct json_object *value;
	struct err err = { ERR_NONE, "" };

	buf_init(&text, ENTRY_DATA_MOST);
	for (; *json; json++) {
		if (*json == '<' && strchr(json, '>')) {
			const char *end = strchr(json, '>');

			buf_addstr(&text, uuid(facts, arena_strndup(facts->arena, json + 1, (size_t)(end - json - 1))));
			json = end;
		} else {
			buf_addc(&text, *json == '\'' ? '"' : *json);
		}
	}
	value = json_parse(facts->parser, buf_str(&text), &err);
	if (!value)
		fail_msg("%s: %s", err.text, text.data);
	buf_release(&text);
	return value;
}

/* NULL for no case or person. Arrived when it was written, unless the caller changes got. */
static inline struct entry *fact_entry(struct facts *facts, const char *id, enum entry_type type,
				       const char *person, const char *case_, const char *json)
{
	struct entry *entry = arena_alloc(facts->arena, sizeof(*entry));
	struct json_object *data = facts_json(facts, json);
	struct err err = { ERR_NONE, "" };
	struct entry_draft draft = {
		.type = type, .id = uuid(facts, id), .author = facts->author, .channel = facts->channel, .at = facts->at,
		.ord = (uint64_t)facts->at << 16, .epoch = facts->epoch, .data = data,
	};

	if (person)
		draft.person = uuid(facts, person);
	if (case_)
		draft.case_ = uuid(facts, case_);
	if (entry_type_info(type)->needs & NEED_RULE ? !entry_make_by_rule(facts->arena, &draft, str_of(id), entry, &err)
						       : !entry_make(facts->arena, &draft, entry, &err))
		fail_msg("%s: %s", json, err.text);
	entry->got = entry->at;
	json_object_put(data);
	facts->at += SECOND;
	return entry;
}

static inline uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

#endif
