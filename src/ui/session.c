/*
 * Who and what this session is: the channel that is signed on to.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

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
		ui_say(ui, EL_MESSAGE, gettext("signed on to %s: opening a customer begins a contact"), ui->desk->signed_on);
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
