/*
 * Contacts, and who was verified in them.
 */
#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "operation_build.h"

#define MONTH (30 * 24 * 60 * 60 * INT64_C(1000))

static bool one_at_a_time(struct str channel)
{
	return str_is(channel, "phone") || str_is(channel, "counter");
}

/* What an unknown caller is known by: the number said, else what was asked for. */
static bool caller_identity(struct casework *work, const struct op_values *values, struct identity *out)
{
	struct str number = op_text(values, "number");
	const struct group *group = work->group;
	struct phone phone;

	if (number.p && identity_parse(work->arena, number, work->desk->house->country, out, NULL) && identity_class(out->type) == ID_SHARED)
		return true;
	if (number.p && phone_parse(number, work->desk->house->country, &phone) &&
	    identity_make(work->arena, ID_TYPE_TEL, (struct str){ 0 }, number, work->desk->house->country, out, NULL))
		return true;
	for (size_t i = 0; group && i < group->n_typed; i++) {
		*out = group->typed[i];
		if (identity_class(out->type) == ID_SHARED)
			return true;
	}
	for (size_t i = 0; group && i < group->n_records; i++) {
		for (size_t k = 0; k < group->records[i]->n_matches; k++) {
			*out = group->records[i]->matches[k].asked;
			/* a name typed says nothing about the caller */
			if (identity_class(out->type) == ID_SHARED && out->type != ID_TYPE_NAME && out->type != ID_TYPE_POSTCODE)
				return true;
		}
	}
	return false;
}

/*
 * Somebody whom nobody has identified yet: a person of their own, with only
 * what they called from. Who they are is one link of two persons later.
 */
static bool caller_person(struct casework *work, const struct op_values *values, struct str *person, struct err *err)
{
	struct json_object *data;
	struct identity id;

	*person = casework_uuid(work);
	if (!caller_identity(work, values, &id))
		return true;
	data = json_object_new_object();
	data_identity(data, "identity", &id);
	data_text(data, "evidence", STR("called from it"));
	return casework_add(work, ENTRY_LINK, *person, (struct str){ 0 }, data, err);
}

static bool end_live(struct casework *work, struct str channel, struct err *err)
{
	struct json_object *data;

	if (!work->live.p || !one_at_a_time(channel))
		return true;
	data = json_object_new_object();
	data_text(data, "contact", work->live);
	data_text(data, "how", STR("pop"));
	return casework_add(work, ENTRY_CONTACT_END, (struct str){ 0 }, (struct str){ 0 }, data, err);
}

bool op_contact_start(struct casework *work, const struct op_values *values, struct err *err)
{
	static const char *const same[] = { "call", "number", "direction", "via" };
	struct str channel = op_has(values, "channel") ? op_text(values, "channel") : work->channel, person;
	const struct entry *from = NULL;
	struct identity id;
	struct json_object *data;
	bool known = work->settled && work->group && (work->group->n_records || work->group->n_persons);

	if (str_empty(channel))
		return err_set(err, ERR_USAGE, "channel is missing: say one, or sign on to it");
	if ((op_has(values, "from") && !(from = casework_find(work, op_text(values, "from"), ENTRY_CONTACT_START, err))) ||
	    !end_live(work, channel, err) ||
	    !(known || work->person.p ? casework_person(work, &person, err) : caller_person(work, values, &person, err)))
		return false;
	data = json_object_new_object();
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		data_from(data, values, same[i], NULL);
	if (!op_has(values, "number") && str_is(channel, "phone") && caller_identity(work, values, &id) && id.type == ID_TYPE_TEL)
		data_text(data, "number", id.value);    /* found by the number that is calling: what is verified now may be carried on */
	data_text(data, "site", op_has(values, "site") ? op_text(values, "site") : work->desk->site);
	if (from)
		data_text(data, "from", from->id);
	work->channel = casework_copy(work, channel);
	return casework_main(work, ENTRY_CONTACT_START, person, (struct str){ 0 }, data, err);
}

/* The one named, else the live one, else my last that was not wrapped up. */
static const struct entry *contact_of(struct casework *work, struct err *err)
{
	const struct contact *last = NULL;

	if (str_empty(work->item) && work->contact.p)
		return casework_find(work, work->contact, ENTRY_CONTACT_START, err);
	for (size_t i = 0; str_empty(work->item) && work->cases && i < work->cases->n_contacts; i++) {
		const struct contact *contact = &work->cases->contacts[i];

		if (!contact->wrapped && casework_is_me(work, contact->start->author))
			last = contact;
	}
	return last ? last->start : casework_item(work, ENTRY_CONTACT_START, err);
}

static bool reason_fits(const struct house_outcome *outcome, struct str reason, struct err *err)
{
	struct buf all;

	if (!outcome || !outcome->reasons.n || !reason.p)
		return true;
	buf_init(&all, 300);
	for (size_t i = 0; i < outcome->reasons.n; i++) {
		if (str_is(reason, outcome->reasons.items[i])) {
			buf_release(&all);
			return true;
		}
		buf_printf(&all, "%s%s", i ? ", " : "", outcome->reasons.items[i]);
	}
	err_set(err, ERR_USAGE, "reason: \"%.*s\" is none of outcome %s: there are %s", STR_ARG(reason), outcome->name, all.data ? all.data : "none");
	buf_release(&all);
	return false;
}

static bool is_solving(const struct casework *work, struct str outcome)
{
	const struct house_outcome *known = house_find_outcome(work->desk->house, outcome);

	return known ? known->status && !strcmp(known->status, "solved") : str_is(outcome, "solved") || str_is(outcome, "resolved");
}

static const struct contact *satisfaction_lately(const struct casework *work)
{
	for (size_t i = work->cases ? work->cases->n_contacts : 0; i-- > 0; ) {
		const struct contact *contact = &work->cases->contacts[i];

		if (contact->satisfaction && casework_now(work) - contact->from < MONTH)
			return contact;
	}
	return NULL;
}

bool casework_asks_satisfaction(const struct casework *work, struct str outcome)
{
	return outcome.p && is_solving(work, outcome) && !satisfaction_lately(work);
}

static bool satisfaction_fits(const struct casework *work, const struct op_values *values, struct err *err)
{
	int64_t points = op_count(values, "satisfaction");
	const struct contact *lately = satisfaction_lately(work);
	char when[40];

	if (points < 0)
		return true;
	if (points < 1 || points > 5)
		return err_set(err, ERR_USAGE, "satisfaction: from 1 to 5, not %d", (int)(points > 1000 ? 1000 : points));
	if (!is_solving(work, op_text(values, "outcome")))
		return err_set(err, ERR_REFUSED, "satisfaction: asked only when it was solved");
	if (!lately)
		return true;
	when_short(lately->from, casework_now(work), work->desk->house->zone, when);
	return err_set(err, ERR_REFUSED, "satisfaction: asked on %s already, and at most once a month", when);
}

/* What follows from an outcome: the next step, and what the case becomes. */
static bool outcome_follows(struct casework *work, const struct op_values *values, struct str person, struct str case_, struct err *err)
{
	const struct house_outcome *outcome = house_find_outcome(work->desk->house, op_text(values, "outcome"));
	const struct case_state *state = work->cases ? cases_find(work->cases, case_) : NULL;
	struct json_object *data;

	if (op_has(values, "next") && person.p) {
		data = json_object_new_object();
		data_from(data, values, "next", "text");
		data_from(data, values, "outcome", NULL);
		if (!casework_add(work, ENTRY_NEXT, person, case_, data, err))
			return false;
	}
	if (!state || !outcome || !outcome->status || !strcmp(outcome->status, case_status_word(state->status)))
		return true;
	return casework_set(work, state, "status", str_of(outcome->status), op_text(values, "reason"), err);
}

bool op_contact_end(struct casework *work, const struct op_values *values, struct err *err)
{
	static const char *const same[] = { "done", "outcome", "reason", "line", "satisfaction", "handling" };
	const struct entry *start = contact_of(work, err);
	struct json_object *data;
	struct str person, case_;

	if (!start || !reason_fits(house_find_outcome(work->desk->house, op_text(values, "outcome")), op_text(values, "reason"), err) ||
	    !satisfaction_fits(work, values, err) ||
	    !casework_case_of_contact(work, values, work->cases ? cases_contact(work->cases, start->id) : NULL, &case_, err))
		return false;
	person = casework_home(work, start);
	data = json_object_new_object();
	data_text(data, "contact", start->id);
	data_text(data, "how", STR("wrapup"));
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		data_from(data, values, same[i], NULL);
	work->channel = casework_copy(work, start->channel);
	return casework_main(work, ENTRY_CONTACT_END, person, case_, data, err) && outcome_follows(work, values, person, case_, err);
}

bool op_contact_hangup(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *start = contact_of(work, err);
	struct json_object *data;

	(void)values;
	if (!start)
		return false;
	data = json_object_new_object();
	data_text(data, "contact", start->id);
	data_text(data, "how", STR("hangup"));
	work->channel = casework_copy(work, start->channel);
	return casework_main(work, ENTRY_CONTACT_END, casework_home(work, start), (struct str){ 0 }, data, err);
}

static bool say_fields(const struct casework *work, struct err *err)
{
	static const struct op_field field = { "field", OP_FIELD, OP_MAY, false, "", NULL };
	size_t n;
	struct str *choices = op_choices(work->desk, &field, &n);
	struct buf list;

	buf_init(&list, 400);
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s%.*s", i ? ", " : "", STR_ARG(op_choice_words(&field, choices[i])));
	err_set(err, ERR_USAGE, "compare: say the field (%s), and the answer as the customer gave it", list.data ? list.data : "");
	buf_release(&list);
	free(choices);
	return false;
}

/* An answer to be compared: true with what came of it. Which value it was compared with is never said. */
static bool compared(struct casework *work, const struct op_values *values, bool *ok, struct err *err)
{
	struct str field = op_text(values, "field");
	bool known = false;

	if (!field.p || !op_has(values, "answer"))
		return say_fields(work, err);
	*ok = work->profile && compare_field(work->desk, work->profile, field, op_text(values, "answer"), &known);
	return known || err_set(err, ERR_NOTFOUND, "field: no system holds a %.*s of this customer: compare another one", STR_ARG(field));
}

static bool code_given(const struct casework *work, const struct op_values *values, bool *ok, struct err *err)
{
	if (work->code.p && op_has(values, "answer")) {
		*ok = str_eq(op_text(values, "answer"), work->code);
		return true;
	}
	*ok = op_yes(values, "match");
	return op_has(values, "match") || err_set(err, ERR_USAGE, "code: type what the customer read out, or say --match yes or no when it was sent from elsewhere");
}

/* Does somebody hold a number or handle that this customer has, too? */
static bool shares(const struct casework *work, struct str person)
{
	size_t n;
	const struct person_hold *all = persons_holds(work->persons, &n);

	for (size_t i = 0; i < n; i++) {
		if (!all[i].now || !str_eq(all[i].person, person))
			continue;
		for (size_t r = 0; r < work->group->n_records; r++) {
			const struct record *record = work->group->records[r];

			for (size_t k = 0; k < record->n_ids; k++) {
				if (identity_same(&record->ids[k].id, &all[i].id))
					return true;
			}
		}
	}
	return false;
}

/* Mine with a caller who may be this customer, the newest: live, or ended and not wrapped up. */
static struct str caller_contact(struct casework *work, bool live)
{
	const struct cases_in in = { .entries = work->entries };
	const struct cases *all;
	struct str found = { 0 };

	if (!work->entries || !work->persons || !work->group)
		return found;
	all = cases_fold(&in);
	for (size_t i = all->n_contacts; i-- > 0 && !found.p; ) {
		const struct contact *contact = &all->contacts[i];
		struct str home = casework_home(work, contact->start);

		if ((live ? contact->until == WHEN_NONE : !contact->wrapped) && casework_is_me(work, contact->start->author) && home.p && shares(work, home))
			found = casework_copy(work, contact->start->id);
	}
	cases_free(all);
	return found;
}

struct str casework_caller_contact(struct casework *work)
{
	return caller_contact(work, true);
}

struct str casework_caller_unwrapped(struct casework *work)
{
	return work->group && work->group->shared_only ? caller_contact(work, false) : (struct str){ 0 };
}

/* Whose contact it is, also of one that begins with this; absent: nobody's. */
static struct str contact_home(const struct casework *work)
{
	const struct entry *start = work->entries && work->contact.p ? entries_find(work->entries, work->contact) : NULL;

	for (size_t i = 0; !start && work->contact.p && i < work->n_out; i++) {
		if (str_eq(work->out[i].id, work->contact))
			start = &work->out[i];
	}
	return start ? casework_home(work, start) : (struct str){ 0 };
}

/*
 * The customer with the caller, who may not be joined yet: wrong answers count
 * though nobody knows whether the two are one. The caller's to free.
 */
static const struct cases *cases_with_caller(struct casework *work)
{
	size_t n = work->group ? work->group->n_persons : 0;
	struct str *persons = arena_alloc(work->arena, (n + 2) * sizeof(*persons)), home = contact_home(work);
	const struct cases_in in = { .entries = work->entries, .persons = work->persons, .group = persons, .n_group = n + (home.p != NULL) };

	for (size_t i = 0; i < n; i++)
		persons[i] = work->group->persons[i];
	persons[n] = home;
	return work->entries && work->persons ? cases_fold(&in) : NULL;
}

static bool carried(struct casework *work, const struct cases *cases, struct json_object *data, struct err *err)
{
	struct verified last;

	if (!cases || !verify_carries(cases, &work->desk->house->verify, work->contact, casework_now(work), &last))
		return err_set(err, ERR_REFUSED, "there is no verification that could be carried on: it has to be of the same number or handle, and recent");
	data_text(data, "from", last.by->id);
	data_count(data, "level", last.level);
	return true;
}

static bool attempt(struct casework *work, const struct op_values *values, const struct cases *cases, struct json_object *data, bool *ok, struct err *err)
{
	enum verify_way way = VERIFY_STATED;
	const struct contact *contact = cases ? cases_contact(cases, work->contact) : NULL;
	struct str channel = contact ? contact->start->channel : work->channel;

	*ok = true;
	verify_way_parse(op_text(values, "how"), &way);
	if (way == VERIFY_CARRIED)
		return carried(work, cases, data, err);
	if (way == VERIFY_SEEN && !str_is(channel, "counter"))
		return err_set(err, ERR_REFUSED, "how: an identity card is seen at the counter only");
	if (way != VERIFY_COMPARE && way != VERIFY_CODE)
		return true;
	if (cases && !verify_may_try(cases, &work->desk->house->verify, work->contact, casework_now(work), err))
		return false;
	if (way == VERIFY_COMPARE)
		data_from(data, values, "field", NULL);
	return way == VERIFY_COMPARE ? compared(work, values, ok, err) : code_given(work, values, ok, err);
}

/* Whoever was found by a number only is now known to be this customer. */
static bool settle(struct casework *work, enum verify_way way, struct err *err)
{
	struct str person, home = contact_home(work);
	char evidence[60];

	if (work->settled || !work->desk->house->verify.level[way])
		return true;
	snprintf(evidence, sizeof(evidence), "verified in this contact: %s", verify_way_word(way));
	work->settled = true;
	return casework_person(work, &person, err) &&
	       (!home.p || str_eq(home, person) || casework_link_persons(work, home, person, work->persons, str_of(evidence), err));
}

bool op_verify(struct casework *work, const struct op_values *values, struct err *err)
{
	enum verify_way way = VERIFY_STATED;
	const struct cases *cases;
	struct json_object *data;
	bool ok, good;

	if (!work->contact.p)
		return err_set(err, ERR_USAGE, "a verification belongs to a contact: start one first (contact start)");
	verify_way_parse(op_text(values, "how"), &way);
	data = json_object_new_object();
	data_text(data, "contact", work->contact);
	data_text(data, "way", str_of(verify_way_word(way)));
	cases = cases_with_caller(work);
	good = attempt(work, values, cases, data, &ok, err);
	cases_free(cases);
	if (!good) {
		json_object_put(data);
		return false;
	}
	data_bool(data, "ok", ok);
	return casework_main(work, ENTRY_VERIFY, contact_home(work), (struct str){ 0 }, data, err) && (!ok || settle(work, way, err));
}

bool casework_verified(const struct casework *work)
{
	const struct entry *entry = work->main < work->n_out ? &work->out[work->main] : NULL;
	struct json_object *data, *ok = NULL;
	enum verify_way way = VERIFY_STATED;
	bool settles;

	if (!entry || entry->type != ENTRY_VERIFY)
		return false;
	data = entry_data(work->parser, entry);
	verify_way_parse(entry_text(data, "way"), &way);
	settles = json_object_object_get_ex(data, "ok", &ok) && json_object_get_boolean(ok) && work->desk->house->verify.level[way] > 0;
	json_object_put(data);
	return settles;
}
