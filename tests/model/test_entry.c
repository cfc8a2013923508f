#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "entry_facts.h"

static void every_type_has_a_word_and_its_own_fields(void **state)
{
	(void)state;
	for (int i = 0; i < ENTRY_TYPE_COUNT; i++) {
		const struct entry_type_info *info = entry_type_info((enum entry_type)i);
		enum entry_type type;

		assert_true(entry_type_parse(str_of(info->word), &type));
		assert_int_equal(type, i);
		assert_true(info->roles != 0);
		assert_non_null(info->fields[0].name);
		if (info->needs & NEED_CLAIM) {
			assert_int_equal(info->fields[0].kind, FIELD_UUID);
			assert_int_equal(info->fields[0].need, FIELD_MUST);
		}
		for (const struct entry_field *a = info->fields; a->name; a++) {
			for (const struct entry_field *b = info->fields; b < a; b++)
				assert_string_not_equal(a->name, b->name);
		}
	}
	enum entry_type type;
	assert_false(entry_type_parse(STR("notes"), &type));
	assert_false(entry_type_parse((struct str){ 0 }, &type));
}

static void written_and_read_again_to_the_byte(void **state)
{
	(void)state;
	struct facts facts;
	struct entry *made, read;
	struct buf a, b;
	struct err err;

	facts_init(&facts);
	facts.channel = STR("phone");
	made = fact_entry(&facts, "n", ENTRY_NOTE, "p", "k", "{'text': 'Line \\u0007 two\\nJos\\u00e9 \\u2028'}");
	made->epoch = 3;
	buf_init(&a, 100000);
	buf_init(&b, 100000);
	entry_write(made, &a);
	assert_true(entry_read(facts.arena, buf_str(&a), &read, &err));
	assert_true(entry_same(made, &read));
	assert_int_equal(read.ord, made->ord);
	assert_int_equal(read.got, made->got);
	assert_int_equal(read.epoch, 3);
	assert_int_equal(read.type, ENTRY_NOTE);
	assert_true(entry_check(&read, &err));
	entry_write(&read, &b);
	assert_string_equal(a.data, b.data);
	buf_release(&a);
	buf_release(&b);
	facts_release(&facts);
}

#define ID "\"0190163d-8694-7396-8000-000000000001\""
static void a_newer_version_is_kept_whole(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"{\"v\":2,\"id\":" ID ",\"type\":\"note\",\"at\":5,\"ord\":7,\"data\":{\"text\":1.50, \"x\":[99999999999999999999,{\"a\":\"\\/\"}]}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"hologram\",\"at\":-5,\"ord\":7,\"got\":9,\"author\":\"ana\",\"data\":{},\"seal\":{\"k\":[1,null]},\"z\":true}",
	};

	for (size_t i = 0; i < 2; i++) {
		struct arena *arena = arena_new();
		struct entry entry;
		struct err err;
		struct buf out;

		buf_init(&out, 100000);
		assert_true(entry_read(arena, str_of(texts[i]), &entry, &err));
		assert_false(entry_known(&entry));
		assert_false(entry_check(&entry, &err));
		assert_non_null(strstr(err.text, "newer"));
		entry_write(&entry, &out);
		assert_string_equal(out.data, texts[i]);
		assert_null(entry_slot(arena, &entry).p);
		buf_release(&out);
		arena_free(arena);
	}
}

static void what_is_no_entry_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "[]", "1", "{}", "{\"data\":{}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"note\",\"at\":5,\"ord\":7}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"note\",\"at\":5,\"ord\":7,\"data\":[]}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"note\",\"at\":5,\"ord\":7,\"data\":[{}]}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"note\",\"at\":5,\"ord\":7,\"data\":null}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"view\",\"at\":5,\"ord\":-7,\"data\":{}}",
		"{\"v\":0,\"id\":" ID ",\"type\":\"view\",\"at\":5,\"ord\":7,\"data\":{}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"view\",\"ord\":7,\"data\":{}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"note\",\"at\":5,\"ord\":7,\"data\":{\"text\":\"who?\"}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"view\",\"at\":5,\"ord\":99999999999999999999,\"data\":{}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"view\",\"at\":9223372036854775807,\"ord\":7,\"data\":{}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"view\",\"at\":5,\"got\":-9223372036854775807,\"ord\":7,\"data\":{}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"view\",\"at\":\"5\",\"ord\":7,\"data\":{}}",
		"{\"v\":1,\"id\":\"0190163D-8694-7396-8000-000000000001\",\"type\":\"view\",\"at\":5,\"ord\":7,\"data\":{}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"view\",\"person\":\"jane\",\"at\":5,\"ord\":7,\"data\":{}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"view\",\"author\":\"a\\u0000b\",\"at\":5,\"ord\":7,\"data\":{}}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"view\",\"at\":5,\"ord\":7,\"data\":{}",
		"{\"v\":1,\"id\":" ID ",\"type\":\"reopen\",\"at\":5,\"ord\":7,\"data\":{}}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct arena *arena = arena_new();
		struct entry entry;
		struct err err = { ERR_NONE, "" };

		if (entry_read(arena, str_of(texts[i]), &entry, &err))
			fail_msg("taken: %s", texts[i]);
		assert_int_not_equal(err.code, ERR_NONE);
		assert_true(err.text[0] != '\0');
		arena_free(arena);
	}
}

static void drafts_are_checked(void **state)
{
	(void)state;
	static const struct { enum entry_type type; const char *json, *says; } wrong[] = {
		{ ENTRY_NOTE, "{}", "needs text" },
		{ ENTRY_NOTE, "{'text': ''}", "text" },
		{ ENTRY_NOTE, "{'text': 7}", "text" },
		{ ENTRY_NOTE, "{'text': 'a\\u0000b'}", "text" },
		{ ENTRY_NOTE, "{'text': 'a', 'txet': 'b'}", "no txet" },
		{ ENTRY_NOTE, "{'text': 'a', 'about': [{'backend': 'shop', 'row': 'orders'}]}", "about" },
		{ ENTRY_LINK, "{}", "one of: identity, other" },
		{ ENTRY_LINK, "{'identity': 'order:7'}", "identity" },
		{ ENTRY_LINK, "{'identity': 'email:Jane@Example.com'}", "normal form" },
		{ ENTRY_LINK, "{'other': 'x'}", "UUID" },
		{ ENTRY_PROMISE_MAKE, "{'text': 'call', 'due': '14:00'}", "due" },
		{ ENTRY_ASK, "{'text': 'may I?', 'to_team': 'leads', 'amount': {'minor': 500, 'currency': 'XXQ'}}", "amount" },
		{ ENTRY_ERASE, "{'persons': ['<a>', 'b'], 'entries': 1}", "persons" },
		{ ENTRY_CASE_SET, "{'field': 'status'}", "value" },
		{ ENTRY_REOPEN, "{'solved': '<s>', 'cause': 'row'}", "by rule" },
	};
	struct facts facts;

	facts_init(&facts);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct json_object *data = facts_json(&facts, wrong[i].json);
		struct entry_draft draft = {
			.type = wrong[i].type, .id = STR("0190163d-8694-7396-8000-000000000001"), .person = uuid(&facts, "p"),
			.case_ = uuid(&facts, "k"), .author = STR("ana"), .at = T0, .data = data,
		};
		struct entry entry;
		struct err err = { ERR_NONE, "" };

		if (entry_make(facts.arena, &draft, &entry, &err))
			fail_msg("taken: %s", wrong[i].json);
		if (!strstr(err.text, wrong[i].says))
			fail_msg("%s: %s", wrong[i].json, err.text);
		json_object_put(data);
	}
	facts_release(&facts);
}

static void cards_are_masked_and_nothing_else(void **state)
{
	(void)state;
	static const char *const texts[][2] = {
		{ "card 4111111111111111 exp 12/28", "card ************1111 exp 12/28" },
		{ "4111 1111 1111 1111", "**** **** **** 1111" },
		{ "4111-1111-1111-1111.", "****-****-****-1111." },
		{ "no 10442 4111 1111 1111 1111 ok", "no 10442 **** **** **** 1111 ok" },
		{ "4111 1111 1111 1111 123", "**** **** **** 1111 123" },
		{ "4111111111111111123", "************1111123" },
		{ "3782 822463 10005", "**** ****** *0005" },
		{ "5555555555554444,4222222222222", "************4444,*********2222" },
		{ "5555555555554444 4012888888881881", "************4444 ************1881" },
		{ "4111\xC2\xA0""1111\xC2\xA0""1111\xC2\xA0""1111", "****\xC2\xA0""****\xC2\xA0""****\xC2\xA0""1111" },
		{ "4111111111111112", "4111111111111112" },
		{ "call +447700900123 or 0160 9876543", "call +447700900123 or 0160 9876543" },
		{ "+4915112345678", "+4915112345678" },
		{ "EAN 4006381333931", "EAN 4006381333931" },
		{ "order 10442, 20 Nov 2026 12:38", "order 10442, 20 Nov 2026 12:38" },
		{ "IMEI 356938035643809", "IMEI 356938035643809" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct buf out, again;

		buf_init(&out, 1000);
		buf_init(&again, 1000);
		entry_mask_cards(&out, str_of(texts[i][0]));
		assert_string_equal(out.data ? out.data : "", texts[i][1]);
		entry_mask_cards(&again, buf_str(&out));
		assert_string_equal(again.data ? again.data : "", texts[i][1]);
		buf_release(&out);
		buf_release(&again);
	}
}

/* However it is surrounded by digits and cut, a card that stands in groups of its own never stays. */
static void no_card_survives_in_random_digits(void **state)
{
	(void)state;
	uint64_t seed = 88172645463325252u;

	for (int run = 0; run < 3000; run++) {
		struct buf text, out;
		size_t at;

		buf_init(&text, 4000);
		buf_init(&out, 4000);
		for (uint64_t n = next_random(&seed) % 120; n > 0; n--)
			buf_addc(&text, next_random(&seed) % 5 ? (char)('0' + next_random(&seed) % 10) : ' ');
		buf_adds(&text, " x ");
		at = text.len;
		buf_adds(&text, "4111 1111 1111 1111");
		for (uint64_t n = next_random(&seed) % 60; n > 0; n--)
			buf_addc(&text, next_random(&seed) % 5 ? (char)('0' + next_random(&seed) % 10) : ' ');
		entry_mask_cards(&out, buf_str(&text));
		assert_int_equal(out.len, text.len);
		assert_memory_not_equal(out.data + at, "4111 1111", 9);
		buf_release(&text);
		buf_release(&out);
	}
}

static void texts_of_an_entry_are_masked_before_it_exists(void **state)
{
	(void)state;
	struct facts facts;
	const struct entry *entry;

	facts_init(&facts);
	entry = fact_entry(&facts, "n", ENTRY_NOTE, "p", NULL, "{'text': 'paid with 4111 1111 1111 1111'}");
	assert_null(memmem(entry->data.p, entry->data.n, "4111", 4));
	assert_non_null(memmem(entry->data.p, entry->data.n, "1111", 4));
	entry = fact_entry(&facts, "s", ENTRY_CASE_SET, "p", "k", "{'field': 'title', 'value': '4111111111111111'}");
	assert_null(memmem(entry->data.p, entry->data.n, "41111", 5));
	facts_release(&facts);
}

static void rules_make_one_entry_wherever_they_run(void **state)
{
	(void)state;
	struct facts facts, elsewhere;
	const struct entry *a, *b, *c;

	facts_init(&facts);
	facts_init(&elsewhere);
	elsewhere.author = STR("raj");
	elsewhere.channel = STR("chat");
	a = fact_entry(&facts, "cause 1", ENTRY_REOPEN, "p", "k", "{'solved': '<s>', 'cause': 'cause 1'}");
	b = fact_entry(&elsewhere, "cause 1", ENTRY_REOPEN, "p", "k", "{'solved': '<s>', 'cause': 'cause 1'}");
	c = fact_entry(&facts, "cause 2", ENTRY_REOPEN, "p", "k", "{'solved': '<s>', 'cause': 'cause 2'}");
	assert_true(entry_same(a, b));
	assert_int_equal(a->id.p[14], '8');
	assert_false(str_eq(a->id, c->id));
	assert_true(str_is(a->author, "rule"));
	facts_release(&facts);
	facts_release(&elsewhere);
}

static void ord_never_goes_back(void **state)
{
	(void)state;
	struct ord_clock clock = { 0, 0 };
	uint64_t last = 0, seed = 1234567;

	for (int i = 0; i < 10000; i++) {
		int64_t wall = T0 + (int64_t)(next_random(&seed) % 1000) - 500;
		uint64_t ord = ord_next(&clock, wall);

		assert_true(ord > last);
		last = ord;
		if (i % 7 == 0)
			ord_seen(&clock, (uint64_t)(T0 + 400) << 16, T0 + 400, wall);
	}
	assert_in_range(ord_ms(last), T0, T0 + 600);
	/* what a broken clock sent from elsewhere is not believed */
	ord_seen(&clock, UINT64_MAX >> 1, WHEN_NONE, T0);
	assert_in_range(ord_ms(ord_next(&clock, T0)), T0, T0 + DAY + 1);
	clock = (struct ord_clock){ 0, -HOUR };
	assert_int_equal(ord_ms(ord_next(&clock, T0 + HOUR)), T0);
	clock = (struct ord_clock){ INT64_MAX, INT64_MAX };
	assert_true(ord_next(&clock, INT64_MAX) <= INT64_MAX);

	assert_int_equal(ord_clamp((uint64_t)T0 << 16, T0, 0), (uint64_t)T0 << 16);
	assert_int_equal(ord_clamp((uint64_t)(T0 + HOUR) << 16, T0, 0), (uint64_t)T0 << 16);
	assert_int_equal(ord_clamp((uint64_t)(T0 + HOUR) << 16, T0, (uint64_t)(T0 + 5) << 16), ((uint64_t)(T0 + 5) << 16) + 1);
}

static void a_set_holds_each_once(void **state)
{
	(void)state;
	struct facts facts;
	struct entries *entries = entries_new();
	struct entry *a, *later, *other, *blank;
	size_t n;

	facts_init(&facts);
	a = fact_entry(&facts, "n", ENTRY_NOTE, "p", NULL, "{'text': 'one'}");
	later = arena_alloc(facts.arena, sizeof(*later));
	other = arena_alloc(facts.arena, sizeof(*other));
	blank = arena_alloc(facts.arena, sizeof(*blank));
	*later = *other = *blank = *a;
	a->got = WHEN_NONE;
	later->ord += 5;
	other->data = STR("{\"text\":\"two\"}");
	assert_true(entry_strip(facts.arena, a, blank));
	assert_true(str_is(blank->data, "{\"redacted\":true}"));
	assert_int_equal(entries_add(entries, a), ENTRIES_NEW);
	assert_int_equal(entries_add(entries, a), ENTRIES_KNOWN);
	assert_int_equal(entries_add(entries, later), ENTRIES_CHANGED);
	assert_int_equal(entries_add(entries, a), ENTRIES_KNOWN);
	assert_ptr_equal(entries_find(entries, a->id), later);
	assert_int_equal(entries_add(entries, other), ENTRIES_CLASH);
	assert_true(str_eq(entries_clashes(entries, &n)[0], a->id));
	assert_int_equal(n, 1);
	assert_ptr_equal(entries_find(entries, a->id), later);
	assert_int_equal(entries_add(entries, blank), ENTRIES_CHANGED);
	assert_int_equal(entries_add(entries, later), ENTRIES_KNOWN);
	assert_ptr_equal(entries_find(entries, a->id), blank);
	assert_null(entries_find(entries, STR("x")));
	entries_free(entries);
	facts_release(&facts);
}

static bool is_named(const struct entry *entry, void *arg)
{
	return str_eq(entry->id, *(const struct str *)arg);
}

static void a_set_gives_up_what_was_refused(void **state)
{
	struct facts facts;
	struct entries *entries = entries_new();
	struct entry *one, *other;
	size_t n;

	(void)state;
	facts_init(&facts);
	one = fact_entry(&facts, "one", ENTRY_NOTE, "anna", NULL, "{'text':'hello'}");
	other = fact_entry(&facts, "other", ENTRY_NOTE, "anna", NULL, "{'text':'hello'}");
	entries_add(entries, one);
	entries_add(entries, other);
	entries_sorted(entries, &n);
	assert_true(entries_drop(entries, is_named, &one->id));
	assert_false(entries_drop(entries, is_named, &one->id));
	assert_null(entries_find(entries, one->id));
	assert_ptr_equal(entries_sorted(entries, &n)[0], other);
	assert_int_equal(n, 1);
	assert_int_equal(entries_add(entries, one), ENTRIES_NEW);
	assert_ptr_equal(entries_sorted(entries, &n)[0], one);
	assert_int_equal(n, 2);
	entries_free(entries);
	facts_release(&facts);
}

static void claims_name_their_slot(void **state)
{
	(void)state;
	struct facts facts;

	facts_init(&facts);
	assert_true(str_eq(entry_slot(facts.arena, fact_entry(&facts, "a", ENTRY_HANDOFF_ACCEPT, "p", "k", "{'offer': '<o>'}")), uuid(&facts, "o")));
	assert_true(str_eq(entry_slot(facts.arena, fact_entry(&facts, "b", ENTRY_HANDOFF_WITHDRAW, "p", "k", "{'offer': '<o>'}")), uuid(&facts, "o")));
	assert_true(str_eq(entry_slot(facts.arena, fact_entry(&facts, "c", ENTRY_PROMISE_TAKE, "p", NULL, "{'slot': '<r>', 'promise': '<m>'}")), uuid(&facts, "r")));
	assert_null(entry_slot(facts.arena, fact_entry(&facts, "d", ENTRY_HANDOFF_DECLINE, "p", "k", "{'offer': '<o>', 'reason': 'not ours'}")).p);
	assert_null(entry_slot(facts.arena, fact_entry(&facts, "e", ENTRY_ACTION, "p", NULL, "{'backend': 'shop', 'action': 'refund', 'outcome': 'done'}")).p);
	assert_true(str_eq(entry_slot(facts.arena, fact_entry(&facts, "f", ENTRY_ACTION, "p", NULL,
		"{'backend': 'shop', 'action': 'refund', 'outcome': 'begun', 'answer': '<y>'}")), uuid(&facts, "y")));
	facts_release(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_has_a_word_and_its_own_fields),
		cmocka_unit_test(written_and_read_again_to_the_byte),
		cmocka_unit_test(a_newer_version_is_kept_whole),
		cmocka_unit_test(what_is_no_entry_is_refused),
		cmocka_unit_test(drafts_are_checked),
		cmocka_unit_test(cards_are_masked_and_nothing_else),
		cmocka_unit_test(no_card_survives_in_random_digits),
		cmocka_unit_test(texts_of_an_entry_are_masked_before_it_exists),
		cmocka_unit_test(rules_make_one_entry_wherever_they_run),
		cmocka_unit_test(ord_never_goes_back),
		cmocka_unit_test(a_set_holds_each_once),
		cmocka_unit_test(a_set_gives_up_what_was_refused),
		cmocka_unit_test(claims_name_their_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
