/* Callers who were announced: told between commands, opened by a key, never by themselves. */
#include "shell.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/desk/pop.h>

#define WAITING_MOST 16
#define DONE_MOST 64

struct waiting { struct arena *arena; struct pop pop; bool stored, told; };
struct shell_pops {
	struct shell *sh;
	struct pop_line *line;
	struct waiting items[WAITING_MOST];     /* oldest first */
	size_t n;
	char done[DONE_MOST][37];               /* opened or gone: the case store may say them once more */
	size_t n_done;
};

static size_t find(const struct shell_pops *pops, struct str id, struct str call)
{
	size_t at = 0;

	while (at < pops->n && !(id.p && str_eq(pops->items[at].pop.id, id)) && !(call.n && str_eq(pops->items[at].pop.call, call)))
		at++;
	return at;
}

static bool is_done(const struct shell_pops *pops, struct str id)
{
	for (size_t i = 0; i < DONE_MOST; i++)
		if (str_is(id, pops->done[i]))
			return true;
	return false;
}

/* Out of the row, its arena the caller's to free. */
static struct waiting take_out(struct shell_pops *pops, size_t at)
{
	struct waiting waiting = pops->items[at];

	memmove(&pops->items[at], &pops->items[at + 1], (pops->n - at - 1) * sizeof(*pops->items));
	pops->n--;
	snprintf(pops->done[pops->n_done++ % DONE_MOST], sizeof(*pops->done), "%.*s", STR_ARG(waiting.pop.id));
	return waiting;
}

static void add(struct shell_pops *pops, const struct pop *pop, bool stored)
{
	struct waiting *waiting = &pops->items[pops->n];
	struct arena *arena;

	if (pops->n == WAITING_MOST)
		return;
	arena = arena_new();
	*waiting = (struct waiting){ .arena = arena, .stored = stored, .pop = {
		.id = arena_str(arena, pop->id), .who = arena_str(arena, pop->who), .call = arena_str(arena, pop->call),
		.number = arena_str(arena, pop->number), .channel = arena_str(arena, pop->channel), .agent = arena_str(arena, pop->agent),
		.offer = arena_str(arena, pop->offer), .at = pop->at,
	} };
	pops->n++;
}

static struct str on_agent(void *arg)
{
	const struct desk *desk = ((struct shell_pops *)arg)->sh->desk;

	return desk->agent.n ? desk->agent : STR("unknown");
}

static void on_came(void *arg, const struct pop *pop)
{
	struct shell_pops *pops = arg;
	size_t at = find(pops, pop->id, pop->call);

	/* the same call once more: it says it better, perhaps */
	if (at < pops->n)
		arena_free(take_out(pops, at).arena);
	add(pops, pop, false);
}

static bool on_gone(void *arg, struct str id, struct str call, struct str where)
{
	struct shell_pops *pops = arg;
	size_t at = find(pops, id, call);

	(void)where;
	if (at == pops->n)
		return false;
	arena_free(take_out(pops, at).arena);
	return true;
}

void shell_pops_open(struct shell *sh)
{
	struct shell_pops *pops = mem_zalloc(sizeof(*pops));
	struct pop_sink sink = { .agent = on_agent, .came = on_came, .gone = on_gone, .arg = pops };
	struct err err = { 0 };

	pops->sh = sh;
	sh->pops = pops;
	pops->line = pop_listen(sh->desk->loop, NULL, &sink, &err);
}

void shell_pops_free(struct shell *sh)
{
	struct shell_pops *pops = sh->pops;

	if (!pops)
		return;
	pop_line_free(pops->line);
	while (pops->n)
		arena_free(pops->items[--pops->n].arena);
	free(pops);
	sh->pops = NULL;
}

void shell_pops_stored(struct shell *sh, struct entries *entries)
{
	struct shell_pops *pops = sh->pops;
	struct arena *arena = arena_new();
	struct pop found[WAITING_MOST];
	size_t n = pops_waiting(arena, entries, sh->desk->agent, clock_wall(sh->desk->clock), sh->desk->house->windows.pop, found, WAITING_MOST);

	for (size_t i = pops->n; i-- > 0;) {
		bool there = !pops->items[i].stored;

		for (size_t k = 0; k < n && !there; k++)
			there = str_eq(found[k].id, pops->items[i].pop.id);
		if (!there)
			arena_free(take_out(pops, i).arena);
	}
	for (size_t i = 0; i < n; i++)
		if (!is_done(pops, found[i].id) && find(pops, found[i].id, found[i].call) == pops->n)
			add(pops, &found[i], true);
	arena_free(arena);
}

static bool is_over(const struct shell *sh, const struct waiting *waiting)
{
	int64_t window = sh->desk->house->windows.pop;

	return window && clock_wall(sh->desk->clock) - waiting->pop.at > window;
}

static void tell(struct shell *sh, const struct pop *pop)
{
	const struct mask *mask = desk_mask(sh->desk);
	struct str who = pop->number.n ? pop->number : pop->who;

	if (mask && mask_hides(mask, "contact.number"))
		who = str_of(gettext("a customer"));
	if (str_is(pop->channel, "phone"))
		shell_say(sh, "news: %.*s calls; \"!\" opens", STR_ARG(who));
	else
		shell_say(sh, "news: %.*s is there (%.*s); \"!\" opens", STR_ARG(who), STR_ARG(pop->channel));
}

void shell_tell_pops(struct shell *sh)
{
	struct shell_pops *pops = sh->pops;

	for (size_t i = pops->n; i-- > 0;)
		if (is_over(sh, &pops->items[i]))
			arena_free(take_out(pops, i).arena);
	for (size_t i = 0; i < pops->n; i++) {
		if (!pops->items[i].told)
			tell(sh, &pops->items[i].pop);
		pops->items[i].told = true;
	}
}

/* In the contact's words: what the exchange said, not split by anybody. */
static int begin_contact(struct shell *sh, const struct pop *pop)
{
	const char *words[8];
	char *via = mem_printf(POP_VIA "%.*s", STR_ARG(pop->id)), *channel = str_dup(pop->channel);
	char *call = pop->call.n ? str_dup(pop->call) : NULL, *number = pop->number.n ? str_dup(pop->number) : NULL;
	size_t n = 0;
	int status;

	words[n++] = "--via";
	words[n++] = via;
	words[n++] = "--channel";
	words[n++] = channel;
	if (call) {
		words[n++] = "--call";
		words[n++] = call;
	}
	if (number) {
		words[n++] = "--number";
		words[n++] = number;
	}
	status = shell_run(sh, "contact start", words, n);
	free(via);
	free(channel);
	free(call);
	free(number);
	return status;
}

bool shell_pop_open(struct shell *sh, int *status)
{
	struct shell_pops *pops = sh->pops;
	const char *tty = ttyname(STDIN_FILENO);
	struct waiting waiting;
	struct err err = { 0 };
	char *who;

	if (!pops || !pops->n)
		return false;
	waiting = take_out(pops, 0);
	if (pops->line)
		pop_opened(pops->line, waiting.pop.id, waiting.pop.call, str_of(tty && strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : ""));
	if (waiting.stored)
		pop_take_back(sh->desk, &waiting.pop, NULL, &err);
	who = str_dup(waiting.pop.who);
	*status = shell_find(sh, who);
	if (sh->session.open)
		*status = begin_contact(sh, &waiting.pop);
	else
		shell_say(sh, "when it is known who it is, \"contact\" begins the contact");
	free(who);
	arena_free(waiting.arena);
	return true;
}
