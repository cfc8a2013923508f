#include <dossier/model/case_code.h>

#include "entry_inner.h"

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static unsigned digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

bool case_code(struct str id, char out[CASE_CODE_LETTERS + 1])
{
	uint64_t bits = 0;

	out[0] = '\0';
	if (!uuid_text(id))
		return false;
	for (uint32_t i = id.n - 10; i < id.n; i++)
		bits = bits << 4 | digit(id.p[i]);
	for (int i = CASE_CODE_LETTERS - 1; i >= 0; i--, bits >>= 5)
		out[i] = letters[bits & 31];
	out[CASE_CODE_LETTERS] = '\0';
	return true;
}

bool case_code_read(struct str typed, char out[CASE_CODE_LETTERS + 1])
{
	size_t n = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < typed.n; i++) {
		char c = typed.p[i] >= 'a' && typed.p[i] <= 'z' ? (char)(typed.p[i] - 'a' + 'A') : typed.p[i];

		if (c == '-')
			continue;
		c = c == 'I' || c == 'L' ? '1' : c == 'O' ? '0' : c;
		if (!c || !strchr(letters, c) || n == CASE_CODE_LETTERS) {
			out[0] = '\0';
			return false;
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0;
}
