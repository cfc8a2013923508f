/*
 * What a case that is said to be solved still waits for: it is not forbidden,
 * and it is said.
 */
#include <libintl.h>

#include "operation_build.h"

struct left { struct casework *work; const struct case_state *state; struct buf text; size_t n; };

static bool is_of(const struct left *left, const struct entry *entry)
{
	struct str case_ = casework_case_of(left->work, entry);

	return case_.p && str_eq(case_, left->state->id);
}

/* What is closed to this agent now is named without its words. */
static struct str words(const struct left *left, const char *field, struct str text)
{
	struct customer *customer = left->work->customer;

	return customer && mask_hides(customer_mask(customer), field) ? str_of(gettext("closed until verified")) : text;
}

/* The first is named. */
static bool is_first(struct left *left)
{
	return left->n++ == 0;
}

/* Its own agent is told the key; anybody else, whom to turn to. */
static void keeper(struct left *left, const struct promise *promise)
{
	if (promise->owner.n && str_eq(promise->owner, casework_author(left->work)))
		buf_adds(&left->text, gettext(" (p on the desk keeps it)"));
	else if (promise->owner.n)
		buf_printf(&left->text, gettext(" (%.*s is to keep it)"), STR_ARG(promise->owner));
	else if (promise->team.n)
		buf_printf(&left->text, gettext(" (team %.*s is to keep it)"), STR_ARG(promise->team));
	else
		buf_adds(&left->text, gettext(" (nobody keeps it yet)"));
}

static void promises(struct left *left)
{
	const struct cases *cases = left->work->cases;
	char when[40];

	for (size_t i = 0; i < cases->n_promises; i++) {
		const struct promise *promise = &cases->promises[i];

		if (promise->state != PROMISE_OPEN || !is_of(left, promise->made) || !is_first(left))
			continue;
		when_short(promise->due, casework_now(left->work), left->work->desk->house->zone, when);
		buf_printf(&left->text, gettext("promised by %s: %.*s"), when, STR_ARG(words(left, "promise.text", promise->text)));
		keeper(left, promise);
	}
}

static void handoffs(struct left *left)
{
	const struct cases *cases = left->work->cases;
	char code[CASE_CODE + 1];

	for (size_t i = 0; i < cases->n_handoffs; i++) {
		const struct handoff *handoff = &cases->handoffs[i];
		struct str to = handoff->to_agent.p ? handoff->to_agent : handoff->to_team;

		if (handoff->state != HANDOFF_OFFERED || !is_of(left, handoff->offer) || !is_first(left))
			continue;
		case_code(handoff->offer->id, code);
		buf_printf(&left->text, gettext("offered to %.*s (dossier handoff withdraw %s takes it back)"), STR_ARG(to), code);
	}
}

static void questions(struct left *left)
{
	const struct cases *cases = left->work->cases;

	for (size_t i = 0; i < cases->n_questions; i++) {
		const struct question *question = &cases->questions[i];

		if (!question->answer && is_of(left, question->ask) && is_first(left))
			buf_printf(&left->text, gettext("asked and not answered: %.*s"), STR_ARG(words(left, "question.text", question->text)));
	}
}

void casework_left(struct casework *work, const struct case_state *state)
{
	struct left left = { .work = work, .state = state };

	work->left = (struct str){ 0 };
	if (!work->cases)
		return;
	buf_init(&left.text, 8192);
	promises(&left);
	handoffs(&left);
	questions(&left);
	if (left.n > 1)
		buf_printf(&left.text, gettext(", +%zu more"), left.n - 1);
	if (left.n)
		work->left = arena_str(work->arena, buf_str(&left.text));
	buf_release(&left.text);
}
