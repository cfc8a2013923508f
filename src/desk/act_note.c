/*
 * What the case store keeps of an action. Both entries are built by the
 * operation "action"; the second one alone, from what the first was built
 * with, since the customer need not be open any more.
 */
#include <dossier/desk/act.h>

#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/desk/casework.h>

#define TEXT_MOST 4000
#define REF_MOST 200

struct act_note {
	struct desk *desk;
	struct arena *arena;
	struct str person, case_, contact, channel;
	struct entries *entries;        /* the first alone */
	struct persons *persons;
	const struct cases *cases;
	const char *begun;              /* its id */
	unsigned pending;               /* appends that the store has not had its last word on */
	bool let_go;
	act_noted_fn *done;
	void *arg;
};

static void release(struct act_note *note)
{
	cases_free(note->cases);
	persons_free(note->persons);
	entries_free(note->entries);
	arena_free(note->arena);
	free(note);
}

void act_note_free(struct act_note *note)
{
	if (!note)
		return;
	note->done = NULL;
	note->let_go = true;
	if (!note->pending)
		release(note);
}

/* The short fields, for colleagues; long texts stand in the backend. */
static void put_fields(const struct act_job *job, struct buf *out)
{
	json_object_object_foreach(job->fields, name, value) {
		const struct plan_ask_field *field = act_field(job->action, str_of(name));

		if (!field || field->type == ASK_LONG)
			continue;
		buf_printf(out, "%s%s %s", out->len ? ", " : "", name, json_object_get_string(value));
	}
}

/* What the backend calls the thing that it was done to: the first row that was picked. */
static struct str reference(const struct act_job *job)
{
	struct json_object *value;

	for (size_t i = 0; i < job->action->ask.n; i++)
		if (job->action->ask.items[i].pick && json_object_object_get_ex(job->fields, job->action->ask.items[i].name, &value)) {
			struct str text = str_of(json_object_get_string(value));

			return text.n <= REF_MOST ? text : (struct str){ 0 };
		}
	return (struct str){ 0 };
}

/* outcome: begun, done, refused or unknown. */
static bool build(const struct act_note *note, struct casework *work, const struct act_job *job, const char *outcome, const char *why, struct err *err)
{
	const struct operation *op = operation_find(STR("action"));
	struct op_values *values = op_values_new(op, note->desk);
	struct str ref = reference(job);
	struct buf text;
	bool fine;

	buf_init(&text, TEXT_MOST);
	put_fields(job, &text);
	if (why && *why)
		buf_printf(&text, "%s%s", text.len ? "; " : "", why);
	fine = op_values_set(values, STR("backend"), str_of(job->backend->id), err) && op_values_set(values, STR("action"), str_of(job->action->name), err) &&
	       op_values_set(values, STR("outcome"), str_of(outcome), err) && op_values_set(values, STR("text"), buf_str(&text), err) &&
	       op_values_set(values, STR("ref"), ref, err) && op_values_set(values, STR("begun"), str_of(note->begun), err) &&
	       casework_build(work, op, values, err);
	op_values_free(values);
	buf_release(&text);
	return fine;
}

static void said(void *arg, enum store_said what, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	struct act_note *note = arg;
	act_noted_fn *done = note->done;
	void *to = note->arg;
	bool bad = what == STORE_LOST || what == STORE_REFUSED || what == STORE_NOT_SAVED;
	struct err why = { 0 };

	(void)rows;
	(void)n;
	if (bad)
		why = *err;
	if (bad && why.code == ERR_NONE)
		err_set(&why, ERR_IO, "the case store did not take what is kept of the action");
	note->done = NULL;
	note->pending -= final;
	if (note->let_go && !note->pending)
		release(note);
	if (done)
		done(to, &why);
}

static void send(struct act_note *note, struct casework *work)
{
	struct store_append_sink sink = { said, note };

	note->pending++;
	casework_send(work, &sink);
}

/* What the second entry is built with, when the customer is gone. */
static void keep(struct act_note *note, const struct casework *work)
{
	const struct entry *begun = &work->out[work->main];
	struct entry *copy = arena_alloc(note->arena, sizeof(*copy));
	struct buf text;
	struct err err = { 0 };

	buf_init(&text, SIZE_MAX / 4);
	entry_write(begun, &text);
	note->begun = arena_str(note->arena, begun->id).p;
	note->person = arena_str(note->arena, begun->person);
	note->case_ = begun->case_.p ? arena_str(note->arena, begun->case_) : begun->case_;
	note->contact = work->contact.p ? arena_str(note->arena, work->contact) : work->contact;
	note->channel = work->channel.p ? arena_str(note->arena, work->channel) : work->channel;
	note->entries = entries_new();
	if (entry_read(note->arena, arena_str(note->arena, buf_str(&text)), copy, &err))
		entries_add(note->entries, copy);
	note->persons = persons_fold(note->entries);
	note->cases = cases_fold(&(struct cases_in){ .entries = note->entries });
	buf_release(&text);
}

struct act_note *act_note_begin(struct desk *desk, struct customer *customer, bool settled, const struct act_job *job,
				act_noted_fn *done, void *arg, struct err *err)
{
	struct act_note *note = mem_zalloc(sizeof(*note));
	struct casework work;
	bool fine;

	*note = (struct act_note){ .desk = desk, .arena = arena_new(), .done = done, .arg = arg };
	casework_init(&work, desk, customer);
	work.settled = work.settled || settled;
	fine = build(note, &work, job, "begun", NULL, err);
	if (fine) {
		keep(note, &work);
		send(note, &work);
	}
	casework_release(&work);
	if (fine)
		return note;
	release(note);
	return NULL;
}

const char *act_outcome_word(enum backend_outcome outcome)
{
	return outcome == ACT_DONE ? "done" : outcome == ACT_UNKNOWN ? "unknown" : "refused";
}

void act_note_end(struct act_note *note, const struct act_job *job, const struct backend_end *end, act_noted_fn *done, void *arg)
{
	struct err err = { 0 };
	struct casework work;

	casework_init(&work, note->desk, NULL);
	casework_use(&work, note->entries, note->persons, note->cases);
	work.person = note->person;
	work.case_ = note->case_;
	work.contact = note->contact;
	work.channel = note->channel;
	note->done = done;
	note->arg = arg;
	note->let_go = true;
	if (build(note, &work, job, act_outcome_word(end->outcome), end->outcome == ACT_DONE ? NULL : end->err.text, &err)) {
		send(note, &work);
	} else {
		act_note_free(note);
		done(arg, &err);
	}
	casework_release(&work);
}
