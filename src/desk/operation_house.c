/*
 * What is about the house rather than about one customer, and what leads and
 * rules of privacy ask for.
 */
#include "operation_build.h"

static bool nobody(struct casework *work, const struct op_values *values, struct json_object *data, struct err *err)
{
	return casework_main(work, op_values_of(values)->writes, (struct str){ 0 }, (struct str){ 0 }, data, err);
}

bool op_notice(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *replaced = NULL;
	struct json_object *data;

	if (op_has(values, "replaces") && !(replaced = casework_find(work, op_text(values, "replaces"), ENTRY_NOTICE, err)))
		return false;
	data = json_object_new_object();
	data_from(data, values, "text", NULL);
	data_from(data, values, "site", NULL);
	data_from(data, values, "team", "to_team");
	data_from(data, values, "until", NULL);
	if (replaced)
		data_text(data, "replaces", replaced->id);
	return nobody(work, values, data, err);
}

bool op_discrepancy(struct casework *work, const struct op_values *values, struct err *err)
{
	static const char *const same[] = { "about", "item", "text", "says", "is" };
	struct json_object *data = json_object_new_object();

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		data_from(data, values, same[i], NULL);
	data_text(data, "site", op_has(values, "site") ? op_text(values, "site") : work->desk->site);
	return nobody(work, values, data, err);
}

bool op_discrepancy_close(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *reported = casework_item(work, ENTRY_DISCREPANCY, err);
	struct json_object *data;

	if (!reported)
		return false;
	for (size_t i = 0; work->cases && i < work->cases->n_discrepancies; i++) {
		const struct discrepancy *known = &work->cases->discrepancies[i];

		if (known->closed && str_eq(known->entry->id, reported->id))
			return err_set(err, ERR_REFUSED, "%.*s closed this already: %.*s", STR_ARG(known->closed->author), STR_ARG(known->outcome));
	}
	data = json_object_new_object();
	data_text(data, "discrepancy", reported->id);
	data_from(data, values, "outcome", NULL);
	return nobody(work, values, data, err);
}

bool op_review(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *about = casework_item(work, ENTRY_UNKNOWN, err);
	struct json_object *data;

	if (!about)
		return false;
	data = json_object_new_object();
	data_text(data, "about", about->id);
	data_from(data, values, "text", NULL);
	data_from(data, values, "points", NULL);
	return casework_main(work, ENTRY_REVIEW, casework_home(work, about), casework_case_of(work, about), data, err);
}

bool op_redact(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *entry = casework_item(work, ENTRY_UNKNOWN, err);
	struct json_object *data;

	if (!entry)
		return false;
	if (!entry_known(entry) || !(entry_type_info(entry->type)->needs & HAS_WORDS))
		return err_set(err, ERR_REFUSED, "a %.*s holds no words that could be taken away", STR_ARG(entry->word));
	if (entry_stripped(entry))
		return err_set(err, ERR_REFUSED, "the words of this %.*s are gone already", STR_ARG(entry->word));
	data = json_object_new_object();
	data_text(data, "entry", entry->id);
	data_from(data, values, "reason", NULL);
	return casework_main(work, ENTRY_REDACT, casework_home(work, entry), (struct str){ 0 }, data, err);
}

/* The persons are in data alone: an entry about somebody who was erased would be refused. */
bool op_erase(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct group *group = work->group;
	struct json_object *data;
	const struct entry *const *sorted = NULL;
	size_t n = 0, count = 0;

	if (!group || !group->n_persons)
		return err_set(err, ERR_NOTFOUND, "the case store holds nothing about this customer; what backends hold is erased there");
	if (work->entries)
		sorted = entries_sorted(work->entries, &n);
	for (size_t i = 0; i < n && work->persons; i++)
		count += persons_shows(work->persons, sorted[i], group->persons, group->n_persons);
	data = json_object_new_object();
	for (size_t i = 0; i < group->n_persons; i++)
		data_push(data, "persons", group->persons[i]);
	data_count(data, "entries", (int64_t)count);
	return nobody(work, values, data, err);
}

/* Whoever was looked at: the person held, else the records, else what was asked for. A look mints nobody. */
static struct str view_whom(struct casework *work, const struct op_values *values, struct json_object *data)
{
	const struct group *group = work->group;
	struct str person = work->person;
	struct buf text;

	buf_init(&text, ENTRY_WORD_MOST);
	for (size_t i = 0; group && i < group->n_records && i < ENTRY_LIST_MOST; i++) {
		struct identity self;

		buf_reset(&text);
		record_identity(group->records[i], &self);
		identity_print(&self, &text);
		if (!text.full)
			data_push(data, "records", buf_str(&text));
	}
	for (size_t i = 0; group && !group->n_records && i < group->n_typed && i < 1; i++) {
		buf_reset(&text);
		identity_print(&group->typed[i], &text);
		data_text(data, "who", buf_str(&text));
	}
	buf_release(&text);
	data_from(data, values, "who", NULL);
	data_from(data, values, "list", NULL);
	if (!person.p && group && group->n_persons)
		person = group->persons[0];
	if (person.p && !json_object_object_length(data)) {
		buf_init(&text, 100);
		buf_printf(&text, "person:%.*s", STR_ARG(person));
		data_text(data, "who", buf_str(&text));
		buf_release(&text);
	}
	return person;
}

bool op_view(struct casework *work, const struct op_values *values, struct err *err)
{
	struct json_object *data = json_object_new_object();
	struct str person = view_whom(work, values, data);

	data_from(data, values, "how", NULL);
	data_from(data, values, "reason", NULL);
	data_from(data, values, "entries", NULL);
	data_text(data, "contact", work->contact);
	return casework_main(work, ENTRY_VIEW, person, (struct str){ 0 }, data, err);
}

bool op_reveal(struct casework *work, const struct op_values *values, struct err *err)
{
	struct json_object *data = json_object_new_object();
	struct str person = view_whom(work, values, data);

	data_text(data, "how", STR("reveal"));
	data_from(data, values, "field", NULL);
	data_from(data, values, "reason", NULL);
	data_text(data, "contact", work->contact);
	return casework_main(work, ENTRY_VIEW, person, (struct str){ 0 }, data, err);
}

bool op_pop(struct casework *work, const struct op_values *values, struct err *err)
{
	struct str channel = work->channel;
	struct json_object *data = json_object_new_object();
	const struct entry *offer = NULL, *ends = NULL;
	bool good;

	if ((op_has(values, "offer") && !(offer = casework_find(work, op_text(values, "offer"), ENTRY_HANDOFF_OFFER, err))) ||
	    (op_has(values, "ends") && !(ends = casework_find(work, op_text(values, "ends"), ENTRY_POP, err)))) {
		json_object_put(data);
		return false;
	}
	data_from(data, values, "who", NULL);
	data_from(data, values, "call", NULL);
	data_from(data, values, "number", NULL);
	data_text(data, "agent", op_has(values, "agent") ? op_text(values, "agent") : casework_author(work));
	if (offer)
		data_text(data, "offer", offer->id);
	if (ends)
		data_text(data, "ends", ends->id);
	if (op_has(values, "channel"))
		work->channel = casework_copy(work, op_text(values, "channel"));
	else if (str_empty(channel))
		work->channel = STR("phone");
	good = nobody(work, values, data, err);
	work->channel = channel;
	return good;
}

bool op_action(struct casework *work, const struct op_values *values, struct err *err)
{
	static const char *const same[] = { "backend", "action", "outcome", "code", "cost", "cost_for", "text", "ref" };
	const struct entry *answer = NULL, *begun = NULL;
	const struct question *question;
	struct json_object *data;
	struct str person, case_;

	if ((op_has(values, "answer") && !(answer = casework_find(work, op_text(values, "answer"), ENTRY_ANSWER, err))) ||
	    (op_has(values, "begun") && !(begun = casework_find(work, op_text(values, "begun"), ENTRY_ACTION, err))) ||
	    !casework_case(work, values, &case_, err) || !casework_person(work, &person, err))
		return false;
	for (size_t i = 0; answer && work->cases && i < work->cases->n_questions; i++) {
		question = &work->cases->questions[i];
		if (question->answer && str_eq(question->answer->id, answer->id) && (!question->yes || question->used))
			return err_set(err, ERR_REFUSED, question->yes ? "this yes was used already: ask again" : "this answer was no yes");
	}
	data = json_object_new_object();
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		data_from(data, values, same[i], NULL);
	if (answer)
		data_text(data, "answer", answer->id);
	if (begun)
		data_text(data, "begun", begun->id);
	return casework_main(work, ENTRY_ACTION, person, case_, data, err);
}
