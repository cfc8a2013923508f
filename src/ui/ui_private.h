/*
 * What the workstation gives its views, and what a view gives it. A view is a
 * table of functions with private data; it paints itself, takes operations,
 * and never sees another.
 */
#ifndef UI_UI_PRIVATE_H
#define UI_UI_PRIVATE_H

#include <dossier/desk/customer.h>
#include <dossier/desk/operation.h>
#include <dossier/desk/present.h>
#include <dossier/store/draft.h>
#include <dossier/ui/operations.h>
#include <dossier/ui/screen.h>
#include <dossier/ui/ui.h>

struct ui;
struct view;

struct area { int row, col, rows, cols; };

struct view_ops {
	enum view_id id;
	const enum ui_op *keyline;         /* most used first, ended by UI_NONE */
	const enum ui_op *(*keys_now)(struct view *view);       /* NULL: keyline; else which of the view's are most used as it is now */
	/* NULL: never. The keys while one thing is open over the list, or is scrolled beside it; NULL: nothing is. */
	const enum ui_op *(*reading)(const struct view *view);
	/* The body: between the first line and the last two. all: nothing of it is on the screen. */
	void (*paint)(struct view *view, struct screen *screen, struct area area, bool all);
	/* What operate may be given: nothing else comes to it, and help shows no other key. */
	bool (*takes)(enum ui_op op);
	/* False: not for this view as it is now. */
	bool (*operate)(struct view *view, enum ui_op op, struct str arg);
	/* NULL: none. Of desk/operation's that have no key here: whether it can be begun in this view; begin: begins it. */
	bool (*start)(struct view *view, const struct operation *operation, bool begin);
	/* NULL: none. Goes on with a draft, of a form that it began; false: it is none of its own. */
	bool (*resume)(struct view *view, const struct draft_kept *kept);
	void (*filtering)(struct view *view);                   /* a filter is about to be typed; may be NULL */
	const char *filter_takes;                               /* NULL, or the words that mean something in its filter */
	bool (*filter)(struct view *view, struct str text);     /* NULL or false: it has none; called at every letter */
	/* NULL: always. What the store knows is there: what is filled in from it can be. */
	bool (*ready)(const struct view *view);
	/* NULL: nothing. It was parked as this (may be NULL); false: it is not whom was parked. */
	bool (*recall)(struct view *view, struct json_object *state);
	void (*digit)(struct view *view, int digit);            /* NULL: digits open find */
	void (*typed)(struct view *view, struct str text);      /* NULL: digits and pastes open find */
	bool (*busy)(const struct view *view);  /* NULL: never; something is still to come */
	/* NULL: never; it has no rows yet, and there will be: keys that need one wait. */
	bool (*empty)(const struct view *view);
	void (*shown)(struct view *view);       /* NULL: nothing; it is on top (again) */
	/* NULL: nothing; what the question of an operation begins with, from what is chosen here. */
	void (*hint)(struct view *view, enum ui_op op, struct buf *out);
	void (*free)(struct view *view);
};
extern const struct view_ops desk_view_ops, find_view_ops, customer_view_ops, compare_view_ops, drafts_view_ops, parked_view_ops, backends_view_ops, help_view_ops, palette_view_ops;
extern const struct view_ops stock_view_ops, knowledge_view_ops, notices_view_ops;
extern const struct view_ops act_view_ops, raw_view_ops;
extern const struct view_ops *const ui_views[];         /* all of them, ended by NULL */
/* Something runs it there: the view itself, or it belongs to no view. */
bool ui_takes(const struct view_ops *ops, enum ui_op op);
/* An operation that has no key can be begun there, by this agent. */
bool ui_offers(struct view *view, const struct operation *operation);
/* First member of every view. */
struct view {
	const struct view_ops *ops;
	struct ui *ui;
	struct view *below;
	unsigned no;                    /* no other ever has it, though its memory may be another's */
	bool passing;                   /* going back goes past it: it only led to what is above */
};

/* The view goes on top; it is freed when it is left. */
void ui_push(struct ui *ui, struct view *view);
/* Instead of that view, wherever it stands; it is freed. */
void ui_replace(struct ui *ui, struct view *old, struct view *view);
void ui_pop(struct ui *ui);
unsigned ui_top_no(const struct ui *ui);
bool ui_is_top(const struct ui *ui, const struct view *view);
/* The body of this view, the first line, or the message line changed; nothing is painted before the end of the turn. */
void ui_stale(struct ui *ui, const struct view *view);
void ui_stale_all(struct ui *ui);
void ui_stale_status(struct ui *ui);
/* Much was allocated or freed: what can be given back is, when it has been quiet for a while. */
void ui_trim(struct ui *ui);

/* One line that stays until the next key that does something. */
void ui_say(struct ui *ui, int element, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* One that a view wants to be seen whenever nothing newer is; NULL takes it back. */
void ui_standing(struct ui *ui, const struct view *view, const char *text);

/*
 * Asks for a text on the message line, or in a box of several lines: done gets
 * it, absent when it was left with Esc. At most one at a time. What has a
 * title, choices or much to say has rows of its own above the message line.
 */
#define ASK_CHOICES 9           /* taken by a digit; more are typed or completed */
enum ask_history { HISTORY_NONE, HISTORY_COMMAND, HISTORY_FILTER, HISTORY_COUNT };
struct ask {
	const char *label;
	const char *title;              /* NULL: none; of one line, what the question is part of */
	const char *initial;            /* NULL: empty */
	const char *heading;            /* of a box, whose Enter accepts and Alt-Enter breaks the line; NULL: one line */
	int heading_element;
	bool outward;                   /* a customer will read it: the box stands where no other does */
	bool several;                   /* choices by commas */
	const char *marks;              /* not NULL: a number marks its choice, or takes the mark away, and Enter goes on; those that are, by commas */
	const struct str *labels;       /* not NULL, with marks: what is shown of each choice, a row each, as many at a time as have a digit */
	bool keeps;                     /* Esc keeps what was typed */
	const char *takes;              /* NULL, or the words that mean something in it, for the key line */
	enum ask_history history;       /* what was typed before comes back by Up; never what names a customer */
	bool fixed;                     /* initial is read, not changed: Enter or Esc */
	const struct str *choices;      /* offered by number, taken by it where nothing is typed; copied */
	size_t n_choices;
	char hot;                       /* a letter that takes hot_value where nothing is typed; 0: none */
	const char *hot_value;
	void (*changed)(void *arg, struct str text);    /* NULL, or called at every change */
	void (*marked)(void *arg, struct str marks);    /* of marks: they changed */
	void (*done)(void *arg, struct str text);
	void (*left)(void *arg, struct str text);       /* NULL, or instead of done on Esc */
	void (*back)(void *arg, struct str text);       /* NULL, or what was asked before is to be asked again (S-Tab) */
	/* NULL: no templates. One of the house's texts, its place-holders filled in as far as is known. */
	void (*fill)(void *arg, struct str text, struct buf *out);
	/* NULL: of choices. Adds words that may stand for what is before the cursor from "from" on. */
	void (*complete)(void *arg, struct str before, struct buf *words, size_t *from);
	void *arg;
};
void ui_ask(struct ui *ui, const struct ask *ask);
void ui_ask_end(struct ui *ui, const void *arg);        /* the one who asked is gone */
bool ui_asks(const struct ui *ui);
/* Text into the field of arg's question, where nothing was typed yet. */
bool ui_ask_fill(struct ui *ui, const void *arg, struct str text);

/* Onto the clipboard where the terminal has one; says what became of it. */
void ui_copy(struct ui *ui, struct str text);

struct desk *ui_desk(struct ui *ui);
const struct present *ui_present(struct ui *ui);
const struct ui_options *ui_options(const struct ui *ui);
const struct keymap *ui_keymap(const struct ui *ui);
struct screen *ui_screen(struct ui *ui);
struct term *ui_term(struct ui *ui);
int64_t ui_now(const struct ui *ui);
const struct zone *ui_zone(const struct ui *ui);
enum view_id ui_below_id(const struct ui *ui, const struct view *view);
/* The contact that is live with the customer on top, for the first line; NULL: none. numbered: its number may be shown. */
void ui_live(struct ui *ui, const struct view *view, const struct contact *contact, bool numbered);
/* Whoever is on the line is not this view's customer, as far as is known. */
void ui_elsewhere(struct ui *ui, const struct view *view, bool elsewhere);
/* What the first line announces: promises late, hand-offs to accept, questions and answers, customers who are on the line for me. */
void ui_announce(struct ui *ui, size_t late, size_t accept, size_t answers, size_t live);
/* What a customer that is opened is begun a contact with; texts heap, NULL for none. */
struct begin { char *channel, *call, *number, *via; };
void begin_free(struct begin *begin);
/* Of a pop that was opened, once, else of the channel that is signed on to; NULL: none. The caller's. */
struct begin *ui_begin(struct ui *ui);
/* What is open in the case store, for pops and live contacts; borrowed for the call. */
void ui_known(struct ui *ui, struct entries *entries, const struct cases *cases);
/* I have a contact that is live, whoever with. */
bool ui_is_live(const struct ui *ui);
/* My live contact on a channel, whoever with; absent: none. Valid until the next ui_known. */
struct str ui_live_on(const struct ui *ui, struct str channel);
/* So many more are on their way to the store: the program does not end before they arrived. */
void ui_sending(struct ui *ui, int by);
void ui_operate(struct ui *ui, enum ui_op op, struct str arg);
/* The source of the customer on top, for the first line. */
void ui_sources(struct ui *ui, const struct view *view, const struct source *sources, size_t n);
/* An operation leads to a view that is not there yet: keys are held. arrived says which came. */
void ui_await(struct ui *ui, enum view_id expected);
void ui_arrived(struct ui *ui, enum view_id came);

/*
 * Keys wait, unseen, until as many ends: the prompt that is open is about to be
 * another. Ends with what begins returned: one that comes when all were waited
 * for long enough ends nothing, least of all a later hold.
 */
unsigned ui_hold(struct ui *ui);
void ui_hold_end(struct ui *ui, unsigned token);
/* What was typed ahead was not meant for what is there now: it runs only when Enter says so, and never at a form's last look. */
void ui_hold_keys(struct ui *ui);
/*
 * A text came back into the field that keys were typed for: they go in behind
 * it, on a line of their own, and the Enter among them waits. Whatever else was
 * typed ahead is held.
 */
void ui_join_keys(struct ui *ui);
/*
 * An operation that would have led to a prompt or view does not: says why, and
 * holds what was typed ahead for it, also what is still being typed.
 */
void ui_refuse(struct ui *ui, int element, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Words that rows were filtered by last; NULL: none yet. */
const char *ui_last_filter(const struct ui *ui);
/*
 * How the rows of a customer stood who is left, all they go by a line each in
 * who; without a filter what is kept of them is forgotten. Whoever is looked up
 * after ui_coming_back is on the way back: if it is them, their filter, else NULL.
 */
void ui_leave_filter(struct ui *ui, struct str who, struct str filter, int tab);
void ui_coming_back(struct ui *ui);
const char *ui_left_filter(struct ui *ui, struct str who, int *tab);
/* Nobody is opened before every backend has answered. */
bool ui_patient(const struct ui *ui);
/* Looks up; the answer is a customer's view or candidates. */
void ui_find(struct ui *ui, struct str who);
/* The same from what is kept, such as a row of the desk: that they are there, and so a contact, does not follow. */
void ui_look(struct ui *ui, struct str who);
/* Goes on with a draft where it was left: its customer is found first. */
void ui_resume(struct ui *ui, const struct draft_kept *kept);
struct view *find_view_new(struct ui *ui, struct str who, struct err *err);
struct view *home_view_new(struct ui *ui);
struct view *help_view_new(struct ui *ui, struct view *of);
struct view *palette_view_new(struct ui *ui, struct view *of);
struct view *backends_view_new(struct ui *ui);
struct view *drafts_view_new(struct ui *ui);
struct view *notices_view_new(struct ui *ui);
struct view *knowledge_view_new(struct ui *ui, struct str words);
void knowledge_view_ask(struct view *view, struct str words);
struct view *stock_view_new(struct ui *ui, struct str item);
void stock_view_ask(struct view *view, struct str item);        /* another item, in its place */
/* Puts a customer aside: the first of who finds it again, id is of the draft that was left; state comes back to recall, and is taken. */
bool ui_park(struct ui *ui, const struct draft_of *about, struct json_object *state);
void ui_parked(struct ui *ui);
/* Finds one who was parked. */
void ui_recall(struct ui *ui, struct str who, struct str data);

#endif
