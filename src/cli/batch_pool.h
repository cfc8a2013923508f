/*
 * The helpers of one batch: processes that look up records of the list beside
 * the one that reads it. That one keeps all that can be seen (order, output,
 * mark, counts); they give back finished text. Whoever dies costs nothing but
 * time: its records are done again.
 */
#ifndef CLI_BATCH_POOL_H
#define CLI_BATCH_POOL_H

#include "batch_wire.h"

struct batch_job {              /* what all processes of a run do alike */
	struct cli *cli;
	enum batch_what what;
	const struct filter *filter;
	enum out_format format;
	bool all;
	int jobs;               /* customers under way, in all processes together */
	int workers;            /* processes that do it, the one that reads the list among them */
	int fd;                 /* of the list, which a helper has no use for */
};
void batch_job_options(const struct batch_job *job, int parts, int part, struct many_options *many);

/* How many processes are to work: words is --workers' value or NULL. 0 after saying what is wrong with it. */
int batch_workers(const struct batch_job *job, const char *words);

struct batch_pool_sink {        /* from the loop; given is the caller's */
	void (*result)(void *arg, void *given, int status, struct str text);
	/* Two processes died over it, or nobody is left who may try it. */
	void (*lost)(void *arg, void *given, const char *why);
	void (*room)(void *arg);        /* more can be given, or what was given comes back by batch_pool_back */
	void *arg;
};

/*
 * Forks the job's workers but this one, and two in reserve, which wait without
 * doing anything; before there is a desk, a thread or a handle of any library.
 */
struct batch_pool *batch_pool_new(const struct batch_job *job);
/* The house's secrets are told from here on. */
void batch_pool_begin(struct batch_pool *pool, const struct desk *desk, const struct batch_pool_sink *sink);
/* Of the list's columns, and the one where WHO stands; before the first record is given. */
void batch_pool_names(struct batch_pool *pool, size_t column, const char *const *names, size_t n);
bool batch_pool_room(const struct batch_pool *pool);
/* The record is borrowed until given comes back. Only with room. */
void batch_pool_give(struct batch_pool *pool, const struct batch_record *record, void *given);
/* What helpers left when none is alive, for this process to do; NULL: nothing. */
void *batch_pool_back(struct batch_pool *pool);
size_t batch_pool_waiting(const struct batch_pool *pool);       /* given and not come back */
/* quick: whatever they do is of no use any more. */
void batch_pool_free(struct batch_pool *pool, bool quick);

/* The whole life of a helper; does not return. */
void batch_worker(const struct batch_job *job, int fd, int parts, int part) __attribute__((noreturn));

#endif
