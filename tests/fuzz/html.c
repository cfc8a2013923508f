/* Arbitrary HTML, also repeated until it is large: the words come out, in time that grows no faster than the text. */
#include <time.h>

#include <dossier/base/text.h>

#include "fuzz.h"

#define LARGE (96u << 10)
#define SECONDS_MOST 4  /* some thirty times what it takes, so that a busy machine is no finding */

static double processor_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void convert(struct str text, size_t most)
{
	double start = processor_seconds();
	struct buf out;

	buf_init(&out, most);
	text_from_html(&out, text);
	FUZZ_CHECK(text_is_utf8(buf_str(&out)) || out.full);
	buf_release(&out);
	FUZZ_CHECK(processor_seconds() - start < SECONDS_MOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = fuzz_copy(data, n);
	struct buf large;

	convert(text, 1 << 20);
	convert(text, 20);
	if (n >= 2 && n <= 64 && data[n - 1] % 32 == 0) {
		buf_init(&large, LARGE);
		while (buf_add(&large, text.p, text.n))
			;
		convert(buf_str(&large), 8 << 20);
		buf_release(&large);
	}
	fuzz_drop(text);
	return 0;
}
