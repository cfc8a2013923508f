#include <dossier/base/err.h>

#include <libintl.h>

static const char *const code_names[] = {
	[ERR_NONE] = "none",
	[ERR_USAGE] = "usage",
	[ERR_CONFIG] = "config",
	[ERR_SYNTAX] = "syntax",
	[ERR_SHAPE] = "shape",
	[ERR_LIMIT] = "limit",
	[ERR_IO] = "io",
	[ERR_NET] = "net",
	[ERR_TIMEOUT] = "timeout",
	[ERR_TLS] = "tls",
	[ERR_AUTH] = "auth",
	[ERR_RATE] = "rate",
	[ERR_HTTP] = "http",
	[ERR_NOTFOUND] = "notfound",
	[ERR_REFUSED] = "refused",
	[ERR_CANCELLED] = "cancelled",
};

/* A cut must not leave half a character at the end. */
static void cut_at_character(char *text, size_t len)
{
	size_t at = len;

	while (at > 0 && len - at < 4 && ((unsigned char)text[at - 1] & 0xC0) == 0x80)
		at--;
	if (at == 0)
		return;
	unsigned char lead = (unsigned char)text[at - 1];
	size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	if (len - at + 1 < want)
		text[at - 1] = '\0';
}

static void __attribute__((format(printf, 3, 0)))
print_cut(char *out, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(out, size, gettext(fmt), ap);

	if (n < 0)
		out[0] = '\0';
	else if ((size_t)n >= size)
		cut_at_character(out, size - 1);
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;
	char text[sizeof(err->text)];

	if (!err)
		return false;
	/* the arguments may point into err->text */
	va_start(ap, fmt);
	print_cut(text, sizeof(text), fmt, ap);
	va_end(ap);
	err->code = code;
	memcpy(err->text, text, sizeof(text));
	return false;
}

bool err_prefix(struct err *err, const char *fmt, ...)
{
	char prefix[sizeof(err->text)], text[sizeof(err->text)];
	va_list ap;

	if (!err)
		return false;
	va_start(ap, fmt);
	print_cut(prefix, sizeof(prefix), fmt, ap);
	va_end(ap);
	memcpy(text, err->text, sizeof(text));
	return err_set(err, err->code, "%s: %s", prefix, text);
}

void err_clear(struct err *err)
{
	if (!err)
		return;
	err->code = ERR_NONE;
	err->text[0] = '\0';
}

const char *err_code_name(enum err_code code)
{
	if ((size_t)code >= sizeof(code_names) / sizeof(code_names[0]))
		return "unknown";
	return code_names[code];
}
