#include <dossier/base/mem.h>
#include <dossier/desk/many.h>

#define FIRST_WINDOW 4
#define BUDGET_SHARE 0.5        /* of what a backend's budget allows within a dead-line: a customer may need more than most */
#define TIDY_MS 1000
#define NEW_WEIGHT 0.125        /* of the newest customer in a running mean */

/* One customer under way. */
struct job {
	struct many *many;
	struct many_item item;
	struct job *next, **link;
};

struct many {
	struct desk *desk;
	struct many_options options;
	struct many_sink sink;
	struct job *jobs;
	size_t running;
	double window;                  /* how many may be under way: grows with each that ends */
	double *requests;               /* one a desk backend: how many a customer takes there, on the average */
	bool deferred;
	struct timer *tidy;             /* memory goes back to the system, at most so often */
};

static void fill(void *arg);

void many_more(struct many *many)
{
	if (!many->deferred)
		loop_defer(many->desk->loop, fill, many);
	many->deferred = true;
}

static void job_free(struct job *job)
{
	struct many *many = job->many;

	customer_free(job->item.customer);
	lookup_free(job->item.lookup);
	*job->link = job->next;
	if (job->next)
		job->next->link = job->link;
	free(job);
	many->running--;
}

static void learn(struct many *many, const struct source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (sources[i].requests == 0)
			continue;
		if (many->requests[i] == 0)
			many->requests[i] = sources[i].requests;
		many->requests[i] += NEW_WEIGHT * (sources[i].requests - many->requests[i]);
	}
	if (many->window < many->options.jobs)
		many->window += 1;
}

/* How many may be under way, by what each backend's budget gives within its dead-line. */
static double allowed(const struct many *many)
{
	double most = many->window < many->options.jobs ? many->window : many->options.jobs;

	for (size_t i = 0; i < many->desk->n_backends; i++) {
		const struct backend *backend = many->desk->backends[i].backend;
		double rate = backend ? backend_rate(backend) : -1, share;

		if (rate <= 0 || many->requests[i] == 0)
			continue;
		share = BUDGET_SHARE * rate * (double)backend_deadline_ms(backend) / 1000 / many->requests[i];
		if (many->options.parts > 1)
			share /= many->options.parts;
		if (share < most)
			most = share;
	}
	return most < 1 ? 1 : most;
}

/* Results wait for slower ones before them: peaks, which would otherwise stay for as long as a list takes. */
static void tidy(void *arg)
{
	struct many *many = arg;

	many->tidy = NULL;
	mem_trim();
}

static void finish(struct job *job)
{
	struct many *many = job->many;
	const struct source *sources;
	size_t n;

	if (job->item.customer || job->item.lookup) {
		sources = job->item.customer ? customer_sources(job->item.customer, &n) : lookup_sources(job->item.lookup, &n);
		learn(many, sources, n);
	}
	many->sink.done(many->sink.arg, &job->item);
	job_free(job);
	if (!many->tidy)
		many->tidy = loop_timer(many->desk->loop, TIDY_MS, tidy, many);
	many_more(many);
}

static void nothing(void *arg)
{
	(void)arg;
}

static void customer_ended(void *arg)
{
	finish(arg);
}

static void lookup_ended(void *arg)
{
	struct job *job = arg;
	const struct many *many = job->many;
	const struct resolve_result *result = lookup_result(job->item.lookup);
	struct customer_options options = { .since = many->options.since, .all = many->options.all, .lookup = job->item.lookup };
	struct customer_sink sink = { nothing, customer_ended, job };

	if (many->options.customers && result->n == 1)
		job->item.customer = customer_open(many->desk, &result->groups[0], &options, &sink);
	else
		finish(job);
}

static void unread(void *arg)
{
	finish(arg);
}

static bool start_one(struct many *many)
{
	struct lookup_sink sink = { nothing, lookup_ended, NULL };
	struct str who;
	struct job *job;
	void *data;

	if ((double)many->running + 1 > allowed(many) || !many->sink.next(many->sink.arg, &who, &data))
		return false;
	job = mem_zalloc(sizeof(*job));
	job->many = many;
	job->item.data = data;
	job->next = many->jobs;
	job->link = &many->jobs;
	if (job->next)
		job->next->link = &job->next;
	many->jobs = job;
	many->running++;
	sink.arg = job;
	job->item.lookup = lookup_start(many->desk, who, &sink, &job->item.err);
	if (!job->item.lookup)
		loop_defer(many->desk->loop, unread, job);
	return true;
}

static void fill(void *arg)
{
	struct many *many = arg;

	many->deferred = false;
	while (start_one(many))
		;
}

struct many *many_new(struct desk *desk, const struct many_options *options, const struct many_sink *sink)
{
	struct many *many = mem_zalloc(sizeof(*many));

	many->desk = desk;
	many->options = *options;
	many->sink = *sink;
	many->window = FIRST_WINDOW;
	many->requests = mem_array(desk->n_backends + 1, sizeof(*many->requests));
	many_more(many);
	return many;
}

size_t many_running(const struct many *many)
{
	return many->running;
}

void many_free(struct many *many)
{
	if (!many)
		return;
	loop_defer_cancel(many->desk->loop, fill, many);
	loop_timer_cancel(many->desk->loop, many->tidy);
	while (many->jobs) {
		loop_defer_cancel(many->desk->loop, unread, many->jobs);
		job_free(many->jobs);
	}
	free(many->requests);
	free(many);
}
