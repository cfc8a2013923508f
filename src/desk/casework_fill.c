/*
 * Place-holders of the house's texts: what is known stands in their place, and
 * what is not, or is closed, leaves them to be seen.
 */
#include <dossier/base/mem.h>
#include <dossier/desk/casework.h>
#include <dossier/model/brief.h>
#include <dossier/model/mask.h>

#include "operation_build.h"

typedef void fill_fn(struct casework *work, struct buf *out);

static bool closed(const struct casework *work, const char *field)
{
	return work->customer && mask_hides(customer_mask(work->customer), field);
}

static void fill_customer(struct casework *work, struct buf *out)
{
	if (work->profile && !closed(work, "profile.names"))
		buf_addstr(out, work->profile->name);
}

static void fill_agent(struct casework *work, struct buf *out)
{
	const struct house_agent *agent = work->desk->house->agent;

	if (agent)
		buf_adds(out, agent->name ? agent->name : agent->id);
}

static void fill_team(struct casework *work, struct buf *out)
{
	buf_addstr(out, work->desk->team);
}

static void fill_house(struct casework *work, struct buf *out)
{
	buf_adds(out, work->desk->house->name ? work->desk->house->name : "");
}

static const struct case_state *case_of(const struct casework *work)
{
	return work->cases && work->case_.p ? cases_find(work->cases, work->case_) : NULL;
}

static void fill_code(struct casework *work, struct buf *out)
{
	const struct case_state *of = case_of(work);
	char code[CASE_CODE + 1];

	if (!of)
		return;
	case_code(of->id, code);
	buf_adds(out, code);
}

static void fill_title(struct casework *work, struct buf *out)
{
	const struct case_state *of = case_of(work);

	if (of && !closed(work, "row.text"))
		buf_addstr(out, of->title);
}

static void fill_brief(struct casework *work, struct buf *out, bool next)
{
	const struct house *house = work->desk->house;
	struct brief_in in = {
		.cases = work->cases, .timeline = work->timeline, .case_ = work->case_, .now = casework_now(work),
		.window = house->windows.comes_back, .loose = house->windows.loose, .hour = house->hour,
	};
	struct brief brief;

	if (!work->cases || !work->timeline || closed(work, "row.text"))
		return;
	if (!in.case_.p)
		in.case_ = brief_choose(work->cases);
	brief_init(&brief, &in);
	if (next)
		buf_addstr(out, brief.next_text);
	else if (brief.wants != WANTS_NOT_STATED)
		buf_addstr(out, brief.wants_text);
	brief_release(&brief);
}

static void fill_next(struct casework *work, struct buf *out)
{
	fill_brief(work, out, true);
}

static void fill_wants(struct casework *work, struct buf *out)
{
	fill_brief(work, out, false);
}

static const struct { const char *name; fill_fn *fill; } names[] = {
	{ "customer.name", fill_customer }, { "agent.name", fill_agent }, { "agent.team", fill_team }, { "house.name", fill_house },
	{ "case.code", fill_code }, { "case.title", fill_title }, { "next", fill_next }, { "wants", fill_wants },
};

static fill_fn *find_name(struct str name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(name, names[i].name))
			return names[i].fill;
	return NULL;
}

void casework_fill(struct casework *work, struct str text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		const char *end = text.p[i] == '{' ? memchr(text.p + i, '}', text.n - i) : NULL;
		size_t before = out->len, n = end ? (size_t)(end - text.p) - i + 1 : 0;
		fill_fn *fill = n > 2 ? find_name(str_make(text.p + i + 1, n - 2)) : NULL;

		if (fill)
			fill(work, out);
		if (fill && out->len > before)
			i += n - 1;
		else
			buf_addc(out, text.p[i]);
	}
}
