#include <dossier/desk/present_case.h>

#include "people.h"

void people_put_sources(struct people *people, const struct fields *f)
{
	size_t n;
	const struct source *sources = people->customer ? customer_sources(people->customer, &n)
							: lookup_sources(people->lookup, &n);

	f->begin_list(f->arg, "sources");
	for (size_t i = 0; i < n; i++) {
		f->begin_map(f->arg, NULL);
		present_source(&people->present, &sources[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
}

void people_put_end(struct people *people, const struct fields *f)
{
	people_put_sources(people, f);
	f->begin_list(f->arg, "masked");
	f->end_list(f->arg);
}

void people_put_candidates(struct people *people, const struct fields *f)
{
	const struct resolve_result *result = lookup_result(people->lookup);

	f->begin_list(f->arg, "candidates");
	for (size_t i = 0; i < result->n; i++) {
		f->begin_map(f->arg, NULL);
		present_group(&people->present, &result->groups[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
}

void people_put_rows(struct people *people, const struct fields *f)
{
	const struct batch *rows = lookup_rows(people->lookup);

	f->begin_list(f->arg, "rows");
	for (size_t i = 0; i < rows->n; i++) {
		const struct interaction *it = rows->items[i];

		f->begin_map(f->arg, NULL);
		present_row(&people->present, &(struct timeline_row){ it, &it, 1 }, f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
}

void people_put_notes(struct people *people, const struct fields *f)
{
	const struct resolve_result *result = lookup_result(people->lookup);

	f->begin_list(f->arg, "notes");
	for (size_t i = 0; i < result->n_notes; i++)
		f->text(f->arg, NULL, result->notes[i]);
	f->end_list(f->arg);
}

void people_put_customer(struct people *people, const struct fields *f)
{
	f->begin_map(f->arg, "customer");
	present_group(&people->present, customer_group(people->customer), f);
	f->begin_map(f->arg, "profile");
	present_profile(&people->present, customer_profile(people->customer), f);
	f->end_map(f->arg);
	f->end_map(f->arg);
}

void people_put_brief(struct people *people, const struct fields *f)
{
	const struct cases *cases = customer_cases(people->customer);
	struct verified verified;
	struct misfits misfits;

	f->begin_map(f->arg, "brief");
	present_brief(&people->present, customer_brief(people->customer), f);
	f->end_map(f->arg);
	customer_misfits(people->customer, &misfits);
	f->begin_list(f->arg, "misfits");
	for (size_t i = 0; i < misfits.n; i++) {
		f->begin_map(f->arg, NULL);
		present_misfit(&people->present, &misfits.items[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
	misfits_release(&misfits);
	f->begin_list(f->arg, "cases");
	for (size_t i = 0; i < cases->n_cases; i++) {
		f->begin_map(f->arg, NULL);
		present_case(&people->present, &cases->cases[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
	customer_verified(people->customer, &verified);
	f->begin_map(f->arg, "verified");
	present_verified(&people->present, &verified, f);
	f->end_map(f->arg);
}

void people_put_timeline(struct people *people, const struct timeline_filter *filter, const struct fields *f)
{
	struct timeline *timeline = customer_timeline(people->customer);
	size_t n = people_rows_end(people, filter, NULL);

	f->begin_list(f->arg, "timeline");
	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (!present_keeps(&people->present, row, filter))
			continue;
		f->begin_map(f->arg, NULL);
		present_row(&people->present, row, f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
}
