#include <dossier/model/scan.h>

#include <ctype.h>

#include <dossier/base/mem.h>

#define CODE_SURE 12            /* digits: an eighth of shorter numbers have a right check digit by chance */
#define GTIN 14

/* What scanners tell of the code itself is no part of it: "]C1", and the separators of GS1. */
static struct str bare(struct arena *arena, struct str text)
{
	char *copy;
	uint32_t n = 0;

	text = str_trim(text);
	if (text.n > 3 && text.p[0] == ']' && isalpha((unsigned char)text.p[1]) && isdigit((unsigned char)text.p[2]))
		text = str_make(text.p + 3, text.n - 3);
	copy = arena_alloc(arena, text.n + 1);
	for (uint32_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x20 && text.p[i] != 0x7F)
			copy[n++] = text.p[i];
	copy[n] = '\0';
	return str_trim(str_make(copy, n));
}

static bool all_digits(struct str text)
{
	for (uint32_t i = 0; i < text.n; i++)
		if (!isdigit((unsigned char)text.p[i]))
			return false;
	return text.n > 0;
}

/* "01" and a GTIN, and then what is on this very package: batch, date, weight. */
static struct str gtin_of(struct str text)
{
	if (text.n > GTIN + 2 && text.p[0] == '0' && text.p[1] == '1' && all_digits(str_make(text.p, GTIN + 2)))
		return str_make(text.p + 2, GTIN);
	return text;
}

static bool reads(struct arena *arena, struct str text, const struct who_rules *rules, struct who *out)
{
	struct err err = { 0 };

	return who_parse(arena, text, rules, out, &err);
}

/* Digits alone are a telephone's where they begin as one. */
static bool may_be_tel(struct str text)
{
	return text.p[0] == '0' || text.p[0] == '+';
}

static void read_item(struct arena *arena, struct str text, const struct who_rules *rules, struct scan *out)
{
	struct str gtin = gtin_of(text);
	struct who who;

	if (!all_digits(gtin) || !reads(arena, gtin, rules, &who))
		return;
	for (size_t i = 0; i < who.n; i++)
		if (who.items[i].id.type == ID_TYPE_ITEM)
			out->item = who.items[i].id.value;
}

void scan_read(struct arena *arena, struct str text, const struct who_rules *rules, enum scan_how how, struct scan *out)
{
	struct who who;
	bool house = false, tel = false;

	*out = (struct scan){ 0 };
	text = bare(arena, text);
	if (!text.n)
		return;
	if (how != SCAN_TYPED || text.n >= CODE_SURE)
		read_item(arena, text, rules, out);
	if (reads(arena, text, rules, &who))
		for (size_t i = 0; i < who.n; i++) {
			house |= who.items[i].house;
			tel |= who.items[i].id.type == ID_TYPE_TEL && may_be_tel(text);
		}
	out->who_first = house;
	/* what has no other reading is looked up as it is; a number that people type may be an order's */
	if (!out->item.p || house || tel || how == SCAN_TYPED || (how == SCAN_FAST && text.n < CODE_SURE))
		out->who = text;
}
