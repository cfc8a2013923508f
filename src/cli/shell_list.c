/*
 * Numbered rows: a number means what it meant in the last listing, until there
 * is another.
 */
#include "shell.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "filter.h"
#include "listed.h"
#include "text.h"

void shell_list_begin(struct shell *sh)
{
	for (size_t i = 0; i < sh->n_items; i++) {
		free(sh->items[i].id);
		free(sh->items[i].who);
	}
	sh->n_items = 0;
}

size_t shell_list_add(struct shell *sh, enum shell_kind kind, struct str id, const char *who, enum entry_type type)
{
	if (sh->n_items >= SHELL_ITEMS_MOST - 1)
		return 0;
	MEM_ROOM(sh->items, sh->n_items, sh->cap_items);
	sh->items[sh->n_items++] = (struct shell_item){ kind, str_dup(id), who ? mem_strdup(who) : NULL, type };
	return sh->n_items;
}

const struct shell_item *shell_item(const struct shell *sh, const char *word)
{
	size_t digits = strspn(word, "0123456789"), n = digits && digits <= SHELL_ITEM_DIGITS && !word[digits] ? strtoul(word, NULL, 10) : 0;

	return n && n <= sh->n_items ? &sh->items[n - 1] : NULL;
}

void shell_list_line(struct shell *sh, size_t number, struct str text)
{
	if (number)
		shell_say(sh, "%zu. %.*s", number, STR_ARG(text));
	else
		shell_say(sh, "-. %.*s", STR_ARG(text));
}

static void add_part(struct buf *text, struct str part)
{
	if (!part.n)
		return;
	buf_adds(text, text->len ? ", " : "");
	buf_addstr(text, part);
}

static void add_words(struct buf *text, const struct interaction *it)
{
	struct str words = it->title.n ? it->title : it->text;
	const char *end = words.n ? memchr(words.p, '\n', words.n) : NULL;

	add_part(text, end ? str_make(words.p, (size_t)(end - words.p)) : words);
	if (!words.n)
		add_part(text, it->number);
}

/* When, what, which way, what it was about, how much, who of us, where it is known from. */
void shell_row_text(struct shell *sh, const struct timeline_row *row, struct buf *text)
{
	struct arena *arena = arena_new();
	const struct interaction *it = present_seen_row(&sh->open.present, row->head, arena);
	char when[40] = "no time", money[40];

	if (it->at != WHEN_NONE)
		when_short(it->at, clock_wall(sh->desk->clock), sh->desk->house->zone, when);
	buf_printf(text, "%s, %s%s%s", when, kind_word(it->kind), it->step ? " " : "", step_word(it->step));
	if (it->direction)
		buf_printf(text, " %s", direction_word(it->direction));
	add_words(text, it);
	if (it->amount.currency[0]) {
		money_print(it->amount, money);
		add_part(text, str_of(money));
	}
	add_part(text, it->agent);
	for (size_t i = 0; i < row->n_sources; i++) {
		bool own = str_is(row->sources[i]->backend, CASES_BACKEND);

		if (i)
			buf_adds(text, gettext(" and "));
		else
			buf_adds(text, ", ");
		buf_addstr(text, own ? STR("notes") : row->sources[i]->backend);
	}
	arena_free(arena);
}

static void list_row(struct shell *sh, const struct timeline_row *row)
{
	const struct interaction *it = row->head;
	char *key = mem_printf("%.*s/%.*s/%.*s", STR_ARG(it->backend), STR_ARG(it->row), STR_ARG(it->id));
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	shell_row_text(sh, row, &text);
	shell_list_line(sh, shell_list_add(sh, SHELL_ROW, str_of(key), NULL, ENTRY_UNKNOWN), buf_str(&text));
	buf_release(&text);
	free(key);
}

static void say_ages(struct shell *sh)
{
	size_t n;
	const struct source *sources = customer_sources(sh->open.customer, &n);
	struct buf when;

	buf_init(&when, 100);
	for (size_t i = 0; i < n; i++)
		if (people_as_of(sh->desk, &sources[i], &when))
			shell_say(sh, "%s failed: its rows are as of %s", sources[i].backend, when.data);
	buf_release(&when);
}

static void list_rows(struct shell *sh, const struct filter *filter)
{
	struct timeline *timeline = customer_timeline(sh->open.customer);
	size_t more, end, n, asked = shell_asked(sh);

	sh->open.newest = filter->newest ? filter->newest : SHELL_ITEMS_MOST - 1;
	sh->open.present.mask = customer_mask(sh->open.customer);
	end = people_rows_end(&sh->open, &filter->rows, &more);
	shell_list_begin(sh);
	say_ages(sh);
	for (size_t i = 0; i < end; i++)
		if (present_keeps(&sh->open.present, timeline_row(timeline, i), &filter->rows))
			list_row(sh, timeline_row(timeline, i));
	n = sh->n_items;
	sh->rows_told = timeline_count(timeline);
	if (!n && sh->rows_told)
		shell_say(sh, ngettext("the %zu row of the timeline does not match", "none of the %zu rows of the timeline matches", sh->rows_told), sh->rows_told);
	else if (!n)
		shell_say(sh, "nothing in the timeline");
	if (more)
		shell_say(sh, ngettext("%zu older row is not shown; -n N shows more", "%zu older rows are not shown; -n N shows more", more), more);
	if (asked)
		shell_say(sh, ngettext("%zu backend is still asked", "%zu backends are still asked", asked), asked);
}

/* As on the screen a word that is a kind asks for that kind, which rows show and do not hold as text. */
static void take_kinds(int *n, char **words, struct buf *kinds)
{
	int kept = 0;

	for (int i = 0; i < *n; i++) {
		enum kind kind;

		if (kind_parse(str_of(words[i]), &kind))
			buf_printf(kinds, "%s%s", kinds->len ? "," : "", words[i]);
		else
			words[kept++] = words[i];
	}
	*n = kept;
}

/* Words that are no options are looked for in the rows: "f refund" is "timeline --grep refund", "f chat" "--kind chat". */
static bool read_filter(struct shell *sh, const char *rest, struct filter *filter, struct arena *arena)
{
	struct timeline_options options = { 0 };
	size_t n;
	char **words = shell_split(arena, rest, &n);
	int left = (int)n;
	struct buf kinds;
	char *grep;
	bool read;

	*filter = (struct filter){ 0 };
	if (!cli_parse((const struct cli_option[]){ { 0 } }, NULL, timeline_options, &options, &left, words))
		return false;
	buf_init(&kinds, 4096);
	if (!options.kind)
		take_kinds(&left, words, &kinds);
	if (kinds.len)
		options.kind = kinds.data;
	grep = cli_join(left, words);
	if (*grep)
		options.grep = arena_strndup(arena, grep, strlen(grep));
	free(grep);
	read = filter_read(sh->cli, &options, filter);
	buf_release(&kinds);
	return read;
}

int shell_timeline(struct shell *sh, const char *rest)
{
	struct arena *arena = arena_new();
	struct filter filter;
	int status = CLI_USAGE;

	if (shell_has_customer(sh) && read_filter(sh, rest, &filter, arena)) {
		list_rows(sh, &filter);
		filter_release(&filter);
		status = CLI_DONE;
	}
	arena_free(arena);
	return status;
}

int shell_orders(struct shell *sh)
{
	return shell_timeline(sh, "--kind order,delivery,return,payment");
}

static const struct timeline_row *find_row(struct shell *sh, const char *key)
{
	struct timeline *timeline = customer_timeline(sh->open.customer);
	size_t n = timeline_count(timeline);

	for (size_t i = 0; i < n; i++) {
		const struct interaction *it = timeline_row(timeline, i)->head;
		char *own = mem_printf("%.*s/%.*s/%.*s", STR_ARG(it->backend), STR_ARG(it->row), STR_ARG(it->id));
		bool is = strcmp(own, key) == 0;

		free(own);
		if (is)
			return timeline_row(timeline, i);
	}
	return NULL;
}

static int show_row(struct shell *sh, const char *key)
{
	const struct timeline_row *row = shell_has_customer(sh) ? find_row(sh, key) : NULL;
	struct str dated;
	struct buf text;

	if (!row)
		return CLI_NONE;
	sh->open.present.mask = customer_mask(sh->open.customer);
	dated = row->head->id;
	buf_init(&text, 4096);
	text_row(sh->cli->out, &sh->open, row);
	buf_printf(&text, "%.*s", STR_ARG(dated));
	shell_say(sh, "id: %s", text.data);
	buf_release(&text);
	return CLI_DONE;
}

int shell_row(struct shell *sh, const char *rest)
{
	const struct shell_item *item = shell_item(sh, rest);

	if (item && item->kind == SHELL_ROW)
		return show_row(sh, item->id);
	cli_say("row wants a number of the last timeline");
	return CLI_USAGE;
}

/* As lists of the command line say it, with a number for its code. */
static void list_kind(struct shell *sh, const struct held *held, const char *word, enum shell_kind kind)
{
	const struct listed *what = listed_find(str_of(word));
	struct buf text;
	char code[CASE_CODE + 1];

	buf_init(&text, SIZE_MAX / 4);
	for (size_t i = 0; i < what->count(held->cases); i++) {
		const struct entry *entry = what->entry(held->cases, i);
		struct str id = kind == SHELL_CASE ? held->cases->cases[i].id : entry->id;

		buf_reset(&text);
		case_code(id, code);
		what->tell(held, i, &text);
		buf_printf(&text, ", %.*s", CASE_CODE_SHOWN, code);
		if (kind == SHELL_CASE && str_eq(id, customer_chosen(sh->open.customer)))
			buf_adds(&text, gettext(", chosen"));
		shell_list_line(sh, shell_list_add(sh, kind, id, NULL, entry->type), buf_str(&text));
	}
	buf_release(&text);
}

int shell_cases(struct shell *sh)
{
	struct held held = { .desk = sh->desk };

	if (!shell_has_customer(sh))
		return CLI_USAGE;
	held.cases = customer_cases(sh->open.customer);
	held.tell = shell_tell(sh);
	shell_list_begin(sh);
	list_kind(sh, &held, "case", SHELL_CASE);
	if (!sh->n_items)
		shell_say(sh, "no case yet; \"case TITLE\" opens one");
	return CLI_DONE;
}

static int choose_case(struct shell *sh, const char *id)
{
	customer_choose(sh->open.customer, str_of(id));
	return shell_brief(sh);
}

int shell_step_case(struct shell *sh, int by)
{
	const struct cases *cases = shell_has_customer(sh) ? customer_cases(sh->open.customer) : NULL;
	struct str chosen;
	size_t at = 0;
	char *id;
	int status;

	if (!cases)
		return CLI_USAGE;
	if (cases->n_cases < 2) {
		shell_say(sh, cases->n_cases ? "there is one case only" : "there is no case yet; \"case TITLE\" opens one");
		return CLI_DONE;
	}
	chosen = customer_chosen(sh->open.customer);
	for (size_t i = 0; i < cases->n_cases; i++)
		if (str_eq(cases->cases[i].id, chosen))
			at = i;
	at = (at + cases->n_cases + (size_t)(by > 0 ? 1 : cases->n_cases - 1)) % cases->n_cases;
	id = str_dup(cases->cases[at].id);
	status = choose_case(sh, id);
	free(id);
	return status;
}

int shell_case(struct shell *sh, const char *rest)
{
	const struct shell_item *item = shell_item(sh, rest);
	enum case_status state;
	char *options;
	int status;

	if (item && item->kind == SHELL_CASE && shell_has_customer(sh))
		return choose_case(sh, item->id);
	if (!*rest)
		return shell_cases(sh);
	if (!case_status_parse(str_of(rest), &state))
		return shell_run_text(sh, "case open", rest);
	options = mem_printf("--status %s", rest);
	status = shell_run_text(sh, "case set", options);
	free(options);
	return status;
}

/* What a number alone does. */
int shell_pick(struct shell *sh, const struct shell_item *item)
{
	char *who = item->who ? mem_strdup(item->who) : NULL, *id = mem_strdup(item->id);
	int status = CLI_USAGE;

	switch (item->kind) {
	case SHELL_WHO:
		status = shell_find(sh, id);
		break;
	case SHELL_PARKED:
		status = shell_recall(sh, id);
		break;
	case SHELL_ROW:
		status = show_row(sh, id);
		break;
	case SHELL_CASE:
		status = shell_has_customer(sh) ? choose_case(sh, id) : CLI_USAGE;
		break;
	case SHELL_DRAFT:
		status = shell_draft_go_on(sh, id);
		break;
	case SHELL_ENTRY:
		if (who)
			status = shell_find(sh, who);
		else
			cli_say("it is not known whose that is");
	}
	free(who);
	free(id);
	return status;
}
