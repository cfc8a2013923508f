/*
 * What an agent can do with a customer: one table of operations with typed
 * fields. Faces ask for the fields before the call, so that screen, shell and
 * commands share it; who may is in the table too. An operation becomes entries
 * (casework_build); sending them is casework_send's.
 */
#ifndef DOSSIER_DESK_OPERATION_H
#define DOSSIER_DESK_OPERATION_H

#include <dossier/desk/desk.h>
#include <dossier/model/entry.h>

enum op_kind {
	OP_TEXT,                /* for people; one line */
	OP_LONG,                /* the same, of several lines */
	OP_WORD,                /* a code or a name of the house's own choosing */
	OP_WHEN,                /* natural times: 14:00, +2h, tomorrow 9:00, fri 10, ISO */
	OP_SPAN,                /* 15m, 2h, 3d */
	OP_MONEY,
	OP_COUNT,
	OP_YES,                 /* yes or no */
	OP_IDENTITY,            /* typed form */
	OP_AGENT, OP_TEAM, OP_ROLE, OP_SITE,
	OP_CHANNEL,
	OP_WAY,                 /* of verification */
	OP_DONE,                /* a code of the house's wrap-up list; several, by commas */
	OP_OUTCOME,             /* of the house's wrap-up list */
	OP_REASON,              /* of the house's reasons for hand-offs */
	OP_STATUS,              /* of a case */
	OP_CASE,                /* id or code of a case of this customer */
	OP_ENTRY,               /* id of an entry, or what it begins with */
	OP_CONTACT,
	OP_ROWS,                /* rows of the timeline: BACKEND/ROW/ID, several by commas */
	OP_FIELD,               /* a name of the data contract: "profile.addresses" */
	OP_WHO,                 /* whatever a look-up reads */
};
enum op_need {
	OP_MAY,
	OP_MUST,
	OP_ONE,                 /* at least one of those marked so */
};
struct op_field {
	const char *name;               /* also the option's: --due */
	enum op_kind kind;
	enum op_need need;
	bool words;                     /* in a command: what stands after WHO, all joined, or - for standard input */
	const char *help;
};

/* What an operation is done to, and what a command names first. */
enum op_on {
	OP_ON_CUSTOMER,         /* WHO; a person is minted when the store has none */
	OP_ON_CASE,             /* WHO, and a case: the chosen one, or --case */
	OP_ON_ITEM,             /* an entry's id or its beginning (a hand-off, promise, question ...); its customer follows from it */
	OP_ON_NOBODY,
};

struct casework;
struct op_values;
typedef bool op_build_fn(struct casework *work, const struct op_values *values, struct err *err);

struct operation {
	const char *id;                 /* "handoff.offer": stable, for keys and drafts */
	const char *command;            /* "handoff offer" */
	const char *help;               /* one line */
	enum op_on on;
	enum entry_type item;           /* OP_ON_ITEM: the type it must name */
	const struct op_field *fields;  /* ended by a NULL name */
	unsigned roles;                 /* bits; the type's own are checked besides */
	bool settled;                   /* refused while a customer was found by a shared identity only, until compared or verified */
	op_build_fn *build;
};
extern const struct operation operations[];     /* ended by a NULL id */
const struct operation *operation_find(struct str id);
/* False with ERR_REFUSED naming the role that is missing. A house without agents lets everybody be an agent of all roles. */
bool operation_allowed(const struct operation *op, const struct desk *desk, struct err *err);

/* Values as typed, checked by kind against the house's lists when set; errors name the field and what would be right. */
struct op_values *op_values_new(const struct operation *op, const struct desk *desk);
void op_values_free(struct op_values *values);
bool op_values_set(struct op_values *values, struct str name, struct str text, struct err *err);
/* All that must stand does. */
bool op_values_whole(const struct op_values *values, struct err *err);
/* As typed; absent when not set. */
struct str op_text(const struct op_values *values, const char *name);
int64_t op_when(const struct op_values *values, const char *name);      /* WHEN_NONE */
int64_t op_count(const struct op_values *values, const char *name);     /* -1 */
bool op_yes(const struct op_values *values, const char *name);
struct money op_money(const struct op_values *values, const char *name);
/* What may be typed there, for completion and F4; heap, the caller's, each a borrowed text. */
struct str *op_choices(const struct desk *desk, const struct op_field *field, size_t *n);

#endif
