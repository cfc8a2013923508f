/*
 * An interaction: anything that happened between a customer and the business.
 * Field names are the data contract of every output format; they only grow.
 */
#ifndef DOSSIER_MODEL_INTERACTION_H
#define DOSSIER_MODEL_INTERACTION_H

#include <stdint.h>

#include <dossier/base/mem.h>
#include <dossier/base/money.h>
#include <dossier/base/str.h>
#include <dossier/base/when.h>

#define KINDS(X) \
	X(OTHER, "other") X(CALL, "call") X(VISIT, "visit") X(SOCIAL, "social") X(CHAT, "chat") \
	X(EMAIL, "email") X(MESSAGE, "message") X(WEB, "web") X(SELFSERVICE, "selfservice") \
	X(ORDER, "order") X(RETURN, "return") X(DELIVERY, "delivery") X(PICKUP, "pickup") \
	X(APPOINTMENT, "appointment") X(PAYMENT, "payment") X(TICKET, "ticket") X(SURVEY, "survey") \
	X(NOTE, "note") X(CONTACT, "contact")
enum kind {
#define X(name, word) KIND_##name,
	KINDS(X)
#undef X
	KIND_COUNT
};
const char *kind_word(enum kind kind);
bool kind_parse(struct str word, enum kind *kind);

#define STEPS(X) \
	X(NONE, "") X(PLACED, "placed") X(PAID, "paid") X(FULFILLED, "fulfilled") X(SHIPPED, "shipped") \
	X(DELIVERED, "delivered") X(CANCELLED, "cancelled") X(REQUESTED, "requested") X(RECEIVED, "received") \
	X(REFUNDED, "refunded") X(EXCHANGED, "exchanged") X(BOOKED, "booked") X(MOVED, "moved") X(MISSED, "missed")
enum step {
#define X(name, word) STEP_##name,
	STEPS(X)
#undef X
	STEP_COUNT
};
const char *step_word(enum step step);
bool step_parse(struct str word, enum step *step);

/* phone chat counter mail social web: how a contact came, distinct from the kind. */
#define CHANNELS(X) \
	X(NONE, "") X(PHONE, "phone") X(CHAT, "chat") X(COUNTER, "counter") X(MAIL, "mail") \
	X(SOCIAL, "social") X(WEB, "web")
enum channel {
#define X(name, word) CHANNEL_##name,
	CHANNELS(X)
#undef X
	CHANNEL_COUNT
};
const char *channel_word(enum channel channel);
bool channel_parse(struct str word, enum channel *channel);
/* The channel that a kind implies (call: phone, visit: counter ...), or CHANNEL_NONE. */
enum channel channel_of_kind(enum kind kind);

enum direction { DIRECTION_NONE, DIRECTION_IN, DIRECTION_OUT };
enum reader { READER_NONE, READER_STAFF, READER_CUSTOMER };
const char *direction_word(enum direction direction);
bool direction_parse(struct str word, enum direction *direction);
const char *reader_word(enum reader reader);
bool reader_parse(struct str word, enum reader *reader);

struct line {                           /* one line of an order */
	struct str title, sku;
	struct str quantity;            /* decimal text */
	struct money amount;            /* of the whole line */
};

struct attachment {
	struct str name, type, web;
	int64_t size;                   /* bytes; -1 unknown */
};

struct refs { struct str order, receipt, ticket, tracking, call, case_; };

struct interaction {
	struct str id;                  /* unique within backend and row */
	struct str backend, row;        /* row: the pull it came from, "tickets" or "tickets.articles" */
	enum kind kind;
	enum step step;
	enum channel channel;
	enum direction direction;
	enum reader reader;
	int64_t at, until;              /* UTC ms; until may be WHEN_NONE; at WHEN_NONE sorts last */
	struct str title, text;         /* as received */
	struct str agent;
	struct str place_id, place_name;
	struct str status, done, outcome;
	struct str number;              /* telephone or handle of the other side, as received */
	struct str web;                 /* an address for the browser */
	struct str part_of;             /* id of the interaction this belongs to, in the same backend */
	struct money amount;
	int64_t minutes;                /* handling time in ms, 0 unknown */
	struct refs *refs;              /* NULL: none */
	struct line *lines;
	struct attachment *attachments;
	uint32_t n_lines, n_attachments;
	bool shared_only;               /* known only by a shared number: "this number" */
	bool closed;                    /* its words were taken out: they are not for this agent */
};

/*
 * A batch: interactions that arrived together and live together. The arena
 * holds them and all their text.
 */
struct batch {
	struct arena *arena;
	struct interaction **items;     /* heap array */
	size_t n, cap;
};
struct batch *batch_new(void);
void batch_free(struct batch *batch);
struct interaction *batch_add(struct batch *batch);         /* a new one, all absent, in the batch's arena */
struct refs *interaction_refs(struct arena *arena, struct interaction *it);  /* made when missing */

#endif
