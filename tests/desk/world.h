/*
 * Several agents, each with a customer open, over one store that lets claims
 * win once: for tests of what operations come to. Backends are lists of
 * records and rows; time goes on only by hand.
 */
#ifndef DOSSIER_TESTS_DESK_WORLD_H
#define DOSSIER_TESTS_DESK_WORLD_H

#include <dossier/desk/casework.h>

#include "little_house.h"

#define WORLD_MOST 128

struct world {
	struct little little;
	struct arena *arena;
	struct entries *entries;                /* what the shared store has */
	struct record *records[WORLD_MOST];
	size_t n_records;
	struct interaction *rows[WORLD_MOST];
	size_t n_rows;
	uint64_t seats;                         /* how many sat down so far: each has ids of their own */
};

/* One agent with one customer open, as known when it was opened or refreshed. */
struct session {
	struct world *world;
	struct desk desk;
	struct clock_fake clock;                /* the world's, put wrong by skew */
	int64_t skew;
	struct arena *arena;
	struct entries *entries;
	struct persons *persons;
	struct resolve *resolve;
	const struct group *group;              /* NULL: nobody was found */
	size_t n_groups;
	struct profile profile;
	const struct cases *cases;
	struct timeline *timeline;
	struct casework work;
	bool offered;                           /* rows are ticked, not named */
	struct err err;                         /* of the last thing that was refused */
	const struct entry *winner;             /* of the last claim that was lost */
	char said[600];                         /* of the last thing that was done */
};

void world_begin(struct world *world);
void world_end(struct world *world);
void world_pass(struct world *world, int64_t ms);
int64_t world_now(const struct world *world);
/* ids: typed identities with a space between them. */
struct record *world_record(struct world *world, const char *backend, const char *id, const char *name, const char *ids);
/* An inbound row of a backend, now. */
struct interaction *world_row(struct world *world, const char *backend, const char *row, const char *id, enum kind kind);
/* Two or more agents append: the first claim of a slot wins. */
enum store_said world_append(struct world *world, const struct entry *entries, size_t n, const struct entry **winner);

/* who: typed identity; the at-th of those found. */
void session_open(struct session *session, struct world *world, const char *agent, const char *who, size_t at);
/* Whatever the store has now, by what was asked for before. */
void session_look(struct session *session, const char *who, size_t at);
/* All that is open in the store, without a customer. */
void session_desk(struct session *session, struct world *world, const char *agent);
void session_close(struct session *session);
/* fields: "name=value|name=value". Builds and checks every entry; nothing is sent. */
bool session_build(struct session *session, const char *op, const char *fields);
enum store_said session_send(struct session *session, const char *op);
/* Both, as often as it takes to look again. Fails the test when it is refused. Returns the entry asked for. */
const struct entry *session_do(struct session *session, const char *op, const char *fields);
/* Fails the test when it is not refused with these words. */
void session_refused(struct session *session, const char *op, const char *fields, const char *why);
/* The code of an entry's id, for fields. */
const char *session_code(struct session *session, const struct entry *entry);
struct json_object *session_data(struct session *session, const struct entry *entry);

#endif
