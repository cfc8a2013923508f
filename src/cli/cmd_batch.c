/*
 * dossier batch: many customers, in order, streamed. Records of the list wait
 * in a ring from the first that is not in the output yet; each is looked up,
 * written into memory, and goes out when all before it have.
 */
#include "batch_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define JOBS 32
#define JOBS_MOST 1000
#define RING_JOBS 16            /* places a job: how far the quick may run ahead of the slowest */
#define WAITING_MOST (64 * 1024)        /* not yet written: then nobody new is looked up */
#define PROGRESS_MS 500

#define SHARED_OPTIONS \
	{ "jobs", 'j', "N", "at most N customers under way at a time (32)", CLI_TEXT, offsetof(struct batch_options, jobs) }, \
	{ "workers", 'w', "N", "N processes, 1 to 8 (as many as there are processors)", CLI_TEXT, offsetof(struct batch_options, workers) }, \
	{ "column", 'c', "NAME", "the list is a table with a heading: who stands in this column", CLI_TEXT, offsetof(struct batch_options, column) }, \
	{ "output", 'o', "FILE", "write there instead of standard output", CLI_TEXT, offsetof(struct batch_options, output) }, \
	{ "resume", 0, "FILE", "keep there how far this got, and go on from there", CLI_TEXT, offsetof(struct batch_options, resume) }, \
	{ "unordered", 'u', NULL, "write each as soon as it is known", CLI_FLAG, offsetof(struct batch_options, unordered) }

const struct cli_option batch_find_options[] = { SHARED_OPTIONS, { 0 } };
const struct cli_option batch_rows_options[] = {
	SHARED_OPTIONS,
	{ "kind", 'k', "K,..", "only these kinds: call, email, order, payment ...", CLI_TEXT, offsetof(struct batch_options, rows.kind) },
	{ "backend", 'b', "NAME", "only rows of this backend", CLI_TEXT, offsetof(struct batch_options, rows.backend) },
	{ "all", 'a', NULL, "details of older rows too, which a connector asks for the newest only", CLI_FLAG, offsetof(struct batch_options, rows.all) },
	{ "since", 0, "T", "not before: a date, a time, yesterday, -7d", CLI_TEXT, offsetof(struct batch_options, rows.since) },
	{ "until", 0, "T", "before", CLI_TEXT, offsetof(struct batch_options, rows.until) },
	{ "grep", 'g', "TEXT", "only rows that contain TEXT, whatever its case", CLI_TEXT, offsetof(struct batch_options, rows.grep) },
	{ "newest", 'n', "N", "only the newest N rows of each", CLI_TEXT, offsetof(struct batch_options, rows.newest) },
	{ 0 },
};

struct batch_run {
	struct cli *cli;
	const struct batch_options *options;
	struct desk *desk;
	struct many *many;
	struct batch_pool *pool;        /* NULL: this process does all */
	struct batch_in *in;
	struct batch_out *out;
	struct batch_put put;
	struct filter filter;
	int fd;
	struct watch *watch;            /* on the list; NULL: nothing to be waited for */
	struct batch_ring ring;
	bool ended, headed, done;       /* the list has ended; the heading is out */
	int signo;
	bool fed;                       /* feed is about to be called */
	bool asked;                     /* somebody was looked up in this run */
	uint64_t list;                  /* hash of what was read of the list */
	struct err err;                 /* the list is broken */
	struct timer *progress;
	bool shown;
	int64_t start;
	char *about;
};

static bool is_idle(const struct batch_run *run)
{
	return (!run->many || many_running(run->many) == 0) && (!run->pool || batch_pool_waiting(run->pool) == 0);
}

static void check_done(struct batch_run *run)
{
	const struct err *err;
	bool quiet;

	if (batch_out_failed(run->out, &err, &quiet)) {
		run->done = true;
		return;
	}
	if ((run->ended || run->signo) && (run->signo || is_idle(run)) && batch_out_waiting(run->out) == 0)
		run->done = true;
}

static void keep_result(struct batch_run *run, struct batch_slot *slot, const struct many_item *item, const char *why)
{
	int status = batch_put(&run->put, slot->record, batch_record_cell(slot->record, batch_in_column(run->in)), item, why);

	batch_ring_take(&run->ring, slot, status, out_kept(run->put.out));
	out_forget(run->put.out);
}

static void feed(void *arg);

static void feed_soon(struct batch_run *run)
{
	if (!run->pool || run->fed)
		return;
	run->fed = true;
	loop_defer(run->desk->loop, feed, run);
}

/* There may be something to do: for this process first, so that a list that trickles wakes nobody else. */
static void go_on(struct batch_run *run)
{
	if (!run->many)
		return;
	many_more(run->many);
	feed_soon(run);
}

static struct str who_of(const struct batch_run *run, const struct batch_slot *slot)
{
	return str_trim(batch_record_cell(slot->record, batch_in_column(run->in)));
}

static void on_done(void *arg, const struct many_item *item)
{
	struct batch_run *run = arg;

	keep_result(run, item->data, item, NULL);
	feed_soon(run);
	check_done(run);
}

/* Names of the columns are known now: tables begin with them, once in all runs. */
static void begin_output(struct batch_run *run)
{
	run->headed = true;
	run->put.names = batch_in_names(run->in, &run->put.n_names);
	if (run->pool)
		batch_pool_names(run->pool, batch_in_column(run->in), run->put.names, run->put.n_names);
	batch_put_heading(&run->put);
	if (run->ring.document)
		batch_out_add(run->out, STR("{\"v\":1,\"results\":["), &run->ring.mark);
	if (!batch_out_resumed(run->out) && out_kept(run->put.out).n)
		batch_out_add(run->out, out_kept(run->put.out), &run->ring.mark);
	out_forget(run->put.out);
}

static bool has_room(const struct batch_run *run)
{
	return !run->signo && run->err.code == ERR_NONE && batch_out_waiting(run->out) < WAITING_MOST &&
	       batch_ring_room(&run->ring);
}

static void readable(void *arg, int fd, unsigned events)
{
	struct batch_run *run = arg;

	(void)fd;
	(void)events;
	batch_in_read(run->in);
	loop_watch_end(run->desk->loop, run->watch);
	run->watch = NULL;
	go_on(run);
}

static void end_list(struct batch_run *run)
{
	if (run->ended)
		return;
	run->ended = true;
	if (run->err.code == ERR_NONE && run->ring.next < run->ring.before.records)
		err_set(&run->err, ERR_USAGE, "the list is shorter than when the run was interrupted");
	if (!run->headed && run->err.code == ERR_NONE)
		begin_output(run);
	batch_out_hurry(run->out);
	check_done(run);
}

/* The next record that somebody must be looked up for; NULL: none can be had now. */
static struct batch_slot *next_slot(struct batch_run *run)
{
	struct batch_record *record;

	while (!run->ended && has_room(run)) {
		enum batch_in_state state = batch_in_next(run->in, &record, &run->err);
		struct batch_slot *slot;

		if (state == IN_WAITS) {
			if (!run->watch)
				run->watch = loop_watch(run->desk->loop, run->fd, LOOP_READ, readable, run);
			return NULL;
		}
		if (state != IN_RECORD)
			break;
		run->list = record->hash;
		if (!run->headed)
			begin_output(run);
		slot = batch_ring_add(&run->ring, record, &run->err);
		if (!slot)
			continue;
		if (who_of(run, slot).n && !record->ragged) {
			run->asked = true;
			return slot;
		}
		keep_result(run, slot, NULL, record->ragged ? "the row has more cells than the heading" : NULL);
	}
	if (!run->signo && (run->err.code != ERR_NONE || has_room(run)))
		end_list(run);
	return NULL;
}

static bool on_next(void *arg, struct str *who, void **data)
{
	struct batch_run *run = arg;
	struct batch_slot *slot = run->pool ? batch_pool_back(run->pool) : NULL;

	if (!slot)
		slot = next_slot(run);
	if (!slot)
		return false;
	*who = who_of(run, slot);
	*data = slot;
	return true;
}

/* What this process has no hand free for goes to the others. */
static void feed(void *arg)
{
	struct batch_run *run = arg;
	struct batch_slot *slot;

	run->fed = false;
	while (batch_pool_room(run->pool) && (slot = next_slot(run)) != NULL)
		batch_pool_give(run->pool, slot->record, slot);
}

static void on_result(void *arg, void *given, int status, struct str text)
{
	struct batch_run *run = arg;

	batch_ring_take(&run->ring, given, status, text);
	check_done(run);
}

static void on_lost(void *arg, void *given, const char *why)
{
	struct batch_run *run = arg;

	keep_result(run, given, NULL, why);
	check_done(run);
}

static void on_room(void *arg)
{
	go_on(arg);
}

static void on_drained(void *arg)
{
	struct batch_run *run = arg;

	check_done(run);
	go_on(run);
}

static void on_signal(void *arg, int signo)
{
	struct batch_run *run = arg;

	if (run->signo)
		run->done = true;
	run->signo = signo;
	batch_out_hurry(run->out);
	check_done(run);
}

static struct batch_progress progress_of(const struct batch_run *run)
{
	return (struct batch_progress){
		.mark = &run->ring.mark, .before = &run->ring.before, .read = run->ring.next, .share = batch_in_share(run->in),
		.ms = clock_steady(run->desk->clock) - run->start, .interrupted = run->signo != 0, .resumed = run->options->resume != NULL,
	};
}

static void say_progress(void *arg)
{
	struct batch_run *run = arg;
	const struct batch_progress progress = progress_of(run);

	batch_say_progress(&progress);
	run->shown = true;
	run->progress = loop_timer(run->desk->loop, PROGRESS_MS, say_progress, run);
}

static void say_counts(const struct batch_run *run)
{
	const struct batch_progress progress = progress_of(run);

	batch_say_counts(&progress);
}

/* What was begun is closed, interrupted or not: half a document is of no use to anybody. */
static void end_document(struct batch_run *run)
{
	struct buf text;

	if (!run->ring.document || !run->headed)
		return;
	buf_init(&text, 4096);
	buf_adds(&text, "\n],\"counts\":{");
	for (int i = 0; i < BATCH_STATUSES; i++)
		buf_printf(&text, "%s\"%s\":%llu", i ? "," : "", batch_status_word(i), (unsigned long long)run->ring.mark.counts[i]);
	buf_printf(&text, "},\"interrupted\":%s}\n", run->signo ? "true" : "false");
	run->done = false;
	batch_out_add(run->out, buf_str(&text), &run->ring.mark);
	batch_out_hurry(run->out);
	buf_release(&text);
	check_done(run);
	loop_until(run->desk->loop, &run->done);
}

static int jobs_of(const struct batch_options *options)
{
	char *end;
	long n;

	if (!options->jobs)
		return JOBS;
	n = strtol(options->jobs, &end, 10);
	if (*options->jobs && !*end && n >= 1 && n <= JOBS_MOST)
		return (int)n;
	cli_say("--jobs %s is no number from 1 to %d", options->jobs, JOBS_MOST);
	return 0;
}

static bool open_list(struct batch_run *run, int argc, char **argv)
{
	run->fd = STDIN_FILENO;
	if (argc > 0 && strcmp(argv[0], "-") != 0) {
		run->fd = open(argv[0], O_RDONLY | O_CLOEXEC);
		if (run->fd < 0) {
			cli_say("%s: %s", argv[0], strerror(errno));
			return false;
		}
	} else if (isatty(STDIN_FILENO)) {
		cli_say("reading who to look up, one a line, until end of file (Ctrl-D)");
	}
	run->in = batch_in_new(run->fd, run->options->column);
	return true;
}

static bool open_output(struct batch_run *run)
{
	struct batch_out_options options = {
		.file = run->options->output, .resume = run->options->resume, .drained = on_drained, .arg = run,
	};
	struct err err = { 0 };

	run->about = batch_about(run->put.what, run->cli->format, run->options);
	options.about = run->about;
	run->out = batch_out_new(run->desk->loop, &options, &run->ring.before, &err);
	if (!run->out) {
		cli_say("%s", err.text);
		return false;
	}
	run->ring.unordered = run->options->unordered;
	run->ring.resumable = run->options->resume != NULL;
	return true;
}

static bool hear_signals(struct batch_run *run)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct err err = { 0 };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (!loop_signal(run->desk->loop, signals[i], on_signal, run, &err)) {
			cli_say("%s", err.text);
			return false;
		}
	}
	return true;
}

/* Reads an interrupted run's list on to its end, where that takes no waiting: its hash is the same when the run goes on. */
static bool read_on(struct batch_run *run)
{
	enum batch_in_state state;
	struct batch_record *record;
	struct err err = { 0 };
	struct stat st;

	if (run->ended)
		return true;
	if (fstat(run->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	while ((state = batch_in_next(run->in, &record, &err)) == IN_RECORD || state == IN_WAITS) {
		if (state == IN_WAITS) {
			batch_in_read(run->in);
			continue;
		}
		run->list = record->hash;
		batch_record_free(record);
	}
	return true;
}

static void stop_work(struct batch_run *run)
{
	many_free(run->many);
	run->many = NULL;
	if (run->pool && run->desk)
		loop_defer_cancel(run->desk->loop, feed, run);
	batch_pool_free(run->pool, run->signo || !is_idle(run));
	run->pool = NULL;
}

/* One for a run, however often it was interrupted; a list that has grown since is another. */
static void leave_view(struct batch_run *run)
{
	uint64_t viewed, before = run->ring.before.viewed;

	stop_work(run);
	if (!run->asked || run->cli->globals.replay)
		return;
	viewed = read_on(run) ? run->list : BATCH_VIEWED_PART;
	if (before != viewed && before != BATCH_VIEWED_PART && batch_view(run->desk, run->put.what, run->list, batch_mark_total(&run->ring.mark)))
		batch_out_viewed(run->out, viewed);
}

static void run_all(struct batch_run *run, const struct batch_job *job)
{
	const struct batch_pool_sink others = { on_result, on_lost, on_room, run };
	const struct many_sink sink = { on_next, on_done, run };
	struct many_options options;

	batch_job_options(job, job->workers, 0, &options);
	if (run->pool)
		batch_pool_begin(run->pool, run->desk, &others);
	batch_ring_init(&run->ring, (size_t)job->jobs * RING_JOBS, run->out);
	run->start = clock_steady(run->desk->clock);
	run->many = many_new(run->desk, &options, &sink);
	feed_soon(run);
	if (isatty(STDERR_FILENO) && !run->cli->globals.plain && !run->cli->trace)
		run->progress = loop_timer(run->desk->loop, PROGRESS_MS, say_progress, run);
	loop_until(run->desk->loop, &run->done);
	end_document(run);
	loop_timer_cancel(run->desk->loop, run->progress);
	if (run->shown)
		fputs("\r\033[K", stderr);
	leave_view(run);
	batch_out_end(run->out);
}

/* The exit status, after the last words. */
static int last_words(struct batch_run *run)
{
	const struct err *err;
	bool quiet;

	if (batch_out_failed(run->out, &err, &quiet)) {
		if (quiet) {
			run->signo = SIGPIPE;
			return CLI_PARTIAL;
		}
		cli_say("%s", err->text);
		say_counts(run);
		return CLI_PARTIAL;
	}
	if (run->err.code != ERR_NONE)
		cli_say("%s", run->err.text);
	say_counts(run);
	if (run->err.code != ERR_NONE)
		return CLI_USAGE;
	return run->ring.mark.counts[BATCH_PARTIAL] || run->ring.mark.counts[BATCH_FAILED] ? CLI_PARTIAL : CLI_DONE;
}

static void release(struct batch_run *run)
{
	stop_work(run);
	if (run->desk)
		loop_watch_end(run->desk->loop, run->watch);
	batch_ring_release(&run->ring);
	batch_out_free(run->out);
	batch_in_free(run->in);
	out_free(run->put.out);
	filter_release(&run->filter);
	cli_desk_end(run->cli, run->desk);
	free(run->about);
	if (run->fd > STDERR_FILENO)
		close(run->fd);
}

/* Who started us learns that we were stopped by the signal, as if it had not been heard. */
static int die_of(int signo, int status)
{
	if (signo) {
		signal(signo, SIG_DFL);
		raise(signo);
	}
	return status;
}

/* Before there is a desk: whoever helps must be forked from a process that holds nothing yet. False after saying what is wrong. */
static bool find_helpers(struct batch_run *run, struct batch_job *job)
{
	job->filter = &run->filter;
	job->fd = run->fd;
	job->workers = batch_workers(job, run->options->workers);
	run->cli->parts = job->workers;
	if (job->workers > 1)
		run->pool = batch_pool_new(job);
	return job->workers > 0;
}

static int run_batch(struct cli *cli, const struct batch_options *options, int argc, char **argv, enum batch_what what)
{
	struct batch_run run = { .cli = cli, .options = options };
	int jobs = jobs_of(options), status;
	struct batch_job job = { .cli = cli, .what = what, .all = options->rows.all, .jobs = jobs };

	if (!cli->globals.format)
		cli->format = OUT_NDJSON;
	run.ring.document = cli->format == OUT_JSON;
	if (run.ring.document && options->resume) {
		cli_say("--resume goes on at the end of a line, and --format json is one document; --format ndjson can be resumed");
		return CLI_USAGE;
	}
	status = cli_house(cli);
	if (jobs == 0 || status != CLI_DONE)
		return jobs == 0 ? CLI_USAGE : status;
	status = CLI_USAGE;
	job.format = run.ring.document ? OUT_NDJSON : cli->format;
	run.put = (struct batch_put){ .what = what, .filter = &run.filter, .out = out_new(-1, job.format, NULL) };
	cli->rank = HTTP_BATCH;
	cli->with_store = what == BATCH_BRIEF;
	if (filter_read(cli, &options->rows, &run.filter) && open_list(&run, argc, argv) && find_helpers(&run, &job)) {
		run.desk = cli_desk(cli, NULL, &status);
		run.put.present.desk = run.desk;
		if (run.desk) {
			status = options->output || options->resume ? CLI_USAGE : CLI_PARTIAL;
			if (open_output(&run) && hear_signals(&run)) {
				run_all(&run, &job);
				status = last_words(&run);
			}
		}
	}
	release(&run);
	return die_of(run.signo, status);
}

int cmd_batch_find(struct cli *cli, const void *options, int argc, char **argv)
{
	return run_batch(cli, options, argc, argv, BATCH_FIND);
}

int cmd_batch_show(struct cli *cli, const void *options, int argc, char **argv)
{
	return run_batch(cli, options, argc, argv, BATCH_SHOW);
}

int cmd_batch_timeline(struct cli *cli, const void *options, int argc, char **argv)
{
	return run_batch(cli, options, argc, argv, BATCH_TIMELINE);
}

int cmd_batch_brief(struct cli *cli, const void *options, int argc, char **argv)
{
	return run_batch(cli, options, argc, argv, BATCH_BRIEF);
}
