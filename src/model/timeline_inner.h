/*
 * Parts of the timeline: timeline.c takes, de-duplicates and sorts,
 * timeline_fold.c makes one row of one event, timeline_agents.c knows who is
 * the same agent.
 */
#ifndef DOSSIER_MODEL_TIMELINE_INNER_H
#define DOSSIER_MODEL_TIMELINE_INNER_H

#include <dossier/model/timeline.h>

/* 100,000 rows are more than a cache holds: what is looked at is fetched so many rows before. */
#define TIMELINE_AHEAD 8

/* Folded rows of one sorted array. Their sources live in arena, or are places in sorted. */
struct fold_in {
	const struct interaction **sorted;      /* newest first */
	size_t n;
	const bool *alone;                      /* one a row, or NULL: never to be folded */
	const struct timeline_agents *agents;
	const char *country;
	uint64_t seed;
};
/* Fills rows (room for n) and returns how many there are. */
size_t timeline_fold(const struct fold_in *in, struct arena *arena, struct timeline_row *rows);

/* Every text of a source in which words are looked for; absent ones too. */
void timeline_words(const struct interaction *it, void (*word)(void *arg, struct str text), void *arg);

/* One name for all names of an agent, folded; out is reused by the caller. */
void timeline_agent_key(const struct timeline_agents *agents, struct str name, struct buf *out);

#endif
