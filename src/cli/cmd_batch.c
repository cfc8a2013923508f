/*
 * dossier batch: many customers, in order, streamed. Records of the list wait
 * in a ring from the first that is not in the output yet; each is looked up,
 * written into memory, and goes out when all before it have.
 */
#include "batch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define JOBS 32
#define JOBS_MOST 1000
#define RING_JOBS 16            /* places a job: how far the quick may run ahead of the slowest */
#define HELD_MOST (32 * 1024 * 1024)
#define TEXT_KEPT (1024 * 1024)
#define WAITING_MOST (64 * 1024)        /* not yet written: then nobody new is looked up */
#define PROGRESS_MS 500

#define SHARED_OPTIONS \
	{ "jobs", 'j', "N", "at most N customers under way at a time (32)", CLI_TEXT, offsetof(struct batch_options, jobs) }, \
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

enum place { PLACE_FREE, PLACE_ASKED, PLACE_KNOWN, PLACE_WRITTEN };
struct slot {
	enum place place;
	struct batch_record *record;
	uint64_t hash;
	char *text;
	size_t n;
	int status;
};

struct batch_run {
	struct cli *cli;
	const struct batch_options *options;
	struct desk *desk;
	struct many *many;
	struct batch_in *in;
	struct batch_out *out;
	struct batch_put put;
	struct filter filter;
	int fd;
	struct watch *watch;            /* on the list; NULL: nothing to be waited for */
	struct slot *ring;
	size_t ring_n;
	uint64_t next;                  /* the record to be read next; ring holds those from mark.records on */
	struct batch_mark mark, before; /* before: what an earlier run did */
	size_t held;                    /* bytes in the ring */
	struct buf text;                /* on its way from the ring to out */
	bool ended, headed, done;       /* the list has ended; the heading is out */
	bool document, begun;           /* all results are one document of JSON; it holds one already */
	int signo;
	bool asked;                     /* somebody was looked up in this run */
	uint64_t list;                  /* hash of what was read of the list */
	struct err err;                 /* the list is broken */
	struct timer *progress;
	bool shown;
	int64_t start;
	char *about;
};

static uint64_t total(const struct batch_mark *mark)
{
	uint64_t n = 0;

	for (int i = 0; i < BATCH_STATUSES; i++)
		n += mark->counts[i];
	return n;
}

static struct slot *slot_of(struct batch_run *run, uint64_t record)
{
	return &run->ring[record % run->ring_n];
}

static void check_done(struct batch_run *run)
{
	const struct err *err;
	bool quiet;

	if (batch_out_failed(run->out, &err, &quiet)) {
		run->done = true;
		return;
	}
	if ((run->ended || run->signo) && (run->signo || !run->many || many_running(run->many) == 0) && batch_out_waiting(run->out) == 0)
		run->done = true;
}

/* Moves the mark over what is written, and notes what is written behind it. */
static void move_mark(struct batch_run *run)
{
	struct batch_mark *mark = &run->mark;
	size_t cap = 0;

	while (mark->records < run->next && slot_of(run, mark->records)->place == PLACE_WRITTEN) {
		struct slot *slot = slot_of(run, mark->records++);

		mark->hash = slot->hash;
		slot->place = PLACE_FREE;
	}
	free(mark->beyond);
	mark->beyond = NULL;
	mark->n_beyond = 0;
	for (uint64_t i = mark->records; run->options->unordered && run->options->resume && i < run->next; i++) {
		if (slot_of(run, i)->place != PLACE_WRITTEN)
			continue;
		MEM_ROOM(mark->beyond, mark->n_beyond, cap);
		mark->beyond[mark->n_beyond++] = i;
	}
}

static void write_slot(struct batch_run *run, struct slot *slot, struct buf *text)
{
	if (run->document)
		buf_printf(text, "%s%.*s", run->begun ? ",\n" : "\n", (int)slot->n - 1, slot->text);
	else
		buf_add(text, slot->text, slot->n);
	run->begun = true;
	run->mark.counts[slot->status]++;
	run->held -= slot->n;
	free(slot->text);
	slot->text = NULL;
	slot->place = PLACE_WRITTEN;
}

/* Hands over what may go out: from the front, or everything known. */
static void emit(struct batch_run *run)
{
	bool any = false;

	buf_reset(&run->text);
	for (uint64_t i = run->mark.records; i < run->next; i++) {
		struct slot *slot = slot_of(run, i);

		if (slot->place == PLACE_KNOWN) {
			write_slot(run, slot, &run->text);
			any = true;
		} else if (slot->place == PLACE_ASKED && !run->options->unordered) {
			break;
		}
	}
	if (any) {
		move_mark(run);
		batch_out_add(run->out, buf_str(&run->text), &run->mark);
	}
	if (run->text.cap > TEXT_KEPT)
		buf_release(&run->text);
}

static void keep_result(struct batch_run *run, struct slot *slot, const struct many_item *item, const char *why)
{
	struct str kept;

	slot->status = batch_put(&run->put, slot->record, batch_record_cell(slot->record, batch_in_column(run->in)), item, why);
	kept = out_kept(run->put.out);
	slot->text = mem_strndup(kept.p, kept.n);
	slot->n = kept.n;
	slot->place = PLACE_KNOWN;
	run->held += kept.n;
	out_forget(run->put.out);
	batch_record_free(slot->record);
	slot->record = NULL;
}

static void on_done(void *arg, const struct many_item *item)
{
	struct batch_run *run = arg;

	keep_result(run, item->data, item, NULL);
	emit(run);
	check_done(run);
}

/* Names of the columns are known now: tables begin with them, once in all runs. */
static void begin_output(struct batch_run *run)
{
	run->headed = true;
	run->put.names = batch_in_names(run->in, &run->put.n_names);
	batch_put_heading(&run->put);
	if (run->document)
		batch_out_add(run->out, STR("{\"v\":1,\"results\":["), &run->mark);
	if (!batch_out_resumed(run->out) && out_kept(run->put.out).n)
		batch_out_add(run->out, out_kept(run->put.out), &run->mark);
	out_forget(run->put.out);
}

static bool was_written(const struct batch_run *run, uint64_t record)
{
	for (size_t i = 0; i < run->before.n_beyond; i++)
		if (run->before.beyond[i] == record)
			return true;
	return record < run->before.records;
}

/* A record of an earlier run: passed over, after a look whether the list is still the same. */
static void pass_over(struct batch_run *run, struct batch_record *record)
{
	uint64_t at = run->next++;

	if (at + 1 == run->before.records && record->hash != run->before.hash)
		err_set(&run->err, ERR_USAGE, "the list was changed since the run was interrupted: its first %llu entries are not those that were done",
			(unsigned long long)run->before.records);
	if (at >= run->before.records)
		*slot_of(run, at) = (struct slot){ .place = PLACE_WRITTEN, .hash = record->hash };
	batch_record_free(record);
}

static bool has_room(const struct batch_run *run)
{
	return !run->signo && run->err.code == ERR_NONE && batch_out_waiting(run->out) < WAITING_MOST &&
	       run->held < HELD_MOST && (run->next < run->before.records || run->next - run->mark.records < run->ring_n);
}

static void readable(void *arg, int fd, unsigned events)
{
	struct batch_run *run = arg;

	(void)fd;
	(void)events;
	batch_in_read(run->in);
	loop_watch_end(run->desk->loop, run->watch);
	run->watch = NULL;
	many_more(run->many);
}

static void end_list(struct batch_run *run)
{
	if (run->ended)
		return;
	run->ended = true;
	if (run->err.code == ERR_NONE && run->next < run->before.records)
		err_set(&run->err, ERR_USAGE, "the list is shorter than when the run was interrupted");
	if (!run->headed && run->err.code == ERR_NONE)
		begin_output(run);
	batch_out_hurry(run->out);
	check_done(run);
}

static bool on_next(void *arg, struct str *who, void **data)
{
	struct batch_run *run = arg;
	struct batch_record *record;

	while (!run->ended && has_room(run)) {
		enum batch_in_state state = batch_in_next(run->in, &record, &run->err);
		struct slot *slot;

		if (state == IN_WAITS) {
			if (!run->watch)
				run->watch = loop_watch(run->desk->loop, run->fd, LOOP_READ, readable, run);
			return false;
		}
		if (state != IN_RECORD)
			break;
		run->list = record->hash;
		if (!run->headed)
			begin_output(run);
		if (was_written(run, run->next)) {
			pass_over(run, record);
			continue;
		}
		slot = slot_of(run, run->next++);
		*slot = (struct slot){ .place = PLACE_ASKED, .record = record, .hash = record->hash };
		*who = str_trim(batch_record_cell(record, batch_in_column(run->in)));
		*data = slot;
		if (who->n && !record->ragged) {
			run->asked = true;
			return true;
		}
		keep_result(run, slot, NULL, record->ragged ? "the row has more cells than the heading" : NULL);
		emit(run);
	}
	if (!run->signo && (run->err.code != ERR_NONE || has_room(run)))
		end_list(run);
	return false;
}

static void on_drained(void *arg)
{
	struct batch_run *run = arg;

	check_done(run);
	if (run->many)
		many_more(run->many);
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

static void say_progress(void *arg)
{
	struct batch_run *run = arg;
	double seconds = (double)(clock_steady(run->desk->clock) - run->start) / 1000, share = batch_in_share(run->in), rate;
	uint64_t mine = total(&run->mark) - total(&run->before);

	rate = seconds > 0 ? (double)mine / seconds : 0;
	fprintf(stderr, "\r\033[K%llu done, %.*f a second, %llu partial, %llu failed", (unsigned long long)total(&run->mark),
		rate < 10 ? 1 : 0, rate, (unsigned long long)run->mark.counts[BATCH_PARTIAL], (unsigned long long)run->mark.counts[BATCH_FAILED]);
	if (share > 0 && rate > 0 && run->next > 0) {
		double left = ((double)run->next / share - (double)run->mark.records) / rate;

		fprintf(stderr, ", %.0f:%02d left", left < 60 ? 0 : (left - 30) / 60, (int)left % 60);
	}
	fflush(stderr);
	run->shown = true;
	run->progress = loop_timer(run->desk->loop, PROGRESS_MS, say_progress, run);
}

static void say_counts(const struct batch_run *run)
{
	const uint64_t *counts = run->mark.counts;
	double seconds = (double)(clock_steady(run->desk->clock) - run->start) / 1000;
	uint64_t all = total(&run->mark), mine = all - total(&run->before);

	cli_say("%llu done: %llu found, %llu none, %llu several, %llu partial, %llu failed; %llu in this run, %.1f s, %.0f a second%s",
		(unsigned long long)all, (unsigned long long)counts[BATCH_FOUND], (unsigned long long)counts[BATCH_NONE],
		(unsigned long long)counts[BATCH_SEVERAL], (unsigned long long)counts[BATCH_PARTIAL], (unsigned long long)counts[BATCH_FAILED],
		(unsigned long long)mine, seconds, seconds > 0 ? (double)mine / seconds : 0,
		run->signo ? (run->options->resume ? "; interrupted, the same command goes on" : "; interrupted") : "");
}

/* The words of the run that decide what its output looks like. */
static char *about(const struct batch_run *run)
{
	const struct batch_options *o = run->options;
	const char *const words[] = { o->column, o->rows.kind, o->rows.backend, o->rows.since, o->rows.until, o->rows.grep, o->rows.newest };
	static const char *const names[] = { "column", "kind", "backend", "since", "until", "grep", "newest" };
	static const char *const formats[] = { [OUT_NDJSON] = "ndjson", [OUT_CSV] = "csv", [OUT_TSV] = "tsv",
					       [OUT_TEXT] = "text", [OUT_JSON] = "json" };
	struct buf text;

	buf_init(&text, 64 * 1024);
	buf_printf(&text, "batch %s --format %s%s", batch_what_word(run->put.what), formats[run->cli->format], o->unordered ? " --unordered" : "");
	buf_adds(&text, o->rows.all ? " --all" : "");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!words[i])
			continue;
		buf_printf(&text, " --%s ", names[i]);
		text_json(&text, str_of(words[i]));
	}
	return buf_take(&text);
}

/* What was begun is closed, interrupted or not: half a document is of no use to anybody. */
static void end_document(struct batch_run *run)
{
	struct buf text;

	if (!run->document || !run->headed)
		return;
	buf_init(&text, 4096);
	buf_adds(&text, "\n],\"counts\":{");
	for (int i = 0; i < BATCH_STATUSES; i++)
		buf_printf(&text, "%s\"%s\":%llu", i ? "," : "", batch_status_word(i), (unsigned long long)run->mark.counts[i]);
	buf_printf(&text, "},\"interrupted\":%s}\n", run->signo ? "true" : "false");
	run->done = false;
	batch_out_add(run->out, buf_str(&text), &run->mark);
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

	run->about = about(run);
	options.about = run->about;
	run->out = batch_out_new(run->desk->loop, &options, &run->before, &err);
	if (!run->out) {
		cli_say("%s", err.text);
		return false;
	}
	run->mark = run->before;
	run->mark.beyond = NULL;
	run->mark.n_beyond = 0;
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

/* One for a run, however often it was interrupted; a list that has grown since is another. */
static void leave_view(struct batch_run *run)
{
	uint64_t viewed, before = run->before.viewed;

	many_free(run->many);
	run->many = NULL;
	if (!run->asked || run->cli->globals.replay)
		return;
	viewed = read_on(run) ? run->list : BATCH_VIEWED_PART;
	if (before != viewed && before != BATCH_VIEWED_PART && batch_view(run->desk, run->put.what, run->list, total(&run->mark)))
		batch_out_viewed(run->out, viewed);
}

static void run_all(struct batch_run *run, int jobs)
{
	struct many_options options = {
		.jobs = jobs, .customers = run->put.what != BATCH_FIND, .since = run->filter.rows.since, .all = run->options->rows.all,
	};
	struct many_sink sink = { on_next, on_done, run };

	run->ring_n = (size_t)jobs * RING_JOBS;
	run->ring = mem_array(run->ring_n, sizeof(*run->ring));
	run->start = clock_steady(run->desk->clock);
	run->many = many_new(run->desk, &options, &sink);
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
	return run->mark.counts[BATCH_PARTIAL] || run->mark.counts[BATCH_FAILED] ? CLI_PARTIAL : CLI_DONE;
}

static void release(struct batch_run *run)
{
	many_free(run->many);
	if (run->desk)
		loop_watch_end(run->desk->loop, run->watch);
	for (size_t i = 0; run->ring && i < run->ring_n; i++) {
		batch_record_free(run->ring[i].record);
		free(run->ring[i].text);
	}
	free(run->ring);
	buf_release(&run->text);
	batch_out_free(run->out);
	batch_in_free(run->in);
	out_free(run->put.out);
	batch_mark_release(&run->mark);
	batch_mark_release(&run->before);
	filter_release(&run->filter);
	desk_free(run->desk);
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

static int run_batch(struct cli *cli, const struct batch_options *options, int argc, char **argv, enum batch_what what)
{
	struct batch_run run = { .cli = cli, .options = options };
	int jobs = jobs_of(options), status;

	if (!cli->globals.format)
		cli->format = OUT_NDJSON;
	run.document = cli->format == OUT_JSON;
	if (run.document && options->resume) {
		cli_say("--resume goes on at the end of a line, and --format json is one document; --format ndjson can be resumed");
		return CLI_USAGE;
	}
	status = cli_house(cli);
	if (jobs == 0 || status != CLI_DONE)
		return jobs == 0 ? CLI_USAGE : status;
	status = CLI_USAGE;
	run.put = (struct batch_put){ .what = what, .filter = &run.filter, .out = out_new(-1, run.document ? OUT_NDJSON : cli->format, NULL) };
	buf_init(&run.text, SIZE_MAX / 4);
	cli->rank = HTTP_BATCH;
	cli->with_store = what == BATCH_BRIEF;
	if (filter_read(cli, &options->rows, &run.filter) && open_list(&run, argc, argv)) {
		run.desk = cli_desk(cli, NULL, &status);
		run.put.present.desk = run.desk;
		if (run.desk) {
			status = CLI_USAGE;
			if (open_output(&run) && hear_signals(&run)) {
				run_all(&run, jobs);
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
