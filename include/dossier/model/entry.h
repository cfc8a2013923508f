/*
 * Entries: the immutable facts of the case store. One list of types says what
 * each must hold, who may write it and how it takes part in claims; making,
 * reading, writing and checking follow from it. Pure.
 *
 * Times are UTC milliseconds, also in JSON. An entry's strings live in the
 * arena it was made or read in.
 */
#ifndef DOSSIER_MODEL_ENTRY_H
#define DOSSIER_MODEL_ENTRY_H

#include <stdint.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/base/money.h>
#include <dossier/base/when.h>

#define ENTRY_VERSION 1
#define ENTRY_DATA_MOST ((size_t)64 << 10)      /* bytes of data */
#define ENTRY_TEXT_MOST 16000                   /* bytes of one text */
#define ENTRY_WORD_MOST 200                     /* bytes of names, codes, ids of others */
#define ENTRY_LIST_MOST 200                     /* elements of one list */

/* Roles of the house; a type says by bits who may write it. */
#define ROLES(X) \
	X(AGENT, "agent") X(COUNTER, "counter") X(PARTNER, "partner") X(SUPERVISOR, "supervisor") \
	X(SERVICE, "service") X(ADMIN, "admin")
enum role {
#define X(name, word) ROLE_##name,
	ROLES(X)
#undef X
	ROLE_COUNT
};
const char *role_word(enum role role);
bool role_parse(struct str word, enum role *role);

#define ROLE_BIT(name) (1u << ROLE_##name)
#define BY_LEADS (ROLE_BIT(SUPERVISOR) | ROLE_BIT(ADMIN))
#define BY_OURS (BY_LEADS | ROLE_BIT(AGENT) | ROLE_BIT(COUNTER))
#define BY_STAFF (BY_OURS | ROLE_BIT(PARTNER))
#define BY_ALL (BY_STAFF | ROLE_BIT(SERVICE))

/* How a type stands to person and case, and what may be done with it. */
enum entry_needs {
	NEED_PERSON = 1,        /* person must be set */
	NEED_CASE = 2,          /* case must be set, and a person with it */
	NEED_RULE = 4,          /* made by rule: id is a UUID version 8, author "rule" */
	NEED_CLAIM = 8,         /* takes a slot (entry_slot): the store's unique key decides, offline it is refused */
	HAS_WORDS = 16,         /* redact takes its texts away */
	HAS_HOME = 32,          /* may be assigned to another person */
};

enum entry_field_kind {
	FIELD_TEXT,             /* for people; card numbers in it are masked */
	FIELD_WORD,             /* a code, a name, an id of another system: kept as it is */
	FIELD_UUID,
	FIELD_UUIDS,
	FIELD_WHEN,             /* UTC ms */
	FIELD_COUNT,            /* 0 .. 2^53 */
	FIELD_BOOL,
	FIELD_MONEY,            /* {"minor": 4210, "currency": "GBP"} */
	FIELD_IDENTITY,         /* typed form, and not of the reference class */
	FIELD_IDENTITIES,
	FIELD_WORDS,            /* list of words */
	FIELD_KEYS,             /* list of {"backend", "row", "id"} */
	FIELD_VALUE,            /* a text, or null */
	FIELD_MAP,              /* any map of texts */
};
enum entry_field_need { FIELD_MAY, FIELD_MUST, FIELD_ONE };    /* ONE: at least one of those marked so */
struct entry_field { const char *name; enum entry_field_kind kind; enum entry_field_need need; };

/*
 * X(NAME, word, needs, roles, fields); fields are F(name, KIND, need).
 * A claim's slot is the entry that its first field names. An action that uses
 * a yes (answer) is a claim on it too, and says outcome "begun" before it acts;
 * what became of it is another action that names it as begun. What undid an
 * entry by request names it (undoes), so that undoing again goes on from there.
 */
#define ENTRY_TYPES(X) \
	X(NOTE, "note", NEED_PERSON | HAS_WORDS | HAS_HOME, BY_ALL, \
	  F(text, TEXT, MUST) F(about, KEYS, MAY)) \
	X(NEXT, "next", NEED_PERSON | HAS_WORDS | HAS_HOME, BY_ALL, \
	  F(text, TEXT, MUST) F(outcome, WORD, MAY)) \
	X(CASE_OPEN, "case.open", NEED_CASE | HAS_WORDS | HAS_HOME, BY_ALL, \
	  F(title, TEXT, MUST) F(reason, WORD, MAY) F(priority, WORD, MAY) F(tags, WORDS, MAY) F(owner, WORD, MAY)) \
	X(CASE_SET, "case.set", NEED_CASE | HAS_WORDS, BY_ALL, \
	  F(field, WORD, MUST) F(value, VALUE, MUST) F(was, UUID, MAY) F(reason, WORD, MAY) F(undoes, WORD, MAY)) \
	X(HANDOFF_OFFER, "handoff.offer", NEED_CASE | HAS_WORDS, BY_STAFF, \
	  F(to_team, WORD, ONE) F(to_agent, WORD, ONE) F(reason, WORD, MUST) F(wants, TEXT, MUST) F(next, TEXT, MUST) \
	  F(tried, TEXT, MAY) F(promised, TEXT, MAY) F(note, TEXT, MAY) F(due, WHEN, MAY) F(contact, UUID, MAY)) \
	X(HANDOFF_ACCEPT, "handoff.accept", NEED_CASE | NEED_CLAIM, BY_STAFF, \
	  F(offer, UUID, MUST) F(contact, UUID, MAY)) \
	X(HANDOFF_DECLINE, "handoff.decline", NEED_CASE | HAS_WORDS, BY_STAFF, \
	  F(offer, UUID, MUST) F(reason, TEXT, MUST)) \
	X(HANDOFF_WITHDRAW, "handoff.withdraw", NEED_CASE | NEED_CLAIM, BY_STAFF, \
	  F(offer, UUID, MUST) F(reason, WORD, MAY) F(undoes, WORD, MAY)) \
	X(PROMISE_MAKE, "promise.make", NEED_PERSON | HAS_WORDS | HAS_HOME, BY_ALL, \
	  F(text, TEXT, MUST) F(due, WHEN, MUST) F(owner, WORD, MAY) F(to_team, WORD, MAY) F(source, WORD, MAY)) \
	X(PROMISE_KEEP, "promise.keep", NEED_PERSON | HAS_WORDS, BY_ALL, \
	  F(promise, UUID, MUST) F(text, TEXT, MAY)) \
	X(PROMISE_ASSIGN, "promise.assign", NEED_PERSON, BY_STAFF, \
	  F(promise, UUID, MUST) F(to_agent, WORD, ONE) F(to_team, WORD, ONE)) \
	X(PROMISE_RELEASE, "promise.release", NEED_PERSON | HAS_WORDS, BY_STAFF, \
	  F(promise, UUID, MUST) F(reason, TEXT, MAY) F(undoes, WORD, MAY)) \
	X(PROMISE_CANCEL, "promise.cancel", NEED_PERSON | HAS_WORDS, BY_STAFF, \
	  F(promise, UUID, MUST) F(reason, TEXT, MUST) F(undoes, WORD, MAY)) \
	X(PROMISE_TAKE, "promise.take", NEED_PERSON | NEED_CLAIM, BY_STAFF, \
	  F(slot, UUID, MUST) F(promise, UUID, MUST)) \
	X(ASK, "ask", HAS_WORDS | HAS_HOME, BY_STAFF, \
	  F(to_team, WORD, ONE) F(to_role, WORD, ONE) F(to_agent, WORD, ONE) F(text, TEXT, MUST) F(amount, MONEY, MAY) \
	  F(due, WHEN, MAY)) \
	X(ANSWER, "answer", HAS_WORDS, BY_STAFF, \
	  F(ask, UUID, MUST) F(yes, BOOL, ONE) F(text, TEXT, ONE)) \
	X(VERIFY, "verify", 0, BY_ALL, \
	  F(contact, UUID, MUST) F(way, WORD, MUST) F(ok, BOOL, MUST) F(field, WORD, MAY) F(level, COUNT, MAY) \
	  F(from, UUID, MAY) F(until, WHEN, MAY)) \
	X(LINK, "link", NEED_PERSON, BY_STAFF, \
	  F(identity, IDENTITY, ONE) F(other, UUID, ONE) F(since, WHEN, MAY) F(sees, UUIDS, MAY) F(evidence, TEXT, MAY) F(undoes, WORD, MAY)) \
	X(UNLINK, "unlink", NEED_PERSON, BY_STAFF, \
	  F(identity, IDENTITY, ONE) F(other, UUID, ONE) F(until, WHEN, MAY) F(why, WORD, MAY) F(shared, IDENTITIES, MAY) F(undoes, WORD, MAY)) \
	X(ASSIGN, "assign", NEED_PERSON, BY_STAFF, \
	  F(entry, UUID, MUST) F(from, UUID, MAY) F(undoes, WORD, MAY)) \
	X(ATTACH, "attach", NEED_PERSON, BY_ALL, \
	  F(entry, UUID, ONE) F(rows, KEYS, ONE) F(off, BOOL, MAY) F(undoes, WORD, MAY)) \
	X(FOLD, "fold", NEED_PERSON, BY_STAFF, F(rows, KEYS, MUST) F(undoes, WORD, MAY)) \
	X(UNFOLD, "unfold", NEED_PERSON, BY_STAFF, F(rows, KEYS, MUST) F(undoes, WORD, MAY)) \
	X(CONTACT_START, "contact.start", HAS_WORDS | HAS_HOME, BY_ALL, \
	  F(call, WORD, MAY) F(number, WORD, MAY) F(direction, WORD, MAY) F(site, WORD, MAY) F(from, UUID, MAY) F(via, WORD, MAY)) \
	X(CONTACT_END, "contact.end", HAS_WORDS, BY_ALL, \
	  F(contact, UUID, MUST) F(how, WORD, MUST) F(done, WORDS, MAY) F(outcome, WORD, MAY) F(reason, WORD, MAY) \
	  F(line, TEXT, MAY) F(satisfaction, COUNT, MAY) F(handling, COUNT, MAY)) \
	X(POP, "pop", HAS_WORDS, BY_ALL, \
	  F(who, TEXT, MUST) F(call, WORD, MAY) F(number, WORD, MAY) F(agent, WORD, MAY) F(offer, UUID, MAY) F(ends, UUID, MAY)) \
	X(EXPIRE, "expire", NEED_RULE | NEED_CLAIM, BY_ALL, F(offer, UUID, MUST) F(cause, WORD, MUST)) \
	X(REOPEN, "reopen", NEED_CASE | NEED_RULE, BY_ALL, F(solved, UUID, MUST) F(cause, WORD, MUST)) \
	X(ACTION, "action", HAS_WORDS | HAS_HOME, BY_ALL, \
	  F(backend, WORD, MUST) F(action, WORD, MUST) F(outcome, WORD, MUST) F(code, WORD, MAY) F(cost, MONEY, MAY) \
	  F(cost_for, WORD, MAY) F(text, TEXT, MAY) F(ref, WORD, MAY) F(asked, MAP, MAY) F(answer, UUID, MAY) \
	  F(begun, UUID, MAY)) \
	X(NOTICE, "notice", HAS_WORDS, BY_ALL, \
	  F(site, WORD, ONE) F(to_team, WORD, ONE) F(text, TEXT, MUST) F(until, WHEN, MUST) F(replaces, UUID, MAY) F(undoes, WORD, MAY)) \
	X(DISCREPANCY, "discrepancy", HAS_WORDS, BY_ALL, \
	  F(about, WORD, MUST) F(item, WORD, ONE) F(text, TEXT, ONE) F(site, WORD, MAY) F(says, TEXT, MAY) F(is, TEXT, MAY)) \
	X(DISCREPANCY_CLOSE, "discrepancy.close", HAS_WORDS, BY_ALL, \
	  F(discrepancy, UUID, MUST) F(outcome, TEXT, MUST) F(undoes, WORD, MAY)) \
	X(REVIEW, "review", HAS_WORDS | HAS_HOME, BY_LEADS, \
	  F(about, UUID, MUST) F(text, TEXT, ONE) F(points, COUNT, ONE)) \
	X(REDACT, "redact", 0, BY_LEADS, F(entry, UUID, MUST) F(reason, WORD, MUST)) \
	X(ERASE, "erase", 0, ROLE_BIT(ADMIN), F(persons, UUIDS, MUST) F(entries, COUNT, MUST)) \
	X(VIEW, "view", 0, BY_ALL, \
	  F(who, TEXT, ONE) F(list, WORD, ONE) F(records, WORDS, ONE) F(how, WORD, MAY) F(field, WORD, MAY) F(reason, TEXT, MAY) \
	  F(contact, UUID, MAY) F(entries, COUNT, MAY))

enum entry_type {
#define X(name, word, needs, roles, fields) ENTRY_##name,
	ENTRY_TYPES(X)
#undef X
	ENTRY_TYPE_COUNT,
	ENTRY_UNKNOWN = ENTRY_TYPE_COUNT,       /* a newer program's */
};

struct entry_type_info {
	const char *word;
	unsigned needs, roles;
	const struct entry_field *fields;       /* ended by a NULL name */
};
/* Of a known type. */
const struct entry_type_info *entry_type_info(enum entry_type type);
const char *entry_type_word(enum entry_type type);
bool entry_type_parse(struct str word, enum entry_type *type);

struct entry {
	uint32_t v;
	enum entry_type type;
	struct str word;                /* the type as written: also of an unknown one */
	struct str id, person, case_;   /* UUIDs in small letters; person and case may be absent */
	int64_t at;                     /* what the author's clock said */
	uint64_t ord;                   /* hybrid clock: ms << 16 | counter */
	/*
	 * Given by the shared store: got its clock at arrival, WHEN_NONE before
	 * it. epoch counts the claims won on this case (without one: on this
	 * person): a claim has the number it won, any other entry what its
	 * author had seen.
	 */
	int64_t got;
	uint32_t epoch;
	struct str author, team, channel;
	struct str data;                /* a JSON object, as written */
	struct str more;                /* members of the envelope that a newer program wrote: "name":value,... */
};

/*
 * A new entry from what an operation knows. data is checked against the type,
 * texts are masked (entry_mask_cards), NULs and broken UTF-8 refused. id: absent
 * only where the type is made by rule, else minted by the caller.
 */
struct entry_draft {
	enum entry_type type;
	struct str id, person, case_, author, team, channel;
	int64_t at;
	uint64_t ord;
	uint32_t epoch;
	struct json_object *data;       /* borrowed, not changed */
};
bool entry_make(struct arena *arena, const struct entry_draft *draft, struct entry *out, struct err *err);
/*
 * An entry made by rule: its id is the hash of rule (the type's word), case and
 * cause, author is "rule", at is the cause's time, so that two clients make one.
 */
bool entry_make_by_rule(struct arena *arena, const struct entry_draft *draft, struct str cause, struct entry *out, struct err *err);

/*
 * The stored JSON form. Reading takes any entry whose envelope is sound;
 * a type or a v that is not known here is kept whole and written again byte
 * by byte. text and lengths may be hostile.
 */
bool entry_read(struct arena *arena, struct str text, struct entry *out, struct err *err);
void entry_write(const struct entry *entry, struct buf *out);
/* An entry from a store's columns: fields are set by the caller and checked here (not copied); word decides the type. */
bool entry_adopt(struct entry *entry, struct err *err);

/* True when folds may use it: known type, v not newer. Others are shown as "from a newer version". */
bool entry_known(const struct entry *entry);
/* Whole check of a known type against its table, unknown members of data refused: before an entry is sent. */
bool entry_check(const struct entry *entry, struct err *err);
/* What the author wrote is the same in both: all but ord, got and epoch. */
bool entry_same(const struct entry *a, const struct entry *b);
/* The data parsed: a new reference, NULL when it is no object. Folds parse many with one parser. */
struct json_object *entry_data(struct json_parser *parser, const struct entry *entry);
/* Members of parsed data; absent, 0, WHEN_NONE or false when missing or of another type. Borrowed from data. */
struct str entry_text(struct json_object *data, const char *name);
int64_t entry_when(struct json_object *data, const char *name);
int64_t entry_count(struct json_object *data, const char *name);
bool entry_flag(struct json_object *data, const char *name);
struct money entry_money(struct json_object *data, const char *name);

/* When it happened: the earlier of at and got, for no clock may run ahead of the store's. */
int64_t entry_time(const struct entry *entry);
/* The id that a claim's unique key is named by; absent for others. Borrowed from arena. */
struct str entry_slot(struct arena *arena, const struct entry *entry);
/* Greatest (ord, id): the order in which registers decide. */
int entry_compare(const struct entry *a, const struct entry *b);
/* (epoch, ord, id): owner, holder, team. */
int entry_compare_epoch(const struct entry *a, const struct entry *b);

/*
 * What is left of an entry whose words were taken away (redact): all but its
 * texts, marked. The store may put it in the entry's place. False for a type
 * without words. Of two copies the stripped one is kept by every set.
 */
bool entry_strip(struct arena *arena, const struct entry *entry, struct entry *out);
bool entry_stripped(const struct entry *entry);

/*
 * Card numbers of 13 to 19 digits that pass Luhn's check and begin as cards
 * do become ************1234, however they are spaced.
 */
void entry_mask_cards(struct buf *out, struct str text);

/* The hybrid clock of one client. */
struct ord_clock {
	uint64_t last;          /* greatest ord held or given */
	int64_t offset;         /* of the shared store's clock to ours, ms */
};
uint64_t ord_next(struct ord_clock *clock, int64_t wall);
/* Another's entry was seen; got WHEN_NONE: not from the store, believed no further than a day past wall. */
void ord_seen(struct ord_clock *clock, uint64_t ord, int64_t got, int64_t wall);
/* What the store keeps: not later than got, but above the entry that it replaces (above, 0: none). */
uint64_t ord_clamp(uint64_t ord, int64_t got, uint64_t above);
static inline int64_t ord_ms(uint64_t ord) { return (int64_t)(ord >> 16); }

/*
 * A set of entries: each id once, whatever came in how often and in which
 * order. Strings are borrowed: they must outlive the set.
 */
struct entries;
enum entries_add {
	ENTRIES_NEW, ENTRIES_KNOWN,
	ENTRIES_CHANGED,        /* now with what the store gave it, or with its words taken away */
	ENTRIES_CLASH,          /* the same id with other bytes: one of both is kept, always the same one */
};
struct entries *entries_new(void);
void entries_free(struct entries *entries);
enum entries_add entries_add(struct entries *entries, const struct entry *entry);
/* Takes out what was refused or erased; true when there was any. Like an add, it makes folds of the past. */
bool entries_drop(struct entries *entries, bool (*drop)(const struct entry *entry, void *arg), void *arg);
size_t entries_count(const struct entries *entries);
/* In the order of (ord, id); valid until the next add. */
const struct entry *const *entries_sorted(struct entries *entries, size_t *n);
const struct entry *entries_find(const struct entries *entries, struct str id);
/* Ids that came with two contents, for a face to tell. */
const struct str *entries_clashes(const struct entries *entries, size_t *n);

#endif
