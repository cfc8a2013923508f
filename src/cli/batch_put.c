#include "batch.h"

#include <dossier/base/mem.h>

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
	return out_format(put->out) != OUT_NDJSON;
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

	begin(r);
	if (people->customer) {
		if (r->put->what == BATCH_SHOW)
			people_put_customer(people, f);
		people_put_timeline(people, &r->put->filter->rows, f);
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
	size_t n = timeline_count(timeline), put = 0;

	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (!timeline_keeps(row, &r->put->filter->rows))
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

static void put_customer_row(struct result *r)
{
	const struct fields *f = out_fields(r->put->out);
	struct timeline *timeline = customer_timeline(r->people.customer);
	size_t n = timeline_count(timeline), kept = 0;
	int64_t newest = WHEN_NONE;

	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (!timeline_keeps(row, &r->put->filter->rows))
			continue;
		if (kept++ == 0)
			newest = row->head->at;
	}
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

int batch_put(struct batch_put *put, const struct batch_record *record, struct str who, const struct many_item *item, const char *why)
{
	struct result r = { .put = put, .record = record, .who = who, .why = why };

	r.people.present = put->present;
	if (item) {
		r.people.lookup = item->lookup;
		r.people.customer = item->customer;
		if (!item->lookup)
			r.why = item->err.text;
	}
	r.status = status_of(&r);
	if (!is_table(put)) {
		put_object(&r);
		return r.status;
	}
	if (r.people.lookup)
		r.why = first_trouble(&r.people);
	put_row(&r);
	return r.status;
}
