/*
 * Casework: an operation on a customer, from what is known to entries in the
 * store. Building is pure but for the clock and the ids it is given; nothing
 * is written before casework_send.
 *
 *	casework_init(&work, desk, customer);           or casework_use for items and nobody
 *	casework_prefill(&work, values);                what a face shows before it asks
 *	casework_build(&work, op, values, &err)
 *	casework_send(&work, &sink);
 */
#ifndef DOSSIER_DESK_CASEWORK_H
#define DOSSIER_DESK_CASEWORK_H

#include <dossier/desk/customer.h>
#include <dossier/desk/operation.h>
#include <dossier/model/verify.h>
#include <dossier/store/store.h>

/*
 * What building sees. casework_init fills the first block from the
 * customer, and chooses a case; for an item or for nobody the caller gives the folds of a watch.
 * Entries made are appended to out, in the arena; the first may be the links
 * of a person minted here.
 */
struct casework {
	struct desk *desk;
	struct customer *customer;      /* may be NULL */
	const struct group *group;      /* may be NULL */
	const struct profile *profile;  /* may be NULL: nothing can be compared */
	struct timeline *timeline;      /* may be NULL: no brief, no loose contacts */
	struct entries *entries;        /* may be NULL: nothing is known */
	const struct persons *persons;
	const struct cases *cases;
	struct str person;              /* of the customer in the store, or minted by the first build */
	bool settled;                   /* known by more than a shared identity, verified, or compared (=): a face sets it then */

	struct str case_;               /* the chosen one; may be absent */
	struct str contact;             /* the agent's live one with this customer; may be absent */
	struct str live;                /* contact.start: the agent's live one on the same channel, whoever with, which it ends */
	struct str item;                /* OP_ON_ITEM: id or its beginning */
	struct str id;                  /* for the main entry of the next build; absent: minted */
	struct str undoes;              /* set by casework_undo, for the next build: what its entries undo */
	struct str channel;             /* of the contact, or as signed on */
	struct str code;                /* verify: the code that was sent, when this session sent it */
	const struct group *other;      /* link.other: who this customer is too; link: who is behind the handle; may be NULL there */
	const struct persons *other_persons;    /* link.other: folds of a watch that has both; NULL: "persons" has */

	struct arena *arena;
	struct json_parser *parser;
	struct ord_clock ord;           /* used where the desk has no store */
	struct entry *out;
	size_t n_out, cap;
	size_t main;                    /* which of out is what was asked for last */
	struct str left;                /* what a case that the last build solved still waits for, in words; absent: nothing */
	int64_t at;                     /* of all entries of one build: what goes along is known by it */
	size_t loose;                   /* contacts of the last days that a case opened by the last build took in */
	size_t stayed;                  /* contacts named for that case that had been put into another meanwhile, and are left there */
	struct str stays_in;            /* the case of the first of them */
	bool repeat;                    /* the last build's entry (id) was there already: nothing was added */
};
/* customer may be NULL. */
void casework_init(struct casework *work, struct desk *desk, struct customer *customer);
/* Is what was built last a verification that says who it is? */
bool casework_verified(const struct casework *work);

/* My newest contact with a caller who was found by what others may share, as this customer was, and not wrapped up; absent: none. In the arena. */
struct str casework_caller_unwrapped(struct casework *work);

/* Works out "settled" anew, when contact or what is known changed. */
void casework_settle(struct casework *work);
/* Folds of a watch, for items and for nobody. Borrowed until released. */
void casework_use(struct casework *work, struct entries *entries, const struct persons *persons, const struct cases *cases);
void casework_release(struct casework *work);

/*
 * Fills fields that are not set with what is known: the hand-off brief, the
 * due times of the house, "all" loose contacts for a new case.
 */
void casework_prefill(struct casework *work, struct op_values *values);
/*
 * What opening a case offers: loose contacts of the last days, newest first,
 * as many as "rows" can name: their keys with commas fit into ENTRY_TEXT_MOST.
 * Heap, the caller's, as is a row's key, by which "rows" names it; the rows are the timeline's.
 */
const struct timeline_row **casework_offered(const struct casework *work, size_t *n);
char *casework_offered_key(const struct timeline_row *row);
/* A text of the house with what is known in place of {customer.name}, {agent.name}, {case.code}, {next} ...; what is not known, or is closed, leaves its place-holder. */
void casework_fill(struct casework *work, struct str text, struct buf *out);
/*
 * An id that names an entry already: is this the same again, which is harmless?
 * False with a sentence for another type or other words, which would be lost.
 * values may be NULL.
 */
bool casework_repeats(const struct operation *op, const struct op_values *values, const struct entry *there, struct err *err);
/*
 * False with a sentence; then nothing was added. May be called again for a
 * batch (apply). Checks role, fields and what "settled" asks for; what a
 * face did not prefill is prefilled.
 */
bool casework_build(struct casework *work, const struct operation *op, struct op_values *values, struct err *err);
/* One entry more: envelope from work, data is taken. For build functions. */
bool casework_add(struct casework *work, enum entry_type type, struct str person, struct str case_,
		  struct json_object *data, struct err *err);
/* The person to write to: known, or minted with links to every record and personal identity of the group. */
bool casework_person(struct casework *work, struct str *person, struct err *err);

/*
 * A handle is linked, which can be given up and taken by others: whoever is
 * behind it now is to be looked up by *who (of values) and put into "other",
 * so that their record is linked with it. False: nobody need be.
 */
bool casework_links_behind(const struct operation *op, const struct op_values *values, struct str *who);

/* Sends what was built, as one batch; sink as in store_append. ERR_CONFIG through it when the desk has no store. */
void casework_send(struct casework *work, const struct store_append_sink *sink);

/*
 * What a person did, in a sentence for the message line: "promised to call back
 * by 14:00", "saved, waiting for the shared store". Made safe by the face.
 * rows: what the store said, for a claim that another won.
 */
void casework_said(const struct casework *work, const struct operation *op, enum store_said said,
		   const struct entry *rows, size_t n, const struct err *err, struct buf *out);

/*
 * What undoes an entry: an operation and its values (the caller's to free), to
 * be built and sent with this work, whose item, case and person are set for
 * it. False with a sentence where it cannot be undone, naming what can be done
 * instead.
 */
bool casework_undo(struct casework *work, const struct entry *entry, const struct operation **op, struct op_values **values,
		   struct err *err);
/*
 * The newest thing that we did about this customer, whether or not it can be
 * undone; NULL: none. What was undone is passed over together with what undid
 * it, and so are the links that a person was minted with.
 */
const struct entry *casework_last(const struct casework *work);

/* Is satisfaction to be asked at this wrap-up? Only of what is solved, and at most monthly. */
bool casework_asks_satisfaction(const struct casework *work, struct str outcome);

#endif
