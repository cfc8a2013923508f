/*
 * From an operation to entries: envelopes, and finding what is meant.
 */
#include <dossier/base/mem.h>

#include "operation_build.h"

#define ID_SHORTEST 8   /* ids of one minute begin alike: fewer letters are a code */

void casework_use(struct casework *work, struct entries *entries, const struct persons *persons, const struct cases *cases)
{
	work->entries = entries;
	work->persons = persons;
	work->cases = cases;
}

void casework_release(struct casework *work)
{
	free(work->out);
	json_parser_free(work->parser);
	arena_free(work->arena);
	*work = (struct casework){ 0 };
}

int64_t casework_now(const struct casework *work)
{
	return clock_wall(work->desk->clock);
}

struct str casework_copy(struct casework *work, struct str text)
{
	return text.p ? arena_str(work->arena, text) : text;
}

struct str casework_uuid(struct casework *work)
{
	char id[37];

	clock_uuid7(work->desk->clock, id);
	return arena_str(work->arena, str_of(id));
}

struct str casework_author(const struct casework *work)
{
	return str_empty(work->desk->agent) ? STR("unknown") : work->desk->agent;
}

bool casework_is_me(const struct casework *work, struct str agent)
{
	return agent.p && str_eq(agent, casework_author(work));
}

bool casework_is_lead(const struct casework *work)
{
	return !work->desk->house->n_agents || work->desk->roles & BY_LEADS;
}

struct json_object *casework_data(struct casework *work, const struct entry *entry)
{
	return entry_data(work->parser, entry);
}

/* The greatest epoch seen of the case, without one of the person's entries outside of cases. */
static uint32_t epoch_seen(const struct casework *work, struct str person, struct str case_)
{
	const struct case_state *state = work->cases ? cases_find(work->cases, case_) : NULL;
	uint32_t epoch = state ? state->epoch : 0;

	for (size_t i = 0; !case_.p && person.p && work->cases && i < work->cases->n_entries; i++) {
		const struct entry *entry = work->cases->entries[i];

		if (!entry->case_.p && str_eq(entry->person, person) && entry->epoch > epoch)
			epoch = entry->epoch;
	}
	return epoch;
}

static bool has_undoes(enum entry_type type)
{
	for (const struct entry_field *field = entry_type_info(type)->fields; field->name; field++) {
		if (!strcmp(field->name, "undoes"))
			return true;
	}
	return false;
}

bool casework_add_id(struct casework *work, enum entry_type type, struct str id, struct str person, struct str case_,
		     struct json_object *data, struct err *err)
{
	struct entry_draft draft = {
		.type = type, .id = id, .person = person, .case_ = case_, .author = casework_author(work), .team = work->desk->team,
		.channel = work->channel, .at = work->at ? work->at : casework_now(work), .ord = casework_ord(work), .epoch = epoch_seen(work, person, case_),
		.data = data,
	};
	bool good;

	if (work->undoes.p && has_undoes(type))
		data_text(data, "undoes", work->undoes);
	MEM_ROOM(work->out, work->n_out, work->cap);
	good = entry_make(work->arena, &draft, &work->out[work->n_out], err);
	work->n_out += good;
	json_object_put(data);
	return good;
}

bool casework_add(struct casework *work, enum entry_type type, struct str person, struct str case_,
		  struct json_object *data, struct err *err)
{
	return casework_add_id(work, type, casework_uuid(work), person, case_, data, err);
}

bool casework_main(struct casework *work, enum entry_type type, struct str person, struct str case_,
		   struct json_object *data, struct err *err)
{
	bool first = work->main == SIZE_MAX;
	struct str id = work->id.p && first ? arena_str(work->arena, work->id) : casework_uuid(work);

	if (!casework_add_id(work, type, id, person, case_, data, err))
		return false;
	if (first)
		work->main = work->n_out - 1;
	return true;
}

static bool is_settled(struct casework *work, struct err *err)
{
	if (work->settled)
		return true;
	return err_set(err, ERR_REFUSED, "this customer was found only by what others may share: compare (=) or verify first, "
		       "so that nothing is written to the wrong person");
}

bool casework_repeats(const struct operation *op, const struct op_values *values, const struct entry *there, struct err *err)
{
	struct json_parser *parser;
	struct json_object *data;
	struct str said, wanted;
	struct buf masked;
	bool same = true;

	if (there->type != op->writes)
		return err_set(err, ERR_REFUSED, "id %.36s is a %.*s already; a new entry needs a new id", there->id.p, STR_ARG(there->word));
	parser = json_parser_new();
	data = entry_data(parser, there);
	buf_init(&masked, SIZE_MAX / 4);
	for (const struct op_field *f = values ? op->fields : NULL; f && f->name && same; f++) {
		said = f->words ? entry_text(data, f->name) : (struct str){ 0 };
		wanted = f->words ? op_text(values, f->name) : (struct str){ 0 };
		buf_reset(&masked);
		entry_mask_cards(&masked, wanted);
		same = !said.n || !wanted.n || str_eq(said, buf_str(&masked));
	}
	json_object_put(data);
	json_parser_free(parser);
	buf_release(&masked);
	return same || err_set(err, ERR_REFUSED, "id %.36s is a %.*s with other words already; a new entry needs a new id", there->id.p, STR_ARG(there->word));
}

/* The same id again: a repeat does nothing, and another's id is nobody's to use. */
static bool is_repeat(struct casework *work, const struct operation *op, const struct op_values *values, bool *repeat, struct err *err)
{
	const struct entry *there = work->id.p && work->entries ? entries_find(work->entries, work->id) : NULL;

	for (size_t i = 0; work->id.p && !there && i < work->n_out; i++) {
		if (str_eq(work->out[i].id, work->id))
			there = &work->out[i];
	}
	*repeat = there != NULL;
	return !there || casework_repeats(op, values, there, err);
}

bool casework_build(struct casework *work, const struct operation *op, struct op_values *values, struct err *err)
{
	size_t n_out = work->n_out, main_before = work->main;
	struct str person = work->person;
	bool settled = work->settled;

	work->repeat = false;
	work->loose = work->stayed = 0;
	work->left = (struct str){ 0 };
	work->at = casework_now(work);
	if (!operation_allowed(op, work->desk, err) || !is_repeat(work, op, values, &work->repeat, err))
		return false;
	if (work->repeat) {
		work->id = (struct str){ 0 };
		return true;
	}
	if (op->settled && (op->on == OP_ON_CUSTOMER || op->on == OP_ON_CASE) && !is_settled(work, err))
		return false;
	casework_prefill(work, values);
	work->main = SIZE_MAX;
	if (!op_values_whole(values, err) || !op->build(work, values, err)) {
		work->n_out = n_out;
		work->main = main_before;
		work->person = person;
		work->settled = settled;
		return false;
	}
	if (work->main == SIZE_MAX)
		work->main = n_out;
	work->id = work->undoes = (struct str){ 0 };
	return true;
}

static bool id_begins(struct str id, struct str typed)
{
	return typed.n >= ID_SHORTEST && typed.n <= id.n && !memcmp(id.p, typed.p, typed.n);
}

static bool code_begins(struct str id, const char *code)
{
	char own[CASE_CODE + 1];

	case_code(id, own);
	return *code && !strncmp(own, code, strlen(code));
}

static bool names_id(struct str id, struct str typed, const char *code)
{
	return id_begins(id, typed) || code_begins(id, code);
}

const struct entry *casework_find(struct casework *work, struct str typed, enum entry_type type, struct err *err)
{
	const char *what = type == ENTRY_UNKNOWN ? "entry" : entry_type_word(type);
	const struct entry *const *sorted = NULL, *found = NULL;
	char code[CASE_CODE + 1] = "";
	size_t n = 0, hits = 0;

	if (typed.n <= CASE_CODE)
		case_code_read(typed, code);
	if (work->entries)
		sorted = entries_sorted(work->entries, &n);
	for (size_t i = 0; i < n; i++) {
		if (!entry_known(sorted[i]) || (type != ENTRY_UNKNOWN && sorted[i]->type != type) || !names_id(sorted[i]->id, typed, code))
			continue;
		found = sorted[i];
		hits++;
	}
	if (hits == 1)
		return found;
	if (hits)
		err_set(err, ERR_NOTFOUND, "%zu of %s begin with %.*s: write more of it", hits, what, STR_ARG(typed));
	else
		err_set(err, ERR_NOTFOUND, "there is no %s %.*s", what, STR_ARG(typed));
	return NULL;
}

const struct entry *casework_item(struct casework *work, enum entry_type type, struct err *err)
{
	if (str_empty(work->item)) {
		err_set(err, ERR_USAGE, "which %s? name it by its id or code", type == ENTRY_UNKNOWN ? "entry" : entry_type_word(type));
		return NULL;
	}
	return casework_find(work, work->item, type, err);
}

struct str casework_home(const struct casework *work, const struct entry *entry)
{
	return work->persons ? persons_home(work->persons, entry) : entry->person;
}

struct str casework_case_of(const struct casework *work, const struct entry *entry)
{
	for (size_t i = 0; work->cases && i < work->cases->n_cases; i++) {
		const struct case_state *state = &work->cases->cases[i];

		for (size_t k = 0; k < state->n_entries; k++) {
			if (str_eq(state->entries[k]->id, entry->id))
				return state->id;
		}
	}
	return entry->case_;
}

/* By id, or by code, of this customer's. NULL with a sentence. */
static const struct case_state *case_named(const struct casework *work, struct str typed, struct err *err)
{
	const struct case_state *found = NULL;
	char code[CASE_CODE + 1] = "";
	size_t hits = 0;

	if (typed.n <= CASE_CODE)
		case_code_read(typed, code);
	for (size_t i = 0; work->cases && i < work->cases->n_cases; i++) {
		if (!names_id(work->cases->cases[i].id, typed, code))
			continue;
		found = &work->cases->cases[i];
		hits++;
	}
	if (hits == 1)
		return found;
	err_set(err, ERR_NOTFOUND, hits ? "several cases of this customer begin with %.*s" : "this customer has no case %.*s", STR_ARG(typed));
	return NULL;
}

bool casework_case(struct casework *work, const struct op_values *values, struct str *case_, struct err *err)
{
	struct str typed = op_text(values, "case");
	const struct case_state *state;

	*case_ = work->case_;
	if (str_is(typed, "none"))
		*case_ = (struct str){ 0 };
	if (!typed.p || str_is(typed, "none"))
		return true;
	state = case_named(work, typed, err);
	if (state)
		*case_ = state->id;
	return state != NULL;
}

/* How many are open; *only is one of them. */
static size_t open_cases(const struct casework *work, const struct case_state **only)
{
	size_t open = 0;

	for (size_t i = 0; work->cases && i < work->cases->n_cases; i++) {
		if (work->cases->cases[i].status == CASE_SOLVED)
			continue;
		*only = &work->cases->cases[i];
		open++;
	}
	return open;
}

bool casework_case_of_contact(struct casework *work, const struct op_values *values, const struct contact *contact, struct str *case_, struct err *err)
{
	const struct case_state *only = NULL;

	if (!casework_case(work, values, case_, err))
		return false;
	if (case_->p || !contact || str_is(op_text(values, "case"), "none"))
		return true;
	if (contact->case_.p)
		*case_ = contact->case_;
	else if (!contact->loose && open_cases(work, &only) == 1)
		*case_ = only->id;
	return true;
}

const struct case_state *casework_case_must(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct case_state *state, *only = NULL;
	struct str case_;
	size_t open;

	if (!casework_case(work, values, &case_, err))
		return NULL;
	state = work->cases ? cases_find(work->cases, case_) : NULL;
	if (state)
		return state;
	open = open_cases(work, &only);
	if (open == 1)
		return only;
	if (open)
		err_set(err, ERR_USAGE, "case: this customer has %zu open cases: say which", open);
	else if (work->cases && work->cases->n_cases)
		err_set(err, ERR_NOTFOUND, "case: this customer has no open case: name a solved one, or open one");
	else
		err_set(err, ERR_NOTFOUND, "case: this customer has none yet: open one first");
	return NULL;
}

bool casework_set(struct casework *work, const struct case_state *state, const char *field, struct str value, struct str reason, struct err *err)
{
	const struct case_register *now = case_register(state, field);
	struct json_object *data = json_object_new_object();

	json_object_object_add(data, "field", json_object_new_string(field));
	json_object_object_add(data, "value", value.p ? json_object_new_string_len(value.p, (int)value.n) : NULL);
	if (now)
		data_text(data, "was", now->by->id);
	data_text(data, "reason", reason);
	if (strcmp(field, "status") == 0 && str_is(value, case_status_word(CASE_SOLVED)))
		casework_left(work, state);
	return casework_main(work, ENTRY_CASE_SET, state->opened->person, state->id, data, err);
}

const struct promise *cases_promise(const struct cases *cases, struct str id)
{
	for (size_t i = 0; cases && i < cases->n_promises; i++) {
		if (str_eq(cases->promises[i].made->id, id))
			return &cases->promises[i];
	}
	return NULL;
}

const struct handoff *cases_handoff(const struct cases *cases, struct str id)
{
	for (size_t i = 0; cases && i < cases->n_handoffs; i++) {
		if (str_eq(cases->handoffs[i].offer->id, id))
			return &cases->handoffs[i];
	}
	return NULL;
}
