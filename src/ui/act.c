#include "act.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/desk/casework.h>

#include "act_offered.h"
#include "form.h"
#include "ui_inner.h"

#define TEXT_MOST (64 * 1024)
#define PROMPT_MS 200           /* so often is looked whether a prompt is over */

struct acting {
	struct acting *next;
	struct ui *ui;
	struct customer_view *cv;       /* NULL: it was left */
	struct act_job job;
	struct form *form;
	struct arena *arena;
	const char *label;              /* the customer, as the screen says it */
	struct act_offered *offered;    /* of each field */
	struct act_note *note;
	struct act_run *run;
	bool sent;
	char *told;                     /* the outcome, until the agent has room for it */
	int element;
	struct timer *later;
};

static void free_acting(struct acting *a)
{
	struct acting **link = &a->ui->acting;

	while (*link != a)
		link = &(*link)->next;
	*link = a->next;
	loop_timer_cancel(ui_desk(a->ui)->loop, a->later);
	act_abandon(a->run);
	act_note_free(a->note);
	form_free(a->form);
	if (a->sent)
		ui_sending(a->ui, -1);
	json_object_put(a->job.fields);
	arena_free(a->arena);
	free(a->told);
	free(a);
}

static const char *title_of(const struct acting *a)
{
	return a->job.action->title ? a->job.action->title : a->job.action->name;
}

/* Afterwards. */

/* Not over what is being typed: it would be gone with the next letter. */
static void tell(void *arg)
{
	struct acting *a = arg;

	a->later = NULL;
	if (ui_asks(a->ui)) {
		a->later = loop_timer(ui_desk(a->ui)->loop, PROMPT_MS, tell, a);
		return;
	}
	ui_say(a->ui, a->element, "%s", a->told);
	free_acting(a);
}

/* "till: POST /v2/refunds was refused (400): too much" says to an agent: too much. All of it stands in the row. */
static const char *backends_words(const char *text)
{
	const char *end = strstr(text, "): ");

	return end && end[3] ? end + 3 : text;
}

static void tell_outcome(struct acting *a, const struct backend_end *end)
{
	const char *in = a->job.backend->id;

	a->element = end->outcome == ACT_DONE ? EL_MESSAGE : EL_WARN;
	if (end->outcome == ACT_DONE)
		a->told = mem_printf(gettext("done in %s, for %s: %s"), in, a->label, title_of(a));
	else if (end->outcome == ACT_UNKNOWN)
		a->told = mem_printf(gettext("NOBODY KNOWS whether it was done in %s, for %s: look there first (%s)"), in, a->label, title_of(a));
	else
		a->told = mem_printf(gettext("NOT done in %s, for %s: %s"), in, a->label, backends_words(end->err.text));
	tell(a);
}

static void noted_end(void *arg, const struct err *err)
{
	struct ui *ui = arg;

	ui_sending(ui, -1);
	if (err->code != ERR_NONE)
		ui_say(ui, EL_WARN, gettext("what became of it is not in the case store: %s"), err->text);
}

static void on_end(void *arg, const struct backend_end *end)
{
	struct acting *a = arg;

	a->run = NULL;
	if (a->note) {
		ui_sending(a->ui, 1);
		act_note_end(a->note, &a->job, end, noted_end, a->ui);
		a->note = NULL;
	}
	ui_sending(a->ui, -1);
	a->sent = false;
	ui_stale_status(a->ui);
	if (end->outcome == ACT_DONE)
		form_forget(a->form);
	if (a->cv && end->outcome != ACT_NOT_SENT) {
		customer_refresh(a->cv->customer);
		a->cv->stale_head = true;
		ui_stale(a->ui, &a->cv->view);
	}
	tell_outcome(a, end);
}

static void give_up(struct acting *a, const char *why)
{
	ui_say(a->ui, EL_WARN, gettext("nothing was sent: %s"), why);
	free_acting(a);
}

static void send(struct acting *a)
{
	struct backend_end refused = { .outcome = ACT_NOT_SENT };
	struct act_how how = { .taken = true };
	enum act_once once;
	int64_t since;

	/* that it was begun is kept by now, and so is how it ended */
	if (!act_take(ui_desk(a->ui), &a->job, &once, &since, &refused.err)) {
		on_end(a, &refused);
		return;
	}
	ui_say(a->ui, EL_MESSAGE, gettext("under way in %s: %s"), a->job.backend->id, title_of(a));
	a->run = act_send(ui_desk(a->ui), &a->job, &how, on_end, a);
}

/* Nothing goes out before it is kept that it does. */
static void noted(void *arg, const struct err *err)
{
	struct acting *a = arg;

	if (err->code == ERR_NONE)
		send(a);
	else
		give_up(a, err->text);
}

/* Before. */

static const struct plan_ask_field *field_of(const struct acting *a, const struct form_field *field)
{
	return act_field(a->job.action, str_of(field->name));
}

static bool money_of(struct acting *a, const struct form *form, struct money *left);

static bool check(void *arg, const struct form *form, const struct form_field *field, struct str text, char **kept, struct err *err)
{
	struct acting *a = arg;
	const struct plan_ask_field *ask = field_of(a, field);
	const struct act_offered *offered = &a->offered[ask - a->job.action->ask.items];
	struct json_object *value;
	struct money left;

	for (size_t i = 0; i < offered->n; i++)
		if (str_eq(offered->words[i], text)) {
			*kept = str_dup(offered->values[i]);
			text = offered->values[i];
		}
	if (ask->type == ASK_MONEY && money_of(a, form, &left)) {
		struct str bare = act_money_bare(text, left);

		if (!act_money_alone(ask, bare, left, err))
			return false;
		if (bare.n != text.n)
			*kept = str_dup(bare);
		text = bare;
	}
	value = act_value(ui_desk(a->ui), ask, text, err);
	json_object_put(value);
	if (value && ask->type == ASK_MONEY && money_of(a, form, &left))
		return act_money_fits(ask, text, left, err);
	return value != NULL;
}

/* Money is of what was picked. */
static bool money_of(struct acting *a, const struct form *form, struct money *left)
{
	const struct plan_action *action = a->job.action;
	struct str id = { 0 };

	for (size_t i = 0; i < action->ask.n && !id.n; i++)
		if (action->ask.items[i].pick)
			id = form_value(form, action->ask.items[i].name);
	return a->cv && act_money(a->cv, a->job.backend->id, id, left);
}

/* In its currency, and where it goes back, no more than is there. */
static void hint(void *arg, const struct form *form, const struct form_field *field, struct buf *out)
{
	struct acting *a = arg;
	const struct plan_ask_field *asked = field_of(a, field);
	struct money left;
	char amount[32];

	if (!asked || asked->type != ASK_MONEY || asked->help)
		return;
	if (!money_of(a, form, &left)) {
		buf_adds(out, ", ");
		act_field_kind(asked, out);
		return;
	}
	buf_printf(out, gettext(" in %.3s"), left.currency);
	if (!act_money_ends(asked, left))
		return;
	money_decimal(left, amount);
	buf_printf(out, gettext(", at most %s"), amount);
}

static void put_values(struct acting *a, const struct form *form, struct buf *out)
{
	struct money left;

	for (size_t i = 0; i < a->job.action->ask.n; i++) {
		const struct plan_ask_field *field = &a->job.action->ask.items[i];
		const struct act_offered *offered = &a->offered[i];
		struct str text = form_value(form, field->name);

		if (!text.n && field->fallback)
			text = str_of(field->fallback);
		for (size_t k = 0; k < offered->n; k++)
			if (str_eq(offered->values[k], text))
				text = offered->words[k];
		if (text.n)
			buf_printf(out, "\n%s: %.*s", field->name, STR_ARG(text));
		if (text.n && field->type == ASK_MONEY && money_of(a, form, &left))
			buf_printf(out, " %.3s", left.currency);
	}
}

static bool review(void *arg, struct form *form, char **heading, char **text)
{
	struct acting *a = arg;
	const struct plan_action *action = a->job.action;
	bool outward = action->reader == READER_CUSTOMER;
	struct buf out;

	buf_init(&out, TEXT_MOST);
	buf_printf(&out, outward ? gettext("%s, by %s. %s reads it, and it cannot be taken back.") : gettext("%s, in %s, for %s. It cannot be undone from here."),
		   title_of(a), a->job.backend->id, a->label);
	if (action->confirm)
		buf_printf(&out, " %s", action->confirm);
	put_values(a, form, &out);
	*heading = mem_printf(outward ? gettext(" TO THE CUSTOMER %s ") : gettext(" for %s, staff only "), a->label);
	*text = buf_take(&out);
	return true;
}

static bool fill(struct acting *a, const struct form *form, struct err *err)
{
	for (size_t i = 0; i < a->job.action->ask.n; i++) {
		const struct plan_ask_field *field = &a->job.action->ask.items[i];
		struct str text = form_value(form, field->name);

		if (text.n && !act_set(ui_desk(a->ui), &a->job, field, text, err))
			return false;
	}
	return true;
}

static void form_done(void *arg, struct form *form)
{
	struct acting *a = arg;
	struct desk *desk = ui_desk(a->ui);
	const struct record *record;
	struct err err = { 0 };

	/* others may have been found while it was typed; the draft stays */
	if (!customer_settled(a->cv)) {
		give_up(a, gettext("others may share what it was found by: = compares or v verifies first; a goes on with the draft"));
		return;
	}
	if (!fill(a, form, &err)) {
		give_up(a, err.text);
		return;
	}
	clock_uuid4(desk->clock, a->job.id);
	/* the customer may be left before it is kept that something goes out */
	record = act_record(a->cv->customer, a->job.backend->id);
	a->job.record = record ? record_copy(a->arena, record) : NULL;
	a->sent = true;
	ui_sending(a->ui, 1);
	ui_stale_status(a->ui);
	if (!desk->store) {
		send(a);
		return;
	}
	a->note = act_note_begin(desk, a->cv->customer, a->cv->compared, &a->job, noted, a, &err);
	if (!a->note)
		give_up(a, err.text);
}

static void form_gone(void *arg, struct form *form)
{
	(void)form;
	free_acting(arg);
}

static const struct form_ops form_ops = { .hint = hint, .check = check, .review = review, .done = form_done, .left = form_gone };

/* The row that is chosen, or the only one that there is. */
static void set_picked(struct acting *a, const struct timeline_row *row)
{
	for (size_t i = 0; i < a->job.action->ask.n; i++) {
		const struct plan_ask_field *field = &a->job.action->ask.items[i];
		struct str id = act_pick(a->cv->customer, row, a->job.backend->id, field);

		if (!id.n && field->pick && !field->optional && a->offered[i].n == 1)
			id = a->offered[i].values[0];
		if (id.n)
			form_set(a->form, field->name, id);
	}
}

static const char *label_of(struct acting *a, const struct plan_ask_field *field)
{
	struct buf text;
	const char *out;

	buf_init(&text, 1000);
	buf_adds(&text, field->name);
	if (field->help)
		buf_printf(&text, ", %s", field->help);
	else if (field->type == ASK_TEL || field->type == ASK_NUMBER || field->type == ASK_TIME) {
		buf_adds(&text, ", ");
		act_field_kind(field, &text);
	}
	out = arena_str(a->arena, buf_str(&text)).p;
	buf_release(&text);
	return out;
}

/* What its drafts are called. */
static char *what_of(const struct desk_backend *backend, const struct plan_action *action)
{
	return mem_printf("act.%s.%s", backend->id, action->name);
}

static struct form *make_form(struct acting *a)
{
	const struct plan_action *action = a->job.action;
	struct form_field *fields = arena_alloc(a->arena, (action->ask.n + 1) * sizeof(*fields));
	bool outward = action->reader == READER_CUSTOMER;
	char *heading = mem_printf(outward ? gettext(" %s: TO THE CUSTOMER %s ") : gettext(" %s: for %s, staff only "), title_of(a), a->label);
	char *what = what_of(a->job.backend, action);
	struct form_spec spec = {
		.heading = heading,
		.reader = outward ? a->label : NULL, .label = outward ? gettext("Enter reads it once more before it goes TO THE CUSTOMER") : gettext("Enter reads it once more before it is sent"),
		.fields = fields, .n_fields = action->ask.n, .back = true, .ops = &form_ops, .arg = a,
	};

	struct form *form;

	for (size_t i = 0; i < action->ask.n; i++) {
		const struct plan_ask_field *field = &action->ask.items[i];

		act_offered_init(&a->offered[i], a->cv, a->job.backend->id, field, a->arena);
		fields[i] = (struct form_field){ .name = field->name, .label = label_of(a, field), .empty = field->fallback, .lines = field->type == ASK_LONG,
						 .choices = a->offered[i].words, .n_choices = a->offered[i].n,
						 .need = field->optional || field->fallback ? FORM_ASKED : FORM_MUST };
	}
	form_about_customer(a->arena, a->cv->customer, &spec.about);
	spec.about.what = str_of(what);
	spec.about.label = str_of(a->label);
	form = form_new(a->ui, &spec);
	free(heading);
	free(what);
	return form;
}

static void begin(struct customer_view *cv, const struct act_offer *offer, const struct draft_kept *kept)
{
	struct acting *a = mem_zalloc(sizeof(*a));
	const struct timeline_row *row = customer_rows_at(cv, cv->list.chosen);

	*a = (struct acting){ .next = cv->view.ui->acting, .ui = cv->view.ui, .cv = cv, .arena = arena_new() };
	cv->view.ui->acting = a;
	a->job = (struct act_job){ .backend = offer->backend, .action = offer->action, .fields = json_object_new_object() };
	a->label = arena_str(a->arena, str_of(cv->name)).p;
	a->offered = arena_alloc(a->arena, (offer->action->ask.n + 1) * sizeof(*a->offered));
	memset(a->offered, 0, (offer->action->ask.n + 1) * sizeof(*a->offered));
	a->form = make_form(a);
	if (!kept)
		set_picked(a, row);
	form_begin(a->form, kept);
}

void act_start(struct customer_view *cv, const struct act_offer *offer)
{
	begin(cv, offer, NULL);
}

/* Also where the rows that it was about are not here yet. */
static bool find_offer(struct desk *desk, struct str what, struct act_offer *offer)
{
	for (size_t b = 0; b < desk->n_backends; b++) {
		const struct plan *plan = desk->backends[b].backend ? backend_plan(desk->backends[b].backend) : NULL;

		for (size_t k = 0; plan && k < plan->actions.n; k++) {
			char *name = what_of(&desk->backends[b], plan->actions.items[k]);
			struct err err = { 0 };
			bool found = str_is(what, name) && act_allowed(desk->house, plan->actions.items[k], &err);

			free(name);
			*offer = (struct act_offer){ &desk->backends[b], plan->actions.items[k], false, false };
			if (found)
				return true;
		}
	}
	return false;
}

bool act_resume(struct customer_view *cv, const struct draft_kept *kept)
{
	struct act_offer offer;

	if (!customer_settled(cv) || !find_offer(ui_desk(cv->view.ui), kept->of.what, &offer))
		return false;
	customer_name(cv);
	begin(cv, &offer, kept);
	return true;
}

void act_choose(struct customer_view *cv)
{
	struct view *view;

	if (!customer_settled(cv)) {
		ui_say(cv->view.ui, EL_WARN, "%s", gettext("others may share what it was found by: = compares or v verifies first"));
		return;
	}
	view = act_view_new(cv);
	if (view)
		ui_push(cv->view.ui, view);
	else
		ui_say(cv->view.ui, EL_MESSAGE, "%s", gettext("no backend offers you anything to be done for this customer"));
}

void acts_forget(struct customer_view *cv)
{
	struct acting *next;

	for (struct acting *a = cv->view.ui->acting; a; a = next) {
		next = a->next;
		if (a->cv != cv)
			continue;
		a->cv = NULL;
		if (!a->sent && !a->told) {
			ui_ask_end(a->ui, a->form);
			free_acting(a);
		}
	}
}

bool acts_sent(const struct ui *ui)
{
	for (const struct acting *a = ui->acting; a; a = a->next)
		if (a->sent)
			return true;
	return false;
}

void acts_release(struct ui *ui)
{
	while (ui->acting)
		free_acting(ui->acting);
}
