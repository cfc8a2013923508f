#include <dossier/desk/act.h>

#include <stdlib.h>

#include <dossier/base/mem.h>

#define KEYS_KEPT_MS (INT64_C(20) * 3600 * 1000)

bool act_set(const struct desk *desk, const struct act_job *job, const struct plan_ask_field *field, struct str text, struct err *err)
{
	struct json_object *value = act_value(desk, field, text, err);

	if (value)
		json_object_object_add(job->fields, field->name, value);
	return value != NULL;
}

bool act_lacks(const struct act_job *job, const struct plan_ask_field *field)
{
	return !field->optional && !field->fallback && !json_object_object_get_ex(job->fields, field->name, NULL);
}

/* What is to be done, for telling it from others: no text about a customer stays in the file. */
static char *words_of(const struct act_job *job)
{
	const char *fields = json_object_to_json_string_ext(job->fields, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *fields; fields++)
		hash = (hash ^ (unsigned char)*fields) * UINT64_C(0x100000001b3);
	return mem_printf("%s %s %016llx", job->backend->id, job->action->name, (unsigned long long)hash);
}

/* Backends that know a write by its id keep the ids for a day or longer; nobody else is sent the same twice. */
static bool may_repeat(const struct desk *desk, const struct act_job *job, int64_t since)
{
	int64_t age = clock_wall(desk->clock) - since;

	return job->action->repeatable && since != WHEN_NONE && age >= 0 && age < KEYS_KEPT_MS;
}

bool act_take(const struct desk *desk, const struct act_job *job, enum act_once *once, int64_t *since, struct err *err)
{
	char at[32] = "earlier", *words = words_of(job);

	*since = WHEN_NONE;
	*once = act_once_begin(job->id, words, desk->clock, since, err);
	free(words);
	if (*since != WHEN_NONE)
		when_iso(*since, at);
	if (*once == ACT_ONCE_MINE || (*once == ACT_ONCE_OPEN && may_repeat(desk, job, *since)))
		return true;
	if (*once == ACT_ONCE_DONE)
		err_set(err, ERR_REFUSED, "%s was done before with this id, begun %s; nothing was sent", job->action->name, at);
	if (*once == ACT_ONCE_OPEN)
		err_set(err, ERR_REFUSED, "%s was begun with this id, %s, and nobody knows whether it was done: look in %s; "
			"if it was not, do it with a new id. Nothing was sent", job->action->name, at, job->backend->id);
	return false;
}

struct act_run {
	struct backend_call *call;
	char id[37];
	bool taken;
	act_done_fn *done;
	void *arg;
};

static void ended(void *arg, const struct backend_end *end)
{
	struct act_run *run = arg;

	if (run->taken)
		act_once_end(run->id, end->outcome);
	run->done(run->arg, end);
	free(run);
}

struct act_run *act_send(struct desk *desk, const struct act_job *job, const struct act_how *how, act_done_fn *done, void *arg)
{
	struct act_run *run = mem_zalloc(sizeof(*run));
	struct backend_act act = { .action = job->action->name, .fields = job->fields, .record = job->record, .id = job->id, .dry = how->dry };
	struct backend_options options = { .rank = desk->rank, .trace = how->trace, .since = WHEN_NONE };
	struct backend_sink sink = { .done = ended, .arg = run };

	memcpy(run->id, job->id, sizeof(run->id));
	run->taken = how->taken && !how->dry;
	run->done = done;
	run->arg = arg;
	run->call = backend_act(job->backend->backend, &act, &options, &sink);
	return run;
}

void act_abandon(struct act_run *run)
{
	if (!run)
		return;
	backend_cancel(run->call);
	free(run);
}
