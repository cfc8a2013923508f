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
	OP_WORDS,               /* several of them, by commas */
	OP_WHEN,                /* a time to come: 14:00, +2h, tomorrow 9:00, fri 10, ISO */
	OP_PAST,                /* a time gone by: 2026-11-20, yesterday, 3d */
	OP_SPAN,                /* 15m, 2h, 3d */
	OP_MONEY,               /* 42.10 in the house's currency, or 42.10 EUR */
	OP_COUNT,
	OP_YES,                 /* yes or no */
	OP_IDENTITY,            /* typed form, or what a look-up reads as exactly one that can be linked */
	OP_AGENT, OP_TEAM, OP_ROLE, OP_SITE,
	OP_CHANNEL,
	OP_WAY,                 /* of verification */
	OP_DONE,                /* codes of the house's wrap-up list; several, by commas */
	OP_OUTCOME,             /* of the house's wrap-up list */
	OP_REASON,              /* of the house's reasons for hand-offs */
	OP_STATUS,              /* of a case */
	OP_CASE,                /* id or code of a case of this customer; "none" where none is to be chosen */
	OP_ENTRY,               /* id of an entry, or what it begins with */
	OP_CONTACT,
	OP_ROWS,                /* rows of the timeline: BACKEND/ROW/ID, several by commas; "all" or "none" of those offered */
	OP_FIELD,               /* a name of the data contract that may be compared: "profile.addresses" */
	OP_MASKED,              /* a name of the data contract that the house closes */
	OP_CHOICE,              /* one of the field's choices */
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
	const char *const *choices;     /* of OP_CHOICE, or what is offered of OP_WORD; NULL-ended */
};

/* What an operation is done to, and what a command names first. */
enum op_on {
	OP_ON_CUSTOMER,         /* WHO; a person is minted when the store has none */
	OP_ON_CASE,             /* WHO, and a case: the chosen one, or --case, or the only one that is open */
	OP_ON_ITEM,             /* an entry's id or its beginning (a hand-off, promise, question ...); its customer follows from it */
	OP_ON_NOBODY,
};

struct casework;
struct op_values;
typedef bool op_build_fn(struct casework *work, const struct op_values *values, struct err *err);

struct operation {
	const char *id;                 /* "handoff.offer": stable, for keys and drafts */
	const char *command;            /* "handoff offer"; NULL: not a command of its own */
	const char *help;               /* one line */
	enum op_on on;
	enum entry_type writes;         /* the entry that it is for; others may go with it */
	enum entry_type item;           /* OP_ON_ITEM: the type it must name; ENTRY_UNKNOWN: any */
	const struct op_field *fields;  /* ended by a NULL name */
	unsigned roles;                 /* bits; the type's own are checked besides */
	bool settled;                   /* refused while a customer was found by a shared identity only, until compared or verified */
	op_build_fn *build;
};
extern const struct operation operations[];     /* ended by a NULL id */
const struct operation *operation_find(struct str id);
const struct op_field *operation_field(const struct operation *op, struct str name);
/* False with ERR_REFUSED naming the role that is missing. A house without agents lets everybody be an agent of all roles. */
bool operation_allowed(const struct operation *op, const struct desk *desk, struct err *err);

/* Values as typed, checked by kind against the house's lists when set; errors name the field and what would be right. */
struct op_values *op_values_new(const struct operation *op, const struct desk *desk);
void op_values_free(struct op_values *values);
/* "rows" are those that an agent ticked of what was offered: what somebody moved since is left where it is. */
void op_values_offer(struct op_values *values);
bool op_values_offered(const struct op_values *values);
const struct operation *op_values_of(const struct op_values *values);
const struct desk *op_values_desk(const struct op_values *values);
/* An empty text takes the value away. What was set before stays when this is refused. */
bool op_values_set(struct op_values *values, struct str name, struct str text, struct err *err);
/* All that must stand does. */
bool op_values_whole(const struct op_values *values, struct err *err);
bool op_has(const struct op_values *values, const char *name);
/* As typed, or as the house spells it; identities in typed form. Absent when not set. Valid until set again. */
struct str op_text(const struct op_values *values, const char *name);
int64_t op_when(const struct op_values *values, const char *name);      /* WHEN_NONE */
int64_t op_count(const struct op_values *values, const char *name);     /* -1; of a span: ms */
bool op_yes(const struct op_values *values, const char *name);
struct money op_money(const struct op_values *values, const char *name);
/* Of kinds that take several: the i-th, trimmed; absent past the end. */
struct str op_item(const struct op_values *values, const char *name, size_t i);
/*
 * What may be typed there, for completion and F4; heap, the caller's, each a
 * borrowed text. None where anything goes, or where it depends on the customer.
 */
struct str *op_choices(const struct desk *desk, const struct op_field *field, size_t *n);
/* For faces that ask field by field: whether to ask for one now. What is set is not asked for. */
enum op_asked {
	OP_NOT_ASKED,
	OP_OFFERED,             /* may be left empty */
	OP_FOLLOWS,             /* so, too, and asked for because of what another field says */
	OP_EITHER,              /* so, too: another of those of which one is needed will be asked for */
	OP_NEEDED,
};
enum op_asked op_asked(const struct op_values *values, const struct op_field *field);
/* As a person says it: "address" for profile.addresses; most choices are words already. May be typed in its place. */
struct str op_choice_words(const struct op_field *field, struct str choice);
/* "a time such as 14:00", "one of the house's outcomes": what a face says beside an empty field. */
const char *op_kind_help(enum op_kind kind);

#endif
