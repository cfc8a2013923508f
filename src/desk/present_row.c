#include "view.h"

static void begin_map(struct view *view, const char *name)
{
	view->out->begin_map(view->out->arg, name);
}

static void end_map(struct view *view)
{
	view->out->end_map(view->out->arg);
}

/*
 * What most rows do not say is written by the run, as its members one by one
 * would be. False: something is masked, or this face wants them one by one.
 */
static bool same_members(struct view *view, struct str json)
{
	if (view->mask || !view->out->members)
		return false;
	view->out->members(view->out->arg, json);
	return true;
}

static void place(struct view *view, const struct interaction *it)
{
	if (view_hides(view, "place"))
		return;
	if (str_empty(it->place_id) && str_empty(it->place_name)) {
		view->out->text(view->out->arg, "place", (struct str){ 0 });
		return;
	}
	begin_map(view, "place");
	view_text(view, "place.id", it->place_id);
	view_text(view, "place.name", it->place_name);
	end_map(view);
}

static void lines(struct view *view, const struct interaction *it)
{
	if (view_hides(view, "lines"))
		return;
	view->out->begin_list(view->out->arg, "lines");
	for (uint32_t i = 0; i < it->n_lines; i++) {
		begin_map(view, NULL);
		view_text(view, "lines.title", it->lines[i].title);
		view_text(view, "lines.sku", it->lines[i].sku);
		view_text(view, "lines.quantity", it->lines[i].quantity);
		view_money(view, "lines.amount", it->lines[i].amount);
		end_map(view);
	}
	view->out->end_list(view->out->arg);
}

static void references(struct view *view, const struct refs *refs)
{
	static const struct refs none;

	if (view_hides(view, "refs"))
		return;
	refs = refs ? refs : &none;
	if (!refs->order.p && !refs->receipt.p && !refs->ticket.p && !refs->tracking.p && !refs->call.p && !refs->case_.p &&
	    same_members(view, STR("\"refs\":{\"order\":null,\"receipt\":null,\"ticket\":null,\"tracking\":null,\"call\":null,\"case\":null}")))
		return;
	begin_map(view, "refs");
	view_text(view, "refs.order", refs->order);
	view_text(view, "refs.receipt", refs->receipt);
	view_text(view, "refs.ticket", refs->ticket);
	view_text(view, "refs.tracking", refs->tracking);
	view_text(view, "refs.call", refs->call);
	view_text(view, "refs.case", refs->case_);
	end_map(view);
}

static void attachments(struct view *view, const struct interaction *it)
{
	if (view_hides(view, "attachments"))
		return;
	view->out->begin_list(view->out->arg, "attachments");
	for (uint32_t i = 0; i < it->n_attachments; i++) {
		const struct attachment *attachment = &it->attachments[i];

		begin_map(view, NULL);
		view_text(view, "attachments.name", attachment->name);
		view_text(view, "attachments.type", attachment->type);
		if (attachment->size < 0)
			view_text(view, "attachments.size", (struct str){ 0 });
		else
			view_integer(view, "attachments.size", attachment->size);
		view_text(view, "attachments.web", attachment->web);
		end_map(view);
	}
	view->out->end_list(view->out->arg);
}

/* Only a folded row has any: those who hold it. */
static void sources(struct view *view, const struct timeline_row *row)
{
	if (view_hides(view, "sources"))
		return;
	view->out->begin_list(view->out->arg, "sources");
	for (size_t i = 0; row->n_sources > 1 && i < row->n_sources; i++) {
		begin_map(view, NULL);
		view_text(view, "sources.backend", row->sources[i]->backend);
		view_text(view, "sources.row", row->sources[i]->row);
		view_text(view, "sources.id", row->sources[i]->id);
		end_map(view);
	}
	view->out->end_list(view->out->arg);
}

static void outcome(struct view *view, const struct interaction *it)
{
	if (!it->done.p && !it->outcome.p && !it->amount.currency[0] && it->n_lines == 0 &&
	    same_members(view, STR("\"done\":null,\"outcome\":null,\"amount\":null,\"lines\":[]")))
		return;
	view_text(view, "done", it->done);
	view_text(view, "outcome", it->outcome);
	view_money(view, "amount", it->amount);
	lines(view, it);
}

static void belongings(struct view *view, const struct interaction *it)
{
	if (!it->web.p && it->n_attachments == 0 && !it->part_of.p && !it->number.p &&
	    same_members(view, STR("\"web\":null,\"attachments\":[],\"part_of\":null,\"number\":null")))
		return;
	view_text(view, "web", it->web);
	attachments(view, it);
	view_text(view, "part_of", it->part_of);
	view_text(view, "number", it->number);
}

/* Where the row is from, and what was closed on the way here. */
static void origin(struct view *view, const struct timeline_row *row)
{
	if (!row->head->shared_only && row->n_sources <= 1 && view->n_masked == 0 &&
	    same_members(view, STR("\"shared_only\":false,\"sources\":[],\"masked\":[]")))
		return;
	view_boolean(view, "shared_only", row->head->shared_only);
	sources(view, row);
	view_end(view);
}

void present_row(const struct present *present, const struct timeline_row *row, const struct fields *out)
{
	const struct interaction *it = row->head;
	struct view view = view_of(present, "row", out);

	view_text(&view, "id", it->id);
	view_text(&view, "backend", it->backend);
	view_text(&view, "row", it->row);
	view_word(&view, "kind", kind_word(it->kind));
	view_word(&view, "step", step_word(it->step));
	view_word(&view, "channel", channel_word(it->channel));
	view_word(&view, "direction", direction_word(it->direction));
	view_time(&view, "at", it->at);
	view_time(&view, "until", it->until);
	if (it->closed || seen_closes_title(view.mask, it)) {
		view_note(&view, "title");
		view.out->text(view.out->arg, "title", seen_closes_title(view.mask, it) ? (struct str){ 0 } : it->title);
	} else {
		view_text(&view, "title", it->title);
	}
	view_text(&view, "text", it->text);
	if (it->closed)
		view_note(&view, "text");
	view_word(&view, "reader", reader_word(it->reader));
	view_text(&view, "agent", it->agent);
	place(&view, it);
	view_text(&view, "status", it->status);
	outcome(&view, it);
	references(&view, it->refs);
	belongings(&view, it);
	origin(&view, row);
}
