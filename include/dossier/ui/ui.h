/*
 * The workstation: one agent's full screen over a desk.
 */
#ifndef DOSSIER_UI_UI_H
#define DOSSIER_UI_UI_H

#include <dossier/desk/desk.h>

struct ui_options {
	const char *theme;              /* a name or a path; NULL: the personal one, else dark */
	const char *keys;               /* a script that drives it headless; NULL: the terminal */
	int rows, cols;                 /* of the headless screen; 0: 24 by 80 */
	bool mono;
	bool restricted;                /* no programs, files, suspension, clipboard */
	void (*pass)(void *arg, int64_t ms);    /* lets time go on that a script sees; NULL: it cannot */
	void *pass_arg;
	const char *find;               /* looked up at once; NULL: nothing */
	bool (*ready)(void *arg);       /* called behind the first frame, with a script or find before it; false: end. NULL: nothing to do */
	void *ready_arg;
};
/* Runs until the agent quits or the terminal is gone. False with *err when it could not start, or a script failed. */
bool ui_run(struct desk *desk, const struct ui_options *options, struct err *err);

#endif
