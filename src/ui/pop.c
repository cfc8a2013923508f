#include "pop.h"

#include <libintl.h>
#include <stdlib.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "ui_inner.h"
#include "words.h"

#define WAITING_MOST 32         /* more are for no one person */
#define LIVE_MOST 8
#define DONE_MOST 64
#define BRIEF_MOST 8192

/* One that waits. Texts are copies. */
struct waiting {
	struct pops *pops;
	struct pop pop;
	struct arena *arena;
	char *name;                     /* as the screen may say it; NULL: not known (yet) */
	struct lookup *lookup;          /* who that is, asked while it waits */
	struct timer *expires;
	bool stored;                    /* the case store holds it */
};

struct live { char id[37]; enum channel channel; bool open, ended; int64_t from; char *number; };

/* A live transfer to this agent or team: what its receiver reads first. */
struct transfer { char *offer, *call, *number, *heading, *brief; };

struct pops {
	struct ui *ui;
	struct pop_line *line;
	struct waiting *items[WAITING_MOST];    /* oldest first */
	size_t n;
	struct begin *begin;
	struct live live[LIVE_MOST];            /* my newest contact of each channel */
	size_t n_live;
	struct transfer transfers[LIVE_MOST];
	size_t n_transfers;
	char done[DONE_MOST][37];               /* opened or gone: the case store may say them once more */
	size_t n_done;
	char *reading;                          /* the pop whose brief is being read */
};

static void waiting_free(struct waiting *waiting)
{
	loop_timer_cancel(ui_desk(waiting->pops->ui)->loop, waiting->expires);
	lookup_free(waiting->lookup);
	free(waiting->name);
	arena_free(waiting->arena);
	free(waiting);
}

static bool is_done(const struct pops *pops, struct str id)
{
	for (size_t i = 0; i < DONE_MOST; i++)
		if (str_is(id, pops->done[i]))
			return true;
	return false;
}

/* Out of the row, the caller's to free. */
static struct waiting *take_out(struct pops *pops, size_t at)
{
	struct waiting *waiting = pops->items[at];

	memmove(&pops->items[at], &pops->items[at + 1], (pops->n - at - 1) * sizeof(*pops->items));
	pops->n--;
	snprintf(pops->done[pops->n_done++ % DONE_MOST], sizeof(*pops->done), "%.*s", STR_ARG(waiting->pop.id));
	ui_stale_status(pops->ui);
	return waiting;
}

static bool is_this(const struct pop *pop, struct str id, struct str call)
{
	return (id.p && str_eq(pop->id, id)) || (call.p && pop->call.p && str_eq(pop->call, call));
}

static size_t find(const struct pops *pops, struct str id, struct str call)
{
	size_t at = 0;

	while (at < pops->n && !is_this(&pops->items[at]->pop, id, call))
		at++;
	return at;
}

/* A single customer's name, where this agent may see it before anybody is verified. */
static void take_name(struct waiting *waiting)
{
	const struct resolve_result *result = lookup_result(waiting->lookup);
	struct arena *arena = arena_new();
	const struct group *group = result->n == 1 ? present_seen_group(ui_present(waiting->pops->ui), &result->groups[0], arena) : NULL;

	free(waiting->name);
	waiting->name = NULL;
	for (size_t i = 0; group && i < group->n_records && !waiting->name; i++)
		if (group->records[i]->n_names)
			waiting->name = str_dup(group->records[i]->names[0]);
	arena_free(arena);
	ui_stale_status(waiting->pops->ui);
}

static void on_looked(void *arg)
{
	take_name(arg);
}

static void on_over(void *arg)
{
	struct waiting *waiting = arg;
	struct pops *pops = waiting->pops;

	waiting->expires = NULL;
	for (size_t i = 0; i < pops->n; i++)
		if (pops->items[i] == waiting) {
			waiting_free(take_out(pops, i));
			return;
		}
}

static void copy_pop(struct arena *arena, const struct pop *from, struct pop *to)
{
	*to = (struct pop){
		.id = arena_str(arena, from->id), .who = arena_str(arena, from->who), .call = arena_str(arena, from->call),
		.number = arena_str(arena, from->number), .channel = arena_str(arena, from->channel), .agent = arena_str(arena, from->agent),
		.offer = arena_str(arena, from->offer), .at = from->at,
	};
}

static void add(struct pops *pops, const struct pop *pop, bool stored)
{
	struct desk *desk = ui_desk(pops->ui);
	struct lookup_sink sink = { .changed = on_looked, .done = on_looked };
	int64_t window = desk->house->windows.pop, age = clock_wall(desk->clock) - pop->at;
	struct waiting *waiting;
	struct err err = { 0 };

	if (pops->n == WAITING_MOST)
		return;
	waiting = mem_zalloc(sizeof(*waiting));
	waiting->pops = pops;
	waiting->arena = arena_new();
	waiting->stored = stored;
	copy_pop(waiting->arena, pop, &waiting->pop);
	sink.arg = waiting;
	waiting->lookup = lookup_start(desk, waiting->pop.who, &sink, &err);
	if (window)
		waiting->expires = loop_timer(desk->loop, age > 0 && age < window ? window - age : window, on_over, waiting);
	pops->items[pops->n++] = waiting;
	ui_stale_status(pops->ui);
}

static void on_came(void *arg, const struct pop *pop)
{
	struct pops *pops = arg;
	size_t at = find(pops, pop->id, pop->call);

	if (is_done(pops, pop->id))
		return;
	/* the same call once more: it says it better, perhaps */
	if (at < pops->n)
		waiting_free(take_out(pops, at));
	add(pops, pop, false);
}

static struct str on_agent(void *arg)
{
	const struct desk *desk = ui_desk(((struct pops *)arg)->ui);

	return desk->agent.n ? desk->agent : STR("unknown");
}

static void text_of(const struct pops *pops, const struct waiting *waiting, struct buf *out)
{
	const struct mask *mask = ui_present(pops->ui)->mask;

	if (waiting->name)
		buf_adds(out, waiting->name);
	else if (mask_hides(mask, "contact.number"))
		buf_adds(out, gettext("a customer"));
	else
		buf_addstr(out, waiting->pop.number.n ? waiting->pop.number : waiting->pop.who);
}

static void say_gone(struct pops *pops, const struct waiting *waiting, struct str where)
{
	struct buf text;

	buf_init(&text, POP_WHO_MOST);
	text_of(pops, waiting, &text);
	if (where.n)
		ui_say(pops->ui, EL_MESSAGE, gettext("%s was opened on %.*s"), text.data, STR_ARG(where));
	else if (where.p)
		ui_say(pops->ui, EL_MESSAGE, gettext("%s was opened on another workstation"), text.data);
	else
		ui_say(pops->ui, EL_MESSAGE, gettext("%s is gone: hung up before it was opened"), text.data);
	buf_release(&text);
}

static bool on_gone(void *arg, struct str id, struct str call, struct str where)
{
	struct pops *pops = arg;
	size_t at = find(pops, id, call);
	struct waiting *waiting;

	if (at == pops->n)
		return false;
	waiting = take_out(pops, at);
	say_gone(pops, waiting, where);
	waiting_free(waiting);
	return true;
}

struct pops *pops_new(struct ui *ui)
{
	struct pops *pops = mem_zalloc(sizeof(*pops));
	struct pop_sink sink = { .agent = on_agent, .came = on_came, .gone = on_gone, .arg = pops };
	struct err err = { 0 };

	pops->ui = ui;
	pops->line = pop_listen(ui_desk(ui)->loop, NULL, &sink, &err);
	return pops;
}

static void drop_transfers(struct pops *pops)
{
	for (size_t i = 0; i < pops->n_transfers; i++) {
		free(pops->transfers[i].offer);
		free(pops->transfers[i].call);
		free(pops->transfers[i].number);
		free(pops->transfers[i].heading);
		free(pops->transfers[i].brief);
	}
	pops->n_transfers = 0;
}

static void drop_live(struct pops *pops)
{
	for (size_t i = 0; i < pops->n_live; i++)
		free(pops->live[i].number);
	pops->n_live = 0;
}

static void drop_all(struct pops *pops)
{
	drop_transfers(pops);
	drop_live(pops);
	free(pops->reading);
	pops->reading = NULL;
	/* not as done: the case store says them again to whom they are for */
	while (pops->n)
		waiting_free(pops->items[--pops->n]);
	pops->n_done = 0;
	memset(pops->done, 0, sizeof(pops->done));
	ui_stale_status(pops->ui);
	pops_left(pops);
}

void pops_free(struct pops *pops)
{
	if (!pops)
		return;
	drop_all(pops);
	pop_line_free(pops->line);
	free(pops);
}

void pops_agent(struct pops *pops)
{
	drop_all(pops);
}

static bool is_spoken(struct str channel)
{
	return str_is(channel, "phone");
}

bool pops_text(const struct pops *pops, bool plain, struct buf *out)
{
	const struct waiting *first = pops->n ? pops->items[0] : NULL;

	if (!first)
		return false;
	if (plain)
		buf_adds(out, gettext("a customer"));
	else
		text_of(pops, first, out);
	if (is_spoken(first->pop.channel))
		buf_adds(out, gettext(" calls"));
	else
		buf_printf(out, gettext(" is there (%.*s)"), STR_ARG(first->pop.channel));
	if (pops->n > 1)
		buf_printf(out, " +%zu", pops->n - 1);
	if (!plain)
		buf_adds(out, gettext(": ! opens"));
	return true;
}

void begin_free(struct begin *begin)
{
	if (!begin)
		return;
	free(begin->channel);
	free(begin->call);
	free(begin->number);
	free(begin->via);
	free(begin);
}

/* The number that is rung from, where only who was said. */
static char *number_of(const struct waiting *waiting)
{
	const struct who *who = waiting->lookup ? lookup_who(waiting->lookup) : NULL;

	if (waiting->pop.number.n)
		return str_dup(waiting->pop.number);
	for (size_t i = 0; who && i < who->n; i++)
		if (who->items[i].id.type == ID_TYPE_TEL)
			return str_dup(who->items[i].id.value);
	return NULL;
}

static struct begin *begin_of(const struct waiting *waiting)
{
	struct begin *begin = mem_zalloc(sizeof(*begin));

	begin->channel = str_dup(waiting->pop.channel);
	begin->call = waiting->pop.call.n ? str_dup(waiting->pop.call) : NULL;
	begin->number = number_of(waiting);
	begin->via = mem_printf(POP_VIA "%.*s", STR_ARG(waiting->pop.id));
	return begin;
}

static void tell_others(struct pops *pops, const struct waiting *waiting)
{
	const char *tty = ttyname(STDIN_FILENO);
	struct err err = { 0 };

	if (pops->line)
		pop_opened(pops->line, waiting->pop.id, waiting->pop.call, str_of(tty && strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : ""));
	if (waiting->stored)
		pop_take_back(ui_desk(pops->ui), &waiting->pop, NULL, &err);
}

static void open_at(struct pops *pops, size_t at)
{
	struct waiting *waiting = take_out(pops, at);

	tell_others(pops, waiting);
	ui_find(pops->ui, waiting->pop.who);
	pops_left(pops);
	pops->begin = begin_of(waiting);
	waiting_free(waiting);
}

void pops_left(struct pops *pops)
{
	begin_free(pops->begin);
	pops->begin = NULL;
}

static bool is_about(const struct transfer *transfer, const struct pop *pop)
{
	return (pop->offer.n && str_is(pop->offer, transfer->offer)) || (pop->call.n && transfer->call && str_is(pop->call, transfer->call)) ||
	       (pop->number.n && transfer->number && str_is(pop->number, transfer->number));
}

static void read_brief(void *arg, struct str text)
{
	struct pops *pops = arg;
	size_t at = pops->reading ? find(pops, str_of(pops->reading), (struct str){ 0 }) : pops->n;

	free(pops->reading);
	pops->reading = NULL;
	if (!text.p)
		ui_say(pops->ui, EL_MESSAGE, "%s", gettext("left; it still waits, ! opens it"));
	else if (at < pops->n)
		open_at(pops, at);
	else
		ui_say(pops->ui, EL_MESSAGE, "%s", gettext("the caller is gone"));
}

/* Whoever a colleague hands over has been asked everything once: the brief is read before the customer is there. */
static bool ask_brief(struct pops *pops, const struct waiting *waiting)
{
	struct ask ask = { .label = gettext("Enter opens and accepts; Esc leaves it waiting"), .heading_element = EL_INTERNAL, .fixed = true, .done = read_brief, .arg = pops };

	for (size_t i = 0; i < pops->n_transfers; i++) {
		if (!is_about(&pops->transfers[i], &waiting->pop))
			continue;
		ask.heading = pops->transfers[i].heading;
		ask.initial = pops->transfers[i].brief;
		pops->reading = str_dup(waiting->pop.id);
		ui_ask(pops->ui, &ask);
		return true;
	}
	return false;
}

bool pops_open(struct pops *pops)
{
	if (!pops->n)
		return false;
	if (!ask_brief(pops, pops->items[0]))
		open_at(pops, 0);
	return true;
}

struct begin *ui_begin(struct ui *ui)
{
	struct begin *begin = ui->pops->begin;

	ui->pops->begin = NULL;
	if (!begin && ui->desk->signed_on) {
		begin = mem_zalloc(sizeof(*begin));
		begin->channel = mem_strdup(ui->desk->signed_on);
	}
	return begin;
}

static const struct live *live_on(const struct pops *pops, enum channel channel)
{
	for (size_t i = 0; i < pops->n_live; i++)
		if (pops->live[i].channel == channel)
			return &pops->live[i];
	return NULL;
}

/*
 * The entries that are open say that a pop of the case store ended a contact;
 * those of its customer do not, and are told when the next one begins.
 */
static void note_live(struct pops *pops, const struct cases *cases)
{
	struct str me = ui_desk(pops->ui)->agent;

	drop_live(pops);
	for (size_t i = cases->n_contacts; i-- > 0 && pops->n_live < LIVE_MOST;) {
		const struct contact *contact = &cases->contacts[i];
		struct live *live = &pops->live[pops->n_live];

		if (!str_eq(contact->start->author, me) || live_on(pops, contact->channel))
			continue;
		live->channel = contact->channel;
		live->from = contact->from;
		live->number = contact->number.n ? str_dup(contact->number) : NULL;
		live->ended = contact->until != WHEN_NONE;
		live->open = contact->until == WHEN_NONE || (contact->ended == CONTACT_END_POP && !contact->wrapped);
		snprintf(live->id, sizeof(live->id), "%.*s", STR_ARG(contact->start->id));
		pops->n_live++;
	}
}

static void put_brief(const struct mask *mask, const char *field, const char *label, struct str text, struct buf *out)
{
	if (!text.n)
		return;
	buf_printf(out, "%s%-9s ", out->len ? "\n" : "", label);
	if (mask_hides(mask, field))
		buf_adds(out, gettext("closed until verified"));
	else
		buf_addstr(out, text);
}

static void add_transfer(struct pops *pops, const struct handoff *handoff, const struct contact *contact)
{
	const struct mask *mask = ui_present(pops->ui)->mask;
	struct transfer *transfer = &pops->transfers[pops->n_transfers++];
	struct buf text;

	buf_init(&text, BRIEF_MOST);
	put_brief(mask, "handoff.wants", gettext("WANTS"), handoff->wants, &text);
	put_brief(mask, "handoff.tried", gettext("TRIED"), handoff->tried, &text);
	put_brief(mask, "handoff.promised", gettext("PROMISED"), handoff->promised, &text);
	put_brief(mask, "handoff.next", gettext("NEXT"), handoff->next, &text);
	put_brief(mask, "handoff.note", gettext("note"), handoff->note, &text);
	*transfer = (struct transfer){
		.offer = str_dup(handoff->offer->id), .call = contact && contact->call.n ? str_dup(contact->call) : NULL,
		.number = contact && contact->number.n ? str_dup(contact->number) : NULL,
		.heading = mem_printf(gettext(" handed over by %.*s "), STR_ARG(handoff->offer->author)), .brief = buf_take(&text),
	};
}

static void note_transfers(struct pops *pops, const struct cases *cases)
{
	const struct desk *desk = ui_desk(pops->ui);

	drop_transfers(pops);
	for (size_t i = cases->n_handoffs; i-- > 0 && pops->n_transfers < LIVE_MOST;) {
		const struct handoff *handoff = &cases->handoffs[i];
		bool mine = handoff->to_agent.p ? str_eq(handoff->to_agent, desk->agent) : handoff->to_team.p && desk->team.p && str_eq(handoff->to_team, desk->team);

		if (handoff->state == HANDOFF_OFFERED && handoff->contact.p && mine && !str_eq(handoff->offer->author, desk->agent))
			add_transfer(pops, handoff, cases_contact(cases, handoff->contact));
	}
}

/* Those of the case store that are not here yet, and those here that it holds no more. */
static void note_waiting(struct pops *pops, struct entries *entries)
{
	struct desk *desk = ui_desk(pops->ui);
	struct arena *arena = arena_new();
	struct pop found[WAITING_MOST];
	size_t n = pops_waiting(arena, entries, desk->agent, clock_wall(desk->clock), desk->house->windows.pop, found, WAITING_MOST);

	for (size_t i = pops->n; i-- > 0;) {
		bool there = !pops->items[i]->stored;

		for (size_t k = 0; k < n && !there; k++)
			there = str_eq(found[k].id, pops->items[i]->pop.id);
		if (!there) {
			struct waiting *waiting = take_out(pops, i);

			say_gone(pops, waiting, (struct str){ 0 });
			waiting_free(waiting);
		}
	}
	for (size_t i = 0; i < n; i++)
		if (!is_done(pops, found[i].id) && find(pops, found[i].id, found[i].call) == pops->n)
			add(pops, &found[i], true);
	arena_free(arena);
}

void ui_known(struct ui *ui, struct entries *entries, const struct cases *cases)
{
	if (!ui->pops)
		return;
	note_live(ui->pops, cases);
	ui_stale_status(ui);
	note_transfers(ui->pops, cases);
	note_waiting(ui->pops, entries);
}

struct str ui_live_on(const struct ui *ui, struct str channel)
{
	enum channel wanted;
	const struct live *live = ui->pops && channel_parse(channel, &wanted) ? live_on(ui->pops, wanted) : NULL;

	return live && live->open ? str_of(live->id) : (struct str){ 0 };
}

static const struct live *newest_live(const struct ui *ui)
{
	const struct live *newest = NULL;

	for (size_t i = 0; ui->pops && i < ui->pops->n_live; i++)
		if (!ui->pops->live[i].ended && (!newest || ui->pops->live[i].from > newest->from))
			newest = &ui->pops->live[i];
	return newest;
}

bool ui_is_live(const struct ui *ui)
{
	return newest_live(ui) != NULL;
}

bool pops_live(const struct ui *ui, enum channel *channel, int64_t *from, const char **number)
{
	const struct live *live = newest_live(ui);

	if (!live)
		return false;
	*channel = live->channel;
	*from = live->from;
	*number = live->number && !mask_hides(ui->present.mask, "contact.number") ? live->number : "";
	return true;
}
