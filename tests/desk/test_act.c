/* What a face needs around an action: roles, typed fields, and ids that are used once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>
#include <dossier/desk/act.h>

#include "place.h"

#define ID "0192a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b"

static const char connector[] =
	"connector: small\ntitle: Small\nsettings: {url: {required: true}}\n"
	"actions:\n"
	"  pay:\n"
	"    title: Pay back\n"
	"    reader: staff\n"
	"    roles: [supervisor, admin]\n"
	"    ask:\n"
	"      sum: {type: money}\n"
	"      to: {type: tel}\n"
	"      days: {type: number}\n"
	"      day: {type: time}\n"
	"      sure: {type: yes_no}\n"
	"      why: {choices: [late, broken]}\n"
	"      text: {long: true}\n"
	"    post: /pay\n"
	"    json: {sum: <sum>}\n";

static struct plan *load(void)
{
	struct diags diags = { 0 };
	struct plan *plan = plan_parse(str_of(connector), "small", &diags);

	assert_non_null(plan);
	diags_release(&diags);
	return plan;
}

/* The value as JSON, or the message. */
static void gives(const struct plan *plan, const char *name, const char *text, const char *wanted)
{
	struct clock_fake clock;
	struct house house = { 0 };
	struct desk desk = { .house = &house };
	struct err err = { 0 };
	const struct plan_ask_field *field = act_field(act_find(plan, "pay"), str_of(name));
	struct json_object *value;

	clock_fake_init(&clock, 1790000000000, 1);
	desk.clock = &clock.clock;
	house.zone = zone_new("UTC", &err);
	assert_non_null(field);
	value = act_value(&desk, field, str_of(text), &err);
	assert_string_equal(value ? json_object_to_json_string(value) : err.text, wanted);
	json_object_put(value);
	zone_free(house.zone);
}

static void test_fields_are_typed(void **state)
{
	struct plan *plan = load();

	(void)state;
	gives(plan, "sum", "12.50", "\"12.50\"");
	gives(plan, "sum", "1e5", "sum: \"1e5\" is not right: it wants money, such as 12.50");
	gives(plan, "sum", ".", "sum: \".\" is not right: it wants money, such as 12.50");
	gives(plan, "sum", "0.01", "\"0.01\"");
	gives(plan, "sum", "-5", "sum: \"-5\" is not right: an amount is more than 0, such as 12.50");
	gives(plan, "sum", "0.00", "sum: \"0.00\" is not right: an amount is more than 0, such as 12.50");
	gives(plan, "to", "+44 7700 900417", "\"+44 7700 900417\"");
	gives(plan, "to", "(020) 7946 0018", "\"(020) 7946 0018\"");
	gives(plan, "to", "hello", "to: \"hello\" is not right: it wants a telephone number, such as +44 20 7946 0018");
	gives(plan, "to", "We have sent 2 of the 117 boxes", "to: \"We have sent 2 of the 117 boxes\" is not right: it wants a telephone number, such as +44 20 7946 0018");
	gives(plan, "days", "-3", "-3");
	gives(plan, "days", "0x10", "days: \"0x10\" is not right: it wants a number");
	gives(plan, "days", "", "days: \"\" is not right: it wants a number");
	gives(plan, "day", "2026-05-04", "\"2026-05-04T00:00:00.000Z\"");
	gives(plan, "sure", "Yes", "true");
	gives(plan, "sure", "no", "false");
	gives(plan, "sure", "maybe", "sure: \"maybe\" is not right: it wants yes or no");
	gives(plan, "why", "late", "\"late\"");
	gives(plan, "why", "Late", "why: \"Late\" is not right: it wants one of late, broken");
	gives(plan, "text", "a \"b\"", "\"a \\\"b\\\"\"");
	assert_null(act_field(act_find(plan, "pay"), STR("nothing")));
	assert_null(act_find(plan, "steal"));
	plan_free(plan);
}

static void test_roles(void **state)
{
	struct plan *plan = load();
	const struct plan_action *pay = act_find(plan, "pay");
	struct house_agent kim = { .id = (char[]){ "kim" }, .role = (char[]){ "supervisor" } };
	struct house house = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_true(act_allowed(&house, pay, &err));
	house.n_agents = 1;
	assert_false(act_allowed(&house, pay, &err));
	assert_int_equal(err.code, ERR_REFUSED);
	house.agent = &kim;
	assert_true(act_allowed(&house, pay, &err));
	kim.role = (char[]){ "counter" };
	assert_false(act_allowed(&house, pay, &err));
	assert_string_equal(err.text, "pay is for the roles supervisor, admin, and yours is counter");
	kim.role = NULL;
	assert_false(act_allowed(&house, pay, &err));
	plan_free(plan);
}

static enum act_once begin(const char *id, const char *words)
{
	struct err err = { 0 };
	int64_t since;
	enum act_once once = act_once_begin(id, words, clock_system(), &since, &err);

	assert_int_equal(once == ACT_ONCE_REFUSED, err.code != ERR_NONE);
	return once;
}

static void test_an_id_is_used_once(void **state)
{
	struct place place;
	struct stat st;
	char *path;

	(void)state;
	place_make(&place);
	setenv("XDG_STATE_HOME", place.dir, 1);
	assert_int_equal(begin(ID, "shop pay 1"), ACT_ONCE_MINE);
	assert_int_equal(begin(ID, "shop pay 1"), ACT_ONCE_OPEN);
	assert_int_equal(begin(ID, "shop pay 2"), ACT_ONCE_REFUSED);
	act_once_end(ID, ACT_UNKNOWN);
	assert_int_equal(begin(ID, "shop pay 1"), ACT_ONCE_OPEN);
	act_once_end(ID, ACT_NOT_SENT);
	assert_int_equal(begin(ID, "shop pay 2"), ACT_ONCE_MINE);
	act_once_end(ID, ACT_DONE);
	assert_int_equal(begin(ID, "shop pay 2"), ACT_ONCE_DONE);
	assert_int_equal(begin("0192A1B2-C3D4-4E5F-8A9B-0C1D2E3F4A5B", "shop pay 2"), ACT_ONCE_DONE);
	assert_int_equal(begin(ID, "shop pay 1"), ACT_ONCE_REFUSED);
	path = place_path(&place, "dossier/actions/" ID);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	free(path);
	place_remove(&place);
}

static void test_what_is_no_id(void **state)
{
	struct place place;

	(void)state;
	place_make(&place);
	setenv("XDG_STATE_HOME", place.dir, 1);
	assert_int_equal(begin("", "x"), ACT_ONCE_REFUSED);
	assert_int_equal(begin("../../etc/passwd", "x"), ACT_ONCE_REFUSED);
	assert_int_equal(begin(ID "0", "x"), ACT_ONCE_REFUSED);
	assert_int_equal(begin("0192a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5/", "x"), ACT_ONCE_REFUSED);
	setenv("XDG_STATE_HOME", "/dev/null", 1);
	assert_int_equal(begin(ID, "x"), ACT_ONCE_REFUSED);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_are_typed),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_an_id_is_used_once),
		cmocka_unit_test(test_what_is_no_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
