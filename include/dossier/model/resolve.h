/*
 * Who is it? Pure: facts go in, questions come out, and at the end groups of
 * records and persons, each a customer or a candidate. No I/O; the caller
 * (desk/lookup) carries questions to backends and answers back.
 *
 * Rules: DOMAIN, "Who is it?". Records join by a common personal identity
 * without a conflict of names (within one backend only if one is a guest or
 * the names agree), or by standing links of the case store. A group that
 * holds a forbidden pair is taken apart; one of more than RESOLVE_GROUP
 * members joins nothing and says so.
 */
#ifndef DOSSIER_MODEL_RESOLVE_H
#define DOSSIER_MODEL_RESOLVE_H

#include <dossier/model/record.h>
#include <dossier/model/who.h>

#define RESOLVE_GROUP 50
#define RESOLVE_ROUNDS 2        /* identity rounds after the first */
#define RESOLVE_MORE 24         /* questions of identity rounds to one backend; the best groups' come first */

struct resolve;
struct resolve *resolve_new(const struct who *who, const char *country);
void resolve_free(struct resolve *resolve);

/* A backend that can be asked, and by which types (a bit for each enum id_type). Say all before the first question. */
void resolve_backend(struct resolve *resolve, struct str backend, unsigned types);

/* Facts. All are copied. */
enum resolve_answer { RESOLVE_ANSWERED, RESOLVE_FAILED };
void resolve_record(struct resolve *resolve, const struct record *record);
void resolve_answered(struct resolve *resolve, struct str backend, const struct identity *asked, enum resolve_answer answer);
/*
 * The case store's facts: a person holds an identity; two persons are linked;
 * two persons must never be one (an unlink), with the identities that they share.
 */
void resolve_person(struct resolve *resolve, struct str person, const struct identity *holds);
void resolve_linked(struct resolve *resolve, struct str person_a, struct str person_b);
void resolve_forbidden(struct resolve *resolve, struct str person_a, struct str person_b,
		       const struct identity *shared, size_t n_shared);
/* What was said of persons is said anew from here on: the store's entries were folded again. */
void resolve_forget_persons(struct resolve *resolve);

/*
 * The next question not yet handed out; round 0 is what was typed. False when
 * there is none (now). Its strings live as long as resolve.
 */
struct resolve_question {
	struct str backend;
	struct identity id;
	unsigned round;
};
bool resolve_next(struct resolve *resolve, struct resolve_question *out);
bool resolve_waiting(const struct resolve *resolve);        /* questions handed out and not answered */

struct resolve_reason {
	struct str text;                /* "same e-mail maria@... in shop and desk", "guest and account of shop with one e-mail" */
	struct identity by;             /* what joined them */
};

struct group {
	struct str name;                /* the one to show; absent when neither a record nor the store has one */
	const struct record **records;
	size_t n_records;
	const struct str *persons;      /* UUIDs of the case store */
	size_t n_persons;
	const struct resolve_reason *reasons;   /* why several are one */
	size_t n_reasons;
	bool shared_only;               /* found by a shared identity only: candidate until compared or verified */
	const struct identity *typed;   /* of somebody whom no record knows: what systems without customers are asked by */
	size_t n_typed;
	bool asked;                     /* really holds what was typed; groups without are not shown */
};

/* They have a record or a person in common. */
bool group_meets(const struct group *a, const struct group *b);

struct resolve_result {
	const struct group *groups;     /* those to show, the best match first; stable order whatever the order of facts */
	size_t n;
	const struct str *notes;        /* "51 records share name:... and were not joined" */
	size_t n_notes;
};
/* The groups as of now; owned by resolve, valid until the next call on it. */
const struct resolve_result *resolve_result(struct resolve *resolve);

#endif
