#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/profile.h>

#include "resolve_facts.h"

static void lists_keep_each_thing_once(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct record *record = record_new(arena, STR("shop"), STR("1"));
	struct identity id = fact_id(arena, "email:jane@example.com");

	for (int i = 0; i < 3; i++) {
		record_add_name(arena, record, STR("  Jane Moss "));
		record_add_name(arena, record, STR("   "));
		record_add_name(arena, record, (struct str){ 0 });
		record_add_id(arena, record, &id, STR("/email"), STR("Jane@example.com"));
		record_add_id(arena, record, &id, STR("/mail2"), STR("jane@example.com"));
		record_add_match(arena, record, &id, STR("/email"), STR("Jane@example.com"));
		record_add_extra(arena, record, STR("login"), STR("jane"));
		record_add_address(arena, record, &(struct address){ .label = STR("home"), .city = STR("Leeds") });
		record_add_address(arena, record, &(struct address){ .label = STR("home") });
	}
	record_add_extra(arena, record, STR("login"), STR("other"));
	assert_int_equal(record->n_names, 1);
	assert_true(str_is(record->names[0], "Jane Moss"));
	assert_int_equal(record->n_ids, 2);
	assert_int_equal(record->n_matches, 1);
	assert_int_equal(record->n_addresses, 1);
	assert_int_equal(record->n_extras, 1);
	assert_true(str_is(record_extra(record, "login"), "jane"));
	assert_null(record_extra(record, "none").p);
	assert_true(record->since == WHEN_NONE);
	arena_free(arena);
}

static void lists_have_an_end(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct record *record = record_new(arena, STR("shop"), STR("1"));

	for (int i = 0; i < RECORD_MOST + 50; i++) {
		char text[64];
		struct identity id = { .type = ID_TYPE_HANDLE };

		snprintf(text, sizeof(text), "n%d", i);
		id.value = str_of(text);
		record_add_name(arena, record, str_of(text));
		record_add_id(arena, record, &id, STR("/f"), id.value);
		record_add_match(arena, record, &id, STR("/f"), id.value);
		record_add_extra(arena, record, str_of(text), id.value);
		record_add_address(arena, record, &(struct address){ .city = str_of(text) });
	}
	assert_int_equal(record->n_names, RECORD_MOST);
	assert_int_equal(record->n_ids, RECORD_MOST);
	assert_int_equal(record->n_matches, RECORD_MOST);
	assert_int_equal(record->n_extras, RECORD_MOST);
	assert_int_equal(record->n_addresses, RECORD_MOST);
	assert_true(str_is(record->ids[150].id.value, "n150"));
	arena_free(arena);
}

static void a_copy_outlives_its_model(void **state)
{
	(void)state;
	struct arena *arena = arena_new(), *other = arena_new();
	struct record *record = fact_record(arena, "shop", "1", "Jane Moss", "email:jane@example.com tel:+447700900123");
	struct record *copy;
	struct identity own;

	record->tier = arena_str(arena, STR("gold"));
	record->lifetime = (struct money){ 421000, "GBP" };
	record->since = 17;
	record->guest = record->reference_only = record->do_not_contact = true;
	record_add_extra(arena, record, STR("login"), STR("jane"));
	record_add_address(arena, record, &(struct address){ .label = STR("home"), .lines = { STR("1 High Street") } });
	copy = record_copy(other, record);
	arena_free(arena);
	record_identity(copy, &own);
	assert_int_equal(own.type, ID_TYPE_REC);
	assert_true(str_is(own.backend, "shop") && str_is(own.value, "1"));
	assert_true(str_is(copy->tier, "gold"));
	assert_int_equal(copy->lifetime.minor, 421000);
	assert_true(copy->guest && copy->reference_only && copy->do_not_contact && copy->since == 17);
	assert_int_equal(copy->n_ids, 2);
	assert_true(str_is(copy->addresses[0].lines[0], "1 High Street"));
	assert_true(str_is(copy->addresses[0].label, "home"));
	assert_true(str_is(record_extra(copy, "login"), "jane"));
	record_add_name(other, copy, STR("Jane Smith"));
	assert_int_equal(copy->n_names, 2);
	arena_free(other);
}

static void check_value(const struct profile_list *list, size_t i, const char *text, const char *sources)
{
	struct buf all;

	buf_init(&all, 1000);
	assert_true(i < list->n);
	assert_true(str_is(list->items[i].text, text));
	for (size_t k = 0; k < list->items[i].n_sources; k++)
		buf_printf(&all, "%s%.*s", k ? " " : "", STR_ARG(list->items[i].sources[k]));
	assert_string_equal(all.data, sources);
	buf_release(&all);
}

static void a_profile_stands_side_by_side(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct record *shop = fact_record(arena, "shop", "1", "Jane Moss", "email:jane@example.com tel:+447700900123");
	struct record *guest = fact_record(arena, "shop", "2", "jane moss", "email:jane@example.com");
	struct record *desk = fact_record(arena, "desk", "7", "J. Moss", "email:jane@example.com");
	struct group group = { .records = (const struct record *[]){ shop, guest, desk }, .n_records = 3 };
	struct profile profile;

	shop->since = 90;
	desk->since = 20;
	shop->lifetime = (struct money){ 100, "GBP" };
	guest->lifetime = (struct money){ 50, "GBP" };
	desk->lifetime = (struct money){ 7, "EUR" };
	shop->tier = STR("Gold");
	desk->do_not_contact = true;
	record_add_address(arena, shop, &(struct address){
		.lines = { STR("12 High Street"), STR("Flat 2") }, .postcode = STR("LS1 4AB"), .city = STR("Leeds"), .country = STR("GB"),
	});
	record_add_address(arena, desk, &(struct address){ .label = STR("x"), .city = STR("Leeds") });
	profile_init(&profile, &group);
	arena_free(arena);
	assert_true(str_is(profile.name, "Jane Moss"));
	assert_int_equal(profile.names.n, 2);
	check_value(&profile.names, 0, "Jane Moss", "shop");
	check_value(&profile.names, 1, "J. Moss", "desk");
	assert_int_equal(profile.identities.n, 5);
	check_value(&profile.identities, 0, "rec:shop/1", "shop");
	check_value(&profile.identities, 1, "email:jane@example.com", "shop desk");
	check_value(&profile.addresses, 0, "12 High Street, Flat 2, LS1 4AB Leeds, GB", "shop");
	check_value(&profile.addresses, 1, "Leeds", "desk");
	check_value(&profile.tiers, 0, "Gold", "shop");
	assert_int_equal(profile.languages.n, 0);
	assert_true(profile.since == 20);
	assert_int_equal(profile.n_lifetime, 2);
	assert_int_equal(profile.lifetime[0].minor, 150);
	assert_string_equal(profile.lifetime[1].currency, "EUR");
	assert_true(profile.do_not_contact);
	check_value(&profile.do_not_contact_sources, 0, "desk", "desk");
	profile_release(&profile);
}

static void an_empty_group_has_an_empty_profile(void **state)
{
	(void)state;
	struct group group = { .n_records = 0 };
	struct profile profile;

	profile_init(&profile, &group);
	assert_null(profile.name.p);
	assert_true(profile.since == WHEN_NONE);
	assert_int_equal(profile.n_lifetime, 0);
	profile_release(&profile);
}

static void fields_read_as_words(void **state)
{
	static const struct { const char *field, *words; } fields[] = {
		{ "/phone", "phone" }, { "/shipping_address/phone", "shipping address phone" }, { "/channels/0/value", "channels value" },
		{ "/E-mail", "E-mail" }, { "/a~1b~0c", "a/b~c" }, { "/0", "/0" }, { "/", "/" }, { "", "" }, { "phone", "phone" },
		{ "</first_name> </last_name>", "first name last name" }, { "</first_name></last_name>", "first name last name" },
		{ "</phone|digits>", "phone" }, { "+</cc></number>", "+ cc number" }, { "../../customer/name", "customer name" }, { "<../name>", "name" }, { "a < b", "a < b" }, { "<", "<" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		struct buf out;

		buf_init(&out, 200);
		record_field_words(str_of(fields[i].field), &out);
		assert_string_equal(out.len ? out.data : "", fields[i].words);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_keep_each_thing_once), cmocka_unit_test(fields_read_as_words),
		cmocka_unit_test(lists_have_an_end),
		cmocka_unit_test(a_copy_outlives_its_model),
		cmocka_unit_test(a_profile_stands_side_by_side),
		cmocka_unit_test(an_empty_group_has_an_empty_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
