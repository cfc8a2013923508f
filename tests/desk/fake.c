#include <dossier/base/mem.h>

#include "fake.h"

struct backend {
	char id[2];
	unsigned types;
	struct plan plan;
	struct plan_pull pull, *pulls[1];
	struct plan_ask ask, *asks[1];
};

struct backend_call {
	struct backend *backend;
	struct backend_sink sink;
	int64_t deadline;
	char *what;
	struct backend_call *next;
};

static struct backend_call *calls;      /* those that wait */
static struct buf waiting;

static struct backend_call *add(struct backend *backend, const struct backend_options *options,
				const struct backend_sink *sink, char *what)
{
	struct backend_call *call = mem_zalloc(sizeof(*call)), **end = &calls;

	*call = (struct backend_call){ .backend = backend, .sink = *sink, .deadline = options->deadline, .what = what };
	while (*end)
		end = &(*end)->next;
	*end = call;
	return call;
}

static void unlink_call(struct backend_call *call)
{
	struct backend_call **at = &calls;

	while (*at && *at != call)
		at = &(*at)->next;
	if (!*at)
		abort();
	*at = call->next;
}

static void free_call(struct backend_call *call)
{
	free(call->what);
	free(call);
}

static struct backend_call *first(const char *backend)
{
	struct backend_call *call = calls;

	while (call && strcmp(call->backend->id, backend))
		call = call->next;
	if (!call) {
		fprintf(stderr, "nothing waits for %s, only: %s\n", backend, fake_waiting());
		abort();
	}
	return call;
}

struct backend *backend_new(struct http *http, const struct backend_config *config, struct log *log, struct err *err)
{
	(void)http;
	(void)config;
	(void)log;
	err_set(err, ERR_CONFIG, "not played");
	return NULL;
}

void backend_free(struct backend *backend) { (void)backend; }
const char *backend_id(const struct backend *backend) { return backend->id; }
const struct plan *backend_plan(const struct backend *backend) { return &backend->plan; }
unsigned backend_find_types(const struct backend *backend) { return backend->types; }
int64_t backend_deadline_ms(const struct backend *backend) { (void)backend; return 1000; }
double backend_rate(const struct backend *backend) { (void)backend; return -1; }

static void add_identity(struct buf *out, const struct identity *id)
{
	buf_addc(out, ' ');
	identity_print(id, out);
}

struct backend_call *backend_find(struct backend *backend, const struct identity *id,
				  const struct backend_options *options, const struct backend_sink *sink)
{
	struct buf what;

	buf_init(&what, 4096);
	buf_printf(&what, "%s find", backend->id);
	add_identity(&what, id);
	return add(backend, options, sink, buf_take(&what));
}

struct backend_call *backend_pull(struct backend *backend, const struct backend_subject *subject,
				  const struct backend_options *options, const struct backend_sink *sink)
{
	struct buf what;

	buf_init(&what, 4096);
	buf_printf(&what, "%s pull", backend->id);
	for (size_t i = 0; i < subject->n_records; i++)
		buf_printf(&what, " %.*s", STR_ARG(subject->records[i]->id));
	for (size_t i = 0; i < subject->n_ids; i++)
		add_identity(&what, &subject->ids[i]);
	return add(backend, options, sink, buf_take(&what));
}

struct backend_call *backend_ping(struct backend *backend, const struct backend_options *options, const struct backend_sink *sink)
{
	return add(backend, options, sink, mem_strdup("ping"));
}

struct backend_call *backend_ask(struct backend *backend, enum row_type type, const struct identity *by, struct str value,
				 const struct backend_options *options, const struct backend_sink *sink)
{
	(void)by;
	return add(backend, options, sink, mem_printf("%s ask %s %.*s", backend->id, row_type_word(type), STR_ARG(value)));
}

void backend_cancel(struct backend_call *call)
{
	unlink_call(call);
	free_call(call);
}

void fake_desk_make(struct fake_desk *fake, size_t n, unsigned types)
{
	*fake = (struct fake_desk){ .arena = arena_new() };
	clock_fake_init(&fake->clock, 1000000, 1);
	fake->clock.steady_ms = 5000;
	fake->house.aliases = timeline_agents_new();
	fake->house.country = mem_strdup("GB");
	fake->house.who.country = fake->house.country;
	fake->desk = (struct desk){ .clock = &fake->clock.clock, .house = &fake->house, .backends = fake->slots, .n_backends = n };
	fake->desk.loop = loop_new(&fake->clock.clock, NULL);
	for (size_t i = 0; i < n; i++) {
		struct backend *backend = mem_zalloc(sizeof(*backend));

		backend->id[0] = (char)('a' + i);
		backend->types = types;
		backend->pull.name = mem_strdup("things");
		backend->pulls[0] = &backend->pull;
		backend->plan.pulls.items = backend->pulls;
		backend->plan.pulls.n = 1;
		fake->slots[i] = (struct desk_backend){ .id = backend->id, .backend = backend };
	}
}

void fake_desk_drop(struct fake_desk *fake)
{
	if (calls) {
		fprintf(stderr, "still waiting: %s\n", fake_waiting());
		abort();
	}
	for (size_t i = 0; i < fake->desk.n_backends; i++) {
		if (!fake->slots[i].backend)
			continue;
		free(fake->slots[i].backend->pull.name);
		free(fake->slots[i].backend);
	}
	loop_free(fake->desk.loop);
	timeline_agents_free(fake->house.aliases);
	free(fake->house.country);
	arena_free(fake->arena);
	buf_release(&waiting);
	waiting = (struct buf){ 0 };
}

void fake_pull_by(struct fake_desk *fake, size_t at, unsigned types, bool shared)
{
	struct plan_pull *pull = &fake->slots[at].backend->pull;

	pull->per = PER_IDENTITY;
	pull->per_types = types;
	pull->shared = shared;
}

void fake_holds(struct fake_desk *fake, size_t at, enum row_type type)
{
	struct backend *backend = fake->slots[at].backend;

	backend->ask.type = type;
	backend->asks[0] = &backend->ask;
	backend->plan.asks.items = backend->asks;
	backend->plan.asks.n = 1;
}

void fake_shelf_row(const char *backend, enum row_type type, const void *row)
{
	struct backend_call *call = first(backend);

	call->sink.row(call->sink.arg, type, row);
}

void fake_break(struct fake_desk *fake, size_t at, const char *why)
{
	struct desk_backend *slot = &fake->slots[at];

	slot->id = arena_strndup(fake->arena, slot->id, 1);
	free(slot->backend->pull.name);
	free(slot->backend);
	slot->backend = NULL;
	err_set(&slot->err, ERR_CONFIG, "%s", why);
}

const char *fake_waiting(void)
{
	/* one list for all desks */
	if (!waiting.max)
		buf_init(&waiting, 65536);
	buf_reset(&waiting);
	for (struct backend_call *call = calls; call; call = call->next)
		buf_printf(&waiting, "%s%s", call == calls ? "" : ", ", call->what);
	return waiting.data && waiting.len ? waiting.data : "";
}

int64_t fake_deadline(struct fake_desk *fake, const char *backend)
{
	return first(backend)->deadline - fake->clock.steady_ms;
}

void fake_record(const char *backend, const struct record *record)
{
	struct backend_call *call = first(backend);

	call->sink.record(call->sink.arg, record);
}

void fake_row(const char *backend, const char *row, const char *id, int64_t at)
{
	struct backend_call *call = first(backend);
	struct batch *batch = batch_new();
	struct interaction *it = batch_add(batch);

	it->backend = arena_str(batch->arena, str_of(backend));
	it->row = arena_str(batch->arena, str_of(row));
	it->id = arena_str(batch->arena, str_of(id));
	it->kind = KIND_NOTE;
	it->at = at;
	call->sink.batch(call->sink.arg, batch);
}

void fake_end(const char *backend, const struct backend_end *end)
{
	struct backend_call *call = first(backend);

	unlink_call(call);
	call->sink.done(call->sink.arg, end);
	free_call(call);
}

void fake_ok(const char *backend)
{
	fake_end(backend, &(struct backend_end){ .ok = true, .requests = 1, .retry_at = WHEN_NONE });
}

void fake_fail(const char *backend, enum err_code code, const char *why)
{
	struct backend_end end = { .requests = 1, .retry_at = WHEN_NONE };

	err_set(&end.err, code, "%s", why);
	fake_end(backend, &end);
}

const struct record *fake_person(struct fake_desk *fake, const char *backend, const char *id, const char *name,
				 const char *asked, ...)
{
	struct record *record = record_new(fake->arena, arena_str(fake->arena, str_of(backend)), arena_str(fake->arena, str_of(id)));
	struct identity made;
	const char *text;
	va_list args;

	record_add_name(fake->arena, record, arena_str(fake->arena, str_of(name)));
	if (asked && identity_parse(fake->arena, str_of(asked), "GB", &made, NULL)) {
		record_add_match(fake->arena, record, &made, STR("/field"), made.value);
		if (identity_class(made.type) == ID_PERSONAL || identity_class(made.type) == ID_SHARED)
			record_add_id(fake->arena, record, &made, STR("/field"), made.value);
	}
	va_start(args, asked);
	while ((text = va_arg(args, const char *))) {
		if (!identity_parse(fake->arena, str_of(text), "GB", &made, NULL))
			abort();
		record_add_id(fake->arena, record, &made, STR("/field"), made.value);
	}
	va_end(args);
	return record;
}

void fake_turn(struct fake_desk *fake)
{
	loop_turn(fake->desk.loop, 0);
}
