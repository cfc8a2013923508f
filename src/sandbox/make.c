#include "make.h"

#include <stdarg.h>
#include <stdint.h>

#include <dossier/base/when.h>

struct maker {
	const char *at;
	va_list args;
};

static void broken(const struct maker *maker)
{
	fprintf(stderr, "dossier-sandbox: a reply's template is broken at: %.60s\n", maker->at);
	abort();
}

static void decimal(int64_t hundredths, char *out, size_t n)
{
	int64_t whole = hundredths < 0 ? -hundredths : hundredths;
	const char *sign = hundredths < 0 ? "-" : "";
	int rest = (int)(whole % 100);

	if (rest == 0)
		snprintf(out, n, "%s%lld", sign, (long long)(whole / 100));
	else if (rest % 10 == 0)
		snprintf(out, n, "%s%lld.%d", sign, (long long)(whole / 100), rest / 10);
	else
		snprintf(out, n, "%s%lld.%02d", sign, (long long)(whole / 100), rest);
}

static struct json_object *time_iso(int64_t at)
{
	char text[32];

	if (at == WHEN_NONE)
		return NULL;
	when_iso(at, text);
	return json_object_new_string(text);
}

static struct json_object *placeholder(struct maker *maker)
{
	char text[40];
	const char *s;
	int64_t n;

	switch (*maker->at++) {
	case 's':
		s = va_arg(maker->args, const char *);
		return s ? json_object_new_string(s) : NULL;
	case 'i':
		return json_object_new_int(va_arg(maker->args, int));
	case 'l':
		return json_object_new_int64(va_arg(maker->args, int64_t));
	case 'b':
		return json_object_new_boolean(va_arg(maker->args, int));
	case 't':
		return time_iso(va_arg(maker->args, int64_t));
	case 'e':
		n = va_arg(maker->args, int64_t);
		return n == WHEN_NONE ? NULL : json_object_new_int64(n / 1000);
	case 'm':
		n = va_arg(maker->args, int64_t);
		decimal(n, text, sizeof(text));
		return json_object_new_double_s((double)n / 100.0, text);
	case 'M':
		decimal(va_arg(maker->args, int64_t), text, sizeof(text));
		return json_object_new_string(text);
	case 'o':
		return va_arg(maker->args, struct json_object *);
	default:
		broken(maker);
		return NULL;
	}
}

/* Text between single quotes; the maker stands behind the first of them. */
static const char *quoted(struct maker *maker, int *n)
{
	const char *start = maker->at;
	const char *end = strchr(start, '\'');

	if (!end)
		broken(maker);
	*n = (int)(end - start);
	maker->at = end + 1;
	return start;
}

static struct json_object *value(struct maker *maker, int depth);

static struct json_object *object(struct maker *maker, int depth)
{
	struct json_object *out = json_object_new_object();
	char key[64];
	int n;

	if (*maker->at == '}') {
		maker->at++;
		return out;
	}
	for (;;) {
		const char *start;

		if (*maker->at++ != '\'')
			broken(maker);
		start = quoted(maker, &n);
		snprintf(key, sizeof(key), "%.*s", n, start);
		if (*maker->at++ != ':')
			broken(maker);
		json_object_object_add(out, key, value(maker, depth + 1));
		if (*maker->at == '}')
			break;
		if (*maker->at++ != ',')
			broken(maker);
	}
	maker->at++;
	return out;
}

static struct json_object *list(struct maker *maker, int depth)
{
	struct json_object *out = json_object_new_array();

	if (*maker->at == ']') {
		maker->at++;
		return out;
	}
	for (;;) {
		json_object_array_add(out, value(maker, depth + 1));
		if (*maker->at == ']')
			break;
		if (*maker->at++ != ',')
			broken(maker);
	}
	maker->at++;
	return out;
}

static struct json_object *word(struct maker *maker)
{
	static const char *const words[] = { "null", "true", "false" };
	char *end;
	long long n;

	for (int i = 0; i < 3; i++) {
		size_t len = strlen(words[i]);

		if (strncmp(maker->at, words[i], len) == 0) {
			maker->at += len;
			return i == 0 ? NULL : json_object_new_boolean(i == 1);
		}
	}
	n = strtoll(maker->at, &end, 10);
	if (end == maker->at)
		broken(maker);
	maker->at = end;
	return json_object_new_int64(n);
}

static struct json_object *value(struct maker *maker, int depth)
{
	const char *start;
	int n;

	if (depth > 32)
		broken(maker);
	switch (*maker->at) {
	case '{':
		maker->at++;
		return object(maker, depth);
	case '[':
		maker->at++;
		return list(maker, depth);
	case '%':
		maker->at++;
		return placeholder(maker);
	case '\'':
		maker->at++;
		start = quoted(maker, &n);
		return json_object_new_string_len(start, n);
	default:
		return word(maker);
	}
}

struct json_object *make(const char *template, ...)
{
	struct maker maker = { .at = template };
	struct json_object *out;

	va_start(maker.args, template);
	out = value(&maker, 0);
	if (*maker.at)
		broken(&maker);
	va_end(maker.args);
	return out;
}

void make_append(struct json_object *list_, struct json_object *value_)
{
	json_object_array_add(list_, value_);
}
