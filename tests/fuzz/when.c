/* Arbitrary times in every format, what people type, formats for output, and when a server says to come back. */
#include <dossier/base/text.h>
#include <dossier/base/when.h>

#include "../../src/net/retry.h"
#include "fuzz.h"

#define NOW INT64_C(1795178280123)
#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* What was read is written and read again as the same. */
static void check_time(int64_t at, const struct zone *zone)
{
	char text[40];
	int64_t again;

	zone_to_utc(zone, at);
	zone_to_local(zone, at);
	when_short(at, NOW, zone, text);
	when_iso(at, text);
	if (at < INT64_C(-62135596800000) || at > INT64_C(253402300799999))
		return;
	FUZZ_CHECK(when_parse(str_of(text), WHEN_ISO, NULL, &again, NULL) && again == at);
	when_http_date(at, text);
	FUZZ_CHECK(when_parse(str_of(text), WHEN_RFC2822, NULL, &again, NULL));
	FUZZ_CHECK(again <= at && at - again < 1000);
}

static void come_back(struct str value, struct str second)
{
	int64_t at;

	if (retry_after(value, NOW, &at))
		FUZZ_CHECK(at >= NOW && at <= NOW + DAY_MS);
	for (int unit = HTTP_RESET_SECONDS; unit <= HTTP_RESET_ISO; unit++) {
		struct http_reset names = { .reset = "x-reset" };

		names.unit = unit == HTTP_RESET_SECONDS ? HTTP_RESET_SECONDS : unit == HTTP_RESET_EPOCH ? HTTP_RESET_EPOCH :
			     unit == HTTP_RESET_EPOCH_MS ? HTTP_RESET_EPOCH_MS : HTTP_RESET_ISO;
		if (retry_reset(&names, second, value, NOW, &at))
			FUZZ_CHECK(at >= NOW && at <= NOW + DAY_MS);
		names.remaining = "x-remaining";
		if (retry_reset(&names, second, value, NOW, &at))
			FUZZ_CHECK(at >= NOW && at <= NOW + DAY_MS);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct zone *berlin;
	struct str copy = fuzz_copy(data, n), in = copy, first;
	struct err err = { 0 };
	struct buf out;
	int64_t at;

	if (!berlin)
		berlin = zone_new("Europe/Berlin", NULL);
	for (int format = WHEN_AUTO; format <= WHEN_RFC2822; format++) {
		if (when_parse(in, (enum when_format)format, format % 2 ? berlin : NULL, &at, &err))
			check_time(at, berlin);
		else
			FUZZ_CHECK(err.code != ERR_NONE);
	}
	if (when_parse_human(in, NOW, berlin, &at, &err))
		check_time(at, berlin);
	buf_init(&out, 1 << 16);
	when_strftime(NOW, berlin, in, &out);
	buf_release(&out);
	first = fuzz_until(&in, '\n');
	come_back(first, in);
	fuzz_drop(copy);
	return 0;
}
