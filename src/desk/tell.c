#include <dossier/desk/tell.h>

#include <libintl.h>

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static const char *dot(const struct tell *tell)
{
	return tell->ascii ? " - " : " \u00b7 ";
}

static const char *times(const struct tell *tell)
{
	return tell->ascii ? "x" : "\u00d7";
}

static bool hides(const struct tell *tell, const char *field)
{
	return tell->mask && (mask_hides(tell->mask, field) || mask_hides(tell->mask, "row.text"));
}

static int64_t day_of(const struct tell *tell, int64_t at)
{
	int64_t local = zone_to_local(tell->zone, at);

	return (local >= 0 ? local : local - DAY + 1) / DAY;
}

static void put_time(const struct tell *tell, int64_t at, const char *today, struct buf *out)
{
	int64_t days;
	char text[40];

	if (at == WHEN_NONE) {
		buf_adds(out, gettext("no time"));
		return;
	}
	days = day_of(tell, at) - day_of(tell, tell->now);
	if (days < -1 || days > 1) {
		when_short(at, tell->now, tell->zone, text);
		buf_adds(out, text);
		return;
	}
	buf_adds(out, days < 0 ? gettext("yesterday ") : days > 0 ? gettext("tomorrow ") : today);
	when_strftime(at, tell->zone, STR("%H:%M"), out);
}

void tell_time(const struct tell *tell, int64_t at, struct buf *out)
{
	put_time(tell, at, "", out);
}

void tell_due(const struct tell *tell, int64_t at, struct buf *out)
{
	put_time(tell, at, gettext("today "), out);
}

static void put_days(const struct tell *tell, int64_t days, struct buf *out)
{
	if (tell->wide)
		buf_printf(out, ngettext("%lld day", "%lld days", (unsigned long)days), (long long)days);
	else
		buf_printf(out, gettext("%lld d"), (long long)days);
}

void tell_span(const struct tell *tell, int64_t ms, struct buf *out)
{
	ms = ms < 0 ? -ms : ms;
	if (ms >= 2 * DAY)
		put_days(tell, ms / DAY, out);
	else if (ms >= HOUR && ms % HOUR >= MINUTE)
		buf_printf(out, gettext("%lld h %lld min"), (long long)(ms / HOUR), (long long)(ms % HOUR / MINUTE));
	else if (ms >= HOUR)
		buf_printf(out, gettext("%lld h"), (long long)(ms / HOUR));
	else
		buf_printf(out, gettext("%lld min"), (long long)(ms / MINUTE));
}

void tell_wants(const struct tell *tell, const struct brief *brief, struct buf *out)
{
	if (brief->wants == WANTS_NOT_STATED) {
		buf_adds(out, gettext("not stated"));
		return;
	}
	if (hides(tell, "brief.wants")) {
		buf_adds(out, gettext("closed until verified"));
		return;
	}
	if (brief->wants == WANTS_CASE && str_empty(brief->wants_text)) {
		buf_adds(out, gettext("not stated"));
		return;
	}
	if (brief->wants == WANTS_CASE) {
		buf_addstr(out, brief->wants_text);
		return;
	}
	buf_adds(out, tell->ascii ? "\"" : "\u201c");
	buf_addstr(out, brief->wants_text);
	buf_adds(out, tell->ascii ? "\"" : "\u201d");
	buf_adds(out, gettext(" (their words)"));
}

static size_t place_of(const struct brief *brief, const struct cases *cases)
{
	for (size_t i = 0; i < cases->n_cases; i++)
		if (str_eq(cases->cases[i].id, brief->of->id))
			return i + 1;
	return 1;
}

void tell_of(const struct tell *tell, const struct brief *brief, const struct cases *cases, struct buf *out)
{
	const struct case_state *of = brief->of;
	char code[CASE_CODE + 1];
	struct str has;
	int64_t end;

	if (!of)
		return;
	has = of->holder.n ? of->holder : of->owner;
	case_code(of->id, code);
	buf_printf(out, gettext("case %zu/%zu"), place_of(brief, cases), cases->n_cases);
	buf_printf(out, "%s%.*s", dot(tell), CASE_CODE_SHOWN, code);
	if (tell->wide || of->status != CASE_OPEN)
		buf_printf(out, "%s%s", dot(tell), case_status_word(of->status));
	if (has.n)
		buf_printf(out, "%s%.*s", dot(tell), STR_ARG(has));
	end = of->solved_at == WHEN_NONE ? tell->now : of->solved_at;
	if (of->opened && end >= entry_time(of->opened)) {
		buf_adds(out, dot(tell));
		put_days(tell, (end - entry_time(of->opened)) / DAY, out);
	}
	/* last: what has least room goes without it */
	if (of->owner.n && !str_eq(of->owner, has))
		buf_printf(out, gettext("%sowner %.*s"), dot(tell), STR_ARG(of->owner));
}

static void put_count(const struct tell *tell, size_t n, struct buf *out)
{
	if (n > 1)
		buf_printf(out, " %s%zu", times(tell), n);
}

static void put_day(const struct tell *tell, int64_t at, struct buf *out)
{
	char text[40], *clock;

	if (at == WHEN_NONE)
		return;
	when_short(at, tell->now, tell->zone, text);
	clock = strrchr(text, ' ');
	buf_printf(out, " %.*s", (int)(clock ? clock - text : (ptrdiff_t)strlen(text)), text);
}

static void put_verdict(const struct brief_item *item, struct buf *out)
{
	switch (item->verdict) {
	case VERDICT_BACK_EACH:
		buf_adds(out, item->n > 1 ? gettext(", came back after each") : gettext(", came back after it"));
		return;
	case VERDICT_BACK:
		buf_printf(out, gettext(", came back after %zu of them"), item->back);
		return;
	case VERDICT_HELPED:
		buf_adds(out, gettext(", helped"));
		return;
	case VERDICT_NONE:
		return;
	}
}

static void put_item(const struct tell *tell, const struct brief_item *item, struct buf *out)
{
	switch (item->kind) {
	case TRIED_VISIT:
		buf_adds(out, gettext("shop visit"));
		put_count(tell, item->n, out);
		put_day(tell, item->last, out);
		break;
	case TRIED_NOT_STATED:
		buf_adds(out, gettext("not stated"));
		put_count(tell, item->n, out);
		break;
	case TRIED_OUTCOME:
		buf_printf(out, gettext("said \"%.*s\""), STR_ARG(item->code));
		put_count(tell, item->n, out);
		break;
	case TRIED_CODE:
		buf_addstr(out, item->code);
		put_count(tell, item->n, out);
	}
	/* a visit by itself is nothing that could have helped */
	if (item->kind != TRIED_VISIT)
		put_verdict(item, out);
}

void tell_tried(const struct tell *tell, const struct brief *brief, struct buf *out)
{
	if (brief->n_tried == 0) {
		buf_adds(out, gettext("nothing"));
		return;
	}
	if (tell->mask && mask_hides(tell->mask, "brief.tried")) {
		buf_adds(out, gettext("closed until verified"));
		return;
	}
	for (size_t i = 0; i < brief->n_tried; i++) {
		if (i)
			buf_adds(out, dot(tell));
		put_item(tell, &brief->tried[i], out);
	}
}

void tell_promise(const struct tell *tell, const struct promise *promise, struct buf *out)
{
	if (hides(tell, "promise.text"))
		buf_adds(out, gettext("something"));
	else
		buf_addstr(out, promise->text);
	if (promise->due != WHEN_NONE) {
		buf_addc(out, ' ');
		tell_due(tell, promise->due, out);
	}
	if (promise->owner.n)
		buf_printf(out, ", %.*s", STR_ARG(promise->owner));
	else if (promise->team.n)
		buf_printf(out, gettext(", team %.*s"), STR_ARG(promise->team));
	else
		buf_adds(out, gettext(", nobody's yet"));
	if (promise->due == WHEN_NONE || promise->state != PROMISE_OPEN)
		return;
	if (promise->due < tell->now) {
		buf_adds(out, ", ");
		tell_span(tell, tell->now - promise->due, out);
		buf_adds(out, gettext(" late"));
	} else if (tell->wide) {
		buf_adds(out, gettext(", in "));
		tell_span(tell, promise->due - tell->now, out);
	}
}

void tell_promised(const struct tell *tell, const struct brief *brief, struct buf *out)
{
	if (!brief->promised) {
		buf_adds(out, gettext("nothing"));
		return;
	}
	tell_promise(tell, brief->promised, out);
	if (brief->more_promised)
		buf_printf(out, gettext(", +%zu more"), brief->more_promised);
}

void tell_effort(const struct tell *tell, const struct brief *brief, struct buf *out)
{
	const char *gap = tell->wide ? dot(tell) : " ";

	buf_printf(out, ngettext("%zu contact", "%zu contacts", brief->contacts), brief->contacts);
	buf_adds(out, gap);
	buf_printf(out, ngettext("%zu channel", "%zu channels", brief->channels), brief->channels);
	buf_adds(out, gap);
	buf_printf(out, ngettext("%zu transfer", "%zu transfers", brief->transfers), brief->transfers);
}

static void put_amounts(const char *what, const struct money *money, size_t n, const struct tell *tell, struct buf *out)
{
	char text[40];

	for (size_t i = 0; i < n; i++) {
		money_print(money[i], text);
		if (out->len)
			buf_adds(out, dot(tell));
		buf_printf(out, "%s %s", what, text);
	}
}

void tell_cost(const struct tell *tell, const struct brief *brief, struct buf *out)
{
	struct buf own;

	buf_init(&own, 4096);
	if (brief->days)
		put_days(&(struct tell){ .wide = true }, brief->days, &own);
	if (brief->repeats) {
		if (own.len)
			buf_adds(&own, dot(tell));
		buf_printf(&own, ngettext("%zu repeat", "%zu repeats", brief->repeats), brief->repeats);
	}
	if (!tell->mask || !mask_hides(tell->mask, "brief.effort"))
		put_amounts(gettext("cost to serve"), brief->cost, brief->n_cost, tell, &own);
	if (brief->n_cost && (!tell->mask || !mask_hides(tell->mask, "profile.lifetime")))
		put_amounts(gettext("lifetime"), brief->lifetime, brief->n_lifetime, tell, &own);
	buf_addstr(out, buf_str(&own));
	buf_release(&own);
}

void tell_next(const struct tell *tell, const struct brief *brief, struct buf *out)
{
	if (!brief->next || str_empty(brief->next_text))
		buf_adds(out, gettext("not stated"));
	else if (hides(tell, "brief.next"))
		buf_adds(out, gettext("closed until verified"));
	else
		buf_addstr(out, brief->next_text);
}

void tell_next_by(const struct tell *tell, const struct brief *brief, struct buf *out)
{
	if (!brief->next)
		return;
	if (brief->next->type == ENTRY_HANDOFF_OFFER)
		buf_adds(out, gettext("hand-off, "));
	buf_addstr(out, brief->next->author);
	buf_addc(out, ' ');
	tell_time(tell, entry_time(brief->next), out);
}

static void put_when(const struct tell *tell, int64_t at, struct buf *out)
{
	char when[40];

	when_short(at, tell->now, tell->zone, when);
	buf_adds(out, when);
}

/* "order 1409", or "an order" where its number is closed. */
static void put_order(const struct tell *tell, const struct interaction *it, struct buf *out)
{
	struct str order = it->refs ? it->refs->order : (struct str){ 0 };

	if (order.n && (!tell->mask || !mask_hides(tell->mask, "row.refs.order")))
		buf_printf(out, gettext("order %.*s"), STR_ARG(order));
	else
		buf_adds(out, gettext("an order"));
}

static const char *undone(const struct interaction *since)
{
	return since->step == STEP_CANCELLED ? gettext("cancelled") : since->step == STEP_EXCHANGED ? gettext("exchanged") :
	       since->step == STEP_REFUNDED ? gettext("paid back") : gettext("sent back");
}

void tell_misfit(const struct tell *tell, const struct misfit *misfit, struct buf *out)
{
	switch (misfit->kind) {
	case MISFIT_CHANGED:
		buf_adds(out, misfit->row->kind == KIND_APPOINTMENT ? gettext("the appointment of ") :
			 misfit->row->kind == KIND_PICKUP ? gettext("the pick-up of ") : gettext("the delivery of "));
		put_when(tell, misfit->row->at, out);
		buf_adds(out, gettext(" stands, but "));
		put_order(tell, misfit->row, out);
		buf_printf(out, gettext(" was %s "), undone(misfit->since));
		put_when(tell, misfit->since->at, out);
		break;
	case MISFIT_UNPICKED:
		put_order(tell, misfit->row, out);
		buf_adds(out, gettext(" was paid "));
		put_when(tell, misfit->row->at, out);
		buf_adds(out, gettext(", and nobody has it in hand yet"));
		break;
	case MISFIT_BOUGHT:
		put_order(tell, misfit->row, out);
		buf_adds(out, gettext(" came "));
		put_when(tell, misfit->row->at, out);
		buf_adds(out, gettext(", after the promise: "));
		tell_promise(tell, misfit->promise, out);
		break;
	default:
		break;
	}
}

void tell_verified(const struct tell *tell, const struct verified *verified, struct buf *out)
{
	if (verified->level <= 0) {
		buf_adds(out, gettext("NOT VERIFIED"));
		return;
	}
	buf_printf(out, gettext("verified: %s "), verify_way_word(verified->way));
	tell_time(tell, verified->at, out);
	buf_printf(out, gettext(", level %lld"), (long long)verified->level);
}

void tell_verified_before(const struct tell *tell, const struct verified *last, bool carries, struct buf *out)
{
	if (!carries)
		buf_adds(out, gettext("last: "));
	buf_adds(out, verify_way_word(last->way));
	buf_addc(out, ' ');
	tell_time(tell, last->at, out);
	if (carries)
		buf_adds(out, gettext(" here: v v"));
}
