#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <dossier/model/row_json.h>

/* Whatever was written and read is written the same again: what would be lost in reading would be missing there. */
static struct str again(struct arena *arena, struct str text)
{
	struct batch *batch = batch_new();
	struct record **records = NULL;
	size_t n = 0;
	struct err err = { 0 };
	struct buf out;
	struct str copy;

	buf_init(&out, 1 << 20);
	if (!row_json_read(text, batch, &records, &n, &err))
		fail_msg("%s", err.text);
	row_json_write(batch, (const struct record *const *)records, n, &out);
	copy = arena_str(arena, buf_str(&out));
	buf_release(&out);
	free(records);
	batch_free(batch);
	return copy;
}

static struct interaction *full(struct batch *batch)
{
	struct interaction *it = batch_add(batch);
	struct refs *refs = interaction_refs(batch->arena, it);

	it->id = STR("17"); it->backend = STR("shop"); it->row = STR("orders");
	it->kind = KIND_ORDER; it->step = STEP_SHIPPED; it->channel = CHANNEL_WEB; it->direction = DIRECTION_IN; it->reader = READER_STAFF;
	it->at = -5; it->until = INT64_C(1795000000123); it->minutes = 90000;
	it->title = str_make("a\0b \xe2\x80\xae\xf0\x9f\x98\x80", 11);
	it->text = STR(""); it->agent = STR("ana"); it->place_id = STR("3"); it->place_name = STR("Berlin");
	it->status = STR("open"); it->done = STR("call"); it->outcome = STR("solved"); it->number = STR("0160/98"); it->web = STR("https://example.com/17");
	it->part_of = STR("16");
	it->amount = (struct money){ -INT64_C(9007199254740993), "EUR" };
	refs->order = STR("17"); refs->case_ = STR("c"); refs->call = STR("");
	it->lines = arena_alloc(batch->arena, 2 * sizeof(*it->lines));
	it->n_lines = 2;
	it->lines[0] = (struct line){ STR("hat"), STR("H-1"), STR("1.50"), { 0, "GBP" } };
	it->attachments = arena_alloc(batch->arena, sizeof(*it->attachments));
	it->n_attachments = 1;
	it->attachments[0] = (struct attachment){ STR("a.pdf"), STR("application/pdf"), { NULL, 0 }, -1 };
	it->shared_only = true;
	return it;
}

static void test_interactions_are_exact(void **state)
{
	struct batch *batch = batch_new(), *back = batch_new();
	struct record **records = NULL;
	struct interaction *it = full(batch), *bare = batch_add(batch);
	const struct interaction *read;
	size_t n = 0;
	struct err err = { 0 };
	struct buf out;

	(void)state;
	bare->id = STR("1"); bare->backend = STR("desk"); bare->row = STR("");
	bare->at = bare->until = WHEN_NONE;
	buf_init(&out, 1 << 20);
	row_json_write(batch, NULL, 0, &out);
	assert_true(row_json_read(buf_str(&out), back, &records, &n, &err));
	assert_int_equal(back->n, 2);
	assert_int_equal(n, 0);
	read = back->items[0];
	assert_true(str_eq(read->title, it->title));
	assert_true(read->text.p && !read->text.n);
	assert_int_equal(read->at, -5);
	assert_int_equal(read->until, it->until);
	assert_int_equal(read->minutes, 90000);
	assert_int_equal(read->kind, KIND_ORDER);
	assert_int_equal(read->step, STEP_SHIPPED);
	assert_int_equal(read->channel, CHANNEL_WEB);
	assert_int_equal(read->direction, DIRECTION_IN);
	assert_int_equal(read->reader, READER_STAFF);
	assert_true(read->amount.minor == it->amount.minor);
	assert_string_equal(read->amount.currency, "EUR");
	assert_true(str_is(read->refs->order, "17") && read->refs->call.p && !read->refs->ticket.p);
	assert_int_equal(read->n_lines, 2);
	assert_string_equal(read->lines[0].amount.currency, "GBP");
	assert_null(read->lines[1].title.p);
	assert_int_equal(read->attachments[0].size, -1);
	assert_true(read->shared_only);
	read = back->items[1];
	assert_true(read->at == WHEN_NONE && read->until == WHEN_NONE && !read->refs && !read->title.p && read->row.p);
	assert_true(str_eq(again(batch->arena, buf_str(&out)), buf_str(&out)));
	buf_release(&out);
	free(records);
	batch_free(batch);
	batch_free(back);
}

static void test_records_are_exact(void **state)
{
	struct batch *batch = batch_new(), *back = batch_new();
	struct record *record = record_new(batch->arena, STR("shop"), STR("cus_1"));
	const struct record *const list[] = { record };
	struct identity email, account;
	struct record **records = NULL;
	size_t n = 0;
	struct err err = { 0 };
	struct buf out;

	(void)state;
	assert_true(identity_make(batch->arena, ID_TYPE_EMAIL, (struct str){ 0 }, STR("Jane@Example.com"), NULL, &email, &err));
	assert_true(identity_make(batch->arena, ID_TYPE_ACCOUNT, STR("shop"), STR("77"), NULL, &account, &err));
	record_add_name(batch->arena, record, STR("Jane Doe"));
	record_add_name(batch->arena, record, STR("Jane Roe"));
	record_add_id(batch->arena, record, &email, STR("/email"), STR("Jane@Example.com"));
	record_add_id(batch->arena, record, &account, STR("/account"), STR("77"));
	record_add_match(batch->arena, record, &email, STR("/email"), STR("Jane@Example.com"));
	record_add_extra(batch->arena, record, STR("login"), STR("jane"));
	record_add_address(batch->arena, record, &(struct address){ .label = STR("home"), .lines = { STR("Road 1"), { NULL, 0 }, STR("") }, .city = STR("Leeds") });
	record->guest = record->do_not_contact = true;
	record->tier = STR("gold");
	record->since = 12;
	record->lifetime = (struct money){ 4210, "GBP" };
	buf_init(&out, 1 << 20);
	row_json_write(NULL, list, 1, &out);
	assert_true(row_json_read(buf_str(&out), back, &records, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(records[0]->n_names, 2);
	assert_int_equal(records[0]->n_ids, 2);
	assert_true(identity_same(&records[0]->ids[1].id, &account));
	assert_int_equal(records[0]->n_matches, 1);
	assert_true(str_is(record_extra(records[0], "login"), "jane"));
	assert_true(str_is(records[0]->addresses[0].city, "Leeds"));
	assert_true(records[0]->guest && records[0]->do_not_contact && !records[0]->reference_only);
	assert_true(str_eq(again(batch->arena, buf_str(&out)), buf_str(&out)));
	buf_release(&out);
	free(records);
	batch_free(batch);
	batch_free(back);
}

static void test_what_is_broken_is_refused_or_left_out(void **state)
{
	static const char *const refused[] = {
		"", "[]", "{}", "{\"rows\":[]}", "{\"rows\":[1],\"records\":[]}", "{\"rows\":[],\"records\":[{\"id\":\"1\"}]}",
		"{\"rows\":[{\"id\":\"1\",\"backend\":\"b\"}],\"records\":[]}", "{\"rows\":[],\"records\":[]", "null",
	};
	const char *odd = "{\"rows\":[{\"id\":\"1\",\"backend\":\"b\",\"row\":\"r\",\"at\":\"x\",\"kind\":\"none such\",\"lines\":[7,null],"
			  "\"amount\":{\"minor\":1,\"currency\":\"EURO\"},\"refs\":4}],\"records\":[{\"backend\":\"b\",\"id\":\"2\","
			  "\"ids\":[{\"type\":\"nothing\",\"value\":\"x\"}],\"names\":[1]}]}";
	struct batch *batch = batch_new();
	struct record **records = NULL;
	size_t n = 0;
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		if (row_json_read(str_of(refused[i]), batch, &records, &n, &err))
			fail_msg("taken: %s", refused[i]);
		assert_int_not_equal(err.code, ERR_NONE);
		assert_false(row_json_read(str_of(refused[i]), batch, &records, &n, NULL));
	}
	assert_int_equal(batch->n, 0);
	assert_true(row_json_read(str_of(odd), batch, &records, &n, &err));
	assert_int_equal(batch->items[0]->kind, KIND_OTHER);
	assert_true(batch->items[0]->at == WHEN_NONE);
	assert_int_equal(batch->items[0]->n_lines, 2);
	assert_int_equal(records[0]->n_ids + records[0]->n_names, 0);
	free(records);
	batch_free(batch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interactions_are_exact), cmocka_unit_test(test_records_are_exact),
		cmocka_unit_test(test_what_is_broken_is_refused_or_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
