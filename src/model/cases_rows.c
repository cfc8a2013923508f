/*
 * What the case store adds to a timeline, and when a case opens again.
 */
#include "cases_inner.h"

bool case_open_at(const struct case_state *state, int64_t at)
{
	const struct case_register *status = case_register(state, "status");

	if (entry_time(state->opened) > at)
		return false;
	return state->solved_at == WHEN_NONE || !status || at < state->solved_at;
}

static struct interaction *row_new(struct batch *batch, const char *row, const struct entry *entry, struct str case_)
{
	struct interaction *it = batch_add(batch);

	it->backend = STR(CASES_BACKEND);
	it->row = arena_str(batch->arena, str_of(row));
	it->id = arena_str(batch->arena, entry->id);
	it->at = entry_time(entry);
	it->channel = CHANNEL_NONE;
	channel_parse(entry->channel, &it->channel);
	if (entry->author.p)
		it->agent = arena_str(batch->arena, entry->author);
	if (case_.p)
		interaction_refs(batch->arena, it)->case_ = arena_str(batch->arena, case_);
	return it;
}

static struct str row_text(struct batch *batch, struct str text)
{
	return text.p ? arena_str(batch->arena, text) : text;
}

static struct str first_line(struct str text)
{
	const char *end = text.n ? memchr(text.p, '\n', text.n) : NULL;

	return end ? str_make(text.p, (size_t)(end - text.p)) : text;
}

static void note_row(struct batch *batch, const struct entry *entry, struct json_object *data, struct str case_)
{
	struct interaction *it = row_new(batch, "note", entry, case_);

	it->kind = KIND_NOTE;
	it->reader = READER_STAFF;
	it->text = row_text(batch, entry_text(data, "text"));
	it->title = row_text(batch, first_line(entry_text(data, "text")));
}

/* "refund", or "refund: refused" */
static struct str action_title(struct batch *batch, struct str action, struct str outcome)
{
	struct buf title;
	struct str out;

	buf_init(&title, ENTRY_DATA_MOST);
	buf_addstr(&title, action);
	if (outcome.n && !str_is(outcome, "done"))
		buf_printf(&title, ": %.*s", STR_ARG(outcome));
	out = arena_str(batch->arena, buf_str(&title));
	buf_release(&title);
	return out;
}

static void action_row(struct batch *batch, const struct entry *entry, struct json_object *data, struct str case_)
{
	struct str outcome = entry_text(data, "outcome");
	struct interaction *it = row_new(batch, "action", entry, case_);

	it->kind = KIND_OTHER;
	it->title = action_title(batch, entry_text(data, "action"), outcome);
	it->text = row_text(batch, entry_text(data, "text"));
	it->outcome = row_text(batch, outcome);
	if (str_is(outcome, "done"))
		it->done = row_text(batch, entry_text(data, "code").p ? entry_text(data, "code") : entry_text(data, "action"));
	it->status = row_text(batch, entry_text(data, "backend"));
}

static enum kind kind_of_channel(enum channel channel)
{
	static const unsigned char kinds[CHANNEL_COUNT] = {
		[CHANNEL_NONE] = KIND_CONTACT, [CHANNEL_PHONE] = KIND_CALL, [CHANNEL_CHAT] = KIND_CHAT, [CHANNEL_COUNTER] = KIND_VISIT,
		[CHANNEL_MAIL] = KIND_EMAIL, [CHANNEL_SOCIAL] = KIND_SOCIAL, [CHANNEL_WEB] = KIND_WEB,
	};

	return (enum kind)kinds[channel];
}

static void contact_row(struct batch *batch, const struct contact *contact)
{
	struct interaction *it = row_new(batch, "contact", contact->start, contact->case_);
	struct buf done;

	it->kind = kind_of_channel(contact->channel);
	it->direction = contact->direction;
	it->at = contact->from;
	it->until = contact->until;
	it->minutes = contact->handling;
	it->number = row_text(batch, contact->number);
	it->outcome = row_text(batch, contact->outcome);
	it->title = row_text(batch, contact->line);
	it->place_id = row_text(batch, contact->site);
	if (contact->call.p)
		interaction_refs(batch->arena, it)->call = arena_str(batch->arena, contact->call);
	if (!contact->n_done)
		return;
	buf_init(&done, ENTRY_DATA_MOST);
	for (size_t i = 0; i < contact->n_done; i++)
		buf_printf(&done, "%s%.*s", i ? ", " : "", STR_ARG(contact->done[i]));
	it->done = arena_str(batch->arena, buf_str(&done));
	if (!it->title.p)
		it->title = it->done;
	buf_release(&done);
}

/* That one was begun is known from what became of it, once that is known. */
static bool is_over(struct cases_fold *fold, const struct cases *cases, size_t at, struct json_object *begun)
{
	bool over = false;

	if (!str_is(entry_text(begun, "outcome"), "begun"))
		return false;
	for (size_t i = 0; i < cases->n_entries && !over; i++) {
		struct json_object *data = i != at && cases->entries[i]->type == ENTRY_ACTION ? entry_data(fold->parser, cases->entries[i]) : NULL;

		over = data && str_eq(entry_text(data, "begun"), cases->entries[at]->id);
		json_object_put(data);
	}
	return over;
}

struct batch *cases_rows(const struct cases *cases)
{
	struct cases_fold *fold = (struct cases_fold *)(uintptr_t)cases;
	struct batch *batch = batch_new();

	for (size_t i = 0; i < cases->n_entries; i++) {
		const struct entry *entry = cases->entries[i];
		struct json_object *data;

		if (entry->type != ENTRY_NOTE && entry->type != ENTRY_ACTION)
			continue;
		data = entry_data(fold->parser, entry);
		if (data && (entry->type == ENTRY_NOTE || !is_over(fold, cases, i, data)))
			(entry->type == ENTRY_NOTE ? note_row : action_row)(batch, entry, data, fold_case_of(fold, entry));
		json_object_put(data);
	}
	for (size_t i = 0; i < cases->n_contacts; i++)
		contact_row(batch, &cases->contacts[i]);
	return batch;
}

/* It was opened by mistake: nobody can come back to it. */
static bool is_taken_back(const struct cases *cases, const struct case_state *state)
{
	struct cases_fold *fold = (struct cases_fold *)(uintptr_t)cases;
	const struct case_register *status = case_register(state, "status");
	struct json_object *data = status && status->by ? entry_data(fold->parser, status->by) : NULL;
	bool back = data && str_eq(entry_text(data, "undoes"), state->opened->id);

	json_object_put(data);
	return back;
}

bool cases_reopen(const struct cases *cases, const struct inbound *inbound, int64_t window, struct entry_draft *draft, struct str *cause)
{
	const struct case_state *best = NULL;
	struct json_object *data;

	if (inbound->loose)
		return false;
	for (size_t i = 0; i < cases->n_cases; i++) {
		const struct case_state *state = &cases->cases[i];
		int64_t since;

		if (state->status != CASE_SOLVED) {
			if (!inbound->case_.p && case_open_at(state, inbound->at))
				return false;
			continue;
		}
		if ((inbound->case_.p && !str_eq(inbound->case_, state->id)) || inbound->at <= state->solved_at ||
		    __builtin_sub_overflow(inbound->at, state->solved_at, &since) || since > window)
			continue;
		if ((!best || state->solved_at > best->solved_at) && !is_taken_back(cases, state))
			best = state;
	}
	if (!best)
		return false;
	data = json_object_new_object();
	json_object_object_add(data, "solved", json_object_new_string_len(case_register(best, "status")->by->id.p, 36));
	json_object_object_add(data, "cause", json_object_new_string_len(inbound->id.p, (int)inbound->id.n));
	*draft = (struct entry_draft){
		.type = ENTRY_REOPEN, .person = best->opened->person, .case_ = best->id, .at = inbound->at, .data = data,
		.epoch = best->epoch,
	};
	*cause = inbound->id;
	return true;
}
