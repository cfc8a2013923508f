/* Operations that belong to no view. */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "customer_view.h"
#include "lock.h"
#include "pop.h"
#include "ui_inner.h"

#define HINT_MOST 4096

static void find_done(void *arg, struct str text)
{
	struct ui *ui = arg;

	text = str_trim(text);
	if (text.n && !lock_badge(ui->lock, text) && !scan_typed(ui, text))
		ui_find(ui, text);
}

static void op_find(struct ui *ui, struct str arg)
{
	struct ask ask = { .label = "find", .done = find_done, .arg = ui };

	if (arg.n)
		ui_find(ui, arg);
	else
		ui_ask(ui, &ask);
}

static void op_find_again(struct ui *ui, struct str arg)
{
	char *text = mem_strdup(ui->last_find);

	(void)arg;
	if (text) {
		ui_find(ui, str_of(text));
		ui_coming_back(ui);
	} else {
		ui_refuse(ui, EL_MESSAGE, "nothing was looked for yet");
	}
	free(text);
}

static void filter_changed(void *arg, struct str text)
{
	struct ui *ui = arg;

	ui->top->ops->filter(ui->top, text);
}

static void filter_done(void *arg, struct str text)
{
	struct ui *ui = arg;

	if (!text.n) {
		ui->filtered = 0;
		return;
	}
	free(ui->last_filter);
	ui->last_filter = str_dup(text);
	ui->filtered = ui_top_no(ui);
}

/* What Enter had kept is not lost by it: that is in the prompt's history, but for what names somebody. */
static void filter_left(void *arg, struct str text)
{
	struct ui *ui = arg;
	bool kept = false;

	(void)text;
	for (size_t i = 0; i < ui->histories[HISTORY_FILTER].n && ui->last_filter && ui->filtered == ui_top_no(ui); i++)
		kept |= strcmp(ui->histories[HISTORY_FILTER].items[i], ui->last_filter) == 0;
	ui->top->ops->filter(ui->top, STR(""));
	ui->filtered = 0;
	if (kept)
		ui_say(ui, EL_MESSAGE, gettext("all rows again; f Up has \"%s\""), ui->last_filter);
}

const char *ui_last_filter(const struct ui *ui)
{
	return ui->last_filter;
}

static void op_filter(struct ui *ui, struct str arg)
{
	struct ask ask = { .label = "filter", .history = HISTORY_FILTER, .takes = ui->top->ops->filter_takes, .changed = filter_changed, .done = filter_done, .left = filter_left, .arg = ui };

	if (!ui->top->ops->filter)
		ui_refuse(ui, EL_MESSAGE, "this view has nothing to filter");
	else if (arg.n)
		ui->top->ops->filter(ui->top, arg);
	else {
		if (ui->top->ops->filtering)
			ui->top->ops->filtering(ui->top);
		ui_ask(ui, &ask);
	}
}

static void op_back(struct ui *ui, struct str arg)
{
	(void)arg;
	if (ui->top->below)
		ui_pop(ui);
	else
		ui_say(ui, EL_MESSAGE, "this is the first view; :quit ends dossier");
}

static void op_desk(struct ui *ui, struct str arg)
{
	(void)arg;
	if (!ui->top->below)
		ui_say(ui, EL_MESSAGE, "%s", gettext("this is the desk"));
	ui_home(ui);
}

/* Once each: help on help would only be in the way. */
static void push_once(struct ui *ui, enum view_id id, struct view *(*make)(struct ui *ui))
{
	if (ui->top->ops->id != id)
		ui_push(ui, make(ui));
	else
		ui_say(ui, EL_MESSAGE, gettext("%s stands here already; Esc leads back"), view_id_word(id));
}

static struct view *make_help(struct ui *ui)
{
	return help_view_new(ui, ui->top);
}

static void op_help(struct ui *ui, struct str arg)
{
	(void)arg;
	push_once(ui, VIEW_HELP, make_help);
}

static struct view *make_palette(struct ui *ui)
{
	return palette_view_new(ui, ui->top);
}

static void op_palette(struct ui *ui, struct str arg)
{
	(void)arg;
	push_once(ui, VIEW_PALETTE, make_palette);
}

static void op_backends(struct ui *ui, struct str arg)
{
	(void)arg;
	push_once(ui, VIEW_BACKENDS, backends_view_new);
}

static void op_drafts(struct ui *ui, struct str arg)
{
	(void)arg;
	push_once(ui, VIEW_DRAFTS, drafts_view_new);
}

static void op_notices(struct ui *ui, struct str arg)
{
	(void)arg;
	push_once(ui, VIEW_NOTICES, notices_view_new);
}

static void op_parked(struct ui *ui, struct str arg)
{
	(void)arg;
	if (ui->top->ops->id == VIEW_PARKED)
		ui_say(ui, EL_MESSAGE, "%s", gettext("who is parked stands here already; Esc leads back"));
	else
		ui_parked(ui);
}

/* From the view on top, else from the first below it that knows something. */
static char *hint_of(struct ui *ui, enum ui_op op)
{
	struct buf text, safe;

	buf_init(&text, HINT_MOST);
	buf_init(&safe, 4 * HINT_MOST);
	for (struct view *view = ui->top; view && !text.len; view = view->below)
		if (view->ops->hint)
			view->ops->hint(view, op, &text);
	text_safe(&safe, buf_str(&text), 0);
	buf_release(&text);
	return buf_take(&safe);
}

/* A view that shows what is asked for: asked again, it answers in its place. */
struct asked_view {
	enum ui_op op;
	enum view_id id;
	const char *label;
	struct view *(*make)(struct ui *ui, struct str text);
	void (*ask)(struct view *view, struct str text);
};
static const struct asked_view asked_views[] = {
	{ UI_STOCK, VIEW_STOCK, "stock of", stock_view_new, stock_view_ask },
	{ UI_KNOWLEDGE, VIEW_KNOWLEDGE, "articles on", knowledge_view_new, knowledge_view_ask },
};

static void show_asked(struct ui *ui, enum ui_op op, struct str text)
{
	const struct asked_view *asked = asked_views;

	while (asked->op != op)
		asked++;
	text = str_trim(text);
	if (text.n && ui->top->ops->id == asked->id)
		asked->ask(ui->top, text);
	else if (text.n)
		ui_push(ui, asked->make(ui, text));
}

static void stock_done(void *arg, struct str text)
{
	show_asked(arg, UI_STOCK, text);
}

static void knowledge_done(void *arg, struct str text)
{
	show_asked(arg, UI_KNOWLEDGE, text);
}

static void ask_for(struct ui *ui, enum ui_op op, struct str arg, void (*done)(void *arg, struct str text))
{
	const struct asked_view *asked = asked_views;
	struct ask ask = { .done = done, .arg = ui };
	char *initial;

	while (asked->op != op)
		asked++;
	if (arg.n) {
		show_asked(ui, op, arg);
		return;
	}
	initial = hint_of(ui, op);
	ask.label = gettext(asked->label);
	ask.initial = initial;
	ui_ask(ui, &ask);
	free(initial);
}

static void op_stock(struct ui *ui, struct str arg)
{
	ask_for(ui, UI_STOCK, arg, stock_done);
}

static void op_knowledge(struct ui *ui, struct str arg)
{
	ask_for(ui, UI_KNOWLEDGE, arg, knowledge_done);
}

static void theme_words(struct buf *words, struct str start)
{
	char *folder = theme_folder(), **names = theme_names(folder);

	for (size_t i = 0; names[i]; i++) {
		if (strncmp(names[i], start.p, start.n) == 0) {
			buf_adds(words, names[i]);
			buf_addc(words, '\n');
		}
		free(names[i]);
	}
	free(names);
	free(folder);
}

static void theme_complete(void *arg, struct str before, struct buf *words, size_t *from)
{
	(void)arg;
	*from = 0;
	theme_words(words, before);
}

static void theme_changed(void *arg, struct str text)
{
	ui_theme(arg, text, true);
}

static void theme_done(void *arg, struct str text)
{
	ui_theme(arg, text, false);
}

static void op_theme(struct ui *ui, struct str arg)
{
	struct ask ask = { .label = "theme (Tab names them)", .changed = theme_changed, .done = theme_done, .complete = theme_complete, .arg = ui };

	if (arg.n)
		ui_theme(ui, arg, false);
	else
		ui_ask(ui, &ask);
}

static void add_word(struct buf *words, const char *word, struct str start)
{
	if (strncmp(word, start.p, start.n) != 0)
		return;
	buf_adds(words, word);
	buf_addc(words, '\n');
}

static void command_complete(void *arg, struct str before, struct buf *words, size_t *from)
{
	const char *space = memchr(before.p, ' ', before.n);
	struct ui *ui = arg;

	*from = 0;
	if (space) {
		struct str rest = str_make(space + 1, before.n - (size_t)(space + 1 - before.p));

		*from = before.n - rest.n;
		if (ui_op_find(str_make(before.p, (size_t)(space - before.p))) == UI_THEME)
			theme_words(words, rest);
		return;
	}
	for (int i = UI_NONE + 1; i < UI_COUNT; i++)
		add_word(words, ui_op_row((enum ui_op)i)->id, before);
	for (const struct operation *op = operations; op->id; op++)
		if (ui_offers(ui->top, op))
			add_word(words, op->id, before);
}

static void command_changed(void *arg, struct str text)
{
	struct ui *ui = arg;

	if (!str_is(text, ":"))
		return;
	ui_ask_end(ui, ui);
	ui_operate(ui, UI_PALETTE, (struct str){ 0 });
}

static void command_done(void *arg, struct str text)
{
	struct ui *ui = arg;
	const char *space;
	const struct operation *operation;
	struct str id, rest = { 0 };
	enum ui_op op;

	text = str_trim(text);
	if (!text.n)
		return;
	space = memchr(text.p, ' ', text.n);
	id = space ? str_make(text.p, (size_t)(space - text.p)) : text;
	if (space)
		rest = str_trim(str_make(space, text.n - id.n));
	op = ui_op_find(id);
	/* a whole name goes before the start of another: notice, and notices */
	operation = op == UI_NONE || !str_is(id, ui_op_row(op)->id) ? operation_find(id) : NULL;
	if (operation && rest.n)
		ui_say(ui, EL_WARN, gettext("%s takes nothing after it: it asks"), operation->id);
	else if (operation && ui_offers(ui->top, operation))
		ui->top->ops->start(ui->top, operation, true);
	else if (operation && ui->top->ops->id == VIEW_CUSTOMER && customer_key_of(operation) != UI_NONE)
		ui_operate(ui, customer_key_of(operation), rest);
	else if (op == UI_NONE)
		where_command(ui, id);
	else if (rest.n && !(ui_op_row(op)->flags & UI_ARG))
		ui_say(ui, EL_WARN, "%s takes nothing after it", ui_op_row(op)->id);
	else
		ui_operate(ui, op, rest);
}

static void op_command(struct ui *ui, struct str arg)
{
	struct ask ask = { .label = ":", .history = HISTORY_COMMAND, .changed = command_changed, .done = command_done, .complete = command_complete, .arg = ui };

	(void)arg;
	ui_ask(ui, &ask);
}

/* Who is there goes before what waits, which stands on the desk. */
static void op_announced(struct ui *ui, struct str arg)
{
	(void)arg;
	if (pops_open(ui->pops))
		return;
	if (ui->live_for_me || ui->late || ui->to_accept || ui->answers)
		ui_home(ui);
	else
		ui_refuse(ui, EL_MESSAGE, "%s", gettext("the first line announces nothing"));
}

static void op_urgent(struct ui *ui, struct str arg)
{
	if (!ui->top->below) {
		ui_say(ui, EL_MESSAGE, "nothing waits for you");
		return;
	}
	ui_home(ui);
	ui_operate(ui, UI_URGENT, arg);
}

static void op_redraw(struct ui *ui, struct str arg)
{
	(void)arg;
	screen_redraw(ui->screen);
	ui->paint_all = true;
}

static void op_suspend(struct ui *ui, struct str arg)
{
	(void)arg;
	if (term_headless(ui->term))
		ui_say(ui, EL_MESSAGE, "there is no shell to go back to");
	else
		term_suspend(ui->term);
}

static void op_quit(struct ui *ui, struct str arg)
{
	(void)arg;
	ui->stop = true;
}

static const struct { enum ui_op op; void (*run)(struct ui *ui, struct str arg); } everywhere[] = {
	{ UI_FIND, op_find }, { UI_FIND_AGAIN, op_find_again }, { UI_FILTER, op_filter }, { UI_BACK, op_back }, { UI_DESK, op_desk },
	{ UI_HELP, op_help }, { UI_PALETTE, op_palette }, { UI_BACKENDS, op_backends }, { UI_THEME, op_theme },
	{ UI_STOCK, op_stock }, { UI_KNOWLEDGE, op_knowledge }, { UI_NOTICES, op_notices }, { UI_DRAFTS, op_drafts },
	{ UI_PARKED, op_parked }, { UI_ANNOUNCED, op_announced }, { UI_SIGNON, session_signon }, { UI_SWITCH, session_ask },
	{ UI_LOCK, session_lock }, { UI_URGENT, op_urgent }, { UI_COMMAND, op_command }, { UI_REDRAW, op_redraw },
	{ UI_SUSPEND, op_suspend }, { UI_QUIT, op_quit },
};

const struct view_ops *const ui_views[] = {
	&act_view_ops, &raw_view_ops,
	&desk_view_ops, &find_view_ops, &customer_view_ops, &compare_view_ops, &drafts_view_ops, &parked_view_ops,
	&stock_view_ops, &knowledge_view_ops, &notices_view_ops, &backends_view_ops, &help_view_ops, &palette_view_ops, NULL,
};

bool ui_takes(const struct view_ops *ops, enum ui_op op)
{
	if (op == UI_FILTER)
		return ops->filter != NULL;
	for (size_t i = 0; i < sizeof(everywhere) / sizeof(*everywhere); i++)
		if (everywhere[i].op == op)
			return true;
	return ops->takes(op);
}

/* What cannot be taken back, or belongs to other faces. */
static const char *const not_offered[] = { "erase", "pop", NULL };

bool ui_offers(struct view *view, const struct operation *operation)
{
	struct err err = { 0 };

	for (size_t i = 0; not_offered[i]; i++)
		if (strcmp(not_offered[i], operation->id) == 0)
			return false;
	for (int i = UI_NONE + 1; i < UI_COUNT; i++)
		if (strcmp(ui_op_row((enum ui_op)i)->id, operation->id) == 0)
			return false;
	return operation->command && view->ops->start && operation_allowed(operation, ui_desk(view->ui), &err) && view->ops->start(view, operation, false);
}

void ui_copy(struct ui *ui, struct str text)
{
	if (!text.n)
		ui_say(ui, EL_MESSAGE, "%s", gettext("there is nothing to copy"));
	else if (term_copy(ui->term, text))
		ui_say(ui, EL_MESSAGE, gettext("handed to the terminal's clipboard: %.*s"), STR_ARG(text));
	else
		ui_say(ui, EL_MESSAGE, gettext("%.*s (this terminal has no clipboard)"), STR_ARG(text));
}

void ui_operate(struct ui *ui, enum ui_op op, struct str arg)
{
	const struct ui_op_row *row = ui_op_row(op);
	struct buf place;
	char *text;

	if (ui->options.restricted && (row->flags & UI_FREE)) {
		ui_refuse(ui, EL_WARN, "%s is closed here (--restricted)", row->id);
		return;
	}
	if (ui->top->ops->takes(op) && ui->top->ops->operate(ui->top, op, arg))
		return;
	for (size_t i = 0; i < sizeof(everywhere) / sizeof(*everywhere); i++)
		if (everywhere[i].op == op) {
			everywhere[i].run(ui, arg);
			return;
		}
	buf_init(&place, 400);
	if (where_op(ui, op, &place))
		text = mem_printf(gettext("%s works %s"), row->id, place.data);
	else
		text = mem_printf(gettext("%s does nothing in this view; ? shows its keys"), row->id);
	if ((row->flags & UI_ASKS) || row->leads != VIEW_NONE)
		ui_refuse(ui, EL_MESSAGE, "%s", text);
	else
		ui_say(ui, EL_MESSAGE, "%s", text);
	buf_release(&place);
	free(text);
}
