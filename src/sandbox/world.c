#include "world.h"

#include <dossier/base/mem.h>

#include "crowd.h"
#include "story.h"

#define GRAMS 10000

static uint64_t text_key(const char *text)
{
	uint64_t hash = UINT64_C(1469598103934665603);

	for (; *text; text++)
		hash = (hash ^ (unsigned char)tolower((unsigned char)*text)) * UINT64_C(1099511628211);
	return hash;
}

unsigned world_flags(const struct world *world, uint32_t index)
{
	struct person person;

	if (index >= STORY_PEOPLE)
		return crowd_flags(world->seed, index);
	world_person(world, index, &person);
	return person.flags;
}

void world_person(const struct world *world, uint32_t index, struct person *out)
{
	if (index >= STORY_PEOPLE) {
		crowd_person(world->seed, world->now, index, out);
		return;
	}
	*out = (struct person){ .index = index };
	story_people[index]->person(world->now, out);
	out->index = index;
}

/* One function each that asks the story or the crowd. */
#define HISTORIES(X) \
	X(orders, order, ORDERS_MOST) X(visits, visit, VISITS_MOST) X(calls, call, CALLS_MOST) \
	X(chats, chat, CHATS_MOST) X(posts, post, POSTS_MOST)
#define X(what, thing, most) \
	size_t world_##what(const struct world *world, const struct person *person, struct thing out[most]) \
	{ \
		if (person->index >= STORY_PEOPLE) \
			return crowd_##what(world, person, out); \
		return story_people[person->index]->what ? story_people[person->index]->what(world->now, out) : 0; \
	}
HISTORIES(X)
#undef X

static int slot_cmp(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->person < y->person ? -1 : x->person > y->person;
}

static int moment_cmp(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->minute != y->minute)
		return x->minute < y->minute ? -1 : 1;
	if (x->person != y->person)
		return x->person < y->person ? -1 : 1;
	return (int)x->k - (int)y->k;
}

static void index_number(struct world *world, const struct telephone *telephone, uint32_t person)
{
	char digits[24];

	if (!telephone->code)
		return;
	telephone_digits(telephone, digits);
	world->numbers[world->nnumbers++] = (struct slot){ strtoull(digits, NULL, 10), person };
}

static void index_orders(struct world *world, const struct person *person, size_t *cap)
{
	struct order orders[ORDERS_MOST];
	size_t n = world_orders(world, person, orders);

	for (size_t i = 0; i < n; i++) {
		MEM_ROOM(world->orders, world->norders, *cap);
		world->orders[world->norders++] = (struct moment){ (uint32_t)(orders[i].at / MINUTE), person->index, orders[i].k };
	}
}

/* Who has four digits in a row anywhere: counted first, then filled in. */
static void index_digits(struct world *world)
{
	uint32_t *next;

	world->gram_start = mem_array(GRAMS + 1, sizeof(uint32_t));
	for (size_t i = 0; i < world->nnumbers; i++)
		for (uint64_t n = world->numbers[i].key; n >= GRAMS / 10; n /= 10)
			world->gram_start[n % GRAMS + 1]++;
	for (int g = 0; g < GRAMS; g++)
		world->gram_start[g + 1] += world->gram_start[g];
	world->grams = mem_array(world->gram_start[GRAMS] + 1, sizeof(uint32_t));
	next = mem_array(GRAMS, sizeof(uint32_t));
	memcpy(next, world->gram_start, GRAMS * sizeof(uint32_t));
	for (size_t i = 0; i < world->nnumbers; i++)
		for (uint64_t n = world->numbers[i].key; n >= GRAMS / 10; n /= 10)
			world->grams[next[n % GRAMS]++] = world->numbers[i].person;
	free(next);
}

struct world *world_new(uint64_t seed, int64_t now, uint32_t customers)
{
	struct world *world = mem_zalloc(sizeof(*world));
	size_t cap = 0;

	world->seed = seed;
	world->now = now;
	world->people = customers + STORY_PEOPLE;
	world->emails = mem_array(world->people, sizeof(struct slot));
	world->handles = mem_array(world->people, sizeof(struct slot));
	world->numbers = mem_array((size_t)world->people * 2, sizeof(struct slot));
	for (uint32_t i = 0; i < world->people; i++) {
		struct person person;

		world_person(world, i, &person);
		world->emails[world->nemails++] = (struct slot){ text_key(person.email), i };
		if (person.handle[0])
			world->handles[world->nhandles++] = (struct slot){ text_key(person.handle), i };
		index_number(world, &person.mobile, i);
		index_number(world, &person.landline, i);
		index_orders(world, &person, &cap);
	}
	index_digits(world);    /* while the numbers still stand in the order of people */
	qsort(world->emails, world->nemails, sizeof(struct slot), slot_cmp);
	qsort(world->handles, world->nhandles, sizeof(struct slot), slot_cmp);
	qsort(world->numbers, world->nnumbers, sizeof(struct slot), slot_cmp);
	qsort(world->orders, world->norders, sizeof(struct moment), moment_cmp);
	return world;
}

void world_free(struct world *world)
{
	if (!world)
		return;
	free(world->emails);
	free(world->handles);
	free(world->numbers);
	free(world->orders);
	free(world->grams);
	free(world->gram_start);
	free(world);
}

/* *at is the place after the last one given, plus one; 0 before the search. */
static bool next_slot(const struct slot *slots, size_t n, uint64_t key, size_t *at, uint32_t *person)
{
	size_t low = 0, high = n;

	if (*at == 0) {
		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (slots[middle].key < key)
				low = middle + 1;
			else
				high = middle;
		}
		*at = low + 1;
	}
	if (*at - 1 >= n || slots[*at - 1].key != key)
		return false;
	*person = slots[*at - 1].person;
	(*at)++;
	return true;
}

bool world_by_email(const struct world *world, const char *email, size_t *at, uint32_t *person)
{
	return next_slot(world->emails, world->nemails, text_key(email), at, person);
}

bool world_by_handle(const struct world *world, const char *handle, size_t *at, uint32_t *person)
{
	return next_slot(world->handles, world->nhandles, text_key(handle), at, person);
}

bool world_by_number(const struct world *world, const char *digits, size_t *at, uint32_t *person)
{
	return next_slot(world->numbers, world->nnumbers, strtoull(digits, NULL, 10), at, person);
}

bool world_by_digits(const struct world *world, const char *digits, size_t *at, uint32_t *person)
{
	unsigned gram = 0;
	size_t place;

	for (int i = 0; i < 4; i++) {
		if (!isdigit((unsigned char)digits[i]))
			return false;
		gram = gram * 10 + (unsigned)(digits[i] - '0');
	}
	for (place = world->gram_start[gram] + *at; place < world->gram_start[gram + 1]; place++) {
		(*at)++;
		/* somebody with the digits twice stands there twice */
		if (place > world->gram_start[gram] && world->grams[place - 1] == world->grams[place])
			continue;
		*person = world->grams[place];
		return true;
	}
	return false;
}

uint32_t world_order_number(const struct world *world, const struct person *person, const struct order *order)
{
	struct moment key = { (uint32_t)(order->at / MINUTE), person->index, order->k };
	const struct moment *found = bsearch(&key, world->orders, world->norders, sizeof(key), moment_cmp);

	return found ? FIRST_ORDER + (uint32_t)(found - world->orders) : 0;
}

bool world_order_at(const struct world *world, uint64_t number, uint32_t *person, uint8_t *k)
{
	if (number < FIRST_ORDER || number - FIRST_ORDER >= world->norders)
		return false;
	*person = world->orders[number - FIRST_ORDER].person;
	*k = world->orders[number - FIRST_ORDER].k;
	return true;
}
