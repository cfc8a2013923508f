/*
 * HTML of mails and web forms as the words in it. Every byte is looked at a
 * bounded number of times, however the tags are broken.
 */
#include <dossier/base/text.h>

#include "entity.h"

struct html {
	struct str in;
	struct buf *out;
	size_t start;           /* of what this call adds to out */
	bool space;             /* white space is due before the next character */
	int lines;              /* new lines that are due */
	unsigned pre;           /* open <pre> */
	bool no_end;            /* no ">" follows any more */
	bool no_quotes;         /* quotes are out of step: they end no attribute */
	struct str link;        /* address of the open <a> */
	size_t link_at;         /* where its words begin in out */
};

struct tag {
	struct str name;
	bool closing;
	struct str rest;        /* attributes */
};

static void put_char(struct html *html, uint32_t c)
{
	bool first = html->out->len == html->start;

	if (!html->pre && (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == 0xA0)) {
		html->space = true;
		return;
	}
	if (html->pre && (c == '\n' || c == '\r')) {
		html->lines += c == '\n' && html->lines < 2;
		return;
	}
	if (!first && html->lines)
		buf_adds(html->out, html->lines > 1 ? "\n\n" : "\n");
	else if (!first && html->space)
		buf_addc(html->out, ' ');
	html->space = false;
	html->lines = 0;
	text_put(html->out, c);
}

static void put_words(struct html *html, struct str words)
{
	size_t at, len;
	bool ok;

	for (at = 0; at < words.n; at += len)
		put_char(html, text_next(words, at, &len, &ok));
}

static void decode(struct str text, struct buf *out)
{
	size_t at, len;
	uint32_t c;
	bool ok;

	for (at = 0; at < text.n; at += len) {
		c = text.p[at] == '&' ? entity_read(text, at, &len) : 0;
		text_put(out, c ? c : text_next(text, at, &len, &ok));
	}
}

static bool is_in(struct str name, const char *const *list)
{
	for (; *list; list++)
		if (str_caseis(name, *list))
			return true;
	return false;
}

static bool is_block(struct str name)
{
	static const char *const blocks[] = {
		"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "hr",
		"section", "article", "header", "footer", "address", "dl", "dt", "dd", "form", "fieldset", "figure", "main",
		"nav", "aside", "body", "center", NULL,
	};

	return is_in(name, blocks);
}

static bool is_silent(struct str name)
{
	static const char *const silent[] = { "script", "style", "template", "title", NULL };

	return is_in(name, silent);
}

/* Where the tag that begins at "at" ends (its ">"), or 0. Quotes may hold a ">". */
static size_t tag_end(struct html *html, size_t at)
{
	const char *end;
	char quote = 0;
	size_t i;

	if (html->no_end)
		return 0;
	for (i = at; i < html->in.n && !html->no_quotes; i++) {
		char c = html->in.p[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if ((c == '"' || c == '\'') && html->in.p[i - 1] == '=')
			quote = c;
		else if (c == '>')
			return i;
	}
	html->no_quotes = true;
	end = memchr(html->in.p + at, '>', html->in.n - at);
	html->no_end = !end;
	return end ? (size_t)(end - html->in.p) : 0;
}

static struct str attribute(struct str rest, const char *wanted)
{
	size_t i = 0, from;
	struct str name, value;

	while (i < rest.n) {
		while (i < rest.n && (isspace((unsigned char)rest.p[i]) || rest.p[i] == '/'))
			i++;
		for (from = i; i < rest.n && !isspace((unsigned char)rest.p[i]) && rest.p[i] != '='; i++)
			;
		name = str_make(rest.p + from, i - from);
		value = str_make(rest.p + i, 0);
		if (i < rest.n && rest.p[i] == '=') {
			char quote = ++i < rest.n && (rest.p[i] == '"' || rest.p[i] == '\'') ? rest.p[i++] : 0;

			for (from = i; i < rest.n && (quote ? rest.p[i] != quote : !isspace((unsigned char)rest.p[i])); i++)
				;
			value = str_make(rest.p + from, i - from);
			i += quote && i < rest.n;
		}
		if (str_caseis(name, wanted))
			return value;
	}
	return (struct str){ NULL, 0 };
}

static bool is_address(struct str link)
{
	return link.n && link.p[0] != '#' && !(link.n >= 11 && strncasecmp(link.p, "javascript:", 11) == 0) &&
	       !(link.n >= 5 && strncasecmp(link.p, "data:", 5) == 0);
}

/* "#larkfield" and "@ana" are what a post links, and no words about an address. */
static bool is_handle(struct str words)
{
	return words.n > 1 && (*words.p == '#' || *words.p == '@') && !memchr(words.p, ' ', words.n);
}

/* The address after its words, unless the words are the address. */
static void close_link(struct html *html)
{
	struct buf link;
	struct str words, address;
	const char *colon;

	if (!html->link.n)
		return;
	buf_init(&link, 4096);
	decode(html->link, &link);
	address = str_trim(buf_str(&link));
	words = str_trim(str_make(html->out->data ? html->out->data + html->link_at : "", html->out->len - html->link_at));
	html->link.n = 0;
	colon = address.n ? memchr(address.p, ':', address.n) : NULL;
	if (is_address(address) && !link.full && !is_handle(words) && !str_eq(words, address) &&
	    !(colon && str_eq(words, str_make(colon + 1, (size_t)(address.p + address.n - colon - 1))))) {
		html->space = true;
		put_char(html, '<');
		put_words(html, address);
		put_char(html, '>');
	}
	buf_release(&link);
}

/* Skips to the end tag of what is never shown; all the rest when it has none. */
static size_t skip_silent(const struct html *html, size_t at, struct str name)
{
	const char *p;

	while (at < html->in.n) {
		p = memchr(html->in.p + at, '<', html->in.n - at);
		if (!p)
			break;
		at = (size_t)(p - html->in.p) + 1;
		if (html->in.n - at > name.n && html->in.p[at] == '/' &&
		    strncasecmp(html->in.p + at + 1, name.p, name.n) == 0)
			return at - 1;
	}
	return html->in.n;
}

static void apply(struct html *html, const struct tag *tag)
{
	if (str_caseis(tag->name, "br")) {
		html->lines += html->lines < 2;
	} else if (str_caseis(tag->name, "a")) {
		close_link(html);
		if (!tag->closing) {
			html->link = attribute(tag->rest, "href");
			html->link_at = html->out->len;
		}
	} else if (str_caseis(tag->name, "td") || str_caseis(tag->name, "th")) {
		html->space = true;
	} else if (is_block(tag->name)) {
		html->lines += html->lines == 0;
		if (str_caseis(tag->name, "pre"))
			html->pre = tag->closing ? 0 : 1;
		if (!tag->closing && str_caseis(tag->name, "li"))
			put_words(html, STR("- "));
	}
}

/* At a "<": bytes taken, or 0 when it is only a character. */
static size_t read_markup(struct html *html, size_t at)
{
	struct str in = html->in;
	struct tag tag = { .closing = false };
	size_t i = at + 1, end;
	const char *p;

	if (in.n - at >= 4 && memcmp(in.p + at, "<!--", 4) == 0) {
		p = memmem(in.p + at + 4, in.n - at - 4, "-->", 3);
		return p ? (size_t)(p - in.p) + 3 - at : in.n - at;
	}
	if (i < in.n && in.p[i] == '/') {
		tag.closing = true;
		i++;
	}
	if (i >= in.n || !(isalpha((unsigned char)in.p[i]) || (!tag.closing && (in.p[i] == '!' || in.p[i] == '?'))))
		return 0;
	end = tag_end(html, i);
	if (!end)
		return 0;
	tag.name.p = in.p + i;
	while (i + tag.name.n < end && isalnum((unsigned char)tag.name.p[tag.name.n]))
		tag.name.n++;
	tag.rest = str_make(in.p + i + tag.name.n, end - i - tag.name.n);
	if (!tag.closing && is_silent(tag.name))
		return skip_silent(html, end + 1, tag.name) - at;
	apply(html, &tag);
	return end + 1 - at;
}

void text_from_html(struct buf *out, struct str text)
{
	struct html html = { .in = text, .out = out, .start = out->len };
	size_t at, len;
	uint32_t c;
	bool ok;

	for (at = 0; at < text.n && !out->full; at += len) {
		len = text.p[at] == '<' ? read_markup(&html, at) : 0;
		if (len)
			continue;
		c = text.p[at] == '&' ? entity_read(text, at, &len) : 0;
		put_char(&html, c ? c : text_next(text, at, &len, &ok));
	}
	close_link(&html);
}
