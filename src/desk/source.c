#include <dossier/desk/desk.h>

const char *source_state_word(enum source_state state)
{
	static const char *const words[] = {
		[SOURCE_UNASKED] = "unasked", [SOURCE_WAITING] = "waiting", [SOURCE_FRESH] = "fresh",
		[SOURCE_PARTIAL] = "partial", [SOURCE_FAILED] = "failed", [SOURCE_OFF] = "off",
	};

	return (size_t)state < sizeof(words) / sizeof(*words) ? words[state] : "";
}

void source_merge(struct source *a, const struct source *b)
{
	if (b->state > a->state) {
		a->state = b->state;
		a->err = b->err;
		a->retry_at = b->retry_at;
	}
	if (b->since != WHEN_NONE && (a->since == WHEN_NONE || a->since < b->since))
		a->since = b->since;
	a->requests += b->requests;
	a->rows += b->rows;
	a->dropped += b->dropped;
	a->left += b->left;
	a->ms += b->ms;
}

void source_end(struct source *source, const struct backend_end *end, int64_t wall)
{
	struct source one = {
		.state = end->ok ? SOURCE_FRESH : end->partial ? SOURCE_PARTIAL : SOURCE_FAILED,
		.retry_at = end->retry_at, .since = end->as_of > 0 ? end->as_of : end->ok || end->partial ? wall : WHEN_NONE,
		.requests = end->requests, .rows = end->rows, .dropped = end->dropped, .left = end->left,
	};

	if (!end->ok)
		one.err = end->err;
	source_merge(source, &one);
}
