#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scope.h"

struct json_object *json_of(const char *text)
{
	struct err err = { 0 };
	struct json_object *value = json_parse_whole(str_of(text), NULL, &err);

	if (err.code)
		fail_msg("%s: %s", text, err.text);
	return value;
}

void world_init(struct world *world)
{
	memset(world, 0, sizeof(*world));
	/* 2026-11-20T12:38:00.123Z */
	clock_fake_init(&world->clock, 1795178280123, 7);
	world->arena = arena_new();
	world->record = record_new(world->arena, STR("shop"), STR("cus 1"));
	record_add_name(world->arena, world->record, STR("Jane Moss"));
	record_add_extra(world->arena, world->record, STR("login"), STR("jmoss"));
	world->house = (struct scope_house){
		.settings = json_of("{\"url\":\"https://shop.example.com\",\"token\":\"s3cret\"}"),
		.secrets = json_of("{\"token\":true}"),
		.agent = json_of("{\"name\":\"Kim\",\"email\":\"kim@example.org\"}"),
		.country = "GB", .currency = "EUR", .clock = &world->clock.clock, .backend = "shop",
	};
	world->scope = (struct scope){ .house = &world->house, .vars = &world->vars, .record = world->record,
				       .parent = &world->outer, .volatile_used = &world->used };
	world->outer = (struct scope){ .house = &world->house };
}

void world_release(struct world *world)
{
	json_object_put(world->house.settings);
	json_object_put(world->house.secrets);
	json_object_put(world->house.agent);
	json_object_put(world->scope.element);
	json_object_put(world->scope.root);
	json_object_put(world->outer.element);
	vars_release(&world->vars);
	arena_free(world->arena);
}

static void replace(struct json_object **to, const char *json)
{
	json_object_put(*to);
	*to = json_of(json);
}

void world_element(struct world *world, const char *json)
{
	replace(&world->scope.element, json);
}

void world_outer(struct world *world, const char *json)
{
	replace(&world->outer.element, json);
}

void world_root(struct world *world, const char *json)
{
	replace(&world->scope.root, json);
}

static void take_note(void *arg, int line, const char *text)
{
	struct world *world = arg;
	size_t n = strlen(world->notes);

	snprintf(world->notes + n, sizeof(world->notes) - n, "%d: %s\n", line, text);
}

struct map_notes world_notes(struct world *world)
{
	world->notes[0] = '\0';
	return (struct map_notes){ take_note, world };
}

struct plan *plan_of(const char *lines)
{
	struct buf text;
	struct diags diags = { 0 };

	buf_init(&text, 1 << 20);
	buf_adds(&text, "connector: test\ntitle: Test\nsettings:\n  url: {required: true}\n  token: {secret: true}\n"
			"headers: {X-Token: \"<settings.token>\"}\n"
			"pull:\n  things:\n    per: once\n    get: /things\n    each: /items\n");
	buf_adds(&text, lines);
	struct plan *plan = plan_parse(buf_str(&text), "test.yaml", &diags);
	for (size_t i = 0; i < diags.n; i++)
		if (diags.items[i].level == DIAG_ERROR)
			print_error("%s:%d: %s\n", diags.items[i].file, diags.items[i].line, diags.items[i].text);
	buf_release(&text);
	diags_release(&diags);
	assert_non_null(plan);
	return plan;
}
