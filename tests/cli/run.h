/*
 * Runs the program as a shell would, with a configuration of the test's own,
 * in a folder that goes with it.
 */
#ifndef TESTS_CLI_RUN_H
#define TESTS_CLI_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct place_dir { char path[64]; };

void dir_make(struct place_dir *dir);
void dir_remove(struct place_dir *dir);
/* "DIR/name"; good until the next eight calls. */
const char *dir_file(const struct place_dir *dir, const char *name);
void dir_write(const struct place_dir *dir, const char *name, const char *text);
/* The file's text, the caller's; "" when there is none. *n may be NULL. */
char *dir_read(const struct place_dir *dir, const char *name, size_t *n);

struct run_to {
	const char *in, *out, *err;     /* files of dir; NULL: /dev/null */
	bool append;                    /* out */
	int out_fd, in_fd;              /* instead of out and in, when not 0 */
};
/* Starts "dossier words..."; words ended by NULL; the configuration is DIR/dossier.yaml. */
pid_t run_start(const struct place_dir *dir, const struct run_to *to, const char *const *words);
/* Its exit status, or minus the signal that ended it. */
int run_wait(pid_t pid);
int run_words(const struct place_dir *dir, const struct run_to *to, const char *const *words);

#endif
