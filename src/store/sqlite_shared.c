/*
 * The table of functions over a vault: each call becomes a job that goes to
 * the helper thread with copies of what it needs, and comes back with rows.
 */
#include <stdlib.h>

#include "sqlite_vault.h"

struct job;
struct sqlite_shared {
	struct shared shared;           /* first: the callers' view */
	struct work *work;
	struct vault *vault;            /* the helper thread's */
	struct job *first, **last;      /* asked and not answered */
	bool tending, ending;
};

struct job {
	struct sqlite_shared *of;
	struct job *next;
	bool (*run)(struct vault *vault, struct job *job);
	void (*answer)(struct job *job);
	bool dropped;                   /* was answered with an error already */
	bool good, due;
	struct err err;
	struct arena *arena;
	void (*fn)(void);               /* of the type that answer knows */
	void *arg;
	/* asked */
	struct entry *entries;
	size_t n;
	struct store_ask ask;
	struct str text, value, *list;
	uint64_t types;
	int64_t since, until;
	size_t limit;
	/* found */
	struct store_rows *rows;
	enum shared_result result;
	struct shared_status status;
	struct feed_row *feed;
	size_t n_feed;
	struct feed_count count;
};

static struct job *job_new(struct shared *shared, void (*fn)(void), void *arg)
{
	struct job *job = mem_zalloc(sizeof(*job));

	job->of = (struct sqlite_shared *)shared;
	job->arena = arena_new();
	job->fn = fn;
	job->arg = arg;
	return job;
}

static void job_free(struct job *job)
{
	store_rows_free(job->rows);
	free(job->feed);
	arena_free(job->arena);
	free(job);
}

static void job_unlink(struct job *job)
{
	struct job **at = &job->of->first;

	while (*at && *at != job)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = job->next;
	if (!*at)
		job->of->last = at;
}

static void run(void *arg)
{
	struct job *job = arg;

	job->good = job->run(job->of->vault, job);
	job->due = job->of->vault->due;
}

static void tend(struct shared *shared);

static void done(void *arg)
{
	struct job *job = arg;
	struct sqlite_shared *of = job->of;

	if (!job->dropped) {
		job_unlink(job);
		job->answer(job);
	}
	if (job->due && !of->ending)
		tend(&of->shared);
	job_free(job);
}

static void job_send(struct job *job, bool (*how)(struct vault *, struct job *), void (*answer)(struct job *))
{
	struct sqlite_shared *of = job->of;

	job->run = how;
	job->answer = answer;
	job->next = NULL;
	*of->last = job;
	of->last = &job->next;
	work_do(of->work, run, done, job);
}

static struct str copy(struct arena *arena, struct str text)
{
	return text.p ? arena_str(arena, text) : text;
}

static struct str *copies(struct arena *arena, const struct str *texts, size_t n)
{
	struct str *out = arena_alloc(arena, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++)
		out[i] = copy(arena, texts[i]);
	return out;
}

static void answer_rows(struct job *job)
{
	shared_rows_fn *fn = (shared_rows_fn *)job->fn;
	struct store_rows *rows = job->good ? job->rows : NULL;

	if (rows)
		job->rows = NULL;
	fn(job->arg, rows, &job->err);
}

static bool run_status(struct vault *vault, struct job *job)
{
	vault_status(vault, &job->status);
	return true;
}

static void answer_status(struct job *job)
{
	if (!job->good)
		job->status = (struct shared_status){ .health = SHARED_AWAY, .err = job->err, .entries = -1, .unindexed = -1 };
	((shared_status_fn *)job->fn)(job->arg, &job->status);
}

static void status(struct shared *shared, shared_status_fn *fn, void *arg)
{
	job_send(job_new(shared, (void (*)(void))fn, arg), run_status, answer_status);
}

static bool run_append(struct vault *vault, struct job *job)
{
	struct shared_append_reply reply = { .rows = { .arena = job->arena } };

	vault_append(vault, job->entries, job->n, &reply);
	free(job->entries);
	job->entries = reply.rows.entries;
	job->n = reply.rows.n;
	job->result = reply.result;
	job->err = reply.err;
	return true;
}

static void answer_append(struct job *job)
{
	struct shared_append_reply reply = { .result = SHARED_FAILED, .err = job->err };

	if (job->good) {
		reply.result = job->result;
		reply.rows = (struct store_rows){ .arena = job->arena, .entries = job->entries, .n = job->n };
	}
	((shared_append_fn *)job->fn)(job->arg, &reply);
}

static void append_done(void *arg)
{
	struct job *job = arg;
	struct entry *entries = job->entries;

	done(job);
	free(entries);
}

static void append(struct shared *shared, const struct entry *entries, size_t n, shared_append_fn *fn, void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);
	struct sqlite_shared *of = job->of;

	job->entries = mem_array(n + 1, sizeof(*job->entries));
	job->n = n;
	for (size_t i = 0; i < n; i++) {
		struct entry *entry = &job->entries[i];
		struct str *const texts[] = {
			&entry->word, &entry->id, &entry->person, &entry->case_, &entry->author, &entry->team, &entry->channel, &entry->data,
			&entry->more,
		};

		*entry = entries[i];
		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			*texts[k] = copy(job->arena, *texts[k]);
	}
	job->run = run_append;
	job->answer = answer_append;
	*of->last = job;
	of->last = &job->next;
	work_do(of->work, run, append_done, job);
}

static bool run_load(struct vault *vault, struct job *job)
{
	job->rows = store_rows_new();
	return vault_load(vault, &job->ask, job->text, job->rows, &job->err);
}

static void load(struct shared *shared, const struct store_ask *ask, struct str since, shared_rows_fn *fn, void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);
	struct identity *identities = arena_alloc(job->arena, (ask->n_identities + 1) * sizeof(*identities));

	for (size_t i = 0; i < ask->n_identities; i++)
		identities[i] = identity_copy(job->arena, &ask->identities[i]);
	job->ask = (struct store_ask){
		.identities = identities, .n_identities = ask->n_identities, .open_items = ask->open_items,
		.persons = copies(job->arena, ask->persons, ask->n_persons), .n_persons = ask->n_persons,
		.ids = copies(job->arena, ask->ids, ask->n_ids), .n_ids = ask->n_ids,
	};
	job->text = copy(job->arena, since);
	job_send(job, run_load, answer_rows);
}

static bool run_poll(struct vault *vault, struct job *job)
{
	job->rows = store_rows_new();
	return vault_poll(vault, job->text, job->types, job->limit, job->rows, &job->err);
}

static void poll_since(struct shared *shared, struct str cursor, uint64_t types, size_t limit, shared_rows_fn *fn, void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);

	job->text = copy(job->arena, cursor);
	job->types = types;
	job->limit = limit;
	job_send(job, run_poll, answer_rows);
}

static bool run_search(struct vault *vault, struct job *job)
{
	job->rows = store_rows_new();
	return vault_search(vault, job->text, job->limit, job->rows, &job->err);
}

static void search(struct shared *shared, struct str words, size_t limit, shared_rows_fn *fn, void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);

	job->text = copy(job->arena, words);
	job->limit = limit;
	job_send(job, run_search, answer_rows);
}

static bool run_walk(struct vault *vault, struct job *job)
{
	job->rows = store_rows_new();
	return vault_walk(vault, job->types, job->since, job->until, job->text, job->limit, job->rows, &job->err);
}

static void walk(struct shared *shared, uint64_t types, int64_t since, int64_t until, struct str cursor, size_t limit,
		 shared_rows_fn *fn, void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);

	job->text = copy(job->arena, cursor);
	job->types = types;
	job->limit = limit;
	job->since = since;
	job->until = until;
	job_send(job, run_walk, answer_rows);
}

static void answer_value(struct job *job)
{
	((shared_text_fn *)job->fn)(job->arg, job->good ? &job->value : NULL, job->good ? 1 : 0, &job->err);
}

static bool run_setting_get(struct vault *vault, struct job *job)
{
	return vault_setting_get(vault, job->arena, job->text, &job->value, &job->err);
}

static void setting_get(struct shared *shared, struct str name, shared_text_fn *fn, void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);

	job->text = copy(job->arena, name);
	job_send(job, run_setting_get, answer_value);
}

static bool run_setting_put(struct vault *vault, struct job *job)
{
	return vault_setting_put(vault, job->text, job->value, &job->err);
}

static void setting_put(struct shared *shared, struct str name, struct str value, shared_text_fn *fn, void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);

	job->text = copy(job->arena, name);
	job->value = copy(job->arena, value);
	job_send(job, run_setting_put, answer_value);
}

static void answer_feed(struct job *job)
{
	((shared_feed_fn *)job->fn)(job->arg, job->good ? job->feed : NULL, job->good ? job->n_feed : 0, &job->count, &job->err);
}

static bool run_feed_put(struct vault *vault, struct job *job)
{
	bool good = vault_feed_put(vault, job->text, job->feed, job->n_feed, &job->count, &job->err);

	job->n_feed = 0;
	return good;
}

static void feed_put(struct shared *shared, struct str feed, const struct feed_row *rows, size_t n, shared_feed_fn *fn, void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);

	job->text = copy(job->arena, feed);
	job->feed = mem_array(n + 1, sizeof(*job->feed));
	job->n_feed = n;
	for (size_t i = 0; i < n; i++)
		job->feed[i] = (struct feed_row){
			copy(job->arena, rows[i].id), copy(job->arena, rows[i].data), copies(job->arena, rows[i].keys, rows[i].n_keys),
			rows[i].n_keys, rows[i].loaded,
		};
	job_send(job, run_feed_put, answer_feed);
}

static bool run_feed_find(struct vault *vault, struct job *job)
{
	return vault_feed_find(vault, job->arena, job->text, job->value, job->limit, &job->feed, &job->n_feed, &job->err);
}

static void feed_find(struct shared *shared, struct str feed, struct str key, size_t limit, shared_feed_fn *fn, void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);

	job->text = copy(job->arena, feed);
	job->value = copy(job->arena, key);
	job->limit = limit;
	job_send(job, run_feed_find, answer_feed);
}

static bool run_retain(struct vault *vault, struct job *job)
{
	int64_t count;
	char *text;

	if (!vault_retain(vault, (enum entry_type)job->types, job->until, job->list, job->n, &count, &job->err))
		return false;
	text = mem_printf("%lld", (long long)count);
	job->value = arena_str(job->arena, str_of(text));
	free(text);
	return true;
}

static void retain(struct shared *shared, enum entry_type type, int64_t before, const struct str *keep, size_t n_keep, shared_text_fn *fn,
		   void *arg)
{
	struct job *job = job_new(shared, (void (*)(void))fn, arg);

	job->types = (uint64_t)type;
	job->until = before;
	job->list = copies(job->arena, keep, n_keep);
	job->n = n_keep;
	job_send(job, run_retain, answer_value);
}

static bool run_tend(struct vault *vault, struct job *job)
{
	(void)job;
	return vault_tend(vault);
}

/* Piece by piece, so that what is asked meanwhile comes in between. */
static void answer_tend(struct job *job)
{
	job->of->tending = false;
	if (job->good && !job->of->ending)
		tend(&job->of->shared);
}

static void tend(struct shared *shared)
{
	struct sqlite_shared *of = (struct sqlite_shared *)shared;

	if (of->tending)
		return;
	of->tending = true;
	job_send(job_new(shared, NULL, NULL), run_tend, answer_tend);
}

static void run_close(void *arg)
{
	struct sqlite_shared *of = arg;

	vault_free(of->vault);
}

/* What is asked and not answered is answered now; the file is closed behind it, and the memory goes last. */
static void shared_free(struct shared *shared)
{
	struct sqlite_shared *of = (struct sqlite_shared *)shared;
	struct job *job;

	of->ending = true;
	while ((job = of->first)) {
		bool good = false;

		job_unlink(job);
		job->dropped = true;
		/* the helper may be filling the job: the answer is made from another */
		struct job answer = { .of = of, .good = good, .fn = job->fn, .arg = job->arg };
		err_set(&answer.err, ERR_CANCELLED, "the case store was closed before it answered");
		job->answer(&answer);
	}
	work_do(of->work, run_close, free, of);
}

static const struct shared_ops ops = {
	.status = status, .append = append, .load = load, .poll = poll_since, .search = search, .walk = walk,
	.setting_get = setting_get, .setting_put = setting_put, .feed_put = feed_put, .feed_find = feed_find,
	.retain = retain, .tend = tend, .free = shared_free,
};

struct shared *shared_sqlite_new(struct work *work, const struct clock *clock, const char *path)
{
	struct sqlite_shared *of = mem_zalloc(sizeof(*of));

	of->shared.ops = &ops;
	of->work = work;
	of->vault = vault_new(clock, path);
	of->last = &of->first;
	return &of->shared;
}
