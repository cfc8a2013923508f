/*
 * dossier shell: the workstation's actions line by line, without repainting,
 * timers, cursor movements or colour. One session on one desk; what its files
 * share.
 */
#ifndef CLI_SHELL_H
#define CLI_SHELL_H

#include <dossier/desk/casework.h>
#include <dossier/desk/tell.h>

#include "people.h"
#include "writing.h"

/* What a number of the last listing stands for. */
enum shell_kind { SHELL_WHO, SHELL_ROW, SHELL_CASE, SHELL_ENTRY, SHELL_DRAFT, SHELL_PARKED };
struct shell_item {
	enum shell_kind kind;
	char *id;               /* ROW: BACKEND/ROW/ID; of the others: the entry's, the draft's, the customer's */
	char *who;              /* ENTRY, DRAFT: how its customer is found; NULL: not known */
	enum entry_type type;   /* ENTRY */
};
#define SHELL_ITEMS_MOST 1000   /* larger numbers are telephones and orders */
#define SHELL_ITEM_DIGITS 3
#define SHELL_BACK_MOST 8

struct shell_news;
struct pop_list;
struct shell {
	struct cli *cli;
	struct cli_session session;
	struct desk *desk;
	bool terminal;          /* somebody types; else a script's lines are read */
	bool restricted, ended;
	int status;             /* the worst so far */
	size_t line_no;         /* of a script */
	struct people open;     /* with session.open */
	bool first_rows;        /* not all backends had answered when the customer was shown */
	size_t rows_told;       /* how many rows there were then */
	size_t others_told;     /* how many others had been found */
	char *who, *label;
	char *back[SHELL_BACK_MOST];    /* who was open before; the last is the newest */
	size_t n_back;
	struct shell_item *items;
	size_t n_items, cap_items;
	struct shell_news *news;
	struct pop_list *pops;  /* NULL: of a script, which nobody calls */
	char *draft;            /* the id under which what was typed last is kept */
	char **passed;          /* what "urgent" went past */
	size_t n_passed, cap_passed;
};

/* shell_words.c: one line as typed; the exit status of what it did. */
int shell_line(struct shell *sh, const char *line);
/* The line's command is one whose words never say who somebody is, or what they said. */
bool shell_names_nobody(const struct shell *sh, const char *line);
/* shell_command.c: one by its name; the one that a line begins with, of two the longer, *rest what follows it. */
const struct command *shell_command(const struct shell *sh, const char *name);
const struct command *shell_command_at(const struct shell *sh, const char *line, const char **rest);
/* On whoever is open, the words split from text as the command takes them. */
int shell_run_command(struct shell *sh, const struct command *c, const char *text);
/* By its name, with these words. */
int shell_run(struct shell *sh, const char *name, const char *const *given, size_t n);
int shell_run_text(struct shell *sh, const char *name, const char *text);
/* On standard output, made safe; ends the line. */
void shell_say(struct shell *sh, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* shell_words.c: what Tab makes of the line as far as it is typed. */
char **shell_offers(void *arg, const char *typed);

/* shell_split.c: words by blanks; quotes group at a word's beginning and end, elsewhere they are text. In arena; NULL-ended. */
char **shell_split(struct arena *arena, const char *text, size_t *n);
/*
 * For a command that takes a text: its known options by themselves, all else
 * as it was typed, last and behind "--".
 */
char **shell_split_text(struct arena *arena, const struct command *c, const char *text, size_t *n);

/* shell_open.c */
int shell_find(struct shell *sh, const char *who);
void shell_close(struct shell *sh);
int shell_brief(struct shell *sh);
int shell_more(struct shell *sh);
/* Looks up anew whoever is open. */
int shell_again(struct shell *sh);
/* How many were found beside whoever is open. */
size_t shell_others(struct shell *sh);
int shell_backends(struct shell *sh);
int shell_back(struct shell *sh);
int shell_compare(struct shell *sh);
int shell_refresh(struct shell *sh);
/* How many backends have not answered yet for the open customer. */
size_t shell_asked(const struct shell *sh);
/* False after saying that nobody is open. */
bool shell_has_customer(struct shell *sh);
/* By its first record where there is one; the caller's. */
char *shell_key(const struct shell *sh);
struct tell shell_tell(struct shell *sh);

/* shell_list.c: numbered rows */
void shell_list_begin(struct shell *sh);
/* The number that it has; 0 when there is no room for more. */
size_t shell_list_add(struct shell *sh, enum shell_kind kind, struct str id, const char *who, enum entry_type type);
const struct shell_item *shell_item(const struct shell *sh, const char *word);
/* "3. text": made safe. */
void shell_list_line(struct shell *sh, size_t number, struct str text);
/* shell_list.c: when, what, which way, what it was about, who, where from; open.present.mask is the customer's. */
void shell_row_text(struct shell *sh, const struct timeline_row *row, struct buf *text);
int shell_pick(struct shell *sh, const struct shell_item *item);
int shell_timeline(struct shell *sh, const char *rest);
int shell_orders(struct shell *sh);
int shell_row(struct shell *sh, const char *rest);
int shell_cases(struct shell *sh);
int shell_case(struct shell *sh, const char *rest);
int shell_step_case(struct shell *sh, int by);

/* shell_desk.c */
int shell_desk(struct shell *sh);
int shell_urgent(struct shell *sh);
int shell_news(struct shell *sh);
/* What came since it was last looked at, in one line, or nothing. */
void shell_tell_news(struct shell *sh);
void shell_news_free(struct shell *sh);

/* shell_pop.c */
void shell_pops_open(struct shell *sh);
void shell_pops_free(struct shell *sh);
/* What the case store holds open. */
void shell_pops_stored(struct shell *sh, struct entries *entries);
void shell_tell_pops(struct shell *sh);
/* Opens the one that waits longest, and begins its contact; false: none waits. */
bool shell_pop_open(struct shell *sh, int *status);

/* shell_kept.c */
int shell_park(struct shell *sh);
int shell_parked(struct shell *sh);
int shell_recall(struct shell *sh, const char *key);
int shell_drafts(struct shell *sh, const char *rest);
int shell_draft_go_on(struct shell *sh, const char *id);
/* Says that one of the open customer's waits. */
void shell_tell_draft(struct shell *sh);

/* shell_ask.c: cli_session.ask */
bool shell_ask(void *arg, struct writing *w);
/* Goes on with a draft: what was typed is given, and the rest asked for. */
struct draft_kept;
int shell_ask_on(struct shell *sh, const struct operation *op, const struct draft_kept *kept);

/* shell_item.c: what an operation on an entry is about, when its words do not say; the caller's, NULL after a message */
char *shell_target(struct shell *sh, const struct operation *op, const char *first);
/*
 * Where the agent's live contact with whoever is open begins, else that of the
 * caller who may be them and whom only a number named. NULL: there is none.
 */
const struct entry *shell_contact(struct shell *sh);
/* What belongs to a contact begins one where there is none; false when that was left. */
bool shell_has_contact(struct shell *sh, const struct operation *op, const char *text);

/* shell_line.c: readline, for this one terminal */
enum shell_end { SHELL_TYPED, SHELL_LEFT, SHELL_OVER };        /* Enter; Ctrl-C; Ctrl-D on an empty line, or the terminal went */
struct shell_prompt {
	const char *text;
	struct str initial;
	char **(*choices)(void *arg, const char *typed);        /* for Tab: whole lines, heap, ended by NULL; may be NULL */
	void (*typed)(void *arg, struct str text);      /* while it is typed; may be NULL */
	void *arg;
};
/* interrupted: set by Ctrl-C while nobody types. */
bool shell_line_open(struct loop *loop, bool restricted, bool *interrupted, struct err *err);
void shell_line_close(void);
/* The line is the caller's; never NULL. */
enum shell_end shell_line_read(const struct shell_prompt *prompt, char **line);
/* For the arrow keys, and for another day; never what names a customer. */
void shell_line_remember(const char *line);

#endif
