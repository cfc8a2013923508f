/*
 * Who else was found beside the customer that is open: told, compared, and
 * linked as the same person.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/desk/tell.h>

#include "customer_view.h"

/* What a group is found again by, however many others come: its first record. */
static char *key_of(const struct group *group)
{
	return mem_printf("%.*s/%.*s", STR_ARG(group->records[0]->backend), STR_ARG(group->records[0]->id));
}

static bool holds_key(const struct group *group, const char *key)
{
	for (size_t i = 0; i < group->n_records; i++) {
		struct str backend = group->records[i]->backend, id = group->records[i]->id;
		size_t n = strlen(key);

		if (n == backend.n + 1 + id.n && memcmp(key, backend.p, backend.n) == 0 && key[backend.n] == '/' &&
		    memcmp(key + backend.n + 1, id.p, id.n) == 0)
			return true;
	}
	return false;
}

static const struct resolve_result *compared_with(struct customer_view *cv)
{
	const struct resolve_result *identified = cv->identifying ? customer_identified(cv) : NULL;

	return identified ? identified : lookup_result(cv->opening.lookup);
}

size_t customer_others(struct customer_view *cv, const char *key, size_t *at)
{
	const struct resolve_result *result = compared_with(cv);
	const struct group *mine = customer_group(cv->customer);
	size_t n = 0;

	*at = 0;
	for (size_t i = 0; i < result->n; i++) {
		if (!result->groups[i].n_records || group_meets(&result->groups[i], mine))
			continue;
		if (key && holds_key(&result->groups[i], key))
			*at = n;
		n++;
	}
	return n;
}

static const struct group *with_key(const struct resolve_result *result, const char *key)
{
	for (size_t i = 0; result && key && i < result->n; i++)
		if (holds_key(&result->groups[i], key))
			return &result->groups[i];
	return NULL;
}

const struct group *customer_other(struct customer_view *cv, const char *key)
{
	const struct group *found = with_key(customer_identified(cv), key);

	return found ? found : with_key(lookup_result(cv->opening.lookup), key);
}

char *customer_other_key(struct customer_view *cv, size_t at)
{
	const struct resolve_result *result = compared_with(cv);
	const struct group *mine = customer_group(cv->customer);

	for (size_t i = 0; i < result->n; i++) {
		if (!result->groups[i].n_records || group_meets(&result->groups[i], mine))
			continue;
		if (at-- == 0)
			return key_of(&result->groups[i]);
	}
	return NULL;
}

static void add_other(struct buf *out, const struct group *group)
{
	const struct record *r = group->n_records ? group->records[0] : NULL;

	if (!r)
		return;
	buf_adds(out, out->len ? ", " : "");
	buf_addstr(out, r->n_names ? r->names[0] : STR("(no name)"));
	buf_printf(out, " (%.*s)", STR_ARG(r->backend));
}

static bool by_telephone(struct customer_view *cv)
{
	const struct who *who = lookup_who(cv->opening.lookup);

	for (size_t i = 0; i < who->n; i++)
		if (who->items[i].id.type == ID_TYPE_TEL)
			return true;
	return false;
}

/* Somebody else may still come, while it is not settled who this is. */
static void tell_asked(struct customer_view *cv, struct buf *line)
{
	size_t n, asked = 0;
	const struct source *sources = lookup_sources(cv->opening.lookup, &n);

	if (!customer_group(cv->customer)->shared_only || lookup_done(cv->opening.lookup) || customer_settled(cv))
		return;
	for (size_t i = 0; i < n; i++)
		asked += sources[i].state == SOURCE_WAITING;
	if (asked && by_telephone(cv))
		buf_printf(line, ngettext("found by telephone only, %zu system still asked", "found by telephone only, %zu systems still asked", asked), asked);
	else if (asked)
		buf_printf(line, ngettext("found by what others may share, %zu system still asked", "found by what others may share, %zu systems still asked", asked), asked);
}

/* Where nobody else has to be told of, what does not fit is. */
static void tell_first_misfit(struct customer_view *cv, struct buf *line)
{
	const struct tell tell = customer_telling(cv, 0);
	struct misfits misfits;

	/* rows that came and are not listed yet are looked at when they are */
	if (!timeline_settled(customer_timeline(cv->customer))) {
		buf_adds(line, cv->misfit ? cv->misfit : "");
		return;
	}
	customer_misfits(cv->customer, &misfits);
	if (misfits.n) {
		buf_adds(line, gettext("check: "));
		tell_misfit(&tell, &misfits.items[0], line);
	}
	misfits_release(&misfits);
	free(cv->misfit);
	cv->misfit = line->len ? mem_strdup(line->data) : NULL;
}

/* Who else was found never replaces what is open. */
void customer_tell_others(struct customer_view *cv)
{
	const struct resolve_result *result = lookup_result(cv->opening.lookup);
	const struct group *mine = customer_group(cv->customer);
	struct arena *arena = arena_new();
	struct buf text, line;
	size_t others = 0;

	buf_init(&text, 4096);
	buf_init(&line, 4096);
	for (size_t i = 0; i < result->n; i++) {
		if (group_meets(&result->groups[i], mine))
			continue;
		if (others++ < 3)
			add_other(&text, present_seen_group(ui_present(cv->view.ui), &result->groups[i], arena));
	}
	if (!others)
		tell_asked(cv, &line);
	if (!others && !line.len)
		tell_first_misfit(cv, &line);
	if (others && by_telephone(cv))
		buf_printf(&line, ngettext("%s has this number too: = compares", "%s have this number too: = compares", others), text.data ? text.data : "");
	else if (others)
		buf_printf(&line, ngettext("%s has this too: = compares", "%s have this too: = compares", others), text.data ? text.data : "");
	ui_standing(cv->view.ui, &cv->view, line.len ? line.data : NULL);
	buf_release(&text);
	buf_release(&line);
	arena_free(arena);
}

/* Back to the candidates, where choosing one says who it is. */
void customer_candidates(struct customer_view *cv)
{
	find_view_left(cv->view.below, customer_group(cv->customer));
	ui_pop(cv->view.ui);
}

void customer_compare(struct customer_view *cv)
{
	size_t at;

	cv->identifying = false;
	if (customer_others(cv, NULL, &at))
		ui_push(cv->view.ui, compare_view_new(cv));
	else if (cv->opening.aside) {
		ui_say(cv->view.ui, EL_MESSAGE, "%s", gettext("nobody else was found to compare with"));
		ui_pop(cv->view.ui);
	}
	else
		customer_candidates(cv);
}

/* What it is made one with is part of it at once: its rows are pulled without another search. */
void customer_joined(struct customer_view *cv, const struct group *group)
{
	const struct group *other = cv->joined ? customer_other(cv, cv->joined) : NULL;
	struct group both = *group;
	struct arena *arena;
	const struct record **records;
	struct str *persons;

	if (!other || group_meets(other, group)) {
		customer_update(cv->customer, group);
		return;
	}
	arena = arena_new();
	both.n_records = group->n_records + other->n_records;
	both.n_persons = group->n_persons + other->n_persons;
	records = arena_alloc(arena, both.n_records * sizeof(*records));
	persons = arena_alloc(arena, (both.n_persons + 1) * sizeof(*persons));
	for (size_t i = 0; i < both.n_records; i++)
		records[i] = i < group->n_records ? group->records[i] : other->records[i - group->n_records];
	for (size_t i = 0; i < both.n_persons; i++)
		persons[i] = i < group->n_persons ? group->persons[i] : other->persons[i - group->n_persons];
	both.records = records;
	both.persons = persons;
	both.shared_only = false;
	customer_update(cv->customer, &both);
	arena_free(arena);
}

static bool is_held(struct customer_view *cv, const struct record *record)
{
	const struct group *mine = customer_group(cv->customer);
	size_t n;
	const struct person_hold *holds = persons_holds(customer_persons(cv->customer), &n);
	struct identity self;

	record_identity(record, &self);
	for (size_t i = 0; i < n; i++) {
		if (!holds[i].now || !identity_same(&holds[i].id, &self))
			continue;
		for (size_t k = 0; k < mine->n_persons; k++)
			if (str_eq(mine->persons[k], holds[i].person))
				return true;
	}
	return false;
}

void customer_linked(struct customer_view *cv)
{
	const struct group *other = cv->linking ? customer_other(cv, cv->linking) : NULL;

	if (!other || !is_held(cv, other->records[0]))
		return;
	free(cv->joined);
	cv->joined = cv->linking;
	cv->linking = NULL;
	cv->compared = true;
	customer_joined(cv, customer_group(cv->customer));
	customer_tell_others(cv);
}

void customer_link(struct customer_view *cv, const char *key)
{
	if (!customer_other(cv, key)) {
		ui_say(cv->view.ui, EL_WARN, "%s", gettext("whom you compared with is no longer found: = compares anew"));
		return;
	}
	free(cv->linking);
	cv->linking = mem_strdup(key);
	flow_start(&cv->flows, "link.other", (struct str){ 0 }, NULL);
}
