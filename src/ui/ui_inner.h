/*
 * The workstation's own state, for the files that make it up: ui.c (life and
 * views), hand.c (what keys do), frame.c (first and last lines), ask.c (the
 * prompt). Views see ui_private.h only.
 */
#ifndef UI_UI_INNER_H
#define UI_UI_INNER_H

#include <dossier/base/option.h>
#include <dossier/model/scan.h>

#include "ui_private.h"

struct event { uint32_t key; char *paste; bool scan; int64_t at; };     /* paste: heap, instead of a key; at: when it came, as hand.last */

/* What keys wait in until they may run. */
struct hand {
	struct event *items;
	size_t first, n, cap;
	bool waiting;           /* an operation's view is not there yet */
	bool held;              /* another came: what waits needs a word */
	bool joining;           /* what was held goes on in a text that stood there: its Enter waits for another word */
	bool chained;           /* a draft came back into the field that is typed into: what follows without a pause was begun before that was seen */
	int64_t chain;          /* when the last key of these came */
	bool refused;           /* what comes without a pause is still meant for what did not come */
	int paused;             /* prompts that are about to be others */
	unsigned pauses;        /* how often that was given up: earlier ends are of no pause that is on */
	struct timer *pause;    /* nothing is waited for longer */
	int late;               /* of what was given up last, what has not come yet */
	bool overdue;           /* keys are held for that alone */
	bool dropping;          /* at what is only read: text and Enter are dropped till the hand pauses */
	int64_t breaths;        /* a script's clock */
	int64_t last;           /* when the last key came: steady, or a script's clock */
	int64_t now, digits;    /* the same of the key that runs, and of the one that opened find */
	enum view_id expected;
};

#define HISTORY_MOST 50         /* lines of each kind */

struct standing { const struct view *view; char *text; };

struct ui {
	struct desk *desk;
	struct ui_options options;
	struct present present;
	struct term *term;
	struct screen *screen;
	struct theme *theme, *shown;    /* shown: a preview, or NULL */
	struct keymap *keymap;
	struct script *script;
	struct view *top;
	unsigned views;                 /* how many there were */
	struct hand hand;
	struct {
		bool on, painted;
		struct ask ask;
		char *label, *heading, *title, **choices;       /* title: of a panel */
		size_t n_choices;
		bool *marked;           /* of each choice; NULL: they are not marked */
		char **labels;          /* of each choice, a row each; NULL: the choices themselves */
		size_t top;             /* of labels, the first that is shown */
		int choice_rows;
		bool choosing;          /* among templates, from first on */
		size_t first;
		bool dropped;           /* text, by what is only read: the next Enter ends that, and no more */
		struct buf before;      /* text when changed was told last */
		struct buf words;       /* possible completions, shown in place of the keys */
	} ask;
	char *last_find, *last_filter;
	/* Waits for its customer, when there is an arena. parked: not a draft, but id and text are key and data of who was parked. */
	struct { struct arena *arena; struct draft_kept kept; bool parked; const struct view *view; struct timer *timer; unsigned hold; } resume;
	/* Of the customer who was left with a filter: all they go by, a line each. coming: this is the way back. */
	struct { char *who, *filter; int tab; bool coming; } left;
	unsigned filtered;              /* the number of the view whose filter was kept by Enter */
	struct { char *items[HISTORY_MOST]; size_t n; } histories[HISTORY_COUNT];
	char *message;
	int message_element;
	struct standing standing;
	struct source *sources;         /* a copy for the first line */
	size_t n_sources;
	const struct view *sources_of;
	int64_t asked_at;               /* when the oldest that is waiting was asked, steady */
	struct timer *tick;
	struct timer *trim;             /* memory goes back when it fires */
	bool stale_body, stale_status, stale_message, stale_keys, paint_all;
	int foot;               /* how the last rows were shared when they were painted */
	struct { const struct view *of, *elsewhere; enum channel channel; int64_t from; char number[40]; } live;
	struct editor *editor;          /* NULL: the terminal is ours */
	bool prefix;                    /* C-x was typed in a box */
	int sending;
	size_t late, to_accept, answers, live_for_me;
	struct option_texts browser;    /* personal */
	struct house_scanner scanner;   /* personal */
	struct browsing *browsing;      /* browse.c */
	struct pops *pops;
	struct acting *acting;          /* act.c */
	struct lock *lock;
	bool stop, failed;
	bool patient;           /* of a script: slow machines find what quick ones do */
	struct err err;
};

/* resume.c */
void ui_forget_left(struct ui *ui);

/* hand.c */
void hand_init(struct ui *ui);
void hand_release(struct ui *ui);
void hand_key(void *ui, uint32_t key);
void hand_paste(void *ui, struct str safe);
void hand_scan(void *ui, struct str safe);
/* Runs every key that may run. */
void hand_drain(struct ui *ui);
bool hand_lacks_rows(const struct ui *ui);
/* A script's hand rests: the next key is no longer of what was typed before it. */
void hand_breathe(struct ui *ui);
/* It is, though it rested. */
void hand_hurry(struct ui *ui);
void hand_find(struct ui *ui, struct str initial);

/* frame.c */
void frame_paint(struct ui *ui);
void frame_schedule(struct ui *ui);
void frame_tick(void *ui);

/* ask.c */
/* On is a form's last look before it is sent. */
bool ask_is_review(const struct ui *ui);
void ask_refuse_typing(struct ui *ui);
bool ask_key(struct ui *ui, uint32_t key);
void ask_paste(struct ui *ui, struct str text);
void ask_paint(struct ui *ui, int row);
/* Rows that a box or panel takes; 0: it is one line. */
int ask_rows(struct ui *ui);
/* They stand on top of the body, not above the message line. */
bool ask_on_top(const struct ui *ui);
void ask_free(struct ui *ui);
void ask_forget_histories(struct ui *ui);
/* As Esc does: what was typed is kept where it can be. */
void ask_cancel(struct ui *ui);

/* scan.c */
/* Leads to what a code is of; offers both where it may be two things. */
void scan_take(struct ui *ui, struct str text, enum scan_how how);
/* What was typed into find, and how fast. False: it is nothing that a scanner sends. */
bool scan_typed(struct ui *ui, struct str text);
void scan_marks(struct ui *ui);

/* personal.c: theme, keys and browser of the agent's own file; what is wrong there is said on the message line */
void personal_read(struct ui *ui, char **theme);

/* session.c: who and what this session is */
void session_signon(struct ui *ui, struct str arg);
/* What was typed may be another text: whoever asked is told. */
void ask_changed(struct ui *ui);

/* editor.c: the box's text in $VISUAL or $EDITOR */
void editor_open(struct ui *ui);
void editor_forget(struct ui *ui);

/* template.c: false where the key is not about templates */
bool template_key(struct ui *ui, uint32_t key);

/* panel.c */
int panel_rows(struct ui *ui);
void panel_measure(struct ui *ui);
/* Of labels, how many are shown at a time. */
size_t panel_page(struct ui *ui);
void panel_paint(struct ui *ui, int row, int rows);
/* Another agent sits here: what was open is parked for the one before, what was typed stays theirs. */
void session_switch(struct ui *ui, const struct house_agent *agent);
void session_ask(struct ui *ui, struct str arg);
void session_lock(struct ui *ui, struct str arg);
/* Everything open is left, as it is before another agent, or the end. */
void ui_leave_all(struct ui *ui);
void hand_forget(struct ui *ui);

/* box.c */
void box_paint(struct ui *ui, int row, int rows);
/* Up and down by the lines as they stand on the screen. */
void box_move(struct ui *ui, int by);

/* ui.c */
void ui_theme(struct ui *ui, struct str name, bool preview);
void ui_home(struct ui *ui);

/* resume.c */
/* The view that came may be whom a draft waits for. */
void resume_arrived(struct ui *ui, enum view_id came);
/* Each turn: it may know by now what it needs. */
void resume_turn(struct ui *ui);
void resume_forget(struct ui *ui);
/* The view ends: nothing waits for it. */
void resume_left(struct ui *ui, const struct view *view);

/* script.c: a file of steps that drives a headless screen */
struct script;
struct script *script_load(const char *path, struct ui *ui, struct err *err);
void script_free(struct script *script);
/* After each painting: what can be done now is; true while there is more that waits for nothing. */
bool script_step(struct script *script);

/* held.c: what is held, and what it would do here */
void held_words(const struct ui *ui, struct buf *out);

/* where.c: "in a customer's view: / finds one"; false where it does nothing anywhere. */
bool where_op(struct ui *ui, enum ui_op op, struct buf *out);
/* Says why a command by this name does not run here, and what would. */
void where_command(struct ui *ui, struct str id);

#endif
