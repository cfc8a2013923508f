/*
 * What is offered, promised and asked.
 */
#include "operation_build.h"

/* "20 Nov 12:38" */
static void when_text(const struct casework *work, int64_t at, char out[40])
{
	when_short(at, casework_now(work), work->desk->house->zone, out);
}

static bool is_ahead(const struct casework *work, const struct op_values *values, struct err *err)
{
	char text[40];

	if (!op_has(values, "due") || op_when(values, "due") > casework_now(work))
		return true;
	when_text(work, op_when(values, "due"), text);
	return err_set(err, ERR_USAGE, "due: %s has passed: say a time to come", text);
}

/* The case that is handed on; one is opened when the customer has none open, for what is wanted. */
static bool handoff_case(struct casework *work, const struct op_values *values, struct str *person, struct str *case_, struct err *err)
{
	const struct case_state *state;
	size_t open = 0;

	for (size_t i = 0; work->cases && i < work->cases->n_cases; i++)
		open += work->cases->cases[i].status != CASE_SOLVED;
	if (!open && !op_has(values, "case") && !(work->cases && cases_find(work->cases, work->case_))) {
		if (!casework_open(work, op_text(values, "wants"), case_, err))
			return false;
		*person = work->person;
		return true;
	}
	state = casework_case_must(work, values, err);
	if (!state)
		return false;
	*case_ = state->id;
	*person = state->opened->person;
	return true;
}

bool op_handoff_offer(struct casework *work, const struct op_values *values, struct err *err)
{
	static const char *const same[] = { "reason", "wants", "next", "tried", "promised", "note", "due" };
	struct json_object *data;
	struct str person, case_;

	if (!is_ahead(work, values, err) || !handoff_case(work, values, &person, &case_, err))
		return false;
	data = json_object_new_object();
	data_from(data, values, "team", "to_team");
	data_from(data, values, "agent", "to_agent");
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		data_from(data, values, same[i], NULL);
	data_text(data, "contact", work->contact);
	return casework_main(work, ENTRY_HANDOFF_OFFER, person, case_, data, err);
}

static bool handoff_is_open(const struct casework *work, const struct entry *offer, struct err *err)
{
	static const char *const ended[] = { "", "accepted", "withdrawn", "overdue, and closed by rule," };
	const struct handoff *handoff = cases_handoff(work->cases, offer->id);
	char when[40];

	if (!handoff || handoff->state == HANDOFF_OFFERED)
		return true;
	when_text(work, entry_time(handoff->closed), when);
	return err_set(err, ERR_REFUSED, "this hand-off was %s by %.*s on %s", ended[handoff->state], STR_ARG(handoff->closed->author), when);
}

/* To me, to my team, or to be seen to by a lead. */
static bool is_for_me(const struct casework *work, struct str agent, struct str team)
{
	if (casework_is_lead(work) || casework_is_me(work, agent))
		return true;
	return !agent.p && team.p && str_eq(team, work->desk->team);
}

static bool may_claim(struct casework *work, const struct entry *offer, enum entry_type type, struct err *err)
{
	struct json_object *data;
	struct str agent, team;
	bool may;

	if (type == ENTRY_HANDOFF_WITHDRAW)
		return casework_is_lead(work) || casework_is_me(work, offer->author) ||
		       err_set(err, ERR_REFUSED, "%.*s offered this hand-off: only they or a supervisor can withdraw it", STR_ARG(offer->author));
	data = casework_data(work, offer);
	agent = entry_text(data, "to_agent");
	team = entry_text(data, "to_team");
	may = is_for_me(work, agent, team) || err_set(err, ERR_REFUSED, "this hand-off was offered to %.*s: a supervisor can offer it to others",
						      STR_ARG(agent.p ? agent : team));
	json_object_put(data);
	return may;
}

/* Accept and withdraw race for one slot; which of both it is says the operation. */
bool op_handoff_claim(struct casework *work, const struct op_values *values, struct err *err)
{
	enum entry_type type = op_values_of(values)->writes;
	const struct entry *offer = casework_item(work, ENTRY_HANDOFF_OFFER, err);
	struct json_object *data;

	if (!offer || !handoff_is_open(work, offer, err) || !may_claim(work, offer, type, err))
		return false;
	data = json_object_new_object();
	data_text(data, "offer", offer->id);
	if (type == ENTRY_HANDOFF_ACCEPT)
		data_text(data, "contact", work->contact);
	else
		data_from(data, values, "reason", NULL);
	return casework_main(work, type, offer->person, offer->case_, data, err);
}

bool op_handoff_decline(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *offer = casework_item(work, ENTRY_HANDOFF_OFFER, err);
	struct json_object *data;

	if (!offer || !handoff_is_open(work, offer, err))
		return false;
	data = json_object_new_object();
	data_text(data, "offer", offer->id);
	data_from(data, values, "reason", NULL);
	return casework_main(work, ENTRY_HANDOFF_DECLINE, offer->person, offer->case_, data, err);
}

bool op_promise_make(struct casework *work, const struct op_values *values, struct err *err)
{
	struct json_object *data;
	struct str person, case_;

	if (!is_ahead(work, values, err) || !casework_case(work, values, &case_, err) || !casework_person(work, &person, err))
		return false;
	data = json_object_new_object();
	data_from(data, values, "text", NULL);
	data_from(data, values, "due", NULL);
	data_from(data, values, "source", NULL);
	data_from(data, values, "team", "to_team");
	if (op_has(values, "owner") || !op_has(values, "team"))
		data_text(data, "owner", op_has(values, "owner") ? op_text(values, "owner") : casework_author(work));
	return casework_main(work, ENTRY_PROMISE_MAKE, person, case_, data, err);
}

/* The promise that item names, when it is still open; its entry in *made. */
static const struct promise *promise_open(struct casework *work, const struct entry **made, struct err *err)
{
	const struct promise *promise;
	char when[40];

	*made = casework_item(work, ENTRY_PROMISE_MAKE, err);
	promise = *made ? cases_promise(work->cases, (*made)->id) : NULL;
	if (*made && !promise)
		err_set(err, ERR_NOTFOUND, "this promise belongs to nobody who is known here");
	if (!promise || promise->state == PROMISE_OPEN)
		return promise;
	when_text(work, entry_time(promise->ended), when);
	err_set(err, ERR_REFUSED, "this promise was %s by %.*s on %s", promise->state == PROMISE_KEPT ? "kept" : "cancelled",
		STR_ARG(promise->ended->author), when);
	return NULL;
}

static bool promise_add(struct casework *work, enum entry_type type, const struct entry *made, struct json_object *data, struct err *err)
{
	data_text(data, "promise", made->id);
	return casework_main(work, type, casework_home(work, made), casework_case_of(work, made), data, err);
}

bool op_promise_keep(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *made;
	struct json_object *data;

	if (!promise_open(work, &made, err))
		return false;
	data = json_object_new_object();
	data_from(data, values, "text", NULL);
	return promise_add(work, ENTRY_PROMISE_KEEP, made, data, err);
}

bool op_promise_assign(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *made;
	struct json_object *data;

	if (!promise_open(work, &made, err))
		return false;
	data = json_object_new_object();
	data_from(data, values, "agent", "to_agent");
	data_from(data, values, "team", "to_team");
	return promise_add(work, ENTRY_PROMISE_ASSIGN, made, data, err);
}

/* Release and cancel. */
bool op_promise_release(struct casework *work, const struct op_values *values, struct err *err)
{
	enum entry_type type = op_values_of(values)->writes;
	const struct entry *made;
	const struct promise *promise = promise_open(work, &made, err);
	struct json_object *data;

	if (!promise)
		return false;
	if (type == ENTRY_PROMISE_RELEASE && !promise->owner.p)
		return err_set(err, ERR_REFUSED, "this promise is nobody's already");
	data = json_object_new_object();
	data_from(data, values, "reason", NULL);
	return promise_add(work, type, made, data, err);
}

bool op_promise_take(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *made;
	const struct promise *promise = promise_open(work, &made, err);
	struct json_object *data;

	(void)values;
	if (!promise)
		return false;
	if (casework_is_me(work, promise->owner))
		return err_set(err, ERR_REFUSED, "this promise is yours already");
	if (!promise->free_slot.p)
		return err_set(err, ERR_REFUSED, "this promise is %.*s's: they can release it, or a supervisor can assign it", STR_ARG(promise->owner));
	data = json_object_new_object();
	data_text(data, "slot", promise->free_slot);
	return promise_add(work, ENTRY_PROMISE_TAKE, made, data, err);
}

bool op_ask(struct casework *work, const struct op_values *values, struct err *err)
{
	struct json_object *data;
	struct str person, case_;

	if (!is_ahead(work, values, err) || !casework_case(work, values, &case_, err) || !casework_person(work, &person, err))
		return false;
	data = json_object_new_object();
	data_from(data, values, "text", NULL);
	data_from(data, values, "team", "to_team");
	data_from(data, values, "role", "to_role");
	data_from(data, values, "agent", "to_agent");
	data_from(data, values, "amount", NULL);
	data_from(data, values, "due", NULL);
	return casework_main(work, ENTRY_ASK, person, case_, data, err);
}

static bool is_asked(const struct casework *work, const struct question *question)
{
	enum role role;

	if (question->to_role.p && role_parse(question->to_role, &role) && work->desk->roles >> role & 1)
		return true;
	return is_for_me(work, question->to_agent, question->to_team);
}

/* Nobody gives leave to themselves; what was answered and used stands. */
static bool may_answer(const struct casework *work, const struct question *question, struct err *err)
{
	bool alone = !work->desk->house->n_agents;
	char when[40];

	if (!alone && casework_is_me(work, question->ask->author))
		return err_set(err, ERR_REFUSED, "you asked this: somebody else has to answer");
	if (!is_asked(work, question))
		return err_set(err, ERR_REFUSED, "%.*s was asked, not you", STR_ARG(question->to_agent.p ? question->to_agent :
			       question->to_role.p ? question->to_role : question->to_team));
	if (!question->answer || (!question->used && (alone || casework_is_me(work, question->answer->author))))
		return true;
	when_text(work, entry_time(question->answer), when);
	return err_set(err, ERR_REFUSED, "%.*s answered on %s%s", STR_ARG(question->answer->author), when, question->used ? ", and it was used" : "");
}

bool op_answer(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *asked = casework_item(work, ENTRY_ASK, err);
	const struct question *question = asked ? cases_question(work->cases, asked->id) : NULL;
	struct json_object *data;

	if (!asked || (question && !may_answer(work, question, err)))
		return false;
	data = json_object_new_object();
	data_text(data, "ask", asked->id);
	data_from(data, values, "yes", NULL);
	data_from(data, values, "text", NULL);
	return casework_main(work, ENTRY_ANSWER, casework_home(work, asked), casework_case_of(work, asked), data, err);
}
