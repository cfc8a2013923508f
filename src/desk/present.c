#include "view.h"

static void begin_map(struct view *view, const char *name)
{
	view->out->begin_map(view->out->arg, name);
}

static void end_map(struct view *view)
{
	view->out->end_map(view->out->arg);
}

/* False when the list is closed. */
static bool begin_list(struct view *view, const char *field)
{
	if (view_hides(view, field))
		return false;
	view->out->begin_list(view->out->arg, field);
	return true;
}

static void end_list(struct view *view)
{
	view->out->end_list(view->out->arg);
}

static void texts(struct view *view, const char *field, const struct str *items, size_t n)
{
	if (!begin_list(view, field))
		return;
	for (size_t i = 0; i < n; i++)
		view->out->text(view->out->arg, NULL, items[i]);
	end_list(view);
}

static void addresses(struct view *view, const struct address *items, size_t n)
{
	if (!begin_list(view, "addresses"))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct address *address = &items[i];

		begin_map(view, NULL);
		view_text(view, "addresses.label", address->label);
		if (!view_hides(view, "addresses.lines")) {
			view->out->begin_list(view->out->arg, "lines");
			for (size_t k = 0; k < sizeof(address->lines) / sizeof(*address->lines); k++) {
				if (!str_empty(address->lines[k]))
					view->out->text(view->out->arg, NULL, address->lines[k]);
			}
			end_list(view);
		}
		view_text(view, "addresses.city", address->city);
		view_text(view, "addresses.region", address->region);
		view_text(view, "addresses.postcode", address->postcode);
		view_text(view, "addresses.country", address->country);
		end_map(view);
	}
	end_list(view);
}

/* Which of the identities asked for it holds, and where it stood there. */
static void matches(struct view *view, const struct record *record)
{
	for (size_t i = 0; i < record->n_matches; i++) {
		const struct record_match *match = &record->matches[i];

		begin_map(view, NULL);
		view_text(view, "matched.backend", record->backend);
		if (!view_hides(view, "matched.asked"))
			view_identity(view, "asked", &match->asked);
		view_text(view, "matched.field", match->field);
		view_text(view, "matched.stored", view_closes_type(view, match->asked.type) ? (struct str){ 0 } : match->stored);
		end_map(view);
	}
}

void present_record(const struct present *present, const struct record *record, const struct fields *out)
{
	struct view view = view_of(present, "record", out);
	struct identity self;

	record_identity(record, &self);
	if (!view_hides(&view, "id"))
		view_identity(&view, "id", &self);
	view_text(&view, "backend", record->backend);
	view_boolean(&view, "guest", record->guest);
	view_boolean(&view, "reference_only", record->reference_only);
	texts(&view, "names", record->names, record->n_names);
	if (begin_list(&view, "identities")) {
		for (size_t i = 0; i < record->n_ids; i++)
			view_identity(&view, NULL, &record->ids[i].id);
		end_list(&view);
	}
	if (begin_list(&view, "matched")) {
		matches(&view, record);
		end_list(&view);
	}
	addresses(&view, record->addresses, record->n_addresses);
	view_text(&view, "tier", record->tier);
	view_time(&view, "since", record->since);
	view_money(&view, "lifetime", record->lifetime);
	view_text(&view, "channel", record->channel);
	view_text(&view, "consent", record->consent);
	view_boolean(&view, "do_not_contact", record->do_not_contact);
	view_text(&view, "language", record->language);
	view_text(&view, "note", record->note);
	view_text(&view, "web", record->web);
	view_end(&view);
}

void present_group(const struct present *present, const struct group *group, const struct fields *out)
{
	struct view view = view_of(present, "group", out);
	struct str name = group->name;

	for (size_t i = 0; i < group->n_records && !name.p; i++) {
		if (group->records[i]->n_names)
			name = group->records[i]->names[0];
	}
	view_text(&view, "name", name);
	view_boolean(&view, "shared_only", group->shared_only);
	if (begin_list(&view, "typed")) {
		for (size_t i = 0; i < group->n_typed; i++)
			view_identity(&view, NULL, &group->typed[i]);
		end_list(&view);
	}
	if (begin_list(&view, "matched")) {
		for (size_t i = 0; i < group->n_records; i++)
			matches(&view, group->records[i]);
		end_list(&view);
	}
	if (begin_list(&view, "reasons")) {
		for (size_t i = 0; i < group->n_reasons; i++) {
			begin_map(&view, NULL);
			view_text(&view, "reasons.text", view_closes_type(&view, group->reasons[i].by.type) ? (struct str){ 0 } : group->reasons[i].text);
			if (!view_hides(&view, "reasons.by"))
				view_identity(&view, "by", &group->reasons[i].by);
			end_map(&view);
		}
		end_list(&view);
	}
	texts(&view, "persons", group->persons, group->n_persons);
	if (begin_list(&view, "records")) {
		for (size_t i = 0; i < group->n_records; i++) {
			begin_map(&view, NULL);
			present_record(present, group->records[i], out);
			end_map(&view);
		}
		end_list(&view);
	}
	view_end(&view);
}

/* An identity in typed form says by its first word whether it is closed. */
static bool is_closed_identity(struct view *view, struct str typed)
{
	const char *colon = typed.p ? memchr(typed.p, ':', typed.n) : NULL;
	enum id_type type;

	return colon && identity_type_parse(str_make(typed.p, (size_t)(colon - typed.p)), &type) && view_closes_type(view, type);
}

static void values(struct view *view, const char *field, const struct profile_list *list)
{
	bool are_identities = !strcmp(field, "identities");

	if (!begin_list(view, field))
		return;
	for (size_t i = 0; i < list->n; i++) {
		const struct profile_value *value = &list->items[i];

		begin_map(view, NULL);
		view->out->text(view->out->arg, "text",
				are_identities && is_closed_identity(view, value->text) ? (struct str){ 0 } : value->text);
		view->out->begin_list(view->out->arg, "sources");
		for (size_t k = 0; k < value->n_sources; k++)
			view->out->text(view->out->arg, NULL, value->sources[k]);
		end_list(view);
		end_map(view);
	}
	end_list(view);
}

void present_profile(const struct present *present, const struct profile *profile, const struct fields *out)
{
	struct view view = view_of(present, "profile", out);

	view_text(&view, "name", profile->name);
	values(&view, "names", &profile->names);
	values(&view, "identities", &profile->identities);
	values(&view, "addresses", &profile->addresses);
	values(&view, "tier", &profile->tiers);
	view_time(&view, "since", profile->since);
	if (begin_list(&view, "lifetime")) {
		for (size_t i = 0; i < profile->n_lifetime; i++)
			out->money(out->arg, NULL, profile->lifetime[i]);
		end_list(&view);
	}
	values(&view, "channel", &profile->channels);
	values(&view, "consent", &profile->consents);
	view_boolean(&view, "do_not_contact", profile->do_not_contact);
	values(&view, "do_not_contact_by", &profile->do_not_contact_sources);
	values(&view, "language", &profile->languages);
	values(&view, "note", &profile->notes);
	values(&view, "web", &profile->webs);
	view_end(&view);
}

void present_source(const struct present *present, const struct source *source, const struct fields *out)
{
	struct view view = view_of(present, "source", out);
	bool failed = source->err.code != ERR_NONE;

	view_text(&view, "backend", str_of(source->backend));
	view_word(&view, "state", source_state_word(source->state));
	view_text(&view, "error", failed ? str_of(err_code_name(source->err.code)) : (struct str){ 0 });
	view_text(&view, "why", failed ? str_of(source->err.text) : (struct str){ 0 });
	view_time(&view, "since", source->since);
	view_time(&view, "retry_at", source->retry_at);
	view_integer(&view, "requests", source->requests);
	view_integer(&view, "rows", source->rows);
	view_integer(&view, "dropped", source->dropped);
	view_integer(&view, "left", source->left);
	view_integer(&view, "ms", source->ms);
	view_end(&view);
}
