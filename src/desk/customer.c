#include <dossier/base/mem.h>
#include <dossier/desk/customer.h>

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
};

struct customer {
	struct desk *desk;
	struct customer_sink sink;
	const struct lookup *lookup;
	int64_t since;
	bool all;
	struct arena *arena;            /* of every group so far: a pull under way borrows from its own */
	const struct group *group;
	struct profile profile;
	struct timeline *timeline;
	struct pull *pulls;             /* one a desk backend */
	struct source *sources;
	unsigned running;
	bool finished, told, deferred;
};

static void tell(void *arg)
{
	struct customer *customer = arg;

	customer->deferred = false;
	if (!customer->finished) {
		customer->sink.changed(customer->sink.arg);
	} else if (!customer->told) {
		customer->told = true;
		customer->sink.done(customer->sink.arg);
	}
}

static void tell_later(struct customer *customer)
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
}

static void check_finished(struct customer *customer)
{
	customer->finished = !customer->running && (!customer->lookup || lookup_done(customer->lookup));
	tell_later(customer);
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

static void on_batch(void *arg, struct batch *batch)
{
	struct pull *pull = arg;
	struct customer *customer = pull->customer;
	const struct plan *plan = backend_plan(customer->desk->backends[pull->at].backend);

	for (size_t i = 0; i < batch->n; i++)
		batch->items[i]->shared_only |= is_shared(plan, batch->items[i]->row);
	timeline_take(customer->timeline, batch);
	tell_later(customer);
}

static void on_done(void *arg, const struct backend_end *end)
{
	struct pull *pull = arg;
	struct customer *customer = pull->customer;

	pull->call = NULL;
	source_end(&pull->own, end, clock_wall(customer->desk->clock));
	pull->own.ms = clock_steady(customer->desk->clock) - pull->since;
	customer->running--;
	show_source(customer, pull->at);
	check_finished(customer);
}

static void stop(struct pull *pull)
{
	if (pull->call) {
		backend_cancel(pull->call);
		pull->customer->running--;
	}
	pull->call = NULL;
	if (pull->asked)
		timeline_drop(pull->customer->timeline, str_of(pull->customer->desk->backends[pull->at].id));
	pull->asked = false;
}

static void start(struct pull *pull, const struct subject *subject)
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
	options.deadline = pull->since + (customer->lookup ? lookup_left(customer->lookup, backend) : backend_deadline_ms(backend->backend));
	whom = (struct backend_subject){
		.records = pull->subject.records, .n_records = pull->subject.n_records,
		.ids = pull->subject.ids, .n_ids = pull->subject.n_ids,
	};
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
	if (!subject_of(customer->arena, customer->group, backend->id, backend_plan(backend->backend), &subject)) {
		stop(pull);
	} else if (!pull->asked || !subject_same(&subject, &pull->subject)) {
		stop(pull);
		start(pull, &subject);
	}
}

static void take_group(struct customer *customer, const struct group *group)
{
	customer->group = group_copy(customer->arena, group);
	profile_release(&customer->profile);
	profile_init(&customer->profile, customer->group);
	for (size_t i = 0; i < customer->desk->n_backends; i++) {
		follow(customer, i);
		show_source(customer, i);
	}
	customer->told = false;
	check_finished(customer);
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
	take_group(customer, group);
	return customer;
}

void customer_update(struct customer *customer, const struct group *group)
{
	take_group(customer, group);
}

void customer_free(struct customer *customer)
{
	if (!customer)
		return;
	loop_defer_cancel(customer->desk->loop, tell, customer);
	for (size_t i = 0; i < customer->desk->n_backends; i++) {
		if (customer->pulls[i].call)
			backend_cancel(customer->pulls[i].call);
	}
	free(customer->pulls);
	free(customer->sources);
	timeline_free(customer->timeline);
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

struct timeline *customer_timeline(struct customer *customer)
{
	return customer->timeline;
}

const struct source *customer_sources(const struct customer *customer, size_t *n)
{
	*n = customer->desk->n_backends;
	return customer->sources;
}
