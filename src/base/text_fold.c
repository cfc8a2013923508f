/*
 * Words as they compare: normal form, case folding, and without marks.
 */
#include <dossier/base/text.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include <dossier/base/mem.h>

static bool is_ascii(struct str text)
{
	unsigned char high = 0;

	for (uint32_t i = 0; i < text.n; i++)
		high |= (unsigned char)text.p[i];
	return high < 0x80;
}

/* The library refuses broken text: it gets a mended copy. */
static struct str mended(struct str text, struct buf *tmp)
{
	size_t at, len;
	bool ok;

	buf_init(tmp, UINT32_MAX);
	if (text_is_utf8(text))
		return text;
	for (at = 0; at < text.n; at += len)
		text_put(tmp, text_next(text, at, &len, &ok));
	return buf_str(tmp);
}

static void normalized(struct buf *out, struct str text, uninorm_t form)
{
	struct buf tmp;
	struct str whole = mended(text, &tmp);
	uint8_t *made;
	size_t n;

	made = u8_normalize(form, (const uint8_t *)whole.p, whole.n, NULL, &n);
	if (made)
		buf_add(out, made, n);
	free(made);
	buf_release(&tmp);
}

void text_nfc(struct buf *out, struct str text)
{
	if (text.n == 0)
		return;
	if (is_ascii(text))
		buf_addstr(out, text);
	else
		normalized(out, text, UNINORM_NFC);
}

static void fold_ascii(struct buf *out, struct str text)
{
	char *to = buf_space(out, text.n);

	if (!to)
		return;
	for (uint32_t i = 0; i < text.n; i++)
		to[i] = (char)(text.p[i] + ((unsigned char)(text.p[i] - 'A') < 26 ? 32 : 0));
	to[text.n] = '\0';
	out->len += text.n;
}

void text_fold(struct buf *out, struct str text)
{
	struct buf nfc, tmp;
	struct str whole;
	uint8_t *made;
	size_t n;

	if (text.n == 0)
		return;
	if (is_ascii(text)) {
		fold_ascii(out, text);
		return;
	}
	buf_init(&nfc, UINT32_MAX);
	whole = mended(text, &tmp);
	text_nfc(&nfc, whole);
	made = u8_casefold((const uint8_t *)nfc.data, nfc.len, NULL, UNINORM_NFC, NULL, &n);
	if (made)
		buf_add(out, made, n);
	free(made);
	buf_release(&nfc);
	buf_release(&tmp);
}

/* What separates words once it is folded plain. */
static bool is_gap(uint32_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_P | UC_CATEGORY_MASK_S |
						UC_CATEGORY_MASK_Z | UC_CATEGORY_MASK_Cc);
}

void text_fold_plain(struct buf *out, struct str text)
{
	struct buf folded, apart, plain;
	bool gap = false, any = false, ok;
	struct str rest;
	size_t at, len;
	uint32_t c;

	if (text.n == 0)
		return;
	buf_init(&folded, UINT32_MAX);
	buf_init(&apart, UINT32_MAX);
	buf_init(&plain, UINT32_MAX);
	text_fold(&folded, text);
	normalized(&apart, buf_str(&folded), UNINORM_NFD);
	rest = buf_str(&apart);
	for (at = 0; at < rest.n; at += len) {
		c = text_next(rest, at, &len, &ok);
		if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Cf))
			continue;
		if (is_gap(c)) {
			gap = any;
			continue;
		}
		if (gap)
			buf_addc(&plain, ' ');
		text_put(&plain, c);
		gap = false;
		any = true;
	}
	text_nfc(out, buf_str(&plain));
	buf_release(&plain);
	buf_release(&apart);
	buf_release(&folded);
}

bool text_contains_fold(struct str text, struct str needle)
{
	struct buf folded;
	bool found;

	if (needle.n == 0)
		return true;
	if (text.n == 0)
		return false;
	buf_init(&folded, UINT32_MAX);
	text_fold(&folded, text);
	found = folded.len >= needle.n && memmem(folded.data, folded.len, needle.p, needle.n);
	buf_release(&folded);
	return found;
}
