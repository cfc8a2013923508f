/*
 * What belongs together: by which keys an entry is found, and everything that
 * an ask brings with it (struct store_ask), whatever holds the entries.
 */
#ifndef DOSSIER_STORE_REACH_H
#define DOSSIER_STORE_REACH_H

#include <dossier/model/intern.h>
#include <dossier/model/person.h>
#include <dossier/store/shared.h>

/* Keys: "u:UUID" of its person, its case and whatever its data names; an identity's bucket. Not its own id. */
struct reach_keys { struct str *keys; size_t n, cap; struct json_parser *parser; };
void reach_keys_release(struct reach_keys *keys);
/* Replaces what is there; the texts stand in arena. */
void reach_keys(struct reach_keys *keys, struct arena *arena, const struct entry *entry);
struct str reach_uuid_key(struct arena *arena, struct str uuid);
/* Identities that may be the same share a bucket; identity_same decides. */
struct str reach_bucket(struct arena *arena, const struct identity *id);
/* True of what may belong to something open for anybody (open_items). */
bool reach_open_type(enum entry_type type);
/* True when the id of an ask names this entry: its own id, its case, its whole code, or the beginning of its case's code. */
bool reach_named(struct str id, const struct entry *entry);

/* Holds entries and hands out, by reach_found, all that have a key, are of a type, or have that id. */
struct reach;
struct reach_source {
	bool (*by_key)(void *arg, struct str key, struct reach *reach, struct err *err);
	bool (*by_id)(void *arg, struct str id, struct reach *reach, struct err *err);
	bool (*by_types)(void *arg, uint64_t types, struct reach *reach, struct err *err);
	/* Everything that names an entry which has that key, at once; NULL: each is asked for alone. */
	bool (*about)(void *arg, struct str key, struct reach *reach, struct err *err);
	void *arg;
};
void reach_found(struct reach *reach, const struct entry *entry);

/* Everything that the ask brings, in rows (its arena made here); persons are those that it brings whole. */
bool reach_all(const struct reach_source *source, const struct store_ask *ask, struct store_rows *rows, struct intern *persons,
	       struct err *err);

struct store_ask *reach_ask_copy(struct arena *arena, const struct store_ask *ask);
struct entry reach_entry_copy(struct arena *arena, const struct entry *entry);

#endif
