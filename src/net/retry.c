#include <stdlib.h>

#include <dossier/base/when.h>

#include "retry.h"

#define RETRY_FIRST_MS 200
#define RETRY_LONGEST_MS 5000
#define RETRY_DAY_MS (INT64_C(24) * 3600 * 1000)

bool retry_status(int status, int tries)
{
	switch (status) {
	case 429: case 502: case 503: case 504:
		return true;
	case 500:
		return tries < 2;
	default:
		return false;
	}
}

int64_t retry_wait(int tries, uint64_t random)
{
	int64_t ms = RETRY_FIRST_MS;

	for (int i = 1; i < tries && ms < RETRY_LONGEST_MS; i++)
		ms *= 2;
	if (ms > RETRY_LONGEST_MS)
		ms = RETRY_LONGEST_MS;
	return ms / 2 + (int64_t)(random % (uint64_t)(ms / 2 + 1));
}

/* Digits, with a fraction that is rounded up, as thousandths of the unit. */
static bool read_number(struct str text, int64_t *thousandths)
{
	int64_t n = 0;
	uint32_t i = 0;

	text = str_trim(text);
	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
		if (n > INT64_MAX / 100000)
			return false;
		n = n * 10 + (text.p[i] - '0');
	}
	if (i == 0)
		return false;
	n *= 1000;
	if (i < text.n && text.p[i] == '.') {
		int64_t unit = 100;

		for (i++; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++, unit /= 10)
			n += unit * (text.p[i] - '0');
	}
	*thousandths = n;
	return i == text.n;
}

static int64_t within_a_day(int64_t at, int64_t now)
{
	if (at < now)
		return now;
	return at > now + RETRY_DAY_MS ? now + RETRY_DAY_MS : at;
}

bool retry_after(struct str value, int64_t now, int64_t *at)
{
	int64_t n;

	value = str_trim(value);
	if (read_number(value, &n)) {
		*at = within_a_day(n > RETRY_DAY_MS ? INT64_MAX : now + n, now);
		return true;
	}
	if (!when_parse(value, WHEN_RFC2822, NULL, &n, NULL))
		return false;
	*at = within_a_day(n, now);
	return true;
}

bool retry_reset(const struct http_reset *names, struct str remaining, struct str reset, int64_t now, int64_t *at)
{
	int64_t n;

	if (names->remaining != NULL && (!read_number(remaining, &n) || n > 0))
		return false;
	if (names->unit == HTTP_RESET_ISO) {
		if (!when_parse(str_trim(reset), WHEN_ISO, NULL, &n, NULL))
			return false;
	} else {
		if (!read_number(reset, &n))
			return false;
		if (names->unit == HTTP_RESET_SECONDS)
			n = n > RETRY_DAY_MS ? INT64_MAX : now + n;
		else if (names->unit == HTTP_RESET_EPOCH_MS)
			n /= 1000;
	}
	*at = within_a_day(n, now);
	return true;
}
