#include <dossier/base/base64.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_put(struct buf *out, struct str bytes, uint32_t line)
{
	for (uint32_t i = 0; i < bytes.n; i += 3) {
		uint32_t left = bytes.n - i, word = 0;

		for (uint32_t k = 0; k < 3; k++)
			word = word << 8 | (k < left ? (unsigned char)bytes.p[i + k] : 0);
		for (uint32_t k = 0; k < 4; k++)
			buf_addc(out, k <= left ? alphabet[word >> (18 - 6 * k) & 63] : '=');
		if (line && (i / 3 + 1) % (line / 4) == 0)
			buf_addc(out, '\n');
	}
}

bool base64_get(struct str text, struct buf *out)
{
	uint32_t word = 0;
	int bits = 0;

	for (uint32_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		const char *at = c ? strchr(alphabet, c) : NULL;

		if (c && strchr("= \t\r\n", c))
			continue;
		if (!at)
			return false;
		word = word << 6 | (uint32_t)(at - alphabet);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_addc(out, (char)(word >> bits & 255));
		}
	}
	return !out->full;
}
