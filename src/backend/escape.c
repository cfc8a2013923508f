#include <dossier/base/text.h>

#include "filter.h"

static bool escape_percent(struct str text, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";

	for (uint32_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			     c == '-' || c == '.' || c == '_' || c == '~';

		if (plain) {
			buf_addc(out, (char)c);
			continue;
		}
		char code[3] = { '%', hex[c >> 4], hex[c & 15] };
		buf_add(out, code, sizeof(code));
	}
	return true;
}

static bool escape_header(struct str text, struct buf *out, struct err *err)
{
	for (uint32_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return err_set(err, ERR_REFUSED, "a control character cannot stand in a header");
	}
	return buf_addstr(out, text);
}

static bool escape_json(struct str text, struct buf *out)
{
	struct buf quoted;

	buf_init(&quoted, FILTER_MOST);
	text_json(&quoted, text);
	bool ok = quoted.len >= 2 && !quoted.full && buf_add(out, quoted.data + 1, quoted.len - 2);
	buf_release(&quoted);
	return ok;
}

bool template_escape(enum template_place place, struct str text, struct buf *out, struct err *err)
{
	bool ok = false;

	switch (place) {
	case TEMPLATE_PLAIN:
		ok = buf_addstr(out, text);
		break;
	case TEMPLATE_PATH:
	case TEMPLATE_QUERY:
	case TEMPLATE_FORM:
		ok = escape_percent(text, out);
		break;
	case TEMPLATE_HEADER:
		if (!escape_header(text, out, err))
			return false;
		ok = true;
		break;
	case TEMPLATE_JSON:
		ok = escape_json(text, out);
		break;
	}
	return (ok && !out->full) || err_set(err, ERR_LIMIT, "the text is too long");
}
