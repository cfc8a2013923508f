/* Arbitrary header lines of a reply, as curl hands them out, and the Link header among them. */
#include <dossier/base/mem.h>

#include "../../src/backend/page.h"
#include "../../src/net/http_private.h"
#include "fuzz.h"

#define HEADERS_MOST 4096

static void check_link(const char *header)
{
	static const char *const relations[] = { "next", "prev", "" };
	struct str out;

	for (size_t i = 0; i < sizeof(relations) / sizeof(*relations); i++)
		if (link_find(header, relations[i], &out))
			FUZZ_CHECK(out.p > header && out.p + out.n < header + strlen(header) && !memchr(out.p, '>', out.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str copy = fuzz_copy(data, n), in = copy;
	struct http_peer peer = { .options = { .id = "shop", .header_max = HEADERS_MOST } };
	struct http_call call = { .peer = &peer };
	struct err err = { 0 };
	char *whole = str_dup(copy);
	bool ok = true;

	check_link(whole);
	buf_init(&call.head, HEADERS_MOST * 2);
	while (in.n && ok) {
		struct str line = fuzz_until(&in, '\n'), own = fuzz_copy((const uint8_t *)line.p, line.n);

		ok = http_head_line(&call, own.p, own.n, HEADERS_MOST, &err);
		fuzz_drop(own);
	}
	if (ok)
		ok = http_head_line(&call, "\r\n", 2, HEADERS_MOST, &err);
	FUZZ_CHECK(ok || err.code == ERR_LIMIT);
	FUZZ_CHECK(call.status >= 0 && call.status < 10000 && strlen(call.type) < sizeof(call.type));
	check_link(http_header(&call, "link"));
	http_header(&call, "retry-after");
	buf_release(&call.head);
	free(whole);
	fuzz_drop(copy);
	return 0;
}
