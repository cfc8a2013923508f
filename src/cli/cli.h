/*
 * What commands share: the options given, the configuration, the way out.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <dossier/base/diag.h>
#include <dossier/base/log.h>
#include <dossier/desk/desk.h>
#include <dossier/desk/house.h>
#include <dossier/desk/operation.h>

#include <dossier/cli/command.h>

#include "out.h"

/* dossier(1), EXIT STATUS. */
enum cli_status {
	CLI_DONE = 0,
	CLI_NONE = 1,           /* not found */
	CLI_USAGE = 2,
	CLI_PARTIAL = 3,        /* some backend failed; the rest is on standard output */
	CLI_CONFIG = 4,
	CLI_REFUSED = 5,
	CLI_STORE = 6,
	CLI_NOTHING = 7,        /* nothing to show because backends failed */
	CLI_SEVERAL = 8,        /* several people: candidates named, nothing else done */
};

/* What an option that may stand several times was given; more than fit are refused. */
#define CLI_LIST_MOST 64
struct cli_list { const char *items[CLI_LIST_MOST]; size_t n; };

/* One option: given as --name VALUE, --name=VALUE, or --name for a flag. */
struct cli_option {
	const char *name;
	char letter;            /* 0: none */
	const char *arg;        /* what VALUE is called in help; NULL: a flag */
	const char *help;
	enum { CLI_FLAG, CLI_TEXT, CLI_LIST } type;
	size_t offset;          /* into the struct to fill: bool, const char *, struct cli_list */
};

struct cli_globals {
	const char *config, *format, *log_file, *replay, *color;
	const char *theme, *keys, *size, *now;  /* of the workstation */
	bool verbose, plain, help, version, sandbox, restricted;
};

struct fixed_clock;
struct people;
struct writing;

/* Several commands on one desk, with one customer open (shell.c). */
struct cli_session {
	struct desk *desk;              /* what cli_desk gives, and cli_desk_end leaves */
	struct people *open;            /* whoever is open is not looked up again; NULL: nobody */
	const char *who;                /* what names them: a command's WHO that is the same means them */
	bool compared;                  /* it was made sure who that is */
	bool (*ask)(void *arg, struct writing *writing);        /* for what a write lacks; false when it was left. May be NULL */
	void *arg;
	bool interrupted;               /* by Ctrl-C: what is waited for is not */
	bool gone;                      /* nobody reads standard output any more */
};

struct cli {
	const struct clock *clock;
	struct fixed_clock *fixed;      /* it, with --now; NULL without */
	struct log *log;
	struct cli_globals globals;
	enum out_format format;
	const char *capture_dir;        /* set by "backends capture" */
	enum http_rank rank;            /* of cli_desk's requests */
	bool with_store;                /* cli_desk opens the case store too */
	bool later;                     /* cli_house and cli_desk leave the backends to cli_desk_rest, where that is possible */
	bool origins;                   /* cli_house says where each value came from */
	int parts;                      /* processes that do this command together, of which this is the first; 0: one */
	struct house *house;            /* after cli_house */
	struct diags diags;
	struct out *out;                /* standard output */
	struct trace *trace;            /* NULL unless --verbose or "backends try" */
	struct arena *arena;            /* until the program ends */
	const struct command *commands; /* all of them, ended by a NULL name */
	const struct command *command;  /* the one that runs */
	struct cli_session *session;    /* NULL: the command stands alone */
};

/* A row of the command table; sub-commands have their parent's name before theirs: "backends ping". */
struct command {
	const char *name;
	const char *args;               /* "WHO" */
	const char *summary;
	const struct cli_option *options;       /* ended by a NULL name; NULL: none */
	size_t options_size;            /* of the struct they fill */
	int min_args, max_args;         /* max_args -1: any number */
	int (*run)(struct cli *cli, const void *options, int argc, char **argv);
	const struct operation *op;     /* made of it; NULL: none */
};
/* Those of the program and of desk's operations; ended by a NULL name. */
const struct command *commands_new(struct arena *arena);
extern const struct cli_option cli_global_options[];
/* Of the workstation, which has no command: they stand alone. */
extern const struct cli_option cli_screen_options[];

/* Splits options from arguments; argv is reordered, *argc set to what is left. False after a message on standard error. */
bool cli_parse(const struct cli_option *globals, void *globals_to, const struct cli_option *options, void *to,
	       int *argc, char **argv);

/* A message on standard error: "dossier: ...", made safe for a terminal. */
void cli_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void cli_say_diags(const struct diags *diags);
/* A message about the backend without its name in front, for where that is said already. */
const char *cli_without_id(const char *id, const char *text);

/* Who runs this: the operating system's log-in; NULL when it has none. */
const char *cli_login(void);
/* Loads the configuration; CLI_DONE, or the exit status after saying what is wrong. */
int cli_house(struct cli *cli);
/* Whether the house asks a backend of that name; false after saying why not. */
bool cli_asks(const struct house *house, const char *id);
/* A desk with every backend, or with one; NULL after saying why, *status set. */
struct desk *cli_desk(struct cli *cli, const char *only, int *status);
/* A desk with every backend and the case store, even when no backend can be used. */
struct desk *cli_desk_store(struct cli *cli, int *status);
/* Frees it, unless it is the session's. */
/*
 * The backends of a desk that was opened while cli->later: false when none can
 * be used. cli_say_rest tells what is wrong with them, also when all is well.
 */
bool cli_desk_rest(struct cli *cli, struct desk *desk);
void cli_say_rest(const struct cli *cli, const struct desk *desk);
void cli_desk_end(const struct cli *cli, struct desk *desk);

/* "dossier" without a command: the workstation, where there is a terminal or a script. */
int cli_screen(struct cli *cli, command_screen_fn *screen);

/* The arguments joined by spaces, as one WHO; the caller's. */
char *cli_join(int argc, char **argv);
/* secret.c: one line without its end, unseen on a terminal; false after saying why. The caller wipes it. */
bool cli_secret(const char *prompt, char *line, size_t size);

/* A trace that writes to standard error, for --verbose. */
struct trace *cli_trace_new(bool full);
void cli_trace_free(struct trace *trace);

int cmd_feed_load(struct cli *cli, const void *options, int argc, char **argv);
int cmd_find(struct cli *cli, const void *options, int argc, char **argv);
int cmd_show(struct cli *cli, const void *options, int argc, char **argv);
int cmd_timeline(struct cli *cli, const void *options, int argc, char **argv);
int cmd_kb(struct cli *cli, const void *options, int argc, char **argv);
int cmd_stock(struct cli *cli, const void *options, int argc, char **argv);
int cmd_backends_list(struct cli *cli, const void *options, int argc, char **argv);
int cmd_backends_check(struct cli *cli, const void *options, int argc, char **argv);
int cmd_backends_ping(struct cli *cli, const void *options, int argc, char **argv);
int cmd_backends_try(struct cli *cli, const void *options, int argc, char **argv);
int cmd_backends_capture(struct cli *cli, const void *options, int argc, char **argv);
int cmd_backends_new(struct cli *cli, const void *options, int argc, char **argv);
int cmd_backends_replay(struct cli *cli, const void *options, int argc, char **argv);
int cmd_config_check(struct cli *cli, const void *options, int argc, char **argv);
int cmd_config_show(struct cli *cli, const void *options, int argc, char **argv);
extern const struct cli_option feed_options[];
struct feed_options { bool dry; };
struct act_options { struct cli_list fields; const char *id; bool dry, yes; };
extern const struct cli_option act_options[];

int cmd_act(struct cli *cli, const void *options, int argc, char **argv);
int cmd_batch_find(struct cli *cli, const void *options, int argc, char **argv);
int cmd_batch_show(struct cli *cli, const void *options, int argc, char **argv);
int cmd_batch_timeline(struct cli *cli, const void *options, int argc, char **argv);
int cmd_batch_brief(struct cli *cli, const void *options, int argc, char **argv);
struct completion_options { bool list; };
extern const struct cli_option completion_options[];

/* Says that --restricted closes an option that was given, or the command; false when it does not. */
bool cli_closes(const struct cli *cli, const char *command);
struct shell_options { bool restricted; };
extern const struct cli_option shell_options[];
int cmd_shell(struct cli *cli, const void *options, int argc, char **argv);
/* The same without a command's name; who may be NULL. */
int cli_shell(struct cli *cli, const char *who);
int cmd_completion(struct cli *cli, const void *options, int argc, char **argv);
int cmd_sandbox_start(struct cli *cli, const void *options, int argc, char **argv);
int cmd_sandbox_stop(struct cli *cli, const void *options, int argc, char **argv);
int cmd_sandbox_reset(struct cli *cli, const void *options, int argc, char **argv);
int cmd_sandbox_story(struct cli *cli, const void *options, int argc, char **argv);
int cmd_doctor(struct cli *cli, const void *options, int argc, char **argv);

struct timeline_options { const char *kind, *since, *until, *grep, *backend, *newest; bool all; };
extern const struct cli_option timeline_options[];
struct stock_options { const char *at; };
extern const struct cli_option stock_options[];

struct batch_options {
	struct timeline_options rows;
	const char *jobs, *workers, *column, *output, *resume;
	bool unordered;
};
extern const struct cli_option batch_find_options[], batch_rows_options[];

/* Every operation of desk that is a command. */
int cmd_write(struct cli *cli, const void *options, int argc, char **argv);
struct pop_options { const char *call, *number, *agent, *channel, *offer, *id; bool hangup, dry; };
extern const struct cli_option pop_options[];
int cmd_pop(struct cli *cli, const void *options, int argc, char **argv);
struct switch_options { bool off, hash; };
extern const struct cli_option switch_options[];
int cmd_switch(struct cli *cli, const void *options, int argc, char **argv);
struct signon_options { bool off; };
extern const struct cli_option signon_options[];
int cmd_signon(struct cli *cli, const void *options, int argc, char **argv);
struct undo_options { const char *id; bool dry; };
extern const struct cli_option undo_options[];
int cmd_undo(struct cli *cli, const void *options, int argc, char **argv);
struct list_options { bool mine, all; };
extern const struct cli_option list_options[];
int cmd_list(struct cli *cli, const void *options, int argc, char **argv);
int cmd_case_show(struct cli *cli, const void *options, int argc, char **argv);
int cmd_case_history(struct cli *cli, const void *options, int argc, char **argv);
int cmd_desk(struct cli *cli, const void *options, int argc, char **argv);
int cmd_drafts(struct cli *cli, const void *options, int argc, char **argv);
int cmd_drafts_show(struct cli *cli, const void *options, int argc, char **argv);
int cmd_drafts_discard(struct cli *cli, const void *options, int argc, char **argv);
struct search_options { const char *newest; };
extern const struct cli_option search_options[];
int cmd_search(struct cli *cli, const void *options, int argc, char **argv);
struct report_options { const char *of, *by, *since; };
extern const struct cli_option report_options[];
int cmd_report_views(struct cli *cli, const void *options, int argc, char **argv);
int cmd_export(struct cli *cli, const void *options, int argc, char **argv);
struct erase_options { const char *id; bool yes, dry; };
extern const struct cli_option erase_options[];
int cmd_erase(struct cli *cli, const void *options, int argc, char **argv);
struct reveal_options { const char *reason, *id; bool dry; };
extern const struct cli_option reveal_options[];
int cmd_reveal(struct cli *cli, const void *options, int argc, char **argv);
struct apply_options { bool dry; };
extern const struct cli_option apply_options[];
int cmd_apply(struct cli *cli, const void *options, int argc, char **argv);
int cmd_store_status(struct cli *cli, const void *options, int argc, char **argv);
int cmd_store_retain(struct cli *cli, const void *options, int argc, char **argv);
int cmd_sync(struct cli *cli, const void *options, int argc, char **argv);
int cmd_outbox_list(struct cli *cli, const void *options, int argc, char **argv);
int cmd_outbox_drop(struct cli *cli, const void *options, int argc, char **argv);

/* Runs the command named by argv (globals already taken off) on this cli. */
int cli_run(struct cli *cli, int argc, char **argv);
/* The same in a session: whatever options stand there hold for this one command. */
int cli_session_run(struct cli *cli, int argc, char **argv);
/* The row whose name is made of the first words of argv, of two the longer name; *used says how many words. NULL: none. */
const struct command *cli_find_command(const struct cli *cli, int argc, char **argv, int *used);
/* The command's first word that a mistyped one is nearest to; NULL: none, or too far. */
const char *cli_nearest(const struct cli *cli, const char *typed, char word[32]);

#endif
