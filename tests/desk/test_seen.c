/* What a face that lays out by itself may see: a closed field is gone, everything else stays. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/desk/present.h>

#include "lines.h"

struct seen_test { struct arena *arena; struct buf buf; };

static struct interaction *filled(struct arena *arena)
{
	struct interaction *it = arena_alloc(arena, sizeof(*it));
	struct refs *refs = interaction_refs(arena, it);

	it->id = STR("T-id"), it->backend = STR("T-backend"), it->row = STR("T-row");
	it->title = STR("T-title"), it->text = STR("T-words"), it->agent = STR("T-agent");
	it->place_id = STR("T-placeid"), it->place_name = STR("T-placename");
	it->status = STR("T-status"), it->done = STR("T-done"), it->outcome = STR("T-outcome");
	it->number = STR("T-number"), it->web = STR("T-web"), it->part_of = STR("T-part");
	it->at = 86400000, it->until = 172800000;
	it->amount = (struct money){ 77700, "GBP" };
	*refs = (struct refs){ STR("T-order"), STR("T-receipt"), STR("T-ticket"), STR("T-tracking"), STR("T-call"), STR("T-case") };
	it->lines = arena_alloc(arena, sizeof(*it->lines));
	it->lines[0] = (struct line){ STR("T-linetitle"), STR("T-sku"), STR("T-quantity"), { 88800, "GBP" } };
	it->n_lines = 1;
	it->attachments = arena_alloc(arena, sizeof(*it->attachments));
	it->attachments[0] = (struct attachment){ STR("T-file"), STR("T-type"), STR("T-fileweb"), 5 };
	it->n_attachments = 1;
	return it;
}

static const struct { const char *field, *tokens[8]; } row_fields[] = {
	{ "row.id", { "T-id" } }, { "row.title", { "T-title" } }, { "row.text", { "T-words" } }, { "row.agent", { "T-agent" } },
	{ "row.place", { "T-placeid", "T-placename" } }, { "row.place.name", { "T-placename" } },
	{ "row.status", { "T-status" } }, { "row.done", { "T-done" } }, { "row.outcome", { "T-outcome" } },
	{ "row.number", { "T-number" } }, { "row.web", { "T-web" } }, { "row.part_of", { "T-part" } },
	{ "row.at", { "1970-01-02" } }, { "row.until", { "1970-01-03" } }, { "row.amount", { "77700" } },
	{ "row.refs", { "T-order", "T-receipt", "T-ticket", "T-tracking", "T-call", "T-case" } }, { "row.refs.call", { "T-call" } },
	{ "row.lines", { "T-linetitle", "T-sku", "T-quantity", "88800" } }, { "row.lines.amount", { "88800" } },
	{ "row.attachments", { "T-file\"", "T-type", "T-fileweb" } }, { "row.attachments.name", { "T-file\"" } },
};

static bool closes(size_t field, const char *token)
{
	for (size_t i = 0; i < 8 && row_fields[field].tokens[i]; i++)
		if (strcmp(row_fields[field].tokens[i], token) == 0)
			return true;
	return false;
}

/* The seen row through the visitor without a mask: what a face could show of it. */
static const char *shown(struct seen_test *t, const struct interaction *it)
{
	struct fields out = lines_into(&t->buf);
	struct timeline_row row = { it, &it, 1 };

	buf_reset(&t->buf);
	present_row(&(struct present){ 0 }, &row, &out);
	return t->buf.data;
}

static void every_closed_field_of_a_row_is_gone(void **state)
{
	struct seen_test *t = *state;
	const struct interaction *whole = filled(t->arena);

	for (size_t i = 0; i < sizeof(row_fields) / sizeof(*row_fields); i++) {
		struct mask *mask = mask_new();
		struct present present = { .mask = mask };
		const char *text;

		mask_close(mask, row_fields[i].field);
		text = shown(t, present_seen_row(&present, whole, t->arena));
		for (size_t k = 0; k < sizeof(row_fields) / sizeof(*row_fields); k++)
			for (size_t n = 0; n < 8 && row_fields[k].tokens[n]; n++) {
				const char *token = row_fields[k].tokens[n];

				if (!closes(i, token) != (strstr(text, token) != NULL))
					fail_msg("%s closed: \"%s\" in %s", row_fields[i].field, token, text);
			}
		mask_free(mask);
	}
	assert_non_null(strstr(shown(t, whole), "T-fileweb"));
}

static void without_a_mask_nothing_is_copied(void **state)
{
	struct seen_test *t = *state;
	struct interaction *it = filled(t->arena);
	struct group group = { 0 };
	struct profile profile = { 0 };
	struct present present = { 0 };

	assert_ptr_equal(present_seen_row(&present, it, t->arena), it);
	assert_ptr_equal(present_seen_group(&present, &group, t->arena), &group);
	assert_ptr_equal(present_seen_profile(&present, &profile, t->arena), &profile);
}

static void closed_identities_and_names_of_a_group_are_gone(void **state)
{
	struct seen_test *t = *state;
	struct mask *mask = mask_new();
	struct present present = { .mask = mask };
	struct record *jane = record_new(t->arena, STR("shop"), STR("1"));
	struct identity tel, email;
	struct resolve_reason reasons[2];
	const struct record *records[] = { jane };
	const struct group *seen;

	assert_true(identity_make(t->arena, ID_TYPE_TEL, (struct str){ 0 }, STR("07700 900123"), "GB", &tel, NULL));
	assert_true(identity_make(t->arena, ID_TYPE_EMAIL, (struct str){ 0 }, STR("jane@example.com"), "GB", &email, NULL));
	record_add_name(t->arena, jane, STR("Jane Moss"));
	record_add_id(t->arena, jane, &tel, STR("/phone"), STR("07700 900123"));
	record_add_id(t->arena, jane, &email, STR("/email"), STR("jane@example.com"));
	record_add_match(t->arena, jane, &tel, STR("/phone"), STR("07700 900123"));
	reasons[0] = (struct resolve_reason){ STR("same telephone"), tel };
	reasons[1] = (struct resolve_reason){ STR("same e-mail"), email };
	mask_close(mask, "identity.tel");
	mask_close(mask, "record.names");
	seen = present_seen_group(&present, &(struct group){ .records = records, .n_records = 1, .reasons = reasons, .n_reasons = 2,
							     .typed = &tel, .n_typed = 1 }, t->arena);
	assert_int_equal(seen->n_records, 1);
	assert_int_equal(seen->records[0]->n_names, 0);
	assert_int_equal(seen->records[0]->n_ids, 1);
	assert_int_equal(seen->records[0]->ids[0].id.type, ID_TYPE_EMAIL);
	assert_int_equal(seen->records[0]->n_matches, 0);
	assert_int_equal(seen->n_reasons, 1);
	assert_true(str_is(seen->reasons[0].text, "same e-mail"));
	assert_int_equal(seen->n_typed, 0);
	assert_int_equal(jane->n_names, 1);
	assert_int_equal(jane->n_ids, 2);
	mask_free(mask);
}

static void closed_values_of_a_profile_are_gone(void **state)
{
	struct seen_test *t = *state;
	struct mask *mask = mask_new();
	struct present present = { .mask = mask };
	struct profile_value ids[] = { { .text = STR("tel:+447700900123") }, { .text = STR("email:jane@example.com") } };
	struct profile_value homes[] = { { .text = STR("1 High St") } };
	struct profile profile = { .name = STR("Jane"), .identities = { ids, 2 }, .addresses = { homes, 1 }, .since = 5, .do_not_contact = true };
	const struct profile *seen;

	mask_close(mask, "identity.tel");
	mask_close(mask, "profile.addresses");
	mask_close(mask, "profile.since");
	seen = present_seen_profile(&present, &profile, t->arena);
	assert_int_equal(seen->identities.n, 1);
	assert_true(str_is(seen->identities.items[0].text, "email:jane@example.com"));
	assert_int_equal(seen->addresses.n, 0);
	assert_true(seen->since == WHEN_NONE);
	assert_true(str_is(seen->name, "Jane"));
	assert_true(seen->do_not_contact);
	mask_free(mask);
}

static int setup(void **state)
{
	struct seen_test *t = mem_zalloc(sizeof(*t));

	t->arena = arena_new();
	buf_init(&t->buf, 65536);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct seen_test *t = *state;

	arena_free(t->arena);
	buf_release(&t->buf);
	free(t);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_closed_field_of_a_row_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(without_a_mask_nothing_is_copied, setup, teardown),
		cmocka_unit_test_setup_teardown(closed_identities_and_names_of_a_group_are_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(closed_values_of_a_profile_are_gone, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
