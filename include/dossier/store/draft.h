/*
 * A draft: text that is being written. It is on disk within a second of being
 * typed, per customer and case, and becomes the entry whose id it carries.
 */
#ifndef DOSSIER_STORE_DRAFT_H
#define DOSSIER_STORE_DRAFT_H

#include <dossier/store/kept.h>

struct draft;
struct draft_of {
	struct str id;                  /* of the entry it becomes; absent: minted */
	struct str what;                /* the operation: "note", "wrapup", "handoff.offer" */
	struct str person, case_, contact;      /* may be absent */
	struct str item;                /* the entry or other thing that it is done to; may be absent */
	const struct str *who;          /* typed identities of the customer */
	size_t n_who;
	struct str label;               /* the customer's name, for lists */
};
/* told: what happened to the latest text; err with a code: it is not on disk (a full disk, said
 * at once), and is tried again; with ERR_REFUSED it is not: of an erased person nothing is kept. */
struct draft_sink { void (*told)(void *arg, const struct err *err); void *arg; };
struct draft *draft_new(struct store *store, const struct draft_of *of, const struct draft_sink *sink);
/* The whole text as it is now, and fields as JSON (may be absent). Written within DRAFT_DELAY; never waits. */
#define DRAFT_DELAY 300
void draft_text(struct draft *draft, struct str text, struct str fields);
/* Writes now what is not yet written; told says how that went. */
void draft_flush(struct draft *draft);
struct str draft_id(const struct draft *draft);
/* True when all that was typed is on disk. */
bool draft_saved(const struct draft *draft);
/* Keeps what is on disk. */
void draft_free(struct draft *draft);
/* Throws it away, on purpose only, and frees it. */
void draft_discard(struct draft *draft);

/* One that was kept, read again; strings borrowed from data of kept. False when it is none. */
struct draft_kept { struct draft_of of; struct str text, fields; };
bool draft_read(struct arena *arena, const struct kept *kept, struct draft_kept *out);

#endif
