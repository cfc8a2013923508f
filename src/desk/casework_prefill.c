/*
 * What is known already and need not be typed: the hand-off brief, what an
 * outcome is followed by.
 */
#include <dossier/base/mem.h>
#include <dossier/desk/tell.h>

#include "operation_build.h"

#define LINE_MOST 600

static void set(struct op_values *values, const char *name, struct str text)
{
	if (text.n && !op_has(values, name))
		op_values_set(values, str_of(name), text, NULL);
}

/* One line of a longer text. */
static void set_line(struct op_values *values, const char *name, struct str text)
{
	const char *end = text.n ? memchr(text.p, '\n', text.n) : NULL;

	set(values, name, end ? str_make(text.p, (size_t)(end - text.p)) : text);
}

static void prefill_brief(const struct casework *work, struct op_values *values, const struct brief *brief)
{
	const struct tell tell = { .now = casework_now(work), .zone = work->desk->house->zone, .wide = true };
	struct buf text;
	char when[40];

	buf_init(&text, LINE_MOST);
	if (brief->n_tried)
		tell_tried(&tell, brief, &text);
	set_line(values, "tried", buf_str(&text));
	buf_reset(&text);
	/* it is read on another day: no "today" */
	if (brief->promised) {
		when_short(brief->promised->due, tell.now, tell.zone, when);
		buf_printf(&text, "%.*s, %s", STR_ARG(brief->promised->text), when);
		if (brief->promised->owner.p)
			buf_printf(&text, ", %.*s", STR_ARG(brief->promised->owner));
	}
	set_line(values, "promised", buf_str(&text));
	buf_release(&text);
	/* a customer's own words say what is wanted better than nothing does */
	if (brief->wants != WANTS_NOT_STATED)
		set_line(values, "wants", brief->wants_text);
	set_line(values, "next", brief->next_text);
}

static void prefill_handoff(struct casework *work, struct op_values *values)
{
	const struct house *house = work->desk->house;
	struct brief_in in = {
		.cases = work->cases, .timeline = work->timeline, .case_ = work->case_, .now = casework_now(work),
		.window = house->windows.comes_back, .loose = house->windows.loose, .hour = house->hour,
	};
	struct str case_;
	struct brief brief;

	if (!work->cases || !work->timeline)
		return;
	if (casework_case(work, values, &case_, NULL))
		in.case_ = case_;
	if (!in.case_.p)
		in.case_ = brief_choose(work->cases);
	brief_init(&brief, &in);
	prefill_brief(work, values, &brief);
	brief_release(&brief);
}

static void prefill_contact_end(struct casework *work, struct op_values *values)
{
	const struct house_outcome *outcome = house_find_outcome(work->desk->house, op_text(values, "outcome"));
	struct buf text;

	if (!outcome || !outcome->next)
		return;
	buf_init(&text, LINE_MOST);
	casework_fill(work, str_of(outcome->next), &text);
	set_line(values, "next", buf_str(&text));
	buf_release(&text);
}

static void prefill_case(struct casework *work, struct op_values *values)
{
	(void)work;
	set(values, "rows", STR("all"));
}

static void prefill_channel(struct casework *work, struct op_values *values)
{
	set(values, "channel", work->desk->signed_on ? str_of(work->desk->signed_on) : work->channel);
}

static const struct { const char *id; void (*fill)(struct casework *work, struct op_values *values); } fills[] = {
	{ "handoff.offer", prefill_handoff }, { "contact.end", prefill_contact_end }, { "case.open", prefill_case },
	{ "contact.start", prefill_channel },
};

void casework_prefill(struct casework *work, struct op_values *values)
{
	for (size_t i = 0; i < sizeof(fills) / sizeof(*fills); i++) {
		if (!strcmp(op_values_of(values)->id, fills[i].id))
			fills[i].fill(work, values);
	}
}
