#include "words.h"

#include <libintl.h>
#include <strings.h>

#include <dossier/base/text.h>
#include <dossier/model/cases.h>

static const char *const kinds[KIND_COUNT] = {
	[KIND_OTHER] = "other", [KIND_CALL] = "call", [KIND_VISIT] = "visit", [KIND_SOCIAL] = "social", [KIND_CHAT] = "chat",
	[KIND_EMAIL] = "email", [KIND_MESSAGE] = "text", [KIND_WEB] = "web", [KIND_SELFSERVICE] = "self", [KIND_ORDER] = "order",
	[KIND_RETURN] = "return", [KIND_DELIVERY] = "deliv.", [KIND_PICKUP] = "pickup", [KIND_APPOINTMENT] = "appt",
	[KIND_PAYMENT] = "paymt", [KIND_TICKET] = "ticket", [KIND_SURVEY] = "survey", [KIND_NOTE] = "note", [KIND_CONTACT] = "dealt",
};

const char *words_kind(enum kind kind)
{
	return kinds[kind];
}

int words_kind_element(enum kind kind)
{
	return EL_KIND_OTHER + (int)kind;
}

const char *words_sign(const char *currency)
{
	static const struct { const char *code, *sign; } signs[] = { { "GBP", "£" }, { "EUR", "€" }, { "USD", "$" }, { "JPY", "¥" } };

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (strcmp(currency, signs[i].code) == 0)
			return signs[i].sign;
	return "";
}

void words_money(struct money money, struct buf *out)
{
	const char *sign = words_sign(money.currency);
	char text[40];
	size_t n;

	money_print(money, text);
	n = strlen(text);
	if (*sign && n >= 5)
		buf_printf(out, "%s%s%.*s", text[0] == '-' ? "-" : "", sign, (int)(n - 4) - (text[0] == '-'), text + (text[0] == '-'));
	else
		buf_adds(out, text);
}

void words_when(const struct ui *ui, int64_t at, struct buf *out)
{
	const struct zone *zone = ui_zone(ui);
	char text[40];

	if (at == WHEN_NONE) {
		buf_adds(out, "no time");
		return;
	}
	when_short(at, ui_now(ui), zone, text);
	/* Days stand one below the other. Of another year the day is enough: "20 Nov 2025". */
	if (text[1] == ' ')
		buf_addc(out, ' ');
	buf_printf(out, "%.*s", (int)(strlen(text) > 12 ? 11 - (text[1] == ' ') : 12), text);
}

void words_span(int64_t ms, struct buf *out)
{
	if (ms < 60 * 1000)
		buf_printf(out, gettext("%d s"), (int)(ms / 1000));
	else
		buf_printf(out, gettext("%lld min"), (long long)((ms + 30 * 1000) / (60 * 1000)));
}

void words_source(struct str backend, struct buf *out)
{
	if (str_is(backend, CASES_BACKEND))
		buf_adds(out, "notes");
	else
		buf_addstr(out, backend);
}

void words_line(const struct line *line, struct buf *out)
{
	buf_addstr(out, line->quantity);
	buf_adds(out, line->quantity.n ? " × " : "");
	buf_addstr(out, line->title);
	if (line->sku.n)
		buf_printf(out, line->title.n ? " (%.*s)" : "%.*s", STR_ARG(line->sku));
	if (line->amount.currency[0]) {
		buf_adds(out, "  ");
		words_money(line->amount, out);
	}
}

/* A call without words: who was on the other side, and for how long. */
static void wordless(const struct interaction *it, struct buf *out)
{
	buf_addstr(out, it->number);
	if (it->until == WHEN_NONE || it->at == WHEN_NONE || it->until <= it->at)
		return;
	if (it->number.n)
		buf_adds(out, ", ");
	words_span(it->until - it->at, out);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* A system's own words often name the step already: "Order 1426 delivered". */
static bool says(struct str text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.n; i++)
		if (strncasecmp(text.p + i, word, n) == 0 && (i == 0 || !is_letter(text.p[i - 1])) && (i + n == text.n || !is_letter(text.p[i + n])))
			return true;
	return false;
}

void words_title(const struct interaction *it, struct buf *out)
{
	size_t before = out->len;

	if (it->title.n)
		buf_addstr(out, it->title);
	else if (it->text.n)
		buf_addstr(out, it->text);
	else
		wordless(it, out);
	if (it->n_lines && it->lines[0].title.n) {
		buf_adds(out, out->len > before ? ": " : "");
		buf_addstr(out, it->lines[0].title);
		if (it->n_lines > 1)
			buf_printf(out, gettext(" and %u more"), it->n_lines - 1);
	}
	if (it->amount.currency[0]) {
		buf_addc(out, ' ');
		words_money(it->amount, out);
	}
	if (it->step != STEP_NONE && !says(it->title, step_word(it->step)))
		buf_printf(out, ", %s", step_word(it->step));
}
