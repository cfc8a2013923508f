/*
 * Operations on the customer that write something: which key starts which of
 * desk/operation, and what it is about.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "act.h"
#include "customer_view.h"
#include "form.h"
#include "pop.h"

/* As the screen may say it, else what was typed. */
void customer_name(struct customer_view *cv)
{
	struct arena *arena = arena_new();
	const struct profile *profile = present_seen_profile(customer_view_present(cv), customer_profile(cv->customer), arena);

	free(cv->name);
	cv->name = profile->name.n ? str_dup(profile->name) : mem_strdup(cv->who);
	arena_free(arena);
}

static void on_flow(void *arg, struct flow_on *on)
{
	struct customer_view *cv = arg;

	customer_name(cv);
	*on = (struct flow_on){ .customer = cv->customer, .label = cv->name, .settled = cv->compared };
	on->other = cv->linking ? customer_other(cv, cv->linking) : NULL;
}

static void on_wrote(void *arg)
{
	struct customer_view *cv = arg;

	customer_linked(cv);
	cv->stale_head = cv->stale_rows = true;
	ui_stale(cv->view.ui, &cv->view);
}

bool customer_settled(struct customer_view *cv)
{
	struct casework work;
	bool settled;

	casework_init(&work, ui_desk(cv->view.ui), cv->customer);
	settled = work.settled || cv->compared;
	casework_release(&work);
	return settled;
}

void customer_keep_settled(struct customer_view *cv)
{
	const struct group *group = customer_group(cv->customer);

	if (!cv->compared && group->shared_only && group->n_records)
		cv->compared = customer_settled(cv);
}

void customer_work_init(struct customer_view *cv)
{
	cv->flows = (struct flows){ .ui = cv->view.ui, .on = on_flow, .wrote = on_wrote, .arg = cv };
}

static const struct contact *unwrapped(struct customer_view *cv)
{
	const struct contact *live = customer_contact(cv->customer);
	const struct cases *cases = customer_cases(cv->customer);

	for (size_t i = cases->n_contacts; i-- > 0 && !live;)
		if (!cases->contacts[i].wrapped && str_eq(cases->contacts[i].start->author, ui_desk(cv->view.ui)->agent))
			live = &cases->contacts[i];
	return live;
}

char *customer_to_wrap_up(struct customer_view *cv)
{
	const struct contact *contact = unwrapped(cv);
	bool settled;
	char *id = customer_caller(cv, &settled);
	struct casework work;
	struct str stray;

	if (id || contact)
		return id ? id : str_dup(contact->start->id);
	casework_init(&work, ui_desk(cv->view.ui), cv->customer);
	stray = casework_caller_unwrapped(&work);
	id = stray.p ? str_dup(stray) : NULL;
	casework_release(&work);
	return id;
}

/* Another contact here would end the one with whoever is really there. */
static bool is_with_other(struct customer_view *cv)
{
	enum channel channel;
	const char *number;
	int64_t from;

	if (!pops_live(cv->view.ui, &channel, &from, &number) || (channel != CHANNEL_PHONE && channel != CHANNEL_COUNTER))
		return false;
	customer_name(cv);
	ui_refuse(cv->view.ui, EL_WARN, gettext("no contact is open with %.80s: you are with %s (%s); D Esc leads back"), cv->name,
		  *number ? number : gettext("somebody else"), channel_word(channel));
	return true;
}

static void wrap_up(struct customer_view *cv, struct str arg)
{
	char *id = customer_to_wrap_up(cv);

	(void)arg;
	if (id || !is_with_other(cv))
		flow_start(&cv->flows, "contact.end", str_of(id), NULL);
	free(id);
}

/* Offered, and not by me. */
static void accept(struct customer_view *cv, struct str arg)
{
	const struct cases *cases = customer_cases(cv->customer);

	(void)arg;
	for (size_t i = cases->n_handoffs; i-- > 0;)
		if (cases->handoffs[i].state == HANDOFF_OFFERED) {
			flow_start(&cv->flows, "handoff.accept", cases->handoffs[i].offer->id, NULL);
			return;
		}
	ui_refuse(cv->view.ui, EL_MESSAGE, "%s", gettext("no hand-off of this customer is offered"));
}

static void hang_up(struct customer_view *cv, struct str arg)
{
	const struct contact *contact = customer_contact(cv->customer);
	bool settled;
	char *caller = customer_caller(cv, &settled);

	(void)arg;
	if (contact || caller)
		flow_start(&cv->flows, "contact.hangup", contact ? contact->start->id : str_of(caller), NULL);
	else
		ui_refuse(cv->view.ui, EL_MESSAGE, "%s", gettext("no contact of mine is open with this customer"));
	free(caller);
}

static void case_chosen(void *arg, struct str text)
{
	struct customer_view *cv = arg;
	const char *of = cv->asked_case;
	char *status;

	if (!text.n)
		return;
	status = str_dup(text);
	if (strcmp(status, "new") == 0)
		flow_start(&cv->flows, "case.open", (struct str){ 0 }, NULL);
	else
		flow_start(&cv->flows, "case.set", (struct str){ 0 }, (const char *[]){ "status", status, of ? "case" : NULL, of, NULL });
	free(status);
}

static void change_case(struct customer_view *cv, struct str arg)
{
	static const struct str choices[] = {
		{ "new", 3 }, { "solved", 6 }, { "waiting", 7 }, { "open", 4 },
	};
	struct ask ask = { .label = gettext("case: a new one, or what this one is now"), .choices = choices, .n_choices = 4, .done = case_chosen, .arg = cv };

	/* the one that is seen now: entries of others choose another */
	free(cv->asked_case);
	cv->asked_case = customer_chosen(cv->customer).p ? str_dup(customer_chosen(cv->customer)) : NULL;
	if (arg.n)
		case_chosen(cv, arg);
	else if (!customer_chosen(cv->customer).p)
		flow_start(&cv->flows, "case.open", (struct str){ 0 }, NULL);
	else
		ui_ask(cv->view.ui, &ask);
}

static void attach(struct customer_view *cv, struct str arg)
{
	const struct timeline_row *row = customer_rows_at(cv, cv->list.chosen);
	struct str case_ = customer_chosen(cv->customer);
	char *key, *id;

	(void)arg;
	if (!row || !case_.p) {
		ui_say(cv->view.ui, EL_MESSAGE, "%s", row ? gettext("there is no case to put it into; c opens one") : gettext("no row is chosen"));
		return;
	}
	key = mem_printf("%.*s/%.*s/%.*s", STR_ARG(row->head->backend), STR_ARG(row->head->row), STR_ARG(row->head->id));
	id = str_dup(case_);
	flow_start(&cv->flows, "attach", (struct str){ 0 }, (const char *[]){ "rows", key, "case", id, NULL });
	free(key);
	free(id);
}

static void compare(struct customer_view *cv, struct str arg)
{
	(void)arg;
	customer_compare(cv);
}

static void step_case(struct customer_view *cv, int by)
{
	const struct cases *cases = customer_cases(cv->customer);
	struct str chosen = customer_chosen(cv->customer);
	size_t at = 0;

	if (cases->n_cases < 2) {
		ui_say(cv->view.ui, EL_MESSAGE, "%s", cases->n_cases ? gettext("there is one case only") : gettext("there is no case yet; c opens one"));
		return;
	}
	for (size_t i = 0; i < cases->n_cases; i++)
		if (str_eq(cases->cases[i].id, chosen))
			at = i;
	at = (at + cases->n_cases + (size_t)(by > 0 ? 1 : cases->n_cases - 1)) % cases->n_cases;
	customer_choose(cv->customer, cases->cases[at].id);
	cv->stale_head = true;
	ui_stale(cv->view.ui, &cv->view);
}

static void previous_case(struct customer_view *cv, struct str arg)
{
	(void)arg;
	step_case(cv, -1);
}

static void next_case(struct customer_view *cv, struct str arg)
{
	(void)arg;
	step_case(cv, 1);
}

/* By its first record where there is one: what was typed may find others, too. */
static void park(struct customer_view *cv, struct str arg)
{
	const struct group *group = customer_group(cv->customer);
	struct draft_of about = { .id = str_of(cv->flows.left) };
	struct json_object *state = json_object_new_object();
	struct arena *arena = arena_new();
	struct str who = str_of(cv->who);

	(void)arg;
	customer_name(cv);
	form_about_customer(arena, cv->customer, &about);
	if (!group->n_records) {
		about.who = &who;
		about.n_who = 1;
	}
	about.label = str_of(cv->name);
	json_object_object_add(state, "records", json_object_new_boolean(group->n_records > 0));
	json_object_object_add(state, "tab", json_object_new_int((int)cv->tab));
	if (cv->filter_text)
		json_object_object_add(state, "filter", json_object_new_string(cv->filter_text));
	if (ui_park(cv->view.ui, &about, state))
		ui_operate(cv->view.ui, UI_DESK, (struct str){ 0 });
	arena_free(arena);
}

static void act(struct customer_view *cv, struct str arg)
{
	(void)arg;
	customer_name(cv);
	act_choose(cv);
}

static void raw(struct customer_view *cv, struct str arg)
{
	struct view *view = cv->tab == TAB_PROFILE || cv->tab == TAB_CASES ? NULL : raw_view_new(cv);

	(void)arg;
	if (view)
		ui_push(cv->view.ui, view);
	else
		ui_say(cv->view.ui, EL_MESSAGE, "%s", gettext("no row is chosen"));
}

static void undo(struct customer_view *cv, struct str arg)
{
	(void)arg;
	free(cv->joined);
	free(cv->linking);
	cv->joined = cv->linking = NULL;
	flow_undo(&cv->flows);
}

/* operation: started as it is; else run. */
static const struct { enum ui_op op; const char *operation; void (*run)(struct customer_view *cv, struct str arg); } work[] = {
	{ UI_NOTE, "note", NULL }, { UI_PROMISE, "promise.make", NULL }, { UI_HANDOFF, "handoff.offer", NULL }, { UI_VERIFY, "verify", NULL },
	{ UI_ASK, "ask", NULL }, { UI_NEXT, "next", NULL }, { UI_IDENTITIES, NULL, customer_identify }, { UI_DISCREPANCY, "discrepancy", NULL },
	{ UI_REVEAL, "reveal", NULL }, { UI_CONTACT, "contact.start", NULL },
	{ UI_WRAPUP, NULL, wrap_up }, { UI_ACCEPT, NULL, accept }, { UI_CASE, NULL, change_case }, { UI_ATTACH, NULL, attach },
	{ UI_UNDO, NULL, undo }, { UI_PREVIOUS_CASE, NULL, previous_case }, { UI_NEXT_CASE, NULL, next_case }, { UI_HANGUP, NULL, hang_up },
	{ UI_COMPARE, NULL, compare }, { UI_PARK, NULL, park }, { UI_ACT, NULL, act }, { UI_RAW, NULL, raw },
};

enum ui_op customer_key_of(const struct operation *operation)
{
	for (size_t i = 0; i < sizeof(work) / sizeof(*work); i++)
		if (work[i].operation && strcmp(work[i].operation, operation->id) == 0)
			return work[i].op;
	return UI_NONE;
}

bool customer_offers(const struct operation *operation)
{
	return customer_key_of(operation) == UI_NONE && operation->on != OP_ON_ITEM;
}

bool customer_works(enum ui_op op)
{
	for (size_t i = 0; i < sizeof(work) / sizeof(*work); i++)
		if (work[i].op == op)
			return true;
	return false;
}

bool customer_work(struct customer_view *cv, enum ui_op op, struct str arg)
{
	for (size_t i = 0; i < sizeof(work) / sizeof(*work); i++) {
		if (work[i].op != op)
			continue;
		if (work[i].run)
			work[i].run(cv, arg);
		else
			flow_start(&cv->flows, work[i].operation, (struct str){ 0 }, NULL);
		return true;
	}
	return false;
}
