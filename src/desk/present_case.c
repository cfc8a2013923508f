#include <dossier/desk/present_case.h>

#include "view.h"

/* The words that agents wrote show as rows too, so they are closed with those. */
static bool hides_words(struct view *view, const char *field)
{
	const char *dot = strrchr(field, '.');

	if (view_hides(view, field))
		return true;
	if (!view->mask || !mask_hides(view->mask, "row.text"))
		return false;
	view_note(view, field);
	view->out->text(view->out->arg, dot ? dot + 1 : field, (struct str){ 0 });
	return true;
}

static void view_words(struct view *view, const char *field, struct str value)
{
	if (!hides_words(view, field))
		view_text(view, field, value);
}

static void put_member(const struct fields *out, const char *name, struct json_object *value);

static void put_map(const struct fields *out, const char *name, struct json_object *map)
{
	out->begin_map(out->arg, name);
	json_object_object_foreach(map, key, value)
		put_member(out, key, value);
	out->end_map(out->arg);
}

static void put_list(const struct fields *out, const char *name, struct json_object *list)
{
	out->begin_list(out->arg, name);
	for (size_t i = 0; i < json_object_array_length(list); i++)
		put_member(out, NULL, json_object_array_get_idx(list, i));
	out->end_list(out->arg);
}

/* Data was checked when it was read: it is no deeper than its type's fields. */
static void put_member(const struct fields *out, const char *name, struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_object:
		put_map(out, name, value);
		return;
	case json_type_array:
		put_list(out, name, value);
		return;
	case json_type_boolean:
		out->boolean(out->arg, name, json_object_get_boolean(value));
		return;
	case json_type_int:
		out->integer(out->arg, name, json_object_get_int64(value));
		return;
	case json_type_string:
		out->text(out->arg, name, str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)));
		return;
	default:
		out->text(out->arg, name, (struct str){ 0 });
	}
}

static bool is_time(const struct entry *entry, const char *name)
{
	if (!entry_known(entry))
		return false;
	for (const struct entry_field *f = entry_type_info(entry->type)->fields; f->name; f++)
		if (f->kind == FIELD_WHEN && strcmp(f->name, name) == 0)
			return true;
	return false;
}

static void put_data(struct view *view, const struct desk *desk, const struct entry *entry)
{
	const struct fields *out = view->out;
	struct json_object *data = NULL;
	struct json_parser *parser;

	if (hides_words(view, "data"))
		return;
	if (desk && desk_closes(desk, entry)) {
		view_note(view, "data");
		out->text(out->arg, "data", (struct str){ 0 });
		return;
	}
	parser = json_parser_new();
	if (entry_known(entry))
		data = entry_data(parser, entry);
	if (!data) {
		out->text(out->arg, "data", entry->data);
	} else {
		out->begin_map(out->arg, "data");
		json_object_object_foreach(data, name, value) {
			if (is_time(entry, name) && json_object_is_type(value, json_type_int))
				out->time(out->arg, name, json_object_get_int64(value));
			else
				put_member(out, name, value);
		}
		out->end_map(out->arg);
	}
	json_object_put(data);
	json_parser_free(parser);
}

void present_entry(const struct present *present, const struct entry *entry, const struct fields *out)
{
	struct view view = view_of(present, "entry", out);

	view_text(&view, "id", entry->id);
	view_text(&view, "type", entry->word);
	view_text(&view, "person", entry->person);
	view_text(&view, "case", entry->case_);
	view_time(&view, "at", entry->at);
	view_time(&view, "got", entry->got);
	view_text(&view, "author", entry->author);
	view_text(&view, "team", entry->team);
	view_text(&view, "channel", entry->channel);
	view_boolean(&view, "redacted", entry_stripped(entry));
	put_data(&view, present->desk, entry);
	view_end(&view);
}

static void put_code(struct view *view, const char *field, struct str id)
{
	char code[CASE_CODE + 1];

	case_code(id, code);
	view_word(view, field, code);
}

static void put_registers(struct view *view, const struct case_state *state)
{
	const struct fields *out = view->out;

	if (view_hides(view, "registers"))
		return;
	out->begin_list(out->arg, "registers");
	for (size_t i = 0; i < state->n_registers; i++) {
		const struct case_register *r = &state->registers[i];

		out->begin_map(out->arg, NULL);
		view_text(view, "registers.name", r->name);
		view_words(view, "registers.value", r->value);
		if (!hides_words(view, "registers.also")) {
			out->begin_list(out->arg, "also");
			for (size_t k = 0; k < r->n_also; k++)
				out->text(out->arg, NULL, r->also[k].value);
			out->end_list(out->arg);
		}
		out->end_map(out->arg);
	}
	out->end_list(out->arg);
}

void present_case(const struct present *present, const struct case_state *state, const struct fields *out)
{
	struct view view = view_of(present, "case", out);

	view_text(&view, "id", state->id);
	put_code(&view, "code", state->id);
	view_text(&view, "person", state->opened ? state->opened->person : (struct str){ 0 });
	view_word(&view, "status", case_status_word(state->status));
	view_words(&view, "title", state->title);
	view_text(&view, "owner", state->owner);
	view_text(&view, "holder", state->holder);
	view_text(&view, "team", state->team);
	view_time(&view, "opened", state->opened ? entry_time(state->opened) : WHEN_NONE);
	view_text(&view, "opened_by", state->opened ? state->opened->author : (struct str){ 0 });
	view_time(&view, "solved", state->solved_at);
	view_integer(&view, "entries", (int64_t)state->n_entries);
	view_integer(&view, "handoffs", (int64_t)state->n_handoffs);
	put_registers(&view, state);
	view_end(&view);
}

static const char *handoff_word(enum handoff_state state)
{
	static const char *const words[] = { "offered", "accepted", "withdrawn", "expired" };

	return words[state];
}

void present_handoff(const struct present *present, const struct handoff *handoff, const struct fields *out)
{
	struct view view = view_of(present, "handoff", out);

	view_text(&view, "id", handoff->offer->id);
	view_text(&view, "person", handoff->offer->person);
	view_text(&view, "case", handoff->offer->case_);
	put_code(&view, "code", handoff->offer->case_);
	view_word(&view, "state", handoff_word(handoff->state));
	view_text(&view, "by", handoff->offer->author);
	view_time(&view, "at", entry_time(handoff->offer));
	view_time(&view, "due", handoff->due);
	view_text(&view, "to_team", handoff->to_team);
	view_text(&view, "to_agent", handoff->to_agent);
	view_text(&view, "reason", handoff->reason);
	view_words(&view, "wants", handoff->wants);
	view_words(&view, "tried", handoff->tried);
	view_words(&view, "promised", handoff->promised);
	view_words(&view, "next", handoff->next);
	view_words(&view, "note", handoff->note);
	view_text(&view, "contact", handoff->contact);
	view_text(&view, "closed_by", handoff->closed ? handoff->closed->author : (struct str){ 0 });
	view_time(&view, "closed", handoff->closed ? entry_time(handoff->closed) : WHEN_NONE);
	view_integer(&view, "declined", (int64_t)handoff->n_declines);
	view_end(&view);
}

void present_promise(const struct present *present, const struct promise *promise, const struct fields *out)
{
	static const char *const states[] = { "open", "kept", "cancelled" };
	struct view view = view_of(present, "promise", out);

	view_text(&view, "id", promise->made->id);
	view_text(&view, "person", promise->made->person);
	view_text(&view, "case", promise->made->case_);
	view_word(&view, "state", states[promise->state]);
	view_words(&view, "text", promise->text);
	view_time(&view, "due", promise->due);
	view_text(&view, "owner", promise->owner);
	view_text(&view, "team", promise->team);
	view_text(&view, "by", promise->made->author);
	view_time(&view, "at", entry_time(promise->made));
	view_text(&view, "ended_by", promise->ended ? promise->ended->author : (struct str){ 0 });
	view_time(&view, "ended", promise->ended ? entry_time(promise->ended) : WHEN_NONE);
	view_end(&view);
}

void present_question(const struct present *present, const struct question *question, const struct fields *out)
{
	struct view view = view_of(present, "question", out);

	view_text(&view, "id", question->ask->id);
	view_text(&view, "person", question->ask->person);
	view_text(&view, "case", question->ask->case_);
	view_words(&view, "text", question->text);
	view_text(&view, "by", question->ask->author);
	view_time(&view, "at", entry_time(question->ask));
	view_time(&view, "due", question->due);
	view_text(&view, "to_team", question->to_team);
	view_text(&view, "to_role", question->to_role);
	view_text(&view, "to_agent", question->to_agent);
	view_money(&view, "amount", question->amount);
	view_boolean(&view, "answered", question->answer != NULL);
	view_text(&view, "answered_by", question->answer ? question->answer->author : (struct str){ 0 });
	view_boolean(&view, "yes", question->yes);
	view_words(&view, "answer", question->answer_text);
	view_boolean(&view, "used", question->used != NULL);
	view_end(&view);
}

static void put_done(struct view *view, const struct contact *contact)
{
	const struct fields *out = view->out;

	if (view_hides(view, "done"))
		return;
	out->begin_list(out->arg, "done");
	for (size_t i = 0; i < contact->n_done; i++)
		out->text(out->arg, NULL, contact->done[i]);
	out->end_list(out->arg);
}

void present_contact(const struct present *present, const struct contact *contact, const struct fields *out)
{
	struct view view = view_of(present, "contact", out);

	view_text(&view, "id", contact->start->id);
	view_text(&view, "person", contact->start->person);
	view_text(&view, "case", contact->case_);
	view_text(&view, "agent", contact->start->author);
	view_word(&view, "channel", channel_word(contact->channel));
	view_word(&view, "direction", direction_word(contact->direction));
	view_text(&view, "call", contact->call);
	view_text(&view, "number", view_closes_type(&view, ID_TYPE_TEL) ? (struct str){ 0 } : contact->number);
	view_text(&view, "site", contact->site);
	view_time(&view, "from", contact->from);
	view_time(&view, "until", contact->until);
	view_word(&view, "ended", contact_end_word(contact->ended));
	view_boolean(&view, "wrapped", contact->wrapped);
	put_done(&view, contact);
	view_text(&view, "outcome", contact->outcome);
	view_text(&view, "reason", contact->reason);
	view_words(&view, "line", contact->line);
	if (contact->satisfaction)
		view_integer(&view, "satisfaction", contact->satisfaction);
	else
		view_text(&view, "satisfaction", (struct str){ 0 });
	view_integer(&view, "handling", contact->handling);
	view_end(&view);
}

void present_notice(const struct present *present, const struct notice *notice, const struct fields *out)
{
	struct view view = view_of(present, "notice", out);

	view_text(&view, "id", notice->entry->id);
	view_text(&view, "site", notice->site);
	view_text(&view, "team", notice->team);
	view_words(&view, "text", notice->text);
	view_time(&view, "until", notice->until);
	view_text(&view, "by", notice->entry->author);
	view_time(&view, "at", entry_time(notice->entry));
	view_end(&view);
}

void present_discrepancy(const struct present *present, const struct discrepancy *d, const struct fields *out)
{
	struct view view = view_of(present, "discrepancy", out);

	view_text(&view, "id", d->entry->id);
	view_text(&view, "about", d->about);
	view_text(&view, "item", d->item);
	view_text(&view, "site", d->site);
	view_words(&view, "text", d->text);
	view_words(&view, "says", d->says);
	view_words(&view, "is", d->is);
	view_text(&view, "by", d->entry->author);
	view_time(&view, "at", entry_time(d->entry));
	view_boolean(&view, "closed", d->closed != NULL);
	view_text(&view, "closed_by", d->closed ? d->closed->author : (struct str){ 0 });
	view_words(&view, "outcome", d->outcome);
	view_end(&view);
}

void present_verified(const struct present *present, const struct verified *verified, const struct fields *out)
{
	struct view view = view_of(present, "verified", out);
	bool is = verified->level > 0;

	view_integer(&view, "level", verified->level);
	view_word(&view, "way", is ? verify_way_word(verified->way) : "");
	view_time(&view, "at", is ? verified->at : WHEN_NONE);
	view_time(&view, "until", is ? verified->until : WHEN_NONE);
	view_text(&view, "by", verified->by ? verified->by->author : (struct str){ 0 });
	view_boolean(&view, "travelled", verified->travelled);
	view_integer(&view, "misses", (int64_t)verified->misses);
	view_end(&view);
}

void present_misfit(const struct present *present, const struct misfit *misfit, const struct fields *out)
{
	struct view view = view_of(present, "misfit", out);
	const struct interaction *row = misfit->row;

	view_word(&view, "kind", misfit_word(misfit->kind));
	view_text(&view, "backend", row->backend);
	view_text(&view, "row", row->row);
	view_text(&view, "id", row->id);
	view_text(&view, "order", row->refs ? row->refs->order : (struct str){ 0 });
	view_time(&view, "at", row->at);
	view_time(&view, "since", misfit->since ? misfit->since->at : WHEN_NONE);
	view_text(&view, "promise", misfit->promise ? misfit->promise->made->id : (struct str){ 0 });
	view_end(&view);
}

static void put_tried(struct view *view, const struct brief *brief)
{
	static const char *const kinds[] = { "code", "outcome", "visit", "not stated" };
	static const char *const verdicts[] = { "", "came back after each", "came back", "helped" };
	const struct fields *out = view->out;

	if (view_hides(view, "tried"))
		return;
	out->begin_list(out->arg, "tried");
	for (size_t i = 0; i < brief->n_tried; i++) {
		const struct brief_item *item = &brief->tried[i];

		out->begin_map(out->arg, NULL);
		view_word(view, "tried.kind", kinds[item->kind]);
		view_text(view, "tried.code", item->code);
		view_integer(view, "tried.times", (int64_t)item->n);
		view_integer(view, "tried.back", (int64_t)item->back);
		view_time(view, "tried.first", item->first);
		view_time(view, "tried.last", item->last);
		view_word(view, "tried.verdict", verdicts[item->verdict]);
		out->end_map(out->arg);
	}
	out->end_list(out->arg);
}

static void put_amounts(struct view *view, const char *field, const struct money *money, size_t n)
{
	const char *dot = strrchr(field, '.');

	if (view_hides(view, field))
		return;
	view->out->begin_list(view->out->arg, dot ? dot + 1 : field);
	for (size_t i = 0; i < n; i++)
		view->out->money(view->out->arg, NULL, money[i]);
	view->out->end_list(view->out->arg);
}

static void put_effort(struct view *view, const struct brief *brief)
{
	if (view_hides(view, "effort"))
		return;
	view->out->begin_map(view->out->arg, "effort");
	view_integer(view, "effort.contacts", (int64_t)brief->contacts);
	view_integer(view, "effort.channels", (int64_t)brief->channels);
	view_integer(view, "effort.transfers", (int64_t)brief->transfers);
	view_integer(view, "effort.days", brief->days);
	view_integer(view, "effort.repeats", (int64_t)brief->repeats);
	view_integer(view, "effort.handling", brief->handling);
	put_amounts(view, "effort.cost", brief->cost, brief->n_cost);
	put_amounts(view, "effort.lifetime", brief->lifetime, view->mask && mask_hides(view->mask, "profile.lifetime") ? 0 : brief->n_lifetime);
	view->out->end_map(view->out->arg);
}

static void put_next(struct view *view, const struct brief *brief)
{
	if (view_hides(view, "next"))
		return;
	if (!brief->next) {
		view->out->text(view->out->arg, "next", (struct str){ 0 });
		return;
	}
	view->out->begin_map(view->out->arg, "next");
	view_words(view, "next.text", brief->next_text);
	view_text(view, "next.by", brief->next->author);
	view_time(view, "next.at", entry_time(brief->next));
	view_text(view, "next.type", brief->next->word);
	view->out->end_map(view->out->arg);
}

static void put_promised(const struct present *present, struct view *view, const struct brief *brief)
{
	if (view_hides(view, "promised"))
		return;
	if (!brief->promised) {
		view->out->text(view->out->arg, "promised", (struct str){ 0 });
		return;
	}
	view->out->begin_map(view->out->arg, "promised");
	present_promise(present, brief->promised, view->out);
	view->out->end_map(view->out->arg);
}

void present_brief(const struct present *present, const struct brief *brief, const struct fields *out)
{
	static const char *const wants[] = { "not stated", "case", "their words" };
	struct view view = view_of(present, "brief", out);

	view_text(&view, "case", brief->of ? brief->of->id : (struct str){ 0 });
	put_code(&view, "code", brief->of ? brief->of->id : (struct str){ 0 });
	view_words(&view, "wants", brief->wants == WANTS_NOT_STATED ? (struct str){ 0 } : brief->wants_text);
	view_word(&view, "wants_from", wants[brief->wants]);
	view_time(&view, "wants_at", brief->wants_row ? brief->wants_row->at : WHEN_NONE);
	put_tried(&view, brief);
	put_promised(present, &view, brief);
	view_integer(&view, "more_promised", (int64_t)brief->more_promised);
	put_next(&view, brief);
	put_effort(&view, brief);
	view_end(&view);
}
