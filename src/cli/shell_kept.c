/*
 * What is kept for this agent alone: customers put aside, and texts that were
 * not finished.
 */
#include "shell.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/store/draft.h>

struct keeping {
	struct shell *sh;
	void (*each)(struct keeping *k, const struct kept *kept);
	struct arena *arena;
	struct err err;
	const char *key;
	struct draft_kept draft;        /* of key */
	bool found, done;
};

static void listed(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct keeping *k = arg;

	if (err)
		k->err = *err;
	for (size_t i = 0; i < n && !k->err.code; i++)
		k->each(k, &kept[i]);
	k->done = true;
}

static bool has_store(struct shell *sh)
{
	if (!sh->desk->store)
		cli_say("there is no case store in this session");
	return sh->desk->store != NULL;
}

static int list(struct keeping *k, enum kept_kind kind, struct str key, struct str who)
{
	struct str none = { 0 };

	if (!has_store(k->sh))
		return CLI_STORE;
	k->arena = k->arena ? k->arena : arena_new();
	kept_list(k->sh->desk->store, kind, key, none, who, listed, k);
	loop_until(k->sh->desk->loop, &k->done);
	if (k->err.code)
		cli_say("%s", k->err.text);
	return k->err.code ? CLI_STORE : CLI_DONE;
}

static void told(void *arg, const struct err *err)
{
	struct keeping *k = arg;

	k->err = *err;
	k->done = true;
}

int shell_park(struct shell *sh)
{
	struct keeping k = { .sh = sh };
	struct kept kept = { .kind = KEPT_PARKED, .n_who = 1 };
	char *key;
	struct str who;

	if (!shell_has_customer(sh) || !has_store(sh))
		return CLI_USAGE;
	key = shell_key(sh);
	who = str_of(key);
	kept.key = who;
	kept.who = &who;
	kept.data = str_of(sh->label);
	kept_put(sh->desk->store, &kept, told, &k);
	loop_until(sh->desk->loop, &k.done);
	free(key);
	if (k.err.code) {
		cli_say("not parked: %s", k.err.text);
		return CLI_STORE;
	}
	shell_say(sh, "%s is parked; \"parked\" lists whom \"recall N\" brings back", sh->label);
	shell_close(sh);
	return CLI_DONE;
}

static void list_parked(struct keeping *k, const struct kept *kept)
{
	size_t n = shell_list_add(k->sh, SHELL_PARKED, kept->key, NULL, ENTRY_UNKNOWN);
	struct tell tell = shell_tell(k->sh);
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	buf_printf(&text, gettext("%.*s, parked "), STR_ARG(kept->data));
	tell_time(&tell, kept->at, &text);
	shell_list_line(k->sh, n, buf_str(&text));
	buf_release(&text);
}

int shell_parked(struct shell *sh)
{
	struct keeping k = { .sh = sh, .each = list_parked };
	int status;

	shell_list_begin(sh);
	status = list(&k, KEPT_PARKED, (struct str){ 0 }, (struct str){ 0 });
	arena_free(k.arena);
	if (status == CLI_DONE && !sh->n_items)
		shell_say(sh, "nobody is parked; \"park\" puts a customer aside");
	return status;
}

int shell_recall(struct shell *sh, const char *key)
{
	struct keeping k = { .sh = sh };

	kept_drop(sh->desk->store, KEPT_PARKED, str_of(key), told, &k);
	loop_until(sh->desk->loop, &k.done);
	return shell_find(sh, key);
}

static void draft_line(struct shell *sh, const struct draft_kept *draft, int64_t at, struct buf *text)
{
	struct tell tell = shell_tell(sh);
	struct str words = draft->text;
	const char *end = words.n ? memchr(words.p, '\n', words.n) : NULL;

	tell_time(&tell, at, text);
	buf_printf(text, ", %.*s", STR_ARG(draft->of.what));
	if (draft->of.label.n)
		buf_printf(text, gettext(" for %.*s"), STR_ARG(draft->of.label));
	buf_printf(text, ": %.*s", (int)(end ? end - words.p : (ptrdiff_t)words.n), words.p ? words.p : "");
}

static void list_draft(struct keeping *k, const struct kept *kept)
{
	struct draft_kept draft;
	struct buf text;

	if (!draft_read(k->arena, kept, &draft))
		return;
	buf_init(&text, SIZE_MAX / 4);
	draft_line(k->sh, &draft, kept->at, &text);
	shell_list_line(k->sh, shell_list_add(k->sh, SHELL_DRAFT, draft.of.id, NULL, ENTRY_UNKNOWN), buf_str(&text));
	buf_release(&text);
}

/* "1 other words": a number of the listing, and what does not belong there. */
static bool names_one(const struct shell *sh, const char *rest)
{
	char *word = mem_printf("%.*s", (int)strcspn(rest, " "), rest);
	bool one = shell_item(sh, word) != NULL;

	free(word);
	return one;
}

int shell_drafts(struct shell *sh, const char *rest)
{
	struct keeping k = { .sh = sh, .each = list_draft };
	const struct shell_item *item;
	int status;

	shell_list_begin(sh);
	status = list(&k, KEPT_DRAFT, (struct str){ 0 }, (struct str){ 0 });
	arena_free(k.arena);
	if (status != CLI_DONE)
		return status;
	item = *rest ? shell_item(sh, rest) : NULL;
	if (item)
		return shell_pick(sh, item);
	if (!sh->n_items)
		shell_say(sh, "no draft waits");
	else if (*rest && names_one(sh, rest))
		cli_say("\"drafts %.*s\" alone goes on with it, and asks for its words; \"drafts discard %.*s\" throws it away", (int)strcspn(rest, " "), rest, (int)strcspn(rest, " "), rest);
	else if (*rest)
		cli_say("there is no draft %s", rest);
	return *rest ? CLI_NONE : CLI_DONE;
}

static void take_draft(struct keeping *k, const struct kept *kept)
{
	struct kept copy = *kept;
	struct str *who = arena_alloc(k->arena, (kept->n_who + 1) * sizeof(*who));

	/* what it says is borrowed from the list, which goes */
	copy.key = arena_str(k->arena, kept->key);
	copy.data = arena_str(k->arena, kept->data);
	copy.person = arena_str(k->arena, kept->person);
	copy.case_ = arena_str(k->arena, kept->case_);
	copy.who = who;
	for (size_t i = 0; i < kept->n_who; i++)
		who[i] = arena_str(k->arena, kept->who[i]);
	k->found = draft_read(k->arena, &copy, &k->draft);
}

/* Whoever it is about is opened first. */
static bool open_of(struct shell *sh, const struct draft_kept *draft)
{
	struct str of = draft->of.n_who ? draft->of.who[0] : (struct str){ 0 };
	char *who, *key;
	bool open;

	if (!of.n)
		return true;
	who = str_dup(of);
	key = sh->session.open ? shell_key(sh) : NULL;
	open = (key && strcmp(key, who) == 0) || shell_find(sh, who) != CLI_SEVERAL;
	open = open && sh->session.open;
	free(key);
	free(who);
	return open;
}

int shell_draft_go_on(struct shell *sh, const char *id)
{
	struct keeping k = { .sh = sh, .each = take_draft };
	int status = list(&k, KEPT_DRAFT, str_of(id), (struct str){ 0 });
	const struct operation *op;

	if (status == CLI_DONE && !k.found) {
		cli_say("that draft is gone");
		status = CLI_NONE;
	}
	if (status == CLI_DONE) {
		op = operation_find(k.draft.of.what);
		if (!op || !sh->terminal) {
			cli_say(op ? "a draft is gone on with at a terminal; \"drafts discard\" and its number throws it away" : "nothing here can go on with that draft");
			status = CLI_USAGE;
		} else if (open_of(sh, &k.draft)) {
			status = shell_ask_on(sh, op, &k.draft);
		}
	}
	arena_free(k.arena);
	return status;
}

static void tell_one(struct keeping *k, const struct kept *kept)
{
	struct draft_kept draft;
	struct buf text;

	if (k->found || !draft_read(k->arena, kept, &draft))
		return;
	k->found = true;
	buf_init(&text, SIZE_MAX / 4);
	draft_line(k->sh, &draft, kept->at, &text);
	shell_say(k->sh, "DRAFT: %s; \"drafts\" lists it to go on with", text.data);
	buf_release(&text);
}

void shell_tell_draft(struct shell *sh)
{
	struct keeping k = { .sh = sh, .each = tell_one };
	char *key;

	if (!sh->desk->store)
		return;
	key = shell_key(sh);
	list(&k, KEPT_DRAFT, (struct str){ 0 }, str_of(key));
	arena_free(k.arena);
	free(key);
}
