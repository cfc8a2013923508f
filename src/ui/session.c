/*
 * Who and what this session is: the agent who sits here, the channel that is
 * signed on to.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include <dossier/desk/switch.h>

#include "customer_view.h"
#include "line.h"
#include "lock.h"
#include "pop.h"
#include "ui_inner.h"

static const struct op_field *channel_field(void)
{
	const struct operation *start = operation_find(STR("contact.start"));

	return start ? operation_field(start, STR("channel")) : NULL;
}

static bool is_offered(struct ui *ui, struct str channel)
{
	size_t n;
	struct str *choices = op_choices(ui->desk, channel_field(), &n);
	bool found = false;

	for (size_t i = 0; i < n && !found; i++)
		found = str_eq(choices[i], channel);
	free(choices);
	return found;
}

static void sign_on(void *arg, struct str text)
{
	struct ui *ui = arg;
	bool off;

	text = str_trim(text);
	off = str_is(text, "off");
	if (!text.n)
		return;
	if (!off && !is_offered(ui, text)) {
		ui_say(ui, EL_WARN, gettext("\"%.*s\" is no channel of this house"), STR_ARG(text));
		return;
	}
	free(ui->desk->signed_on);
	ui->desk->signed_on = off ? NULL : str_dup(text);
	if (off)
		ui_say(ui, EL_MESSAGE, "%s", gettext("signed off: contacts begin by a pop, or by :contact"));
	else
		ui_say(ui, EL_MESSAGE, gettext("signed on to %s: whoever is found begins a contact; rows of the desk do not"), ui->desk->signed_on);
	ui->stale_status = true;
}

void session_signon(struct ui *ui, struct str arg)
{
	struct ask ask = { .label = gettext("sign on to which channel?"), .done = sign_on, .arg = ui };
	struct str choices[ASK_CHOICES], *all;
	size_t n;

	if (arg.n) {
		sign_on(ui, arg);
		return;
	}
	all = op_choices(ui->desk, channel_field(), &n);
	for (size_t i = 0; i < n && ask.n_choices < ASK_CHOICES - 1; i++)
		choices[ask.n_choices++] = all[i];
	choices[ask.n_choices++] = STR("off");
	ask.choices = choices;
	ui_ask(ui, &ask);
	free(all);
}

void session_ask(struct ui *ui, struct str arg)
{
	struct err err = { 0 };

	(void)arg;
	if (switch_allowed(ui->desk->house, false, &err))
		lock_begin(ui->lock, true);
	else
		ui_say(ui, EL_WARN, "%s", err.text);
}

void session_lock(struct ui *ui, struct str arg)
{
	(void)arg;
	lock_begin(ui->lock, false);
}

/* The customer that was worked on, for the one who was here. */
static void park_open(struct ui *ui)
{
	while (ui->top->below && ui->top->ops->id != VIEW_CUSTOMER)
		ui_pop(ui);
	/* who was only compared was never worked on */
	if (ui->top->ops->id == VIEW_CUSTOMER && ui->desk->store && !customer_view_aside(ui->top))
		ui->top->ops->operate(ui->top, UI_PARK, (struct str){ 0 });
}

static void forget_words(struct ui *ui)
{
	free(ui->message);
	free(ui->standing.text);
	free(ui->last_find);
	free(ui->last_filter);
	ui_forget_left(ui);
	ui->message = ui->last_find = ui->last_filter = NULL;
	ui->standing = (struct standing){ 0 };
	ui->late = ui->to_accept = ui->answers = ui->live_for_me = 0;
	line_forget();
	ask_forget_histories(ui);
}

void session_switch(struct ui *ui, const struct house_agent *agent)
{
	ask_cancel(ui);
	hand_forget(ui);
	park_open(ui);
	ui_leave_all(ui);
	pops_agent(ui->pops);
	hand_forget(ui);
	desk_switch(ui->desk, agent);
	ui->present.mask = desk_mask(ui->desk);
	forget_words(ui);
	ui_push(ui, home_view_new(ui));
	screen_redraw(ui->screen);
	ui->paint_all = true;
	ui_say(ui, EL_MESSAGE, gettext("%s works here now"), agent->name);
}
