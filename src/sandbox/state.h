/*
 * What writes have changed: facts kept under the id of the thing they are
 * about, in their order. The people of the seed never change; a reply is what
 * the seed says with these facts laid over it.
 */
#ifndef SANDBOX_STATE_H
#define SANDBOX_STATE_H

#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

struct state;

struct fact {
	char *about;                    /* id, or a word of the backend's for what has none */
	const char *kind;               /* a literal: "refund", "cancel", "return" ... */
	int64_t at;
	uint32_t number;                /* counts all facts from 0: for new ids */
	struct json_object *data;       /* may be NULL */
	struct fact *next;              /* of the same bucket */
};

struct state *state_new(void);
void state_free(struct state *state);
void state_clear(struct state *state);
/* Owns data. The fact stays where it is until state_clear; its data may be changed. */
struct fact *state_add(struct state *state, const char *about, const char *kind, int64_t at, struct json_object *data);
/* The next fact about an id of a kind (NULL: any) after one; after NULL the first. */
struct fact *state_next(const struct state *state, const char *about, const char *kind, const struct fact *after);
size_t state_count(const struct state *state);

#endif
