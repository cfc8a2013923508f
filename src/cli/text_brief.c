/* The brief above a customer's rows, as the workstation shows it, at any width. */
#include <langinfo.h>
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/tell.h>

#include "listed.h"
#include "text.h"

#define LABEL 10
#define ROOM 100                /* where nothing says how wide it is */

struct brief_line { struct out *out; struct buf left, right, safe; };

/* What is said on the left, and at the end of the line, if it fits, whose it is. */
static void put_line(struct brief_line *l, const char *label, enum out_style style)
{
	size_t width = out_width(l->out) ? out_width(l->out) : ROOM, left, right;

	buf_reset(&l->safe);
	text_safe(&l->safe, buf_str(&l->left), 0);
	left = text_width(buf_str(&l->safe));
	out_style(l->out, OUT_DIM);
	out_printf(l->out, "%-*s", LABEL, label);
	out_style(l->out, style);
	if (l->right.len == 0) {
		text_wrap(l->out, buf_str(&l->safe), LABEL, LABEL);
		out_style(l->out, OUT_PLAIN);
	} else {
		struct buf end;

		buf_init(&end, SIZE_MAX / 4);
		text_safe(&end, buf_str(&l->right), 0);
		right = text_width(buf_str(&end));
		if (LABEL + left + 2 + right <= width) {
			out_str(l->out, buf_str(&l->safe));
			out_style(l->out, OUT_PLAIN);
			out_printf(l->out, "%*s", (int)(width - LABEL - left - right), "");
		} else {
			text_wrap(l->out, buf_str(&l->safe), LABEL, LABEL);
			out_style(l->out, OUT_PLAIN);
			out_printf(l->out, "%*s", LABEL, "");
		}
		out_style(l->out, OUT_DIM);
		text_wrap(l->out, buf_str(&end), LABEL, LABEL);
		out_style(l->out, OUT_PLAIN);
		buf_release(&end);
	}
	buf_reset(&l->left);
	buf_reset(&l->right);
}

/* What the case that was solved last took is no longer counted: it is not left out unsaid. */
static void put_solved(struct brief_line *l, const struct brief *brief, const struct cases *cases)
{
	const struct case_state *last = NULL;
	char code[CASE_CODE + 1];

	for (size_t i = 0; !brief->of && i < cases->n_cases; i++)
		if (cases->cases[i].status == CASE_SOLVED && (!last || cases->cases[i].solved_at > last->solved_at))
			last = &cases->cases[i];
	if (!last)
		return;
	case_code(last->id, code);
	buf_printf(&l->left, gettext("nothing since case %.*s was solved"), CASE_CODE_SHOWN, code);
}

static void put_brief(struct brief_line *l, const struct tell *tell, const struct brief *brief, const struct cases *cases)
{
	tell_wants(tell, brief, &l->left);
	tell_of(tell, brief, cases, &l->right);
	put_line(l, "WANTS", OUT_BOLD);
	tell_tried(tell, brief, &l->left);
	put_line(l, "TRIED", OUT_PLAIN);
	tell_promised(tell, brief, &l->left);
	tell_effort(tell, brief, &l->right);
	put_line(l, "PROMISED", brief->promised && brief->promised->due < tell->now ? OUT_WARN : OUT_PLAIN);
	tell_next(tell, brief, &l->left);
	tell_next_by(tell, brief, &l->right);
	put_line(l, "NEXT", OUT_PLAIN);
	tell_cost(tell, brief, &l->left);
	if (!l->left.len)
		put_solved(l, brief, cases);
	if (l->left.len)
		put_line(l, "EFFORT", OUT_PLAIN);
}

static void put_misfits(struct brief_line *l, const struct tell *tell, struct customer *customer)
{
	struct misfits misfits;

	customer_misfits(customer, &misfits);
	for (size_t i = 0; i < misfits.n; i++) {
		tell_misfit(tell, &misfits.items[i], &l->left);
		put_line(l, "CHECK", OUT_WARN);
	}
	misfits_release(&misfits);
}

/* The cases that the brief is not of, and whether this contact's customer is verified. */
static void put_rest(struct brief_line *l, const struct tell *tell, struct people *people, const struct brief *brief)
{
	const struct cases *cases = customer_cases(people->customer);
	const struct contact *contact = customer_contact(people->customer);
	struct held held = { .desk = people->desk, .tell = *tell, .cases = cases };
	struct verified verified;
	char code[CASE_CODE + 1];

	for (size_t i = 0; i < cases->n_cases; i++) {
		if (&cases->cases[i] == brief->of || (brief->of && str_eq(cases->cases[i].id, brief->of->id)))
			continue;
		case_code(cases->cases[i].id, code);
		buf_printf(&l->left, "%.*s  ", CASE_CODE_SHOWN, code);
		listed_find(STR("case"))->tell(&held, i, &l->left);
		put_line(l, "case", OUT_PLAIN);
	}
	if (!contact)
		return;
	customer_verified(people->customer, &verified);
	tell_verified(tell, &verified, &l->left);
	listed_find(STR("contact"))->tell(&held, (size_t)(contact - cases->contacts), &l->right);
	put_line(l, "contact", verified.level > 0 ? OUT_PLAIN : OUT_WARN);
}

void text_brief(struct out *out, struct people *people)
{
	const struct brief *brief = customer_brief(people->customer);
	struct tell tell = { .now = clock_wall(people->desk->clock), .zone = people->desk->house->zone, .mask = people->present.mask };
	struct brief_line l = { .out = out };

	tell.wide = !out_width(out) || out_width(out) >= ROOM;
	tell.ascii = out_width(out) && strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	buf_init(&l.left, SIZE_MAX / 4);
	buf_init(&l.right, SIZE_MAX / 4);
	buf_init(&l.safe, SIZE_MAX / 4);
	put_brief(&l, &tell, brief, customer_cases(people->customer));
	put_misfits(&l, &tell, people->customer);
	put_rest(&l, &tell, people, brief);
	buf_release(&l.left);
	buf_release(&l.right);
	buf_release(&l.safe);
}
