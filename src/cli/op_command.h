/*
 * Commands made of desk's operations: the row of the command table with its
 * usage and options, and the given words put where the operation's fields are.
 */
#ifndef CLI_OP_COMMAND_H
#define CLI_OP_COMMAND_H

#include <dossier/desk/operation.h>

#include "cli.h"

#define OP_FIELDS_MOST 24

/* What the generated options fill; fields in the order of the operation's. */
struct op_given {
	const char *fields[OP_FIELDS_MOST];
	const char *other, *channel, *id;
	bool dry, compared;
};

/* Fills row; what it needs lives in arena. The operation has a command. */
void op_command(const struct operation *op, struct arena *arena, struct command *row);
/* Whom or what it is done to, NULL for nobody; the caller's. Its words are taken off *argc, *argv. */
char *op_command_target(const struct operation *op, int *argc, char ***argv);
/*
 * Sets what was given: options, then the words that are left as the field that
 * takes them, "-" for standard input. False after a message.
 */
bool op_command_values(const struct operation *op, const struct op_given *given, int argc, char **argv, struct op_values *values);
/* On a terminal a text that must stand and does not is asked for. False after a message. */
bool op_command_ask(const struct operation *op, struct op_values *values);

#endif
