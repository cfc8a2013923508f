/* Arbitrary secrets, one a line, and a text that may hold them: none of them is left in what comes out. */
#include <dossier/base/log.h>
#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "fuzz.h"

static void check_mask(struct str identity)
{
	char out[64];

	log_mask(identity, out);
	FUZZ_CHECK(strlen(out) < 64 && strstr(out, "\342\200\242"));
	FUZZ_CHECK(text_is_utf8(str_of(out)));
	for (const char *p = out; *p; p++)
		FUZZ_CHECK((unsigned char)*p >= 0x20 && *p != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str copy = fuzz_copy(data, n), in = copy, secrets[4], text;
	struct log *log = log_new(clock_system(), false);
	struct buf out;

	for (size_t i = 0; i < 4; i++) {
		secrets[i] = fuzz_until(&in, '\n');
		log_secret(log, secrets[i]);
	}
	text = in;
	buf_init(&out, 8 << 20);
	log_clean(log, text, &out);
	for (size_t i = 0; i < 4; i++)
		/* one that the mask itself completes was not in the text */
		if (secrets[i].n >= 4 && !memmem(secrets[i].p, secrets[i].n, "\342", 1) && !memmem(secrets[i].p, secrets[i].n, "\242", 1))
			FUZZ_CHECK(!memmem(buf_str(&out).p, out.len, secrets[i].p, secrets[i].n));
	check_mask(text);
	buf_release(&out);
	log_free(log);
	fuzz_drop(copy);
	return 0;
}
