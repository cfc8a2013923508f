/*
 * Cases, hand-offs, promises, questions and contacts, as agents work on them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>

#include "world.h"

#define MINUTE (60 * INT64_C(1000))
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static void jane(struct world *world)
{
	world_begin(world);
	world_record(world, "shop", "1", "Jane Moss", "email:jane@example.com tel:+447700900123");
	world_record(world, "chat", "9", "Jane Moss", "email:jane@example.com");
}

/* fields with the code of an entry in the place of %s */
static const char *with(struct session *session, const char *format, const struct entry *entry)
{
	static char fields[300];
	const char *hole = strstr(format, "%s");

	snprintf(fields, sizeof(fields), "%.*s%s%s", (int)(hole - format), format, session_code(session, entry), hole + 2);
	return fields;
}

static void item(struct session *session, const struct entry *entry)
{
	session->work.item = str_of(session_code(session, entry));
}

/* The session as it is after everybody's work. */
static void look(struct session *session)
{
	session_look(session, "rec:shop/1", 0);
}

static void opening_a_case_takes_loose_contacts(void **state)
{
	(void)state;
	struct world world;
	struct session ana;
	const struct entry *opened;
	struct brief brief;
	struct brief_in in;

	jane(&world);
	world_row(&world, "chat", "conversations", "5", KIND_CHAT);
	world_pass(&world, DAY);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_do(&ana, "contact.start", "channel=phone|call=CA1");
	world_pass(&world, 10 * MINUTE);
	look(&ana);
	opened = session_do(&ana, "case.open", "title=direct billing|tags=billing, card|priority=high");
	assert_true(str_eq(opened->id, opened->case_));
	assert_non_null(strstr(ana.said, "opened with 2 loose contacts: direct billing"));
	look(&ana);
	assert_int_equal(ana.cases->n_cases, 1);
	assert_true(str_is(case_register(&ana.cases->cases[0], "tag:card")->value, "on"));
	assert_true(str_eq(ana.cases->contacts[0].case_, opened->id));
	in = (struct brief_in){ .cases = ana.cases, .timeline = ana.timeline, .case_ = ana.work.case_, .now = world_now(&world) };
	brief_init(&brief, &in);
	assert_int_equal(brief.contacts, 2);
	assert_true(str_is(brief.wants_text, "direct billing"));
	brief_release(&brief);
	/* a row and a contact are taken out again, and put back by undoing that */
	session_do(&ana, "attach", "rows=chat/conversations/5|off=yes");
	look(&ana);
	brief_init(&brief, &(struct brief_in){ .cases = ana.cases, .timeline = ana.timeline, .case_ = ana.work.case_, .now = world_now(&world) });
	assert_int_equal(brief.contacts, 1);
	brief_release(&brief);
	session_refused(&ana, "case.open", "title=two|rows=5", "BACKEND/ROW/ID");
	session_close(&ana);
	world_end(&world);
}

/* Said, and not forbidden. */
static void what_a_solved_case_waits_for_is_said(void **state)
{
	(void)state;
	struct world world;
	struct session ana;

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_do(&ana, "case.open", "title=the card");
	look(&ana);
	session_do(&ana, "promise.make", "text=call back|due=14:00");
	session_do(&ana, "ask", "text=may she?|team=billing");
	look(&ana);
	session_do(&ana, "case.close", "");
	assert_non_null(strstr(ana.said, "case closed as solved; still open: promised by "));
	assert_non_null(strstr(ana.said, "call back (p on the desk keeps it), +1 more"));
	look(&ana);
	session_do(&ana, "case.open", "title=another");
	look(&ana);
	session_do(&ana, "case.set", "status=solved");
	assert_null(strstr(ana.said, "still open"));
	/* only who is to keep it can: p on this desk is for its own */
	look(&ana);
	session_do(&ana, "case.open", "title=a third");
	look(&ana);
	session_do(&ana, "promise.make", "text=send it|due=14:00|owner=raj");
	look(&ana);
	session_do(&ana, "case.close", "");
	assert_non_null(strstr(ana.said, "send it (raj is to keep it)"));
	look(&ana);
	session_do(&ana, "case.open", "title=a fourth");
	look(&ana);
	session_do(&ana, "promise.make", "text=repair it|due=14:00|team=billing");
	look(&ana);
	session_do(&ana, "case.close", "");
	assert_non_null(strstr(ana.said, "repair it (team billing is to keep it)"));
	session_close(&ana);
	world_end(&world);
}

/* A run of one letter, and a number. */
static void many_rows(struct world *world, int n, const char *row, char letter, size_t length)
{
	char id[ENTRY_WORD_MOST + 16];

	assert_true(length + 12 < sizeof(id));
	memset(id, letter, length);
	for (int i = 0; i < n; i++) {
		snprintf(id + length, sizeof(id) - length, "%d", i);
		world_row(world, "chat", row, id, KIND_CHAT);
	}
}

/* What backends call their rows is theirs: a name that no entry takes, or more than one holds, keeps no case from being opened. */
static void names_of_rows_fit_into_a_case(void **state)
{
	(void)state;
	struct world world;
	struct session ana;
	const struct timeline_row **rows;
	char row[181];
	struct buf keys;
	size_t n;

	jane(&world);
	many_rows(&world, 1, "conversations", 'x', ENTRY_WORD_MOST);
	world_row(&world, "chat", "conversations", "bro\xc3ken", KIND_CHAT);
	world_pass(&world, DAY);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_do(&ana, "case.open", "title=neither can be named");
	assert_null(strstr(ana.said, "loose"));
	look(&ana);
	session_do(&ana, "case.close", "");
	world_pass(&world, DAY);
	many_rows(&world, 95, "conversations", '"', 170);
	world_pass(&world, DAY);
	look(&ana);
	rows = casework_offered(&ana.work, &n);
	assert_in_range(n, 60, 94);
	buf_init(&keys, ENTRY_TEXT_MOST + sizeof("title=all of them|rows="));
	for (size_t i = 0; i < n; i++) {
		char *key = casework_offered_key(rows[i]);

		buf_printf(&keys, "%s%s", i ? "," : "title=all of them|rows=", key);
		free(key);
	}
	free(rows);
	assert_false(keys.full);
	session_do(&ana, "case.open", buf_str(&keys).p);
	buf_release(&keys);
	session_close(&ana);
	world_end(&world);

	jane(&world);
	memset(row, 'r', sizeof(row) - 1);
	row[sizeof(row) - 1] = '\0';
	many_rows(&world, 95, row, '"', 180);
	world_pass(&world, DAY);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	free(casework_offered(&ana.work, &n));
	assert_int_equal(n, 0);         /* no one text names them */
	session_do(&ana, "case.open", "title=as many as fit");
	assert_in_range(ana.work.loose, 60, 94);
	session_close(&ana);
	world_end(&world);
}

static void put_undone(struct session *session, const struct entry *entry)
{
	const struct operation *op;
	struct op_values *values;

	assert_true(casework_undo(&session->work, entries_find(session->entries, entry->id), &op, &values, &session->err));
	assert_true(casework_build(&session->work, op, values, &session->err));
	op_values_free(values);
	session_send(session, op->id);
	look(session);
}

/* What is offered can be left out; undoing the case lets go of what it took in, and nobody comes back to it. */
static void an_opened_case_is_undone_whole(void **state)
{
	(void)state;
	struct world world;
	struct session ana;
	const struct timeline_row **rows;
	const struct entry *opened;
	struct entry_draft draft;
	struct str cause;
	char *key;
	size_t n;

	jane(&world);
	world_row(&world, "chat", "conversations", "5", KIND_CHAT);
	world_row(&world, "chat", "conversations", "6,7", KIND_CHAT);
	world_pass(&world, DAY);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_do(&ana, "contact.start", "channel=phone|call=CA1");
	world_pass(&world, 10 * MINUTE);
	look(&ana);
	rows = casework_offered(&ana.work, &n);
	assert_int_equal(n, 2);         /* one has no key that could be named among others */
	key = casework_offered_key(rows[1]);
	assert_string_equal(key, "chat/conversations/5");
	free(key);
	free(rows);
	session_do(&ana, "case.open", "title=the card|rows=chat/conversations/5");
	assert_non_null(strstr(ana.said, "opened with 1 loose contact: the card"));
	look(&ana);
	opened = casework_last(&ana.work);
	assert_int_equal(opened->type, ENTRY_CASE_OPEN);
	free(casework_offered(&ana.work, &n));
	assert_int_equal(n, 1);         /* the call that was left out */
	put_undone(&ana, opened);
	assert_int_equal(ana.cases->cases[0].status, CASE_SOLVED);
	free(casework_offered(&ana.work, &n));
	assert_int_equal(n, 2);
	assert_false(cases_reopen(ana.cases, &(struct inbound){ .id = STR("x"), .at = world_now(&world) + MINUTE }, DAY, &draft, &cause));
	session_do(&ana, "case.open", "title=again");
	assert_non_null(strstr(ana.said, "opened with 3 loose contacts: again"));
	session_close(&ana);
	world_end(&world);
}

/* Between the offer and Enter a colleague was quicker: what they put into their case is not taken out of it. */
static void what_a_colleague_put_elsewhere_stays(void **state)
{
	(void)state;
	struct world world;
	struct session ana, mia;
	const struct entry *hers, *mine, *last;
	struct row_key five = { STR("chat"), STR("conversations"), STR("5") }, six = { STR("chat"), STR("conversations"), STR("6") };
	bool off;

	jane(&world);
	world_row(&world, "chat", "conversations", "5", KIND_CHAT);
	world_row(&world, "chat", "conversations", "6", KIND_CHAT);
	world_pass(&world, DAY);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_open(&mia, &world, "mia", "rec:shop/1", 0);
	hers = session_do(&mia, "case.open", "title=the chat|rows=chat/conversations/5");
	assert_null(strstr(mia.said, "stays"));
	look(&ana);
	ana.offered = true;
	mine = session_do(&ana, "case.open", "title=all of it|rows=chat/conversations/5,chat/conversations/6");
	assert_non_null(strstr(ana.said, "opened with 1 loose contact; 1 was put into case "));
	assert_memory_equal(strstr(ana.said, "into case ") + 10, session_code(&ana, hers), 4);
	assert_non_null(strstr(ana.said, " meanwhile and stays there: all of it"));
	look(&ana);
	assert_true(str_eq(cases_row_case(ana.cases, &five, &off), hers->id));
	assert_true(str_eq(cases_row_case(ana.cases, &six, &off), mine->id));
	/* said by name, it is moved */
	ana.work.case_ = mine->id;
	last = session_do(&ana, "attach", "rows=chat/conversations/5");
	assert_int_equal(last->type, ENTRY_ATTACH);
	look(&ana);
	assert_true(str_eq(cases_row_case(ana.cases, &five, &off), mine->id));
	session_do(&ana, "case.open", "title=more|rows=chat/conversations/5,chat/conversations/6");
	assert_non_null(strstr(ana.said, "opened; 2 were put into other cases ("));
	session_do(&ana, "case.open", "title=none|rows=none");
	assert_null(strstr(ana.said, "stay"));
	/* and so is what a command names for a new case: it was offered nothing */
	ana.offered = false;
	last = session_do(&ana, "case.open", "title=by name|rows=chat/conversations/5");
	assert_null(strstr(ana.said, "stay"));
	look(&ana);
	assert_true(str_eq(cases_row_case(ana.cases, &five, &off), last->case_));
	session_close(&ana);
	session_close(&mia);
	world_end(&world);
}

static void sets_name_what_they_replace(void **state)
{
	(void)state;
	struct world world;
	struct session ana, mia;
	const struct entry *set;
	const struct operation *op;
	struct op_values *values;
	const struct case_register *title;

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_refused(&ana, "case.set", "status=solved", "none yet: open one first");
	session_do(&ana, "case.open", "title=billing");
	look(&ana);
	session_open(&mia, &world, "mia", "rec:shop/1", 0);
	assert_true(session_build(&ana, "case.set", "title=direct billing"));
	world_pass(&world, 1000);
	session_do(&mia, "case.set", "title=a card");
	assert_int_equal(session_send(&ana, "case.set"), STORE_SHARED);
	look(&ana);
	title = case_register(&ana.cases->cases[0], "title");
	assert_int_equal(title->n_also, 1);
	set = session_do(&ana, "case.set", "title=direct billing by card|tag=vip");
	look(&ana);
	title = case_register(&ana.cases->cases[0], "title");
	assert_true(str_is(title->value, "direct billing by card"));
	assert_true(casework_undo(&ana.work, entries_find(ana.entries, set->id), &op, &values, &ana.err));
	assert_true(casework_build(&ana.work, op, values, &ana.err));
	op_values_free(values);
	session_send(&ana, "case.set");
	look(&ana);
	assert_true(str_is(ana.cases->cases[0].title, "a card") || str_is(ana.cases->cases[0].title, "direct billing"));
	session_do(&ana, "case.close", "");
	look(&ana);
	assert_int_equal(ana.cases->cases[0].status, CASE_SOLVED);
	session_refused(&ana, "case.close", "", "no open case");
	session_refused(&ana, "case.close", with(&ana, "case=%s", ana.cases->cases[0].opened), "solved already");
	session_do(&ana, "case.reopen", with(&ana, "case=%s", ana.cases->cases[0].opened));
	look(&ana);
	assert_int_equal(ana.cases->cases[0].status, CASE_OPEN);
	session_do(&ana, "case.own", "agent=mia");
	look(&ana);
	assert_true(str_is(ana.cases->cases[0].owner, "mia"));
	session_close(&ana);
	session_close(&mia);
	world_end(&world);
}

static void a_handoff_needs_only_wants_and_next(void **state)
{
	(void)state;
	struct world world;
	struct session ana, raj, mia;
	const struct entry *offer;
	struct json_object *data;

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_refused(&ana, "handoff.offer", "team=billing|reason=needs billing", "wants is missing");
	/* no case is open: one is, for what is wanted */
	offer = session_do(&ana, "handoff.offer", "team=billing|reason=needs billing|wants=direct billing|next=add the card");
	/* and said, with what it took along */
	assert_true(strncmp(ana.said, "offered to billing; case ", 25) == 0);
	assert_non_null(strstr(ana.said, " opened for it"));
	look(&ana);
	assert_int_equal(ana.cases->n_cases, 1);
	assert_true(str_is(ana.cases->cases[0].title, "direct billing"));
	session_do(&ana, "promise.make", "text=call back|due=14:00");
	look(&ana);
	/* the second is pre-filled from what is known */
	session_desk(&mia, &world, "mia");
	item(&mia, offer);
	session_refused(&mia, "handoff.accept", "", "offered to billing");
	session_refused(&mia, "handoff.withdraw", "", "ana offered this hand-off");
	session_close(&mia);
	session_desk(&raj, &world, "raj");
	session_refused(&raj, "handoff.accept", "", "which handoff.offer?");
	item(&raj, offer);
	session_refused(&raj, "handoff.decline", "", "reason is missing");
	session_do(&raj, "handoff.accept", "");
	assert_string_equal(raj.said, "accepted: the case is yours");
	session_look(&raj, "rec:shop/1", 0);
	assert_true(str_is(raj.cases->cases[0].holder, "raj") && str_is(raj.cases->cases[0].owner, "ana"));
	item(&raj, offer);
	session_refused(&raj, "handoff.accept", "", "accepted by raj on");
	offer = session_do(&raj, "handoff.offer", "agent=ana|reason=needs billing");
	data = session_data(&raj, offer);
	assert_true(str_is(entry_text(data, "wants"), "direct billing"));
	assert_true(str_is(entry_text(data, "next"), "add the card"));
	assert_true(str_is(entry_text(data, "promised"), "call back, 20 Nov 14:00, ana"));
	json_object_put(data);
	session_close(&ana);
	session_close(&raj);
	world_end(&world);
}

static void claims_are_won_once(void **state)
{
	(void)state;
	struct world world;
	struct session ana, mia, sue;
	const struct entry *offer, *promise, *asked, *yes;

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	offer = session_do(&ana, "handoff.offer", "team=support|reason=language|wants=w|next=n");
	session_desk(&mia, &world, "mia");
	session_desk(&sue, &world, "sue");
	item(&mia, offer);
	item(&sue, offer);
	assert_true(session_build(&mia, "handoff.accept", ""));
	assert_true(session_build(&sue, "handoff.withdraw", ""));
	assert_int_equal(session_send(&mia, "handoff.accept"), STORE_SHARED);
	assert_int_equal(session_send(&sue, "handoff.withdraw"), STORE_LOST);
	assert_non_null(strstr(sue.said, "mia was quicker: handoff.accept"));
	session_look(&sue, NULL, 0);
	item(&sue, offer);
	session_refused(&sue, "handoff.withdraw", "", "accepted by mia");
	/* whose promise it is */
	look(&ana);
	promise = session_do(&ana, "promise.make", "text=call back|due=+2h|team=support");
	session_look(&mia, NULL, 0);
	session_look(&sue, NULL, 0);
	item(&mia, promise);
	item(&sue, promise);
	assert_true(session_build(&mia, "promise.take", ""));
	assert_true(session_build(&sue, "promise.take", ""));
	assert_int_equal(session_send(&sue, "promise.take"), STORE_SHARED);
	assert_int_equal(session_send(&mia, "promise.take"), STORE_LOST);
	assert_non_null(strstr(mia.said, "sue was quicker, on"));
	session_look(&mia, NULL, 0);
	item(&mia, promise);
	session_refused(&mia, "promise.take", "", "this promise is sue's");
	session_look(&sue, NULL, 0);
	item(&sue, promise);
	session_refused(&sue, "promise.take", "", "yours already");
	session_do(&sue, "promise.release", "reason=off home");
	session_look(&mia, NULL, 0);
	item(&mia, promise);
	session_do(&mia, "promise.take", "");
	session_look(&mia, NULL, 0);
	item(&mia, promise);
	session_do(&mia, "promise.keep", "text=called her");
	session_look(&mia, NULL, 0);
	item(&mia, promise);
	session_refused(&mia, "promise.cancel", "reason=x", "was kept by mia");
	/* a yes is used once */
	look(&ana);
	asked = session_do(&ana, "ask", "role=supervisor|text=may I give 20 back?|amount=20|due=10m");
	item(&ana, asked);
	look(&ana);
	item(&ana, asked);
	session_refused(&ana, "answer", "yes=yes", "you asked this");
	session_look(&mia, NULL, 0);
	item(&mia, asked);
	session_refused(&mia, "answer", "yes=yes", "supervisor was asked, not you");
	session_look(&sue, NULL, 0);
	item(&sue, asked);
	session_refused(&sue, "answer", "", "one of these is missing: yes, text");
	yes = session_do(&sue, "answer", "yes=yes");
	look(&ana);
	assert_true(session_build(&ana, "action", with(&ana, "backend=shop|action=refund|outcome=begun|answer=%s", yes)));
	assert_int_equal(session_send(&ana, "action"), STORE_SHARED);
	assert_true(ana.work.out[ana.work.main].data.n > 0);
	look(&ana);
	session_refused(&ana, "action", with(&ana, "backend=shop|action=refund|outcome=begun|answer=%s", yes), "used already");
	session_close(&ana);
	session_close(&mia);
	session_close(&sue);
	world_end(&world);
}

static void a_wrap_up_and_what_follows(void **state)
{
	(void)state;
	struct world world;
	struct session ana;
	const struct entry *contact, *opened;
	char code[CASE_CODE + 1], wrapped[80];

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_refused(&ana, "contact.start", "", "channel is missing");
	session_refused(&ana, "contact.end", "", "which contact.start?");
	opened = session_do(&ana, "case.open", "title=direct billing");
	look(&ana);
	contact = session_do(&ana, "contact.start", "channel=phone|number=+447700900123|call=CA1");
	world_pass(&world, 5 * MINUTE);
	look(&ana);
	ana.work.contact = arena_str(ana.arena, contact->id);
	session_refused(&ana, "contact.end", "outcome=waiting|reason=weather", "none of outcome waiting: there are billing, parts");
	session_refused(&ana, "contact.end", "outcome=waiting|satisfaction=4", "only when it was solved");
	assert_false(casework_asks_satisfaction(&ana.work, STR("waiting")));
	assert_true(casework_asks_satisfaction(&ana.work, STR("solved")));
	session_do(&ana, "contact.end", "done=password reset|outcome=waiting|reason=billing|line=she rings again");
	case_code(opened->id, code);
	snprintf(wrapped, sizeof(wrapped), "contact wrapped up, case %.4s waiting", code);
	assert_string_equal(ana.said, wrapped);
	look(&ana);
	assert_true(ana.cases->contacts[0].wrapped);
	assert_true(str_is(ana.cases->contacts[0].done[0], "password reset"));
	assert_true(str_eq(ana.cases->contacts[0].case_, ana.cases->cases[0].id));
	assert_int_equal(ana.cases->cases[0].status, CASE_WAITING);
	assert_non_null(ana.cases->cases[0].next);
	session_refused(&ana, "contact.end", "satisfaction=6", "from 1 to 5");
	/* the last that was not wrapped up, though the line is down */
	world_pass(&world, HOUR);
	contact = session_do(&ana, "contact.start", "channel=phone");
	look(&ana);
	ana.work.contact = arena_str(ana.arena, contact->id);
	session_do(&ana, "contact.hangup", "");
	look(&ana);
	ana.work.contact = (struct str){ 0 };
	session_do(&ana, "contact.end", "outcome=solved|satisfaction=5");
	look(&ana);
	assert_int_equal(ana.cases->cases[0].status, CASE_SOLVED);
	assert_false(casework_asks_satisfaction(&ana.work, STR("solved")));
	contact = session_do(&ana, "contact.start", "channel=phone");
	look(&ana);
	item(&ana, contact);
	session_refused(&ana, "contact.end", "outcome=solved|satisfaction=5", "at most once a month");
	/* one call ends another of the same agent, whoever that was with */
	look(&ana);
	ana.work.live = arena_str(ana.arena, contact->id);
	session_do(&ana, "contact.start", "channel=phone");
	look(&ana);
	assert_int_equal(ana.cases->contacts[2].ended, CONTACT_END_POP);
	assert_int_equal(ana.cases->contacts[3].ended, CONTACT_END_NONE);
	session_close(&ana);
	world_end(&world);
}

/* Where no case is chosen, a contact is of the one that it is in, else of the only open one. */
static void a_wrap_up_without_a_chosen_case(void **state)
{
	(void)state;
	struct world world;
	struct session ana;

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_do(&ana, "case.open", "title=direct billing");
	look(&ana);
	session_do(&ana, "contact.start", "channel=phone");
	look(&ana);
	ana.work.case_ = (struct str){ 0 };
	session_do(&ana, "contact.end", "outcome=solved|case=none");
	look(&ana);
	assert_int_equal(ana.cases->cases[0].status, CASE_OPEN);
	session_do(&ana, "contact.start", "channel=phone");
	look(&ana);
	ana.work.case_ = (struct str){ 0 };
	session_do(&ana, "contact.end", "outcome=solved");
	look(&ana);
	assert_int_equal(ana.cases->cases[0].status, CASE_SOLVED);
	assert_true(str_eq(ana.cases->contacts[1].case_, ana.cases->cases[0].id));
	/* of two that are open none is guessed */
	session_do(&ana, "case.open", "title=a lamp");
	session_do(&ana, "case.open", "title=a shade");
	look(&ana);
	session_do(&ana, "contact.start", "channel=phone");
	look(&ana);
	ana.work.case_ = (struct str){ 0 };
	session_do(&ana, "contact.end", "outcome=solved");
	look(&ana);
	assert_int_equal(ana.cases->cases[1].status, CASE_OPEN);
	assert_int_equal(ana.cases->cases[2].status, CASE_OPEN);
	assert_null(ana.cases->contacts[2].case_.p);
	session_close(&ana);
	world_end(&world);
}

static void carrying_on_a_verification(void **state)
{
	(void)state;
	struct world world;
	struct session ana;
	const struct entry *contact;
	struct verified verified;

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	contact = session_do(&ana, "contact.start", "channel=phone|number=+447700900123");
	look(&ana);
	ana.work.contact = arena_str(ana.arena, contact->id);
	ana.work.code = STR("4711");
	session_do(&ana, "verify", "how=code|answer=4711");
	assert_string_equal(ana.said, "match: verified");
	world_pass(&world, HOUR);
	/* she rings again, and is found by her number only */
	session_look(&ana, "tel:+447700900123", 0);
	ana.work.contact = (struct str){ 0 };
	casework_settle(&ana.work);
	session_refused(&ana, "note", "text=x", "compare (=) or verify first");
	contact = session_do(&ana, "contact.start", "channel=phone|number=+447700900123");
	ana.work.contact = arena_str(ana.arena, contact->id);
	for (size_t at = 0; at < 3; at++) {
		session_look(&ana, "tel:+447700900123", at);
		if (ana.group->n_records)
			break;
	}
	session_do(&ana, "verify", "how=carried");
	assert_string_equal(ana.said, "verification carried on");
	look(&ana);
	verify_contact(ana.cases, &world.little.house->verify, contact->id, world_now(&world), &verified);
	assert_int_equal(verified.level, 2);
	session_do(&ana, "note", "text=now it is her");
	session_close(&ana);
	world_end(&world);
}

static const struct entry *find_undoing(struct session *session, const struct entry *undone)
{
	const struct entry *found = NULL;

	for (size_t i = 0; i < session->cases->n_entries; i++) {
		struct json_object *data = session_data(session, session->cases->entries[i]);

		if (str_eq(entry_text(data, "undoes"), undone->id))
			found = session->cases->entries[i];
		json_object_put(data);
	}
	return found;
}

/* In words, with what is right instead: no entry's type. */
static void undone_never(struct session *session)
{
	const struct operation *op;
	struct op_values *values;
	const struct entry *start = session_do(session, "contact.start", "channel=phone"), *end;

	look(session);
	assert_false(casework_undo(&session->work, entries_find(session->entries, start->id), &op, &values, &session->err));
	assert_string_equal(session->err.text, "a contact that has begun cannot be undone: wrap it up (w)");
	session->work.item = start->id;
	end = session_do(session, "contact.hangup", "");
	look(session);
	assert_false(casework_undo(&session->work, entries_find(session->entries, end->id), &op, &values, &session->err));
	assert_non_null(strstr(session->err.text, "a contact that has ended cannot be undone: wrap it up (w)"));
	session->work.item = start->id;
	end = session_do(session, "contact.end", "line=x");
	look(session);
	assert_false(casework_undo(&session->work, entries_find(session->entries, end->id), &op, &values, &session->err));
	assert_non_null(strstr(session->err.text, "a wrap-up cannot be undone: say more in a note (n), or what is right by dossier contact end "));
	assert_null(strstr(session->err.text, "contact.end"));
	session->work.item = (struct str){ 0 };
}

static void undoing(void **state)
{
	(void)state;
	struct world world;
	struct session ana, mia;
	const struct operation *op;
	struct op_values *values;
	const struct entry *note, *promise, *link;

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	note = session_do(&ana, "note", "text=x");
	look(&ana);
	assert_false(casework_undo(&ana.work, entries_find(ana.entries, note->id), &op, &values, &ana.err));
	assert_non_null(strstr(ana.err.text, "a note cannot be undone: "));
	assert_non_null(strstr(ana.err.text, "redact"));
	assert_null(values);
	promise = session_do(&ana, "promise.make", "text=call|due=14:00");
	look(&ana);
	assert_true(str_eq(casework_last(&ana.work)->id, promise->id));
	session_open(&mia, &world, "mia", "rec:shop/1", 0);
	assert_false(casework_undo(&mia.work, promise, &op, &values, &mia.err));
	assert_non_null(strstr(mia.err.text, "ana did this"));
	session_close(&mia);
	assert_true(casework_undo(&ana.work, casework_last(&ana.work), &op, &values, &ana.err));
	assert_string_equal(op->id, "promise.cancel");
	assert_true(casework_build(&ana.work, op, values, &ana.err));
	op_values_free(values);
	session_send(&ana, op->id);
	look(&ana);
	assert_int_equal(ana.cases->promises[0].state, PROMISE_CANCELLED);
	/* not what undid it, nor what was undone: the note, which says that it stays, and never the links of the minting */
	assert_true(str_eq(casework_last(&ana.work)->id, note->id));
	assert_false(casework_undo(&ana.work, casework_last(&ana.work), &op, &values, &ana.err));
	session_close(&ana);
	/* what undid can be undone by its code, and what it undid stands again */
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	link = session_do(&ana, "link", "identity=loyalty:LF-1|evidence=on the phone");
	look(&ana);
	assert_true(str_eq(casework_last(&ana.work)->id, link->id));
	for (int i = 0; i < 2; i++) {
		assert_true(casework_undo(&ana.work, i ? find_undoing(&ana, link) : link, &op, &values, &ana.err));
		assert_true(casework_build(&ana.work, op, values, &ana.err));
		op_values_free(values);
		session_send(&ana, op->id);
		look(&ana);
		assert_true(str_eq(casework_last(&ana.work)->id, i ? link->id : note->id));
		link = entries_find(ana.entries, link->id);
	}
	undone_never(&ana);
	session_close(&ana);
	world_end(&world);
}

static void a_repeat_is_harmless(void **state)
{
	(void)state;
	struct world world;
	struct session ana;

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	ana.work.id = STR("0190c0de-0000-7000-8000-000000000001");
	assert_non_null(session_do(&ana, "note", "text=once"));
	look(&ana);
	ana.work.id = STR("0190c0de-0000-7000-8000-000000000001");
	assert_null(session_do(&ana, "note", "text=once"));
	assert_true(ana.work.repeat);
	assert_string_equal(ana.said, "done before: nothing was written again");
	ana.work.id = STR("0190c0de-0000-7000-8000-000000000001");
	session_refused(&ana, "next", "text=once", "is a note already");
	ana.work.id = STR("0190c0de-0000-7000-8000-000000000001");
	session_refused(&ana, "note", "text=twice", "is a note with other words already");
	/* what is kept of a card is what is compared */
	ana.work.id = STR("0190c0de-0000-7000-8000-000000000002");
	assert_non_null(session_do(&ana, "note", "text=card 4111 1111 1111 1111"));
	look(&ana);
	ana.work.id = STR("0190c0de-0000-7000-8000-000000000002");
	assert_null(session_do(&ana, "note", "text=card 4111 1111 1111 1111"));
	assert_true(ana.work.repeat);
	session_close(&ana);
	world_end(&world);
}

static void the_house_and_privacy(void **state)
{
	(void)state;
	struct world world;
	struct session ana, sue, ada;
	const struct entry *note, *reported;
	struct json_object *data;

	jane(&world);
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_refused(&ana, "redact", "reason=x", "supervisor");
	note = session_do(&ana, "note", "text=her card is 4111 1111 1111 1111");
	assert_null(memmem(note->data.p, note->data.n, "4111 1111", 9));
	look(&ana);
	session_refused(&ana, "reveal", "field=profile.addresses", "reason is missing");
	session_do(&ana, "reveal", "field=profile.addresses|reason=parcel lost");
	session_refused(&ana, "discrepancy", "about=stock|item=A1", "text is missing");
	reported = session_do(&ana, "discrepancy", "about=stock|item=A1|text=shelf is empty");
	session_desk(&sue, &world, "sue");
	item(&sue, note);
	session_do(&sue, "redact", "reason=card");
	session_look(&sue, NULL, 0);
	item(&sue, reported);
	session_do(&sue, "discrepancy.close", "outcome=counted again");
	session_look(&sue, NULL, 0);
	item(&sue, reported);
	session_refused(&sue, "discrepancy.close", "outcome=again", "sue closed this already: counted again");
	session_do(&sue, "notice", "text=lift is out|site=leeds|until=tomorrow");
	session_close(&sue);
	session_open(&ada, &world, "ada", "rec:chat/9", 0);
	note = session_do(&ada, "erase", "");
	data = session_data(&ada, note);
	assert_true(entry_count(data, "entries") >= 4);
	json_object_put(data);
	look(&ana);
	assert_int_equal(ana.cases->n_entries, 0);
	session_close(&ana);
	session_close(&ada);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_a_case_takes_loose_contacts),
		cmocka_unit_test(what_a_colleague_put_elsewhere_stays),
		cmocka_unit_test(names_of_rows_fit_into_a_case),
		cmocka_unit_test(what_a_solved_case_waits_for_is_said),
		cmocka_unit_test(an_opened_case_is_undone_whole),
		cmocka_unit_test(sets_name_what_they_replace),
		cmocka_unit_test(a_handoff_needs_only_wants_and_next),
		cmocka_unit_test(claims_are_won_once),
		cmocka_unit_test(a_wrap_up_and_what_follows), cmocka_unit_test(a_wrap_up_without_a_chosen_case),
		cmocka_unit_test(carrying_on_a_verification),
		cmocka_unit_test(undoing),
		cmocka_unit_test(a_repeat_is_harmless),
		cmocka_unit_test(the_house_and_privacy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
