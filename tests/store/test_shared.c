#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/cases.h>

#include "shared_rig.h"

static struct entry *note(struct rig *rig, const char *id, const char *person, const char *text)
{
	char json[400];

	snprintf(json, sizeof(json), "{'text': '%s'}", text);
	return fact_entry(&rig->facts, id, ENTRY_NOTE, person, NULL, json);
}

static struct said put(struct rig *rig, const struct entry *entry)
{
	return client_append(&rig->one, &rig->facts, entry, 1);
}

static struct found load_person(struct rig *rig, const char *person, struct str since)
{
	struct str id = uuid(&rig->facts, person);
	struct store_ask ask = { .persons = &id, .n_persons = 1 };

	return client_load(&rig->one, &ask, since);
}

static struct found load_identity(struct rig *rig, const char *typed)
{
	struct identity id;
	struct store_ask ask = { .identities = &id, .n_identities = 1 };

	assert_true(identity_parse(rig->facts.arena, str_of(typed), "GB", &id, NULL));
	return client_load(&rig->one, &ask, (struct str){ 0 });
}

static void stored_with_what_the_store_gives(void **state)
{
	struct rig *rig = *state;
	struct entry *one = note(rig, "n1", "jane", "Called about the invoice");
	struct said said;
	struct found found;

	one->ord = (uint64_t)(T0 + 2 * HOUR) << 16;
	said = put(rig, one);
	assert_int_equal(said.result, SHARED_STORED);
	assert_int_equal(said.n, 1);
	assert_int_equal(said.rows[0].got, T0 + HOUR);
	assert_int_equal(said.rows[0].ord, (uint64_t)(T0 + HOUR) << 16);
	assert_true(entry_same(&said.rows[0], one));
	found = load_person(rig, "jane", (struct str){ 0 });
	assert_int_equal(found.rows->n, 1);
	assert_true(entry_same(&found.rows->entries[0], one));
	assert_int_equal(found.rows->entries[0].ord, said.rows[0].ord);
	assert_int_equal(found.rows->entries[0].got, T0 + HOUR);
	store_rows_free(found.rows);
	/* once more is the same; with other bytes it is refused */
	said = put(rig, one);
	assert_int_equal(said.result, SHARED_STORED);
	assert_int_equal(said.rows[0].got, T0 + HOUR);
	struct entry other = *note(rig, "n1", "jane", "Called about something else");
	said = put(rig, &other);
	assert_int_equal(said.result, SHARED_REFUSED);
	assert_non_null(strstr(said.err.text, "another entry has that id"));
	assert_int_equal(client_status(&rig->one).entries, 1);
}

static void a_batch_is_whole_or_nothing(void **state)
{
	struct rig *rig = *state;
	struct entry *held = note(rig, "n1", "jane", "first");
	struct entry batch[3] = { *note(rig, "a", "jane", "a"), *note(rig, "n1", "jane", "clashes"), *note(rig, "b", "jane", "b") };
	struct said said;

	assert_int_equal(put(rig, held).result, SHARED_STORED);
	said = client_append(&rig->one, &rig->facts, batch, 3);
	assert_int_equal(said.result, SHARED_REFUSED);
	assert_int_equal(said.n, 0);
	assert_int_equal(client_status(&rig->one).entries, 1);
	batch[1].data = STR("{\"text\":1}");
	batch[1].id = uuid(&rig->facts, "c");
	said = client_append(&rig->one, &rig->facts, batch, 3);
	assert_int_equal(said.result, SHARED_REFUSED);
	batch[1] = *note(rig, "c", "jane", "c");
	said = client_append(&rig->one, &rig->facts, batch, 3);
	assert_int_equal(said.result, SHARED_STORED);
	assert_int_equal(said.n, 3);
	assert_true(str_eq(said.rows[2].id, uuid(&rig->facts, "b")));
}

static void a_set_stays_above_what_it_replaces(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	struct entry *open = fact_entry(f, "o", ENTRY_CASE_OPEN, "jane", "case", "{'title': 'Invoice'}");
	struct entry *first = fact_entry(f, "s1", ENTRY_CASE_SET, "jane", "case", "{'field': 'status', 'value': 'waiting'}");
	struct entry *second = fact_entry(f, "s2", ENTRY_CASE_SET, "jane", "case", "{'field': 'status', 'value': 'solved', 'was': '<s1>'}");
	struct said a, b;

	/* the first author's clock runs a day ahead, the second's is right */
	put(rig, open);
	first->ord = (uint64_t)(T0 + DAY) << 16;
	a = put(rig, first);
	rig->one.clock.wall_ms -= 10 * MINUTE;
	b = put(rig, second);
	assert_true(b.rows[0].ord > a.rows[0].ord);
	/* in one batch, what was written later stays later */
	struct entry batch[2] = { *note(rig, "x", "jane", "x"), *note(rig, "y", "jane", "y") };
	batch[0].ord = (uint64_t)(T0 + DAY) << 16;
	batch[1].ord = batch[0].ord + 5;
	a = client_append(&rig->one, f, batch, 2);
	assert_true(a.rows[1].ord > a.rows[0].ord);
	assert_true(ord_ms(a.rows[1].ord) <= rig->one.clock.wall_ms);
}

static void one_claim_wins_and_is_counted(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	struct said said;

	put(rig, fact_entry(f, "o", ENTRY_CASE_OPEN, "jane", "case", "{'title': 'Invoice'}"));
	for (int i = 0; i < 3; i++) {
		char offer[16], accept[16], withdraw[16], json[64];

		snprintf(offer, sizeof(offer), "of%d", i);
		snprintf(accept, sizeof(accept), "ac%d", i);
		snprintf(withdraw, sizeof(withdraw), "wi%d", i);
		snprintf(json, sizeof(json), "{'offer': '<%s>'}", offer);
		put(rig, fact_entry(f, offer, ENTRY_HANDOFF_OFFER, "jane", "case", "{'to_team': 't', 'reason': 'r', 'wants': 'w', 'next': 'n'}"));
		f->author = STR("bob");
		said = put(rig, fact_entry(f, accept, ENTRY_HANDOFF_ACCEPT, "jane", "case", json));
		assert_int_equal(said.result, SHARED_STORED);
		assert_int_equal(said.rows[0].epoch, i + 1);
		f->author = STR("ana");
		/* a batch with a lost claim leaves nothing behind, and names the winner */
		struct entry batch[2] = { *note(rig, withdraw, "jane", "taking it back"),
					  *fact_entry(f, "w", ENTRY_HANDOFF_WITHDRAW, "jane", "case", json) };
		said = client_append(&rig->one, f, batch, 2);
		assert_int_equal(said.result, SHARED_LOST);
		assert_int_equal(said.n, 1);
		assert_true(str_is(said.rows[0].author, "bob"));
		assert_true(str_eq(said.rows[0].id, uuid(f, accept)));
	}
	/* the winner once more is no loser */
	f->at = T0;
	assert_int_equal(client_status(&rig->one).entries, 7);
	/* nobody can claim more epochs than there were */
	struct entry *set = fact_entry(f, "set", ENTRY_CASE_SET, "jane", "case", "{'field': 'owner', 'value': 'eve'}");
	set->epoch = 9000;
	said = put(rig, set);
	assert_int_equal(said.rows[0].epoch, 3);
}

static void what_a_newer_program_wrote_is_kept_whole(void **state)
{
	struct rig *rig = *state;
	struct entry entry;
	struct err err;
	struct buf a, b;
	struct found found;

	assert_true(entry_read(rig->facts.arena, STR("{\"v\":3,\"id\":\"0190163d-8694-7396-8000-000000000001\",\"type\":\"hologram\","
			       "\"person\":\"0190163d-8694-7396-8000-0000000000aa\",\"at\":5,\"ord\":7,\"author\":\"ana\","
			       "\"data\":{\"x\":1.50,\"y\":[\"\\u00e9\"]},\"seal\":{\"k\":[1,null]}}"), &entry, &err));
	assert_int_equal(put(rig, &entry).result, SHARED_STORED);
	struct str person = STR("0190163d-8694-7396-8000-0000000000aa");
	struct store_ask ask = { .persons = &person, .n_persons = 1 };
	found = client_load(&rig->one, &ask, (struct str){ 0 });
	assert_int_equal(found.rows->n, 1);
	buf_init(&a, 10000);
	buf_init(&b, 10000);
	entry.got = found.rows->entries[0].got;
	entry_write(&entry, &a);
	entry_write(&found.rows->entries[0], &b);
	assert_string_equal(a.data, b.data);
	buf_release(&a);
	buf_release(&b);
	store_rows_free(found.rows);
}

/* Jane and the shop's customer, her husband by telephone, a colleague by record. */
static void everybody_needed_for_folding_comes(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	struct found found;

	put(rig, fact_entry(f, "l1", ENTRY_LINK, "jane", NULL, "{'identity': 'email:jane@example.com'}"));
	put(rig, fact_entry(f, "l2", ENTRY_LINK, "jane", NULL, "{'identity': 'tel:+442079460000'}"));
	put(rig, fact_entry(f, "l3", ENTRY_LINK, "jim", NULL, "{'identity': 'tel:+442079460000'}"));
	put(rig, fact_entry(f, "l4", ENTRY_LINK, "jane2", NULL, "{'identity': 'rec:shop/cus_1'}"));
	put(rig, fact_entry(f, "l5", ENTRY_LINK, "jane", NULL, "{'identity': 'rec:shop/cus_1'}"));
	put(rig, fact_entry(f, "l6", ENTRY_LINK, "jane3", NULL, "{'other': '<jane2>'}"));
	put(rig, fact_entry(f, "l7", ENTRY_LINK, "eve", NULL, "{'identity': 'email:eve@example.com'}"));
	for (size_t i = 0; i < 5; i++) {
		static const char *const names[] = { "jane", "jim", "jane2", "jane3", "eve" };
		char id[16];

		snprintf(id, sizeof(id), "n-%s", names[i]);
		put(rig, note(rig, id, names[i], "hello"));
	}
	found = load_identity(rig, "email:jane@example.com");
	assert_true(has(found.rows, uuid(f, "n-jane")) && has(found.rows, uuid(f, "n-jane2")) && has(found.rows, uuid(f, "n-jane3")));
	assert_false(has(found.rows, uuid(f, "n-jim")));
	assert_false(has(found.rows, uuid(f, "n-eve")));
	store_rows_free(found.rows);
	/* the telephone brings both; what was typed without its country code too */
	found = load_identity(rig, "tel:020 7946 0000");
	assert_true(has(found.rows, uuid(f, "n-jane")) && has(found.rows, uuid(f, "n-jim")));
	assert_int_equal(found.rows->n, 10);
	store_rows_free(found.rows);
	found = load_identity(rig, "tel:+492079460000");
	assert_int_equal(found.rows->n, 0);
	store_rows_free(found.rows);
	/* a pair that was parted comes from either side */
	put(rig, fact_entry(f, "u1", ENTRY_UNLINK, "eve", NULL, "{'other': '<jim>'}"));
	found = load_person(rig, "jim", (struct str){ 0 });
	assert_true(has(found.rows, uuid(f, "u1")) && has(found.rows, uuid(f, "n-eve")));
	store_rows_free(found.rows);
}

static void what_is_said_elsewhere_comes_too(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	struct found found;
	struct str cursor;

	/* before what they are about, and after; under another's name and nobody's */
	put(rig, fact_entry(f, "v", ENTRY_VERIFY, NULL, NULL, "{'contact': '<call>', 'way': 'seen', 'ok': true}"));
	put(rig, fact_entry(f, "call", ENTRY_CONTACT_START, "jane", NULL, "{'number': '+442079460000'}"));
	put(rig, fact_entry(f, "end", ENTRY_CONTACT_END, NULL, NULL, "{'contact': '<call>', 'how': 'wrapup', 'line': 'all fine'}"));
	put(rig, fact_entry(f, "p", ENTRY_PROMISE_MAKE, "jane", NULL, "{'text': 'call back', 'due': 1795000000000}"));
	put(rig, fact_entry(f, "move", ENTRY_ASSIGN, "eve", NULL, "{'entry': '<p>'}"));
	put(rig, fact_entry(f, "keep", ENTRY_PROMISE_KEEP, "jane", NULL, "{'promise': '<p>'}"));
	put(rig, note(rig, "other", "eve", "her own"));
	found = load_person(rig, "jane", (struct str){ 0 });
	assert_true(has(found.rows, uuid(f, "v")) && has(found.rows, uuid(f, "call")) && has(found.rows, uuid(f, "end")));
	assert_true(has(found.rows, uuid(f, "p")) && has(found.rows, uuid(f, "move")) && has(found.rows, uuid(f, "keep")));
	assert_false(has(found.rows, uuid(f, "other")));
	store_rows_free(found.rows);
	found = load_person(rig, "eve", (struct str){ 0 });
	assert_true(has(found.rows, uuid(f, "p")) && has(found.rows, uuid(f, "keep")) && has(found.rows, uuid(f, "other")));
	assert_false(has(found.rows, uuid(f, "call")));
	cursor = arena_str(f->arena, found.rows->cursor);
	store_rows_free(found.rows);
	/* later: only what is new, also when it is said of an old one by nobody */
	put(rig, fact_entry(f, "end2", ENTRY_CONTACT_END, NULL, NULL, "{'contact': '<call>', 'how': 'hangup'}"));
	found = load_person(rig, "jane", cursor);
	assert_int_equal(found.rows->n, 1);
	assert_true(has(found.rows, uuid(f, "end2")));
	store_rows_free(found.rows);
	/* who joins later comes with all that is old */
	put(rig, fact_entry(f, "l", ENTRY_LINK, "jane", NULL, "{'other': '<eve>'}"));
	found = load_person(rig, "jane", cursor);
	assert_true(has(found.rows, uuid(f, "other")) && has(found.rows, uuid(f, "l")));
	assert_false(has(found.rows, uuid(f, "call")));
	store_rows_free(found.rows);
}

static void a_case_that_moved_takes_its_entries(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	struct found found;
	char code[CASE_CODE + 1];

	put(rig, fact_entry(f, "open", ENTRY_CASE_OPEN, "jane", "case", "{'title': 'Invoice'}"));
	put(rig, fact_entry(f, "set", ENTRY_CASE_SET, "jane", "case", "{'field': 'priority', 'value': 'high'}"));
	put(rig, fact_entry(f, "move", ENTRY_ASSIGN, "eve", NULL, "{'entry': '<open>'}"));
	put(rig, note(rig, "other", "jane", "not of the case"));
	found = load_person(rig, "eve", (struct str){ 0 });
	assert_true(has(found.rows, uuid(f, "open")) && has(found.rows, uuid(f, "set")));
	assert_false(has(found.rows, uuid(f, "other")));
	store_rows_free(found.rows);
	/* by its id, by its code, by the beginning of it */
	case_code(uuid(f, "case"), code);
	struct str asks[] = { uuid(f, "case"), str_of(code), str_make(code, 4), uuid(f, "set") };
	for (size_t i = 0; i < 4; i++) {
		struct store_ask ask = { .ids = &asks[i], .n_ids = 1 };

		found = client_load(&rig->one, &ask, (struct str){ 0 });
		assert_true(has(found.rows, uuid(f, "open")) && has(found.rows, uuid(f, "set")));
		store_rows_free(found.rows);
	}
	struct str no = STR("ZZZZZ");
	struct store_ask ask = { .ids = &no, .n_ids = 1 };
	found = client_load(&rig->one, &ask, (struct str){ 0 });
	assert_int_equal(found.rows->n, 0);
	store_rows_free(found.rows);
}

static void the_desk_sees_what_is_open(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	struct store_ask ask = { .open_items = true };
	struct found found;
	struct str cursor;

	put(rig, fact_entry(f, "p1", ENTRY_PROMISE_MAKE, "jane", NULL, "{'text': 'call back', 'due': 1795000000000}"));
	put(rig, fact_entry(f, "p2", ENTRY_PROMISE_MAKE, "jane", NULL, "{'text': 'write', 'due': 1795000000000}"));
	put(rig, fact_entry(f, "k1", ENTRY_PROMISE_KEEP, "jane", NULL, "{'promise': '<p1>'}"));
	put(rig, fact_entry(f, "a2", ENTRY_PROMISE_ASSIGN, "jane", NULL, "{'promise': '<p2>', 'to_agent': 'bob'}"));
	put(rig, fact_entry(f, "w", ENTRY_CONTACT_END, NULL, NULL, "{'contact': '<c1>', 'how': 'wrapup'}"));
	put(rig, fact_entry(f, "c1", ENTRY_CONTACT_START, "jane", NULL, "{'number': '1234567'}"));
	put(rig, fact_entry(f, "c2", ENTRY_CONTACT_START, "jane", NULL, "{'number': '1234567'}"));
	put(rig, fact_entry(f, "h", ENTRY_CONTACT_END, NULL, NULL, "{'contact': '<c2>', 'how': 'hangup'}"));
	put(rig, note(rig, "n", "jane", "not open"));
	put(rig, fact_entry(f, "old", ENTRY_NOTICE, NULL, NULL, "{'site': 's', 'text': 'over', 'until': 1795000000001}"));
	put(rig, fact_entry(f, "new", ENTRY_NOTICE, NULL, NULL, "{'site': 's', 'text': 'holds', 'until': 1899999999999}"));
	found = client_load(&rig->one, &ask, (struct str){ 0 });
	assert_true(has(found.rows, uuid(f, "p2")) && has(found.rows, uuid(f, "a2")) && has(found.rows, uuid(f, "c2")));
	assert_true(has(found.rows, uuid(f, "h")) && has(found.rows, uuid(f, "new")));
	assert_int_equal(found.rows->n, 5);
	cursor = arena_str(f->arena, found.rows->cursor);
	store_rows_free(found.rows);
	put(rig, fact_entry(f, "k2", ENTRY_PROMISE_KEEP, "jane", NULL, "{'promise': '<p2>'}"));
	put(rig, note(rig, "n2", "jane", "not open"));
	found = client_load(&rig->one, &ask, cursor);
	assert_int_equal(found.rows->n, 1);
	assert_true(has(found.rows, uuid(f, "k2")));
	store_rows_free(found.rows);
}

static void others_entries_are_seen(void **state)
{
	struct rig *rig = *state;
	struct client two;
	struct found found;
	struct str cursor;

	client_open(&two, rig->path, T0 + 2 * HOUR);
	found = client_poll(&two, (struct str){ 0 }, 0, 100);
	assert_int_equal(found.rows->n, 0);
	cursor = arena_str(rig->facts.arena, found.rows->cursor);
	store_rows_free(found.rows);
	for (int i = 0; i < 5; i++) {
		char id[16];

		snprintf(id, sizeof(id), "n%d", i);
		put(rig, note(rig, id, "jane", "hello"));
	}
	found = client_poll(&two, cursor, 0, 3);
	assert_int_equal(found.rows->n, 3);
	assert_true(found.rows->more);
	cursor = arena_str(rig->facts.arena, found.rows->cursor);
	store_rows_free(found.rows);
	found = client_poll(&two, cursor, 0, 3);
	assert_int_equal(found.rows->n, 2);
	assert_false(found.rows->more);
	cursor = arena_str(rig->facts.arena, found.rows->cursor);
	store_rows_free(found.rows);
	for (int i = 0; i < 2; i++) {
		found = client_poll(&two, cursor, 0, 3);
		assert_int_equal(found.rows->n, 0);
		assert_null(found.rows->cursor.p);
		store_rows_free(found.rows);
	}
	/* own entries too, and only of the types that were asked for */
	client_append(&two, &rig->facts, note(rig, "own", "jane", "mine"), 1);
	client_append(&two, &rig->facts, fact_entry(&rig->facts, "r", ENTRY_REDACT, NULL, NULL, "{'entry': '<n0>', 'reason': 'x'}"), 1);
	found = client_poll(&two, cursor, UINT64_C(1) << ENTRY_REDACT, 3);
	assert_int_equal(found.rows->n, 1);
	assert_true(has(found.rows, uuid(&rig->facts, "r")));
	store_rows_free(found.rows);
	found = client_poll(&two, cursor, UINT64_C(1) << ENTRY_NOTE, 3);
	assert_int_equal(found.rows->n, 1);
	assert_true(has(found.rows, uuid(&rig->facts, "own")));
	store_rows_free(found.rows);
	/* a cursor of another file begins anew */
	found = client_poll(&two, STR("0000000000000000.3"), 0, 100);
	assert_int_equal(found.rows->n, 7);
	store_rows_free(found.rows);
	client_close(&two);
}

static void what_is_asked_is_answered_when_it_ends(void **state)
{
	struct rig *rig = *state;
	struct client two;
	struct said said = { .arena = rig->facts.arena };
	struct found found = { 0 };
	struct store_ask ask = { .open_items = true };

	client_open(&two, rig->path, T0);
	two.shared->ops->append(two.shared, note(rig, "n", "jane", "hello"), 1, said_append, &said);
	two.shared->ops->load(two.shared, &ask, (struct str){ 0 }, found_rows, &found);
	two.shared->ops->tend(two.shared);
	client_close(&two);
	assert_true(said.done && found.done);
	assert_int_equal(said.result, SHARED_FAILED);
	assert_null(found.rows);
	assert_int_equal(found.err.code, ERR_CANCELLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(stored_with_what_the_store_gives, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_batch_is_whole_or_nothing, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_set_stays_above_what_it_replaces, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(one_claim_wins_and_is_counted, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(what_a_newer_program_wrote_is_kept_whole, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(everybody_needed_for_folding_comes, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(what_is_said_elsewhere_comes_too, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_case_that_moved_takes_its_entries, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(the_desk_sees_what_is_open, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(others_entries_are_seen, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(what_is_asked_is_answered_when_it_ends, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
