/*
 * The command line: a table of commands, one file each.
 */
#ifndef DOSSIER_CLI_COMMAND_H
#define DOSSIER_CLI_COMMAND_H

/* Runs the command named by argv; the result is the exit status (dossier(1) EXIT STATUS). */
int command_main(int argc, char **argv);

#endif
