/*
 * What waits for the agent, and what came in meanwhile: told between commands,
 * in one line, and listed when it is asked for.
 */
#include "shell.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/model/agenda.h>

#include "held.h"

struct shell_news {
	struct store_watch *watch;
	bool changed, greeted;
	char **seen;
	size_t n_seen, cap_seen;
	char **fresh;           /* of those: not listed yet */
	size_t n_fresh, cap_fresh;
	size_t others;          /* what others wrote about who is open, as far as it was told */
	char *who;              /* of whom that is */
};

static bool is_in(char **list, size_t n, struct str id)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(id, list[i]))
			return true;
	return false;
}

static void agenda_of(struct shell *sh, const struct cases *cases, struct agenda *agenda)
{
	const struct desk *desk = sh->desk;
	struct agenda_in in = {
		.cases = cases, .agent = desk->agent, .team = desk->team, .site = desk->site, .roles = desk->roles,
		.now = clock_wall(desk->clock), .soon = desk->house->windows.promise, .handoff = desk->house->windows.handoff,
		.question = desk->house->windows.question,
	};

	agenda_init(agenda, &in);
}

/* How its customer is found; NULL: nothing is known of them. The caller's. */
static char *who_of(const struct held *held, struct str person)
{
	struct buf text;

	buf_init(&text, 4096);
	held_who(held, person, &text);
	if (text.len && !str_starts(buf_str(&text), "person "))
		return buf_take(&text);
	buf_release(&text);
	return NULL;
}

static void item_text(struct shell *sh, const struct agenda_item *item, const char *who, const struct mask *mask, struct buf *text)
{
	char code[CASE_CODE + 1];

	agenda_reason(item, clock_wall(sh->desk->clock), text);
	if (who)
		buf_printf(text, ", %s", who);
	if (mask && mask_hides(mask, "row.text"))
		buf_adds(text, gettext(", closed until verified"));
	else if (item->text.n)
		buf_printf(text, ", %.*s", STR_ARG(item->text));
	if (item->who.n)
		buf_printf(text, " (%.*s)", STR_ARG(item->who));
	case_code(item->entry->id, code);
	buf_printf(text, ", %s", code);
}

static void list_item(struct shell *sh, const struct held *held, const struct agenda_item *item)
{
	char *who = who_of(held, item->person);
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	item_text(sh, item, who, held->tell.mask, &text);
	shell_list_line(sh, shell_list_add(sh, SHELL_ENTRY, item->entry->id, who, item->entry->type), buf_str(&text));
	buf_release(&text);
	free(who);
}

typedef int agenda_fn(struct shell *sh, const struct held *held, const struct agenda *agenda);

static int with_agenda(struct shell *sh, agenda_fn *fn)
{
	struct held open, all = { 0 };
	struct agenda agenda;
	int status = held_open(&open, sh->cli, NULL);

	if (status == CLI_DONE)
		status = held_walk_on(&all, &open, HELD_CASE_TYPES, 0, true);
	if (status == CLI_DONE) {
		agenda_of(sh, all.cases, &agenda);
		status = held_end(&open, fn(sh, &all, &agenda));
		agenda_release(&agenda);
	}
	held_release(&all);
	held_release(&open);
	return status;
}

static int list_all(struct shell *sh, const struct held *held, const struct agenda *agenda)
{
	shell_list_begin(sh);
	for (size_t i = 0; i < agenda->n; i++)
		list_item(sh, held, &agenda->items[i]);
	if (!agenda->n)
		shell_say(sh, "nothing waits for you");
	return CLI_DONE;
}

int shell_desk(struct shell *sh)
{
	return with_agenda(sh, list_all);
}

struct urgent { char *who, *line; };

static int find_urgent(struct shell *sh, const struct held *held, const struct agenda *agenda)
{
	struct str *skip = mem_array(sh->n_passed + 1, sizeof(*skip));
	const struct agenda_item *item;
	struct buf text;
	char *who;

	for (size_t i = 0; i < sh->n_passed; i++)
		skip[i] = str_of(sh->passed[i]);
	item = agenda_next(agenda, skip, sh->n_passed);
	free(skip);
	shell_list_begin(sh);
	if (!item) {
		shell_say(sh, sh->n_passed ? "nothing else presses" : "nothing presses");
		return CLI_DONE;
	}
	who = who_of(held, item->person);
	buf_init(&text, SIZE_MAX / 4);
	item_text(sh, item, who, held->tell.mask, &text);
	shell_list_line(sh, shell_list_add(sh, SHELL_ENTRY, item->entry->id, who, item->entry->type), buf_str(&text));
	MEM_ROOM(sh->passed, sh->n_passed, sh->cap_passed);
	sh->passed[sh->n_passed++] = str_dup(item->entry->id);
	buf_release(&text);
	free(who);
	return CLI_DONE;
}

int shell_urgent(struct shell *sh)
{
	int status = with_agenda(sh, find_urgent);
	char *who = status == CLI_DONE && sh->n_items && sh->items[0].who ? mem_strdup(sh->items[0].who) : NULL;

	if (who)
		status = shell_find(sh, who);
	free(who);
	return status;
}

static void nothing(void *arg)
{
	(void)arg;
}

static void changed(void *arg)
{
	((struct shell_news *)arg)->changed = true;
}

static struct shell_news *news_of(struct shell *sh)
{
	struct store_ask ask = { .open_items = true };
	struct store_watch_sink sink = { changed, nothing, NULL };

	if (sh->news || !sh->desk->store)
		return sh->news;
	sh->news = mem_zalloc(sizeof(*sh->news));
	sink.arg = sh->news;
	sh->news->watch = store_watch(sh->desk->store, &ask, &sink);
	watch_settle(sh->desk, sh->news->watch);
	sh->news->changed = true;
	return sh->news;
}

/* What somebody waits for, or is late; cases and notices press nobody. */
static bool rings(const struct agenda_item *item)
{
	return item->kind <= AGENDA_OVERDUE && item->kind != AGENDA_DUE;
}

static size_t take_news(struct shell *sh, struct shell_news *news)
{
	struct cases_in in = { .entries = store_watch_entries(news->watch) };
	const struct cases *cases = cases_fold(&in);
	struct agenda agenda;
	size_t n = 0;

	agenda_of(sh, cases, &agenda);
	for (size_t i = 0; i < agenda.n; i++) {
		struct str id = agenda.items[i].entry->id;

		if (!rings(&agenda.items[i]) || is_in(news->seen, news->n_seen, id))
			continue;
		MEM_ROOM(news->seen, news->n_seen, news->cap_seen);
		news->seen[news->n_seen++] = str_dup(id);
		MEM_ROOM(news->fresh, news->n_fresh, news->cap_fresh);
		news->fresh[news->n_fresh++] = str_dup(id);
		n++;
	}
	agenda_release(&agenda);
	cases_free(cases);
	return n;
}

/* Entries about who is open that are not mine; who looked is nobody's news. */
static size_t count_others(struct shell *sh)
{
	size_t n, others = 0;
	const struct entry *const *all = entries_sorted(customer_entries(sh->open.customer), &n);

	for (size_t i = 0; i < n; i++)
		others += all[i]->type != ENTRY_VIEW && all[i]->type != ENTRY_LINK && !str_eq(all[i]->author, sh->desk->agent);
	return others;
}

static void tell_open(struct shell *sh, struct shell_news *news)
{
	size_t rows = timeline_count(customer_timeline(sh->open.customer)), others = count_others(sh);

	if (!news->who || strcmp(news->who, sh->who) != 0) {
		free(news->who);
		news->who = mem_strdup(sh->who);
		news->others = others;
	}
	if (others > news->others)
		shell_say(sh, "news: somebody else wrote about %s; \"brief\" shows it", sh->label);
	news->others = others;
	if (shell_others(sh) > sh->others_told)
		shell_say(sh, "news: somebody else was found, too; \"compare\" shows who");
	sh->others_told = shell_others(sh);
	if (sh->first_rows && shell_asked(sh) == 0) {
		if (rows > sh->rows_told)
			shell_say(sh, ngettext("news: all backends have answered, %zu row more; \"more\" shows it",
					       "news: all backends have answered, %zu rows more; \"more\" shows them", rows - sh->rows_told),
				  rows - sh->rows_told);
		else
			shell_say(sh, "news: all backends have answered; no row came");
		sh->first_rows = false;
	}
}

void shell_tell_news(struct shell *sh)
{
	struct shell_news *news = sh->terminal ? news_of(sh) : NULL;
	size_t n = 0;

	if (!news)
		return;
	if (news->changed) {
		n = take_news(sh, news);
		shell_pops_stored(sh, store_watch_entries(news->watch));
	}
	news->changed = false;
	shell_tell_pops(sh);
	if (n)
		shell_say(sh, news->greeted ? ngettext("news: %zu thing more waits for you; \"news\" lists it",
						       "news: %zu things more wait for you; \"news\" lists them", n)
					    : ngettext("%zu thing waits for you; \"news\" lists it", "%zu things wait for you; \"news\" lists them", n), n);
	news->greeted = true;
	if (sh->session.open)
		tell_open(sh, news);
}

static int list_fresh(struct shell *sh, const struct held *held, const struct agenda *agenda)
{
	struct shell_news *news = sh->news;

	shell_list_begin(sh);
	for (size_t i = 0; i < agenda->n; i++)
		if (is_in(news->fresh, news->n_fresh, agenda->items[i].entry->id))
			list_item(sh, held, &agenda->items[i]);
	if (!sh->n_items)
		shell_say(sh, "no news");
	while (news->n_fresh)
		free(news->fresh[--news->n_fresh]);
	return CLI_DONE;
}

int shell_news(struct shell *sh)
{
	struct shell_news *news = news_of(sh);

	if (!news) {
		cli_say("there is no case store in this session");
		return CLI_STORE;
	}
	if (news->changed)
		take_news(sh, news);
	news->changed = false;
	return with_agenda(sh, list_fresh);
}

void shell_news_free(struct shell *sh)
{
	struct shell_news *news = sh->news;

	if (!news)
		return;
	while (news->n_fresh)
		free(news->fresh[--news->n_fresh]);
	while (news->n_seen)
		free(news->seen[--news->n_seen]);
	free(news->fresh);
	free(news->seen);
	free(news->who);
	store_watch_free(news->watch);
	free(news);
	sh->news = NULL;
}
