/*
 * The ordinary customers: who they are, from the seed and a number.
 */
#ifndef SANDBOX_CROWD_H
#define SANDBOX_CROWD_H

#include "world.h"

unsigned crowd_flags(uint64_t seed, uint32_t index);
void crowd_person(uint64_t seed, int64_t now, uint32_t index, struct person *out);

size_t crowd_orders(const struct world *world, const struct person *person, struct order out[ORDERS_MOST]);
size_t crowd_visits(const struct world *world, const struct person *person, struct visit out[VISITS_MOST]);
size_t crowd_calls(const struct world *world, const struct person *person, struct call out[CALLS_MOST]);
size_t crowd_chats(const struct world *world, const struct person *person, struct chat out[CHATS_MOST]);
size_t crowd_posts(const struct world *world, const struct person *person, struct post out[POSTS_MOST]);

/* What they say and write: dialogues of says ended by a 0 in who. */
struct script_line { char who; const char *html; };
struct script { const char *title; const struct script_line lines[SAYS_MOST]; };
extern const struct script scripts[];
extern const size_t scripts_n;
extern const char *const posts[];
extern const size_t posts_n;
extern const char *const visit_notes[];
extern const size_t visit_notes_n;

#endif
