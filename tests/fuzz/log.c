/* Arbitrary secrets, one a line, and a text that may hold them and addresses: none of them is left in what comes out. */
#include <dossier/base/buf.h>
#include <dossier/base/log.h>
#include <dossier/base/mem.h>

#include "fuzz.h"

static void check_hidden(struct str text)
{
	static const char dot[] = "\342\200\242";
	struct buf out;

	buf_init(&out, 8 << 20);
	log_hide(text, &out);
	for (size_t i = 0; i < out.len; i++)
		FUZZ_CHECK(out.data[i] != '@' || (i >= 3 && !memcmp(out.data + i - 3, dot, 3)));
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str copy = fuzz_copy(data, n), in = copy, secrets[4], text;
	struct log *log = log_new(clock_system());
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
	check_hidden(text);
	buf_release(&out);
	log_free(log);
	fuzz_drop(copy);
	return 0;
}
