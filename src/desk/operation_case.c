/*
 * Notes and cases.
 */
#include <dossier/base/mem.h>

#include "operation_build.h"

/* Where an entry about this customer goes: its person, and the case that was said or chosen. */
static bool place(struct casework *work, const struct op_values *values, struct str *person, struct str *case_, struct err *err)
{
	return casework_case(work, values, case_, err) && casework_person(work, person, err);
}

bool op_note(struct casework *work, const struct op_values *values, struct err *err)
{
	struct json_object *data;
	struct str person, case_;

	if (!place(work, values, &person, &case_, err))
		return false;
	data = json_object_new_object();
	data_from(data, values, "text", NULL);
	data_from(data, values, "about", NULL);
	return casework_main(work, ENTRY_NOTE, person, case_, data, err);
}

bool op_next(struct casework *work, const struct op_values *values, struct err *err)
{
	struct json_object *data;
	struct str person, case_;

	if (!place(work, values, &person, &case_, err))
		return false;
	data = json_object_new_object();
	data_from(data, values, "text", NULL);
	return casework_main(work, ENTRY_NEXT, person, case_, data, err);
}

static bool attach_rows(struct casework *work, const struct op_values *values, struct str person, struct str case_, struct err *err)
{
	struct str rows = op_text(values, "rows");
	struct json_object *data = json_object_new_object();
	bool good = true;

	if (str_is(rows, "all"))
		good = case_rows_loose(work, data, person, case_, err);
	else if (rows.p && !str_is(rows, "none"))
		good = case_rows_typed(work, values, data, person, case_, err);
	if (good && json_object_object_length(data))
		return casework_main(work, ENTRY_ATTACH, person, case_, data, err);
	json_object_put(data);
	return good;
}

/* The case goes by the id of the entry that opens it. */
static bool open_case(struct casework *work, struct str id, struct str title, const struct op_values *values, struct err *err)
{
	struct json_object *data;
	struct str person;

	if (!casework_person(work, &person, err))
		return false;
	data = json_object_new_object();
	data_text(data, "title", title);
	if (values) {
		data_from(data, values, "reason", NULL);
		data_from(data, values, "priority", NULL);
		data_from(data, values, "tags", NULL);
		data_from(data, values, "owner", NULL);
	}
	return casework_add_id(work, ENTRY_CASE_OPEN, id, person, id, data, err);
}

bool casework_open(struct casework *work, struct str title, struct str *case_, struct err *err)
{
	struct json_object *data;
	bool good;

	*case_ = casework_uuid(work);
	if (!open_case(work, *case_, title, NULL, err))
		return false;
	data = json_object_new_object();
	good = case_rows_loose(work, data, work->person, *case_, err);
	if (good && json_object_object_length(data))
		return casework_add(work, ENTRY_ATTACH, work->person, *case_, data, err);
	json_object_put(data);
	return good;
}

bool op_case_open(struct casework *work, const struct op_values *values, struct err *err)
{
	struct str id = work->id.p ? casework_copy(work, work->id) : casework_uuid(work);

	if (!open_case(work, id, op_text(values, "title"), values, err))
		return false;
	work->main = work->n_out - 1;
	return attach_rows(work, values, work->person, id, err);
}

static bool set_tag(struct casework *work, const struct case_state *state, struct str tag, bool on, struct err *err)
{
	struct buf name;
	bool good;

	buf_init(&name, 2 * ENTRY_WORD_MOST);
	buf_printf(&name, "tag:%.*s", STR_ARG(tag));
	good = casework_set(work, state, name.data, on ? STR("on") : (struct str){ 0 }, (struct str){ 0 }, err);
	buf_release(&name);
	return good;
}

bool op_case_set(struct casework *work, const struct op_values *values, struct err *err)
{
	static const char *const fields[] = { "status", "title", "priority", "reason" };
	const struct case_state *state = casework_case_must(work, values, err);

	if (!state)
		return false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (op_has(values, fields[i]) && !casework_set(work, state, fields[i], op_text(values, fields[i]), (struct str){ 0 }, err))
			return false;
	}
	return (!op_has(values, "tag") || set_tag(work, state, op_text(values, "tag"), true, err)) &&
	       (!op_has(values, "untag") || set_tag(work, state, op_text(values, "untag"), false, err));
}

static bool set_status(struct casework *work, const struct op_values *values, enum case_status status, struct err *err)
{
	const struct case_state *state = casework_case_must(work, values, err);

	if (!state)
		return false;
	if ((state->status == CASE_SOLVED) == (status == CASE_SOLVED))
		return err_set(err, ERR_REFUSED, "this case is %s already", case_status_word(state->status));
	return casework_set(work, state, "status", str_of(case_status_word(status)), op_text(values, "reason"), err) && case_rows_back(work, state, err);
}

bool op_case_close(struct casework *work, const struct op_values *values, struct err *err)
{
	return set_status(work, values, CASE_SOLVED, err);
}

bool op_case_reopen(struct casework *work, const struct op_values *values, struct err *err)
{
	return set_status(work, values, CASE_OPEN, err);
}

static bool set_agent(struct casework *work, const struct op_values *values, const char *field, struct err *err)
{
	const struct case_state *state = casework_case_must(work, values, err);
	struct str agent = op_has(values, "agent") ? op_text(values, "agent") : casework_author(work);

	return state && casework_set(work, state, field, agent, op_text(values, "reason"), err);
}

bool op_case_own(struct casework *work, const struct op_values *values, struct err *err)
{
	return set_agent(work, values, "owner", err);
}

bool op_case_hold(struct casework *work, const struct op_values *values, struct err *err)
{
	return set_agent(work, values, "holder", err);
}

bool op_case_team(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct case_state *state = casework_case_must(work, values, err);

	return state && casework_set(work, state, "team", op_text(values, "team"), op_text(values, "reason"), err);
}

/* Out of every case: what case it was in is kept, so that it can be undone. */
static bool attach_off(struct casework *work, const struct op_values *values, struct str person, struct err *err)
{
	struct json_object *data = json_object_new_object();
	const struct entry *entry = NULL;
	struct str case_;

	if (op_has(values, "entry")) {
		entry = casework_find(work, op_text(values, "entry"), ENTRY_UNKNOWN, err);
		if (!entry || !casework_case(work, values, &case_, err)) {
			json_object_put(data);
			return false;
		}
		case_ = casework_case_of(work, entry);
		data_text(data, "entry", entry->id);
	} else if (!casework_case(work, values, &case_, err)) {
		json_object_put(data);
		return false;
	}
	data_from(data, values, "rows", NULL);
	data_bool(data, "off", true);
	return casework_main(work, ENTRY_ATTACH, person, case_, data, err);
}

bool op_attach(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct case_state *state;
	const struct entry *entry = NULL;
	struct json_object *data;
	struct str person;

	if (!casework_person(work, &person, err))
		return false;
	if (op_yes(values, "off"))
		return attach_off(work, values, person, err);
	state = casework_case_must(work, values, err);
	if (!state || (op_has(values, "entry") && !(entry = casework_find(work, op_text(values, "entry"), ENTRY_UNKNOWN, err))))
		return false;
	if (!entry)
		return attach_rows(work, values, person, state->id, err);
	data = json_object_new_object();
	data_text(data, "entry", entry->id);
	return casework_main(work, ENTRY_ATTACH, person, state->id, data, err);
}

bool op_rows(struct casework *work, const struct op_values *values, struct err *err)
{
	struct json_object *data;
	struct str person;

	if (!casework_person(work, &person, err))
		return false;
	data = json_object_new_object();
	data_from(data, values, "rows", NULL);
	if (!json_object_object_length(data)) {
		json_object_put(data);
		return err_set(err, ERR_USAGE, "rows: name them, as BACKEND/ROW/ID");
	}
	return casework_main(work, op_values_of(values)->writes, person, (struct str){ 0 }, data, err);
}
