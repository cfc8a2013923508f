/*
 * Cases: what entries come to. One fold gives cases with their registers,
 * hand-offs, promises, questions and contacts, notices and discrepancies; the
 * same for any order of arrival and any duplication. Pure and without a clock:
 * what is late or overdue is for whoever knows the time.
 *
 * Everything is read-only and lives as long as the fold; strings point into
 * the entries or the fold. Entries whose words were redacted are shown stripped.
 */
#ifndef DOSSIER_MODEL_CASES_H
#define DOSSIER_MODEL_CASES_H

#include <dossier/model/entry.h>
#include <dossier/model/interaction.h>
#include <dossier/model/person.h>

#define CASE_STATUSES(X) X(OPEN, "open") X(WAITING, "waiting") X(SOLVED, "solved") X(REOPENED, "reopened")
enum case_status {
#define X(name, word) CASE_##name,
	CASE_STATUSES(X)
#undef X
	CASE_STATUS_COUNT
};
const char *case_status_word(enum case_status status);
bool case_status_parse(struct str word, enum case_status *status);

/*
 * A value that several may set: status, title, priority, reason, owner, holder,
 * team, tag:WORD. Greatest (ord, id) wins, for owner, holder and team greatest
 * (epoch, ord, id). "also" are sets of the same predecessor that lost and that
 * no later set has settled by naming the winner.
 */
struct case_set { struct str value; const struct entry *by; struct str was; };     /* value absent: taken off */
struct case_register {
	struct str name;
	struct str value;
	const struct entry *by;         /* what a new set names as was */
	const struct case_set *also;
	size_t n_also;
};

enum handoff_state { HANDOFF_OFFERED, HANDOFF_ACCEPTED, HANDOFF_WITHDRAWN, HANDOFF_EXPIRED };
struct handoff {
	const struct entry *offer;
	struct str to_team, to_agent, reason, wants, tried, promised, next, note;
	int64_t due;                    /* WHEN_NONE: none */
	struct str contact;             /* of a live transfer */
	enum handoff_state state;
	const struct entry *closed;     /* the claim that won, or NULL */
	const struct entry *const *declines;    /* hides it for their authors only */
	size_t n_declines;
};

enum promise_state { PROMISE_OPEN, PROMISE_KEPT, PROMISE_CANCELLED };
struct promise {
	const struct entry *made;
	struct str text, owner, team;   /* owner absent: nobody's */
	int64_t due;
	enum promise_state state;
	const struct entry *ended;
	struct str free_slot;           /* while nobody's: what promise.take must name; else absent */
};

struct question {
	const struct entry *ask;
	struct str text, to_team, to_role, to_agent;
	struct money amount;
	int64_t due;
	const struct entry *answer;     /* NULL: open */
	bool decided, yes;              /* decided: yes or no was said */
	struct str answer_text;
	const struct entry *used;       /* the action that the yes was used for, or NULL */
};

#define CONTACT_ENDS(X) X(NONE, "") X(WRAPUP, "wrapup") X(HANGUP, "hangup") X(POP, "pop")
enum contact_end {
#define X(name, word) CONTACT_END_##name,
	CONTACT_ENDS(X)
#undef X
	CONTACT_END_COUNT
};
const char *contact_end_word(enum contact_end end);
bool contact_end_parse(struct str word, enum contact_end *end);

struct contact {
	const struct entry *start;
	enum channel channel;
	enum direction direction;       /* in, unless it was said to be out */
	struct str call, number, site;
	struct str from_contact;        /* the contact that it goes on from, when said */
	int64_t from, until;            /* until WHEN_NONE: still live as far as is known */
	enum contact_end ended;         /* what ended it first */
	bool wrapped;
	const struct str *done;         /* codes of the house's list */
	size_t n_done;
	struct str outcome, reason, line;
	int64_t satisfaction;           /* 1 to 5, 0: not asked */
	int64_t handling;               /* ms: as measured, else from start to end, at most CONTACT_LONGEST */
	struct str case_;               /* chosen at wrap-up or attached later; absent: none chosen */
	bool loose;                     /* taken out of every case on purpose */
};
#define CONTACT_LONGEST (4 * 60 * 60 * INT64_C(1000))

struct notice { const struct entry *entry; struct str site, team, text; int64_t until; };
/* line: item, text and what the systems say, for where one line is all there is. */
struct discrepancy { const struct entry *entry; struct str about, item, site, text, says, is, line; const struct entry *closed; struct str outcome; };

struct case_state {
	struct str id;
	const struct entry *opened;
	enum case_status status;
	struct str title, owner, holder, team;  /* from the registers, for convenience; title absent when redacted */
	int64_t solved_at;              /* of the status in force; WHEN_NONE: not solved */
	uint32_t epoch;                 /* greatest seen: what a new entry of this case must carry */
	const struct case_register *registers;  /* in the order of their names */
	size_t n_registers;
	const struct entry *const *entries;     /* all that belong to it, oldest first */
	size_t n_entries;
	const struct entry *next;       /* newest of next and hand-off, or NULL */
	const struct handoff *const *handoffs;  /* oldest first */
	size_t n_handoffs;
};
const struct case_register *case_register(const struct case_state *state, const char *name);
/*
 * What people call a case by: eight letters and digits made of its id's last 40
 * bits, none that are mistaken for one another (Crockford's base 32). The first
 * CASE_CODE_SHOWN are shown where they leave no doubt. Empty for what is no UUID.
 */
#define CASE_CODE 8
#define CASE_CODE_SHOWN 4
void case_code(struct str id, char out[CASE_CODE + 1]);
/* The typed text as codes are written (small letters, O for 0, I and L for 1); false when it cannot be the beginning of one, of 3 or more. */
bool case_code_read(struct str typed, char out[CASE_CODE + 1]);
/* The last ten hexadecimal digits of the ids that a whole code names; false for what is no whole one. */
#define CASE_CODE_DIGITS 10
bool case_code_digits(struct str typed, char out[CASE_CODE_DIGITS + 1]);
/* Not solved at that time. */
bool case_open_at(const struct case_state *state, int64_t at);

struct row_key { struct str backend, row, id; };

struct cases {
	const struct case_state *cases;         /* oldest first */
	size_t n_cases;
	const struct entry *const *entries;     /* all that are shown, oldest first */
	size_t n_entries;
	const struct entry *const *loose;       /* without a case, or whose case is not here (yet) */
	size_t n_loose;
	const struct handoff *handoffs;
	size_t n_handoffs;
	const struct promise *promises;         /* the open ones first, earliest due first */
	size_t n_promises;
	const struct question *questions;
	size_t n_questions;
	const struct contact *contacts;         /* oldest first */
	size_t n_contacts;
	const struct notice *notices;           /* those that no other replaced */
	size_t n_notices;
	const struct discrepancy *discrepancies;
	size_t n_discrepancies;
	const struct row_key *alone;            /* rows that must not fold: for timeline_unfold */
	size_t n_alone;
	size_t unread;                          /* from a newer version, or broken: not in any of the above */
	const struct entry *loose_next;         /* newest next without a case, or NULL */
};

/* persons NULL: all entries of the set; else those that show on the group. The set and persons are borrowed. */
struct cases_in {
	struct entries *entries;
	const struct persons *persons;
	const struct str *group;
	size_t n_group;
};
const struct cases *cases_fold(const struct cases_in *in);
void cases_free(const struct cases *cases);

const struct case_state *cases_find(const struct cases *cases, struct str id);
const struct contact *cases_contact(const struct cases *cases, struct str id);
const struct question *cases_question(const struct cases *cases, struct str id);        /* cases may be NULL */
/* The case that a backend's row was put into; absent: none; *off when it was taken out of all on purpose. */
struct str cases_row_case(const struct cases *cases, const struct row_key *key, bool *off);

/*
 * When this agent was last done with the customer before that time, by a
 * contact or by what was written; of others only their contacts count, and only
 * where the agent never was. WHEN_NONE: nobody was.
 */
int64_t cases_last_dealt(const struct cases *cases, struct str agent, int64_t before);

/* Notes, contacts and actions as interactions, for timeline_take: backend CASES_BACKEND, row "note", "contact" or "action". */
#define CASES_BACKEND "dossier"
struct batch *cases_rows(const struct cases *cases);

/*
 * The rule of reopening: an inbound contact or row that came within window
 * after the case was solved, belongs to no other case, and finds none open.
 * The newest solved case is the one, but for one whose opening was undone. False when none is to be reopened; else
 * fills a draft (its data is a new reference; ord and the rest for entry_make_by_rule)
 * and the cause.
 */
struct inbound { struct str id; int64_t at; struct str case_; bool loose; };     /* case_: chosen for it; absent: none */
bool cases_reopen(const struct cases *cases, const struct inbound *inbound, int64_t window, struct entry_draft *draft, struct str *cause);

#endif
