/*
 * Operations at random by several agents whose clocks differ and whose view is
 * of the past: every entry is sound, every client shows the same whatever
 * order entries came in, and nobody who was parted is shown as one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>

#include "world.h"

#define RUNS 60
#define STEPS_EACH 60
#define SEATS 4
#define MINUTE (60 * INT64_C(1000))

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

#define PICK(list) ((list)[next_random(seed) % (sizeof(list) / sizeof(*(list)))])

static const char *const whom[] = { "rec:shop/1", "rec:desk/7", "rec:till/3", "email:moss@example.com", "tel:+447700900123" };

/* %e: the code of some entry; %c: of a case; %a: of an answer; %p: some person; %r: a row. */
static const struct { const char *op, *fields; } steps[] = {
	{ "note", "text=word" }, { "note", "text=about|about=%r" }, { "next", "text=step" }, { "case.open", "title=thing" },
	{ "case.open", "title=another|rows=none|tags=a,b" }, { "case.set", "status=solved|case=%c" }, { "case.set", "status=waiting" },
	{ "case.set", "title=other|tag=a" }, { "case.set", "untag=a" }, { "case.close", "" }, { "case.reopen", "case=%c" },
	{ "case.own", "agent=mia" }, { "case.hold", "" }, { "case.team", "team=billing" },
	{ "handoff.offer", "team=support|reason=language|wants=w|next=n" }, { "handoff.offer", "agent=raj|reason=language" },
	{ "handoff.accept", "" }, { "handoff.accept", "" }, { "handoff.withdraw", "" }, { "handoff.decline", "reason=no" },
	{ "promise.make", "text=call|due=+2h" }, { "promise.make", "text=call|due=+1h|team=support" }, { "promise.keep", "" },
	{ "promise.cancel", "reason=no" }, { "promise.assign", "agent=sue" }, { "promise.release", "" }, { "promise.take", "" },
	{ "promise.take", "" }, { "ask", "role=supervisor|text=may I" }, { "answer", "yes=yes" }, { "answer", "text=perhaps" },
	{ "action", "backend=shop|action=refund|outcome=begun|answer=%a" }, { "contact.start", "channel=phone|number=+447700900123" },
	{ "contact.start", "channel=chat" }, { "contact.end", "done=card form|outcome=solved" }, { "contact.end", "outcome=waiting|case=none" },
	{ "contact.hangup", "" }, { "verify", "how=stated" }, { "verify", "how=compare|field=profile.identities|answer=moss@example.com" },
	{ "verify", "how=carried" }, { "link", "identity=x:@moss" }, { "link", "identity=email:moss@example.com" }, { "link", "identity=rec:desk/7" },
	{ "link.other", "evidence=e" }, { "unlink", "identity=rec:desk/7" }, { "unlink", "identity=x:@moss|why=changed" },
	{ "unlink", "identity=rec:shop/1" }, { "unlink.other", "person=%p" }, { "assign", "entry=%e" }, { "attach", "entry=%e" },
	{ "attach", "rows=%r|off=yes" }, { "attach", "rows=%r" }, { "fold", "rows=%r" }, { "unfold", "rows=%r" }, { "notice", "text=t|site=leeds|until=+1h" },
	{ "discrepancy", "about=stock|item=A|text=t" }, { "discrepancy.close", "outcome=o" }, { "review", "points=3" }, { "redact", "reason=r" },
};

static const struct entry *some_entry(const struct session *session, enum entry_type type, uint64_t *seed)
{
	const struct entry *const *sorted, *found = NULL;
	size_t n, seen = 0;

	sorted = entries_sorted(session->entries, &n);
	for (size_t i = 0; i < n; i++) {
		if ((type == ENTRY_UNKNOWN || sorted[i]->type == type) && next_random(seed) % ++seen == 0)
			found = sorted[i];
	}
	return found;
}

static void fill(struct session *session, const char *format, char *out, size_t size, uint64_t *seed)
{
	size_t n = 0;

	for (; *format && n + 120 < size; format++) {
		const struct entry *entry = NULL;

		if (*format != '%') {
			out[n++] = *format;
			continue;
		}
		format++;
		if (strchr("eca", *format)) {
			entry = some_entry(session, *format == 'e' ? ENTRY_UNKNOWN : *format == 'c' ? ENTRY_CASE_OPEN : ENTRY_ANSWER, seed);
			n += (size_t)snprintf(out + n, size - n, "%s", entry ? session_code(session, entry) : "k7f2");
		} else if (*format == 'p') {
			n += (size_t)snprintf(out + n, size - n, "%.36s", session->group && session->group->n_persons ?
					      session->group->persons[next_random(seed) % session->group->n_persons].p : "01234567");
		} else {
			n += (size_t)snprintf(out + n, size - n, "shop/orders/%d", (int)(next_random(seed) % 3));
		}
	}
	out[n] = '\0';
}

static void step(struct session *session, const struct session *other, uint64_t *seed)
{
	size_t at = next_random(seed) % (sizeof(steps) / sizeof(*steps));
	const struct operation *op = operation_find(str_of(steps[at].op));
	const struct entry *item = op->on == OP_ON_ITEM ? some_entry(session, op->item, seed) : NULL;
	const struct entry *contact = some_entry(session, ENTRY_CONTACT_START, seed);
	char fields[400];

	fill(session, steps[at].fields, fields, sizeof(fields), seed);
	session->work.item = item ? item->id : (struct str){ 0 };
	session->work.contact = contact && next_random(seed) % 2 ? contact->id : (struct str){ 0 };
	session->work.other = other->group;
	session->work.other_persons = session->persons;
	/* its own checks fail the test; that it is refused does not */
	if (session_build(session, op->id, fields)) {
		session_send(session, op->id);
		assert_true(strlen(session->said) > 0);
	}
	session->work.n_out = 0;
}

/* What a client shows of everybody. */
static char *shown(struct entries *entries)
{
	struct persons *persons = persons_fold(entries);
	const struct cases_in in = { .entries = entries };
	const struct cases *cases = cases_fold(&in);
	struct buf text;
	size_t n;
	const struct person_pair *pairs = persons_pairs(persons, &n);
	const struct entry *const *sorted;

	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "%.36s %.36s %d\n", pairs[i].a.p, pairs[i].b.p, pairs[i].linked);
	for (size_t i = 0; i < cases->n_cases; i++) {
		for (size_t k = 0; k < cases->cases[i].n_registers; k++)
			buf_printf(&text, "%.36s %.*s=%.*s\n", cases->cases[i].id.p, STR_ARG(cases->cases[i].registers[k].name),
				   STR_ARG(cases->cases[i].registers[k].value));
	}
	for (size_t i = 0; i < cases->n_promises; i++)
		buf_printf(&text, "%.36s %d %.*s %.*s\n", cases->promises[i].made->id.p, cases->promises[i].state, STR_ARG(cases->promises[i].owner),
			   STR_ARG(cases->promises[i].free_slot));
	for (size_t i = 0; i < cases->n_handoffs; i++)
		buf_printf(&text, "%.36s %d %zu\n", cases->handoffs[i].offer->id.p, cases->handoffs[i].state, cases->handoffs[i].n_declines);
	for (size_t i = 0; i < cases->n_questions; i++)
		buf_printf(&text, "%.36s %d %d\n", cases->questions[i].ask->id.p, cases->questions[i].yes, cases->questions[i].used != NULL);
	sorted = entries_sorted(entries, &n);
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "%.36s %.*s\n", sorted[i]->id.p, STR_ARG(persons_home(persons, sorted[i])));
	cases_free(cases);
	persons_free(persons);
	return buf_take(&text);
}

/* The same entries in another order, some of them twice and first as their author had them. */
static struct entries *shuffled(struct world *world, uint64_t *seed)
{
	struct entries *out = entries_new();
	const struct entry *const *sorted, **order;
	size_t n;

	sorted = entries_sorted(world->entries, &n);
	order = mem_array(n + 1, sizeof(*order));
	for (size_t i = 0; i < n; i++) {
		size_t k = next_random(seed) % (i + 1);

		order[i] = order[k];
		order[k] = sorted[i];
	}
	for (size_t i = 0; i < n; i++) {
		if (next_random(seed) % 3 == 0) {
			struct entry *before = arena_alloc(world->arena, sizeof(*before));

			*before = *order[i];
			before->got = WHEN_NONE;
			before->ord += next_random(seed) % 5;
			entries_add(out, before);
		}
		entries_add(out, order[i]);
		if (next_random(seed) % 4 == 0)
			entries_add(out, order[next_random(seed) % (i + 1)]);
	}
	free(order);
	return out;
}

/* Nobody who was parted stands in one group, and no note in two. */
static void check_groups(struct world *world, uint64_t *seed)
{
	struct session session;
	const struct entry *const *sorted;
	size_t n;
	const char *who = PICK(whom);

	session_open(&session, world, "sue", who, 0);
	sorted = entries_sorted(session.entries, &n);
	for (size_t i = 0; i < n; i++) {
		const struct resolve_result *result = resolve_result(session.resolve);
		size_t shows = 0;

		for (size_t g = 0; sorted[i]->type == ENTRY_NOTE && g < result->n; g++)
			shows += persons_shows(session.persons, sorted[i], result->groups[g].persons, result->groups[g].n_persons);
		assert_true(shows <= 1);
	}
	for (size_t a = 0; session.group && a < session.group->n_persons; a++) {
		for (size_t b = 0; b < a; b++) {
			const struct person_pair *pair = persons_pair(session.persons, session.group->persons[a], session.group->persons[b]);

			if (pair && !pair->linked)
				fail_msg("%s shows two who were parted", who);
		}
	}
	session_close(&session);
}

static void run(uint64_t number)
{
	static const char *const agents[] = { "ana", "mia", "raj", "sue" };
	uint64_t state = number * 0x9e3779b97f4a7c15u + 7, *seed = &state;
	struct world world;
	struct session seats[SEATS];
	char *first;

	world_begin(&world);
	world_record(&world, "shop", "1", "Jane Moss", "email:moss@example.com tel:+447700900123");
	world_record(&world, "desk", "7", "J. Moss", "email:moss@example.com");
	world_record(&world, "till", "3", "Tom Moss", "tel:+447700900123");
	for (size_t i = 0; i < SEATS; i++) {
		session_open(&seats[i], &world, agents[i], PICK(whom), 0);
		seats[i].skew = i == 1 ? 60 * MINUTE : i == 2 ? -45 * MINUTE : 0;
	}
	for (size_t i = 0; i < STEPS_EACH; i++) {
		struct session *session = &seats[next_random(seed) % SEATS];

		/* half of them act on what they saw a while ago */
		if (next_random(seed) % 2)
			session_look(session, PICK(whom), next_random(seed) % 2);
		if (next_random(seed) % 3 == 0)
			session->work.settled = true;
		step(session, &seats[next_random(seed) % SEATS], seed);
		world_pass(&world, (int64_t)(next_random(seed) % (5 * (uint64_t)MINUTE)));
	}
	first = shown(world.entries);
	for (int i = 0; i < 4; i++) {
		struct entries *other = shuffled(&world, seed);
		char *text = shown(other);

		if (strcmp(text, first) != 0)
			fail_msg("run %llu: two clients differ:\n%s\n--\n%s", (unsigned long long)number, first, text);
		free(text);
		entries_free(other);
	}
	for (int i = 0; i < 4; i++)
		check_groups(&world, seed);
	free(first);
	for (size_t i = 0; i < SEATS; i++)
		session_close(&seats[i]);
	world_end(&world);
}

static void test_everybody_shows_the_same(void **state)
{
	(void)state;
	const char *runs = getenv("DOSSIER_TEST_RUNS");
	uint64_t n = runs ? strtoull(runs, NULL, 10) : RUNS;

	for (uint64_t i = 0; i < n; i++)
		run(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_everybody_shows_the_same) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
