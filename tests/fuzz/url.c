/*
 * Arbitrary addresses out of replies: whatever comes out leads to the
 * configured place. The first line is what the address is seen from.
 */
#include <dossier/net/http.h>

#include "../../src/net/http_private.h"
#include "fuzz.h"

static const char *const origins[] = {
	"https://shop.example.com", "https://shop.example.com/api/v2", "http://127.0.0.1:8080/", "https://[2001:db8::1]:8443/x",
};

static const char *after(const char *text, const char *start)
{
	size_t n = strlen(start);

	return strncasecmp(text, start, n) ? NULL : text + n;
}

/* Read without curl: the same scheme, host and port, and the path below the prefix. */
static bool is_home(const char *origin, const char *url)
{
	char host[128], prefix[128] = "";
	const char *path = strchr(strstr(origin, "://") + 3, '/'), *rest;
	size_t n = path ? (size_t)(path - origin) : strlen(origin);

	snprintf(host, sizeof(host), "%.*s", (int)n, origin);
	snprintf(prefix, sizeof(prefix), "%s", path ? path : "");
	while (*prefix && prefix[strlen(prefix) - 1] == '/')
		prefix[strlen(prefix) - 1] = '\0';
	rest = after(url, host);
	if (!rest)
		return false;
	if (!strncmp(rest, ":443", 4) && !strncmp(origin, "https:", 6) && !isdigit((unsigned char)rest[4]))
		rest += 4;
	/* an empty port is the scheme's own */
	if (*rest == ':' && (!rest[1] || strchr("/?#", rest[1])))
		rest++;
	if (*prefix) {
		if (strncmp(rest, prefix, strlen(prefix)))
			return false;
		rest += strlen(prefix);
	}
	return !*rest || strchr("/?#", *rest);
}

/* An address that this program asked is; escapes stand for all else. */
static bool is_printable(const char *url)
{
	for (; *url; url++)
		if ((unsigned char)*url <= 0x20 || (unsigned char)*url >= 0x7f)
			return false;
	return true;
}

/* Escaped letters, slashes and zeros too many, parts that climb. */
static bool is_odd(const char *url)
{
	return strchr(url, '%') || strstr(url, ":///") || strstr(url, ":0") || strstr(url, "/.");
}

static void check_out(const char *origin, char *url)
{
	FUZZ_CHECK(is_home(origin, url) && http_same_origin(origin, url));
	FUZZ_CHECK(is_printable(url));
	free(url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str copy = fuzz_copy(data, n), in = copy;
	const char *origin = origins[fuzz_byte(&in) % (sizeof(origins) / sizeof(*origins))];
	struct str first = fuzz_until(&in, '\n');
	char *base = str_dup(first), *text = str_dup(in), *out = NULL, other[128];
	struct err err = { 0 };
	const char *seen_from = is_printable(base) && http_same_origin(origin, base) ? base : origin;

	/* what counts as home is home by a plain reading too, but for what curl reads leniently */
	if (http_same_origin(origin, text) && isalpha((unsigned char)origin[8]) && is_printable(text) && !is_odd(text))
		FUZZ_CHECK(is_home(origin, text));
	if (http_rebase(origin, seen_from, in, &out, &err))
		check_out(origin, out);
	else
		FUZZ_CHECK(!out && err.code != ERR_NONE);
	if (url_redirect(origin, seen_from, text, &out, other))
		check_out(origin, out);
	http_is_cleartext(text);
	free(base);
	free(text);
	fuzz_drop(copy);
	return 0;
}
