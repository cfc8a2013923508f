/* Sinks that end what calls them: their own backend, or another call of it. The sanitizers see what is touched after. */
#include "rig.h"

#include <dossier/base/mem.h>
#include <dossier/net/loop.h>

#define HEAD "connector: shop\ntitle: A shop\nsettings:\n  url: {required: true}\n  token: {default: x}\n"
#define REST "record: {id: /id}\nfind:\n  - {by: email, get: /find, each: /items, match: [/email]}\n" \
	"pull:\n  orders: {per: record, get: \"/orders/<record>\", each: /items,\n    page: {number: page, size: size, of: 2},\n" \
	"    row: {kind: order, id: /id, at: /at, agent: {table: staff, key: /who}}}\n" \
	"tables:\n  staff: {get: /staff, each: /items, key: /id, value: /name}\n" \
	"actions:\n  note: {title: A, reader: staff, post: /note, json: {a: b}}\n"
#define LOGIN "auth: {login: {post: /login, json: {token: <settings.token>}, token: /token}}\n"
#define ROW(id) "{\"id\":\"" id "\",\"at\":\"2026-01-02T10:00:00Z\",\"who\":\"7\"}"

static const struct server_reply replies[] = {
	{ "GET /find", 0, NULL, "{\"items\":[{\"id\":1,\"email\":\"a@example.com\"},{\"id\":2,\"email\":\"a@example.com\"}]}" },
	{ "GET /orders/1", 0, NULL, "{\"items\":[" ROW("a") "," ROW("b") "]}" },
	{ "GET /staff", 0, NULL, "{\"items\":[{\"id\":7,\"name\":\"Kim\"}]}" },
	{ "POST /login", 401, NULL, "{}" },
	{ "POST /note", 0, NULL, "{}" },
};

enum at { AT_RECORD = 1, AT_BATCH, AT_DONE, AT_NOTHING };
struct sunk {
	struct rig *rig;
	enum at at;
	struct backend_call *other;     /* cancelled instead of freeing the backend */
	unsigned hits, dones;
};

static struct rig rig;

static void hit(struct sunk *sunk, enum at at)
{
	if (sunk->at != at || sunk->hits++)
		return;
	if (sunk->other) {
		backend_cancel(sunk->other);
		return;
	}
	backend_free(sunk->rig->backend);
	sunk->rig->backend = NULL;
}

static void on_record(void *arg, const struct record *record)
{
	(void)record;
	hit(arg, AT_RECORD);
}

static void on_batch(void *arg, struct batch *batch)
{
	batch_free(batch);
	hit(arg, AT_BATCH);
}

static void on_done(void *arg, const struct backend_end *end)
{
	struct sunk *sunk = arg;

	(void)end;
	sunk->dones++;
	hit(sunk, AT_DONE);
}

static struct backend_sink sink_of(struct sunk *sunk)
{
	return (struct backend_sink){ .record = on_record, .batch = on_batch, .done = on_done, .arg = sunk };
}

static struct backend_call *find(struct sunk *sunk)
{
	struct backend_sink sink = sink_of(sunk);
	struct identity id;
	struct err err = { 0 };

	assert_true(identity_parse(rig.arena, STR("email:a@example.com"), "PT", &id, &err));
	return backend_find(rig.backend, &id, &rig_options, &sink);
}

static struct backend_call *pull(struct sunk *sunk)
{
	struct record *record = record_new(rig.arena, STR("shop"), STR("1"));
	const struct record *records[] = { record };
	const struct backend_subject subject = { .records = records, .n_records = 1 };
	struct backend_sink sink = sink_of(sunk);

	return backend_pull(rig.backend, &subject, &rig_options, &sink);
}

static void act(struct sunk *sunk)
{
	const struct backend_act what = { .action = "note" };
	struct backend_sink sink = sink_of(sunk);

	backend_act(rig.backend, &what, &rig_options, &sink);
}

static void turns(const struct sunk *sunk, unsigned more)
{
	for (int i = 0; i < 2000 && !sunk->hits; i++)
		loop_turn(rig.loop, 10);
	assert_int_equal(sunk->hits, 1);
	for (unsigned i = 0; i < more; i++)
		loop_turn(rig.loop, 1);
}

static int close_rig(void **state)
{
	(void)state;
	rig_close(&rig);
	return 0;
}

static void freed(const char *connector, enum at at)
{
	struct sunk sunk = { &rig, at, NULL, 0, 0 }, others = { &rig, AT_NOTHING, NULL, 0, 0 };

	RIG(connector, replies);
	if (at == AT_RECORD)
		find(&sunk);
	else
		pull(&sunk);
	pull(&others);
	find(&others);
	act(&others);
	turns(&sunk, 20);
	assert_int_equal(sunk.dones, at == AT_DONE);
	rig_close(&rig);
}

static void test_freed_in_a_sink(void **state)
{
	(void)state;
	freed(HEAD REST, AT_RECORD);
	freed(HEAD REST, AT_BATCH);
	freed(HEAD REST, AT_DONE);
	freed(HEAD LOGIN REST, AT_DONE);
}

/* The rest of it is memory alone, so it does not matter what ends first. */
static void test_freed_and_no_turn_after(void **state)
{
	struct sunk sunk = { &rig, AT_DONE, NULL, 0, 0 };

	(void)state;
	RIG(HEAD REST, replies);
	pull(&sunk);
	turns(&sunk, 1);
}

static void test_freed_before_anything(void **state)
{
	struct sunk sunk = { &rig, AT_NOTHING, NULL, 0, 0 };

	(void)state;
	RIG(HEAD REST, replies);
	pull(&sunk);
	backend_free(rig.backend);
	rig.backend = NULL;
	loop_turn(rig.loop, 0);
	assert_int_equal(sunk.dones, 0);
}

/* Both wait for one table; whoever is told first ends the other. */
static void test_cancelled_while_both_wait_for_a_table(void **state)
{
	struct sunk first = { &rig, AT_BATCH, NULL, 0, 0 }, second = { &rig, AT_NOTHING, NULL, 0, 0 };

	(void)state;
	RIG(HEAD REST, replies);
	pull(&first);
	first.other = pull(&second);
	turns(&first, 20);
	assert_int_equal(first.dones, 1);
	assert_int_equal(second.dones, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freed_in_a_sink),
		cmocka_unit_test_teardown(test_freed_and_no_turn_after, close_rig),
		cmocka_unit_test_teardown(test_freed_before_anything, close_rig),
		cmocka_unit_test_teardown(test_cancelled_while_both_wait_for_a_table, close_rig),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
