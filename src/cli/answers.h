/*
 * Answers that were given to questions on a terminal, kept in a file as they
 * are given: a run that ends early costs none of them, and the next one takes
 * them again where the same questions come. The file is its owner's alone.
 */
#ifndef CLI_ANSWERS_H
#define CLI_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

struct answers;
struct answers *answers_open(const char *path);
void answers_free(struct answers *answers);
/* What was answered to this question, which is the next one, or NULL. What is asked for again was not right: it is forgotten with all behind it. */
const char *answers_next(struct answers *answers, const char *question);
/* It was taken. What may hold a secret is never written: that question comes again. */
void answers_keep(struct answers *answers, const char *question, const char *answer);
size_t answers_count(const struct answers *answers);
const char *answers_path(const struct answers *answers);
/* They have become something: the file goes. */
void answers_done(struct answers *answers);

#endif
