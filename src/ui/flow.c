#include "flow.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "flow_fields.h"

#define TEXT_MOST (64 * 1024)

/* One operation under way: its fields are the form's, what they mean is here. */
struct flow {
	struct flow *next;
	struct flows *flows;            /* NULL: its view is gone, only the store has still to speak */
	struct ui *ui;
	const struct operation *op;
	struct op_values *values;       /* what was typed, and what follows from it */
	struct form *form;              /* NULL: nothing is asked (undo) */
	struct casework work;           /* while it is sent */
	bool unasked;                   /* no key began it: it asks nothing, and holds no keys */
	bool sent, handed;              /* work holds something; the store has it */
	char *item, *label, *channel;
	struct str case_;               /* that was chosen when it began: entries of others choose another */
	struct arena *arena;
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
	form_free(flow->form);
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
		struct str case_ = flow->form ? form_about(flow->form)->case_ : flow->case_;

		work->case_ = cases_find(work->cases, case_) ? case_ : (struct str){ 0 };
		contact = customer_contact(on.customer);
		if (contact) {
			work->contact = contact->start->id;
			work->channel = contact->start->channel;
		}
	}
	if (on.settled)
		work->settled = true;
	if (flow->op && flow->op->writes == ENTRY_CONTACT_START)
		work->live = ui_live_on(flow->ui, op_text(flow->values, "channel"));
	work->other = on.other;
	if (flow->item)
		work->item = str_of(flow->item);
	else if (on.item.p)
		work->item = on.item;
}

static void send(struct flow *flow);

static bool is_settled(struct flow *flow)
{
	struct casework work;
	bool settled;

	begin_work(flow, &work);
	settled = work.settled || !work.customer || !flow->op->settled;
	casework_release(&work);
	return settled;
}

static void refuse(struct ui *ui, bool unasked, const char *why)
{
	if (unasked)
		ui_say(ui, EL_WARN, "%s", why);
	else
		ui_refuse(ui, EL_WARN, "%s", why);
}

static void give_up(struct flow *flow, const char *why)
{
	refuse(flow->ui, flow->unasked, why);
	free_flow(flow);
}

/* Nothing came of it: what was typed is not gone with it. False where there is nothing, or nowhere, to type. */
static bool type_again(struct flow *flow, const char *why)
{
	if (!flow->flows || !flow->form || flow->unasked || ui_asks(flow->ui))
		return false;
	if (flow->handed)
		ui_sending(flow->ui, -1);
	casework_release(&flow->work);
	flow->sent = flow->handed = false;
	return form_again(flow->form, why);
}

static bool has_ticks(struct flow *flow)
{
	struct casework work;
	size_t n;

	begin_work(flow, &work);
	free(casework_offered(&work, &n));
	casework_release(&work);
	return n > 0;
}

static size_t offers(void *arg, const struct form *form, const struct form_field *field, struct arena *arena, struct str **choices, struct str **labels)
{
	struct flow *flow = arg;
	struct present present = *ui_present(flow->ui);
	struct casework work;
	size_t n;

	(void)form;
	(void)field;
	begin_work(flow, &work);
	present.mask = work.customer ? customer_mask(work.customer) : present.mask;
	n = flow_ticks(flow->ui, &work, &present, arena, choices, labels);
	casework_release(&work);
	return n;
}

static enum form_need need(void *arg, const struct form *form, const struct form_field *asked)
{
	struct flow *flow = arg;
	const struct op_field *field = operation_field(flow->op, str_of(asked->name));

	(void)form;
	if (asked->ticks)
		return has_ticks(flow) ? FORM_ASKED : FORM_MAY;
	switch (op_asked(flow->values, field)) {
	case OP_NEEDED:
		return FORM_MUST;
	case OP_NOT_ASKED:
		return FORM_MAY;
	default:
		return flow_marks(flow->op, field->name) ? FORM_MAY : FORM_ASKED;
	}
}

/* "+2h" is a time by tomorrow. */
static char *for_keeps(struct flow *flow, const struct op_field *field)
{
	struct buf text;

	if (field->kind != OP_WHEN)
		return NULL;
	buf_init(&text, 64);
	when_strftime(op_when(flow->values, field->name), ui_zone(flow->ui), STR("%Y-%m-%d %H:%M"), &text);
	return buf_take(&text);
}

static bool check(void *arg, const struct form *form, const struct form_field *asked, struct str text, char **kept, struct err *err)
{
	struct flow *flow = arg;

	(void)form;
	if (!op_values_set(flow->values, str_of(asked->name), text, err))
		return false;
	*kept = for_keeps(flow, operation_field(flow->op, str_of(asked->name)));
	return true;
}

/* What follows from what was typed follows from all of it, and from nothing that was typed before and changed. */
static void filled(void *arg, struct form *form)
{
	struct flow *flow = arg;
	struct casework work;

	op_values_free(flow->values);
	flow->values = op_values_new(flow->op, ui_desk(flow->ui));
	for (const struct op_field *field = flow->op->fields; field->name; field++)
		op_values_set(flow->values, str_of(field->name), form_value(form, field->name), NULL);
	flow->form = form;
	begin_work(flow, &work);
	casework_prefill(&work, flow->values);
	casework_release(&work);
}

/* What others act on is read once more before it goes, all of it. */
static bool review(void *arg, struct form *form, char **heading, char **text)
{
	struct flow *flow = arg;
	struct str to = op_text(flow->values, "team");
	struct flow_on on = { 0 };
	struct buf out;

	if (strcmp(flow->op->id, "handoff.offer") != 0)
		return false;
	if (!to.p)
		to = op_text(flow->values, "agent");
	flow->flows->on(flow->flows->arg, &on);
	buf_init(&out, TEXT_MOST);
	flow_brief(flow->values, form, on.customer && mask_hides(customer_mask(on.customer), "row.text"), &out);
	*heading = mem_printf(gettext(" offered to %.*s "), STR_ARG(to));
	*text = buf_take(&out);
	return true;
}

static void done(void *arg, struct form *form)
{
	(void)form;
	send(arg);
}

static void left(void *arg, struct form *form)
{
	struct flow *flow = arg;

	if (flow->flows) {
		free(flow->flows->left);
		flow->flows->left = str_dup(form_draft_id(form));
	}
	free_flow(flow);
}

static void fill(void *arg, const struct form *form, struct str text, struct buf *out)
{
	struct casework work;

	(void)form;
	begin_work(arg, &work);
	casework_fill(&work, text, out);
	casework_release(&work);
}

static const struct question *question_of(const struct flow *flow, struct flow_on *on)
{
	const struct cases *cases;

	flow->flows->on(flow->flows->arg, on);
	cases = on->customer ? customer_cases(on->customer) : on->cases;
	return cases_question(cases, flow->item ? str_of(flow->item) : on->item);
}

/* Nobody answers what they have not read whole. */
static void hint(void *arg, const struct form *form, const struct form_field *field, struct buf *out)
{
	struct flow *flow = arg;
	struct flow_on on = { 0 };
	const struct question *question;
	const struct mask *mask;
	char amount[64];

	(void)form;
	if (strcmp(flow->op->id, "answer") != 0 || field->lines || !(question = question_of(flow, &on)))
		return;
	mask = on.customer ? customer_mask(on.customer) : ui_present(flow->ui)->mask;
	buf_printf(out, gettext("; %.*s asks: "), STR_ARG(question->ask->author));
	buf_addstr(out, mask_hides(mask, "question.text") ? str_of(gettext("closed until verified")) : question->text);
	if (question->amount.currency[0] && !mask_hides(mask, "question.amount")) {
		money_print(question->amount, amount);
		buf_printf(out, " (%s)", amount);
	}
}

static const struct form_ops flow_ops = { .hint = hint, .fill = fill, .offers = offers, .need = need, .check = check, .filled = filled, .review = review, .done = done, .left = left };

static void channel_chosen(void *arg, struct str text)
{
	struct flow *flow = arg;

	if (!text.n) {
		form_leave(flow->form);
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
	if (final && (what != STORE_NOT_SAVED || !type_again(flow, NULL)))
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
	bool fine;

	work->live = ui_live_on(flow->ui, str_of(flow->channel));
	fine = op_values_set(values, STR("channel"), str_of(flow->channel), err) && casework_build(work, start, values, err);
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

/* It was gone on with elsewhere, too, and sent from there with other words. */
static bool is_taken(const struct flow *flow, const struct casework *work)
{
	struct str id = form_draft_id(flow->form);
	const struct entry *there = id.p && work->entries ? entries_find(work->entries, id) : NULL;

	return there && !casework_repeats(flow->op, flow->values, there, NULL);
}

static bool build(struct flow *flow, struct err *err)
{
	struct casework *work = &flow->work;

	if (flow->channel && !start_contact(flow, work, err))
		return false;
	if (needs_contact(flow) && strcmp(flow->op->id, "contact.end") == 0)
		work->item = work->contact;
	if (flow->form && is_taken(flow, work))
		form_renew(flow->form);
	if (flow->form)
		work->id = form_draft_id(flow->form);
	if (flow->op->writes == ENTRY_CASE_OPEN)
		op_values_offer(flow->values);
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
		if (!type_again(flow, NULL))
			free_flow(flow);
		ui_say(ui, EL_WARN, "%s", err.text);
		return;
	}
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
	free(flows->left);
	flows->left = NULL;
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

/* An item's customer follows from it. */
static void about_item(struct flow *flow, const struct flow_on *on, struct draft_of *about)
{
	const struct entry *entry = on->entries && flow->item ? entries_find(on->entries, str_of(flow->item)) : NULL;
	struct str *who = arena_alloc(flow->arena, sizeof(*who));
	size_t n, best = SIZE_MAX;
	const struct person_hold *holds = on->persons && entry && entry->person.p ? persons_holds(on->persons, &n) : NULL;
	struct buf text;

	about->person = entry ? arena_str(flow->arena, entry->person) : about->person;
	for (size_t i = 0; holds && i < n; i++)
		if (str_eq(holds[i].person, entry->person) && holds[i].now &&
		    (best == SIZE_MAX || identity_class(holds[i].id.type) < identity_class(holds[best].id.type)))
			best = i;
	if (!holds || best == SIZE_MAX)
		return;
	buf_init(&text, 4096);
	identity_print(&holds[best].id, &text);
	*who = arena_str(flow->arena, buf_str(&text));
	about->who = who;
	about->n_who = 1;
	buf_release(&text);
}

static void make_form(struct flow *flow)
{
	struct form_field fields[FLOW_FIELDS_MOST];
	struct str *choices[FLOW_FIELDS_MOST];
	struct form_spec spec = { .fields = fields, .ops = &flow_ops, .arg = flow };
	struct flow_on on = { 0 };
	const char *word = flow->op->command ? flow->op->command : flow->op->id;
	char *heading = flow->label ? mem_printf(gettext(" INTERNAL %s about %.80s "), word, flow->label) : mem_printf(gettext(" INTERNAL %s "), word);

	flow->flows->on(flow->flows->arg, &on);
	spec.heading = heading;
	spec.n_fields = flow_fields(flow->ui, flow->op, fields, choices);
	form_about_customer(flow->arena, on.customer, &spec.about);
	if (!on.customer)
		about_item(flow, &on, &spec.about);
	/* what a customer said to be verified is not kept, and neither is half of a verification */
	if (strcmp(flow->op->id, "verify") != 0)
		spec.about.what = str_of(flow->op->id);
	spec.about.case_ = flow->case_;
	spec.about.item = str_of(flow->item);
	spec.about.label = str_of(flow->label);
	if (!is_settled(flow))
		spec.label = gettext("Esc keeps a draft; = compares or v verifies; then it is saved");
	flow->form = form_new(flow->ui, &spec);
	free(heading);
	for (size_t i = 0; i < spec.n_fields; i++)
		free(choices[i]);
}

static void start(struct flows *flows, const char *operation, struct str item, const char *const *preset, bool unasked)
{
	const struct operation *op = operation_find(str_of(operation));
	struct err err = { 0 };
	struct flow *flow;

	if (!op || !may_start(flows, op, &err)) {
		refuse(flows->ui, unasked, op ? err.text : operation);
		return;
	}
	flow = new_flow(flows, op);
	flow->unasked = unasked;
	flow->item = item.p ? str_dup(item) : NULL;
	flow->values = op_values_new(op, ui_desk(flows->ui));
	make_form(flow);
	for (; preset && preset[0]; preset += 2) {
		if (!op_values_set(flow->values, str_of(preset[0]), str_of(preset[1]), &err)) {
			give_up(flow, err.text);
			return;
		}
		form_set(flow->form, preset[0], str_of(preset[1]));
	}
	if (!unasked) {
		form_begin(flow->form, NULL);
		return;
	}
	filled(flow, flow->form);
	send(flow);
}

void flow_start(struct flows *flows, const char *operation, struct str item, const char *const *preset)
{
	start(flows, operation, item, preset, false);
}

void flow_start_unasked(struct flows *flows, const char *operation, const char *const *preset)
{
	start(flows, operation, (struct str){ 0 }, preset, true);
}

bool flow_resume(struct flows *flows, const struct draft_kept *kept)
{
	const struct operation *op = operation_find(kept->of.what);
	struct flow *flow;

	if (!op || !ui_desk(flows->ui)->store)
		return false;
	flow = new_flow(flows, op);
	flow->item = kept->of.item.p ? str_dup(kept->of.item) : NULL;
	flow->values = op_values_new(op, ui_desk(flows->ui));
	make_form(flow);
	form_begin(flow->form, kept);
	return true;
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
		give_up(flow, gettext("there is nothing of mine here to undo"));
		return;
	}
	if (!casework_undo(&flow->work, last, &flow->op, &flow->values, &err) || !casework_build(&flow->work, flow->op, flow->values, &err)) {
		give_up(flow, err.text);
		return;
	}
	hand_over(flow);
}

void flows_release(struct flows *flows)
{
	struct flow *next;

	for (struct flow *flow = flows->first; flow; flow = next) {
		next = flow->next;
		ui_ask_end(flow->ui, flow);
		form_free(flow->form);
		flow->form = NULL;
		flow->flows = NULL;
		if (!flow->handed)
			free_flow(flow);
	}
	flows->first = NULL;
	free(flows->left);
	flows->left = NULL;
}
