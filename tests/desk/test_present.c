#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/desk/present.h>

#include "lines.h"

struct shown { struct buf buf; struct fields out; struct arena *arena; struct mask *mask; struct present present; };

static int setup(void **state)
{
	struct shown *s = mem_zalloc(sizeof(*s));

	buf_init(&s->buf, 65536);
	s->out = lines_into(&s->buf);
	s->arena = arena_new();
	s->mask = mask_new();
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct shown *s = *state;

	buf_release(&s->buf);
	arena_free(s->arena);
	mask_free(s->mask);
	free(s);
	return 0;
}

static struct identity made(struct shown *s, enum id_type type, const char *text)
{
	struct identity id;

	assert_true(identity_make(s->arena, type, (struct str){ 0 }, str_of(text), "GB", &id, NULL));
	return id;
}

static struct record *jane(struct shown *s)
{
	struct record *record = record_new(s->arena, STR("shop"), STR("cus_01"));
	struct identity email = made(s, ID_TYPE_EMAIL, "jane@example.com"), tel = made(s, ID_TYPE_TEL, "07700 900123");
	struct address home = { .label = STR("home"), .lines = { STR("1 High St") }, .city = STR("Leeds"), .postcode = STR("LS1") };

	record_add_name(s->arena, record, STR("Jane Moss"));
	record_add_id(s->arena, record, &email, STR("/email"), STR("Jane@example.com"));
	record_add_id(s->arena, record, &tel, STR("/phone"), STR("07700 900123"));
	record_add_match(s->arena, record, &tel, STR("/phone"), STR("07700 900123"));
	record_add_address(s->arena, record, &home);
	record->since = 0;
	record->lifetime = (struct money){ 4210, "GBP" };
	return record;
}

static void a_record_shows_every_field(void **state)
{
	struct shown *s = *state;

	present_record(&s->present, jane(s), &s->out);
	assert_string_equal(s->buf.data,
		"id=\"rec:shop/cus_01\" backend=\"shop\" guest=false reference_only=false names=[\"Jane Moss\"] "
		"identities=[\"email:jane@example.com\" \"tel:+447700900123\"] "
		"matched=[{backend=\"shop\" asked=\"tel:+447700900123\" field=\"/phone\" stored=\"07700 900123\"}] "
		"addresses=[{label=\"home\" lines=[\"1 High St\"] city=\"Leeds\" region=null postcode=\"LS1\" country=null}] "
		"tier=null since=1970-01-01T00:00:00.000Z lifetime=4210GBP channel=null consent=null do_not_contact=false "
		"language=null note=null web=null masked=[]");
}

static void what_is_closed_is_null_and_named(void **state)
{
	struct shown *s = *state;

	s->present.mask = s->mask;
	mask_close(s->mask, "record.addresses.city");
	mask_close(s->mask, "record.names");
	mask_close(s->mask, "record.lifetime");
	mask_close(s->mask, "record.do_not_contact");
	mask_close(s->mask, "identity.tel");
	present_record(&s->present, jane(s), &s->out);
	assert_string_equal(s->buf.data,
		"id=\"rec:shop/cus_01\" backend=\"shop\" guest=false reference_only=false names=null "
		"identities=[\"email:jane@example.com\" null] "
		"matched=[{backend=\"shop\" asked=null field=\"/phone\" stored=null}] "
		"addresses=[{label=\"home\" lines=[\"1 High St\"] city=null region=null postcode=\"LS1\" country=null}] "
		"tier=null since=1970-01-01T00:00:00.000Z lifetime=null channel=null consent=null do_not_contact=null "
		"language=null note=null web=null "
		"masked=[\"names\" \"identity.tel\" \"addresses.city\" \"lifetime\" \"do_not_contact\"]");
}

static void a_group_shows_its_records_and_reasons(void **state)
{
	struct shown *s = *state;
	const struct record *records[] = { jane(s) };
	struct resolve_reason reason = { STR("same e-mail"), made(s, ID_TYPE_EMAIL, "jane@example.com") };
	struct str person = STR("0190c0de");
	struct group group = { .records = records, .n_records = 1, .reasons = &reason, .n_reasons = 1,
			       .persons = &person, .n_persons = 1, .shared_only = true };

	s->present.mask = s->mask;
	mask_close(s->mask, "group.records");
	present_group(&s->present, &group, &s->out);
	assert_string_equal(s->buf.data,
		"name=\"Jane Moss\" shared_only=true typed=[] "
		"matched=[{backend=\"shop\" asked=\"tel:+447700900123\" field=\"/phone\" stored=\"07700 900123\"}] "
		"reasons=[{text=\"same e-mail\" by=\"email:jane@example.com\"}] persons=[\"0190c0de\"] records=null masked=[\"records\"]");
	buf_reset(&s->buf);
	s->present.mask = NULL;
	present_group(&s->present, &group, &s->out);
	assert_non_null(strstr(s->buf.data, "records=[{id=\"rec:shop/cus_01\""));
	assert_non_null(strstr(s->buf.data, "masked=[]}] masked=[]"));
}

static void a_bare_row_has_every_name(void **state)
{
	struct shown *s = *state;
	struct batch *batch = batch_new();
	const struct interaction *it = batch_add(batch);
	struct timeline_row row = { .head = it, .sources = &it, .n_sources = 1 };

	present_row(&s->present, &row, &s->out);
	assert_string_equal(s->buf.data,
		"id=null backend=null row=null kind=\"other\" step=null channel=null direction=null at=null until=null title=null "
		"text=null reader=null agent=null place=null status=null done=null outcome=null amount=null lines=[] "
		"refs={order=null receipt=null ticket=null tracking=null call=null case=null} web=null attachments=[] part_of=null "
		"number=null shared_only=false sources=[] masked=[]");
	batch_free(batch);
}

static void a_full_row_keeps_text_as_received(void **state)
{
	struct shown *s = *state;
	struct batch *batch = batch_new();
	struct interaction *it = batch_add(batch), *other = batch_add(batch);
	const struct interaction *both[] = { it, other };
	struct timeline_row row = { .head = it, .sources = both, .n_sources = 2 };

	*it = (struct interaction){
		.id = STR("5"), .backend = STR("desk"), .row = STR("tickets.articles"), .kind = KIND_CALL, .step = STEP_PAID,
		.channel = CHANNEL_PHONE, .direction = DIRECTION_IN, .reader = READER_STAFF, .at = 0, .until = 60000,
		.title = STR("<b>\x1b[31m"), .text = STR("t"), .agent = STR("Ana"), .place_name = STR("Berlin"), .status = STR("open"),
		.done = STR("reset"), .outcome = STR("ok"), .number = STR("0160"), .web = STR("w"), .part_of = STR("1"),
		.amount = { -100, "EUR" },
		.refs = interaction_refs(batch->arena, it),
		.lines = (struct line[]){ { .title = STR("Trousers"), .sku = STR("T1"), .quantity = STR("2"), .amount = { 5, "JPY" } } },
		.n_lines = 1,
		.attachments = (struct attachment[]){ { .name = STR("a.pdf"), .size = -1 }, { .name = STR("b"), .size = 7 } },
		.n_attachments = 2, .shared_only = true,
	};
	it->refs->order = STR("4");
	*other = (struct interaction){ .id = STR("9"), .backend = STR("phone"), .row = STR("calls") };
	present_row(&s->present, &row, &s->out);
	assert_string_equal(s->buf.data,
		"id=\"5\" backend=\"desk\" row=\"tickets.articles\" kind=\"call\" step=\"paid\" channel=\"phone\" direction=\"in\" "
		"at=1970-01-01T00:00:00.000Z until=1970-01-01T00:01:00.000Z title=\"<b>\x1b[31m\" text=\"t\" reader=\"staff\" agent=\"Ana\" "
		"place={id=null name=\"Berlin\"} status=\"open\" done=\"reset\" outcome=\"ok\" amount=-100EUR "
		"lines=[{title=\"Trousers\" sku=\"T1\" quantity=\"2\" amount=5JPY}] "
		"refs={order=\"4\" receipt=null ticket=null tracking=null call=null case=null} web=\"w\" "
		"attachments=[{name=\"a.pdf\" type=null size=null web=null} {name=\"b\" type=null size=7 web=null}] part_of=\"1\" "
		"number=\"0160\" shared_only=true "
		"sources=[{backend=\"desk\" row=\"tickets.articles\" id=\"5\"} {backend=\"phone\" row=\"calls\" id=\"9\"}] masked=[]");
	batch_free(batch);
}

static void a_closed_row_gives_nothing_away(void **state)
{
	struct shown *s = *state;
	struct batch *batch = batch_new();
	struct interaction *it = batch_add(batch);
	const struct interaction *one = it;
	struct timeline_row row = { .head = it, .sources = &one, .n_sources = 1 };

	it->text = it->title = it->place_name = it->agent = it->number = STR("hidden");
	it->amount = (struct money){ 1, "EUR" };
	s->present.mask = s->mask;
	mask_close(s->mask, "row");
	present_row(&s->present, &row, &s->out);
	assert_null(strstr(s->buf.data, "hidden"));
	assert_null(strstr(s->buf.data, "EUR"));
	assert_non_null(strstr(s->buf.data, "place=null"));
	assert_non_null(strstr(s->buf.data, "\"number\" \"shared_only\" \"sources\"]"));
	batch_free(batch);
}

static void a_profile_puts_values_beside_their_sources(void **state)
{
	struct shown *s = *state;
	struct str shop = STR("shop");
	struct profile_value ids[] = { { STR("tel:+44"), &shop, 1 }, { STR("email:j@example.com"), &shop, 1 } };
	struct money sums[] = { { 1, "EUR" }, { 2, "GBP" } };
	struct profile profile = { .name = STR("Jane"), .identities = { ids, 2 }, .since = WHEN_NONE, .lifetime = sums, .n_lifetime = 2 };

	s->present.mask = s->mask;
	mask_close(s->mask, "identity.email");
	present_profile(&s->present, &profile, &s->out);
	assert_string_equal(s->buf.data,
		"name=\"Jane\" names=[] identities=[{text=\"tel:+44\" sources=[\"shop\"]} {text=null sources=[\"shop\"]}] addresses=[] tier=[] "
		"since=null lifetime=[1EUR 2GBP] channel=[] consent=[] do_not_contact=false do_not_contact_by=[] language=[] note=[] web=[] "
		"masked=[\"identity.email\"]");
}

static void a_source_says_how_it_did(void **state)
{
	struct shown *s = *state;
	struct source source = { .backend = "shop", .state = SOURCE_WAITING, .since = WHEN_NONE, .retry_at = WHEN_NONE };
	struct backend_end end = { .partial = true, .requests = 3, .rows = 2, .dropped = 1, .retry_at = 5000 };

	present_source(&s->present, &source, &s->out);
	assert_string_equal(s->buf.data, "backend=\"shop\" state=\"waiting\" error=null why=null since=null retry_at=null requests=0 rows=0 dropped=0 left=0 ms=0 masked=[]");
	err_set(&end.err, ERR_TIMEOUT, "too late");
	source_end(&source, &end, 1000);
	end = (struct backend_end){ .ok = true, .requests = 1, .rows = 1, .retry_at = WHEN_NONE };
	source_end(&source, &end, 2000);
	buf_reset(&s->buf);
	present_source(&s->present, &source, &s->out);
	assert_string_equal(s->buf.data,
		"backend=\"shop\" state=\"partial\" error=\"timeout\" why=\"too late\" since=1970-01-01T00:00:02.000Z "
		"retry_at=1970-01-01T00:00:05.000Z requests=4 rows=3 dropped=1 left=0 ms=0 masked=[]");
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_record_shows_every_field),
		TEST(what_is_closed_is_null_and_named),
		TEST(a_group_shows_its_records_and_reasons),
		TEST(a_bare_row_has_every_name),
		TEST(a_full_row_keeps_text_as_received),
		TEST(a_closed_row_gives_nothing_away),
		TEST(a_profile_puts_values_beside_their_sources),
		TEST(a_source_says_how_it_did),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
