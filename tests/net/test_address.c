#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../../src/net/http_private.h"

static void check_part(CURLU *url, CURLUPart what, unsigned flags, const char *seen, const char *whole)
{
	char *text = NULL;

	if (curl_url_get(url, what, &text, flags) != CURLUE_OK)
		text = NULL;
	if ((text == NULL) != (seen == NULL) || (text != NULL && strcmp(text, seen) != 0))
		fail_msg("%s: \"%s\" instead of \"%s\"", whole, seen ? seen : "none", text ? text : "none");
	curl_free(text);
}

/* What is taken without libcurl must be what libcurl says. */
static bool check(const char *text)
{
	CURLU *url = curl_url();
	struct url_parts parts;
	bool taken = url_parts_get(text, &parts);

	if (taken) {
		assert_int_equal(curl_url_set(url, CURLUPART_URL, text, 0), CURLUE_OK);
		check_part(url, CURLUPART_SCHEME, 0, parts.scheme, text);
		check_part(url, CURLUPART_HOST, 0, parts.host, text);
		check_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, parts.port, text);
		check_part(url, CURLUPART_PATH, 0, parts.path, text);
		check_part(url, CURLUPART_QUERY, 0, parts.query, text);
		check_part(url, CURLUPART_USER, 0, NULL, text);
		url_parts_release(&parts);
	}
	curl_url_cleanup(url);
	return taken;
}

static void known_addresses(void **state)
{
	(void)state;
	static const struct { const char *url; bool taken; } table[] = {
		{ "https://shop.example.com", true }, { "http://127.0.0.1:8080", true }, { "http://localhost:9000/store/", true },
		{ "https://shop.example.com/a.b/c-d_e~f?x=1&y=%20+2", true }, { "https://SHOP.example.com/", true }, { "HTTPS://shop.example.com/", true },
		{ "http://127.1/", true }, { "http://0x7f.0.0.1/", true }, { "http://127.0.0.01/", true }, { "http://1.2.3.4.5/", true },
		{ "http://[::1]:80/x", true }, { "https://a.example/?", true }, { "https://a.example?x", true }, { "https://a.example:/x", true },
		{ "https://a.example:443/x", true }, { "https://a.example:0443/x", true }, { "https://a.example/x#y", true },
		{ "https://a.example:99999/", false }, { "https://a.example:0/", true }, { "https://a.example:8a/", false },
		{ "https://user@a.example/", false }, { "https://user:pw@a.example/", false }, { "https://a.example/../x", true },
		{ "https://a.example/%2e%2e/x", false }, { "https:///x", true }, { "ftp://a.example/", false }, { "https://a..example/", true },
		{ "https://a.example./", true }, { "https://a b.example/", false }, { "a.example/x", false }, { "", false }, { "https://", false },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (check(table[i].url) != table[i].taken)
			fail_msg("%s is %s", table[i].url, table[i].taken ? "not taken" : "taken");
}

static void any_address(void **state)
{
	(void)state;
	static const char *const pieces[] = { "http://", "https://", "a", "7", ".", "-", "_", "/", ":", "?", "#", "@", "%2e", "80", "0", "x.example", "127.0.0.1", "=", "&", "A", "~", "[" };
	unsigned seed = 42;

	for (int i = 0; i < 20000; i++) {
		char text[160] = "";
		size_t n = 0;

		for (int k = (int)(seed >> 8) % 9 + 1; k > 0 && n < 120; k--) {
			const char *piece = pieces[n == 0 ? (seed >> 16) % 2 : (seed >> 16) % (sizeof(pieces) / sizeof(*pieces))];

			memcpy(text + n, piece, strlen(piece) + 1);
			n += strlen(piece);
			seed = seed * 1664525 + 1013904223;
		}
		seed = seed * 1664525 + 1013904223;
		check(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_addresses),
		cmocka_unit_test(any_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
