#include <dossier/desk/feed.h>

#include <dossier/base/mem.h>

#define ROWS_AT_ONCE 500

struct answering {
	struct desk *desk;
	feed_answer_fn *fn;
	void *arg;
};

static void on_rows(void *arg, const struct feed_row *rows, size_t n, const struct feed_count *count, const struct err *err)
{
	struct answering *answering = arg;
	struct feed_held *held = mem_array(n + 1, sizeof(*held));

	(void)count;
	for (size_t i = 0; i < n; i++)
		held[i] = (struct feed_held){ rows[i].id, rows[i].data, rows[i].loaded };
	answering->fn(answering->arg, held, n, err);
	free(held);
	free(answering);
}

static void no_store(void *arg)
{
	struct err err = { 0 };

	err_set(&err, ERR_CONFIG, "its rows are kept in the case store, which is not open here");
	on_rows(arg, NULL, 0, NULL, &err);
}

static void find(void *keeper, const char *feed, struct str key, size_t limit, feed_answer_fn *fn, void *arg)
{
	struct desk *desk = keeper;
	struct shared *shared = desk->store ? store_shared(desk->store) : NULL;
	struct answering *answering = mem_zalloc(sizeof(*answering));

	*answering = (struct answering){ desk, fn, arg };
	if (shared)
		shared->ops->feed_find(shared, str_of(feed), key, limit, on_rows, answering);
	else
		loop_defer(desk->loop, no_store, answering);
}

struct feed_source desk_feed_source(struct desk *desk)
{
	return (struct feed_source){ find, desk };
}

/* Rows on their way into the store, so many at once. */
struct loading {
	struct desk *desk;
	struct str feed;
	bool dry, done;
	struct arena *arena;
	struct feed_row rows[ROWS_AT_ONCE];
	size_t n;
	struct feed_loaded *loaded;
};

static void on_put(void *arg, const struct feed_row *rows, size_t n, const struct feed_count *count, const struct err *err)
{
	struct loading *loading = arg;

	(void)rows;
	(void)n;
	if (err && err->code) {
		loading->loaded->err = *err;
	} else if (count) {
		loading->loaded->stored += count->stored;
		loading->loaded->same += count->same;
	}
	loading->done = true;
}

static bool send(struct loading *loading)
{
	struct shared *shared = loading->desk->store ? store_shared(loading->desk->store) : NULL;

	if (!loading->n)
		return true;
	if (!loading->dry && !shared)
		return err_set(&loading->loaded->err, ERR_CONFIG, "no case store is open to keep the rows in");
	loading->done = false;
	if (!loading->dry) {
		shared->ops->feed_put(shared, loading->feed, loading->rows, loading->n, on_put, loading);
		loop_until(loading->desk->loop, &loading->done);
	}
	loading->n = 0;
	arena_free(loading->arena);
	loading->arena = arena_new();
	return loading->loaded->err.code == ERR_NONE;
}

static bool on_item(void *arg, const struct feed_item *item)
{
	struct loading *loading = arg;
	struct str *keys = arena_alloc(loading->arena, item->n_keys * sizeof(*keys));

	for (size_t i = 0; i < item->n_keys; i++)
		keys[i] = arena_str(loading->arena, item->keys[i]);
	loading->rows[loading->n++] = (struct feed_row){
		arena_str(loading->arena, item->id), arena_str(loading->arena, item->data), keys, item->n_keys, clock_wall(loading->desk->clock),
	};
	return loading->n < ROWS_AT_ONCE || send(loading);
}

void desk_feed_load(struct desk *desk, struct desk_backend *feed, struct str bytes, const char *file, bool dry, struct diags *diags,
		    struct feed_loaded *loaded)
{
	struct loading *loading = mem_zalloc(sizeof(*loading));

	*loaded = (struct feed_loaded){ 0 };
	*loading = (struct loading){ .desk = desk, .feed = str_of(feed->id), .dry = dry, .arena = arena_new(), .loaded = loaded };
	loaded->whole = feed_read(backend_plan(feed->backend), backend_scope(feed->backend), bytes, file, on_item, loading, diags, &loaded->counts);
	if (loaded->err.code == ERR_NONE)
		send(loading);
	arena_free(loading->arena);
	free(loading);
}
