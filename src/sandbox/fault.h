/*
 * Faults a backend can be given: late, failing, cut off, garbled, limited,
 * hostile. Which request is hit follows from the seed and the request's number
 * alone, so that a run can be repeated.
 */
#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#include <dossier/base/buf.h>
#include <dossier/base/err.h>

struct fault {
	/* what is set */
	int64_t latency;            /* ms before any reply */
	int fail, cut, garbage;     /* requests of a thousand */
	int lose;                   /* writes of a thousand whose reply is cut */
	int rate;                   /* requests a second, 0: any */
	bool hostile;
	/* how far it is */
	uint64_t count;
	double tokens;
	int64_t filled;             /* steady ms; 0: never */
};

enum fault_kind { FAULT_NONE, FAULT_FAIL, FAULT_LIMIT, FAULT_CUT, FAULT_GARBAGE };

struct fault_plan {
	enum fault_kind kind;
	int64_t latency;
	int status;                 /* for FAULT_FAIL */
	bool lose;                  /* if it turns out to be a write */
	uint64_t pick;              /* chance for whoever carries it out */
};

/* What befalls the next request. */
struct fault_plan fault_next(struct fault *fault, uint64_t seed, unsigned backend, int64_t steady);

/*
 * Sets one fault by its option's name ("latency", "fail", "cut", "garbage",
 * "lose", "rate-limit", "hostile") and a value: 800ms; 0.3 (the part that is hit, 1
 * when empty); 5/s; on or off.
 */
bool fault_set(struct fault *fault, const char *name, const char *value, struct err *err);
bool fault_known(const char *name);
struct json_object *fault_json(const struct fault *fault);

/* A body that is not what was promised. */
void fault_garbage(uint64_t pick, struct buf *out);

#endif
