#include <dossier/desk/act.h>

#include <ctype.h>

#include <dossier/base/json.h>
#include <dossier/base/when.h>
#include <dossier/model/identity.h>

const struct plan_action *act_find(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->actions.n; i++)
		if (!strcmp(plan->actions.items[i]->name, name))
			return plan->actions.items[i];
	return NULL;
}

const struct plan_ask_field *act_field(const struct plan_action *action, struct str name)
{
	for (size_t i = 0; i < action->ask.n; i++)
		if (str_is(name, action->ask.items[i].name))
			return &action->ask.items[i];
	return NULL;
}

bool act_allowed(const struct house *house, const struct plan_action *action, struct err *err)
{
	const char *role = house->agent ? house->agent->role ? house->agent->role : "agent" : NULL;
	struct buf roles;

	if (house->n_agents == 0 || action->roles.n == 0)
		return true;
	if (!role)
		return err_set(err, ERR_REFUSED, "your log-in is none of the house's agents, and %s is for some of them only", action->name);
	for (size_t i = 0; i < action->roles.n; i++)
		if (!strcmp(action->roles.items[i], role))
			return true;
	buf_init(&roles, 200);
	for (size_t i = 0; i < action->roles.n; i++)
		buf_printf(&roles, "%s%s", i ? ", " : "", action->roles.items[i]);
	err_set(err, ERR_REFUSED, action->roles.n > 1 ? "%s is for the roles %s, and yours is %s" : "%s is for the role %s, and yours is %s", action->name, buf_str(&roles).p, role);
	buf_release(&roles);
	return false;
}

void act_field_kind(const struct plan_ask_field *field, struct buf *out)
{
	static const char *const kinds[] = {
		[ASK_TEXT] = "text", [ASK_LONG] = "text, may have several lines", [ASK_NUMBER] = "a number",
		[ASK_MONEY] = "money, such as 12.50", [ASK_TEL] = "a telephone number, such as +44 20 7946 0018", [ASK_TIME] = "a time",
		[ASK_BOOL] = "yes or no",
	};

	if (field->type == ASK_CHOICE) {
		for (size_t i = 0; i < field->choices.n; i++)
			buf_printf(out, "%s%s", i ? ", " : "one of ", field->choices.items[i]);
	} else if (field->pick) {
		buf_printf(out, "the id of one of %s", field->pick);
	} else {
		buf_adds(out, field->type == ASK_PICK ? "text" : kinds[field->type]);
	}
}

/* Digits with at most one point among them, and a sign before. */
static bool is_decimal(struct str text)
{
	uint32_t at = text.n > 0 && text.p[0] == '-', points = 0, digits = 0;

	for (; at < text.n && (isdigit((unsigned char)text.p[at]) || text.p[at] == '.'); at++) {
		points += text.p[at] == '.';
		digits += text.p[at] != '.';
	}
	return at == text.n && digits > 0 && digits < 18 && points <= 1;
}

/* Of a decimal: what is given back or charged is never nothing, and never less. */
static bool is_above_zero(struct str text)
{
	for (uint32_t at = 0; at < text.n && text.p[0] != '-'; at++)
		if (text.p[at] >= '1' && text.p[at] <= '9')
			return true;
	return false;
}

static struct json_object *number(struct str text)
{
	struct err err = { 0 };

	return is_decimal(text) ? json_parse_whole(text, &json_scan_defaults, &err) : NULL;
}

static struct json_object *yes_no(struct str text)
{
	if (str_caseis(text, "yes") || str_caseis(text, "true"))
		return json_object_new_boolean(true);
	if (str_caseis(text, "no") || str_caseis(text, "false"))
		return json_object_new_boolean(false);
	return NULL;
}

static struct json_object *a_time(const struct desk *desk, struct str text, struct err *err)
{
	int64_t at;
	char iso[32];

	if (!when_parse_human(text, clock_wall(desk->clock), desk->house->zone, &at, err))
		return NULL;
	when_iso(at, iso);
	return json_object_new_string(iso);
}

static bool is_choice(const struct plan_ask_field *field, struct str text)
{
	for (size_t i = 0; i < field->choices.n; i++)
		if (str_is(text, field->choices.items[i]))
			return true;
	return field->choices.n == 0;
}

struct json_object *act_value(const struct desk *desk, const struct plan_ask_field *field, struct str text, struct err *err)
{
	struct json_object *value = NULL;
	struct phone phone;
	struct buf kind;

	switch (field->type) {
	case ASK_NUMBER:
		value = number(text);
		break;
	case ASK_BOOL:
		value = yes_no(text);
		break;
	case ASK_TIME:
		value = a_time(desk, text, err);
		break;
	case ASK_MONEY:
		if (is_decimal(text) && !is_above_zero(text)) {
			err_set(err, ERR_USAGE, "%s: \"%.*s\" is not right: an amount is more than 0, such as 12.50", field->name, STR_ARG(text));
			return NULL;
		}
		if (is_decimal(text))
			value = json_object_new_string_len(text.p, (int)text.n);
		break;
	case ASK_TEL:
		if (phone_parse(text, desk->house->country, &phone))
			value = json_object_new_string_len(text.p, (int)text.n);
		break;
	case ASK_CHOICE:
		if (is_choice(field, text))
			value = json_object_new_string_len(text.p, (int)text.n);
		break;
	case ASK_TEXT: case ASK_LONG: case ASK_PICK:
		if (text.n)
			value = json_object_new_string_len(text.p, (int)text.n);
		break;
	}
	if (value)
		return value;
	buf_init(&kind, 300);
	act_field_kind(field, &kind);
	err_set(err, ERR_USAGE, "%s: \"%.*s\" is not right: it wants %s", field->name, STR_ARG(text), buf_str(&kind).p);
	buf_release(&kind);
	return NULL;
}
