/* Which entry an operation is about: a number of the last listing, its code, or what there is only one of. */
#include "shell.h"

#include <dossier/base/mem.h>

struct choice { struct shell *sh; const struct operation *op; struct str found; size_t n; };

static void take(struct choice *c, const struct entry *entry)
{
	c->found = entry->id;
	c->n++;
}

static bool is_ours(const struct shell *sh, const struct handoff *h)
{
	return str_eq(h->to_agent, sh->desk->agent) || (!h->to_agent.n && str_eq(h->to_team, sh->desk->team));
}

static void of_handoffs(struct choice *c, const struct cases *cases)
{
	bool mine = strcmp(c->op->id, "handoff.withdraw") == 0;

	for (size_t i = 0; i < cases->n_handoffs; i++) {
		const struct handoff *h = &cases->handoffs[i];

		if (h->state == HANDOFF_OFFERED && (mine ? str_eq(h->offer->author, c->sh->desk->agent) : is_ours(c->sh, h)))
			take(c, h->offer);
	}
}

static void of_promises(struct choice *c, const struct cases *cases)
{
	for (size_t i = 0; i < cases->n_promises; i++)
		if (cases->promises[i].state == PROMISE_OPEN)
			take(c, cases->promises[i].made);
}

static void of_questions(struct choice *c, const struct cases *cases)
{
	for (size_t i = 0; i < cases->n_questions; i++)
		if (!cases->questions[i].answer)
			take(c, cases->questions[i].ask);
}

const struct entry *shell_contact(struct shell *sh)
{
	const struct contact *live = customer_contact(sh->open.customer);
	const struct entry *start = NULL;
	struct casework work;

	if (live)
		return live->start;
	casework_init(&work, sh->desk, sh->open.customer);
	if (work.contact.p)
		start = entries_find(customer_entries(sh->open.customer), work.contact);
	casework_release(&work);
	return start;
}

static const struct entry *caller_unwrapped(struct shell *sh)
{
	struct casework work;
	const struct entry *start;
	struct str id;

	casework_init(&work, sh->desk, sh->open.customer);
	id = casework_caller_unwrapped(&work);
	start = id.p ? entries_find(customer_entries(sh->open.customer), id) : NULL;
	casework_release(&work);
	return start;
}

/* The live one, else the newest that was not wrapped up: of these there is never a choice. */
static void of_contacts(struct choice *c, const struct cases *cases)
{
	const struct entry *start = shell_contact(c->sh);

	for (size_t i = cases->n_contacts; i-- > 0 && !start;)
		if (!cases->contacts[i].wrapped && str_eq(cases->contacts[i].start->author, c->sh->desk->agent))
			start = cases->contacts[i].start;
	if (!start)
		start = caller_unwrapped(c->sh);
	if (start)
		take(c, start);
}

static void of_discrepancies(struct choice *c, const struct cases *cases)
{
	for (size_t i = 0; i < cases->n_discrepancies; i++)
		if (!cases->discrepancies[i].closed)
			take(c, cases->discrepancies[i].entry);
}

static const struct { enum entry_type type; const char *word, *list; void (*of)(struct choice *c, const struct cases *cases); } kinds[] = {
	{ ENTRY_HANDOFF_OFFER, "hand-off", "handoff list", of_handoffs }, { ENTRY_PROMISE_MAKE, "promise", "promise list", of_promises },
	{ ENTRY_ASK, "question", "question list", of_questions }, { ENTRY_CONTACT_START, "contact", "contact list", of_contacts },
	{ ENTRY_DISCREPANCY, "discrepancy", "discrepancy list", of_discrepancies },
};

static char *only_one(struct shell *sh, const struct operation *op)
{
	struct choice c = { .sh = sh, .op = op };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (kinds[i].type != op->item)
			continue;
		if (sh->session.open)
			kinds[i].of(&c, customer_cases(sh->open.customer));
		else if (op->item == ENTRY_CONTACT_START)
			return mem_strdup("last");
		if (c.n == 1)
			return str_dup(c.found);
		if (c.n)
			cli_say("there are %zu: say which %s by a number of \"desk\", or by its code in \"%s\"", c.n, kinds[i].word, kinds[i].list);
		else if (sh->session.open)
			cli_say("%s has no %s that this could be", sh->label, kinds[i].word);
		else
			cli_say("which %s? A number of \"desk\", or its code in \"%s\"", kinds[i].word, kinds[i].list);
		return NULL;
	}
	cli_say("which entry? Its code, or its id");
	return NULL;
}

char *shell_target(struct shell *sh, const struct operation *op, const char *first)
{
	const struct shell_item *item = first ? shell_item(sh, first) : NULL;

	if (!first || !*first)
		return only_one(sh, op);
	if (!item)
		return mem_strdup(first);
	if (item->kind == SHELL_ENTRY)
		return mem_strdup(item->id);
	cli_say("%s is no %s of the last listing", first, op->command);
	return NULL;
}

bool shell_has_contact(struct shell *sh, const struct operation *op, const char *text)
{
	struct choice c = { .sh = sh };

	if (!sh->terminal || !sh->session.open || *text || (strcmp(op->id, "contact.end") != 0 && strcmp(op->id, "verify") != 0))
		return true;
	if (shell_contact(sh))
		return true;
	of_contacts(&c, customer_cases(sh->open.customer));
	if (c.n && op->writes == ENTRY_CONTACT_END)
		return true;
	shell_say(sh, "no contact is open: how did the customer come?");
	return shell_run_text(sh, "contact start", "") == CLI_DONE && shell_contact(sh);
}
