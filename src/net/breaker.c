#include "breaker.h"

#define BREAKER_FAILURES 5
#define BREAKER_FIRST_MS 5000
#define BREAKER_LONGEST_MS 60000

enum breaker_answer breaker_ask(struct breaker *breaker, int64_t now)
{
	if (!breaker->open)
		return BREAKER_GO;
	if (breaker->probing)
		return BREAKER_WAIT;
	if (now < breaker->until)
		return BREAKER_REFUSE;
	breaker->probing = true;
	return BREAKER_PROBE;
}

void breaker_worked(struct breaker *breaker)
{
	*breaker = (struct breaker){ 0 };
}

/* Between three quarters and five quarters, so that the machines of a house do not come back all at once. */
static int64_t spread(int64_t ms, uint64_t random)
{
	return ms * 3 / 4 + (int64_t)(random % (uint64_t)(ms / 2 + 1));
}

void breaker_failed(struct breaker *breaker, int64_t now, uint64_t random, const struct err *why)
{
	int64_t ms = BREAKER_FIRST_MS;

	breaker->failures++;
	breaker->last = *why;
	if (breaker->open ? !breaker->probing : breaker->failures < BREAKER_FAILURES)
		return;
	for (int i = 0; i < breaker->opened && ms < BREAKER_LONGEST_MS; i++)
		ms *= 2;
	if (ms > BREAKER_LONGEST_MS)
		ms = BREAKER_LONGEST_MS;
	breaker->opened++;
	breaker->open = true;
	breaker->probing = false;
	breaker->until = now + spread(ms, random);
}

void breaker_forget_probe(struct breaker *breaker)
{
	breaker->probing = false;
}
