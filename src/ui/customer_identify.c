/*
 * One more identity of the customer that is open (i): whoever has it already
 * is looked up and shown side by side, before anything is linked.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "customer_view.h"

struct identify {
	struct lookup *lookup;
	char *text;
	bool told;              /* what came of it was acted upon */
};

void customer_identify_release(struct customer_view *cv)
{
	struct identify *identify = cv->identify;

	cv->identify = NULL;
	cv->identifying = false;
	if (!identify)
		return;
	lookup_free(identify->lookup);
	free(identify->text);
	free(identify);
}

const struct resolve_result *customer_identified(struct customer_view *cv)
{
	return cv->identify && cv->identify->lookup ? lookup_result(cv->identify->lookup) : NULL;
}

void customer_link_identity(struct customer_view *cv)
{
	if (cv->identify)
		flow_start(&cv->flows, "link", (struct str){ 0 }, (const char *[]){ "identity", cv->identify->text, NULL });
}

/* Nothing takes the focus: who has gone on to something else is told. */
static void on_done(void *arg)
{
	struct customer_view *cv = arg;
	size_t at, n;

	if (cv->identify->told)
		return;
	cv->identify->told = true;
	cv->identifying = true;
	ui_say(cv->view.ui, EL_MESSAGE, "%s", "");
	n = customer_others(cv, NULL, &at);
	if (n && ui_is_top(cv->view.ui, &cv->view) && !ui_asks(cv->view.ui)) {
		ui_push(cv->view.ui, compare_view_new(cv));
	} else if (n) {
		ui_say(cv->view.ui, EL_MESSAGE, gettext("somebody has %s: i with it again compares"), cv->identify->text);
		cv->identifying = false;
	} else {
		cv->identifying = false;
		flow_start_unasked(&cv->flows, "link", (const char *[]){ "identity", cv->identify->text, NULL });
	}
}

static void on_changed(void *arg)
{
	(void)arg;
}

static void look_up(void *arg, struct str text)
{
	struct customer_view *cv = arg;
	struct lookup_sink sink = { on_changed, on_done, cv };
	struct err err = { 0 };

	text = str_trim(text);
	if (!text.n) {
		ui_say(cv->view.ui, EL_MESSAGE, "%s", gettext("left; nothing was written"));
		return;
	}
	customer_identify_release(cv);
	cv->identify = mem_zalloc(sizeof(*cv->identify));
	cv->identify->text = str_dup(text);
	cv->identify->lookup = lookup_start(ui_desk(cv->view.ui), text, &sink, &err);
	if (cv->identify->lookup) {
		ui_say(cv->view.ui, EL_MESSAGE, gettext("looking up who has %s ..."), cv->identify->text);
		return;
	}
	customer_identify_release(cv);
	ui_say(cv->view.ui, EL_WARN, "%s", err.text);
}

void customer_identify(struct customer_view *cv, struct str identity)
{
	struct ask ask = { .label = gettext("also this customer: e-mail, handle, number, record"), .done = look_up, .arg = cv };

	if (identity.n)
		look_up(cv, identity);
	else
		ui_ask(cv->view.ui, &ask);
}
