/*
 * A customer's timeline: interactions from all backends, newest first,
 * de-duplicated by (backend, row, id), rows of one event folded into one with
 * several sources. Pure; 100,000 rows are sorted in milliseconds.
 */
#ifndef DOSSIER_MODEL_TIMELINE_H
#define DOSSIER_MODEL_TIMELINE_H

#include <dossier/model/interaction.h>

struct timeline_agents;         /* names of one agent in several backends: house settings */
struct timeline_agents *timeline_agents_new(void);
void timeline_agents_free(struct timeline_agents *agents);
void timeline_agents_add(struct timeline_agents *agents, const char *name, const char *alias);

struct timeline;
/* agents (may be NULL) and country (may be NULL; for comparing numbers) are borrowed. */
struct timeline *timeline_new(const struct timeline_agents *agents, const char *country);
void timeline_free(struct timeline *timeline);

/*
 * Takes the batch, which is freed when no row of it is left. A later row with
 * the same key replaces the earlier one.
 */
void timeline_take(struct timeline *timeline, struct batch *batch);
/* Drops every row of a backend (before its fresh copy is taken). */
void timeline_drop(struct timeline *timeline, struct str backend);

struct timeline_row {
	const struct interaction *head;         /* the richest of the sources */
	const struct interaction *const *sources;   /* all of them, head first */
	size_t n_sources;
};
size_t timeline_taken(const struct timeline *timeline);     /* rows before folding; costs nothing */
bool timeline_settled(const struct timeline *timeline);     /* sorted and folded as it is: to ask for its rows costs nothing */
size_t timeline_count(struct timeline *timeline);           /* folded rows; sorts and folds when needed */
/* Newest first; NULL past the end. Rows are valid until the next take, drop or unfold. */
const struct timeline_row *timeline_row(struct timeline *timeline, size_t i);
/* Above 0, and another whenever rows were folded anew: what was made of them by their numbers is good while it stays. */
uint64_t timeline_folded(struct timeline *timeline);
/*
 * Never folds this source with another again (DOMAIN: undone with u). It is
 * remembered by backend, row and id, so a fresh copy of it stays alone too.
 */
void timeline_unfold(struct timeline *timeline, const struct interaction *source);
/* Forgets all that was unfolded. */
void timeline_fold_again(struct timeline *timeline);

/* Text of a row is looked for in title, text, agent, status, place, refs and line titles. */
struct timeline_filter {
	unsigned kinds;                 /* a bit for each enum kind; 0: all */
	struct str backend;             /* absent: all */
	struct str agent;               /* contained; folded by text_fold; absent: all */
	enum direction direction;       /* NONE: all */
	int64_t since, until;           /* WHEN_NONE: open; since <= at < until */
	struct str grep;                /* folded by text_fold; absent: all */
};
/* True when one of the row's sources meets all of the filter. */
bool timeline_keeps(const struct timeline_row *row, const struct timeline_filter *filter);

#endif
