/* Arbitrary amounts in arbitrary and in real currencies; decimals with any number of places. */
#include <dossier/base/money.h>

#include "../../src/base/decimal.h"
#include "fuzz.h"

static void check_amount(struct str text, struct str currency)
{
	struct money money, again;
	struct err err = { 0 };
	char out[40];

	if (!money_parse_major(text, currency, &money, &err)) {
		FUZZ_CHECK(err.code == ERR_SHAPE || err.code == ERR_LIMIT);
	} else {
		money_decimal(money, out);
		FUZZ_CHECK(strlen(out) < 32 && money_parse_major(str_of(out), currency, &again, &err));
		FUZZ_CHECK(again.minor == money.minor && !strcmp(again.currency, money.currency));
		money_print(money, out);
	}
	money_parse_minor(text, currency, &money, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const currencies[] = { "EUR", "jpy", "KWD", "CLF", " gbp " };
	struct str copy = fuzz_copy(data, n), in = copy, first;
	int64_t down, near;

	for (size_t i = 0; i < sizeof(currencies) / sizeof(*currencies); i++)
		check_amount(in, str_of(currencies[i]));
	for (int places = 0; places <= 6; places++)
		if (decimal_scaled(in, places, true, &down) == DECIMAL_OK && decimal_scaled(in, places, false, &near) == DECIMAL_OK)
			FUZZ_CHECK(near >= down && near - down <= 1);
	first = fuzz_until(&in, '\n');
	check_amount(first, in);
	fuzz_drop(copy);
	return 0;
}
