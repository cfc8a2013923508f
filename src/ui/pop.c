#include "pop.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "ui_inner.h"
#include "words.h"

#define LIVE_MOST 8
#define BRIEF_MOST 8192

/* Beside what waits: who that is. */
struct caller {
	struct pops *pops;
	char *name;                     /* as the screen may say it; NULL: not known (yet) */
	struct lookup *lookup;          /* asked while it waits */
};

/* called: the exchange said so, and says when it is over. */
struct live { char id[37]; enum channel channel; bool open, ended, called; int64_t from; char *number; };

/* A live transfer to this agent or team: what its receiver reads first. */
struct transfer { char *offer, *call, *number, *heading, *brief; };

struct pops {
	struct ui *ui;
	struct pop_list *list;
	struct begin *begin;
	bool look;                              /* what opens next was not found for somebody who is there */
	struct live live[LIVE_MOST];            /* my newest contact of each channel */
	size_t n_live;
	struct transfer transfers[LIVE_MOST];
	size_t n_transfers;
	char *reading;                          /* the pop whose brief is being read */
};

/* A single customer's name, where this agent may see it before anybody is verified. */
static void take_name(struct caller *caller)
{
	const struct resolve_result *result = lookup_result(caller->lookup);
	struct arena *arena = arena_new();
	const struct group *group = result->n == 1 ? present_seen_group(ui_present(caller->pops->ui), &result->groups[0], arena) : NULL;

	free(caller->name);
	caller->name = NULL;
	for (size_t i = 0; group && i < group->n_records && !caller->name; i++)
		if (group->records[i]->n_names)
			caller->name = str_dup(group->records[i]->names[0]);
	arena_free(arena);
	ui_stale_status(caller->pops->ui);
}

static void on_looked(void *arg)
{
	take_name(arg);
}

static void forget_caller(struct caller *caller)
{
	lookup_free(caller->lookup);
	free(caller->name);
	caller->lookup = NULL;
	caller->name = NULL;
}

/* Said once more, it may be by another number. */
static void on_came(void *arg, struct pop_item *item)
{
	struct pops *pops = arg;
	struct caller *caller = item->own ? item->own : mem_zalloc(sizeof(*caller));
	struct lookup_sink sink = { .changed = on_looked, .done = on_looked, .arg = caller };
	struct err err = { 0 };

	item->own = caller;
	forget_caller(caller);
	caller->pops = pops;
	caller->lookup = lookup_start(ui_desk(pops->ui), item->pop.who, &sink, &err);
	ui_stale_status(pops->ui);
}

static void on_freed(void *arg, struct pop_item *item)
{
	ui_stale_status(((struct pops *)arg)->ui);
	forget_caller(item->own);
	free(item->own);
}

static void text_of(const struct pops *pops, const struct pop_item *item, struct buf *out)
{
	const struct mask *mask = ui_present(pops->ui)->mask;
	const struct caller *caller = item->own;

	if (caller->name)
		buf_adds(out, caller->name);
	else if (mask_hides(mask, "contact.number"))
		buf_adds(out, gettext("a customer"));
	else
		buf_addstr(out, item->pop.number.n ? item->pop.number : item->pop.who);
}

static void on_gone(void *arg, struct pop_item *item, struct str where)
{
	struct pops *pops = arg;
	struct buf text;

	buf_init(&text, POP_WHO_MOST);
	text_of(pops, item, &text);
	if (where.n)
		ui_say(pops->ui, EL_MESSAGE, gettext("%s was opened on %.*s"), text.data, STR_ARG(where));
	else if (where.p)
		ui_say(pops->ui, EL_MESSAGE, gettext("%s was opened on another workstation"), text.data);
	else
		ui_say(pops->ui, EL_MESSAGE, gettext("%s is gone: hung up before it was opened"), text.data);
	buf_release(&text);
}

struct pops *pops_new(struct ui *ui)
{
	struct pops *pops = mem_zalloc(sizeof(*pops));
	struct pop_list_sink sink = { .came = on_came, .gone = on_gone, .freed = on_freed, .arg = pops };

	pops->ui = ui;
	pops->list = pop_list_new(ui_desk(ui), NULL, &sink);
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
	pop_list_forget(pops->list);
	ui_stale_status(pops->ui);
	pops_left(pops);
}

void pops_free(struct pops *pops)
{
	if (!pops)
		return;
	drop_all(pops);
	pop_list_free(pops->list);
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
	size_t n = pops ? pop_list_count(pops->list) : 0;
	const struct pop_item *first;

	if (!n)
		return false;
	first = pop_list_at(pops->list, 0);
	if (plain)
		buf_adds(out, gettext("a customer"));
	else
		text_of(pops, first, out);
	if (is_spoken(first->pop.channel))
		buf_adds(out, gettext(" calls"));
	else
		buf_printf(out, gettext(" is there (%.*s)"), STR_ARG(first->pop.channel));
	if (n > 1)
		buf_printf(out, " +%zu", n - 1);
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
static char *number_of(const struct pop_item *item)
{
	const struct caller *caller = item->own;
	const struct who *who = caller->lookup ? lookup_who(caller->lookup) : NULL;

	if (item->pop.number.n)
		return str_dup(item->pop.number);
	for (size_t i = 0; who && i < who->n; i++)
		if (who->items[i].id.type == ID_TYPE_TEL)
			return str_dup(who->items[i].id.value);
	return NULL;
}

static struct begin *begin_of(const struct pop_item *item)
{
	struct begin *begin = mem_zalloc(sizeof(*begin));

	begin->channel = str_dup(item->pop.channel);
	begin->call = item->pop.call.n ? str_dup(item->pop.call) : NULL;
	begin->number = number_of(item);
	begin->via = mem_printf(POP_VIA "%.*s", STR_ARG(item->pop.id));
	return begin;
}

static void open_item(struct pops *pops, struct pop_item *item)
{
	pop_list_open(pops->list, item);
	ui_find(pops->ui, item->pop.who);
	pops_left(pops);
	pops->begin = begin_of(item);
	pop_item_free(item);
}

void pops_left(struct pops *pops)
{
	begin_free(pops->begin);
	pops->begin = NULL;
}

void pops_look(struct pops *pops, bool look)
{
	pops->look = look;
}

static bool is_about(const struct transfer *transfer, const struct pop *pop)
{
	return (pop->offer.n && str_is(pop->offer, transfer->offer)) || (pop->call.n && transfer->call && str_is(pop->call, transfer->call)) ||
	       (pop->number.n && transfer->number && str_is(pop->number, transfer->number));
}

static void read_brief(void *arg, struct str text)
{
	struct pops *pops = arg;
	struct pop_item *item = pops->reading ? pop_list_find(pops->list, str_of(pops->reading)) : NULL;

	free(pops->reading);
	pops->reading = NULL;
	if (!text.p)
		ui_say(pops->ui, EL_MESSAGE, "%s", gettext("left; it still waits, ! opens it"));
	else if (item)
		open_item(pops, item);
	else
		ui_say(pops->ui, EL_MESSAGE, "%s", gettext("the caller is gone"));
}

/* Whoever a colleague hands over has been asked everything once: the brief is read before the customer is there. */
static bool ask_brief(struct pops *pops, const struct pop_item *item)
{
	struct ask ask = { .label = gettext("Enter opens and accepts; Esc leaves it waiting"), .heading_element = EL_INTERNAL, .fixed = true, .done = read_brief, .arg = pops };

	for (size_t i = 0; i < pops->n_transfers; i++) {
		if (!is_about(&pops->transfers[i], &item->pop))
			continue;
		ask.heading = pops->transfers[i].heading;
		ask.initial = pops->transfers[i].brief;
		pops->reading = str_dup(item->pop.id);
		ui_ask(pops->ui, &ask);
		return true;
	}
	return false;
}

bool pops_open(struct pops *pops)
{
	struct pop_item *first;

	if (!pop_list_count(pops->list))
		return false;
	first = pop_list_at(pops->list, 0);
	if (!ask_brief(pops, first))
		open_item(pops, first);
	return true;
}

static const struct live *live_on(const struct pops *pops, enum channel channel)
{
	for (size_t i = 0; i < pops->n_live; i++)
		if (pops->live[i].channel == channel)
			return &pops->live[i];
	return NULL;
}

/* A call goes on, whoever else is looked at meanwhile: hanging up, wrapping up or the next pop end it. */
static bool is_called(const struct pops *pops, const char *signed_on)
{
	enum channel channel;
	const struct live *live = channel_parse(str_of(signed_on), &channel) ? live_on(pops, channel) : NULL;

	return live && live->called && !live->ended;
}

struct begin *ui_begin(struct ui *ui)
{
	struct begin *begin = ui->pops->begin;

	ui->pops->begin = NULL;
	if (!begin && ui->desk->signed_on && !ui->pops->look && !is_called(ui->pops, ui->desk->signed_on)) {
		begin = mem_zalloc(sizeof(*begin));
		begin->channel = mem_strdup(ui->desk->signed_on);
	}
	return begin;
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
		live->called = contact->call.n > 0;
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

void ui_known(struct ui *ui, struct entries *entries, const struct cases *cases)
{
	if (!ui->pops)
		return;
	note_live(ui->pops, cases);
	ui_stale_status(ui);
	note_transfers(ui->pops, cases);
	pop_list_stored(ui->pops->list, entries);
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
