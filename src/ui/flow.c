#include "flow_inner.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/store/draft.h>

#define TEXT_MOST (64 * 1024)

/* Fields that are asked for though they may be left empty. */
static const struct { const char *op, *field; } also_asked[] = {
	{ "contact.end", "done" }, { "contact.end", "outcome" }, { "contact.end", "line" },
	{ "contact.start", "channel" }, { "answer", "yes" }, { "discrepancy", "text" },
};

static void unlink_flow(struct flow *flow)
{
	struct flow **link = flow->flows ? &flow->flows->first : NULL;

	while (link && *link && *link != flow)
		link = &(*link)->next;
	if (link && *link)
		*link = flow->next;
}

static void free_flow(struct flow *flow)
{
	unlink_flow(flow);
	if (flow->draft) {
		draft_flush(flow->draft);
		draft_free(flow->draft);
	}
	if (flow->handed)
		ui_sending(flow->ui, -1);
	if (flow->sent)
		casework_release(&flow->work);
	op_values_free(flow->values);
	arena_free(flow->arena);
	free(flow->item);
	free(flow->label);
	free(flow->channel);
	free(flow);
}

static void begin_work(struct flow *flow, struct casework *work)
{
	struct flow_on on = { 0 };
	const struct contact *contact;

	flow->flows->on(flow->flows->arg, &on);
	casework_init(work, ui_desk(flow->ui), on.customer);
	if (!on.customer && on.entries)
		casework_use(work, on.entries, on.persons, on.cases);
	if (on.customer) {
		work->case_ = cases_find(work->cases, flow->case_) ? flow->case_ : (struct str){ 0 };
		contact = customer_contact(on.customer);
		if (contact) {
			work->contact = contact->start->id;
			work->channel = contact->start->channel;
		}
	}
	if (on.settled)
		work->settled = true;
	work->other = on.other;
	if (flow->item)
		work->item = str_of(flow->item);
	else if (on.item.p)
		work->item = on.item;
}

static void ask_next(struct flow *flow);
static void ask_field(struct flow *flow, const struct op_field *field);
static void send(struct flow *flow);

bool flow_settled(struct flow *flow)
{
	struct casework work;
	bool settled;

	begin_work(flow, &work);
	settled = work.settled || !work.customer || !flow->op->settled;
	casework_release(&work);
	return settled;
}

void flow_give_up(struct flow *flow, const char *why)
{
	ui_say(flow->ui, EL_MESSAGE, "%s", why);
	free_flow(flow);
}

/* The field that was asked for last, with what was typed; one of few is chosen anew. */
static void ask_again(struct flow *flow, struct str text)
{
	const struct op_field *field = operation_field(flow->op, str_of(flow->asked));
	size_t n;

	ask_field(flow, field);
	free(op_choices(ui_desk(flow->ui), field, &n));
	if (!n && text.n)
		ui_ask_fill(flow->ui, flow, text);
}

/* Nothing came of it: what was typed is not gone with it. False where there is nothing, or nowhere, to type. */
static bool type_again(struct flow *flow)
{
	char *text;

	if (!flow->flows || !flow->asked || ui_asks(flow->ui))
		return false;
	if (flow->handed)
		ui_sending(flow->ui, -1);
	casework_release(&flow->work);
	flow->sent = flow->handed = flow->confirmed = false;
	text = str_dup(op_text(flow->values, flow->asked));
	ask_again(flow, str_of(text));
	free(text);
	return true;
}

void flow_typed(void *arg, struct str text)
{
	struct flow *flow = arg;
	struct err err = { 0 };

	if (!text.p) {
		flow_give_up(flow, gettext("left; nothing was written"));
		return;
	}
	if (text.n && !op_values_set(flow->values, str_of(flow->asked), text, &err)) {
		ask_again(flow, text);
		ui_say(flow->ui, EL_WARN, "%s", err.text);
		return;
	}
	if (!text.n)    /* what may be empty is not asked again */
		flow->optional_done = true;
	ask_next(flow);
}

static void ask_field(struct flow *flow, const struct op_field *field)
{
	char label[200];
	struct ask ask = { .label = label, .done = flow_typed, .arg = flow };
	struct str *choices;

	flow->asked = field->name;
	if (field->kind == OP_LONG) {
		flow_ask_text(flow);
		return;
	}
	choices = op_choices(ui_desk(flow->ui), field, &ask.n_choices);
	ask.choices = choices;
	if (field->kind == OP_WAY) {
		ask.hot = 'v';
		ask.hot_value = "carried";
	}
	snprintf(label, sizeof(label), field->need == OP_MAY ? gettext("%.100s (Enter: none):") : "%.120s:", gettext(field->help));
	ui_ask(flow->ui, &ask);
	free(choices);
}

static bool is_also_asked(const struct flow *flow, const struct op_field *field)
{
	struct str how = op_text(flow->values, "how");
	size_t n;

	if (strcmp(flow->op->id, "verify") == 0)
		return (strcmp(field->name, "field") == 0 && str_is(how, "compare")) ||
		       (strcmp(field->name, "answer") == 0 && str_is(how, "compare")) || (strcmp(field->name, "match") == 0 && str_is(how, "code"));
	for (size_t i = 0; i < sizeof(also_asked) / sizeof(*also_asked); i++)
		if (strcmp(also_asked[i].op, flow->op->id) == 0 && strcmp(also_asked[i].field, field->name) == 0) {
			/* codes of a list that the house does not have are not asked for */
			free(op_choices(ui_desk(flow->ui), field, &n));
			return n > 0 || (field->kind != OP_DONE && field->kind != OP_OUTCOME && field->kind != OP_CHANNEL);
		}
	return false;
}

/* Of several of which one is needed, the first that offers something to choose from. */
static const struct op_field *one_of(const struct flow *flow)
{
	const struct op_field *first = NULL;
	size_t n;

	for (const struct op_field *f = flow->op->fields; f->name; f++) {
		if (f->need != OP_ONE)
			continue;
		if (op_has(flow->values, f->name))
			return NULL;
		first = first ? first : f;
	}
	for (const struct op_field *f = flow->op->fields; f->name; f++) {
		if (f->need != OP_ONE)
			continue;
		free(op_choices(ui_desk(flow->ui), f, &n));
		if (n)
			return f;
	}
	return first;
}

static const struct op_field *next_field(struct flow *flow)
{
	const struct op_field *one = one_of(flow);
	const char *asked = flow->asked;
	bool past = asked == NULL;

	for (const struct op_field *f = flow->op->fields; f->name; f++) {
		bool wanted = f->need == OP_MUST || f == one || is_also_asked(flow, f);

		if (asked && strcmp(f->name, asked) == 0) {
			past = true;
			if (flow->optional_done && f->need == OP_MAY)
				continue;
		}
		if (wanted && !op_has(flow->values, f->name) && (past || f->need != OP_MAY))
			return f;
	}
	return NULL;
}

static void confirmed(void *arg, struct str text)
{
	struct flow *flow = arg;

	if (!text.p) {
		flow_give_up(flow, gettext("left; nothing was written"));
		return;
	}
	flow->confirmed = true;
	send(flow);
}

/* What others act on is read once more before it goes. */
static bool ask_confirm(struct flow *flow)
{
	struct ask ask = { .label = gettext("Enter offers it; Esc leaves it"), .heading_element = EL_INTERNAL, .fixed = true, .done = confirmed, .arg = flow };
	struct str to = op_text(flow->values, "team"), wants = op_text(flow->values, "wants"), next = op_text(flow->values, "next");
	char *heading, *brief;

	if (flow->confirmed || strcmp(flow->op->id, "handoff.offer") != 0)
		return false;
	if (!to.p)
		to = op_text(flow->values, "agent");
	ask.heading = heading = mem_printf(gettext(" offered to %.*s "), STR_ARG(to));
	ask.initial = brief = mem_printf(gettext("WANTS %.*s\nNEXT  %.*s"), STR_ARG(wants), STR_ARG(next));
	ui_ask(flow->ui, &ask);
	free(heading);
	free(brief);
	return true;
}

static void channel_chosen(void *arg, struct str text)
{
	struct flow *flow = arg;

	if (!text.n) {
		flow_give_up(flow, gettext("left; nothing was written"));
		return;
	}
	flow->channel = str_dup(text);
	send(flow);
}

static void ask_channel(struct flow *flow)
{
	const struct operation *start = operation_find(STR("contact.start"));
	const struct op_field *field = start ? operation_field(start, STR("channel")) : NULL;
	struct ask ask = { .label = gettext("no contact is open: how did the customer come?"), .done = channel_chosen, .arg = flow };
	struct str *choices = field ? op_choices(ui_desk(flow->ui), field, &ask.n_choices) : NULL;

	ask.choices = choices;
	ui_ask(flow->ui, &ask);
	free(choices);
}

static void ask_next(struct flow *flow)
{
	const struct op_field *field;
	struct casework work;

	begin_work(flow, &work);
	casework_prefill(&work, flow->values);
	casework_release(&work);
	field = next_field(flow);
	flow->optional_done = false;
	if (field)
		ask_field(flow, field);
	else if (!ask_confirm(flow))
		send(flow);
}

static void said(void *arg, enum store_said what, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	struct flow *flow = arg;
	struct ui *ui = flow->ui;
	bool bad = what == STORE_LOST || what == STORE_REFUSED || what == STORE_NOT_SAVED;
	struct buf text;

	buf_init(&text, TEXT_MOST);
	casework_said(&flow->work, flow->op, what, rows, n, err, &text);
	if (flow->flows && flow->flows->wrote)
		flow->flows->wrote(flow->flows->arg);
	if (final && (what != STORE_NOT_SAVED || !type_again(flow)))
		free_flow(flow);
	ui_say(ui, bad ? EL_WARN : EL_MESSAGE, "%s", text.data ? text.data : "");
	buf_release(&text);
}

/* What belongs to the customer may go before the store has spoken. */
static void hand_over(struct flow *flow)
{
	struct store_append_sink sink = { said, flow };

	flow->handed = true;
	ui_sending(flow->ui, 1);
	casework_send(&flow->work, &sink);
	flow->work.customer = NULL;
}

/* A contact that nobody has begun is begun in the same batch. */
static bool start_contact(struct flow *flow, struct casework *work, struct err *err)
{
	const struct operation *start = operation_find(STR("contact.start"));
	struct op_values *values = op_values_new(start, work->desk);
	bool fine = op_values_set(values, STR("channel"), str_of(flow->channel), err) && casework_build(work, start, values, err);

	op_values_free(values);
	if (!fine)
		return false;
	work->contact = work->out[work->main].id;
	work->channel = arena_str(work->arena, str_of(flow->channel));
	return true;
}

static bool needs_contact(const struct flow *flow)
{
	return strcmp(flow->op->id, "verify") == 0 || (strcmp(flow->op->id, "contact.end") == 0 && !flow->item);
}

static bool build(struct flow *flow, struct err *err)
{
	struct casework *work = &flow->work;

	if (flow->channel && !start_contact(flow, work, err))
		return false;
	if (needs_contact(flow) && strcmp(flow->op->id, "contact.end") == 0)
		work->item = work->contact;
	if (flow->draft)
		work->id = draft_id(flow->draft);
	return casework_build(work, flow->op, flow->values, err);
}

/* A contact that begins with a verification is the customer's when it holds, and the bare caller's when not. */
static bool build_verified(struct flow *flow, struct err *err)
{
	struct casework *work = &flow->work;

	if (work->settled || !flow->channel || flow->op->writes != ENTRY_VERIFY)
		return build(flow, err);
	work->settled = true;
	if (build(flow, err) && casework_verified(work))
		return true;
	*err = (struct err){ 0 };
	casework_release(work);
	begin_work(flow, work);
	return build(flow, err);
}

static void send(struct flow *flow)
{
	struct ui *ui = flow->ui;
	struct err err = { 0 };

	begin_work(flow, &flow->work);
	if (needs_contact(flow) && !flow->work.contact.p && !flow->channel) {
		casework_release(&flow->work);
		ask_channel(flow);
		return;
	}
	flow->sent = true;
	if (!build_verified(flow, &err)) {
		if (!type_again(flow))
			free_flow(flow);
		ui_say(ui, EL_WARN, "%s", err.text);
		return;
	}
	if (flow->draft)
		draft_flush(flow->draft);
	if (flow->work.customer && flow->work.person.p)
		customer_minted(flow->work.customer, flow->work.person);
	hand_over(flow);
}

static struct flow *new_flow(struct flows *flows, const struct operation *op)
{
	struct flow *flow = mem_zalloc(sizeof(*flow));
	struct flow_on on = { 0 };

	flows->on(flows->arg, &on);
	flow->flows = flows;
	flow->ui = flows->ui;
	flow->op = op;
	flow->label = mem_strdup(on.label);
	flow->arena = arena_new();
	if (on.customer && customer_chosen(on.customer).p)
		flow->case_ = arena_str(flow->arena, customer_chosen(on.customer));
	flow->next = flows->first;
	flows->first = flow;
	return flow;
}

static bool may_start(struct flows *flows, const struct operation *op, struct err *err)
{
	struct flow_on on = { 0 };
	struct casework work;
	bool settled;

	if (!ui_desk(flows->ui)->store)
		return err_set(err, ERR_CONFIG, "there is no case store in this session");
	if (!operation_allowed(op, ui_desk(flows->ui), err))
		return false;
	flows->on(flows->arg, &on);
	if (op->on != OP_ON_ITEM && op->on != OP_ON_NOBODY && !on.customer)
		return err_set(err, ERR_USAGE, "open a customer first");
	if (!op->settled || !on.customer)
		return true;
	/* a long text may be typed meanwhile: it stays a draft */
	if (op->fields->kind == OP_LONG)
		return true;
	casework_init(&work, ui_desk(flows->ui), on.customer);
	settled = work.settled || on.settled;
	casework_release(&work);
	return settled || err_set(err, ERR_REFUSED, "others may share what it was found by: = compares or v verifies first");
}

void flow_start(struct flows *flows, const char *operation, struct str item, const char *const *preset)
{
	const struct operation *op = operation_find(str_of(operation));
	struct err err = { 0 };
	struct flow *flow;

	if (!op || !may_start(flows, op, &err)) {
		ui_say(flows->ui, EL_WARN, "%s", op ? err.text : operation);
		return;
	}
	flow = new_flow(flows, op);
	flow->item = item.p ? str_dup(item) : NULL;
	flow->values = op_values_new(op, ui_desk(flows->ui));
	for (; preset && preset[0]; preset += 2)
		if (!op_values_set(flow->values, str_of(preset[0]), str_of(preset[1]), &err)) {
			flow_give_up(flow, err.text);
			return;
		}
	ask_next(flow);
}

void flow_undo(struct flows *flows)
{
	struct flow *flow = new_flow(flows, NULL);
	struct err err = { 0 };
	const struct entry *last;

	begin_work(flow, &flow->work);
	flow->sent = true;
	last = casework_last(&flow->work);
	if (!last) {
		flow_give_up(flow, gettext("there is nothing of mine here to undo"));
		return;
	}
	if (!casework_undo(&flow->work, last, &flow->op, &flow->values, &err) || !casework_build(&flow->work, flow->op, flow->values, &err)) {
		flow_give_up(flow, err.text);
		return;
	}
	hand_over(flow);
}

void flows_release(struct flows *flows)
{
	struct flow *next;

	flows_forget_recalls(flows);
	for (struct flow *flow = flows->first; flow; flow = next) {
		next = flow->next;
		ui_ask_end(flow->ui, flow);
		flow->flows = NULL;
		if (!flow->handed)
			free_flow(flow);
	}
	flows->first = NULL;
}
