#include "held.h"

#include <dossier/base/mem.h>

#include "writing.h"

#define WALK_STEP 2000
#define WALK_MOST 1000000

static void nothing(void *arg)
{
	(void)arg;
}

static bool begin(struct held *held, struct cli *cli, int *status)
{
	*held = (struct held){ .desk = cli_desk_store(cli, status), .borrowed = cli->session != NULL };
	if (!held->desk)
		return false;
	if (!held->desk->store) {
		cli_say("there is no case store here; \"dossier doctor\" says why");
		*status = CLI_STORE;
		return false;
	}
	held->present = (struct present){ .desk = held->desk, .mask = desk_mask(held->desk) };
	held->tell = (struct tell){ .now = clock_wall(cli->clock), .zone = held->desk->house->zone, .mask = desk_mask(held->desk),
				     .desk = held->desk, .wide = true };
	return true;
}

static void ask(struct held *held, const struct store_ask *what)
{
	struct store_watch_sink sink = { nothing, nothing, held };

	if (held->watch)
		store_watch_more(held->watch, what);
	else
		held->watch = store_watch(held->desk->store, what, &sink);
	watch_settle(held->desk, held->watch);
	held->entries = store_watch_entries(held->watch);
}

static void fold(struct held *held)
{
	struct cases_in in = { .entries = held->entries };

	cases_free(held->own_cases);
	persons_free(held->own_persons);
	held->persons = held->own_persons = persons_fold(held->entries);
	held->cases = held->own_cases = cases_fold(&in);
}

/* Whoever the entries are about, so that they can be called by something. */
static void ask_persons(struct held *held)
{
	size_t n, most = 0;
	const struct entry *const *sorted = entries_sorted(held->entries, &n);
	struct str *persons = mem_array(n + 1, sizeof(*persons));

	for (size_t i = 0; i < n; i++) {
		bool known = !sorted[i]->person.n;

		for (size_t k = 0; k < most && !known; k++)
			known = str_eq(persons[k], sorted[i]->person);
		if (!known)
			persons[most++] = sorted[i]->person;
	}
	if (most)
		ask(held, &(struct store_ask){ .persons = persons, .n_persons = most });
	free(persons);
}

static int of_customer(struct held *held, struct cli *cli, const char *who)
{
	struct people *people = &held->people;
	int status;

	*people = (struct people){ .desk = held->desk, .eager = true, .quick = true, .since = WHEN_NONE, .present.desk = held->desk };
	status = people_find(people, cli, who);
	if (status != CLI_DONE)
		return status;
	if (people_found(people) > 1)
		return people_several(people, cli, who);
	if (!people->customer)
		return people_nobody(people, cli, who);
	held->entries = customer_entries(people->customer);
	held->persons = customer_persons(people->customer);
	held->cases = customer_cases(people->customer);
	held->present.mask = held->tell.mask = customer_mask(people->customer);
	return CLI_DONE;
}

int held_open(struct held *held, struct cli *cli, const char *who)
{
	int status;

	if (!begin(held, cli, &status))
		return status;
	if (who)
		return of_customer(held, cli, who);
	ask(held, &(struct store_ask){ .open_items = true });
	ask_persons(held);
	fold(held);
	return CLI_DONE;
}

struct walking { struct held *held; struct err err; bool more, done; struct str cursor; };

static void walked(void *arg, struct store_rows *rows, const struct err *err)
{
	struct walking *w = arg;
	struct held *held = w->held;

	w->more = false;
	w->done = true;
	if (err && err->code)
		w->err = *err;
	if (!rows)
		return;
	MEM_ROOM(held->rows, held->n_rows, held->cap_rows);
	held->rows[held->n_rows++] = rows;
	for (size_t i = 0; i < rows->n; i++)
		entries_add(held->entries, &rows->entries[i]);
	w->more = rows->more && rows->cursor.n && entries_count(held->entries) < WALK_MOST;
	w->cursor = rows->cursor;
}

static int walk(struct held *held, struct entries *with, uint64_t types, int64_t since)
{
	struct walking w = { .held = held, .more = true };
	size_t n = 0;
	const struct entry *const *also = with ? entries_sorted(with, &n) : NULL;

	held->entries = held->own_entries = entries_new();
	for (size_t i = 0; i < n; i++)
		entries_add(held->entries, also[i]);
	while (w.more) {
		w.done = false;
		store_walk(held->desk->store, types, since, held->tell.now + 1, w.cursor, WALK_STEP, walked, &w);
		if (!loop_until(held->desk->loop, &w.done))
			break;
	}
	if (w.err.code) {
		cli_say("%s", w.err.text);
		return CLI_STORE;
	}
	fold(held);
	return CLI_DONE;
}

int held_walk(struct held *held, struct cli *cli, uint64_t types, int64_t since)
{
	int status;

	return begin(held, cli, &status) ? walk(held, NULL, types, since) : status;
}

int held_walk_on(struct held *held, const struct held *other, uint64_t types, int64_t since, bool with)
{
	*held = (struct held){ .desk = other->desk, .borrowed = true, .tell = other->tell, .present = other->present };
	return walk(held, with ? other->entries : NULL, types, since);
}

int held_begin(struct held *held, struct cli *cli)
{
	int status;

	return begin(held, cli, &status) ? CLI_DONE : status;
}

/* Any name may read as a code; only one that a case has is one. */
static const struct case_state *by_code(struct held *held, struct str word)
{
	char code[CASE_CODE + 1];

	if (str_starts(word, "case:"))
		word = str_make(word.p + 5, word.n - 5);
	if (!case_code_read(word, code) && word.n != 36)
		return NULL;
	ask(held, &(struct store_ask){ .ids = &word, .n_ids = 1 });
	ask_persons(held);
	fold(held);
	return case_by_word(held->cases, word, NULL);
}

int held_case(struct held *held, struct cli *cli, const char *word, const struct case_state **state)
{
	int status;

	if (!begin(held, cli, &status))
		return status;
	*state = cli->session && cli->session->open && strcmp(word, cli->session->who) == 0 ? NULL : by_code(held, str_of(word));
	if (*state)
		return CLI_DONE;
	if (str_starts(str_of(word), "case:")) {
		cli_say("no case \"%s\" is known here", word);
		return held_end(held, CLI_NONE);
	}
	status = of_customer(held, cli, word);
	if (status != CLI_DONE)
		return status;
	*state = cases_find(held->cases, brief_choose(held->cases));
	if (!*state && held->cases->n_cases)
		*state = &held->cases->cases[held->cases->n_cases - 1];
	if (*state)
		return CLI_DONE;
	cli_say("\"%s\" has no case; \"dossier case open WHO TITLE\" opens one", word);
	return CLI_NONE;
}

void held_release(struct held *held)
{
	cases_free(held->own_cases);
	persons_free(held->own_persons);
	entries_free(held->own_entries);
	for (size_t i = 0; i < held->n_rows; i++)
		store_rows_free(held->rows[i]);
	free(held->rows);
	store_watch_free(held->watch);
	people_release(&held->people);
	if (!held->borrowed)
		desk_free(held->desk);
}

int held_end(struct held *held, int status)
{
	const struct store_state *state = store_state(held->desk->store);

	if (state->health == STORE_WELL || state->health == STORE_OPENING)
		return status;
	cli_say("%s", state->err.text);
	return status == CLI_DONE || status == CLI_NONE ? CLI_STORE : status;
}

void held_who(const struct held *held, struct str person, struct buf *out)
{
	static const enum id_type best[] = { ID_TYPE_EMAIL, ID_TYPE_LOYALTY, ID_TYPE_REC, ID_TYPE_TEL };
	size_t n;
	const struct person_hold *holds = person.n ? persons_holds(held->persons, &n) : NULL, *found = NULL;

	for (size_t b = 0; holds && !found && b < sizeof(best) / sizeof(*best) + 1; b++)
		for (size_t i = 0; i < n && !found; i++)
			if (holds[i].now && str_eq(holds[i].person, person) && (b == sizeof(best) / sizeof(*best) || holds[i].id.type == best[b]))
				found = &holds[i];
	if (found)
		identity_print(&found->id, out);
	else if (person.n)
		buf_printf(out, "person %.*s", STR_ARG(person));
}

bool held_is_me(const struct held *held, struct str agent)
{
	return agent.n && str_eq(agent, held->desk->agent);
}

bool held_is_ours(const struct held *held, struct str agent, struct str team)
{
	return held_is_me(held, agent) || (!agent.n && team.n && str_eq(team, held->desk->team));
}
