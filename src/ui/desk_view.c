/*
 * The desk: what waits for this agent, the most urgent first, and the view
 * that is there when nobody is on the line.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/model/agenda.h>

#include "desk_items.h"
#include "flow.h"
#include "list.h"

/* Of what waits, which key answers what; one of kind chosen only while its row is. */
struct start { enum ui_op op; enum agenda_kind kind, or_kind, chosen; const char *operation, *none; };
static const struct start starts[] = {
	{ UI_ACCEPT, AGENDA_ACCEPT, AGENDA_TRANSFER, AGENDA_ACCEPT, "handoff.accept", "no hand-off waits for me" },
	{ UI_WRAPUP, AGENDA_UNWRAPPED, AGENDA_UNWRAPPED, AGENDA_UNWRAPPED, "contact.end", "no contact of mine waits for its wrap-up" },
	{ UI_ASK, AGENDA_QUESTION, AGENDA_QUESTION, AGENDA_QUESTION, "answer", "no question waits for me" },
	{ UI_PROMISE, AGENDA_LATE, AGENDA_DUE, AGENDA_PROMISE, "promise.keep", "no promise of mine is due; on the row of a later one it is kept early" },
};
#define STARTS (sizeof(starts) / sizeof(*starts))

struct desk_view {
	struct view view;
	struct desk_items *items;
	const struct agenda *agenda;
	char *held;                     /* the chosen item's id, as painted */
	char *seen[STARTS];             /* what each key would have answered, as painted */
	struct list list;
	struct flows flows;
	enum ui_op keys[16];            /* of the key line */
	char *about;                    /* whose contact is wrapped up, or promise kept; NULL: another operation */
};

/* What a person is found by: a record first, then what is personal; the caller's, NULL for none. */
static char *who_of(struct desk_view *dv, struct str person)
{
	size_t n, best = SIZE_MAX;
	const struct person_hold *holds = persons_holds(desk_items_persons(dv->items), &n);
	struct buf text;

	for (size_t i = 0; i < n; i++)
		if (str_eq(holds[i].person, person) && holds[i].now &&
		    (best == SIZE_MAX || identity_class(holds[i].id.type) < identity_class(holds[best].id.type)))
			best = i;
	if (best == SIZE_MAX)
		return NULL;
	buf_init(&text, 4096);
	identity_print(&holds[best].id, &text);
	return buf_take(&text);
}

/* NULL: it is no longer there. */
static const struct agenda_item *item_of(const struct desk_view *dv, const char *id)
{
	for (size_t i = 0; i < dv->agenda->n && id; i++)
		if (str_is(dv->agenda->items[i].entry->id, id))
			return &dv->agenda->items[i];
	return NULL;
}

static bool is_kind(const struct start *start, const struct agenda_item *item)
{
	return item->kind == start->kind || item->kind == start->or_kind;
}

static size_t count_of(const struct desk_view *dv, const struct start *start)
{
	size_t n = 0;

	for (size_t i = 0; i < dv->agenda->n; i++)
		n += is_kind(start, &dv->agenda->items[i]);
	return n;
}

/*
 * The chosen one where it is of that kind, else the only one that is; of
 * contacts without a wrap-up the first. NULL: none, or the agent has to choose.
 */
static const struct agenda_item *target_of(const struct desk_view *dv, const struct start *start)
{
	const struct agenda *agenda = dv->agenda;
	const struct agenda_item *chosen = dv->list.chosen < agenda->n ? &agenda->items[dv->list.chosen] : NULL;

	if (chosen && (is_kind(start, chosen) || chosen->kind == start->chosen))
		return chosen;
	if (count_of(dv, start) > 1 && start->kind != AGENDA_UNWRAPPED)
		return NULL;
	for (size_t i = 0; i < agenda->n; i++)
		if (is_kind(start, &agenda->items[i]))
			return &agenda->items[i];
	return NULL;
}

static void keep_id(char **id, const struct agenda_item *item)
{
	free(*id);
	*id = item ? str_dup(item->entry->id) : NULL;
}

/* What an agent sees is what a key means, whatever comes or goes before it is pressed. */
static void hold(struct desk_view *dv)
{
	keep_id(&dv->held, dv->list.chosen < dv->agenda->n ? &dv->agenda->items[dv->list.chosen] : NULL);
	for (size_t i = 0; i < STARTS; i++)
		keep_id(&dv->seen[i], target_of(dv, &starts[i]));
}

static void forget(struct desk_view *dv)
{
	keep_id(&dv->held, NULL);
	for (size_t i = 0; i < STARTS; i++)
		keep_id(&dv->seen[i], NULL);
}

static void announce(struct desk_view *dv)
{
	const size_t *count = dv->agenda->count;

	ui_announce(dv->view.ui, dv->agenda->late, count[AGENDA_ACCEPT], count[AGENDA_QUESTION] + count[AGENDA_ANSWER], count[AGENDA_TRANSFER]);
}

/* The choice stays with its item wherever that stands now; it is lost only with the item. */
static void on_changed(void *arg)
{
	struct desk_view *dv = arg;
	const struct agenda_item *item = item_of(dv, dv->held);

	list_count(&dv->list, dv->agenda->n);
	if (!dv->list.touched)
		dv->list.chosen = 0;
	else if (item)
		dv->list.chosen = (size_t)(item - dv->agenda->items);
	announce(dv);
	if (desk_items_entries(dv->items))
		ui_known(dv->view.ui, desk_items_entries(dv->items), desk_items_cases(dv->items));
	ui_stale(dv->view.ui, &dv->view);
}

/* What agents wrote is closed here as it is with the customer whom it is about. */
static struct str words_of(struct desk_view *dv, const struct agenda_item *item)
{
	const struct mask *mask = ui_present(dv->view.ui)->mask;
	const char *field = item->kind == AGENDA_UNWRAPPED ? "contact.number" : "row.text";

	return mask_hides(mask, field) ? str_of(gettext("closed until verified")) : item->text;
}

static bool shows_hold(const struct mask *mask, const struct identity *id)
{
	char field[64];

	snprintf(field, sizeof(field), "identity.%s", identity_type_word(id->type));
	return !mask_hides(mask, field);
}

/*
 * Whom it is about, as anybody may see it before a verification: by name, else
 * by what reaches them. What one system calls them says nothing to an agent.
 */
static void put_name(struct desk_view *dv, struct str person, struct buf *out)
{
	static const enum id_type best[] = { ID_TYPE_NAME, ID_TYPE_EMAIL, ID_TYPE_TEL, ID_TYPE_LOYALTY };
	const struct mask *mask = ui_present(dv->view.ui)->mask;
	bool named = !mask_hides(mask, "profile.name") && !mask_hides(mask, "profile.names") && !mask_hides(mask, "record.names") && !mask_hides(mask, "group.name");
	size_t n = 0;
	const struct person_hold *holds = person.n ? persons_holds(desk_items_persons(dv->items), &n) : NULL;

	for (size_t b = 0; b < sizeof(best) / sizeof(*best) && !out->len; b++)
		for (size_t i = 0; i < n && !out->len; i++)
			if (holds[i].now && holds[i].id.type == best[b] && str_eq(holds[i].person, person) && shows_hold(mask, &holds[i].id) &&
			    (best[b] != ID_TYPE_NAME || named))
				buf_addstr(out, holds[i].id.value);
	if (!out->len && person.n)
		buf_adds(out, gettext("a customer"));
}

/* A notice is for a team or site, a discrepancy of a site: both are about nobody. */
static void put_whom(struct desk_view *dv, const struct agenda_item *item, struct buf *out)
{
	if (item->notice)
		buf_addstr(out, item->notice->team.n ? item->notice->team : item->notice->site);
	else if (item->discrepancy)
		buf_addstr(out, item->discrepancy->site);
	else
		put_name(dv, item->person, out);
}

/* Why, about whom, what, from whom; what has least room says it in fewer words. */
static void paint_row(void *arg, struct screen *screen, int row, size_t at, bool chosen)
{
	struct desk_view *dv = arg;
	const struct agenda_item *item = &dv->agenda->items[at];
	int cols = screen_cols(screen), on = chosen ? EL_ON_SELECTED : 0, element = EL_LABEL;
	int name = cols < 80 ? 12 : cols < 100 ? 16 : 24, who = cols < 80 ? 6 : 9, text = AGENDA_BRIEF + 2 + name + 1;
	struct buf reason, whom;

	if (item->late)
		element = EL_LATE;
	else if (item->kind <= AGENDA_ACCEPT)
		element = EL_STRONG;
	buf_init(&reason, 512);
	buf_init(&whom, 4096);
	agenda_brief(item, ui_now(dv->view.ui), &reason);
	put_whom(dv, item, &whom);
	screen_fill(screen, row, 0, cols, EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, chosen ? STR("▸") : STR(" "));
	screen_cell(screen, row, 1, AGENDA_BRIEF, element | on, buf_str(&reason));
	screen_cell(screen, row, AGENDA_BRIEF + 2, name, EL_CUSTOMER | on, buf_str(&whom));
	screen_cell(screen, row, text, cols - text - who - 2, EL_TITLE | on, words_of(dv, item));
	screen_cell(screen, row, cols - who - 1, who, EL_AGENT | on, item->who);
	buf_release(&whom);
	buf_release(&reason);
}

static const struct { const char *keys, *words; } hints[] = {
	{ "0-9 +", "a telephone number: its digits, then Enter" },
	{ "/", "e-mail, name and postcode, order, receipt, ticket, loyalty number" },
	{ "", "a paste or a scan is looked up too" },
	{ ":", "a command by its name; :: lists them all" },
	{ "?", "the keys of this view" },
	{ ":quit", "ends dossier; what was typed is kept" },
};

static void paint_hints(struct screen *screen, struct area area)
{
	for (int i = 0; i < area.rows; i++)
		screen_fill(screen, area.row + i, 0, area.cols, EL_TEXT);
	screen_put(screen, area.row + 1, 2, area.cols - 4, EL_STRONG, str_of(gettext("Who is on the line?")));
	for (int i = 0; i < (int)(sizeof(hints) / sizeof(*hints)) && i + 3 < area.rows; i++) {
		screen_put(screen, area.row + 3 + i, 4, 8, EL_KEY, str_of(hints[i].keys));
		screen_put(screen, area.row + 3 + i, 12, area.cols - 14, EL_TEXT, str_of(gettext(hints[i].words)));
	}
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct desk_view *dv = (struct desk_view *)view;
	int n = (int)dv->agenda->n, rows = area.rows / 2 < n ? area.rows / 2 : n;

	if (all)
		dv->list.painted = false;
	if (!n) {
		paint_hints(screen, area);
		if (ui_desk(view->ui)->store)
			screen_put(screen, area.row, 1, area.cols - 2, EL_ABSENT,
				   str_of(desk_items_waiting(dv->items) ? gettext("asking the store what waits for you …") : gettext("nothing waits for you")));
		return;
	}
	if (area.rows - rows < 11)      /* what waits goes before how to search */
		rows = n + 3 < area.rows ? n + 1 : area.rows - 2;
	screen_fill(screen, area.row, 0, area.cols, EL_STRONG);
	screen_put(screen, area.row, 1, area.cols - 2, EL_STRONG, str_of(gettext("waiting for you")));
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	list_paint(&dv->list, screen, (struct area){ area.row + 2, 0, rows, area.cols }, all, paint_row, dv);
	if (area.rows - rows - 2 > 0)
		paint_hints(screen, (struct area){ area.row + 2 + rows, 0, area.rows - rows - 2, area.cols });
	hold(dv);
}

static void on_flow(void *arg, struct flow_on *on)
{
	struct desk_view *dv = arg;

	*on = (struct flow_on){ .entries = desk_items_entries(dv->items), .persons = desk_items_persons(dv->items), .cases = desk_items_cases(dv->items), .label = dv->about };
}

static void open_item(struct desk_view *dv, const struct agenda_item *item)
{
	char *who = who_of(dv, item->person);

	/* a live transfer is a customer who is there; all else is work about one who is not */
	if (who && item->kind == AGENDA_TRANSFER)
		ui_find(dv->view.ui, str_of(who));
	else if (who)
		ui_look(dv->view.ui, str_of(who));
	else
		ui_say(dv->view.ui, EL_MESSAGE, "%.*s", STR_ARG(words_of(dv, item)));
	free(who);
}

static const struct start *find_start(enum ui_op op)
{
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (starts[i].op == op)
			return &starts[i];
	return NULL;
}

static void say_gone(struct desk_view *dv)
{
	ui_refuse(dv->view.ui, EL_WARN, "%s", gettext("what stood there has gone meanwhile; nothing was done"));
}

/* A wrap-up says of which contact it is: with whom, by what number, since when. */
static void wrap_up(struct desk_view *dv, const struct contact *contact)
{
	const struct persons *persons = desk_items_persons(dv->items);
	struct str number = mask_hides(ui_present(dv->view.ui)->mask, "contact.number") ? (struct str){ 0 } : contact->number;
	struct buf about;
	char when[40];

	buf_init(&about, 4096);
	put_name(dv, persons ? persons_home(persons, contact->start) : contact->start->person, &about);
	if (number.n && !str_eq(number, buf_str(&about)))
		buf_printf(&about, "%s%.*s", about.len ? ", " : "", STR_ARG(number));
	when_short(contact->from, ui_now(dv->view.ui), ui_zone(dv->view.ui), when);
	buf_printf(&about, "%s%s %s", about.len ? ", " : "", channel_word(contact->channel), when);
	dv->about = buf_take(&about);
	flow_start(&dv->flows, "contact.end", contact->start->id, NULL);
	free(dv->about);
	dv->about = NULL;
}

/* Mine with whoever is there now, the newest; NULL: nobody is. */
static const struct contact *live_contact(const struct desk_view *dv)
{
	const struct cases *cases = desk_items_cases(dv->items);

	for (size_t i = cases ? cases->n_contacts : 0; i-- > 0;)
		if (cases->contacts[i].until == WHEN_NONE && str_eq(cases->contacts[i].start->author, ui_desk(dv->view.ui)->agent))
			return &cases->contacts[i];
	return NULL;
}

/* What is kept stays kept: it says whose promise it is and which, and Esc leaves it open. */
static void keep_promise(struct desk_view *dv, const struct agenda_item *item)
{
	struct str text = words_of(dv, item);
	struct buf about;

	buf_init(&about, 4096);
	put_name(dv, item->person, &about);
	buf_printf(&about, "%s%.*s", about.len ? ": " : "", STR_ARG(text));
	dv->about = buf_take(&about);
	flow_start(&dv->flows, "promise.keep", item->entry->id, NULL);
	free(dv->about);
	dv->about = NULL;
}

/* From the desk back to whoever is there; false: nobody is, or nothing is known to find them by. */
static bool go_back(struct desk_view *dv)
{
	const struct contact *live = live_contact(dv);
	const struct persons *persons = desk_items_persons(dv->items);
	char *who = live && persons ? who_of(dv, persons_home(persons, live->start)) : NULL;
	bool there = who != NULL;

	if (there) {
		ui_look(dv->view.ui, str_of(who));
		ui_coming_back(dv->view.ui);
	}
	free(who);
	return there;
}

/* Who takes a case over reads what goes with it; a caller comes by the pop. */
static void take_over(struct desk_view *dv, const struct start *start, const struct agenda_item *item)
{
	char *who = who_of(dv, item->person);

	flow_start(&dv->flows, start->operation, item->entry->id, NULL);
	if (who)
		ui_look(dv->view.ui, str_of(who));
	free(who);
}

static void start_on(struct desk_view *dv, const struct start *start)
{
	const struct contact *live = start->op == UI_WRAPUP ? live_contact(dv) : NULL;
	const char *seen = dv->seen[start - starts];
	const struct agenda_item *item = seen ? item_of(dv, seen) : target_of(dv, start);

	if (item) {
		/* what is answered is what is chosen from here on: the next key is about the same */
		list_choose(&dv->list, (size_t)(item - dv->agenda->items));
		hold(dv);
		ui_stale(dv->view.ui, &dv->view);
		if (start->op == UI_WRAPUP && item->contact)
			wrap_up(dv, item->contact);
		else if (start->op == UI_PROMISE)
			keep_promise(dv, item);
		else if (start->op == UI_ACCEPT)
			take_over(dv, start, item);
		else
			flow_start(&dv->flows, start->operation, item->entry->id, NULL);
	} else if (seen) {
		say_gone(dv);
	} else if (live) {
		wrap_up(dv, live);
	} else if (count_of(dv, start) > 1) {
		ui_refuse(dv->view.ui, EL_WARN, "%s", gettext("several wait: choose the one that is meant"));
	} else {
		ui_refuse(dv->view.ui, EL_MESSAGE, "%s", gettext(start->none));
	}
}

static void open_chosen(struct desk_view *dv)
{
	const struct agenda_item *item = dv->held ? item_of(dv, dv->held) : &dv->agenda->items[dv->list.chosen];

	if (item)
		open_item(dv, item);
	else
		say_gone(dv);
}

/* Why it is the next is said over the customer that opens. */
static void most_urgent(struct desk_view *dv)
{
	const struct agenda_item *item = agenda_next(dv->agenda, NULL, 0);
	struct buf reason;

	if (!item) {
		ui_refuse(dv->view.ui, EL_MESSAGE, "%s", gettext("nothing presses"));
		return;
	}
	buf_init(&reason, 1024);
	agenda_reason(item, ui_now(dv->view.ui), &reason);
	open_item(dv, item);
	ui_say(dv->view.ui, EL_MESSAGE, gettext("next: %s: %.*s"), reason.data ? reason.data : "", STR_ARG(words_of(dv, item)));
	buf_release(&reason);
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct desk_view *dv = (struct desk_view *)view;
	const struct start *start = find_start(op);

	(void)arg;
	if (op == UI_BACK)
		return go_back(dv);
	if (start)
		start_on(dv, start);
	else if (op == UI_URGENT)
		most_urgent(dv);
	else if (!dv->agenda->n)
		ui_say(view->ui, EL_MESSAGE, "%s", desk_items_waiting(dv->items) ? gettext("the store is still asked what waits for you") : gettext("nothing waits for you"));
	else if (list_operate(&dv->list, op))
		ui_stale(view->ui, view);
	else if (op == UI_OPEN)
		open_chosen(dv);
	return true;
}

static void shown(struct view *view)
{
	struct desk_view *dv = (struct desk_view *)view;

	forget(dv);
	desk_items_now(dv->items);
}

static void release(struct view *view)
{
	struct desk_view *dv = (struct desk_view *)view;

	flows_release(&dv->flows);
	desk_items_free(dv->items);
	forget(dv);
	free(dv);
}

static bool start_anew(struct view *view, const struct operation *operation, bool begin)
{
	struct desk_view *dv = (struct desk_view *)view;

	if (operation->on != OP_ON_NOBODY)
		return false;
	if (begin)
		flow_start(&dv->flows, operation->id, (struct str){ 0 }, NULL);
	return true;
}

static bool resume(struct view *view, const struct draft_kept *kept)
{
	return flow_resume(&((struct desk_view *)view)->flows, kept);
}

static bool takes(enum ui_op op)
{
	return list_takes(op) || op == UI_OPEN || op == UI_URGENT || op == UI_BACK || find_start(op);
}

static bool busy(const struct view *view)
{
	return desk_items_waiting(((const struct desk_view *)view)->items);
}

/* What waits says which keys there is work for; who is on the line goes before it. */
static const enum ui_op *keys_now(struct view *view)
{
	static const enum ui_op always[] = { UI_FIND_AGAIN, UI_PARKED, UI_STOCK, UI_KNOWLEDGE };
	struct desk_view *dv = (struct desk_view *)view;
	bool live = live_contact(dv) != NULL;
	size_t n = 0;

	if (live)
		dv->keys[n++] = UI_BACK;
	if (dv->agenda->n) {
		dv->keys[n++] = UI_OPEN;
		dv->keys[n++] = UI_URGENT;
	}
	for (size_t i = 0; i < STARTS; i++)
		if (target_of(dv, &starts[i]) || count_of(dv, &starts[i]) || (live && starts[i].op == UI_WRAPUP))
			dv->keys[n++] = starts[i].op;
	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
		dv->keys[n++] = always[i];
	dv->keys[n] = UI_NONE;
	return dv->keys;
}

static const enum ui_op keyline[] = { UI_BACK, UI_OPEN, UI_URGENT, UI_ACCEPT, UI_ASK, UI_PROMISE, UI_WRAPUP, UI_FIND_AGAIN, UI_NONE };
const struct view_ops desk_view_ops = { .id = VIEW_DESK, .keyline = keyline, .keys_now = keys_now, .paint = paint, .takes = takes, .operate = operate, .start = start_anew, .resume = resume, .busy = busy, .shown = shown, .free = release };

struct view *home_view_new(struct ui *ui)
{
	struct desk_view *dv = mem_zalloc(sizeof(*dv));

	dv->view = (struct view){ .ops = &desk_view_ops, .ui = ui };
	dv->flows = (struct flows){ .ui = ui, .on = on_flow, .arg = dv };
	dv->items = desk_items_new(ui, on_changed, dv);
	dv->agenda = desk_items_agenda(dv->items);
	return &dv->view;
}
