#include <dossier/base/money.h>

#include <string.h>

#include "decimal.h"

/*
 * Source: ISO 4217, list one (current currencies and funds). Those with two
 * digits are by far the most; metals and the like have none at all.
 */
static const char two_digits[] =
	"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
	"CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP "
	"GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT "
	"LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK "
	"NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN "
	"SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR "
	"ZMW ZWG ZWL ";
static const char no_digits[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
static const char three_digits[] = "BHD IQD JOD KWD LYD OMR TND ";
static const char four_digits[] = "CLF UYW ";

static bool in_list(const char *list, const char *code)
{
	for (; *list; list += 4)
		if (memcmp(list, code, 3) == 0)
			return true;
	return false;
}

static bool read_code(struct str currency, char code[4])
{
	int i;

	currency = str_trim(currency);
	if (currency.n != 3)
		return false;
	for (i = 0; i < 3; i++) {
		code[i] = currency.p[i];
		if (code[i] >= 'a' && code[i] <= 'z')
			code[i] = (char)(code[i] - 32);
		if (code[i] < 'A' || code[i] > 'Z')
			return false;
	}
	code[3] = '\0';
	return true;
}

int money_exponent(struct str currency)
{
	char code[4];

	if (!read_code(currency, code))
		return -1;
	if (in_list(two_digits, code))
		return 2;
	if (in_list(no_digits, code))
		return 0;
	if (in_list(three_digits, code))
		return 3;
	return in_list(four_digits, code) ? 4 : -1;
}

static bool parse(struct str text, struct str currency, bool major, struct money *out, struct err *err)
{
	int exponent = money_exponent(currency);
	int shown = (int)(text.n < 60 ? text.n : 60);

	memset(out, 0, sizeof(*out));
	if (exponent < 0)
		return err_set(err, ERR_SHAPE, "\"%.*s\" is not a currency of ISO 4217, such as EUR",
			       (int)(currency.n < 20 ? currency.n : 20), currency.p ? currency.p : "");
	switch (decimal_scaled(str_trim(text), major ? exponent : 0, false, &out->minor)) {
	case DECIMAL_OK:
		break;
	case DECIMAL_SYNTAX:
		return err_set(err, ERR_SHAPE, "\"%.*s\" is not an amount, such as 1234.50", shown, text.p ? text.p : "");
	case DECIMAL_RANGE:
		return err_set(err, ERR_LIMIT, "\"%.*s\" is too large an amount", shown, text.p ? text.p : "");
	}
	read_code(currency, out->currency);
	return true;
}

bool money_parse_major(struct str text, struct str currency, struct money *out, struct err *err)
{
	return parse(text, currency, true, out, err);
}

bool money_parse_minor(struct str text, struct str currency, struct money *out, struct err *err)
{
	return parse(text, currency, false, out, err);
}

void money_decimal(struct money money, char out[32])
{
	int exponent = money_exponent(str_of(money.currency)), i;
	uint64_t whole = money.minor < 0 ? 0 - (uint64_t)money.minor : (uint64_t)money.minor;
	char fraction[8] = "";

	out[0] = '\0';
	if (!money.currency[0])
		return;
	for (i = exponent; i > 0; i--, whole /= 10)
		fraction[i] = (char)('0' + whole % 10);
	if (exponent > 0)
		fraction[0] = '.';
	snprintf(out, 32, "%s%llu%s", money.minor < 0 ? "-" : "", (unsigned long long)whole, fraction);
}

void money_print(struct money money, char out[40])
{
	char amount[32];

	money_decimal(money, amount);
	snprintf(out, 40, "%s%s%.3s", amount, money.currency[0] ? " " : "", money.currency);
}
