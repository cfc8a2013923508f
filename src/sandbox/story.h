/*
 * The people whom a story is told of. Each story is one file.
 */
#ifndef SANDBOX_STORY_H
#define SANDBOX_STORY_H

#include "world.h"

/* One thing to try: what is typed behind "dossier --sandbox", and what to look for in what it says. */
struct story_step { const char *type, *look; };

struct story {
	const char *name;
	const char *about;              /* one sentence for whoever practises with it */
	const char *const *who;         /* identities by which to look its customer up, NULL-ended */
	const struct story_step *steps; /* in the order in which the story is understood, ended by a NULL type */
};

/* One of the first STORY_PEOPLE people. */
struct story_person {
	const struct story *story;      /* NULL for those who only stand beside */
	void (*person)(int64_t now, struct person *out);
	size_t (*orders)(int64_t now, struct order out[ORDERS_MOST]);
	size_t (*visits)(int64_t now, struct visit out[VISITS_MOST]);
	size_t (*calls)(int64_t now, struct call out[CALLS_MOST]);
	size_t (*chats)(int64_t now, struct chat out[CHATS_MOST]);
	size_t (*posts)(int64_t now, struct post out[POSTS_MOST]);
};

extern const struct story_person story_billing, story_trousers, story_trousers_partner, story_namesake;
extern const struct story_person *const story_people[STORY_PEOPLE];

/* Whether a number belongs to the people of a story, and so to nobody of the crowd. */
bool story_telephone(const char *area, const char *rest);

/* Midnight of so many days ago, and a time of that day: every story reads fresh whenever it is told. */
static inline int64_t story_at(int64_t now, int days, int hour, int minute)
{
	int64_t at = now - now % DAY - days * DAY + hour * HOUR + minute * MINUTE;

	return at < now ? at : now - MINUTE;
}

#endif
