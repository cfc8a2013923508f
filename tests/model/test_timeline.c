#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/text.h>
#include <dossier/model/timeline.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define T0 INT64_C(1795000000000)

static struct interaction *add(struct batch *batch, const char *backend, const char *row, const char *id, enum kind kind, int64_t at)
{
	struct interaction *it = batch_add(batch);

	it->backend = arena_str(batch->arena, str_of(backend));
	it->row = arena_str(batch->arena, str_of(row));
	it->id = arena_str(batch->arena, str_of(id));
	it->kind = kind;
	it->at = at;
	return it;
}

static const struct interaction *head(struct timeline *timeline, size_t i)
{
	const struct timeline_row *row = timeline_row(timeline, i);

	assert_non_null(row);
	assert_ptr_equal(row->head, row->sources[0]);
	return row->head;
}

static void newest_first_unknown_last(void **state)
{
	(void)state;
	struct timeline *timeline = timeline_new(NULL, NULL);
	struct batch *a = batch_new(), *b = batch_new();

	add(a, "shop", "orders", "1", KIND_ORDER, T0);
	add(a, "shop", "orders", "2", KIND_ORDER, WHEN_NONE);
	add(a, "shop", "orders", "3", KIND_ORDER, -5);
	add(b, "desk", "tickets", "4", KIND_TICKET, T0 + 1);
	add(b, "desk", "tickets", "5", KIND_TICKET, T0);
	add(b, "desk", "tickets", "6", KIND_TICKET, INT64_MAX);
	timeline_take(timeline, a);
	assert_int_equal(timeline_count(timeline), 3);
	timeline_take(timeline, b);
	timeline_take(timeline, batch_new());
	timeline_take(timeline, NULL);
	assert_int_equal(timeline_count(timeline), 6);
	static const char *const order[] = { "6", "4", "5", "1", "3", "2" };
	for (size_t i = 0; i < 6; i++)
		assert_true(str_is(head(timeline, i)->id, order[i]));
	assert_null(timeline_row(timeline, 6));
	timeline_free(timeline);
	timeline_free(NULL);
}

static void later_rows_replace_and_drop_removes(void **state)
{
	(void)state;
	struct timeline *timeline = timeline_new(NULL, NULL);

	for (int round = 0; round < 20; round++) {
		struct batch *batch = batch_new();

		for (int i = 0; i < 200; i++) {
			char id[16];

			snprintf(id, sizeof(id), "%d", i % 150);
			add(batch, i % 3 ? "shop" : "desk", "orders", id, KIND_ORDER, T0 + i)->minutes = round * 1000 + i;
		}
		add(batch, "shop", "orders.refunds", "7", KIND_PAYMENT, T0);
		timeline_take(timeline, batch);
	}
	/* 150 ids, of which the last 50 come twice in a batch: 150 and 200 leave the same rest by three */
	assert_int_equal(timeline_count(timeline), 151);
	for (size_t i = 0; i < 151; i++)
		assert_true(head(timeline, i)->minutes >= 19000 || str_is(head(timeline, i)->row, "orders.refunds"));
	struct str backend = head(timeline, 0)->backend;
	struct str copy = str_is(backend, "shop") ? STR("shop") : STR("desk");
	timeline_drop(timeline, backend);       /* the name stands in what is dropped */
	for (size_t i = 0; i < timeline_count(timeline); i++)
		assert_false(str_eq(head(timeline, i)->backend, copy));
	assert_in_range(timeline_count(timeline), 50, 101);
	timeline_drop(timeline, STR("desk"));
	timeline_drop(timeline, STR("shop"));
	assert_int_equal(timeline_count(timeline), 0);
	assert_int_equal(timeline_taken(timeline), 0);
	assert_true(timeline_settled(timeline));
	struct batch *again = batch_new();
	add(again, "shop", "orders", "1", KIND_ORDER, T0);
	timeline_take(timeline, again);
	assert_int_equal(timeline_taken(timeline), 1);
	assert_false(timeline_settled(timeline));
	assert_int_equal(timeline_count(timeline), 1);
	assert_true(timeline_settled(timeline));
	/* the same row once more is another row, too */
	again = batch_new();
	add(again, "shop", "orders", "1", KIND_ORDER, T0);
	timeline_take(timeline, again);
	assert_int_equal(timeline_taken(timeline), 1);
	assert_false(timeline_settled(timeline));
	timeline_free(timeline);
}

static void within_one_second_ids_tell(void **state)
{
	(void)state;
	static const struct { const char *row, *id; } expected[] = {
		{ "tickets.steps", "x2" }, { "tickets.steps", "x10" }, { "tickets.steps", "101" }, { "tickets.steps", "99" },
		{ "tickets.steps", "9" }, { "tickets", "17" }, { "tickets", "9" },
	};
	enum { N = sizeof(expected) / sizeof(*expected) };

	for (size_t first = 0; first < N; first++) {
		struct timeline *timeline = timeline_new(NULL, NULL);
		struct batch *batch = batch_new();

		for (size_t i = 0; i < N; i++)
			add(batch, "desk", expected[(first + i * 3) % N].row, expected[(first + i * 3) % N].id, KIND_NOTE, T0);
		timeline_take(timeline, batch);
		for (size_t i = 0; i < N; i++) {
			assert_true(str_is(head(timeline, i)->row, expected[i].row));
			assert_true(str_is(head(timeline, i)->id, expected[i].id));
		}
		timeline_free(timeline);
	}
}

static void keys_are_three_parts(void **state)
{
	(void)state;
	struct timeline *timeline = timeline_new(NULL, NULL);
	struct batch *batch = batch_new();

	add(batch, "a", "bc", "d", KIND_NOTE, T0);
	add(batch, "ab", "c", "d", KIND_NOTE, T0);
	add(batch, "a", "b", "cd", KIND_NOTE, T0);
	add(batch, "a", "b", "cd", KIND_NOTE, T0);
	struct interaction *nul = add(batch, "a", "b", "x", KIND_NOTE, T0);
	nul->id = STR("x\0y");
	add(batch, "a", "b", "x", KIND_NOTE, T0);
	timeline_take(timeline, batch);
	assert_int_equal(timeline_count(timeline), 5);
	timeline_free(timeline);
}

/* One call in the phone exchange, and what the desk wrote of it. */
static struct batch *two_calls(int64_t apart, const char *agent_a, const char *agent_b, const char *number_a, const char *number_b)
{
	struct batch *batch = batch_new();
	struct interaction *a = add(batch, "phone", "calls", "CA1", KIND_CALL, T0);
	struct interaction *b = add(batch, "desk", "tickets.articles", "9", KIND_CALL, T0 + apart);

	a->agent = str_of(agent_a);
	b->agent = str_of(agent_b);
	a->number = str_of(number_a);
	b->number = str_of(number_b);
	b->text = STR("could not log in");
	return batch;
}

static size_t rows_of(struct batch *batch, const struct timeline_agents *agents, const char *country)
{
	struct timeline *timeline = timeline_new(agents, country);
	size_t n;

	timeline_take(timeline, batch);
	n = timeline_count(timeline);
	timeline_free(timeline);
	return n;
}

static void one_call_of_two_systems_is_one_row(void **state)
{
	(void)state;
	assert_int_equal(rows_of(two_calls(30 * SECOND, "Pat Lee", "pat lee", NULL, NULL), NULL, NULL), 1);
	assert_int_equal(rows_of(two_calls(-30 * SECOND, NULL, NULL, "+44 7700 900123", "07700900123"), NULL, "GB"), 1);
	assert_int_equal(rows_of(two_calls(0, NULL, NULL, "07700900123", "+447700900123"), NULL, NULL), 1);
	/* two minutes long by default, and 90 s of slack: the edge holds, one more does not */
	assert_int_equal(rows_of(two_calls(210 * SECOND, "a", "a", NULL, NULL), NULL, NULL), 1);
	assert_int_equal(rows_of(two_calls(210 * SECOND + 1, "a", "a", NULL, NULL), NULL, NULL), 2);
	assert_int_equal(rows_of(two_calls(0, "Pat", "Kim", NULL, NULL), NULL, NULL), 2);
	assert_int_equal(rows_of(two_calls(0, NULL, NULL, NULL, NULL), NULL, NULL), 2);
	assert_int_equal(rows_of(two_calls(0, "", "", " ", " "), NULL, NULL), 2);
	assert_int_equal(rows_of(two_calls(0, NULL, NULL, "+447700900123", "+447700900124"), NULL, NULL), 2);
	assert_int_equal(rows_of(two_calls(0, NULL, NULL, "@jane", "@JANE"), NULL, NULL), 1);
}

static void agents_have_several_names(void **state)
{
	(void)state;
	struct timeline_agents *agents = timeline_agents_new();

	timeline_agents_add(agents, "Pat Lee", "plee");
	timeline_agents_add(agents, "plee", "ext 12");
	assert_int_equal(rows_of(two_calls(0, "PLEE", "Pat Lee", NULL, NULL), agents, NULL), 1);
	assert_int_equal(rows_of(two_calls(0, "Ext 12", "plee", NULL, NULL), agents, NULL), 1);
	assert_int_equal(rows_of(two_calls(0, "Ext 13", "plee", NULL, NULL), agents, NULL), 2);
	/* A name that was known by others gets a better one: all follow. */
	timeline_agents_add(agents, "Patricia Lee", "Pat Lee");
	assert_int_equal(rows_of(two_calls(0, "Ext 12", "patricia lee", NULL, NULL), agents, NULL), 1);
	timeline_agents_free(agents);
	timeline_agents_free(NULL);
}

static void what_differs_does_not_fold(void **state)
{
	(void)state;
	struct batch *batch = two_calls(0, "a", "a", NULL, NULL);

	batch->items[1]->kind = KIND_CHAT;
	assert_int_equal(rows_of(batch, NULL, NULL), 2);

	batch = two_calls(0, "a", "a", NULL, NULL);
	batch->items[0]->kind = batch->items[1]->kind = KIND_ORDER;
	assert_int_equal(rows_of(batch, NULL, NULL), 2);

	batch = two_calls(0, "a", "a", NULL, NULL);
	batch->items[0]->direction = DIRECTION_IN;
	batch->items[1]->direction = DIRECTION_OUT;
	assert_int_equal(rows_of(batch, NULL, NULL), 2);

	batch = two_calls(0, "a", "a", NULL, NULL);
	batch->items[1]->backend = STR("phone");        /* two rows of one backend are two events */
	assert_int_equal(rows_of(batch, NULL, NULL), 2);

	batch = two_calls(0, "a", "a", NULL, NULL);
	batch->items[1]->at = WHEN_NONE;
	assert_int_equal(rows_of(batch, NULL, NULL), 2);
}

static void call_ids_fold(void **state)
{
	(void)state;
	struct timeline *timeline = timeline_new(NULL, NULL);
	struct batch *batch = batch_new();
	struct interaction *call = add(batch, "phone", "calls", "1", KIND_CALL, T0);
	struct interaction *contact = add(batch, "store", "contacts", "2", KIND_CONTACT, T0 + 30 * MINUTE);
	struct interaction *leg = add(batch, "phone", "calls", "3", KIND_CALL, T0 + MINUTE);
	struct interaction *ticket = add(batch, "desk", "tickets", "4", KIND_TICKET, T0);
	struct interaction *recycled = add(batch, "desk", "calls", "5", KIND_CALL, T0 - 400 * 24 * 60 * MINUTE);

	interaction_refs(batch->arena, call)->call = STR("CA77");
	interaction_refs(batch->arena, contact)->call = STR("CA77");
	interaction_refs(batch->arena, leg)->call = STR("CA77");
	interaction_refs(batch->arena, ticket)->call = STR("CA77");
	interaction_refs(batch->arena, recycled)->call = STR("CA77");
	call->text = STR("recording");
	timeline_take(timeline, batch);
	/* the contact folds with one of the two legs; the ticket names the call but is none */
	assert_int_equal(timeline_count(timeline), 4);
	size_t folded = 0;
	for (size_t i = 0; i < 4; i++) {
		if (timeline_row(timeline, i)->n_sources == 2) {
			folded++;
			assert_int_equal(head(timeline, i)->kind, KIND_CALL);
			assert_int_equal(timeline_row(timeline, i)->sources[1]->kind, KIND_CONTACT);
		}
	}
	assert_int_equal(folded, 1);
	timeline_free(timeline);
}

static void three_systems_and_the_richest_is_shown(void **state)
{
	(void)state;
	struct timeline *timeline = timeline_new(NULL, NULL);
	struct batch *batch = two_calls(10 * SECOND, "a", "a", NULL, NULL);
	struct interaction *third = add(batch, "voice", "sessions", "v1", KIND_CALL, T0 - 20 * SECOND);
	struct interaction *other = add(batch, "desk", "tickets.articles", "10", KIND_CALL, T0 + 40 * MINUTE);
	struct interaction *part = add(batch, "desk", "attachments", "11", KIND_NOTE, T0);

	third->agent = STR("A");
	other->agent = STR("a");
	part->part_of = STR("9");
	timeline_take(timeline, batch);
	assert_int_equal(timeline_count(timeline), 3);
	assert_true(str_is(head(timeline, 0)->id, "10"));
	assert_true(str_is(head(timeline, 1)->id, "9"));
	assert_int_equal(timeline_row(timeline, 1)->n_sources, 3);
	assert_true(str_is(head(timeline, 2)->id, "11"));

	/* undone, and it stays undone when a fresh copy of the row comes */
	timeline_unfold(timeline, timeline_row(timeline, 1)->sources[0]);
	assert_int_equal(timeline_count(timeline), 4);
	timeline_take(timeline, two_calls(10 * SECOND, "a", "a", NULL, NULL));
	assert_int_equal(timeline_count(timeline), 4);
	for (size_t i = 0; i < 4; i++)
		assert_true(timeline_row(timeline, i)->n_sources == 1 || !str_is(head(timeline, i)->id, "9"));
	timeline_free(timeline);
}

/* Two quick calls in both systems stay two, paired by time. */
static void repeated_calls_pair_up(void **state)
{
	(void)state;
	struct timeline *timeline = timeline_new(NULL, NULL);
	struct batch *batch = batch_new();

	for (int i = 0; i < 6; i++) {
		char id[16];

		snprintf(id, sizeof(id), "%d", i);
		add(batch, i % 2 ? "desk" : "phone", "calls", id, KIND_CALL, T0 + (i / 2) * 60 * SECOND + (i % 2) * 5 * SECOND)->agent = STR("a");
	}
	timeline_take(timeline, batch);
	assert_int_equal(timeline_count(timeline), 3);
	for (size_t i = 0; i < 3; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		assert_int_equal(row->n_sources, 2);
		assert_int_equal(llabs(row->sources[0]->at - row->sources[1]->at), 5 * SECOND);
	}
	timeline_free(timeline);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Rows come in any order and in any batches, with hostile lengths: the same rows, each source once. */
static void order_of_arrival_does_not_matter(void **state)
{
	(void)state;
	static const char *const backends[] = { "phone", "desk", "chat", "shop" };
	static const char *const agents[] = { "a", "b", "A", NULL };
	static const char *const numbers[] = { "+447700900123", "07700 900123", NULL, "900123" };

	for (uint64_t run = 1; run <= 300; run++) {
		struct interaction made[60];
		size_t order[60];
		uint64_t seed = run * 0x9e3779b97f4a7c15u;
		struct buf seen[2];

		memset(made, 0, sizeof(made));
		for (int i = 0; i < 60; i++) {
			made[i].backend = str_of(backends[next_random(&seed) % 4]);
			made[i].row = STR("rows");
			made[i].id = str_make(&"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[i], 1);
			made[i].kind = next_random(&seed) % 2 ? KIND_CALL : KIND_CHAT;
			made[i].at = T0 + (int64_t)(next_random(&seed) % 1800) * SECOND;
			made[i].until = next_random(&seed) % 3 ? WHEN_NONE : made[i].at + (int64_t)(next_random(&seed) % 900) * SECOND;
			if (next_random(&seed) % 40 == 0)
				made[i].until = INT64_MAX;
			made[i].agent = str_of(agents[next_random(&seed) % 4]);
			made[i].number = str_of(numbers[next_random(&seed) % 4]);
		}
		for (int pass = 0; pass < 2; pass++) {
			struct timeline *timeline = timeline_new(NULL, "GB");
			struct batch *batch = NULL;
			size_t sources = 0;

			for (size_t i = 0; i < 60; i++)
				order[i] = i;
			for (size_t i = 60; pass && i > 1; i--) {
				size_t k = next_random(&seed) % i, swap = order[i - 1];

				order[i - 1] = order[k];
				order[k] = swap;
			}
			for (size_t i = 0; i < 60; i++) {
				if (!batch)
					batch = batch_new();
				*batch_add(batch) = made[order[i]];
				if (next_random(&seed) % 5 == 0) {
					timeline_take(timeline, batch);
					timeline_count(timeline);
					batch = NULL;
				}
			}
			timeline_take(timeline, batch);
			buf_init(&seen[pass], 10000);
			for (size_t i = 0; i < timeline_count(timeline); i++) {
				const struct timeline_row *row = timeline_row(timeline, i);

				sources += row->n_sources;
				for (size_t k = 0; k < row->n_sources; k++) {
					buf_addstr(&seen[pass], row->sources[k]->id);
					for (size_t m = 0; m < k; m++)
						assert_false(str_eq(row->sources[k]->backend, row->sources[m]->backend));
				}
				buf_addc(&seen[pass], '|');
			}
			assert_int_equal(sources, 60);
			timeline_free(timeline);
		}
		assert_string_equal(seen[0].data, seen[1].data);
		buf_release(&seen[0]);
		buf_release(&seen[1]);
	}
}

static bool kept(const struct interaction *it, const struct timeline_filter *filter)
{
	struct timeline_row row = { it, &it, 1 };

	return timeline_keeps(&row, filter);
}

static struct timeline_filter nothing(void)
{
	return (struct timeline_filter){ .since = WHEN_NONE, .until = WHEN_NONE };
}

static void filters(void **state)
{
	(void)state;
	struct line line = { .title = STR("Espresso machine") };
	struct refs refs = { .order = STR("10442") };
	struct interaction it = {
		.backend = STR("shop"), .kind = KIND_ORDER, .at = T0, .until = WHEN_NONE, .direction = DIRECTION_IN,
		.title = STR("Order 4"), .text = STR("Gr\xc3\xb6\xc3\x9f" "e passt"), .agent = STR("Pat Lee"),
		.refs = &refs, .lines = &line, .n_lines = 1,
	};
	struct timeline_filter filter = nothing();

	assert_true(kept(&it, &filter));
	filter.kinds = 1u << KIND_CALL;
	assert_false(kept(&it, &filter));
	filter.kinds |= 1u << KIND_ORDER;
	assert_true(kept(&it, &filter));
	filter.backend = STR("sho");
	assert_false(kept(&it, &filter));
	filter.backend = STR("shop");
	filter.since = T0;
	filter.until = T0 + 1;
	assert_true(kept(&it, &filter));
	filter.until = T0;
	assert_false(kept(&it, &filter));
	filter = nothing();
	filter.since = T0 + 1;
	assert_false(kept(&it, &filter));
	filter = nothing();
	filter.direction = DIRECTION_OUT;
	assert_false(kept(&it, &filter));
	filter = nothing();
	filter.agent = STR("lee");
	assert_true(kept(&it, &filter));
	filter.agent = STR("leex");
	assert_false(kept(&it, &filter));

	static const struct { const char *grep; bool kept; } greps[] = {
		{ "ORDER 4", true }, { "order  4", false }, { "espresso", true }, { "0442", true }, { "pat l", true },
		{ "GR\xc3\x96SSE", true }, { "passt", true }, { "gr\xc3\xb6\xc3\x9f" "e", true }, { "tee", false },
		{ "order 4order", false }, { "\xc3\xa4", false },
	};
	for (size_t i = 0; i < sizeof(greps) / sizeof(*greps); i++) {
		struct buf folded;

		buf_init(&folded, 100);
		text_fold(&folded, str_of(greps[i].grep));
		filter = nothing();
		filter.grep = buf_str(&folded);
		assert_int_equal(kept(&it, &filter), greps[i].kept);
		buf_release(&folded);
	}
	it.at = WHEN_NONE;
	filter = nothing();
	filter.until = T0;
	assert_false(kept(&it, &filter));
}

/* The short cuts for ASCII say what folding both sides says. */
static void search_agrees_with_folding(void **state)
{
	(void)state;
	static const char *const pieces[] = {
		"a", "S", "s", "K", "e", "i", " ", ";", "`", "st", "\xc3\x9f", "\xc5\xbf", "\xe2\x84\xaa", "\xcc\x81",
		"\xc3\xa9", "\xc3\x89", "\xc4\xb0", "\xef\xac\x86", "\xcd\xbe", "\xe1\xbf\xaf", "\xcc\x87", "\xe1\xba\x9e", "\xc5\x89", "\xff",
	};
	uint64_t seed = 99;

	for (int run = 0; run < 100000; run++) {
		struct buf text, raw, needle, folded;
		struct timeline_filter filter = nothing();
		struct interaction it = { .at = T0 };

		buf_init(&text, 200);
		buf_init(&raw, 200);
		buf_init(&needle, 200);
		buf_init(&folded, 1000);
		for (uint64_t n = next_random(&seed) % 6; n > 0; n--)
			buf_adds(&text, pieces[next_random(&seed) % (sizeof(pieces) / sizeof(*pieces))]);
		buf_adds(&raw, pieces[next_random(&seed) % (sizeof(pieces) / sizeof(*pieces))]);
		if (next_random(&seed) % 2)
			buf_adds(&raw, pieces[next_random(&seed) % (sizeof(pieces) / sizeof(*pieces))]);
		text_fold(&needle, buf_str(&raw));
		text_fold(&folded, buf_str(&text));
		it.text = buf_str(&text);
		filter.grep = buf_str(&needle);
		assert_int_equal(kept(&it, &filter), folded.len && memmem(folded.data, folded.len, needle.data, needle.len));
		buf_release(&text);
		buf_release(&raw);
		buf_release(&needle);
		buf_release(&folded);
	}
}

/* Everything at one time from one agent must not take for ever. */
static void hostile_pile_stays_bounded(void **state)
{
	(void)state;
	struct timeline *timeline = timeline_new(NULL, NULL);
	struct batch *batch = batch_new();

	for (int i = 0; i < 20000; i++) {
		char id[16];
		struct interaction *it;

		snprintf(id, sizeof(id), "%d", i);
		it = add(batch, i % 2 ? "phone" : "desk", "rows", id, KIND_CALL, T0);
		it->until = T0 + 20 * 60 * MINUTE;
		it->agent = STR("a");
		interaction_refs(batch->arena, it)->call = STR("same");
	}
	timeline_take(timeline, batch);
	assert_in_range(timeline_count(timeline), 10000, 20000);
	timeline_free(timeline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newest_first_unknown_last),
		cmocka_unit_test(later_rows_replace_and_drop_removes),
		cmocka_unit_test(within_one_second_ids_tell),
		cmocka_unit_test(keys_are_three_parts),
		cmocka_unit_test(one_call_of_two_systems_is_one_row),
		cmocka_unit_test(agents_have_several_names),
		cmocka_unit_test(what_differs_does_not_fold),
		cmocka_unit_test(call_ids_fold),
		cmocka_unit_test(three_systems_and_the_richest_is_shown),
		cmocka_unit_test(repeated_calls_pair_up),
		cmocka_unit_test(order_of_arrival_does_not_matter),
		cmocka_unit_test(filters),
		cmocka_unit_test(search_agrees_with_folding),
		cmocka_unit_test(hostile_pile_stays_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
