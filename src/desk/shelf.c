#include <dossier/base/mem.h>
#include <dossier/desk/shelf.h>

/* More than anybody reads; what is above it is counted as not shown. */
#define ROWS_MOST 1000
#define TEXTS_MOST 12

/* One backend's part. */
struct asked {
	struct shelf *shelf;
	size_t at;
	struct backend_call *call;      /* NULL: not running */
	int64_t since;                  /* steady */
	void **rows;
	size_t n, cap;
};

struct shelf {
	struct desk *desk;
	enum row_type type;
	struct shelf_sink sink;
	struct arena *arena;
	struct asked *asked;            /* one a desk backend */
	struct source *sources;
	const void **rows;              /* merged, when asked for */
	size_t running;
	bool finished, told, deferred;
};

/* Where the texts of a row stand, so that one function copies each type. */
#define AT(type, member) offsetof(struct type, member)
static const struct shape { size_t size; size_t n; size_t texts[TEXTS_MOST]; } shapes[ROW_TYPE_COUNT] = {
	[ROW_STOCK] = { sizeof(struct stock_row), 9, {
		AT(stock_row, backend), AT(stock_row, item), AT(stock_row, title), AT(stock_row, sku), AT(stock_row, ean),
		AT(stock_row, site_id), AT(stock_row, site_name), AT(stock_row, quantity), AT(stock_row, web) } },
	[ROW_PRODUCT] = { sizeof(struct product_row), 7, {
		AT(product_row, backend), AT(product_row, id), AT(product_row, title), AT(product_row, sku), AT(product_row, ean),
		AT(product_row, text), AT(product_row, web) } },
	[ROW_ARTICLE] = { sizeof(struct article_row), 5, {
		AT(article_row, backend), AT(article_row, id), AT(article_row, title), AT(article_row, text), AT(article_row, web) } },
	[ROW_DAY] = { sizeof(struct day_row), 9, {
		AT(day_row, backend), AT(day_row, id), AT(day_row, site_id), AT(day_row, site_name), AT(day_row, title),
		AT(day_row, name), AT(day_row, status), AT(day_row, reference), AT(day_row, record) } },
};

static void *row_copy(struct arena *arena, enum row_type type, const void *row)
{
	const struct shape *shape = &shapes[type];
	char *copy = arena_alloc(arena, shape->size);

	memcpy(copy, row, shape->size);
	for (size_t i = 0; i < shape->n; i++) {
		struct str *text = (struct str *)(void *)(copy + shape->texts[i]);

		if (text->p)
			*text = arena_str(arena, *text);
	}
	return copy;
}

static void tell(void *arg)
{
	struct shelf *shelf = arg;

	shelf->deferred = false;
	if (!shelf->finished) {
		shelf->sink.changed(shelf->sink.arg);
	} else if (!shelf->told) {
		shelf->told = true;
		shelf->sink.done(shelf->sink.arg);
	}
}

static void tell_later(struct shelf *shelf)
{
	if (!shelf->deferred)
		loop_defer(shelf->desk->loop, tell, shelf);
	shelf->deferred = true;
}

static void on_row(void *arg, enum row_type type, const void *row)
{
	struct asked *asked = arg;
	struct shelf *shelf = asked->shelf;

	if (type != shelf->type || asked->n >= ROWS_MOST)
		return;
	MEM_ROOM(asked->rows, asked->n, asked->cap);
	asked->rows[asked->n++] = row_copy(shelf->arena, type, row);
	tell_later(shelf);
}

static void on_done(void *arg, const struct backend_end *end)
{
	struct asked *asked = arg;
	struct shelf *shelf = asked->shelf;
	struct source *source = &shelf->sources[asked->at];

	asked->call = NULL;
	source_end(source, end, clock_wall(shelf->desk->clock));
	source->ms = clock_steady(shelf->desk->clock) - asked->since;
	shelf->finished = !--shelf->running;
	tell_later(shelf);
}

static bool plan_has(const struct plan *plan, enum row_type type)
{
	for (size_t i = 0; i < plan->asks.n; i++)
		if (plan->asks.items[i]->type == type)
			return true;
	return false;
}

static bool has(const struct desk_backend *backend, enum row_type type)
{
	const struct plan *plan = backend->house ? backend->house->plan : NULL;

	plan = backend->backend ? backend_plan(backend->backend) : plan;
	return plan && plan_has(plan, type);
}

bool shelf_can(const struct desk *desk, enum row_type type)
{
	for (size_t i = 0; i < desk->n_backends; i++)
		if (desk->backends[i].backend && has(&desk->backends[i], type))
			return true;
	return false;
}

void shelf_sides(const struct desk *desk, enum stock_side *sides)
{
	size_t count[STOCK_SIDES] = { 0 }, first = SIZE_MAX;

	for (size_t i = 0; i < desk->n_backends; i++) {
		sides[i] = has(&desk->backends[i], ROW_PRODUCT) ? STOCK_WEB : STOCK_SHOP;
		if (!has(&desk->backends[i], ROW_STOCK))
			continue;
		count[sides[i]]++;
		first = first == SIZE_MAX ? i : first;
	}
	if (first == SIZE_MAX || (count[STOCK_WEB] && count[STOCK_SHOP]) || count[STOCK_WEB] + count[STOCK_SHOP] < 2)
		return;
	for (size_t i = 0; i < desk->n_backends; i++)
		sides[i] = i == first ? STOCK_WEB : STOCK_SHOP;
}

static void start(struct shelf *shelf, size_t at, struct str value)
{
	struct desk *desk = shelf->desk;
	struct asked *asked = &shelf->asked[at];
	struct backend *backend = desk->backends[at].backend;
	const struct backend_sink sink = { .row = on_row, .done = on_done, .arg = asked };
	struct backend_options options = { .rank = desk->rank, .since = WHEN_NONE, .trace = desk->trace };

	asked->since = clock_steady(desk->clock);
	options.deadline = asked->since + backend_deadline_ms(backend);
	shelf->sources[at].state = SOURCE_WAITING;
	shelf->running++;
	asked->call = backend_ask(backend, shelf->type, NULL, value, &options, &sink);
}

/* A backend that cannot be used fails only where it could have answered. */
static void say_unusable(struct shelf *shelf, size_t at)
{
	const struct desk_backend *backend = &shelf->desk->backends[at];
	const struct plan *plan = backend->house ? backend->house->plan : NULL;

	if (plan && !plan_has(plan, shelf->type))
		return;
	shelf->sources[at].state = SOURCE_FAILED;
	shelf->sources[at].err = backend->err;
}

struct shelf *shelf_start(struct desk *desk, enum row_type type, struct str value, const struct shelf_sink *sink)
{
	struct shelf *shelf = mem_zalloc(sizeof(*shelf));

	shelf->desk = desk;
	shelf->type = type;
	shelf->sink = *sink;
	shelf->arena = arena_new();
	shelf->asked = mem_array(desk->n_backends + 1, sizeof(*shelf->asked));
	shelf->sources = mem_array(desk->n_backends + 1, sizeof(*shelf->sources));
	value = arena_str(shelf->arena, value);
	for (size_t i = 0; i < desk->n_backends; i++) {
		shelf->asked[i] = (struct asked){ .shelf = shelf, .at = i };
		shelf->sources[i] = (struct source){ .backend = desk->backends[i].id, .retry_at = WHEN_NONE, .since = WHEN_NONE };
	}
	for (size_t i = 0; i < desk->n_backends; i++) {
		if (!desk->backends[i].backend)
			say_unusable(shelf, i);
		else if (plan_has(backend_plan(desk->backends[i].backend), type))
			start(shelf, i, value);
	}
	if (!shelf->running) {
		shelf->finished = true;
		tell_later(shelf);
	}
	return shelf;
}

void shelf_free(struct shelf *shelf)
{
	if (!shelf)
		return;
	for (size_t i = 0; i < shelf->desk->n_backends; i++) {
		if (shelf->asked[i].call)
			backend_cancel(shelf->asked[i].call);
		free(shelf->asked[i].rows);
	}
	if (shelf->deferred)
		loop_defer_cancel(shelf->desk->loop, tell, shelf);
	free(shelf->asked);
	free(shelf->sources);
	free(shelf->rows);
	arena_free(shelf->arena);
	free(shelf);
}

const void *const *shelf_rows(struct shelf *shelf, size_t *n)
{
	size_t total = 0, most = 0;

	for (size_t i = 0; i < shelf->desk->n_backends; i++) {
		total += shelf->asked[i].n;
		most = shelf->asked[i].n > most ? shelf->asked[i].n : most;
	}
	free(shelf->rows);
	shelf->rows = mem_array(total + 1, sizeof(*shelf->rows));
	*n = 0;
	for (size_t rank = 0; rank < most; rank++)
		for (size_t i = 0; i < shelf->desk->n_backends; i++)
			if (rank < shelf->asked[i].n)
				shelf->rows[(*n)++] = shelf->asked[i].rows[rank];
	return shelf->rows;
}

bool shelf_done(const struct shelf *shelf)
{
	return shelf->told;
}

const struct source *shelf_sources(const struct shelf *shelf, size_t *n)
{
	*n = shelf->desk->n_backends;
	return shelf->sources;
}
