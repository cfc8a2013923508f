/*
 * Casework: an operation on a customer, from what is known to entries in the
 * store. Building is pure but for the clock and the ids it is given; nothing
 * is written before casework_send.
 */
#ifndef DOSSIER_DESK_CASEWORK_H
#define DOSSIER_DESK_CASEWORK_H

#include <dossier/desk/customer.h>
#include <dossier/desk/operation.h>
#include <dossier/model/verify.h>
#include <dossier/store/store.h>

/*
 * What building sees. For a customer all comes from there; for an item or for
 * nobody the caller gives the folds of a watch. Entries made are appended to
 * out, in the arena; the first may be the links of a person minted here.
 */
struct casework {
	struct desk *desk;
	struct customer *customer;      /* may be NULL */
	struct entries *entries;        /* may be NULL: nothing is known */
	const struct persons *persons;
	const struct cases *cases;
	struct str person;              /* of the customer in the store, or minted by the first build */
	struct str case_;               /* the chosen one; may be absent */
	struct str contact;             /* the agent's live one with this customer; may be absent */
	struct str item;                /* OP_ON_ITEM */
	struct str id;                  /* for the (main) entry; absent: minted */
	struct str channel;             /* of the contact, or as signed on */
	struct arena *arena;
	struct entry *out;
	size_t n_out;
	size_t main;                    /* which of out is what was asked for */
};
/* customer may be NULL. */
void casework_init(struct casework *work, struct desk *desk, struct customer *customer);
/* Folds of a watch, for items and for nobody. Borrowed until released. */
void casework_use(struct casework *work, struct entries *entries, const struct persons *persons, const struct cases *cases);
void casework_release(struct casework *work);

/* False with a sentence; then nothing was added. May be called again for a batch (apply). */
bool casework_build(struct casework *work, const struct operation *op, const struct op_values *values, struct err *err);
/* One entry more: envelope from work, data is borrowed. For build functions. */
bool casework_add(struct casework *work, enum entry_type type, struct str person, struct str case_,
		  struct json_object *data, struct err *err);
/* The person to write to: known, or minted with links to every record and personal identity of the group. */
bool casework_person(struct casework *work, struct str *person, struct err *err);

/* Sends what was built, as one batch; sink as in store_append. */
void casework_send(struct casework *work, const struct store_append_sink *sink);

/*
 * What a person did, in a sentence for the message line: "promised to call back
 * by 14:00", "saved, waiting for the shared store". Made safe by the face.
 */
void casework_said(const struct casework *work, const struct operation *op, enum store_said said, const struct err *err, struct buf *out);

#endif
