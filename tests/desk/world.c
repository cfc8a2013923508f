#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>

#include "../../src/desk/operation_build.h"
#include "world.h"

void world_begin(struct world *world)
{
	*world = (struct world){ .arena = arena_new(), .entries = entries_new() };
	little_begin(&world->little);
}

void world_end(struct world *world)
{
	entries_free(world->entries);
	arena_free(world->arena);
	little_end(&world->little);
}

void world_pass(struct world *world, int64_t ms)
{
	world->little.clock.wall_ms += ms;
	world->little.clock.steady_ms += ms;
}

int64_t world_now(const struct world *world)
{
	return world->little.clock.wall_ms;
}

struct record *world_record(struct world *world, const char *backend, const char *id, const char *name, const char *ids)
{
	struct record *record = record_new(world->arena, str_of(backend), str_of(id));

	record_add_name(world->arena, record, str_of(name));
	while (ids && *ids) {
		size_t n = strcspn(ids, " ");
		struct identity one;

		assert_true(identity_parse(world->arena, str_make(ids, n), "GB", &one, NULL));
		record_add_id(world->arena, record, &one, STR("/field"), one.value);
		ids += n + (ids[n] == ' ');
	}
	assert_true(world->n_records < WORLD_MOST);
	world->records[world->n_records++] = record;
	return record;
}

struct interaction *world_row(struct world *world, const char *backend, const char *row, const char *id, enum kind kind)
{
	struct interaction *it = arena_alloc(world->arena, sizeof(*it));

	*it = (struct interaction){
		.backend = arena_str(world->arena, str_of(backend)), .row = arena_str(world->arena, str_of(row)),
		.id = arena_str(world->arena, str_of(id)), .kind = kind, .channel = channel_of_kind(kind), .direction = DIRECTION_IN,
		.at = world_now(world), .until = WHEN_NONE,
	};
	assert_true(world->n_rows < WORLD_MOST);
	return world->rows[world->n_rows++] = it;
}

static const struct entry *slot_holder(struct world *world, struct str slot)
{
	const struct entry *const *sorted;
	size_t n;

	sorted = entries_sorted(world->entries, &n);
	for (size_t i = 0; slot.p && i < n; i++) {
		if (str_eq(entry_slot(world->arena, sorted[i]), slot))
			return sorted[i];
	}
	return NULL;
}

/* How many claims were won on this case, without one on this person. */
static uint32_t claims_won(struct world *world, const struct entry *entry)
{
	const struct entry *const *sorted;
	uint32_t won = 0;
	size_t n;

	sorted = entries_sorted(world->entries, &n);
	for (size_t i = 0; i < n; i++)
		won += entry_slot(world->arena, sorted[i]).p && (entry->case_.p ? str_eq(sorted[i]->case_, entry->case_) :
								  !sorted[i]->case_.p && str_eq(sorted[i]->person, entry->person));
	return won;
}

enum store_said world_append(struct world *world, const struct entry *entries, size_t n, const struct entry **winner)
{
	*winner = NULL;
	for (size_t i = 0; i < n; i++) {
		struct str slot = entry_slot(world->arena, &entries[i]);
		const struct entry *holder = slot.p ? slot_holder(world, slot) : NULL;

		if (holder && !str_eq(holder->id, entries[i].id)) {
			*winner = holder;
			return STORE_LOST;
		}
	}
	for (size_t i = 0; i < n; i++) {
		struct entry *kept = arena_alloc(world->arena, sizeof(*kept));
		const struct str *from[] = { &entries[i].word, &entries[i].id, &entries[i].person, &entries[i].case_, &entries[i].author,
					     &entries[i].team, &entries[i].channel, &entries[i].data };
		struct str *to[] = { &kept->word, &kept->id, &kept->person, &kept->case_, &kept->author, &kept->team, &kept->channel, &kept->data };

		*kept = entries[i];
		for (size_t k = 0; k < sizeof(to) / sizeof(*to); k++)
			*to[k] = from[k]->p ? arena_str(world->arena, *from[k]) : *from[k];
		kept->got = world_now(world);
		kept->ord = ord_clamp(kept->ord, kept->got, 0);
		if (entry_slot(world->arena, kept).p)
			kept->epoch = claims_won(world, kept) + 1;
		entries_add(world->entries, kept);
	}
	return STORE_SHARED;
}

static void session_forget(struct session *session)
{
	casework_release(&session->work);
	timeline_free(session->timeline);
	cases_free(session->cases);
	profile_release(&session->profile);
	resolve_free(session->resolve);
	persons_free(session->persons);
	entries_free(session->entries);
	session->profile = (struct profile){ 0 };
	session->timeline = NULL;
	session->cases = NULL;
	session->resolve = NULL;
	session->persons = NULL;
	session->entries = NULL;
	session->group = NULL;
}

static bool keeps(const struct group *group, const char *backend)
{
	for (size_t i = 0; group && i < group->n_records; i++) {
		if (str_is(group->records[i]->backend, backend))
			return true;
	}
	return false;
}

static void session_rows(struct session *session)
{
	struct world *world = session->world;
	struct batch *batch = batch_new();

	session->timeline = timeline_new(world->little.house->aliases, "GB");
	for (size_t i = 0; i < world->n_rows; i++) {
		struct interaction *it;

		if (session->group && session->group->n_records && !keeps(session->group, world->rows[i]->backend.p))
			continue;
		it = batch_add(batch);
		*it = *world->rows[i];
	}
	timeline_take(session->timeline, batch);
	if (session->cases)
		timeline_take(session->timeline, cases_rows(session->cases));
}

static void session_begin(struct session *session)
{
	const struct entry *const *sorted;
	size_t n;

	session->entries = entries_new();
	sorted = entries_sorted(session->world->entries, &n);
	for (size_t i = 0; i < n; i++)
		entries_add(session->entries, sorted[i]);
	session->persons = persons_fold(session->entries);
}

/* As desk/lookup would: every backend answers, every record that holds a known identity comes. */
static void session_find(struct session *session, const char *who, size_t at)
{
	struct world *world = session->world;
	struct who whom = { .n = 1 };
	struct resolve_question question;
	const struct resolve_result *result;

	assert_true(identity_parse(session->arena, str_of(who), "GB", &whom.items[0].id, NULL));
	session->resolve = resolve_new(&whom, "GB");
	for (size_t i = 0; i < world->n_records; i++) {
		bool said = false;

		for (size_t k = 0; k < i; k++)
			said |= str_eq(world->records[k]->backend, world->records[i]->backend);
		if (!said)
			resolve_backend(session->resolve, world->records[i]->backend, ~0u);
	}
	persons_tell(session->persons, session->resolve);
	while (resolve_next(session->resolve, &question)) {
		for (size_t i = 0; i < world->n_records; i++) {
			struct record *record = world->records[i];
			struct identity self;
			bool holds;

			if (!str_eq(record->backend, question.backend))
				continue;
			record_identity(record, &self);
			holds = identity_same(&self, &question.id);
			for (size_t k = 0; k < record->n_ids; k++)
				holds |= identity_same(&record->ids[k].id, &question.id);
			for (size_t k = 0; k < record->n_names && question.id.type == ID_TYPE_NAME; k++)
				holds |= name_agrees(record->names[k], question.id.value);
			if (!holds)
				continue;
			record = record_copy(session->arena, record);
			record_add_match(session->arena, record, &question.id, STR("/field"), question.id.value);
			resolve_record(session->resolve, record);
		}
		resolve_answered(session->resolve, question.backend, &question.id, RESOLVE_ANSWERED);
	}
	result = resolve_result(session->resolve);
	session->n_groups = result->n;
	session->group = at < result->n ? &result->groups[at] : NULL;
	if (!session->group) {
		struct group *stranger = arena_alloc(session->arena, sizeof(*stranger));
		struct identity *typed = arena_alloc(session->arena, sizeof(*typed));

		*typed = whom.items[0].id;
		*stranger = (struct group){ .typed = typed, .n_typed = 1, .shared_only = true, .asked = true };
		session->group = stranger;
	}
}

static void session_work(struct session *session)
{
	const struct entry *const *sorted;
	size_t n;

	casework_init(&session->work, &session->desk, NULL);
	sorted = entries_sorted(session->entries, &n);
	for (size_t i = 0; i < n; i++)
		ord_seen(&session->work.ord, sorted[i]->ord, sorted[i]->got, world_now(session->world));
	session->work.group = session->group;
	session->work.profile = session->group ? &session->profile : NULL;
	session->work.timeline = session->timeline;
	casework_use(&session->work, session->entries, session->persons, session->cases);
	if (session->group)
		session->work.case_ = brief_choose(session->cases);
}

void session_look(struct session *session, const char *who, size_t at)
{
	struct str contact = session->work.contact, channel = session->work.channel;
	struct cases_in in;

	if (contact.p)
		contact = arena_str(session->arena, contact);
	if (channel.p)
		channel = arena_str(session->arena, channel);
	session->clock.wall_ms = world_now(session->world) + session->skew;
	session_forget(session);
	session_begin(session);
	if (who)
		session_find(session, who, at);
	in = (struct cases_in){ .entries = session->entries };
	if (session->group) {
		in.persons = session->persons;
		in.group = session->group->persons;
		in.n_group = session->group->n_persons;
		profile_init(&session->profile, session->group);
	}
	session->cases = cases_fold(&in);
	session_rows(session);
	session_work(session);
	session->work.contact = contact;
	session->work.channel = channel;
	casework_settle(&session->work);
	if (!session->work.settled && !contact.p) {
		session->work.contact = casework_caller_contact(&session->work);
		casework_settle(&session->work);
	}
}

static void session_sit(struct session *session, struct world *world, const char *agent)
{
	*session = (struct session){ .world = world, .arena = arena_new() };
	little_agent(&world->little, agent);
	session->desk = world->little.desk;
	clock_fake_init(&session->clock, world_now(world), 1000003 * ++world->seats);
	session->desk.clock = &session->clock.clock;
}

void session_open(struct session *session, struct world *world, const char *agent, const char *who, size_t at)
{
	session_sit(session, world, agent);
	session_look(session, who, at);
}

void session_desk(struct session *session, struct world *world, const char *agent)
{
	session_sit(session, world, agent);
	session_look(session, NULL, 0);
}

void session_close(struct session *session)
{
	session_forget(session);
	arena_free(session->arena);
	*session = (struct session){ 0 };
}

static bool set_fields(struct op_values *values, const char *fields, struct err *err)
{
	while (fields && *fields) {
		const char *equals = strchr(fields, '=');
		size_t n = equals ? strcspn(equals, "|") : 0;

		assert_non_null(equals);
		if (!op_values_set(values, str_make(fields, (size_t)(equals - fields)), str_make(equals + 1, n - 1), err))
			return false;
		fields = equals + n + (equals[n] == '|');
	}
	return true;
}

bool session_build(struct session *session, const char *id, const char *fields)
{
	const struct operation *op = operation_find(str_of(id));
	struct op_values *values;
	size_t before = session->work.n_out;
	bool good;

	assert_non_null(op);
	session->clock.wall_ms = world_now(session->world) + session->skew;
	values = op_values_new(op, &session->desk);
	if (session->offered)
		op_values_offer(values);
	err_clear(&session->err);
	good = set_fields(values, fields, &session->err) && casework_build(&session->work, op, values, &session->err);
	op_values_free(values);
	if (!good) {
		assert_int_not_equal(session->err.code, ERR_NONE);
		assert_int_equal(session->work.n_out, before);
	}
	for (size_t i = before; i < session->work.n_out; i++) {
		struct err err = { 0 };

		if (!entry_check(&session->work.out[i], &err))
			fail_msg("%s: %s", id, err.text);
	}
	return good;
}

enum store_said session_send(struct session *session, const char *id)
{
	enum store_said said = world_append(session->world, session->work.out, session->work.n_out, &session->winner);
	struct buf text;

	buf_init(&text, sizeof(session->said) - 1);
	casework_said(&session->work, operation_find(str_of(id)), said, session->winner, session->winner != NULL, NULL, &text);
	snprintf(session->said, sizeof(session->said), "%s", text.data ? text.data : "");
	buf_release(&text);
	return said;
}

const struct entry *session_do(struct session *session, const char *id, const char *fields)
{
	const struct entry *main_entry;
	struct str asked;

	if (!session_build(session, id, fields))
		fail_msg("%s %s: %s", id, fields ? fields : "", session->err.text);
	assert_true(session->work.repeat || session->work.main < session->work.n_out);
	asked = session->work.repeat ? (struct str){ 0 } : arena_str(session->arena, session->work.out[session->work.main].id);
	if (session_send(session, id) != STORE_SHARED)
		fail_msg("%s was lost: %s", id, session->said);
	session->work.n_out = 0;
	world_pass(session->world, 1000);
	main_entry = asked.p ? entries_find(session->world->entries, asked) : NULL;
	return main_entry;
}

void session_refused(struct session *session, const char *id, const char *fields, const char *why)
{
	if (session_build(session, id, fields))
		fail_msg("%s %s was taken", id, fields ? fields : "");
	if (!strstr(session->err.text, why))
		fail_msg("%s: \"%s\" does not say \"%s\"", id, session->err.text, why);
}

const char *session_code(struct session *session, const struct entry *entry)
{
	char code[CASE_CODE + 1];

	case_code(entry->id, code);
	return arena_strndup(session->arena, code, CASE_CODE);
}

struct json_object *session_data(struct session *session, const struct entry *entry)
{
	return entry_data(session->work.parser, entry);
}
