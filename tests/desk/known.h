/*
 * An agent's desk with a case store: backends played as fake.h does, the store
 * real but for the shared one, which stands in memory and outlives the agents.
 */
#ifndef DOSSIER_TESTS_DESK_KNOWN_H
#define DOSSIER_TESTS_DESK_KNOWN_H

#include <dossier/desk/casework.h>
#include <dossier/desk/customer.h>

#include "../model/entry_facts.h"
#include "../store/fake.h"
#include "fake.h"
#include "place.h"

/* What all agents share. */
struct shop {
	struct fake shared;
	struct facts facts;
	struct place place;
	int agents;
};
void shop_open(struct shop *shop);
void shop_close(struct shop *shop);
/* As if somebody far away had written it; json as in entry_facts.h. */
const struct entry *shop_wrote(struct shop *shop, const char *id, enum entry_type type, const char *person, const char *case_, const char *json);

/* One agent with two backends "a" and "b", a look-up and a customer. */
struct agent {
	struct shop *shop;
	struct fake_desk fake;
	char *local;
	int64_t skew;
	struct lookup *lookup;
	struct customer *customer;
	unsigned changed, done, found;
	const char *how;
	enum store_said said;
	bool told;
};
/* skew: of the agent's clock against the shared store's, ms. */
void agent_begin(struct agent *agent, struct shop *shop, const char *name, int64_t skew);
void agent_end(struct agent *agent);

/* Turns until it holds, while the agent's steady clock goes on; fails the test when it never does. */
#define AGENT_UNTIL(agent, what) \
	do { \
		int known_turns = 0; \
		while (!(what)) { \
			if (++known_turns > 3000) \
				fail_msg("never: %s", #what); \
			agent_turn(agent); \
		} \
	} while (0)
void agent_turn(struct agent *agent);

void agent_find(struct agent *agent, const char *who);
/* The look-up has ended. */
bool agent_found(const struct agent *agent);
void agent_open(struct agent *agent, const struct group *group);
/* The whole: found, backends answered by "answer" (may be NULL: both say they know nobody), the only one opened and done. */
typedef void agent_answer_fn(struct agent *agent);
void agent_show(struct agent *agent, const char *who, agent_answer_fn *answer);
/* Ends every call that waits: nothing found, nothing there. */
void agent_nothing(struct agent *agent);
void agent_dead(struct agent *agent);
/* An operation on the open customer, to its end; fields "name=value|name=value". */
enum store_said agent_does(struct agent *agent, const char *op, const char *fields);
/* Titles of the timeline's rows, newest first, with commas. */
const char *agent_titles(struct agent *agent);
#endif
