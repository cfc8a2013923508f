#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "shared_rig.h"

static void put_note(struct rig *rig, const char *id, const char *person, const char *text)
{
	char json[400];

	snprintf(json, sizeof(json), "{'text': '%s'}", text);
	assert_int_equal(client_append(&rig->one, &rig->facts, fact_entry(&rig->facts, id, ENTRY_NOTE, person, NULL, json), 1).result,
			 SHARED_STORED);
}

/* The ids that words find, as the numbers in "n1", newest first. */
static void finds(struct rig *rig, const char *words, const char *ids)
{
	struct found found = client_search(&rig->one, words, 50);
	char text[200] = "";

	if (!found.rows)
		fail_msg("\"%s\": %s", words, found.err.text);
	for (size_t i = 0; i < found.rows->n; i++) {
		for (int n = 0; n < 20; n++) {
			char id[16];

			snprintf(id, sizeof(id), "n%d", n);
			if (str_eq(found.rows->entries[i].id, uuid(&rig->facts, id)))
				snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%d", *text ? " " : "", n);
		}
	}
	if (strcmp(text, ids) != 0)
		fail_msg("\"%s\" finds \"%s\", not \"%s\"", words, text, ids);
	store_rows_free(found.rows);
}

static void texts(struct rig *rig)
{
	put_note(rig, "n1", "jane", "The Invoice was billed twice, see jane@example.com");
	put_note(rig, "n2", "jane", "Invoice paid; tel\u00e9fono roto");
	put_note(rig, "n3", "jim", "billing NEAR OR AND NOT invoices*");
	put_note(rig, "n4", "jim", "said \\\"no\\\" to it");
}

static void questions(struct rig *rig)
{
	finds(rig, "invoice", "3 2 1");
	finds(rig, "invoice billed", "1");
	finds(rig, "billed invoice", "1");
	finds(rig, "bill", "3 1");
	finds(rig, "telefono", "2");
	finds(rig, "TEL\xc3\x89", "2");
	finds(rig, "jane@example.com", "1");
	/* operators are words, and quotes cannot end a word */
	finds(rig, "or and", "3");
	finds(rig, "\"no\" to", "4");
	finds(rig, "\" OR text:\"", "");
	finds(rig, "col:bill*", "");
	/* a last letter alone is left out, a first one is a word */
	finds(rig, "invoice b", "2 1");
	finds(rig, "roto ; te", "2");
	/* neither the names of members nor ids are words */
	finds(rig, "text", "");
}

static void found_before_and_behind_the_mark(void **state)
{
	struct rig *rig = *state;
	struct shared_status status;

	texts(rig);
	questions(rig);
	client_tend(&rig->one);
	status = client_status(&rig->one);
	assert_int_equal(status.unindexed, 0);
	questions(rig);
	put_note(rig, "n5", "eve", "another invoice");
	finds(rig, "invoice", "5 3 2 1");
	put_note(rig, "n6", "eve", "one more invoice");
	finds(rig, "invoice", "6 5 3 2 1");
	client_tend(&rig->one);
	finds(rig, "invoice", "6 5 3 2 1");
	struct found found = client_search(&rig->one, "invoice", 2);
	assert_int_equal(found.rows->n, 2);
	store_rows_free(found.rows);
}

static void too_little_is_said(void **state)
{
	struct rig *rig = *state;
	static const char *const words[] = { "", " ", "x", "\xc3\xa9" };

	for (size_t i = 0; i < 4; i++) {
		struct found found = client_search(&rig->one, words[i], 50);

		assert_null(found.rows);
		assert_non_null(strstr(found.err.text, "two letters"));
	}
}

/* So many others begin alike that looking into them is given up. */
static void a_rare_word_among_like_ones_is_found(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	static struct entry batch[1600];

	texts(rig);
	for (int i = 0; i < 1600; i++) {
		char id[16];

		snprintf(id, sizeof(id), "like%d", i);
		batch[i] = *fact_entry(f, id, ENTRY_NOTE, "jane", NULL, i == 7 ? "{'text': 'involved, reinvoiced'}" : "{'text': 'invoked'}");
	}
	assert_int_equal(client_append(&rig->one, f, batch, 1600).result, SHARED_STORED);
	client_tend(&rig->one);
	finds(rig, "invoi", "3 2 1");
	finds(rig, "INVOI", "3 2 1");
	finds(rig, "roto invo", "2");
	finds(rig, "paid inv", "2");
	finds(rig, "paid invox", "");
	struct found found = client_search(&rig->one, "invol", 50);
	assert_int_equal(found.rows->n, 1);
	store_rows_free(found.rows);
	found = client_search(&rig->one, "invo", 50);
	assert_int_equal(found.rows->n, 50);
	assert_true(str_eq(found.rows->entries[0].id, batch[1599].id));
	store_rows_free(found.rows);
}

static void redacted_words_are_not_found(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;

	texts(rig);
	client_tend(&rig->one);
	put_note(rig, "n5", "eve", "unindexed invoice");
	for (int i = 0; i < 2; i++) {
		struct entry *redact = fact_entry(f, i ? "r5" : "r1", ENTRY_REDACT, NULL, NULL,
						  i ? "{'entry': '<n5>', 'reason': 'x'}" : "{'entry': '<n1>', 'reason': 'x'}");

		assert_int_equal(client_append(&rig->one, f, redact, 1).result, SHARED_STORED);
	}
	finds(rig, "invoice", "3 2");
	finds(rig, "twice", "");
	client_tend(&rig->one);
	finds(rig, "invoice", "3 2");
	/* what its author sends once more is known still */
	f->at = T0;
	struct entry again = *fact_entry(f, "n1", ENTRY_NOTE, "jane", NULL, "{'text': 'The Invoice was billed twice, see jane@example.com'}");
	struct said said = client_append(&rig->one, f, &again, 1);
	assert_int_equal(said.result, SHARED_STORED);
	assert_true(entry_stripped(&said.rows[0]));
	/* a redaction that came first waits */
	struct entry *early = fact_entry(f, "r6", ENTRY_REDACT, NULL, NULL, "{'entry': '<n6>', 'reason': 'x'}");
	assert_int_equal(client_append(&rig->one, f, early, 1).result, SHARED_STORED);
	put_note(rig, "n6", "eve", "late invoice");
	finds(rig, "late", "");
}

struct walked { char ids[200]; struct str cursor; bool more; };
static struct walked walk(struct rig *rig, uint64_t types, int64_t since, int64_t until, struct str cursor, size_t limit)
{
	struct found found = { 0 };
	struct walked out = { "", { 0 }, false };

	rig->one.shared->ops->walk(rig->one.shared, types, since, until, cursor, limit, found_rows, &found);
	loop_until(rig->one.loop, &found.done);
	assert_non_null(found.rows);
	for (size_t i = 0; i < found.rows->n; i++) {
		const struct entry *entry = &found.rows->entries[i];

		snprintf(out.ids + strlen(out.ids), sizeof(out.ids) - strlen(out.ids), "%s%d", *out.ids ? " " : "",
			 (int)((entry_time(entry) - T0) / SECOND));
	}
	out.more = found.rows->more;
	out.cursor = found.rows->cursor.p ? arena_str(rig->facts.arena, found.rows->cursor) : (struct str){ 0 };
	store_rows_free(found.rows);
	return out;
}

static void walked_by_time(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	static const int at[] = { 5, 1, 3, 3, 9000, 2 };
	struct walked walked;
	char all[1000] = "";

	for (size_t i = 0; i < 6; i++) {
		char id[16];

		snprintf(id, sizeof(id), "n%zu", i);
		f->at = T0 + at[i] * SECOND;
		put_note(rig, id, "jane", "x");
	}
	f->at = T0 + 4 * SECOND;
	client_append(&rig->one, f, fact_entry(f, "l", ENTRY_LINK, "jane", NULL, "{'identity': 'email:j@example.com'}"), 1);
	assert_string_equal(walk(rig, 0, T0, T0 + DAY, (struct str){ 0 }, 100).ids, "1 2 3 3 4 5 3600");
	assert_string_equal(walk(rig, UINT64_C(1) << ENTRY_NOTE, T0 + 2 * SECOND, T0 + 5 * SECOND, (struct str){ 0 }, 100).ids, "2 3 3");
	walked = walk(rig, UINT64_C(1) << ENTRY_NOTE, T0, T0 + DAY, (struct str){ 0 }, 2);
	while (walked.more) {
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s|", walked.ids);
		walked = walk(rig, UINT64_C(1) << ENTRY_NOTE, T0, T0 + DAY, walked.cursor, 2);
	}
	assert_string_equal(all, "1 2|3 3|");
	assert_string_equal(walked.ids, "5 3600");
}

struct texted { struct str value; bool done, good; struct arena *arena; };
static void texted(void *arg, const struct str *values, size_t n, const struct err *err)
{
	struct texted *out = arg;

	out->good = err->code == ERR_NONE && n == 1;
	out->value = n && values[0].p ? arena_str(out->arena, values[0]) : (struct str){ 0 };
	out->done = true;
}

static struct str setting(struct rig *rig, const char *name, const char *value, bool put)
{
	struct texted out = { .arena = rig->facts.arena };

	if (put)
		rig->one.shared->ops->setting_put(rig->one.shared, str_of(name), str_of(value), texted, &out);
	else
		rig->one.shared->ops->setting_get(rig->one.shared, str_of(name), texted, &out);
	loop_until(rig->one.loop, &out.done);
	assert_true(out.good);
	return out.value;
}

static void settings(void **state)
{
	struct rig *rig = *state;

	assert_null(setting(rig, "window", NULL, false).p);
	setting(rig, "window", "7 days", true);
	assert_true(str_is(setting(rig, "window", NULL, false), "7 days"));
	setting(rig, "window", "", true);
	assert_true(str_is(setting(rig, "window", NULL, false), ""));
	setting(rig, "window", NULL, true);
	assert_null(setting(rig, "window", NULL, false).p);
}

struct fed { struct feed_count count; char rows[200]; size_t keys; bool done; };
static void fed(void *arg, const struct feed_row *rows, size_t n, const struct feed_count *count, const struct err *err)
{
	struct fed *out = arg;

	assert_int_equal(err->code, ERR_NONE);
	out->count = *count;
	for (size_t i = 0; i < n; i++) {
		snprintf(out->rows + strlen(out->rows), sizeof(out->rows) - strlen(out->rows), "%s%.*s=%.*s@%d", i ? " " : "",
			 STR_ARG(rows[i].id), STR_ARG(rows[i].data), (int)rows[i].loaded);
		out->keys += rows[i].n_keys;
	}
	out->done = true;
}

static struct fed feed(struct rig *rig, const struct feed_row *rows, size_t n)
{
	struct fed out = { .done = false };

	rig->one.shared->ops->feed_put(rig->one.shared, STR("till"), rows, n, fed, &out);
	loop_until(rig->one.loop, &out.done);
	return out;
}

static struct fed feed_find(struct rig *rig, const char *name, const char *key)
{
	struct fed out = { .done = false };

	rig->one.shared->ops->feed_find(rig->one.shared, str_of(name), str_of(key), 10, fed, &out);
	loop_until(rig->one.loop, &out.done);
	return out;
}

static void feeds_are_repeat_safe(void **state)
{
	struct rig *rig = *state;
	const struct str keys[] = { STR("email:jane@example.com"), STR("tel:+442079460000") };
	struct feed_row rows[] = { { STR("1"), STR("{a}"), keys, 2, 5 }, { STR("2"), STR("{b}"), keys, 1, 5 } };
	struct fed out = feed(rig, rows, 2);

	assert_int_equal(out.count.stored, 2);
	rows[0].loaded = rows[1].loaded = 6;
	rows[1].data = STR("{c}");
	rows[1].keys = &keys[1];
	out = feed(rig, rows, 2);
	assert_int_equal(out.count.stored, 1);
	assert_int_equal(out.count.same, 1);
	out = feed_find(rig, "till", "tel:+442079460000");
	assert_string_equal(out.rows, "2={c}@6 1={a}@6");
	assert_int_equal(out.keys, 3);
	assert_string_equal(feed_find(rig, "till", "email:jane@example.com").rows, "1={a}@6");
	assert_string_equal(feed_find(rig, "other", "email:jane@example.com").rows, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(found_before_and_behind_the_mark, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_rare_word_among_like_ones_is_found, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(too_little_is_said, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(redacted_words_are_not_found, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(walked_by_time, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(settings, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(feeds_are_repeat_safe, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
