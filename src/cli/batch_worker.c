/*
 * A helper of dossier batch. It is asleep until the first frame comes, which
 * tells the house's secrets; then it opens a desk of its own and looks up
 * what it is given until the other end is closed.
 */
#include "batch_pool.h"

#include <fcntl.h>
#include <signal.h>

#include <dossier/base/mem.h>

struct waiting { struct waiting *next; uint64_t id; struct batch_record *record; };

struct worker {
	const struct batch_job *job;
	struct batch_wire wire;
	struct desk *desk;
	struct many *many;
	struct batch_put put;
	char *texts;                    /* the names', one after the other */
	size_t column;
	struct waiting *first, **last;  /* given, not begun */
	bool done;
};

/* Only the process that reads the list answers to a terminal; a reader of the output must see its end when that one is gone. */
static void leave_terminal(const struct batch_job *job)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	if (job->fd > STDERR_FILENO)
		close(job->fd);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(1);
	if (null > STDERR_FILENO)
		close(null);
}

static void take_names(struct worker *w, size_t column, struct str body)
{
	const char **names;
	size_t n = 0;

	w->column = column;
	w->texts = mem_strndup(body.p, body.n);
	for (uint32_t i = 0; i < body.n; i++)
		n += body.p[i] == '\0';
	names = mem_array(n + 1, sizeof(*names));
	n = 0;
	for (const char *at = w->texts; at < w->texts + body.n; at += strlen(at) + 1)
		names[n++] = at;
	w->put.names = names;
	w->put.n_names = n;
	batch_put_heading(&w->put);
	out_forget(w->put.out);         /* the other end has written it */
}

static void take_record(struct worker *w, uint64_t id, struct str body)
{
	struct waiting *waiting = mem_zalloc(sizeof(*waiting));

	waiting->id = id;
	waiting->record = batch_record_read(body);
	if (!waiting->record)
		_exit(1);
	*w->last = waiting;
	w->last = &waiting->next;
}

static void take_frames(struct worker *w)
{
	struct batch_frame frame;
	struct str body;
	bool any = false;

	while (batch_wire_next(&w->wire, &frame, &body)) {
		if (frame.kind == FRAME_NAMES)
			take_names(w, (size_t)frame.id, body);
		else if (frame.kind == FRAME_RECORD)
			take_record(w, frame.id, body);
		any = true;
	}
	if (any)
		many_more(w->many);
}

static void on_frames(void *arg, int fd, unsigned events)
{
	struct worker *w = arg;

	(void)fd;
	(void)events;
	if (!batch_wire_read(&w->wire))
		w->done = true;
	take_frames(w);
}

static struct str who_of(const struct worker *w, const struct waiting *waiting)
{
	return batch_record_cell(waiting->record, w->column);
}

static bool on_next(void *arg, struct str *who, void **data)
{
	struct worker *w = arg;
	struct waiting *waiting = w->first;

	if (!waiting)
		return false;
	w->first = waiting->next;
	if (!w->first)
		w->last = &w->first;
	*who = str_trim(who_of(w, waiting));
	*data = waiting;
	return true;
}

static void waiting_free(struct waiting *waiting)
{
	batch_record_free(waiting->record);
	free(waiting);
}

static void on_done(void *arg, const struct many_item *item)
{
	struct worker *w = arg;
	struct waiting *waiting = item->data;
	struct batch_frame frame = { .kind = FRAME_RESULT, .id = waiting->id };

	frame.status = batch_put(&w->put, waiting->record, who_of(w, waiting), item, NULL);
	batch_wire_send(&w->wire, &frame, out_kept(w->put.out));
	out_forget(w->put.out);
	waiting_free(waiting);
}

/* Waits for the first frame without turning a wheel. */
static bool wait_for_house(struct worker *w)
{
	struct batch_frame frame;
	struct str body;

	while (!batch_wire_next(&w->wire, &frame, &body))
		if (!batch_wire_read(&w->wire))
			return false;
	if (frame.kind != FRAME_HOUSE || !house_take_secrets(w->job->cli->house, body))
		return false;
	mem_wipe((char *)(uintptr_t)body.p, body.n);
	return true;
}

static bool open_desk(struct worker *w, int parts, int part)
{
	struct cli *cli = w->job->cli;
	struct desk_options options = { .clock = cli->clock, .rank = HTTP_BATCH, .told = true, .parts = parts, .part = part };
	struct err err = { 0 };

	w->desk = desk_new(cli->house, &options, &err);
	cli->house = NULL;
	return w->desk != NULL;
}

static void work(struct worker *w, int parts, int part)
{
	const struct many_sink sink = { on_next, on_done, w };
	struct batch_frame frame = { .kind = FRAME_READY };
	struct many_options options;

	batch_job_options(w->job, parts, part, &options);
	w->put = (struct batch_put){ .what = w->job->what, .filter = w->job->filter, .out = out_new(-1, w->job->format, NULL) };
	w->put.present.desk = w->desk;
	fcntl(w->wire.fd, F_SETFL, O_NONBLOCK);
	batch_wire_watch(&w->wire, w->desk->loop, on_frames, w);
	batch_wire_send(&w->wire, &frame, STR(""));
	w->many = many_new(w->desk, &options, &sink);
	take_frames(w);
	loop_until(w->desk->loop, &w->done);
	many_free(w->many);
	out_free(w->put.out);
}

void batch_worker(const struct batch_job *job, int fd, int parts, int part)
{
	struct worker w = { .job = job };
	int status = 0;

	w.last = &w.first;
	leave_terminal(job);
	batch_wire_init(&w.wire, fd);
	if (wait_for_house(&w)) {
		if (open_desk(&w, parts, part))
			work(&w, parts, part);
		else
			status = 1;
	}
	while (w.first) {
		struct waiting *next = w.first->next;

		waiting_free(w.first);
		w.first = next;
	}
	/* The other end waits for this one to close: last, and its watch went with the loop. */
	desk_free(w.desk);
	w.wire.loop = NULL;
	batch_wire_release(&w.wire);
	free((void *)(uintptr_t)w.put.names);
	free(w.texts);
	_exit(status);
}
