/*
 * The sandbox of this user: the practice backends of dossier-sandbox(1),
 * found by the state file that it leaves in the runtime folder.
 */
#ifndef CLI_SANDBOX_H
#define CLI_SANDBOX_H

#include <sys/types.h>

#include "cli.h"

struct sandbox {
	pid_t pid;
	struct json_object *state;      /* what its state file says */
	char *config;                   /* a configuration with its backends, written for this run; NULL unless asked for */
};
/* The one that runs; false when none does. */
bool sandbox_find(struct sandbox *sandbox);
/* The one that runs, else a new one; with a configuration. False after a message. */
bool sandbox_use(struct sandbox *sandbox, bool *started);
/*
 * One at a time starts, ends or resets it, and forgets what was practised on
 * it: until the descriptor that comes back is closed. -1 after a message.
 * Who waits for longer than a second is told for whom.
 */
int sandbox_turn(void);
/* Where that configuration stands, or would; the caller's. */
char *sandbox_config(void);
/* The folder of its case store; the caller's. */
char *sandbox_store(void);
/* What was practised on the customers goes with them: at a reset, an end, and before a start. */
void sandbox_forget(void);
/* As whom this user practises: never NULL. */
const char *sandbox_login(void);
/* One of the practice house's own agents: the others of the stories. */
bool sandbox_plays(const char *login);
/* The configuration of the practice house, as a new reference; its store stands in folder. */
struct json_object *sandbox_house(struct json_object *state, const char *folder, const char *login);
void sandbox_release(struct sandbox *sandbox);

#endif
