#include <dossier/base/mem.h>
#include <dossier/desk/customer.h>

#include "customer_parts.h"
#include "group.h"
#include "lookup_parts.h"

/* One backend's part. */
struct pull {
	struct customer *customer;
	size_t at;
	struct backend_call *call;      /* NULL: not running */
	bool asked;                     /* subject was pulled, or is being */
	struct subject subject;
	struct source own;              /* of the pull alone */
	int64_t since;                  /* steady */
	struct keeping keeping;
	bool again;                     /* a refresh: rows wait until all of them are there */
	struct batch **fresh;
	size_t n_fresh, cap_fresh;
};

static void take_group(struct customer *customer);

static void tell(void *arg)
{
	struct customer *customer = arg;

	if (customer->known.changed)
		take_group(customer);
	customer->deferred = false;
	customer->finished = customer->finished && wrote_finish(customer);
	if (!customer->finished) {
		customer->sink.changed(customer->sink.arg);
	} else if (!customer->told) {
		customer->told = true;
		customer->sink.done(customer->sink.arg);
	}
}

void customer_tell(struct customer *customer)
{
	if (!customer->deferred)
		loop_defer(customer->desk->loop, tell, customer);
	customer->deferred = true;
}

/* What is shown of a backend: its look-up and its pull as one; rows are those of the timeline. */
static void show_source(struct customer *customer, size_t at)
{
	struct source *shown = &customer->sources[at];
	const struct desk_backend *backend = &customer->desk->backends[at];
	size_t n;

	*shown = (struct source){ .backend = backend->id, .retry_at = WHEN_NONE, .since = WHEN_NONE };
	if (customer->lookup) {
		*shown = lookup_sources(customer->lookup, &n)[at];
		shown->rows = 0;
	} else if (!backend->backend) {
		shown->state = SOURCE_FAILED;
		shown->err = backend->err;
	}
	if (customer->pulls[at].call)
		shown->state = SOURCE_WAITING;
	else if (customer->pulls[at].asked)
		source_merge(shown, &customer->pulls[at].own);
	if (shown->state == SOURCE_FAILED && customer->pulls[at].keeping.shown_at)
		shown->since = customer->pulls[at].keeping.shown_at;
}

/* Looks once for a copy of what a failed backend said before. */
static void look_for_copies(struct customer *customer)
{
	for (size_t i = 0; customer->desk->store && i < customer->desk->n_backends; i++) {
		struct keeping *keeping = &customer->pulls[i].keeping;

		if (keeping->asked || customer->pulls[i].call || customer->sources[i].state != SOURCE_FAILED)
			continue;
		keeping->asked = true;
		kept_look(customer, i);
	}
}

void customer_stand_in(struct customer *customer, size_t at, struct batch *batch, int64_t when)
{
	struct pull *pull = &customer->pulls[at];

	if (pull->call || customer->sources[at].state != SOURCE_FAILED) {
		batch_free(batch);
		return;
	}
	timeline_take(customer->timeline, batch);
	if (when > pull->keeping.shown_at)
		pull->keeping.shown_at = when;
	known_rows_changed(customer);
	show_source(customer, at);
}

void customer_check(struct customer *customer)
{
	customer->finished = !customer->running && (!customer->lookup || lookup_done(customer->lookup)) && known_settled(customer);
	if (customer->finished)
		look_for_copies(customer);
	customer->finished = customer->finished && !customer->copying;
	customer->told = false;
	customer_tell(customer);
}

/* Rows of "tickets.articles" come from the pull "tickets". */
static bool is_shared(const struct plan *plan, struct str row)
{
	const char *dot = row.p ? memchr(row.p, '.', row.n) : NULL;
	struct str name = dot ? str_make(row.p, (size_t)(dot - row.p)) : row;

	for (size_t i = 0; i < plan->pulls.n; i++) {
		if (str_is(name, plan->pulls.items[i]->name))
			return plan->pulls.items[i]->shared;
	}
	return false;
}

/* Rows that follow each other mostly come from one pull, and have one copy of its name. */
static void share_rows(const struct plan *plan, struct batch *batch)
{
	struct str row = { 0 };
	bool shared = false;

	for (size_t i = 0; i < batch->n; i++) {
		struct interaction *it = batch->items[i];

		if (!i || it->row.p != row.p || it->row.n != row.n)
			shared = is_shared(plan, row = it->row);
		it->shared_only |= shared;
	}
}

static void on_batch(void *arg, struct batch *batch)
{
	struct pull *pull = arg;
	struct customer *customer = pull->customer;
	const struct plan *plan = backend_plan(customer->desk->backends[pull->at].backend);

	share_rows(plan, batch);
	kept_add(&pull->keeping, batch);
	if (pull->again) {
		MEM_ROOM(pull->fresh, pull->n_fresh, pull->cap_fresh);
		pull->fresh[pull->n_fresh++] = batch;
		return;
	}
	timeline_take(customer->timeline, batch);
	known_rows_changed(customer);
	customer_tell(customer);
}

/* The rows of a refresh, in the place of those before where nothing is missing, else beside them. */
static void take_fresh(struct pull *pull, bool whole)
{
	struct timeline *timeline = pull->customer->timeline;

	if (whole)
		timeline_drop(timeline, str_of(pull->customer->desk->backends[pull->at].id));
	for (size_t i = 0; i < pull->n_fresh; i++)
		timeline_take(timeline, pull->fresh[i]);
	pull->n_fresh = 0;
	pull->again = false;
	known_rows_changed(pull->customer);
}

static void on_done(void *arg, const struct backend_end *end)
{
	struct pull *pull = arg;
	struct customer *customer = pull->customer;

	pull->call = NULL;
	source_end(&pull->own, end, clock_wall(customer->desk->clock));
	pull->own.ms = clock_steady(customer->desk->clock) - pull->since;
	customer->running--;
	if (pull->again)
		take_fresh(pull, end->ok);
	if (end->ok)
		kept_keep(customer, customer->desk->backends[pull->at].id, &pull->subject, &pull->keeping);
	if (end->ok)
		pull->keeping.shown_at = 0;
	kept_end(&pull->keeping);
	show_source(customer, pull->at);
	customer_check(customer);
}

static void cancel(struct pull *pull)
{
	if (pull->call) {
		backend_cancel(pull->call);
		pull->customer->running--;
	}
	pull->call = NULL;
	for (size_t i = 0; i < pull->n_fresh; i++)
		batch_free(pull->fresh[i]);
	pull->n_fresh = 0;
	pull->again = false;
	kept_end(&pull->keeping);
}

static void stop(struct pull *pull)
{
	cancel(pull);
	if (pull->asked) {
		timeline_drop(pull->customer->timeline, str_of(pull->customer->desk->backends[pull->at].id));
		known_rows_changed(pull->customer);
	}
	pull->asked = false;
}

/* left: ms of the backend's dead-line. */
static void start(struct pull *pull, const struct subject *subject, int64_t left)
{
	struct customer *customer = pull->customer;
	struct desk *desk = customer->desk;
	struct desk_backend *backend = &desk->backends[pull->at];
	struct backend_sink sink = { .batch = on_batch, .done = on_done, .arg = pull };
	struct backend_options options = { .rank = desk->rank, .since = customer->since, .all = customer->all,
					   .trace = desk->trace };
	struct backend_subject whom;

	pull->subject = *subject;
	pull->asked = true;
	pull->own = (struct source){ .backend = backend->id, .state = SOURCE_WAITING, .retry_at = WHEN_NONE, .since = WHEN_NONE };
	pull->since = clock_steady(desk->clock);
	options.deadline = pull->since + left;
	whom = (struct backend_subject){
		.records = pull->subject.records, .n_records = pull->subject.n_records,
		.ids = pull->subject.ids, .n_ids = pull->subject.n_ids,
	};
	/* a copy that stands in goes when all is there */
	pull->again = pull->keeping.shown_at != 0;
	pull->keeping.asked = false;
	if (customer->wrote.how && desk->store)
		kept_begin(&pull->keeping);
	customer->running++;
	pull->call = backend_pull(backend->backend, &whom, &options, &sink);
}

/* Brings one backend's pull up to the group as it is. */
static void follow(struct customer *customer, size_t at)
{
	struct pull *pull = &customer->pulls[at];
	const struct desk_backend *backend = &customer->desk->backends[at];
	struct subject subject;

	if (!backend->backend || (customer->lookup && lookup_asks(customer->lookup, at)))
		return;
	if (customer->lookup && lookup_failed(customer->lookup, at) && !pull->asked)
		return;
	if (!subject_of(customer->arena, customer->whole, backend->id, backend_plan(backend->backend), &subject)) {
		stop(pull);
	} else if (!pull->asked || !subject_same(&subject, &pull->subject)) {
		stop(pull);
		start(pull, &subject, customer->lookup ? lookup_left(customer->lookup, &customer->desk->backends[at]) :
		      backend_deadline_ms(backend->backend));
	}
}

/* What the store knows of the group's persons stands beside the records, so that names and numbers are there without any. */
static const struct group *with_persons(struct customer *customer, struct arena *arena)
{
	struct group *whole = arena_alloc(arena, sizeof(*whole));
	const struct group *group = customer->group;
	const struct record **records = arena_alloc(arena, (group->n_records + group->n_persons + 1) * sizeof(*records));

	*whole = *group;
	whole->n_records = 0;
	for (size_t i = 0; i < group->n_records; i++)
		records[whole->n_records++] = group->records[i];
	for (size_t i = 0; i < group->n_persons; i++) {
		const struct record *record = known_record(customer, arena, group->persons[i]);

		if (record)
			records[whole->n_records++] = record;
	}
	whole->records = records;
	return whole;
}

/* The store's name for a person is no identity that anybody could ask by. */
static void profile_of(struct customer *customer)
{
	struct profile_list *list = &customer->profile.identities;
	size_t n = 0;

	profile_release(&customer->profile);
	profile_init(&customer->profile, customer->whole);
	for (size_t i = 0; i < list->n; i++) {
		if (!str_starts(list->items[i].text, "rec:" CASES_BACKEND "/"))
			list->items[n++] = list->items[i];
	}
	list->n = n;
}

/* It is somebody else now, perhaps: what stood in for the one before must not stay. */
static void drop_copies(struct customer *customer)
{
	kept_release(customer);
	for (size_t i = 0; i < customer->desk->n_backends; i++) {
		struct keeping *keeping = &customer->pulls[i].keeping;

		if (keeping->shown_at)
			timeline_drop(customer->timeline, str_of(customer->desk->backends[i].id));
		keeping->shown_at = 0;
		keeping->asked = false;
	}
}

/* Works out anew who this is, and has the backends follow. */
static void take_group(struct customer *customer)
{
	struct arena *arena = arena_new();
	const struct group *group = known_group(customer, arena);

	customer->known.changed = false;
	if (customer->group_of != customer->given || !group_same(customer->group, group)) {
		customer->group = group_copy(customer->arena, group);
		customer->group_of = customer->given;
		known_group_changed(customer);
		drop_copies(customer);
	}
	arena_free(arena);
	known_ask(customer);
	customer->whole = with_persons(customer, customer->arena);
	profile_of(customer);
	for (size_t i = 0; i < customer->desk->n_backends; i++) {
		follow(customer, i);
		show_source(customer, i);
	}
	customer_check(customer);
}

struct customer *customer_open(struct desk *desk, const struct group *group,
			       const struct customer_options *options, const struct customer_sink *sink)
{
	struct customer *customer = mem_zalloc(sizeof(*customer));

	customer->desk = desk;
	customer->sink = *sink;
	customer->lookup = options ? options->lookup : NULL;
	customer->since = options ? options->since : WHEN_NONE;
	customer->all = options && options->all;
	customer->arena = arena_new();
	customer->timeline = timeline_new(desk->house->aliases, desk->house->country);
	customer->pulls = mem_array(desk->n_backends + 1, sizeof(*customer->pulls));
	customer->sources = mem_array(desk->n_backends + 1, sizeof(*customer->sources));
	for (size_t i = 0; i < desk->n_backends; i++)
		customer->pulls[i] = (struct pull){ .customer = customer, .at = i };
	if (options && options->how) {
		customer->wrote.how = mem_strdup(options->how);
		customer->wrote.reason = options->reason.p ? str_dup(options->reason) : NULL;
	}
	customer->given = group_copy(customer->arena, group);
	known_start(customer);
	take_group(customer);
	return customer;
}

void customer_update(struct customer *customer, const struct group *group)
{
	customer->given = group_copy(customer->arena, group);
	take_group(customer);
}

void customer_refresh(struct customer *customer)
{
	for (size_t i = 0; i < customer->desk->n_backends; i++) {
		struct pull *pull = &customer->pulls[i];
		struct subject subject = pull->subject;

		if (!pull->asked || pull->call)
			continue;
		start(pull, &subject, backend_deadline_ms(customer->desk->backends[i].backend));
		pull->again = true;
		show_source(customer, i);
	}
	customer_check(customer);
}

void customer_free(struct customer *customer)
{
	if (!customer)
		return;
	loop_defer_cancel(customer->desk->loop, tell, customer);
	for (size_t i = 0; i < customer->desk->n_backends; i++) {
		cancel(&customer->pulls[i]);
		free(customer->pulls[i].fresh);
	}
	free(customer->pulls);
	free(customer->sources);
	wrote_release(customer);
	kept_release(customer);
	shown_release(customer);
	timeline_free(customer->timeline);
	known_free(customer);
	profile_release(&customer->profile);
	arena_free(customer->arena);
	free(customer);
}

bool customer_done(const struct customer *customer)
{
	return customer->finished;
}

const struct group *customer_group(const struct customer *customer)
{
	return customer->group;
}

const struct profile *customer_profile(const struct customer *customer)
{
	return &customer->profile;
}

const struct source *customer_sources(const struct customer *customer, size_t *n)
{
	*n = customer->desk->n_backends;
	return customer->sources;
}
