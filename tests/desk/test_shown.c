#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/desk/present.h>
#include <dossier/desk/present_case.h>

#include "known.h"
#include "lines.h"

#define BIT(type) (1U << ID_TYPE_##type)

static void jane(struct agent *agent)
{
	fake_record("a", fake_person(&agent->fake, "a", "1", "Jane Moss", "rec:a/1", "tel:+441132960000", NULL));
	fake_ok("a");
}

static void link_jane(struct shop *shop)
{
	shop_wrote(shop, "l1", ENTRY_LINK, "jane", NULL, "{'identity':'rec:a/1'}");
}

static size_t count(const struct shop *shop, enum entry_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < shop->shared.n; i++)
		n += shop->shared.entries[i] && shop->shared.entries[i]->type == type;
	return n;
}

static const struct entry *only(const struct shop *shop, enum entry_type type)
{
	for (size_t i = 0; i < shop->shared.n; i++) {
		if (shop->shared.entries[i]->type == type)
			return shop->shared.entries[i];
	}
	return NULL;
}

static void opening_leaves_one_view_and_mints_nobody(void **state)
{
	struct shop shop;
	struct agent ana;

	(void)state;
	shop_open(&shop);
	agent_begin(&ana, &shop, "ana", 0);
	agent_show(&ana, "rec:a/1", jane);
	AGENT_UNTIL(&ana, store_state(ana.fake.desk.store)->waiting == 0);
	assert_int_equal(count(&shop, ENTRY_VIEW), 0);
	ana.how = "show";
	agent_show(&ana, "rec:a/1", jane);
	customer_update(ana.customer, customer_group(ana.customer));
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_done(ana.customer) && count(&shop, ENTRY_VIEW)));
	AGENT_UNTIL(&ana, store_state(ana.fake.desk.store)->waiting == 0);
	assert_int_equal(count(&shop, ENTRY_VIEW), 1);
	assert_int_equal(shop.shared.n, 1);
	assert_null(only(&shop, ENTRY_VIEW)->person.p);
	assert_true(str_is(only(&shop, ENTRY_VIEW)->data, "{\"records\":[\"a/1\"],\"how\":\"show\"}"));
	/* of somebody whom the store knows it names the person */
	link_jane(&shop);
	agent_show(&ana, "rec:a/1", jane);
	AGENT_UNTIL(&ana, count(&shop, ENTRY_VIEW) == 2);
	assert_true(str_eq(shop.shared.entries[2]->person, uuid(&shop.facts, "jane")));
	assert_int_equal(shop.shared.n, 3);
	agent_end(&ana);
	shop_close(&shop);
}

static void solved(struct shop *shop)
{
	link_jane(shop);
	shop_wrote(shop, "o1", ENTRY_CASE_OPEN, "jane", "k", "{'title':'direct billing'}");
	shop_wrote(shop, "s1", ENTRY_CASE_SET, "jane", "k", "{'field':'status','value':'solved'}");
	shop->facts.at += DAY;
	shop->facts.channel = STR("phone");
	shop_wrote(shop, "c1", ENTRY_CONTACT_START, "jane", NULL, "{'direction':'in'}");
	shop->facts.channel = (struct str){ 0 };
}

static void a_case_opens_again_once_whoever_sees_it(void **state)
{
	struct shop shop;
	struct agent ana, mia;

	(void)state;
	shop_open(&shop);
	solved(&shop);
	/* nobody who merely reads it writes anything */
	agent_begin(&ana, &shop, "ana", 0);
	agent_show(&ana, "rec:a/1", jane);
	assert_int_equal(customer_cases(ana.customer)->cases[0].status, CASE_SOLVED);
	ana.how = "show";
	agent_show(&ana, "rec:a/1", jane);
	AGENT_UNTIL(&ana, count(&shop, ENTRY_REOPEN) == 1);
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_cases(ana.customer)->cases[0].status == CASE_REOPENED));
	assert_true(str_eq(customer_chosen(ana.customer), uuid(&shop.facts, "k")));
	agent_begin(&mia, &shop, "mia", 0);
	mia.how = "show";
	agent_show(&mia, "rec:a/1", jane);
	AGENT_UNTIL(&mia, count(&shop, ENTRY_VIEW) == 2);
	assert_int_equal(count(&shop, ENTRY_REOPEN), 1);
	agent_end(&mia);
	agent_end(&ana);
	shop_close(&shop);
}

static void a_house_may_forbid_it(void **state)
{
	struct shop shop;
	struct agent ana;

	(void)state;
	shop_open(&shop);
	solved(&shop);
	agent_begin(&ana, &shop, "ana", 0);
	ana.fake.house.windows.reopen = 0;
	ana.how = "show";
	agent_show(&ana, "rec:a/1", jane);
	AGENT_UNTIL(&ana, count(&shop, ENTRY_VIEW) == 1);
	assert_int_equal(count(&shop, ENTRY_REOPEN), 0);
	agent_end(&ana);
	shop_close(&shop);
}

static void a_handoff_nobody_took_ends_by_itself(void **state)
{
	struct shop shop;
	struct agent ana;
	static const char offer[] = "{'to_team':'billing','reason':'billing','wants':'direct billing','next':'set it up'}";

	(void)state;
	shop_open(&shop);
	link_jane(&shop);
	shop_wrote(&shop, "o1", ENTRY_CASE_OPEN, "jane", "k", "{'title':'direct billing'}");
	shop_wrote(&shop, "h1", ENTRY_HANDOFF_OFFER, "jane", "k", offer);
	shop.facts.at += 4 * HOUR;
	shop.shared.now = shop.facts.at;
	shop_wrote(&shop, "h2", ENTRY_HANDOFF_OFFER, "jane", "k", offer);
	agent_begin(&ana, &shop, "ana", 0);
	ana.how = "show";
	agent_show(&ana, "rec:a/1", jane);
	AGENT_UNTIL(&ana, count(&shop, ENTRY_EXPIRE) == 1);
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_cases(ana.customer)->handoffs[0].state == HANDOFF_EXPIRED));
	assert_int_equal(customer_cases(ana.customer)->handoffs[1].state, HANDOFF_OFFERED);
	agent_end(&ana);
	shop_close(&shop);
}

static const char *row_line(struct agent *agent, size_t at, struct buf *line)
{
	struct present present = { .mask = customer_mask(agent->customer), .desk = &agent->fake.desk };
	struct fields out = lines_into(line);

	buf_reset(line);
	present_row(&present, timeline_row(customer_timeline(agent->customer), at), &out);
	return line->data;
}

static void fields_open_with_the_contacts_level(void **state)
{
	struct house_mask masks[] = { { .field = (char[]){ "identity.tel" }, .level = 2 }, { .field = (char[]){ "row.text" }, .level = 3 } };
	struct shop shop;
	struct agent ana;
	struct buf line;

	(void)state;
	buf_init(&line, 65536);
	shop_open(&shop);
	link_jane(&shop);
	shop_wrote(&shop, "n1", ENTRY_NOTE, "jane", NULL, "{'text':'secret word'}");
	agent_begin(&ana, &shop, "ana", 0);
	ana.fake.house.masks = masks;
	ana.fake.house.n_masks = 2;
	agent_show(&ana, "rec:a/1", jane);
	assert_true(mask_hides(customer_mask(ana.customer), "row.number"));
	assert_null(strstr(row_line(&ana, 0, &line), "secret"));
	assert_non_null(strstr(line.data, "masked=[\"title\" \"text\" \"number\"]"));
	/* nor does a filter tell */
	struct present present = { .mask = customer_mask(ana.customer), .desk = &ana.fake.desk };
	struct timeline_filter filter = { .since = WHEN_NONE, .until = WHEN_NONE, .grep = STR("secret") };

	assert_true(timeline_keeps(timeline_row(customer_timeline(ana.customer), 0), &filter));
	assert_false(present_keeps(&present, timeline_row(customer_timeline(ana.customer), 0), &filter));
	filter.grep = (struct str){ 0 };
	assert_true(present_keeps(&present, timeline_row(customer_timeline(ana.customer), 0), &filter));
	/* verified in the contact */
	shop_wrote(&shop, "c1", ENTRY_CONTACT_START, "jane", NULL, "{'number':'1'}");
	shop_wrote(&shop, "v1", ENTRY_VERIFY, "jane", NULL, "{'contact':'<c1>','way':'compare','ok':true}");
	AGENT_UNTIL(&ana, (agent_nothing(&ana), !mask_hides(customer_mask(ana.customer), "row.number")));
	assert_non_null(customer_contact(ana.customer));
	assert_true(mask_hides(customer_mask(ana.customer), "row.text"));
	customer_reveal(ana.customer, "row.text", STR("asked for it"), NULL);
	assert_non_null(strstr(row_line(&ana, 1, &line), "secret"));
	AGENT_UNTIL(&ana, count(&shop, ENTRY_VIEW) == 1);
	assert_non_null(strstr(only(&shop, ENTRY_VIEW)->data.p, "\"field\":\"row.text\",\"reason\":\"asked for it\""));
	/* the contact ends, and with it all that it opened */
	shop_wrote(&shop, "e1", ENTRY_CONTACT_END, "jane", NULL, "{'contact':'<c1>','how':'hangup'}");
	AGENT_UNTIL(&ana, (agent_nothing(&ana), !customer_contact(ana.customer)));
	assert_true(mask_hides(customer_mask(ana.customer), "row.text"));
	assert_true(mask_hides(customer_mask(ana.customer), "row.number"));
	agent_end(&ana);
	shop_close(&shop);
	buf_release(&line);
}

/* The first entry of that type and team, as every list of entries gives it. */
static const char *entry_line(struct agent *agent, enum entry_type type, const char *team, struct buf *line)
{
	struct present present = { .mask = customer_mask(agent->customer), .desk = &agent->fake.desk };
	struct fields out = lines_into(line);
	const struct entry *const *sorted;
	size_t n;

	buf_reset(line);
	sorted = entries_sorted(customer_entries(agent->customer), &n);
	for (size_t i = 0; i < n && !line->len; i++)
		if (sorted[i]->type == type && str_is(sorted[i]->team, "manila") == (strcmp(team, "manila") == 0))
			present_entry(&present, sorted[i], &out);
	assert_true(line->len > 0);
	return line->data;
}

static void a_partner_reads_the_own_teams_notes(void **state)
{
	struct shop shop;
	struct agent raj;
	struct buf line;
	struct entry ours;

	(void)state;
	buf_init(&line, 65536);
	shop_open(&shop);
	link_jane(&shop);
	shop_wrote(&shop, "n1", ENTRY_NOTE, "jane", NULL, "{'text':'not for partners'}");
	ours = *fact_entry(&shop.facts, "n2", ENTRY_NOTE, "jane", NULL, "{'text':'of the partners'}");
	ours.team = STR("manila");
	fake_add(&shop.shared, &ours);
	shop_wrote(&shop, "x1", ENTRY_NEXT, "jane", NULL, "{'text':'send the form'}");
	agent_begin(&raj, &shop, "raj", 0);
	raj.fake.desk.team = STR("manila");
	raj.fake.desk.roles = ROLE_BIT(PARTNER);
	agent_show(&raj, "rec:a/1", jane);
	/* without a contact: who it is, and no more */
	assert_true(mask_hides(customer_mask(raj.customer), "brief.wants"));
	assert_true(mask_hides(customer_mask(raj.customer), "row.text"));
	assert_false(mask_hides(customer_mask(raj.customer), "profile.name"));
	assert_false(mask_hides(customer_mask(raj.customer), "row.at"));
	shop.facts.author = STR("raj");
	shop_wrote(&shop, "c1", ENTRY_CONTACT_START, "jane", NULL, "{'number':'1'}");
	AGENT_UNTIL(&raj, (agent_nothing(&raj), customer_contact(raj.customer)));
	assert_null(customer_mask(raj.customer));
	assert_true(str_is(customer_brief(raj.customer)->next_text, "send the form"));
	assert_non_null(strstr(row_line(&raj, 1, &line), "of the partners"));
	assert_null(strstr(row_line(&raj, 2, &line), "not for partners"));
	assert_non_null(strstr(line.data, "masked=[\"title\" \"text\"]"));
	/* nor as entries of a case's history, a search or an export */
	assert_null(strstr(entry_line(&raj, ENTRY_NOTE, "support", &line), "not for partners"));
	assert_non_null(strstr(line.data, "masked=[\"data\"]"));
	assert_non_null(strstr(entry_line(&raj, ENTRY_NOTE, "manila", &line), "of the partners"));
	assert_non_null(strstr(entry_line(&raj, ENTRY_NEXT, "support", &line), "send the form"));
	agent_end(&raj);
	shop_close(&shop);
	buf_release(&line);
}

/* A house whose masks bind one role; who has another besides is not bound, who has none is. */
static void masks_bind_roles(void **state)
{
	struct house_mask masks[] = { { .field = (char[]){ "profile.addresses" }, .level = INT64_MAX, .roles = ROLE_BIT(AGENT) | ROLE_BIT(PARTNER) } };
	static const struct { unsigned roles; bool closed; } cases[] = {
		{ ROLE_BIT(AGENT), true }, { ROLE_BIT(SUPERVISOR), false }, { 0, true }, { (1U << ROLE_COUNT) - 1, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct house house = { .masks = masks, .n_masks = 1 };
		struct desk desk = { .house = &house, .roles = cases[i].roles };

		assert_true(mask_hides(desk_mask(&desk), "record.addresses.city") == cases[i].closed);
		assert_true(mask_hides(desk_mask(&desk), "profile.addresses") == cases[i].closed);
		mask_free(desk.mask);
	}
}

/* Clocks an hour slow and an hour fast: both show the same. */
static void clocks_an_hour_wrong_show_the_same(void **state)
{
	struct shop shop;
	struct agent slow, fast;
	struct buf a, b;

	(void)state;
	buf_init(&a, 65536);
	buf_init(&b, 65536);
	shop_open(&shop);
	link_jane(&shop);
	shop_wrote(&shop, "o1", ENTRY_CASE_OPEN, "jane", "k", "{'title':'direct billing'}");
	agent_begin(&slow, &shop, "slow", -HOUR);
	agent_show(&slow, "rec:a/1", jane);
	agent_begin(&fast, &shop, "fast", HOUR);
	agent_show(&fast, "rec:a/1", jane);
	assert_int_equal(agent_does(&fast, "note", "text=first"), STORE_SHARED);
	assert_int_equal(agent_does(&slow, "note", "text=second"), STORE_SHARED);
	assert_int_equal(agent_does(&fast, "case.set", "title=billing to the card"), STORE_SHARED);
	assert_int_equal(agent_does(&slow, "case.set", "title=card billing"), STORE_SHARED);
	AGENT_UNTIL(&fast, (agent_nothing(&fast), customer_cases(fast.customer)->n_entries == 6));
	AGENT_UNTIL(&slow, (agent_nothing(&slow), customer_cases(slow.customer)->n_entries == 6));
	/* neither had seen the other's: the rule decides, for both alike */
	assert_true(str_eq(customer_brief(slow.customer)->wants_text, customer_brief(fast.customer)->wants_text));
	assert_int_equal(agent_does(&slow, "case.set", "title=a card for the company"), STORE_SHARED);
	AGENT_UNTIL(&fast, (agent_nothing(&fast), str_is(customer_brief(fast.customer)->wants_text, "a card for the company")));
	assert_true(str_is(customer_brief(slow.customer)->wants_text, "a card for the company"));
	assert_string_equal(agent_titles(&slow), "first, second");
	assert_string_equal(agent_titles(&fast), "first, second");
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(row_line(&slow, i, &a), row_line(&fast, i, &b));
	agent_end(&fast);
	agent_end(&slow);
	shop_close(&shop);
	buf_release(&a);
	buf_release(&b);
}

/* What a backend said the last time stands in when it fails, with its age, and goes when it is back. */
static void a_copy_stands_in_for_a_failed_backend(void **state)
{
	struct shop shop;
	struct agent ana;
	const struct source *sources;
	size_t n;

	(void)state;
	shop_open(&shop);
	link_jane(&shop);
	agent_begin(&ana, &shop, "ana", 0);
	ana.how = "show";
	agent_find(&ana, "rec:a/1");
	jane(&ana);
	AGENT_UNTIL(&ana, agent_found(&ana));
	agent_open(&ana, &lookup_result(ana.lookup)->groups[0]);
	assert_string_equal(fake_waiting(), "a pull 1");
	fake_row("a", "orders", "o1", shop.shared.now - DAY);
	fake_ok("a");
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_done(ana.customer)));
	assert_string_equal(agent_titles(&ana), "o1");
	shop.shared.now += HOUR;
	/* it fails as soon as it is asked who that is: the store still knows the record */
	agent_find(&ana, "rec:a/1");
	agent_dead(&ana);
	AGENT_UNTIL(&ana, agent_found(&ana));
	agent_open(&ana, &lookup_result(ana.lookup)->groups[0]);
	AGENT_UNTIL(&ana, (agent_dead(&ana), customer_done(ana.customer)));
	assert_string_equal(agent_titles(&ana), "o1");
	sources = customer_sources(ana.customer, &n);
	assert_int_equal(sources[0].state, SOURCE_FAILED);
	assert_true(sources[0].since > 0 && sources[0].since <= shop.shared.now - HOUR);
	/* of somebody else nothing stands in */
	shop_wrote(&shop, "l9", ENTRY_LINK, "tom", NULL, "{'identity':'rec:a/2'}");
	agent_find(&ana, "rec:a/2");
	agent_dead(&ana);
	AGENT_UNTIL(&ana, agent_found(&ana));
	agent_open(&ana, &lookup_result(ana.lookup)->groups[0]);
	AGENT_UNTIL(&ana, (agent_dead(&ana), customer_done(ana.customer)));
	assert_string_equal(agent_titles(&ana), "");
	/* back again, and the order is gone */
	agent_show(&ana, "rec:a/1", jane);
	assert_string_equal(agent_titles(&ana), "");
	agent_end(&ana);
	shop_close(&shop);
}

static void jane_mails(struct agent *agent)
{
	fake_record("a", fake_person(&agent->fake, "a", "1", "Jane Moss", "rec:a/1", "tel:+441132960000", "email:jane@example.com", NULL));
	fake_ok("a");
}

static void tom_shares_the_line(struct agent *agent)
{
	fake_record("a", fake_person(&agent->fake, "a", "2", "Tom Reed", "rec:a/2", "tel:+441132960000", NULL));
	fake_ok("a");
}

/* Finds with b dead. */
static void show_without_b(struct agent *agent, const char *who, agent_answer_fn *answer)
{
	agent_find(agent, who);
	answer(agent);
	AGENT_UNTIL(agent, (agent_nothing(agent), agent_found(agent)));
	agent_open(agent, &lookup_result(agent->lookup)->groups[0]);
	fake_ok("a");
	AGENT_UNTIL(agent, (agent_dead(agent), customer_done(agent->customer)));
}

/* What was kept of one customer is not shown of another who has only the telephone in common. */
static void a_copy_is_of_one_customer(void **state)
{
	struct shop shop;
	struct agent ana;

	(void)state;
	shop_open(&shop);
	agent_begin(&ana, &shop, "ana", 0);
	ana.how = "show";
	fake_pull_by(&ana.fake, 1, BIT(TEL) | BIT(EMAIL), false);
	agent_find(&ana, "rec:a/1");
	jane_mails(&ana);
	AGENT_UNTIL(&ana, (agent_nothing(&ana), agent_found(&ana)));
	agent_open(&ana, &lookup_result(ana.lookup)->groups[0]);
	fake_row("b", "mails", "m1", shop.shared.now - DAY);
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_done(ana.customer)));
	assert_string_equal(agent_titles(&ana), "m1");
	show_without_b(&ana, "rec:a/2", tom_shares_the_line);
	assert_string_equal(agent_titles(&ana), "");
	show_without_b(&ana, "rec:a/1", jane_mails);
	assert_string_equal(agent_titles(&ana), "m1");
	agent_end(&ana);
	shop_close(&shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_leaves_one_view_and_mints_nobody),
		cmocka_unit_test(a_case_opens_again_once_whoever_sees_it),
		cmocka_unit_test(a_house_may_forbid_it),
		cmocka_unit_test(a_handoff_nobody_took_ends_by_itself),
		cmocka_unit_test(fields_open_with_the_contacts_level),
		cmocka_unit_test(a_partner_reads_the_own_teams_notes),
		cmocka_unit_test(masks_bind_roles),
		cmocka_unit_test(a_copy_stands_in_for_a_failed_backend),
		cmocka_unit_test(a_copy_is_of_one_customer),
		cmocka_unit_test(clocks_an_hour_wrong_show_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
