/*
 * One customer, open: a group of records and persons, its profile, the timeline
 * that fills as backends answer, and what the case store knows, kept up to date
 * while others write. Pulls and store meet here; neither waits for the other.
 */
#ifndef DOSSIER_DESK_CUSTOMER_H
#define DOSSIER_DESK_CUSTOMER_H

#include <dossier/desk/lookup.h>
#include <dossier/model/profile.h>
#include <dossier/model/brief.h>
#include <dossier/model/misfit.h>
#include <dossier/model/timeline.h>
#include <dossier/model/verify.h>

struct customer;
struct customer_options {
	int64_t since;                  /* WHEN_NONE: as far as page caps allow */
	bool all;                       /* also the details that a connector asks for the newest rows only */
	/*
	 * Sources that failed there are not pulled again, and dead-lines run
	 * on. May still be running: then only those backends are pulled that
	 * it is not asking. Must outlive the customer. May be NULL.
	 */
	const struct lookup *lookup;
	/*
	 * How it is opened, a word: "show", "pop", "desk". One view entry says
	 * so, written when all is known; done is told when it is durable or has
	 * failed. Then, too, what the house's rules make of it is written
	 * (desk/rules.h). NULL: nothing is written.
	 */
	const char *how;
	struct str reason;              /* for the view; may be absent */
};
/* Called from the loop; either may free the customer. */
struct customer_sink {
	void (*changed)(void *arg);
	/* Every backend answered or failed, no look-up runs, the store settled; again after an update, or when others wrote. */
	void (*done)(void *arg);
	void *arg;
};
/* The group is copied. */
struct customer *customer_open(struct desk *desk, const struct group *group,
			       const struct customer_options *options, const struct customer_sink *sink);
/*
 * The look-up went on: the group as it is now. A backend whose records or
 * identities in it are others than before is pulled anew. So a face may open
 * the likely customer at once, and say at the end who it really was.
 */
void customer_update(struct customer *customer, const struct group *group);
/* A person that was minted for this customer: part of it from now on, also while nothing links it to a record. */
void customer_minted(struct customer *customer, struct str person);
/*
 * Asks all backends again, with dead-lines of its own. Rows stay until their
 * backend's fresh ones are there.
 */
void customer_refresh(struct customer *customer);
void customer_free(struct customer *customer);
bool customer_done(const struct customer *customer);
/*
 * As the look-up found it, with what the store has said since: persons joined
 * by links, and without records whose person was parted from it.
 */
const struct group *customer_group(const struct customer *customer);
/* Names and identities that only the store knows have CASES_BACKEND as their source. */
const struct profile *customer_profile(const struct customer *customer);
/* With the store's own rows: notes, contacts, actions. Rows are valid until the next change or turn of the loop. */
struct timeline *customer_timeline(struct customer *customer);
const struct source *customer_sources(const struct customer *customer, size_t *n);

/*
 * What the store knows of this customer, folded from all that came so far, when
 * it is asked for; valid until the next change or turn of the loop. Without a
 * store all is there and empty, and only the watch is NULL.
 */
const struct store_watch *customer_watch(const struct customer *customer);
struct entries *customer_entries(struct customer *customer);
const struct persons *customer_persons(struct customer *customer);
const struct cases *customer_cases(struct customer *customer);
/* Of the chosen case, or of the one to show first. Never NULL; right with no store and no rows too. */
const struct brief *customer_brief(struct customer *customer);
/* What does not fit, as of now; the caller's to release before rows or entries change. */
void customer_misfits(struct customer *customer, struct misfits *out);
/* A case's id; absent: by rule again. */
void customer_choose(struct customer *customer, struct str case_);
/* The case that the brief is of; absent: none. */
struct str customer_chosen(struct customer *customer);
/* The agent's own live contact with this customer, the newest; or NULL. */
const struct contact *customer_contact(struct customer *customer);
/*
 * The live transfer to this agent or team that the live contact accepts, or
 * NULL. A customer opened with "how" is accepted so by itself.
 */
const struct handoff *customer_transfer(struct customer *customer);
/* As of now; of the live contact. */
void customer_verified(struct customer *customer, struct verified *out);
/*
 * The newest verification of another contact, and whether it may be carried on
 * into the live one; false when there is none.
 */
bool customer_verified_before(struct customer *customer, struct verified *out, bool *carries);
/* When this agent was last done with the customer before that time, else anybody (cases_last_dealt). */
int64_t customer_dealt_before(struct customer *customer, int64_t before);
/*
 * Which fields are closed, by the house, the role and what was verified; NULL
 * when none is. Owned by the customer, up to date when asked for. What is
 * revealed (mask_reveal) stays so until the contact ends.
 */
struct mask *customer_mask(struct customer *customer);
/* Opens a field for this contact and leaves a view entry with the reason (may be absent); sink may be NULL. */
void customer_reveal(struct customer *customer, const char *field, struct str reason, const struct store_append_sink *sink);

/* One view entry for a run over a list: its hash, how many; sink may be NULL. ERR_CONFIG through it without a store. */
void customer_viewed_list(struct desk *desk, struct str list, size_t n, const char *how, struct str reason,
			  const struct store_append_sink *sink);

#endif
