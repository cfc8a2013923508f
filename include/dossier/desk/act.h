/*
 * What a face needs around a backend's action: which are offered, what was
 * typed as a typed field, the memory of ids, so that a repeat does nothing,
 * sending it once, and what is kept of it in the case store.
 */
#ifndef DOSSIER_DESK_ACT_H
#define DOSSIER_DESK_ACT_H

#include <dossier/desk/customer.h>
#include <dossier/desk/desk.h>

const struct plan_action *act_find(const struct plan *plan, const char *name);
const struct plan_ask_field *act_field(const struct plan_action *action, struct str name);
/* A house without agents has no roles to check. False with ERR_REFUSED. */
bool act_allowed(const struct house *house, const struct plan_action *action, struct err *err);
/* One field as the action wants it: NULL with ERR_USAGE naming the field and what would be right. */
struct json_object *act_value(const struct desk *desk, const struct plan_ask_field *field, struct str text, struct err *err);
/* "money", "text", "one of General, Billing", "the id of one of tickets" */
void act_field_kind(const struct plan_ask_field *field, struct buf *out);

/* One that is to be done. */
struct act_job {
	struct desk_backend *backend;
	const struct plan_action *action;
	struct json_object *fields;     /* typed values by name: the caller's */
	const struct record *record;    /* whom it is about, in that backend; may be NULL */
	char id[37];
};
/* One field as typed; false as act_value says. */
bool act_set(const struct desk *desk, const struct act_job *job, const struct plan_ask_field *field, struct str text, struct err *err);
/* It has no value, needs one, and no default stands in. */
bool act_lacks(const struct act_job *job, const struct plan_ask_field *field);

/*
 * What the backends of a customer offer to this agent, in the house's order
 * whatever the row is, so that each keeps its number; last, closed, those that
 * other roles may do. An action
 * that picks from rows is offered where there are any. row may be NULL.
 */
struct act_offer { struct desk_backend *backend; const struct plan_action *action; bool of_row, closed; };
size_t act_offers(struct desk *desk, struct customer *customer, const struct timeline_row *row, struct act_offer *out, size_t most);
/* The rows that a field picks from, newest first; absent "pick": none. Valid as long as the timeline's rows. */
size_t act_picks(struct customer *customer, const char *backend, const struct plan_ask_field *field, const struct interaction **out, size_t most);
/* What a field picks of this row, or of the one that it belongs to; absent: nothing. */
struct str act_pick(struct customer *customer, const struct timeline_row *row, const char *backend, const struct plan_ask_field *field);
/* Whom an action of that backend is about; NULL: the backend has no record of the customer. */
const struct record *act_record(const struct customer *customer, const char *backend);

/*
 * Ids of actions, each a small file in the user's state folder. An id is
 * taken before anything is sent; whoever finds it taken sends nothing.
 */
enum act_once {
	ACT_ONCE_MINE,                  /* it is new, and now mine */
	ACT_ONCE_DONE,                  /* it was done before */
	ACT_ONCE_OPEN,                  /* it was begun, and nobody knows how it ended */
	ACT_ONCE_REFUSED,               /* err: no UUID, another action's, or the folder cannot be written */
};
/* words: what is to be done, without line ends. */
enum act_once act_once_begin(const char *id, const char *words, const struct clock *clock, int64_t *since, struct err *err);
/* done: remembered for good. Not sent: forgotten, the id may be used again. Unknown: stays begun. */
void act_once_end(const char *id, enum backend_outcome outcome);
/*
 * Takes the id of a job: true when it is to be sent; *since is then set where
 * it was begun before, by a write that is harmless to repeat. Else *once says
 * why not, and err in a sentence.
 */
bool act_take(const struct desk *desk, const struct act_job *job, enum act_once *once, int64_t *since, struct err *err);

/* Under way. done is called once, from the loop; what became of it is remembered before where its id was taken. */
struct act_run;
typedef void act_done_fn(void *arg, const struct backend_end *end);
struct act_how { bool dry, taken; struct trace *trace; };
struct act_run *act_send(struct desk *desk, const struct act_job *job, const struct act_how *how, act_done_fn *done, void *arg);
/* Nobody waits for it any more: its outcome stays unknown. */
void act_abandon(struct act_run *run);

/*
 * What is kept of it in the case store, for the customer: an entry before it
 * is sent, and another with what became of it, also when nobody has the
 * customer open any more.
 */
struct act_note;
typedef void act_noted_fn(void *arg, const struct err *err);
/* settled: the face has compared (=). done: err has a code when it is not durable; then nothing is to be sent. NULL with *err. */
struct act_note *act_note_begin(struct desk *desk, struct customer *customer, bool settled, const struct act_job *job,
				act_noted_fn *done, void *arg, struct err *err);
/* "done", "refused", "unknown" */
const char *act_outcome_word(enum backend_outcome outcome);
/* Takes the note. Told as before, when that is; the note goes by itself. */
void act_note_end(struct act_note *note, const struct act_job *job, const struct backend_end *end, act_noted_fn *done, void *arg);
/* Nobody is told any more; what was written stays as begun. NULL is fine. */
void act_note_free(struct act_note *note);

#endif
