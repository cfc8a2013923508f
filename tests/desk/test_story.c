/*
 * Direct billing, played by five agents on four channels: what the twelfth
 * contact's agent reads.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/desk/tell.h>

#include "world.h"

#define MINUTE (60 * INT64_C(1000))

static void at(struct world *world, const char *iso)
{
	int64_t when;

	assert_true(when_parse(str_of(iso), WHEN_ISO, NULL, &when, NULL));
	assert_true(when >= world_now(world));
	world_pass(world, when - world_now(world));
}

/* One contact of one agent, from its start to what they say at its end; wrap NULL: they say nothing. */
static void contact(struct world *world, const char *agent, const char *channel, const char *when, int minutes, const char *wrap)
{
	struct session session;
	const struct entry *start;
	char fields[100];

	at(world, when);
	session_open(&session, world, agent, "rec:shop/1", 0);
	snprintf(fields, sizeof(fields), "channel=%s|number=+447700900123", channel);
	start = session_do(&session, "contact.start", fields);
	world_pass(world, minutes * MINUTE);
	session_look(&session, "rec:shop/1", 0);
	session.work.contact = arena_str(session.arena, start->id);
	if (wrap)
		session_do(&session, "contact.end", wrap);
	else
		session_do(&session, "contact.hangup", "");
	session_close(&session);
}

static const struct entry *does(struct world *world, const char *agent, const char *when, const char *op, const char *fields, const struct entry *item)
{
	struct session session;
	const struct entry *done;

	at(world, when);
	session_open(&session, world, agent, "rec:shop/1", 0);
	if (item)
		session.work.item = item->id;
	done = session_do(&session, op, fields);
	session_close(&session);
	return done;
}

static void says(const char *what, void (*tell_it)(const struct tell *, const struct brief *, struct buf *), const struct tell *tell,
		 const struct brief *brief, const char *want)
{
	struct buf text;

	buf_init(&text, 1000);
	tell_it(tell, brief, &text);
	if (strcmp(text.data ? text.data : "", want) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", what, text.data ? text.data : "", want);
	buf_release(&text);
}

static void test_billing(void **state)
{
	(void)state;
	struct world world;
	struct session ana;
	struct brief_in in;
	struct brief brief;
	struct tell tell;
	const struct entry *offer;
	struct interaction *post;
	struct buf text;

	world_begin(&world);
	world.little.clock.wall_ms -= 10 * 24 * 60 * MINUTE;
	world_record(&world, "shop", "1", "Jane Moss", "email:jane@example.com tel:+447700900123");
	contact(&world, "mia", "phone", "2026-11-11T09:15:00Z", 6, "done=password reset");
	does(&world, "ana", "2026-11-11T12:30:00Z", "case.open", "title=direct billing to the company card", NULL);
	contact(&world, "ana", "phone", "2026-11-12T10:00:00Z", 5, "done=password reset|outcome=waiting|reason=billing");
	offer = does(&world, "ana", "2026-11-12T10:10:00Z", "handoff.offer", "team=billing|reason=needs billing", NULL);
	does(&world, "raj", "2026-11-12T11:00:00Z", "handoff.accept", "", offer);
	contact(&world, "raj", "phone", "2026-11-13T09:00:00Z", 14, "done=password reset|line=told her to ask in a shop");
	contact(&world, "mia", "phone", "2026-11-14T16:40:00Z", 4, "done=password reset");
	contact(&world, "mia", "phone", "2026-11-15T11:20:00Z", 4, "done=password reset");
	offer = does(&world, "raj", "2026-11-15T12:00:00Z", "handoff.offer", "team=support|reason=language|next=find her record", NULL);
	does(&world, "mia", "2026-11-15T13:00:00Z", "handoff.accept", "", offer);
	contact(&world, "sue", "phone", "2026-11-16T09:00:00Z", 9, "done=Password Reset");
	contact(&world, "mia", "chat", "2026-11-17T14:02:00Z", 8, "done=password reset");
	contact(&world, "raj", "phone", "2026-11-18T08:30:00Z", 5, "done=password reset");
	contact(&world, "mia", "phone", "2026-11-19T09:15:00Z", 6, "done=password reset");
	contact(&world, "tom", "counter", "2026-11-19T16:20:00Z", 3, NULL);
	contact(&world, "ana", "phone", "2026-11-20T09:50:00Z", 12, "done=password reset");
	offer = does(&world, "mia", "2026-11-20T10:05:00Z", "handoff.offer", "agent=ana|reason=language", NULL);
	does(&world, "ana", "2026-11-20T10:06:00Z", "handoff.accept", "", offer);
	does(&world, "ana", "2026-11-20T10:40:00Z", "promise.make", "text=call back|due=14:00", NULL);
	at(&world, "2026-11-20T11:02:00Z");
	post = world_row(&world, "shop", "posts", "t1", KIND_SOCIAL);
	post->text = STR("ten calls and still no direct billing");
	does(&world, "raj", "2026-11-20T12:38:00Z", "handoff.offer",
	     "team=billing|reason=needs billing|next=billing adds the card; form B7 is with Raj", NULL);
	/* another thing, which was done at once */
	does(&world, "tom", "2026-11-20T12:40:00Z", "case.open", "title=invoice copy|rows=none", NULL);
	does(&world, "tom", "2026-11-20T12:40:10Z", "case.set", "status=solved", NULL);

	at(&world, "2026-11-20T12:41:00Z");
	session_open(&ana, &world, "ana", "tel:+447700900123", 0);
	assert_int_equal(ana.n_groups, 1);
	assert_int_equal(ana.cases->n_cases, 2);
	in = (struct brief_in){ .cases = ana.cases, .timeline = ana.timeline, .case_ = ana.cases->cases[0].id, .now = world_now(&world) };
	brief_init(&brief, &in);
	tell = (struct tell){ .now = world_now(&world) };
	says("WANTS", tell_wants, &tell, &brief, "direct billing to the company card");
	says("TRIED", tell_tried, &tell, &brief, "password reset ×10, came back after each · shop visit 19 Nov");
	says("PROMISED", tell_promised, &tell, &brief, "call back today 14:00, ana");
	says("EFFORT", tell_effort, &tell, &brief, "12 contacts 4 channels 3 transfers");
	says("NEXT", tell_next, &tell, &brief, "billing adds the card; form B7 is with Raj");
	says("NEXT by", tell_next_by, &tell, &brief, "hand-off, raj 12:38");
	buf_init(&text, 200);
	tell_of(&tell, &brief, ana.cases, &text);
	assert_non_null(strstr(text.data, "case 1/2"));
	assert_non_null(strstr(text.data, "ana"));
	assert_non_null(strstr(text.data, "9 d"));
	buf_release(&text);
	assert_true(str_is(ana.cases->cases[0].owner, "ana"));
	assert_true(str_is(ana.cases->cases[0].holder, "ana"));
	brief_release(&brief);
	session_close(&ana);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_billing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
