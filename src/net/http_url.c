#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

#include "http_private.h"

#define URL_MAX (16 << 10)

static char *part(CURLU *url, CURLUPart what, unsigned flags)
{
	char *text = NULL, *copy;

	if (curl_url_get(url, what, &text, flags) != CURLUE_OK)
		return NULL;
	copy = mem_strdup(text);
	curl_free(text);
	return copy;
}

/* A segment that a server may read as "." or "..", also written with %2e. */
static bool is_dots(const char *p, size_t n)
{
	size_t dots = 0;

	while (n > 0) {
		size_t step = n >= 3 && strncasecmp(p, "%2e", 3) == 0 ? 3 : *p == '.' ? 1 : 0;

		if (step == 0)
			return false;
		dots++;
		p += step;
		n -= step;
	}
	return dots == 1 || dots == 2;
}

static bool path_climbs(const char *path)
{
	while (*path == '/') {
		size_t n = strcspn(++path, "/\\");

		if (is_dots(path, n))
			return true;
		path += n;
		if (*path == '\\')
			return true;
	}
	return false;
}

static bool parts_of(CURLU *url, struct url_parts *parts)
{
	char *user = part(url, CURLUPART_USER, 0), *password = part(url, CURLUPART_PASSWORD, 0);
	bool ok = user == NULL && password == NULL;

	free(user);
	free(password);
	parts->scheme = part(url, CURLUPART_SCHEME, 0);
	parts->host = part(url, CURLUPART_HOST, 0);
	parts->port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	parts->path = part(url, CURLUPART_PATH, 0);
	parts->query = part(url, CURLUPART_QUERY, 0);
	ok = ok && parts->scheme != NULL && parts->host != NULL && parts->port != NULL && parts->path != NULL &&
	     (strcasecmp(parts->scheme, "http") == 0 || strcasecmp(parts->scheme, "https") == 0) && !path_climbs(parts->path);
	if (!ok)
		url_parts_release(parts);
	return ok;
}

/* Letters, digits and marks that nobody rewrites; the dot only where no segment can consist of dots. */
static bool is_plain_path(const char *p)
{
	for (; *p != '\0' && *p != '?'; p++)
		if (!isalnum((unsigned char)*p) && strchr("/-_~", *p) == NULL && (*p != '.' || !isalnum((unsigned char)p[-1])))
			return false;
	for (; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("/-_~.?&=%+,:;@!*()[]", *p) == NULL)
			return false;
	return true;
}

/* A name in small letters whose last label is no number, or four plain numbers: nobody writes either in another way. */
static bool is_plain_host(const char *host, size_t n)
{
	unsigned char v4[4];
	char text[256];
	const char *last;

	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, host, n);
	text[n] = '\0';
	if (strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") != n || text[0] == '.' || text[n - 1] == '.')
		return false;
	last = strrchr(text, '.');
	return islower((unsigned char)(last != NULL ? last[1] : text[0])) || inet_pton(AF_INET, text, v4) == 1;
}

static bool is_plain_port(const char *port, size_t n)
{
	return n > 0 && n < 6 && port[0] != '0' && strspn(port, "0123456789") >= n && strtol(port, NULL, 10) <= 65535;
}

/* Most addresses are so plain that libcurl need not be loaded to read them. False says nothing. */
static bool read_plainly(const char *url, struct url_parts *parts)
{
	bool https = strncmp(url, "https://", 8) == 0;
	const char *host = url + (https ? 8 : 7), *path, *query, *port;
	size_t n, n_host;

	if (!https && strncmp(url, "http://", 7) != 0)
		return false;
	n = strcspn(host, "/?#");
	path = host + n;
	port = memchr(host, ':', n);
	n_host = port != NULL ? (size_t)(port - host) : n;
	query = strchr(path, '?');
	if (!is_plain_host(host, n_host) || (port != NULL && !is_plain_port(port + 1, n - n_host - 1)) || *path == '?' ||
	    !is_plain_path(path) || (query != NULL && query[1] == '\0'))
		return false;
	parts->scheme = mem_strdup(https ? "https" : "http");
	parts->host = mem_printf("%.*s", (int)n_host, host);
	parts->port = port != NULL ? mem_printf("%.*s", (int)(n - n_host - 1), port + 1) : mem_strdup(https ? "443" : "80");
	parts->path = *path == '\0' ? mem_strdup("/") : mem_printf("%.*s", (int)(query != NULL ? query - path : (ptrdiff_t)strlen(path)), path);
	parts->query = query != NULL ? mem_strdup(query + 1) : NULL;
	return true;
}

bool url_parts_get(const char *url, struct url_parts *parts)
{
	CURLU *handle;
	bool ok;

	memset(parts, 0, sizeof(*parts));
	if (strlen(url) > URL_MAX || strstr(url, "://") == NULL || strchr(url, '\\') != NULL)
		return false;
	if (read_plainly(url, parts))
		return true;
	handle = curl_url();
	ok = handle != NULL && curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK && parts_of(handle, parts);
	curl_url_cleanup(handle);
	return ok;
}

void url_parts_release(struct url_parts *parts)
{
	free(parts->scheme);
	free(parts->host);
	free(parts->port);
	free(parts->path);
	free(parts->query);
	memset(parts, 0, sizeof(*parts));
}

/* How long the origin's path prefix is, without a slash at its end. */
static size_t prefix_len(const char *path)
{
	size_t n = strlen(path);

	while (n > 0 && path[n - 1] == '/')
		n--;
	return n;
}

static bool under_prefix(const char *prefix, const char *path)
{
	size_t n = prefix_len(prefix);

	return strncmp(prefix, path, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool same_server(const struct url_parts *a, const struct url_parts *b)
{
	return strcasecmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0;
}

bool http_same_origin(const char *origin, const char *url)
{
	struct url_parts a, b;
	bool same;

	if (!url_parts_get(origin, &a))
		return false;
	if (!url_parts_get(url, &b)) {
		url_parts_release(&a);
		return false;
	}
	same = same_server(&a, &b) && under_prefix(a.path, b.path);
	url_parts_release(&a);
	url_parts_release(&b);
	return same;
}

static bool host_is_loopback(const char *host)
{
	unsigned char v6[16];
	char plain[64];
	struct in_addr v4;
	size_t n = strlen(host);

	if (inet_pton(AF_INET, host, &v4) == 1)
		return (ntohl(v4.s_addr) >> 24) == 127;
	if (n > 2 && host[0] == '[' && n - 2 < sizeof(plain)) {
		memcpy(plain, host + 1, n - 2);
		plain[n - 2] = '\0';
		return inet_pton(AF_INET6, plain, v6) == 1 && memcmp(v6, &in6addr_loopback, 16) == 0;
	}
	return strcasecmp(host, "localhost") == 0 || (n > 10 && strcasecmp(host + n - 10, ".localhost") == 0);
}

bool url_is_loopback(const char *url)
{
	struct url_parts parts;
	bool loopback;

	if (!url_parts_get(url, &parts))
		return false;
	loopback = host_is_loopback(parts.host);
	url_parts_release(&parts);
	return loopback;
}

bool url_home_init(struct url_home *home, const char *origin)
{
	struct url_parts parts;

	memset(home, 0, sizeof(*home));
	if (!url_parts_get(origin, &parts))
		return false;
	home->n = prefix_len(origin);
	home->prefix = prefix_len(parts.path);
	home->loopback = host_is_loopback(parts.host);
	home->https = strcasecmp(parts.scheme, "https") == 0;
	url_parts_release(&parts);
	return true;
}

CURLU *url_home_handle(struct url_home *home, const char *origin)
{
	if (home->url == NULL) {
		home->url = curl_url();
		curl_url_set(home->url, CURLUPART_URL, origin, 0);
	}
	return home->url;
}

void url_home_release(struct url_home *home)
{
	if (home->url != NULL)
		curl_url_cleanup(home->url);
	home->url = NULL;
}

bool url_at_home(const struct url_home *home, const char *origin, const char *url)
{
	return home->n > 0 && strncmp(url, origin, home->n) == 0 && url[home->n] == '/' && is_plain_path(url + home->n) &&
	       strnlen(url, URL_MAX + 1) <= URL_MAX;
}

bool http_is_cleartext(const char *url)
{
	struct url_parts parts;
	bool clear;

	if (!url_parts_get(url, &parts))
		return true;
	clear = strcasecmp(parts.scheme, "http") == 0 && !host_is_loopback(parts.host);
	url_parts_release(&parts);
	return clear;
}

/* Percent-encodes what may not stand in an address; false when it holds a control character. */
static bool encode(struct buf *out, struct str text)
{
	for (uint32_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x20 || c == 0x7f)
			return false;
		if (c == ' ' || c >= 0x80 || strchr("\"<>\\^`{|}", c) != NULL)
			buf_printf(out, "%%%02X", (unsigned)c);
		else
			buf_addc(out, (char)c);
	}
	return !out->full;
}

/* "mailto:x" and "javascript:x" have a scheme; "/a:b" and "?a:b" have not. */
static bool has_other_scheme(const char *text)
{
	size_t n = strcspn(text, ":/?#");

	if (text[n] != ':')
		return false;
	return strncasecmp(text, "http://", 7) != 0 && strncasecmp(text, "https://", 8) != 0;
}

/* The address as seen from base: absolute, without its fragment. */
static bool resolve(const char *base, struct str address, struct url_parts *parts)
{
	CURLU *url = curl_url();
	struct buf text;
	bool ok;

	memset(parts, 0, sizeof(*parts));
	buf_init(&text, URL_MAX);
	address = str_trim(address);
	ok = url != NULL && !str_empty(address) && encode(&text, address) && !has_other_scheme(text.data) &&
	     curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK &&
	     curl_url_set(url, CURLUPART_URL, text.data, 0) == CURLUE_OK && parts_of(url, parts);
	curl_url_cleanup(url);
	buf_release(&text);
	return ok;
}

bool http_rebase(const char *origin, const char *base, struct str address, char **out, struct err *err)
{
	struct url_parts own, to;
	size_t n, prefix;

	*out = NULL;
	if (!url_parts_get(origin, &own))
		return err_set(err, ERR_CONFIG, "the configured address \"%s\" is not one of http or https", origin);
	if (!resolve(base, address, &to)) {
		url_parts_release(&own);
		return err_set(err, ERR_SHAPE, "\"%.*s\" in the reply is not an address of http or https",
			       (int)(address.n > 80 ? 80 : address.n), address.p != NULL ? address.p : "");
	}
	n = prefix_len(origin);
	prefix = prefix_len(own.path);
	/* A server behind a proxy may not know the prefix it is reached under. */
	if (under_prefix(own.path, to.path))
		n -= prefix;
	*out = mem_printf("%.*s%s%s%s", (int)n, origin, to.path, to.query != NULL ? "?" : "", to.query != NULL ? to.query : "");
	url_parts_release(&own);
	url_parts_release(&to);
	if (http_same_origin(origin, *out))
		return true;
	free(*out);
	*out = NULL;
	return err_set(err, ERR_SHAPE, "an address in the reply leads out of %s", origin);
}

bool url_redirect(const char *origin, const char *from, const char *location, char **out, char other[128])
{
	struct url_parts parts;

	*out = NULL;
	snprintf(other, 128, "an unreadable address");
	if (!resolve(from, str_of(location), &parts))
		return false;
	*out = mem_printf("%s://%s:%s%s%s%s", parts.scheme, parts.host, parts.port, parts.path,
			  parts.query != NULL ? "?" : "", parts.query != NULL ? parts.query : "");
	snprintf(other, 128, "%s://%.100s", parts.scheme, parts.host);
	url_parts_release(&parts);
	if (http_same_origin(origin, *out))
		return true;
	free(*out);
	*out = NULL;
	return false;
}
