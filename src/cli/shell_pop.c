/* Callers who were announced: told between commands, opened by a key, never by themselves. */
#include "shell.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/desk/pop_list.h>

/* A caller is told once, however often the exchange says it. */
static void on_came(void *arg, struct pop_item *item)
{
	(void)arg;
	(void)item;
}

void shell_pops_open(struct shell *sh)
{
	struct pop_list_sink sink = { .came = on_came };

	sh->pops = pop_list_new(sh->desk, NULL, &sink);
}

void shell_pops_free(struct shell *sh)
{
	pop_list_free(sh->pops);
	sh->pops = NULL;
}

void shell_pops_stored(struct shell *sh, struct entries *entries)
{
	pop_list_stored(sh->pops, entries);
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
	for (size_t i = 0; i < pop_list_count(sh->pops); i++) {
		struct pop_item *item = pop_list_at(sh->pops, i);

		if (!item->told)
			tell(sh, &item->pop);
		item->told = true;
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
	struct pop_item *item;
	char *who;

	if (!sh->pops || !pop_list_count(sh->pops))
		return false;
	item = pop_list_open(sh->pops, pop_list_at(sh->pops, 0));
	who = str_dup(item->pop.who);
	*status = shell_find(sh, who);
	if (sh->session.open)
		*status = begin_contact(sh, &item->pop);
	else
		shell_say(sh, "when it is known who it is, \"contact\" begins the contact");
	free(who);
	pop_item_free(item);
	return true;
}
