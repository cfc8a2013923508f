/*
 * What the case store holds, folded: of a customer, or what is open for
 * anybody. What lists share.
 */
#ifndef CLI_HELD_H
#define CLI_HELD_H

#include <dossier/desk/tell.h>
#include <dossier/model/cases.h>

#include "people.h"

struct held {
	struct desk *desk;
	bool borrowed;                  /* the desk is */
	struct people people;           /* of a WHO */
	struct store_watch *watch;
	struct entries *entries;
	struct persons *own_persons;
	const struct persons *persons;
	const struct cases *cases, *own_cases;
	struct entries *own_entries;    /* of a walk, standing in rows */
	struct store_rows **rows;
	size_t n_rows, cap_rows;
	struct tell tell;
	struct present present;
};
/* who NULL: what is open for anybody. CLI_DONE, or the status after a message. */
int held_open(struct held *held, struct cli *cli, const char *who);
/* Instead of held_open: all entries of these types that happened since. */
int held_walk(struct held *held, struct cli *cli, uint64_t types, int64_t since);
/* The same on the desk of another, which must outlive it; with what that one holds. */
int held_walk_on(struct held *held, const struct held *other, uint64_t types, int64_t since, bool with);
/* Instead of held_open: a case by its code or id, else of a WHO the one to show first. */
int held_case(struct held *held, struct cli *cli, const char *word, const struct case_state **state);
/* Nothing but the desk with its store. */
int held_begin(struct held *held, struct cli *cli);
void held_release(struct held *held);
/* That the shared store is away, on standard error; CLI_STORE, or status when all is well. */
int held_end(struct held *held, int status);

/* By what a person is best called: a name is not among them, the store keeps none. Appends nothing when nothing is known. */
void held_who(const struct held *held, struct str person, struct buf *out);
/* Whether this agent or team is meant; both absent: nobody in particular. */
bool held_is_me(const struct held *held, struct str agent);
bool held_is_ours(const struct held *held, struct str agent, struct str team);

#define TYPE_BIT(name) (UINT64_C(1) << ENTRY_##name)
/* No open item stands for a case: all that was said of cases is folded. */
#define HELD_CASE_TYPES \
	(TYPE_BIT(CASE_OPEN) | TYPE_BIT(CASE_SET) | TYPE_BIT(HANDOFF_OFFER) | TYPE_BIT(HANDOFF_ACCEPT) | TYPE_BIT(HANDOFF_WITHDRAW) | \
	 TYPE_BIT(EXPIRE) | TYPE_BIT(REOPEN) | TYPE_BIT(REDACT) | TYPE_BIT(LINK) | TYPE_BIT(UNLINK))

#endif
