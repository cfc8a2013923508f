#include <dossier/base/text.h>

#include "filter.h"

/*
 * Quoting for query languages. A customer's text reaches them, so each makes
 * a whole literal, quotation marks included: an author cannot forget them.
 * Control characters mean nothing in any of these and become spaces.
 */

static char plain(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f ? ' ' : c;
}

static bool between(struct str in, char mark, const char *special, char escape, struct buf *out)
{
	buf_addc(out, mark);
	for (uint32_t i = 0; i < in.n; i++) {
		char c = plain(in.p[i]);

		if (strchr(special, c))
			buf_addc(out, escape);
		buf_addc(out, c);
	}
	return buf_addc(out, mark);
}

static bool quote_phrase(struct str in, struct buf *out, struct err *err)
{
	(void)err;
	return between(in, '"', "\\\"", '\\', out);
}

static bool quote_backslash(struct str in, struct buf *out, struct err *err)
{
	(void)err;
	return between(in, '\'', "\\'", '\\', out);
}

static bool quote_doubled(struct str in, struct buf *out, struct err *err)
{
	(void)err;
	return between(in, '\'', "'", '\'', out);
}

static bool quote_sql(struct str in, struct buf *out, struct err *err)
{
	/* some dialects escape with it and some do not: no text is right in both */
	if (in.n && memchr(in.p, '\\', in.n))
		return err_set(err, ERR_REFUSED, "a text with a backslash cannot be asked for safely in SQL");
	return quote_doubled(in, out, err);
}

static bool quote_servicenow(struct str in, struct buf *out, struct err *err)
{
	uint32_t first = 0;

	while (first < in.n && plain(in.p[first]) == ' ')
		first++;
	/* the server would run it */
	if (in.n - first >= 11 && str_caseis(str_make(in.p + first, 11), "javascript:"))
		return err_set(err, ERR_REFUSED, "a text that starts with javascript: is not asked for");
	for (uint32_t i = 0; i < in.n; i++) {
		char c = plain(in.p[i]);

		if (c == '^')
			buf_addc(out, c);
		buf_addc(out, c);
	}
	return true;
}

static bool quote_lucene_term(struct str in, struct buf *out, struct err *err)
{
	static const char *const operators[] = { "AND", "OR", "NOT", "TO", NULL };

	(void)err;
	for (size_t i = 0; operators[i]; i++)
		if (str_is(in, operators[i]))
			buf_addc(out, '\\');
	for (uint32_t i = 0; i < in.n; i++) {
		char c = plain(in.p[i]);

		/* these two cannot be escaped at all */
		if (c == '<' || c == '>')
			c = ' ';
		/* the ideographic space parts words too */
		if (strchr("+-&|!(){}[]^\"~*?:\\/= ", c) || str_starts(str_make(in.p + i, in.n - i), "\xe3\x80\x80"))
			buf_addc(out, '\\');
		buf_addc(out, c);
	}
	return true;
}

static bool quote_json(struct str in, struct buf *out, struct err *err)
{
	(void)err;
	text_json(out, in);
	return true;
}

static const struct quote {
	const char *name;
	bool (*apply)(struct str in, struct buf *out, struct err *err);
} quotes[] = {
	{ "graphql", quote_json },
	{ "jql", quote_phrase },
	{ "json", quote_json },
	{ "lucene", quote_phrase },
	{ "lucene_term", quote_lucene_term },
	{ "odata", quote_doubled },
	{ "rtquery", quote_backslash },
	{ "servicenow", quote_servicenow },
	{ "soql", quote_backslash },
	{ "sql", quote_sql },
};

static const char *const quote_names[] = {
	"graphql", "jql", "json", "lucene", "lucene_term", "odata", "rtquery", "servicenow", "soql", "sql", NULL
};

const char *const *filter_quotes(void)
{
	return quote_names;
}

bool quote_apply(const char *language, struct str in, struct buf *out, struct err *err)
{
	/* half a character could swallow the mark that ends the literal */
	if (!text_is_utf8(in))
		return err_set(err, ERR_REFUSED, "a text that is not UTF-8 is not asked for");
	for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++)
		if (!strcmp(quotes[i].name, language))
			return quotes[i].apply(in, out, err);
	return err_set(err, ERR_CONFIG, "no query language is called %s", language);
}
