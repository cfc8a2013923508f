/*
 * What was done, in a sentence for the message line.
 */
#include <libintl.h>

#include "operation_build.h"

struct saying {
	const struct casework *work;
	const struct entry *entry;
	struct json_object *data;
	struct buf *out;
};

static void at(const struct saying *saying, const char *name, char out[40])
{
	int64_t when = entry_when(saying->data, name);

	out[0] = '\0';
	if (when != WHEN_NONE)
		when_short(when, casework_now(saying->work), saying->work->desk->house->zone, out);
}

static struct str text(const struct saying *saying, const char *name)
{
	return entry_text(saying->data, name);
}

static void say_case_open(const struct saying *saying)
{
	size_t stayed = saying->work->stayed;
	char code[CASE_CODE + 1];

	case_code(saying->entry->case_, code);
	buf_printf(saying->out, "case %.4s opened", code);
	if (saying->work->loose)
		buf_printf(saying->out, saying->work->loose == 1 ? " with %zu loose contact" : " with %zu loose contacts", saying->work->loose);
	if (stayed) {
		case_code(saying->work->stays_in, code);
		buf_printf(saying->out, stayed == 1 ? "; %zu was put into case %.4s meanwhile and stays there" :
						      "; %zu were put into other cases (%.4s) meanwhile and stay there", stayed, code);
	}
	buf_printf(saying->out, ": %.*s", STR_ARG(text(saying, "title")));
}

static bool is_opening_undone(const struct saying *saying)
{
	return str_eq(text(saying, "undoes"), saying->entry->case_) && saying->entry->case_.p;
}

static void say_case_set(const struct saying *saying)
{
	struct str field = text(saying, "field"), value = text(saying, "value");
	bool tag = str_starts(field, "tag:");

	if (tag)
		buf_printf(saying->out, value.p ? "tagged %.*s" : "tag %.*s taken off", (int)field.n - 4, field.p + 4);
	else if (str_is(field, "status") && str_is(value, "solved"))
		buf_adds(saying->out, is_opening_undone(saying) ? "the case is taken back: closed, and what it took in is loose again" : "case closed as solved");
	else
		buf_printf(saying->out, "%.*s is %.*s now", STR_ARG(field), STR_ARG(value));
}

static void say_offer(const struct saying *saying)
{
	struct str agent = text(saying, "to_agent");

	buf_printf(saying->out, "offered to %.*s", STR_ARG(agent.p ? agent : text(saying, "to_team")));
}

static void say_promise(const struct saying *saying)
{
	struct str owner = text(saying, "owner");
	char when[40];

	at(saying, "due", when);
	if (!owner.p || casework_is_me(saying->work, owner))
		buf_printf(saying->out, "promised by %s: %.*s", when, STR_ARG(text(saying, "text")));
	else
		buf_printf(saying->out, "promised by %s, for %.*s to keep: %.*s", when, STR_ARG(owner), STR_ARG(text(saying, "text")));
}

static void say_assign(const struct saying *saying)
{
	struct str agent = text(saying, "to_agent");

	buf_printf(saying->out, "the promise is %.*s's now", STR_ARG(agent.p ? agent : text(saying, "to_team")));
}

static void say_ask(const struct saying *saying)
{
	struct str agent = text(saying, "to_agent"), role = text(saying, "to_role");

	buf_printf(saying->out, "asked %.*s", STR_ARG(agent.p ? agent : role.p ? role : text(saying, "to_team")));
}

static void say_answer(const struct saying *saying)
{
	bool has = json_object_object_get_ex(saying->data, "yes", NULL);

	buf_adds(saying->out, !has ? "answered" : entry_flag(saying->data, "yes") ? "answered yes" : "answered no");
}

static void say_verify(const struct saying *saying)
{
	bool ok = entry_flag(saying->data, "ok");

	if (str_is(text(saying, "way"), "carried"))
		buf_adds(saying->out, "verification carried on");
	else if (str_is(text(saying, "way"), "compare") || str_is(text(saying, "way"), "code"))
		buf_adds(saying->out, ok ? "match: verified" : "no match: not verified");
	else
		buf_printf(saying->out, "verified: %.*s", STR_ARG(text(saying, "way")));
}

/* With what its outcome made of the case. */
static void say_contact_end(const struct saying *saying)
{
	const struct casework *work = saying->work;
	char code[CASE_CODE + 1];

	buf_adds(saying->out, str_is(text(saying, "how"), "wrapup") ? "contact wrapped up" : "contact ended, not wrapped up");
	for (size_t i = 0; i < work->n_out; i++) {
		if (work->out[i].type != ENTRY_CASE_SET)
			continue;
		struct json_object *data = entry_data(work->parser, &work->out[i]);

		case_code(work->out[i].case_, code);
		if (str_is(entry_text(data, "field"), "status"))
			buf_printf(saying->out, ", case %.4s %.*s", code, STR_ARG(entry_text(data, "value")));
		json_object_put(data);
	}
}

static void say_link(const struct saying *saying)
{
	const struct casework *work = saying->work;
	bool behind = false;

	if (text(saying, "other").p) {
		buf_adds(saying->out, "the two are one customer now");
		return;
	}
	for (size_t i = work->main + 1; work->main != SIZE_MAX && i < work->n_out; i++)
		behind |= work->out[i].type == ENTRY_LINK;
	buf_printf(saying->out, behind ? "%.*s linked, with the record that is behind it now" : "%.*s linked", STR_ARG(text(saying, "identity")));
}

static void say_unlink(const struct saying *saying)
{
	if (text(saying, "other").p)
		buf_adds(saying->out, "the two are two customers now");
	else
		buf_printf(saying->out, "%.*s taken off", STR_ARG(text(saying, "identity")));
}

static void say_attach(const struct saying *saying)
{
	buf_adds(saying->out, entry_flag(saying->data, "off") ? "taken out of its case" : "put into the case");
}

static void say_notice(const struct saying *saying)
{
	char when[40];

	at(saying, "until", when);
	buf_printf(saying->out, "notice shown until %s", when);
}

static void say_erase(const struct saying *saying)
{
	buf_printf(saying->out, "erased: %lld entries", (long long)entry_count(saying->data, "entries"));
}

static void say_view(const struct saying *saying)
{
	if (text(saying, "field").p)
		buf_printf(saying->out, "%.*s opened, and your reason kept", STR_ARG(text(saying, "field")));
}

static void say_action(const struct saying *saying)
{
	buf_printf(saying->out, "%.*s: %.*s", STR_ARG(text(saying, "action")), STR_ARG(text(saying, "outcome")));
}

static const struct { const char *plain; void (*say)(const struct saying *saying); } sayings[ENTRY_TYPE_COUNT] = {
	[ENTRY_NOTE] = { "note saved", NULL }, [ENTRY_NEXT] = { "next step saved", NULL }, [ENTRY_CASE_OPEN] = { NULL, say_case_open },
	[ENTRY_CASE_SET] = { NULL, say_case_set }, [ENTRY_HANDOFF_OFFER] = { NULL, say_offer },
	[ENTRY_HANDOFF_ACCEPT] = { "accepted: the case is yours", NULL }, [ENTRY_HANDOFF_DECLINE] = { "declined", NULL },
	[ENTRY_HANDOFF_WITHDRAW] = { "withdrawn", NULL }, [ENTRY_PROMISE_MAKE] = { NULL, say_promise },
	[ENTRY_PROMISE_KEEP] = { "promise kept", NULL }, [ENTRY_PROMISE_ASSIGN] = { NULL, say_assign },
	[ENTRY_PROMISE_RELEASE] = { "promise let go, for the team to take", NULL }, [ENTRY_PROMISE_CANCEL] = { "promise cancelled", NULL },
	[ENTRY_PROMISE_TAKE] = { "the promise is yours", NULL }, [ENTRY_ASK] = { NULL, say_ask }, [ENTRY_ANSWER] = { NULL, say_answer },
	[ENTRY_VERIFY] = { NULL, say_verify }, [ENTRY_LINK] = { NULL, say_link }, [ENTRY_UNLINK] = { NULL, say_unlink },
	[ENTRY_ASSIGN] = { "moved to this customer", NULL }, [ENTRY_ATTACH] = { NULL, say_attach }, [ENTRY_FOLD] = { "shown as one event again", NULL },
	[ENTRY_UNFOLD] = { "shown apart", NULL }, [ENTRY_CONTACT_START] = { "contact begun", NULL }, [ENTRY_CONTACT_END] = { NULL, say_contact_end },
	[ENTRY_POP] = { "shown on the agent's screen", NULL }, [ENTRY_ACTION] = { NULL, say_action }, [ENTRY_NOTICE] = { NULL, say_notice },
	[ENTRY_DISCREPANCY] = { "reported", NULL }, [ENTRY_DISCREPANCY_CLOSE] = { "closed; the reporter is told", NULL },
	[ENTRY_REVIEW] = { "review saved", NULL }, [ENTRY_REDACT] = { "its words are taken away", NULL }, [ENTRY_ERASE] = { NULL, say_erase },
	[ENTRY_VIEW] = { NULL, say_view },
};

static void say_lost(const struct casework *work, const struct operation *op, const struct entry *rows, size_t n, struct buf *out)
{
	char when[40] = "";

	if (!n) {
		buf_adds(out, "somebody else was quicker");
		return;
	}
	when_short(entry_time(&rows[0]), casework_now(work), work->desk->house->zone, when);
	if (rows[0].type == op->writes)
		buf_printf(out, "%.*s was quicker, on %s", STR_ARG(rows[0].author), when);
	else
		buf_printf(out, "%.*s was quicker: %s, on %s", STR_ARG(rows[0].author), entry_type_word(rows[0].type), when);
}

/* What is offered to others needs a case: one that was opened on the way took the loose contacts along, unasked. */
static void say_on_the_way(const struct casework *work, struct buf *out)
{
	char code[CASE_CODE + 1];

	for (size_t i = 0; i < work->n_out; i++) {
		if (i == work->main || work->out[i].type != ENTRY_CASE_OPEN)
			continue;
		case_code(work->out[i].case_, code);
		buf_printf(out, "; case %.4s opened for it", code);
		if (work->loose)
			buf_printf(out, work->loose == 1 ? ", with %zu loose contact" : ", with %zu loose contacts", work->loose);
	}
}

static void say_done(const struct casework *work, struct buf *out)
{
	const struct entry *entry = work->main < work->n_out ? &work->out[work->main] : NULL;
	struct saying saying = { .work = work, .entry = entry, .out = out };

	if (work->repeat || !entry || !entry_known(entry)) {
		buf_adds(out, work->repeat ? "done before: nothing was written again" : "saved");
		return;
	}
	if (sayings[entry->type].plain)
		buf_adds(out, sayings[entry->type].plain);
	if (sayings[entry->type].say) {
		saying.data = entry_data(work->parser, entry);
		sayings[entry->type].say(&saying);
		json_object_put(saying.data);
	}
	say_on_the_way(work, out);
}

void casework_said(const struct casework *work, const struct operation *op, enum store_said said,
		   const struct entry *rows, size_t n, const struct err *err, struct buf *out)
{
	switch (said) {
	case STORE_LOST:
		say_lost(work, op, rows, n, out);
		return;
	case STORE_REFUSED: case STORE_NOT_SAVED:
		buf_printf(out, said == STORE_REFUSED ? "refused: %s" : "not saved: %s", err && err->text[0] ? err->text : "no reason was given");
		return;
	case STORE_DURABLE: case STORE_SHARED:
		break;
	}
	say_done(work, out);
	if (work->left.p)
		buf_printf(out, gettext("; still open: %.*s"), STR_ARG(work->left));
	if (said == STORE_DURABLE)
		buf_adds(out, "; it waits here for the shared store");
}
