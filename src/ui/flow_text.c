/*
 * Long texts of an operation: a draft from the first letter, and the one that
 * was not finished offered again.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "flow_inner.h"

#define WHO_MOST 16

static void text_changed(void *arg, struct str text)
{
	struct flow *flow = arg;

	if (flow->draft)
		draft_text(flow->draft, text, (struct str){ 0 });
}

static void text_left(void *arg, struct str text)
{
	struct flow *flow = arg;
	bool kept = flow->draft != NULL;

	if (!text.n && kept) {
		draft_discard(flow->draft);
		flow->draft = NULL;
		flow_give_up(flow, gettext("left; nothing was written"));
		return;
	}
	if (kept)
		draft_flush(flow->draft);
	flow_give_up(flow, kept ? gettext("kept as a draft: the same key goes on with it") : gettext("left; nothing was written"));
}

static void draft_told(void *arg, const struct err *err)
{
	struct flow *flow = arg;

	if (err->code != ERR_NONE)
		ui_say(flow->ui, EL_ERROR, gettext("not on disk: %s"), err->text);
}

/* Whom the draft is about, so that it is offered again and an erasure finds it. */
static size_t draft_who(struct flow *flow, const struct customer *customer, struct str *who)
{
	const struct group *group = customer ? customer_group(customer) : NULL;
	struct buf text;
	size_t n = 0;

	for (size_t i = 0; group && i < group->n_records && n < WHO_MOST; i++) {
		struct identity id;

		buf_init(&text, 1024);
		record_identity(group->records[i], &id);
		identity_print(&id, &text);
		who[n++] = arena_str(flow->arena, buf_str(&text));
		buf_release(&text);
	}
	for (size_t i = 0; group && i < group->n_typed && n < WHO_MOST; i++) {
		buf_init(&text, 1024);
		identity_print(&group->typed[i], &text);
		who[n++] = arena_str(flow->arena, buf_str(&text));
		buf_release(&text);
	}
	return n;
}

static void open_draft(struct flow *flow, struct str id)
{
	struct draft_sink sink = { draft_told, flow };
	struct flow_on on = { 0 };
	struct str who[WHO_MOST];
	struct draft_of of = { .what = str_of(flow->op->id), .who = who, .label = str_of(flow->label), .id = id };
	const struct group *group;

	if (!ui_desk(flow->ui)->store)
		return;
	flow->flows->on(flow->flows->arg, &on);
	of.n_who = draft_who(flow, on.customer, who);
	group = on.customer ? customer_group(on.customer) : NULL;
	if (group && group->n_persons)
		of.person = group->persons[0];
	if (on.customer)
		of.case_ = flow->case_;
	if (flow->draft)
		draft_free(flow->draft);
	flow->draft = draft_new(ui_desk(flow->ui)->store, &of, &sink);
}

/* The flow, or the whole view, may be gone by the time the list of drafts comes. */
struct recall { struct recall *next; struct flows *flows; struct flow *flow; struct ui *ui; };

static void forget_recall(struct recall *recall)
{
	struct recall **link = recall->flows ? &recall->flows->recalls : NULL;

	while (link && *link && *link != recall)
		link = &(*link)->next;
	if (link && *link)
		*link = recall->next;
}

static bool still_there(const struct recall *recall)
{
	for (const struct flow *f = recall->flows->first; f; f = f->next)
		if (f == recall->flow)
			return true;
	return false;
}

static void on_drafts(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct flow *flow = arg;
	struct arena *arena = arena_new();
	struct draft_kept one;

	for (size_t i = 0; i < n && err->code == ERR_NONE; i++) {
		if (!draft_read(arena, &kept[i], &one) || !str_is(one.of.what, flow->op->id) || !one.text.n)
			continue;
		if (ui_ask_fill(flow->ui, flow, one.text)) {
			open_draft(flow, one.of.id);
			ui_say(flow->ui, EL_MESSAGE, "%s", gettext("a draft that was not finished is back"));
		}
		break;
	}
	arena_free(arena);
}

static void recalled(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct recall *recall = arg;

	if (recall->flows && still_there(recall))
		on_drafts(recall->flow, kept, n, err);
	forget_recall(recall);
	ui_sending(recall->ui, -1);
	free(recall);
}

void flow_ask_text(struct flow *flow)
{
	char heading[200];
	struct ask ask = { .label = gettext("Enter saves it for staff only"), .heading = heading, .heading_element = EL_INTERNAL, .changed = text_changed, .done = flow_typed,
			   .left = text_left, .arg = flow };
	struct str who[WHO_MOST];
	struct flow_on on = { 0 };
	struct recall *recall;

	if (!flow_settled(flow))
		ask.label = gettext("Esc keeps a draft; = compares or v verifies; then it is saved");
	snprintf(heading, sizeof(heading), gettext(" INTERNAL %s about %.80s "), flow->op->id, flow->label ? flow->label : gettext("nobody"));
	ui_ask(flow->ui, &ask);
	if (flow->draft)        /* it is being typed again */
		return;
	open_draft(flow, (struct str){ 0 });
	flow->flows->on(flow->flows->arg, &on);
	if (!flow->draft || !draft_who(flow, on.customer, who))
		return;
	recall = mem_zalloc(sizeof(*recall));
	*recall = (struct recall){ flow->flows->recalls, flow->flows, flow, flow->ui };
	ui_sending(flow->ui, 1);
	flow->flows->recalls = recall;
	kept_list(ui_desk(flow->ui)->store, KEPT_DRAFT, (struct str){ 0 }, (struct str){ 0 }, who[0], recalled, recall);
}

void flows_forget_recalls(struct flows *flows)
{
	for (struct recall *recall = flows->recalls; recall; recall = recall->next)
		recall->flows = NULL;
	flows->recalls = NULL;
}
