#include "batch.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define WHO_COLUMNS 34
#define TEXT_MOST (16 * 1024)

static const char *const find_columns[] = {
	"line", "who", "status", "candidates.name", "candidates.records.identities", "candidates.records.id",
	"candidates.matched.backend", "candidates.matched.field", "candidates.matched.stored", "candidates.reasons.text",
	"candidates.shared_only", "error", NULL,
};
static const char *const show_columns[] = {
	"line", "who", "status", "customer.name", "customer.profile.identities.text", "customer.records.id",
	"customer.profile.tier.text", "customer.profile.since", "customer.profile.language.text", "customer.shared_only",
	"interactions", "newest", "candidates.name", "candidates.records.id", "error", NULL,
};
static const char *const timeline_columns[] = {
	"line", "who", "status", "timeline.at", "timeline.until", "timeline.kind", "timeline.step", "timeline.channel",
	"timeline.direction", "timeline.backend", "timeline.row", "timeline.id", "timeline.agent", "timeline.reader",
	"timeline.place.name", "timeline.status", "timeline.done", "timeline.outcome", "timeline.amount",
	"timeline.amount.currency", "timeline.refs.order", "timeline.refs.receipt", "timeline.refs.ticket",
	"timeline.refs.tracking", "timeline.refs.call", "timeline.web", "timeline.title", "timeline.text", "error", NULL,
};
static const char *const brief_columns[] = {
	"line", "who", "status", "customer.name", "customer.records.id", "brief.code", "brief.wants", "brief.wants_from", "brief.tried.code",
	"brief.promised.text", "brief.promised.due", "brief.promised.owner", "brief.next.text", "brief.next.by", "brief.effort.contacts",
	"brief.effort.channels", "brief.effort.transfers", "brief.effort.days", "brief.effort.repeats", "candidates.name", "candidates.records.id",
	"error", NULL,
};

/* What one result is made of. */
struct result {
	struct batch_put *put;
	const struct batch_record *record;
	struct str who;
	struct people people;
	size_t found;
	int status;
	const char *why;
};

static bool is_table(const struct batch_put *put)
{
	return out_format(put->out) == OUT_CSV || out_format(put->out) == OUT_TSV;
}

void batch_put_heading(struct batch_put *put)
{
	static const char *const *const columns[] = { find_columns, show_columns, timeline_columns, brief_columns };

	if (!is_table(put))
		return;
	out_table_lead(put->out, put->names, put->n_names);
	out_table(put->out, columns[put->what]);
}

/* The members that each object or row begins with. */
static void begin(const struct result *r)
{
	struct out *out = r->put->out;
	const struct fields *f = out_fields(out);

	out_open(out);
	if (is_table(r->put)) {
		for (size_t i = 0; i < r->put->n_names; i++)
			out_lead(out, i, batch_record_cell(r->record, i));
	}
	f->integer(f->arg, "line", (int64_t)r->record->line);
	f->text(f->arg, "who", r->who);
	f->text(f->arg, "status", str_of(batch_status_word(r->status)));
	if (r->put->n_names && !is_table(r->put)) {
		f->begin_map(f->arg, "row");
		for (size_t i = 0; i < r->put->n_names; i++)
			f->text(f->arg, r->put->names[i], batch_record_cell(r->record, i));
		f->end_map(f->arg);
	}
}

static void end(const struct result *r)
{
	const struct fields *f = out_fields(r->put->out);

	if (r->why)
		f->text(f->arg, "error", str_of(r->why));
	out_close(r->put->out);
}

static void put_object(struct result *r)
{
	struct people *people = &r->people;
	const struct fields *f = out_fields(r->put->out);
	size_t older;

	begin(r);
	if (people->customer) {
		if (r->put->what != BATCH_TIMELINE)
			people_put_customer(people, f);
		if (r->put->what == BATCH_BRIEF)
			people_put_brief(people, f);
		else
			people_put_timeline(people, &r->put->filter->rows, f);
		if (people->newest && r->put->what != BATCH_BRIEF) {
			people_rows_end(people, &r->put->filter->rows, &older);
			f->integer(f->arg, "older", (int64_t)older);
		}
	} else if (people->lookup) {
		if (r->put->what == BATCH_FIND || r->found > 0)
			people_put_candidates(people, f);
		if (r->put->what == BATCH_FIND && lookup_rows(people->lookup)->n)
			people_put_rows(people, f);
		if (lookup_result(people->lookup)->n_notes)
			people_put_notes(people, f);
	}
	if (people->lookup)
		people_put_sources(people, f);
	end(r);
}

/* A row for each candidate; one without when there is none. */
static void put_candidates(struct result *r)
{
	const struct fields *f = out_fields(r->put->out);
	const struct resolve_result *result = r->people.lookup ? lookup_result(r->people.lookup) : NULL;

	for (size_t i = 0; result && i < result->n; i++) {
		begin(r);
		f->begin_map(f->arg, "candidates");
		present_group(&r->people.present, &result->groups[i], f);
		f->end_map(f->arg);
		end(r);
	}
	if (!result || result->n == 0) {
		begin(r);
		end(r);
	}
}

static void put_timeline_rows(struct result *r)
{
	const struct fields *f = out_fields(r->put->out);
	struct timeline *timeline = customer_timeline(r->people.customer);
	size_t n = people_rows_end(&r->people, &r->put->filter->rows, NULL), put = 0;

	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (!present_keeps(&r->people.present, row, &r->put->filter->rows))
			continue;
		begin(r);
		f->begin_map(f->arg, "timeline");
		present_row(&r->people.present, row, f);
		f->end_map(f->arg);
		end(r);
		put++;
	}
	if (put == 0) {
		begin(r);
		end(r);
	}
}

/* How many rows the filter keeps, and the time of the first. */
static size_t count_rows(const struct result *r, int64_t *newest)
{
	struct timeline *timeline = customer_timeline(r->people.customer);
	size_t n = timeline_count(timeline), kept = 0;

	*newest = WHEN_NONE;
	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (!present_keeps(&r->people.present, row, &r->put->filter->rows))
			continue;
		if (kept++ == 0)
			*newest = row->head->at;
	}
	return kept;
}

static void put_customer_row(struct result *r)
{
	const struct fields *f = out_fields(r->put->out);
	int64_t newest;
	size_t kept = count_rows(r, &newest);

	begin(r);
	people_put_customer(&r->people, f);
	if (r->put->what == BATCH_BRIEF)
		people_put_brief(&r->people, f);
	f->integer(f->arg, "interactions", (int64_t)kept);
	f->time(f->arg, "newest", newest);
	end(r);
}

static void put_row(struct result *r)
{
	if (r->people.customer && r->put->what == BATCH_TIMELINE)
		put_timeline_rows(r);
	else if (r->people.customer)
		put_customer_row(r);
	else
		put_candidates(r);
}

static int status_of(struct result *r)
{
	const struct source *sources;
	size_t n;

	if (!r->people.lookup)
		return r->why ? BATCH_FAILED : BATCH_NONE;
	sources = r->people.customer ? customer_sources(r->people.customer, &n) : lookup_sources(r->people.lookup, &n);
	r->found = lookup_result(r->people.lookup)->n;
	switch (people_status(r->found, sources, n)) {
	case CLI_NOTHING:
		return BATCH_FAILED;
	case CLI_PARTIAL:
		return BATCH_PARTIAL;
	default:
		return r->found == 0 ? BATCH_NONE : r->found == 1 ? BATCH_FOUND : BATCH_SEVERAL;
	}
}

/* The first backend that did badly, for the tables, which have no list of sources. */
static const char *first_trouble(const struct people *people)
{
	size_t n;
	const struct source *sources = people->customer ? customer_sources(people->customer, &n)
							: lookup_sources(people->lookup, &n);

	for (size_t i = 0; i < n; i++)
		if (sources[i].state == SOURCE_FAILED || sources[i].state == SOURCE_PARTIAL)
			return sources[i].err.text;
	return NULL;
}

static struct str group_name(const struct group *group)
{
	for (size_t i = 0; i < group->n_records; i++)
		if (group->records[i]->n_names)
			return group->records[i]->names[0];
	return str_of(gettext(group->n_records ? "(no name)" : "(not known)"));
}

/* Who was found, and how much of them, in words that are safe. */
static void text_found(const struct result *r, struct buf *text)
{
	const struct resolve_result *result = lookup_result(r->people.lookup);
	struct arena *arena = arena_new();
	char at[32];
	int64_t newest;
	size_t kept;

	for (size_t i = 0; i < result->n; i++) {
		buf_adds(text, i ? "; " : "");
		text_safe(text, group_name(present_seen_group(&r->people.present, &result->groups[i], arena)), 0);
	}
	arena_free(arena);
	if (!r->people.customer)
		return;
	kept = count_rows(r, &newest);
	buf_printf(text, ngettext(", %zu row", ", %zu rows", kept), kept);
	if (newest == WHEN_NONE)
		return;
	when_iso(newest, at);
	buf_printf(text, gettext(", the newest of %.10s"), at);
}

/* One line for people: the line of the list, who, what came of it. */
static void put_text(struct result *r)
{
	struct buf who, text;

	buf_init(&who, TEXT_MOST);
	buf_init(&text, TEXT_MOST);
	text_safe(&who, r->who, 0);
	text_cell(&text, buf_str(&who), WHO_COLUMNS, true);
	buf_printf(&text, "  %-8s  ", batch_status_word(r->status));
	if (r->found)
		text_found(r, &text);
	if (r->why) {
		buf_adds(&text, r->found ? "; " : "");
		text_safe(&text, str_of(r->why), 0);
	}
	out_printf(r->put->out, "%6zu  ", r->record->line);
	out_str(r->put->out, str_trim(buf_str(&text)));
	out_text(r->put->out, "\n");
	buf_release(&who);
	buf_release(&text);
}

int batch_put(struct batch_put *put, const struct batch_record *record, struct str who, const struct many_item *item, const char *why)
{
	struct result r = { .put = put, .record = record, .who = who, .why = why };

	r.people.present = put->present;
	r.people.newest = put->filter->newest;
	if (item) {
		r.people.lookup = item->lookup;
		r.people.customer = item->customer;
		if (!item->lookup)
			r.why = item->err.text;
	}
	r.status = status_of(&r);
	if (out_format(put->out) == OUT_NDJSON) {
		put_object(&r);
		return r.status;
	}
	if (r.people.lookup)
		r.why = first_trouble(&r.people);
	if (is_table(put))
		put_row(&r);
	else
		put_text(&r);
	return r.status;
}
