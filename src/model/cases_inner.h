/*
 * Shared by the files that fold cases. Lists grow on the heap while folding
 * and stay there until cases_free; texts are copied into the arena.
 */
#ifndef DOSSIER_MODEL_CASES_INNER_H
#define DOSSIER_MODEL_CASES_INNER_H

#include <dossier/model/cases.h>

#include <dossier/model/intern.h>

#define LIST(type) struct { type *items; size_t n, cap; }
#define LIST_ADD(list, ...) \
	do { \
		MEM_ROOM((list).items, (list).n, (list).cap); \
		(list).items[(list).n++] = __VA_ARGS__; \
	} while (0)

typedef LIST(const struct entry *) entry_list;

struct held_register {
	struct str name;
	LIST(struct case_set) sets;     /* in (ord, id) order but for what claims add */
};

struct held_case {
	struct case_state state;
	LIST(struct held_register) registers;
	LIST(struct case_register) settled;
	entry_list entries;
	LIST(const struct handoff *) handoffs;
};

/* Which object an id names, and where it stands in its list. */
enum object { OBJECT_NONE, OBJECT_HANDOFF, OBJECT_PROMISE, OBJECT_QUESTION, OBJECT_CONTACT, OBJECT_NOTICE, OBJECT_DISCREPANCY };
struct object_place { enum object object; uint32_t at; };

struct held_promise {
	struct promise promise;
	const struct entry *owned_by;   /* the set of its owner that is in force */
	const struct entry *kept, *cancelled;
	entry_list takes;
};
struct held_handoff { struct handoff handoff; entry_list declines; };
struct held_question { struct question question; entry_list uses; };
struct held_contact { struct contact contact; const struct entry *case_by; const struct entry *outcome_by; };

/* Where a row or an entry was put by hand. */
struct put { struct str case_; bool off; const struct entry *by; };

struct cases_fold {
	struct cases out;               /* first: cases_free gets this back */
	const struct cases_in *in;
	struct arena *arena;
	struct json_parser *parser;
	struct intern redacted, case_ids, objects, put_entries, put_rows, rows_alone, live;
	LIST(struct held_case) cases;
	LIST(struct object_place) places;
	LIST(struct put) entry_puts;
	LIST(struct put) row_puts;
	LIST(bool) folds;               /* of rows_alone: apart now */
	LIST(struct row_key) keys;
	LIST(uint32_t) live_contacts;   /* of live: the contact that an agent has on a channel */
	LIST(struct held_handoff) handoffs;
	LIST(struct held_promise) promises;
	LIST(struct held_question) questions;
	LIST(struct held_contact) contacts;
	LIST(struct notice) notices;
	LIST(struct discrepancy) discrepancies;
	entry_list entries, loose;
	struct case_state *states;
	struct handoff *handoffs_out;
	struct promise *promises_out;
	struct question *questions_out;
	struct contact *contacts_out;
};

typedef void fold_fn(struct cases_fold *fold, const struct entry *entry, struct json_object *data);

/* A copy in the arena of one member's text. */
struct str fold_text(struct cases_fold *fold, struct json_object *data, const char *name);
void fold_object(struct cases_fold *fold, struct str id, enum object object, size_t at);
/* NULL when that object is not shown here. index into the list of its kind. */
bool fold_find(struct cases_fold *fold, struct json_object *data, const char *name, enum object object, size_t *at);
struct held_case *fold_case(struct cases_fold *fold, struct str id);
/* The case an entry belongs to: as put by hand, else as written. Absent: none. */
struct str fold_case_of(struct cases_fold *fold, const struct entry *entry);
/* Of the claims on a slot, the one that the store let win; those that no store has seen do not count. NULL: none. */
const struct entry *claim_winner(const struct entry *const *claims, size_t n);

void register_set(struct cases_fold *fold, struct held_case *held, struct str name, struct str value, struct str was, const struct entry *by);
void registers_settle(struct cases_fold *fold, struct held_case *held);

fold_fn fold_handoff_offer, fold_handoff_claim, fold_handoff_decline, fold_promise_make, fold_promise_keep, fold_promise_owner,
	fold_promise_cancel, fold_promise_take, fold_ask, fold_answer, fold_action, fold_contact_start, fold_contact_end, fold_pop,
	fold_notice, fold_notice_replaced, fold_discrepancy, fold_discrepancy_close;
void handoffs_settle(struct cases_fold *fold);
void promises_settle(struct cases_fold *fold);
void questions_settle(struct cases_fold *fold);
void contacts_settle(struct cases_fold *fold);

#endif
