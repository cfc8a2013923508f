/*
 * The view entry of a run of dossier batch. The case store is opened when the
 * run is over: before, every customer would be looked for in it.
 */
#include "batch.h"

#define WORD_MOST 40

const char *batch_what_word(enum batch_what what)
{
	static const char *const words[] = { "find", "show", "timeline", "brief" };

	return words[what];
}

struct viewing { bool done, saved; struct err err; };

static void said(void *arg, enum store_said said, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	struct viewing *v = arg;

	(void)rows;
	(void)n;
	v->saved |= said == STORE_DURABLE || said == STORE_SHARED;
	if (said != STORE_DURABLE && said != STORE_SHARED) {
		v->saved = false;
		if (err)
			v->err = *err;
	}
	v->done |= final;
}

bool batch_view(struct desk *desk, enum batch_what what, uint64_t list, uint64_t n)
{
	struct viewing v = { .done = false };
	struct store_append_sink sink = { said, &v };
	char hash[WORD_MOST], how[WORD_MOST];

	snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)list);
	snprintf(how, sizeof(how), "batch %s", batch_what_word(what));
	if (desk_open_store(desk, &v.err)) {
		customer_viewed_list(desk, str_of(hash), n, how, (struct str){ 0 }, &sink);
		loop_until(desk->loop, &v.done);
	}
	if (!v.saved)
		cli_say("this run is not noted in the case store%s%s", v.err.code ? ": " : "", v.err.code ? v.err.text : "");
	return v.saved;
}
