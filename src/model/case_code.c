#include <dossier/model/cases.h>

#define BITS 5
#define SHORTEST 3

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void case_code(struct str id, char out[CASE_CODE + 1])
{
	uint64_t bits = 0;

	out[0] = '\0';
	if (id.n != 36)
		return;
	for (size_t i = id.n - CASE_CODE_DIGITS; i < id.n; i++) {
		int digit = hex_of(id.p[i]);

		if (digit < 0)
			return;
		bits = bits << 4 | (unsigned)digit;
	}
	for (size_t i = 0; i < CASE_CODE; i++)
		out[i] = letters[bits >> (BITS * (CASE_CODE - 1 - i)) & 31];
	out[CASE_CODE] = '\0';
}

static char letter_of(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	return c && strchr(letters, c) ? c : '\0';
}

bool case_code_read(struct str typed, char out[CASE_CODE + 1])
{
	if (typed.n < SHORTEST || typed.n > CASE_CODE)
		return false;
	for (size_t i = 0; i < typed.n; i++) {
		out[i] = letter_of(typed.p[i]);
		if (!out[i])
			return false;
	}
	out[typed.n] = '\0';
	return true;
}

bool case_code_digits(struct str typed, char out[CASE_CODE_DIGITS + 1])
{
	char code[CASE_CODE + 1];
	uint64_t bits = 0;

	if (typed.n != CASE_CODE || !case_code_read(typed, code))
		return false;
	for (size_t i = 0; i < CASE_CODE; i++)
		bits = bits << BITS | (uint64_t)(strchr(letters, code[i]) - letters);
	for (size_t i = CASE_CODE_DIGITS; i-- > 0; bits >>= 4)
		out[i] = "0123456789abcdef"[bits & 15];
	out[CASE_CODE_DIGITS] = '\0';
	return true;
}
