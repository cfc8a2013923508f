#include "map_inner.h"
#include "value.h"

struct gather {
	const struct scope *scope;
	const struct map_notes *notes;
	struct arena *arena;
	struct record *record;
	const struct plan_address *address;
};

/* Each text of a value that may be a list. */
static void each_text(struct json_object *value, void (*fn)(void *arg, struct str text), void *arg)
{
	struct buf tmp;
	struct str text;

	if (json_object_is_type(value, json_type_array)) {
		size_t n = json_object_array_length(value);

		for (size_t i = 0; i < n && i < RECORD_MOST; i++) {
			struct json_object *item = json_object_array_get_idx(value, i);

			if (!json_object_is_type(item, json_type_array))
				each_text(item, fn, arg);
		}
		return;
	}
	buf_init(&tmp, 4096);
	if (json_text(value, &tmp, &text) && text.n)
		fn(arg, text);
	buf_release(&tmp);
}

static void add_name(void *arg, struct str text)
{
	struct gather *gather = arg;

	record_add_name(gather->arena, gather->record, arena_str(gather->arena, str_trim(text)));
}

/* Where a value comes from, in the connector's own words: "/phone". */
static struct str field_text(const struct expr *expr, struct arena *arena)
{
	if (expr->kind == EXPR_POINTER && expr->pointer)
		return arena_str(arena, str_of(pointer_text(expr->pointer)));
	if (expr->kind == EXPR_TEMPLATE)
		return arena_str(arena, str_of(template_text(expr->template)));
	return expr->args.n ? field_text(expr->args.items[0], arena) : STR("");
}

struct id_gather {
	struct gather *gather;
	enum id_type type;
	struct str field;
};

static void add_id(void *arg, struct str text)
{
	struct id_gather *ids = arg;
	struct gather *gather = ids->gather;
	const struct scope_house *house = gather->scope->house;
	struct str backend = { NULL, 0 };
	struct identity id;
	struct err err = { 0 };

	if (ids->type == ID_TYPE_ACCOUNT || ids->type == ID_TYPE_REC)
		backend = gather->record->backend;
	if (!identity_make(gather->arena, ids->type, backend, text, house ? house->country : NULL, &id, &err)) {
		map_note(gather->notes, 0, "%.*s: %s", STR_ARG(ids->field), err.text);
		return;
	}
	record_add_id(gather->arena, gather->record, &id, ids->field, arena_str(gather->arena, text));
}

/* all: and first: are taken apart, so that each value keeps the place it came from */
static void gather_ids(struct gather *gather, enum id_type type, const struct expr *expr)
{
	if (expr->kind == EXPR_ALL) {
		for (size_t i = 0; i < expr->args.n; i++)
			gather_ids(gather, type, expr->args.items[i]);
		return;
	}
	struct id_gather ids = { gather, type, field_text(expr, gather->arena) };
	struct json_object *value = expr_value(expr, gather->scope, gather->notes);
	each_text(value, add_id, &ids);
	json_object_put(value);
}

static struct str text_or_absent(const struct expr *expr, const struct gather *gather, const struct scope *scope)
{
	return expr ? expr_text(expr, scope, gather->arena, gather->notes) : (struct str){ NULL, 0 };
}

static void add_address(void *arg, const struct scope *scope)
{
	struct gather *gather = arg;
	const struct plan_address *plan = gather->address;
	struct address address = {
		.label = text_or_absent(plan->label, gather, scope),
		.lines = { text_or_absent(plan->line1, gather, scope), text_or_absent(plan->line2, gather, scope), text_or_absent(plan->line3, gather, scope) },
		.city = text_or_absent(plan->city, gather, scope),
		.region = text_or_absent(plan->region, gather, scope),
		.postcode = text_or_absent(plan->postcode, gather, scope),
		.country = text_or_absent(plan->country, gather, scope),
	};

	/* a label alone is no address */
	if (address.lines[0].n || address.lines[1].n || address.lines[2].n || address.city.n || address.postcode.n)
		record_add_address(gather->arena, gather->record, &address);
}

static bool is_true(const struct expr *expr, const struct gather *gather)
{
	if (!expr)
		return false;
	struct json_object *value = expr_value(expr, gather->scope, gather->notes);
	struct buf tmp;
	struct str text = STR("");
	bool yes = value != NULL;

	buf_init(&tmp, 64);
	if (yes && json_text(value, &tmp, &text))
		yes = !str_is(text, "0") && !str_caseis(text, "false") && !str_caseis(text, "no");
	buf_release(&tmp);
	json_object_put(value);
	return yes;
}

static void gather_lists(struct gather *gather, const struct plan_record *plan)
{
	for (size_t i = 0; i < plan->names.n; i++) {
		struct json_object *value = expr_value(plan->names.items[i], gather->scope, gather->notes);

		each_text(value, add_name, gather);
		json_object_put(value);
	}
	for (size_t i = 0; i < plan->ids.n; i++)
		gather_ids(gather, plan->ids.items[i].type, plan->ids.items[i].value);
	for (size_t i = 0; i < plan->addresses.n; i++) {
		gather->address = &plan->addresses.items[i];
		map_each(gather->address->each, gather->scope, gather->notes, add_address, gather);
	}
	for (size_t i = 0; i < plan->keep.n; i++) {
		struct str text = expr_text(plan->keep.items[i].value, gather->scope, gather->arena, gather->notes);

		if (text.p)
			record_add_extra(gather->arena, gather->record, arena_str(gather->arena, str_of(plan->keep.items[i].name)), text);
	}
}

struct record *map_record(const struct plan_record *plan, const struct scope *scope, struct arena *arena, const struct map_notes *notes)
{
	struct str id = plan->id ? expr_text(plan->id, scope, arena, notes) : (struct str){ NULL, 0 };
	struct gather gather = { scope, notes, arena, NULL, NULL };
	int64_t since;

	if (!id.n) {
		map_note(notes, plan->line, "a record without an id is dropped");
		return NULL;
	}
	struct str backend = arena_str(arena, str_of(scope->house ? scope->house->backend : NULL));
	struct record *record = gather.record = record_new(arena, backend, id);
	record->guest = is_true(plan->guest, &gather);
	record->reference_only = is_true(plan->reference_only, &gather);
	record->do_not_contact = is_true(plan->do_not_contact, &gather);
	record->tier = text_or_absent(plan->tier, &gather, scope);
	record->channel = text_or_absent(plan->channel, &gather, scope);
	record->consent = text_or_absent(plan->consent, &gather, scope);
	record->language = text_or_absent(plan->language, &gather, scope);
	record->note = text_or_absent(plan->note, &gather, scope);
	record->web = text_or_absent(plan->web, &gather, scope);
	record->since = plan->since && expr_time(plan->since, scope, &since, notes) ? since : WHEN_NONE;
	if (!plan->lifetime || !expr_money(plan->lifetime, scope, &record->lifetime, notes))
		record->lifetime = (struct money){ 0 };
	gather_lists(&gather, plan);
	return record;
}

struct matching {
	const struct identity *asked;
	const char *country;
	struct arena *arena;
	struct record *record;
	const struct expr *place;
	bool found;
};

static void match_text(void *arg, struct str text)
{
	struct matching *matching = arg;

	if (!identity_matches(matching->asked, text, matching->country))
		return;
	matching->found = true;
	if (matching->record)
		record_add_match(matching->arena, matching->record, matching->asked, field_text(matching->place, matching->arena),
				 arena_str(matching->arena, text));
}

bool map_match(struct expr *const *places, size_t n, const struct identity *asked, const struct scope *scope,
	       struct arena *arena, struct record *record)
{
	struct matching matching = { asked, scope->house ? scope->house->country : NULL, arena, record, NULL, false };

	for (size_t i = 0; i < n; i++) {
		struct json_object *value = expr_value(places[i], scope, NULL);

		matching.place = places[i];
		each_text(value, match_text, &matching);
		json_object_put(value);
	}
	return matching.found;
}
