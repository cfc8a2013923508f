/*
 * The command line: a table of commands, one file each.
 */
#ifndef DOSSIER_CLI_COMMAND_H
#define DOSSIER_CLI_COMMAND_H

#include <stdbool.h>

#include <dossier/desk/desk.h>

/* What "dossier" without a command opens: the workstation, which src/main.c brings. */
struct command_screen {
	const char *theme;              /* NULL: as the agent likes it */
	const char *keys;               /* a script that drives it without a terminal; NULL: the terminal */
	int rows, cols;                 /* of the screen such a script sees */
	bool mono, restricted;
	void (*pass)(void *arg, int64_t ms);    /* lets the time go on that such a script sees; NULL: it is not ours */
	void *pass_arg;
	/*
	 * To be called once, when the first frame stands on a terminal, else
	 * before: what can wait is done now. False: it cannot go on, so end.
	 */
	bool (*ready)(void *arg);
	void *ready_arg;
};
typedef bool command_screen_fn(struct desk *desk, const struct command_screen *how, struct err *err);

/* Runs the command named by argv; the result is the exit status (dossier(1) EXIT STATUS). */
int command_main(int argc, char **argv, command_screen_fn *screen);

#endif
