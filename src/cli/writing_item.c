/*
 * What is named on a command line: a case by its code, an entry by its id or
 * code, or as "last".
 */
#include <dossier/base/mem.h>
#include <dossier/model/agenda.h>

#include "writing.h"

static bool begins(struct str id, struct str word)
{
	return word.n > 0 && word.n <= id.n && memcmp(id.p, word.p, word.n) == 0;
}

const struct case_state *case_by_word(const struct cases *cases, struct str word, struct err *err)
{
	const struct case_state *found = NULL;
	char read[CASE_CODE + 1], code[CASE_CODE + 1];
	bool is_code = case_code_read(word, read);

	for (size_t i = 0; i < cases->n_cases; i++) {
		const struct case_state *state = &cases->cases[i];

		case_code(state->id, code);
		if (!(is_code && strncmp(code, read, strlen(read)) == 0) && !(word.n >= 8 && begins(state->id, word)))
			continue;
		if (found) {
			err_set(err, ERR_USAGE, "\"%.*s\" is more than one case; say more of its code", STR_ARG(word));
			return NULL;
		}
		found = state;
	}
	if (!found)
		err_set(err, ERR_NOTFOUND, "no case \"%.*s\" is known here; \"dossier case list WHO\" names a customer's", STR_ARG(word));
	return found;
}

/* "last": the agent's newest contact that is not wrapped up. */
static const struct entry *last_contact(const struct writing *w)
{
	const struct entry *found = NULL;

	for (size_t i = 0; i < w->cases->n_contacts; i++)
		if (!w->cases->contacts[i].wrapped && str_eq(w->cases->contacts[i].start->author, w->desk->agent))
			found = w->cases->contacts[i].start;
	return found;
}

/* "last" of what waits for this agent: the newest offer to accept, question to answer, promise to keep. */
static const struct entry *last_waiting(const struct writing *w, enum entry_type type)
{
	const struct desk *desk = w->desk;
	struct agenda_in in = {
		.cases = w->cases, .agent = desk->agent, .team = desk->team, .site = desk->site, .roles = desk->roles,
		.now = clock_wall(desk->clock), .soon = desk->house->windows.promise,
	};
	struct agenda agenda;
	const struct entry *found = NULL;

	agenda_init(&agenda, &in);
	for (size_t i = 0; i < agenda.n; i++) {
		const struct entry *entry = agenda.items[i].entry;

		if (entry->type == type && (!found || found->ord < entry->ord))
			found = entry;
	}
	agenda_release(&agenda);
	return found;
}

static bool names(const struct entry *entry, struct str word, const char *code)
{
	char own[CASE_CODE + 1];

	case_code(entry->id, own);
	return (word.n >= 8 && begins(entry->id, word)) || (*code && strncmp(own, code, strlen(code)) == 0);
}

/* By id, its beginning or its code: the only one of the type. */
const struct entry *writing_item(struct writing *w, struct str word)
{
	enum entry_type type = w->op ? w->op->item : ENTRY_UNKNOWN;
	const struct entry *found = entries_find(store_watch_entries(w->watch), word);
	char code[CASE_CODE + 1] = "";
	size_t n, hits = 0;
	const struct entry *const *all = entries_sorted(store_watch_entries(w->watch), &n);

	if (found)
		return found;
	if (str_is(word, "last") && type != ENTRY_UNKNOWN)
		return type == ENTRY_CONTACT_START ? last_contact(w) : last_waiting(w, type);
	if (!case_code_read(word, code))
		code[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (!names(all[i], word, code) || (type != ENTRY_UNKNOWN && all[i]->type != type))
			continue;
		found = all[i];
		hits++;
	}
	if (hits > 1)
		err_set(&w->err, ERR_USAGE, "\"%.*s\" begins more than one; say more of it", STR_ARG(word));
	return hits == 1 ? found : NULL;
}
