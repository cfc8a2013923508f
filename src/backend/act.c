#include "ask.h"

#include <dossier/base/mem.h>

/*
 * An action: reads first (a version, a payment id), then the one write, then,
 * when its reply was lost, reads that find out what happened. A write without
 * idempotency: leaves here once.
 */
struct act {
	const struct plan_action *plan;
	char *name;
	struct json_object *fields;
	struct record *record;
	struct keep *base;
	struct whole whole;
	size_t reads, backs;            /* of before and read_back that were started */
	enum { ACT_READS, ACT_WRITES, ACT_LOOKS } stage;
	char id[37];
	bool dry;
	struct json_object *reply, *would;
	struct err lost;                /* what became of the write's reply */
	int status;
	bool seen_done, looked;
};

static void act_fail(struct backend_call *call, enum backend_outcome outcome, const struct err *err, int status, int64_t retry_at)
{
	call->end.outcome = outcome;
	call_fail(call, err, status, retry_at);
}

static void act_done_run(struct run *run)
{
	struct act *act = run->call->state;

	for (size_t i = 0; i < run->fetch->save.n; i++) {
		const char *name = run->fetch->save.items[i].name;
		struct json_object *value;

		if (run->base->scope.vars && vars_get(run->base->scope.vars, str_of(name), &value))
			keep_set(act->base, name, json_object_get(value));
	}
}

static bool back_element(struct run *run, void *hold, const struct plan_elements *elements, struct keep *keep, uint64_t *key)
{
	struct act *act = run->call->state;

	(void)hold;
	(void)key;
	if (elements->each && cond_holds(act->plan->read_back_when, &keep->scope))
		act->seen_done = true;
	return true;
}

/* Without a list, what must hold is of the whole reply. */
static void back_root(struct run *run, struct json_object *root)
{
	struct act *act = run->call->state;
	const struct plan_elements *elements = run->fetch->elements;
	struct keep *keep = keep_element(run->base, root, root, NULL);

	act->looked = true;
	if (!(elements && elements->each) && cond_holds(act->plan->read_back_when, &keep->scope))
		act->seen_done = true;
	keep_unref(keep);
}

static const struct run_ops before_ops = { .done = act_done_run };
static const struct run_ops back_ops = { .element = back_element, .done = act_done_run, .root = back_root };

static const struct plan_action *action_find(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->actions.n; i++)
		if (!strcmp(plan->actions.items[i]->name, name))
			return plan->actions.items[i];
	return NULL;
}

static size_t text_length(struct json_object *value)
{
	return json_object_is_type(value, json_type_string) ? (size_t)json_object_get_string_len(value)
							    : strlen(json_object_get_string(value));
}

static bool field_fits(const struct plan_ask_field *field, struct json_object *value)
{
	switch (field->type) {
	case ASK_BOOL:
		return json_object_is_type(value, json_type_boolean);
	case ASK_NUMBER:
		return json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double);
	case ASK_CHOICE:
		for (size_t i = 0; i < field->choices.n; i++)
			if (value && !strcmp(field->choices.items[i], json_object_get_string(value)) &&
			    strlen(field->choices.items[i]) == text_length(value))
				return true;
		return !field->choices.n;
	default:
		return !json_object_is_type(value, json_type_object) && !json_object_is_type(value, json_type_array);
	}
}

static bool fields_set(struct act *act, struct err *err)
{
	static const char *const types[] = { "text", "text", "a number", "money as decimal text", "a time", "true or false",
					     "one of its choices", "one of what is offered" };

	for (size_t i = 0; i < act->plan->ask.n; i++) {
		const struct plan_ask_field *field = &act->plan->ask.items[i];
		struct json_object *value = NULL;

		if (act->fields)
			json_object_object_get_ex(act->fields, field->name, &value);
		if (value && !field_fits(field, value))
			return err_set(err, ERR_USAGE, "the action %s: %s must be %s", act->plan->name, field->name, types[field->type]);
		if (value)
			keep_set(act->base, field->name, json_object_get(value));
		else if (field->fallback)
			keep_set(act->base, field->name, json_object_new_string(field->fallback));
		else if (!field->optional)
			return err_set(err, ERR_USAGE, "the action %s needs %s%s%s", act->plan->name, field->name,
				       field->help ? ": " : "", field->help ? field->help : "");
	}
	return true;
}

struct lacking { const struct backend *backend; const struct plan_action *action; struct err *err; };

static void say_lacking(void *arg, enum template_source source, struct str name)
{
	const struct lacking *lacking = arg;
	const char *action = lacking->action->name;

	if (source == TEMPLATE_AGENT)
		err_set(lacking->err, ERR_CONFIG, "the action %s needs your own %.*s, and the house's agents: does not have it", action, STR_ARG(name));
	else if (source == TEMPLATE_SETTING)
		err_set(lacking->err, ERR_CONFIG, "the action %s needs the setting %.*s of the backend %s", action, STR_ARG(name), lacking->backend->id);
	else
		err_set(lacking->err, ERR_CONFIG, "the action %s needs <%.*s>, and it is not known", action, STR_ARG(name));
}

static bool has_needs(const struct backend *backend, const struct plan_action *action, const struct scope *scope, struct err *err)
{
	struct lacking lacking = { backend, action, err };

	for (size_t i = 0; i < action->needs.n; i++) {
		bool missing = false, good;
		struct buf text;

		buf_init(&text, SIZE_MAX / 4);
		good = template_eval(action->needs.items[i], scope, &text, &missing, err);
		if (good && (missing || !text.len))
			template_names(action->needs.items[i], say_lacking, &lacking);
		good = good && !missing && text.len;
		buf_release(&text);
		if (!good)
			return false;
	}
	return true;
}

bool backend_act_ready(const struct backend *backend, const struct plan_action *action, struct err *err)
{
	const struct scope scope = { .house = &backend->house };

	return has_needs(backend, action, &scope, err);
}

/* Whether the reply says that it was done: its statuses did, and now what stands in it. */
static bool reply_agrees(struct backend_call *call, struct json_object *root, struct err *err)
{
	struct act *act = call->state;
	const struct plan_action *plan = act->plan;
	const struct plan *connector = call->backend->plan;
	struct map_notes notes = call_notes(call);
	struct keep *keep = keep_element(act->base, root, root, NULL);
	struct json_object *value = NULL;
	struct buf words;
	bool ok = true;

	buf_init(&words, 300);
	if (root && (error_text(root, plan->request->errors.items, plan->request->errors.n, &words) ||
		     (connector->errors_always && error_text(root, connector->errors.items, connector->errors.n, &words))))
		ok = false;
	if (ok && plan->ok_has)
		ok = root && pointer_get(plan->ok_has, root, &value) && value;
	if (ok && plan->ok_when)
		ok = cond_holds(plan->ok_when, &keep->scope);
	if (!ok && !words.len && plan->refused) {
		struct str text = expr_text(plan->refused, &keep->scope, call->arena, &notes);

		buf_addstr(&words, text.n > 300 ? str_make(text.p, 300) : text);
	}
	if (!ok && !words.len && root)
		error_text(root, connector->errors.items, connector->errors.n, &words);
	if (!ok)
		err_set(err, ERR_HTTP, "the action %s was refused: %s", plan->name,
			words.len ? words.data : "the reply does not say that it was done");
	buf_release(&words);
	keep_unref(keep);
	return ok;
}

static void write_done(struct whole *whole, const struct exchange_end *end, struct json_object *root)
{
	struct backend_call *call = whole->call;
	struct act *act = call->state;
	struct err err = { 0 };

	if (end->how == EXCHANGE_FAILED && end->maybe_done) {
		act->stage = ACT_LOOKS;
		act->lost = end->err;
		act->status = end->status;
		return;
	}
	act->reply = json_object_get(root);
	call->end.reply = act->reply;
	if (end->how == EXCHANGE_FAILED) {
		act_fail(call, ACT_NOT_SENT, &end->err, end->status, end->retry_at);
	} else if (end->how == EXCHANGE_NONE && end->status >= 400) {
		err_set(&err, ERR_NOTFOUND, "the action %s found nothing to act on (%d)", act->plan->name, end->status);
		act_fail(call, ACT_NOT_SENT, &err, end->status, WHEN_NONE);
	} else if (!reply_agrees(call, root, &err)) {
		act_fail(call, ACT_NOT_SENT, &err, end->status, WHEN_NONE);
	} else {
		call->end.outcome = ACT_DONE;
	}
}

static bool header_add(struct backend_call *call, const struct plan_param *param, const struct scope *scope, struct wire *wire,
		       struct err *err)
{
	struct json_object *value;
	struct buf name;
	const char *text;
	bool ok;

	buf_init(&name, 256);
	ok = template_eval(param->name, scope, &name, NULL, err);
	value = param->value->kind == EXPR_TEMPLATE ? template_value(param->value->template, scope, err)
						    : expr_value(param->value, scope, NULL);
	text = value ? json_object_get_string(value) : NULL;
	if (ok && text && (strpbrk(text, "\r\n") || strlen(text) != text_length(value)))
		ok = err_set(err, ERR_USAGE, "the header %s would hold a line break or a NUL", name.data ? name.data : "");
	if (ok && name.len && text)
		pairs_set(&wire->headers, name.data, text, strlen(text));
	else if (ok && param == call->backend->plan->as)
		ok = err_set(err, ERR_CONFIG, "the agent's own %s is not known: a write must say who made it", template_text(param->name));
	json_object_put(value);
	buf_release(&name);
	return ok && err->code == ERR_NONE;
}

static struct json_object *clean_text(const struct backend *backend, struct str text)
{
	struct json_object *value;
	struct buf clean;

	buf_init(&clean, SIZE_MAX / 4);
	log_clean(backend->log, text, &clean);
	value = json_object_new_string_len(clean.data ? clean.data : "", (int)clean.len);
	buf_release(&clean);
	return value;
}

/* The request for people to look at before it is sent; the log-in that is added to it stays out. */
static struct json_object *describe(const struct backend *backend, const struct wire *wire)
{
	struct json_object *would = json_object_new_object(), *headers = json_object_new_object();

	json_object_object_add(would, "method", json_object_new_string(wire->method));
	json_object_object_add(would, "url", clean_text(backend, str_of(wire->url)));
	for (size_t i = 0; i < wire->headers.n; i++)
		json_object_object_add(headers, wire->headers.items[i].name, clean_text(backend, str_of(wire->headers.items[i].value)));
	json_object_object_add(would, "headers", headers);
	json_object_object_add(would, "body", wire->has_body ? clean_text(backend, buf_str(&wire->body)) : NULL);
	return would;
}

static void write_start(struct backend_call *call)
{
	struct act *act = call->state;
	const struct plan *plan = call->backend->plan;
	const struct plan_action *action = act->plan;
	struct err err = { 0 };
	struct wire wire = { 0 };
	enum wire_made made = wire_make(call->backend, action->request, &act->base->scope, NULL, false, &wire, &err);
	bool ok = made == WIRE_MADE;

	act->stage = ACT_WRITES;
	if (ok && plan->as)
		ok = header_add(call, plan->as, &act->base->scope, &wire, &err);
	if (ok && action->idempotency)
		ok = header_add(call, action->idempotency, &act->base->scope, &wire, &err);
	if (ok && act->dry) {
		act->would = describe(call->backend, &wire);
		call->end.would = act->would;
		wire_release(&wire);
		return;
	}
	if (ok) {
		wire.write = !action->repeatable;
		act->whole.done = write_done;
		whole_start(&act->whole, call, action->request, &wire, action->title ? action->title : action->name);
		return;
	}
	wire_release(&wire);
	if (err.code == ERR_NONE)
		err_set(&err, ERR_CONFIG, "a value for the address of the action %s is missing", action->name);
	act_fail(call, ACT_NOT_SENT, &err, 0, WHEN_NONE);
}

/* The reply was lost and all looking is over. */
static void look_judge(struct backend_call *call)
{
	struct act *act = call->state;
	struct err err = act->lost;

	if (act->seen_done) {
		call->failed = false;
		call->end.err = (struct err){ 0 };
		call->end.outcome = ACT_DONE;
		return;
	}
	/* After a time-out it may still be under way: not to be seen yet proves nothing. */
	if (act->looked && !call->failed && act->lost.code != ERR_TIMEOUT && act->status != 504) {
		err_prefix(&err, "the action %s was not done", act->plan->name);
		act_fail(call, ACT_NOT_SENT, &err, act->status, WHEN_NONE);
		return;
	}
	call->failed = false;
	err_prefix(&err, "nobody knows whether the action %s was done, look before trying it again", act->plan->name);
	act_fail(call, ACT_UNKNOWN, &err, act->status, WHEN_NONE);
}

static void act_idle(struct backend_call *call)
{
	struct act *act = call->state;

	if (act->stage == ACT_READS && !call->failed) {
		if (act->reads < act->plan->before.n)
			run_start(call, act->plan->before.items[act->reads++], act->base, &before_ops, NULL, "read before the action");
		else if (!act->would)
			write_start(call);
		if (call->pending)
			return;
	}
	if (act->stage == ACT_LOOKS) {
		if (act->backs < act->plan->read_back.n) {
			run_start(call, act->plan->read_back.items[act->backs++], act->base, &back_ops, NULL, "read the outcome");
			return;
		}
		look_judge(call);
	}
	call->answered = 0;     /* what was read for it is no part of an answer */
	call_finish(call);
}

static void act_start(struct backend_call *call)
{
	struct act *act = call->state;
	struct err err = { 0 };

	act->plan = action_find(call->backend->plan, act->name);
	act->base = keep_top(&call->backend->house, act->record, NULL);
	act->base->scope.uuid = act->id;
	if (act->record)
		keep_set(act->base, "record", json_object_new_string_len(act->record->id.p, (int)act->record->id.n));
	if (!act->plan)
		err_set(&err, ERR_USAGE, "there is no action %s", act->name);
	else if (has_needs(call->backend, act->plan, &act->base->scope, &err))
		fields_set(act, &err);
	if (err.code != ERR_NONE)
		act_fail(call, ACT_NOT_SENT, &err, 0, WHEN_NONE);
}

static void act_release(struct backend_call *call)
{
	struct act *act = call->state;

	whole_release(&act->whole);
	json_object_put(act->fields);
	json_object_put(act->reply);
	json_object_put(act->would);
	keep_unref(act->base);
	free(act->name);
	free(act);
}

/* The dead-line may come while the write is under way. */
static void act_late(struct backend_call *call)
{
	const struct act *act = call->state;

	if (act->stage != ACT_READS)
		call->end.outcome = ACT_UNKNOWN;
}

struct backend_call *backend_act(struct backend *backend, const struct backend_act *what,
				 const struct backend_options *options, const struct backend_sink *sink)
{
	struct backend_call *call = call_new(backend, options, sink, act_start);
	struct act *act = mem_zalloc(sizeof(*act));

	act->name = mem_strdup(what->action);
	act->dry = what->dry;
	if (what->id)
		snprintf(act->id, sizeof(act->id), "%s", what->id);
	else
		clock_uuid4(backend->house.clock, act->id);
	act->fields = json_object_get(what->fields);
	act->record = what->record ? record_copy(call->arena, what->record) : NULL;
	call->options.since = WHEN_NONE;
	call->state = act;
	call->idle = act_idle;
	call->late = act_late;
	call->release = act_release;
	return call;
}
