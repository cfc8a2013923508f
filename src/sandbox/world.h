/*
 * The people of the sandbox and all that happened to them. Everybody is made
 * anew from the seed and their number whenever they are asked for; only small
 * indexes are held: about 60 bytes a customer.
 */
#ifndef SANDBOX_WORLD_H
#define SANDBOX_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chance.h"
#include "goods.h"

#define STORY_PEOPLE 4          /* the first of all people are those of the stories */
#define WORLD_MOST 1000000

#define DAY INT64_C(86400000)
#define HOUR INT64_C(3600000)
#define MINUTE INT64_C(60000)

enum {
	IN_SHOP = 1, IN_TILL = 2, IN_CHAT = 4, IN_SOCIAL = 8, CALLS = 16,
	GUEST = 32,             /* the shop knows them by guest orders alone */
	TWICE = 64,             /* a guest row and an account in the shop */
	HOUSEHOLD = 128,        /* shares landline and address with the one before */
	SHARES = 256,           /* ... with the one after */
	RECYCLED = 512,         /* has the e-mail address that the one before had once */
	GAVE_UP = 1024,         /* is that one before: only old history */
	TYPO = 2048,            /* the till wrote the e-mail address down wrong */
	HOSTILE = 4096,         /* fills in forms to do harm */
};

struct telephone {
	const char *code, *trunk;       /* calling code; trunk prefix at home, may be "" */
	char area[8], rest[12];
};

struct person {
	uint32_t index;
	unsigned flags;
	char first[96], last[96];       /* in their own script */
	char plain[64];                 /* the same in ASCII, "first last" */
	char email[96];
	struct telephone mobile, landline;      /* landline.code is NULL where there is none */
	char street[64], postcode[16];
	const char *city, *country;     /* country: two lower-case letters */
	char handle[48];                /* without its server; empty: none */
	char loyalty[16];               /* empty: none */
	int64_t since;
};

struct line { struct good good; unsigned quantity; int64_t price; };

enum fate {
	FATE_PLACED, FATE_PACKED, FATE_SHIPPED, FATE_DELIVERED, FATE_CANCELLED, FATE_RETURNING, FATE_RETURNED,
	FATE_EXCHANGED, FATE_CLAIMED, FATE_GOODWILL, FATE_COUNT
};

#define ORDERS_MOST 6
#define LINES_MOST 3
struct order {
	uint8_t k;                      /* which of the person's */
	uint8_t row;                    /* under which of their records: 0, or 1 */
	int64_t at;
	struct line lines[LINES_MOST];
	size_t n;
	unsigned site;                  /* where from */
	bool store;                     /* ordered at the counter, or collected there */
	enum fate fate;
	int64_t packed, shipped, delivered, cancelled, asked_back, received_back;       /* WHEN_NONE: not */
	int64_t refund, refunded;       /* what was given back, and when */
	const char *refund_note;
	int reason;                     /* index of the return reasons, -1 none */
	const char *words;              /* of the customer, with the return */
	struct good instead;            /* for exchanges and claims */
};

#define VISITS_MOST 6
struct visit {
	uint8_t k;
	int64_t at;
	unsigned site, member;
	struct line lines[LINES_MOST];
	size_t n;
	bool card;
	int64_t refund, refunded;
	const char *reason, *note;
};

#define CALLS_MOST 16
struct call {
	uint8_t k;
	int64_t at;
	int seconds;
	bool out, landline;
	const char *status;
};

#define CHATS_MOST 4
#define SAYS_MOST 10
struct say {
	int64_t at;
	char who;                       /* c customer, a agent, b the bot, n an agent's note, x closed by an agent */
	const char *html;
};
struct chat {
	uint8_t k;
	int64_t at;
	const char *title;              /* or NULL */
	unsigned admin;
	struct say says[SAYS_MOST];
	size_t n;
	bool open;
	int rating;                     /* 1 to 5, 0: not asked */
	const char *remark;
};

#define POSTS_MOST 6
struct post {
	uint8_t k;
	int64_t at;
	const char *html;
	bool reply;
	const char *answer;             /* of the house, or NULL */
};

struct slot { uint64_t key; uint32_t person; };
struct moment { uint32_t minute; uint32_t person; uint8_t k; };

struct world {
	uint64_t seed;
	int64_t now;
	uint32_t people;                /* those of the stories included */
	struct slot *emails, *numbers, *handles;        /* sorted by key */
	size_t nemails, nnumbers, nhandles;
	struct moment *orders;          /* of all people, by time: the place is the order's number */
	size_t norders;
	uint32_t *grams, *gram_start;   /* who has four digits in a row in a number */
};

struct world *world_new(uint64_t seed, int64_t now, uint32_t customers);
void world_free(struct world *world);

/* What a person is, without making the rest of them. */
unsigned world_flags(const struct world *world, uint32_t index);
void world_person(const struct world *world, uint32_t index, struct person *out);
/* How many were put into out, oldest first. */
size_t world_orders(const struct world *world, const struct person *person, struct order out[ORDERS_MOST]);
size_t world_visits(const struct world *world, const struct person *person, struct visit out[VISITS_MOST]);
size_t world_calls(const struct world *world, const struct person *person, struct call out[CALLS_MOST]);
size_t world_chats(const struct world *world, const struct person *person, struct chat out[CHATS_MOST]);
size_t world_posts(const struct world *world, const struct person *person, struct post out[POSTS_MOST]);

/* The number by which the shop calls an order, and back. */
uint32_t world_order_number(const struct world *world, const struct person *person, const struct order *order);
bool world_order_at(const struct world *world, uint64_t number, uint32_t *person, uint8_t *k);
#define FIRST_ORDER 1001

/*
 * People by what they are known by: each call gives the next after *at (start
 * it at 0), false when there are no more. Keys collide: look again.
 */
bool world_by_email(const struct world *world, const char *email, size_t *at, uint32_t *person);
bool world_by_number(const struct world *world, const char *digits, size_t *at, uint32_t *person);
bool world_by_handle(const struct world *world, const char *handle, size_t *at, uint32_t *person);
/* Whoever may have these digits (four or more) in a row. */
bool world_by_digits(const struct world *world, const char *digits, size_t *at, uint32_t *person);

/* A telephone's digits in international form, without the plus. */
void telephone_digits(const struct telephone *telephone, char out[24]);
/* As somebody types it; way: any number. */
void telephone_typed(const struct telephone *telephone, unsigned way, char out[40]);
int64_t order_total(const struct order *order);
#define SHIPPING 395

/* Which shop row the person's e-mail, telephone... stand in: how many rows there are. */
static inline unsigned shop_rows(unsigned flags)
{
	return !(flags & IN_SHOP) ? 0 : flags & TWICE ? 2 : 1;
}

#endif
