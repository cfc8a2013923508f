#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

#include <dossier/base/mem.h>

#include "known.h"

#define BIT(type) (1U << ID_TYPE_##type)

void shop_open(struct shop *shop)
{
	*shop = (struct shop){ .agents = 0 };
	fake_init(&shop->shared);
	facts_init(&shop->facts);
	shop->facts.at = shop->shared.now;
	place_make(&shop->place);
}

void shop_close(struct shop *shop)
{
	fake_release(&shop->shared);
	facts_release(&shop->facts);
	place_remove(&shop->place);
}

const struct entry *shop_wrote(struct shop *shop, const char *id, enum entry_type type, const char *person, const char *case_, const char *json)
{
	struct entry *entry = fact_entry(&shop->facts, id, type, person, case_, json);

	fake_add(&shop->shared, entry);
	if (shop->shared.now < shop->facts.at)
		shop->shared.now = shop->facts.at;
	return entry;
}

void agent_begin(struct agent *agent, struct shop *shop, const char *name, int64_t skew)
{
	char folder[32];
	struct store_options options = { .login = name, .poll = 50 };
	struct err err = { 0 };

	*agent = (struct agent){ .shop = shop, .skew = skew };
	fake_desk_make(&agent->fake, 2, BIT(REC) | BIT(EMAIL) | BIT(TEL) | BIT(NAME));
	agent->fake.clock.wall_ms = shop->shared.now + skew;
	agent->fake.clock.seed = (uint64_t)++shop->agents * 77;
	agent->fake.house.verify = verify_defaults;
	agent->fake.house.windows = (struct house_windows){ .comes_back = 7 * DAY, .loose = 14 * DAY, .reopen = 7 * DAY, .handoff = 4 * HOUR };
	agent->fake.house.zone = zone_new("UTC", NULL);
	agent->fake.desk.agent = arena_str(agent->fake.arena, str_of(name));
	agent->fake.desk.team = STR("support");
	agent->fake.desk.roles = (1U << ROLE_COUNT) - 1;
	snprintf(folder, sizeof(folder), "agent%d", shop->agents);
	agent->local = place_path(&shop->place, folder);
	options.loop = agent->fake.desk.loop;
	options.clock = &agent->fake.clock.clock;
	options.local = agent->local;
	options.with = fake_shared(&shop->shared, options.loop);
	agent->fake.desk.store = store_new(&options, &err);
	assert_non_null(agent->fake.desk.store);
	AGENT_UNTIL(agent, store_state(agent->fake.desk.store)->health != STORE_OPENING);
}

static void close_all(struct agent *agent)
{
	customer_free(agent->customer);
	lookup_free(agent->lookup);
	agent->customer = NULL;
	agent->lookup = NULL;
}

void agent_end(struct agent *agent)
{
	close_all(agent);
	store_free(agent->fake.desk.store);
	desk_forget_writing(&agent->fake.desk);
	desk_forget_copying(&agent->fake.desk);
	mask_free(agent->fake.desk.mask);
	zone_free(agent->fake.house.zone);
	fake_desk_drop(&agent->fake);
	free(agent->local);
}

/* The helper thread works in real time, all else in the agent's. */
void agent_turn(struct agent *agent)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	agent->fake.clock.steady_ms += 10;
	agent->fake.clock.wall_ms = agent->shop->shared.now + agent->skew;
	agent->shop->shared.offset = -agent->skew;
	loop_turn(agent->fake.desk.loop, 0);
}

static void on_found(void *arg)
{
	((struct agent *)arg)->found++;
}

static void on_changed(void *arg)
{
	((struct agent *)arg)->changed++;
}

static void on_done(void *arg)
{
	((struct agent *)arg)->done++;
}

void agent_find(struct agent *agent, const char *who)
{
	struct lookup_sink sink = { on_found, on_found, agent };

	close_all(agent);
	agent->lookup = lookup_start(&agent->fake.desk, str_of(who), &sink, NULL);
	assert_non_null(agent->lookup);
}

bool agent_found(const struct agent *agent)
{
	return lookup_done(agent->lookup);
}

void agent_open(struct agent *agent, const struct group *group)
{
	struct customer_options options = { .since = WHEN_NONE, .lookup = agent->lookup, .how = agent->how };
	struct customer_sink sink = { on_changed, on_done, agent };

	agent->customer = customer_open(&agent->fake.desk, group, &options, &sink);
}

static bool waits(const char *backend)
{
	char text[8];

	snprintf(text, sizeof(text), ", %s ", backend);
	return !strncmp(fake_waiting(), text + 2, 2) || strstr(fake_waiting(), text);
}

void agent_nothing(struct agent *agent)
{
	(void)agent;
	while (waits("a"))
		fake_ok("a");
	while (waits("b"))
		fake_ok("b");
}

void agent_dead(struct agent *agent)
{
	(void)agent;
	while (waits("a"))
		fake_fail("a", ERR_NET, "down");
	while (waits("b"))
		fake_fail("b", ERR_NET, "down");
}

void agent_show(struct agent *agent, const char *who, agent_answer_fn *answer)
{
	const struct resolve_result *result;

	agent_find(agent, who);
	if (answer)
		answer(agent);
	AGENT_UNTIL(agent, (agent_nothing(agent), agent_found(agent)));
	result = lookup_result(agent->lookup);
	assert_true(result->n == 1 || lookup_stranger(agent->lookup));
	agent_open(agent, result->n ? &result->groups[0] : lookup_stranger(agent->lookup));
	AGENT_UNTIL(agent, (agent_nothing(agent), customer_done(agent->customer)));
}

static void on_said(void *arg, enum store_said said, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	struct agent *agent = arg;

	(void)rows;
	(void)n;
	if (err && err->code)
		print_message("%s\n", err->text);
	agent->said = said;
	agent->told |= final;
}

enum store_said agent_does(struct agent *agent, const char *op, const char *fields)
{
	const struct operation *operation = operation_find(str_of(op));
	struct op_values *values = op_values_new(operation, &agent->fake.desk);
	struct store_append_sink sink = { on_said, agent };
	struct casework work;
	struct err err = { 0 };
	char *text = mem_strdup(fields), *save = NULL;

	for (char *one = strtok_r(text, "|", &save); one; one = strtok_r(NULL, "|", &save)) {
		char *equals = strchr(one, '=');

		if (!op_values_set(values, str_make(one, (size_t)(equals - one)), str_of(equals + 1), &err))
			fail_msg("%s", err.text);
	}
	casework_init(&work, &agent->fake.desk, agent->customer);
	if (!casework_build(&work, operation, values, &err))
		fail_msg("%s", err.text);
	agent->told = false;
	casework_send(&work, &sink);
	AGENT_UNTIL(agent, agent->told);
	casework_release(&work);
	op_values_free(values);
	free(text);
	AGENT_UNTIL(agent, (agent_nothing(agent), customer_done(agent->customer)));
	agent_turn(agent);
	return agent->said;
}

const char *agent_titles(struct agent *agent)
{
	struct timeline *timeline = customer_timeline(agent->customer);
	struct buf text;

	buf_init(&text, 65536);
	for (size_t i = 0; i < timeline_count(timeline); i++) {
		const struct interaction *it = timeline_row(timeline, i)->head;

		buf_printf(&text, "%s%.*s", i ? ", " : "", STR_ARG(it->title.p ? it->title : it->id));
	}
	const char *titles = arena_strndup(agent->fake.arena, text.len ? text.data : "", text.len);

	buf_release(&text);
	return titles;
}
