/*
 * The one way out: everything a face shows of a customer passes here, where
 * fields are masked. A face is a visitor of fields; names are the data
 * contract and only grow.
 */
#ifndef DOSSIER_DESK_PRESENT_H
#define DOSSIER_DESK_PRESENT_H

#include <dossier/desk/customer.h>
#include <dossier/model/mask.h>
#include <dossier/model/sift.h>

/* name is NULL inside lists. Absent text is given as null. */
struct fields {
	void (*begin_map)(void *arg, const char *name);
	void (*end_map)(void *arg);
	void (*begin_list)(void *arg, const char *name);
	void (*end_list)(void *arg);
	void (*text)(void *arg, const char *name, struct str value);
	void (*integer)(void *arg, const char *name, int64_t value);
	void (*boolean)(void *arg, const char *name, bool value);
	void (*time)(void *arg, const char *name, int64_t at);          /* WHEN_NONE: null */
	void (*money)(void *arg, const char *name, struct money money); /* no currency: null */
	void *arg;
	/* Members that are the same in many maps, as JSON with their names and the commas between. NULL: each is given by the others. */
	void (*members)(void *arg, struct str json);
};

struct present {
	const struct mask *mask;        /* NULL: nothing is masked */
	struct desk *desk;
};

/* Every field there is, as masks name it: "profile.addresses", "row.text", "identity.tel"; ended by NULL. */
extern const char *const present_names[];
bool present_knows(const char *field);

/* Each writes the members of one map, without begin_map and end_map of its own; "masked" is always among them. */
void present_record(const struct present *present, const struct record *record, const struct fields *out);
void present_group(const struct present *present, const struct group *group, const struct fields *out);
void present_profile(const struct present *present, const struct profile *profile, const struct fields *out);
void present_row(const struct present *present, const struct timeline_row *row, const struct fields *out);
void present_source(const struct present *present, const struct source *source, const struct fields *out);

/*
 * The same for a face that lays out by itself: the struct with every closed
 * field absent. What was given when nothing is masked, else in arena.
 */
const struct interaction *present_seen_row(const struct present *present, const struct interaction *whole, struct arena *arena);
/* timeline_keeps by what is open: a filter must not tell whether a closed field holds a word. */
bool present_keeps(const struct present *present, const struct timeline_row *row, const struct timeline_filter *filter);
/* sift_add of the words that are open. */
bool present_sift(const struct present *present, const struct timeline_row *row, struct sift *sift);
const struct group *present_seen_group(const struct present *present, const struct group *whole, struct arena *arena);
const struct profile *present_seen_profile(const struct present *present, const struct profile *whole, struct arena *arena);

#endif
