#include "cli.h"

#include <dossier/base/mem.h>

#include "op_command.h"

/* Before those of the operations: looking. */
static const struct command looking[] = {
	{ "find", "WHO", "who is this? candidates, with what matched where", NULL, 0, 1, -1, cmd_find, NULL },
	{ "show", "WHO", "one customer: profile, and everything that happened", timeline_options, sizeof(struct timeline_options), 1, -1, cmd_show, NULL },
	{ "timeline", "WHO", "everything that happened, with its text, newest first", timeline_options, sizeof(struct timeline_options), 1, -1, cmd_timeline, NULL },
	{ "kb", "WORDS", "articles of the knowledge base that hold these words", NULL, 0, 1, -1, cmd_kb, NULL },
	{ "stock", "ITEM", "how many of an item lie where", stock_options, sizeof(struct stock_options), 1, -1, cmd_stock, NULL },
	{ "act", "[BACKEND [ACTION [NAME=VALUE...]]]", "do something in a backend, once; alone: what can be done", act_options, sizeof(struct act_options), 0, -1, cmd_act, NULL },
	{ "shell", "[WHO]", "the workstation's actions line by line, for screen readers, dumb terminals and scripts", shell_options, sizeof(struct shell_options), 0, -1, cmd_shell, NULL },
	{ "batch find", "[FILE|-]", "who are they? a list, one WHO a line, in order, streamed", batch_find_options, sizeof(struct batch_options), 0, 1, cmd_batch_find, NULL },
	{ "batch show", "[FILE|-]", "profiles and timelines of a list", batch_rows_options, sizeof(struct batch_options), 0, 1, cmd_batch_show, NULL },
	{ "batch brief", "[FILE|-]", "what each customer of a list wants, what was tried, promised, and what is next", batch_find_options, sizeof(struct batch_options), 0, 1, cmd_batch_brief, NULL },
	{ "batch timeline", "[FILE|-]", "timelines of a list", batch_rows_options, sizeof(struct batch_options), 0, 1, cmd_batch_timeline, NULL },
};

/* After them: what the case store holds. */
static const struct command holding[] = {
	{ "undo", "ENTRY|WHO", "take back what you wrote last, or this entry", undo_options, sizeof(struct undo_options), 1, -1, cmd_undo, NULL },
	{ "pop", "WHO", "somebody is there: show it on an agent's screen", pop_options, sizeof(struct pop_options), 0, -1, cmd_pop, NULL },
	{ "switch", "[AGENT]", "another agent writes in this terminal session; alone: say who does", switch_options, sizeof(struct switch_options), 0, 1, cmd_switch, NULL },
	{ "signon", "[CHANNEL]", "sign on to a channel in this terminal session; alone: say which", signon_options, sizeof(struct signon_options), 0, 1, cmd_signon, NULL },
	{ "reveal", "WHO FIELD", "open a closed field, with a reason that is kept", reveal_options, sizeof(struct reveal_options), 2, 2, cmd_reveal, NULL },
	{ "erase", "WHO", "erase all that the case store holds about a customer", erase_options, sizeof(struct erase_options), 1, -1, cmd_erase, NULL },
	{ "export", "WHO", "all that is held on a customer, as one JSON document", NULL, 0, 1, -1, cmd_export, NULL },
	{ "apply", "[FILE|-]", "many operations, one JSON object a line", apply_options, sizeof(struct apply_options), 0, 1, cmd_apply, NULL },
	{ "desk", "", "what waits for you: hand-offs, promises, questions, cases", NULL, 0, 0, 0, cmd_desk, NULL },
	{ "case list", "[WHO]", "cases, of a customer or of all", list_options, sizeof(struct list_options), 0, -1, cmd_list, NULL },
	{ "case show", "CASE|WHO", "one case: who answers for it, what was promised", NULL, 0, 1, -1, cmd_case_show, NULL },
	{ "case history", "CASE|WHO", "the same, with all that was written to it", NULL, 0, 1, -1, cmd_case_history, NULL },
	{ "handoff list", "[WHO]", "hand-offs that wait to be accepted", list_options, sizeof(struct list_options), 0, -1, cmd_list, NULL },
	{ "promise list", "[WHO]", "what customers were told, earliest due first", list_options, sizeof(struct list_options), 0, -1, cmd_list, NULL },
	{ "question list", "[WHO]", "questions that wait for an answer", list_options, sizeof(struct list_options), 0, -1, cmd_list, NULL },
	{ "contact list", "[WHO]", "contacts that are not wrapped up", list_options, sizeof(struct list_options), 0, -1, cmd_list, NULL },
	{ "notice list", "", "notices in force", list_options, sizeof(struct list_options), 0, 0, cmd_list, NULL },
	{ "discrepancy list", "", "discrepancies that nobody has closed", list_options, sizeof(struct list_options), 0, 0, cmd_list, NULL },
	{ "search", "WORDS", "what was written with these words, newest first", search_options, sizeof(struct search_options), 1, -1, cmd_search, NULL },
	{ "drafts", "", "what was typed and not sent", NULL, 0, 0, 0, cmd_drafts, NULL },
	{ "drafts show", "ID", "the whole text of a draft", NULL, 0, 1, 1, cmd_drafts_show, NULL },
	{ "drafts discard", "ID", "throw a draft away", NULL, 0, 1, 1, cmd_drafts_discard, NULL },
	{ "report views", "", "who looked at whom, and whether there was a contact", report_options, sizeof(struct report_options), 0, 0, cmd_report_views, NULL },
	{ "sync", "", "send what waits, fetch what is new, apply erasures", NULL, 0, 0, 0, cmd_sync, NULL },
	{ "outbox list", "", "what waits to be sent, and what was refused", NULL, 0, 0, 0, cmd_outbox_list, NULL },
	{ "outbox drop", "ID", "give up an entry that was refused", NULL, 0, 1, 1, cmd_outbox_drop, NULL },
};

/* Last: setting up. */
static const struct command upkeep[] = {
	{ "store init", "", "make the case store where there is none, and say how it is", NULL, 0, 0, 0, cmd_store_status, NULL },
	{ "store status", "", "how the case store is: where, its version, its clock, what waits", NULL, 0, 0, 0, cmd_store_status, NULL },
	{ "store upgrade", "", "bring the case store up to this program's version, and say how it is", NULL, 0, 0, 0, cmd_store_status, NULL },
	{ "store retain", "", "delete what the house keeps no longer", NULL, 0, 0, 0, cmd_store_retain, NULL },
	{ "backends list", "", "the backends of the configuration, and what each can find", NULL, 0, 0, 0, cmd_backends_list, NULL },
	{ "backends check", "FILE...", "every mistake of a connector, at its line", NULL, 0, 1, -1, cmd_backends_check, NULL },
	{ "backends ping", "[NAME...]", "is it there, am I let in, and as whom", NULL, 0, 0, -1, cmd_backends_ping, NULL },
	{ "backends try", "NAME IDENTITY", "each request, its reply, and what became of it", NULL, 0, 2, -1, cmd_backends_try, NULL },
	{ "backends capture", "NAME|all DIR WHO", "keep the replies of a look-up for replay, secrets masked", NULL, 0, 3, -1, cmd_backends_capture, NULL },
	{ "backends replay", "DIR COMMAND...", "run find, show or timeline on captured replies", NULL, 0, 2, -1, cmd_backends_replay, NULL },
	{ "backends new", "FILE", "write a connector by answering questions", NULL, 0, 1, 1, cmd_backends_new, NULL },
	{ "config check", "", "every mistake of the configuration, at its line", NULL, 0, 0, 0, cmd_config_check, NULL },
	{ "config show", "", "every value and where it came from, secrets masked", NULL, 0, 0, 0, cmd_config_show, NULL },
	{ "feed load", "NAME FILE|-", "keep the rows of a file that a system exported, for finding and pulling", feed_options, sizeof(struct feed_options), 2, 2, cmd_feed_load, NULL },
	{ "sandbox start", "", "practice backends on this host, and whom to look up there", NULL, 0, 0, 0, cmd_sandbox_start, NULL },
	{ "sandbox stop", "", "end them; nothing of them is kept", NULL, 0, 0, 0, cmd_sandbox_stop, NULL },
	{ "sandbox reset", "", "undo what was written to them, and their faults", NULL, 0, 0, 0, cmd_sandbox_reset, NULL },
	{ "sandbox story", "[STORY]", "the stories of the practice backends; one: whom to look up, and what to look for", NULL, 0, 0, -1, cmd_sandbox_story, NULL },
	{ "completion", "bash|zsh|fish", "what a shell loads to complete dossier's words", completion_options, sizeof(struct completion_options), 0, -1, cmd_completion, NULL },
	{ "doctor", "", "what is installed, reachable and permitted, and the next step", NULL, 0, 0, 0, cmd_doctor, NULL },
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* What a command of its own does more than write. */
static bool is_special(const char *name)
{
	for (size_t i = 0; i < COUNT(holding); i++)
		if (strcmp(holding[i].name, name) == 0)
			return true;
	return false;
}

static struct command *copy(struct command *at, const struct command *rows, size_t n)
{
	memcpy(at, rows, n * sizeof(*rows));
	return at + n;
}

const struct command *commands_new(struct arena *arena)
{
	struct command *all, *at;
	size_t n = 0;

	for (const struct operation *op = operations; op->id; op++)
		n += op->command != NULL;
	all = arena_alloc(arena, (COUNT(looking) + n + COUNT(holding) + COUNT(upkeep) + 1) * sizeof(*all));
	at = copy(all, looking, COUNT(looking));
	for (const struct operation *op = operations; op->id; op++)
		if (op->command && !is_special(op->command))
			op_command(op, arena, at++);
	at = copy(at, holding, COUNT(holding));
	copy(at, upkeep, COUNT(upkeep));
	return all;
}
