#include <dossier/base/json.h>
#include <dossier/base/text.h>

#include "fuzz.h"
#include "world.h"

static struct json_object *json_of(const char *text)
{
	return json_parse_whole(str_of(text), NULL, NULL);
}

void world_init(struct world *world)
{
	memset(world, 0, sizeof(*world));
	clock_fake_init(&world->clock, 1795178280123, 7);
	world->arena = arena_new();
	world->record = record_new(world->arena, STR("shop"), STR("cus 1"));
	record_add_name(world->arena, world->record, STR("Jane Moss"));
	record_add_extra(world->arena, world->record, STR("login"), STR("jmoss"));
	world->house = (struct scope_house){
		.settings = json_of("{\"url\":\"https://shop.example.com\",\"token\":\"" WORLD_SECRET "\"}"),
		.secrets = json_of("{\"token\":true}"),
		.agent = json_of("{\"name\":\"Kim\",\"email\":\"kim@example.org\"}"),
		.country = "GB", .currency = "EUR", .clock = &world->clock.clock, .backend = "shop", .origin = "https://shop.example.com",
	};
	vars_set_text(&world->vars, "value", STR("a'b\"c"));
	vars_set_text(&world->vars, "key", STR("k"));
	world->outer = (struct scope){ .house = &world->house };
	world->scope = (struct scope){ .house = &world->house, .vars = &world->vars, .record = world->record,
				       .parent = &world->outer, .volatile_used = &world->used };
}

void world_release(struct world *world)
{
	json_object_put(world->house.settings);
	json_object_put(world->house.secrets);
	json_object_put(world->house.agent);
	json_object_put(world->scope.root);
	vars_release(&world->vars);
	arena_free(world->arena);
}

void world_reply(struct world *world, struct json_object *reply)
{
	json_object_put(world->scope.root);
	world->scope.root = world->outer.root = reply;
	world->scope.element = world->outer.element = reply;
}

static void take_note(void *arg, int line, const char *text)
{
	(void)arg;
	FUZZ_CHECK(line >= 0 && strlen(text) < 512);
}

static const struct map_notes notes = { take_note, NULL };

static void look_at(const struct interaction *it)
{
	FUZZ_CHECK(it->id.n && it->row.p);
	FUZZ_CHECK(it->kind < KIND_COUNT && it->step < STEP_COUNT && it->channel < CHANNEL_COUNT);
	FUZZ_CHECK(it->n_lines <= 1000 && it->n_attachments <= 1000);
	FUZZ_CHECK(it->title.p == NULL || it->title.p[it->title.n] == '\0');
}

static void map_elements(struct world *world, const struct plan_elements *elements, struct json_object *element, unsigned depth)
{
	struct scope scope = world->scope;
	struct batch *batch;

	if (!elements || depth > 4)
		return;
	scope.element = element;
	if (!cond_holds(elements->when, &scope))
		return;
	batch = batch_new();
	for (size_t i = 0; i < elements->rows.n; i++) {
		const struct plan_row *row = elements->rows.items[i];
		struct interaction *it;

		if (row->type != ROW_INTERACTION)
			map_row(row, &scope, world->arena, &notes);
		else if ((it = map_interaction(row, elements->name, &scope, batch, &notes)))
			look_at(it);
	}
	for (size_t i = 0; i < elements->nested.n; i++) {
		const struct plan_elements *nested = elements->nested.items[i];
		struct json_object *list = element;

		if (nested->each && !pointer_get(nested->each, element, &list))
			continue;
		if (!json_object_is_type(list, json_type_array)) {
			map_elements(world, nested, list, depth + 1);
			continue;
		}
		for (size_t j = 0; j < json_object_array_length(list) && j < 20; j++)
			map_elements(world, nested, json_object_array_get_idx(list, j), depth + 1);
	}
	batch_free(batch);
}

static void map_fetch(struct world *world, const struct plan_fetch *fetch, struct json_object *element)
{
	struct scope scope = world->scope;

	if (!fetch)
		return;
	scope.element = element;
	cond_holds(fetch->when, &scope);
	map_elements(world, fetch->elements, element, 0);
	for (size_t i = 0; i < fetch->save.n; i++)
		json_object_put(expr_value(fetch->save.items[i].value, &scope, &notes));
	for (size_t i = 0; i < fetch->requests.n; i++) {
		struct buf path;
		struct err err = { 0 };
		bool missing;

		buf_init(&path, 1 << 16);
		template_eval(fetch->requests.items[i]->path, &scope, &path, &missing, &err);
		for (size_t j = 0; j < fetch->requests.items[i]->query.n; j++)
			json_object_put(expr_value(fetch->requests.items[i]->query.items[j].value, &scope, &notes));
		buf_release(&path);
	}
}

void world_map(struct world *world, const struct plan *plan, struct json_object *element)
{
	static const struct identity asked = { .type = ID_TYPE_EMAIL, .value = { "jane@example.com", 16 } };
	struct scope scope = world->scope;

	scope.element = element;
	for (size_t i = 0; i < plan->pulls.n; i++)
		map_fetch(world, plan->pulls.items[i]->fetch, element);
	for (size_t i = 0; i < plan->asks.n; i++)
		map_fetch(world, plan->asks.items[i]->fetch, element);
	for (size_t i = 0; i < plan->finds.n; i++) {
		const struct plan_find *find = plan->finds.items[i];
		const struct plan_record *how = find->record ? find->record : plan->record;
		struct record *record = how ? map_record(how, &scope, world->arena, &notes) : NULL;

		map_fetch(world, find->fetch, element);
		map_match(find->match.items, find->match.n, &asked, &scope, world->arena, record);
		if (record)
			FUZZ_CHECK(record->id.n && record->n_names <= RECORD_MOST && record->n_ids <= RECORD_MOST);
	}
	if (plan->record)
		map_record(plan->record, &scope, world->arena, &notes);
}
