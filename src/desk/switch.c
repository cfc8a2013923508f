#include <dossier/desk/switch.h>

#include <stdlib.h>

#include <dossier/base/hash.h>
#include <dossier/base/mem.h>

#define ROUNDS 60000            /* some 30 ms: a key may wait for them */
#define ROUNDS_MOST 1000000
#define SALT 16
#define KIND "pbkdf2-sha256$"

static void put_hex(char *out, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Exactly n bytes, then what ends them. */
static bool take_hex(const char **at, unsigned char *out, size_t n, char end)
{
	for (size_t i = 0; i < n; i++) {
		int high = digit((*at)[0]), low = high < 0 ? -1 : digit((*at)[1]);

		if (low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
		*at += 2;
	}
	return *(*at)++ == end;
}

struct parts { unsigned rounds; unsigned char salt[SALT], hash[32]; };

static bool take_apart(struct str text, struct parts *parts)
{
	char copy[SWITCH_HASH], *end;
	const char *at = copy + strlen(KIND);
	unsigned long rounds;

	if (text.n >= sizeof(copy) || !str_starts(text, KIND))
		return false;
	snprintf(copy, sizeof(copy), "%.*s", STR_ARG(text));
	rounds = strtoul(at, &end, 10);
	if (end == at || *end != '$' || rounds < 1000 || rounds > ROUNDS_MOST)
		return false;
	parts->rounds = (unsigned)rounds;
	at = end + 1;
	return take_hex(&at, parts->salt, SALT, '$') && take_hex(&at, parts->hash, 32, '\0');
}

void switch_hash(const struct clock *clock, struct str pin, char out[SWITCH_HASH])
{
	unsigned char salt[SALT], hash[32];
	char salt_hex[2 * SALT + 1], hash_hex[65];

	clock->random(clock->arg, salt, sizeof(salt));
	hash_pbkdf2(pin, str_make((const char *)salt, sizeof(salt)), ROUNDS, hash);
	put_hex(salt_hex, salt, sizeof(salt));
	put_hex(hash_hex, hash, sizeof(hash));
	snprintf(out, SWITCH_HASH, KIND "%d$%s$%s", ROUNDS, salt_hex, hash_hex);
}

bool switch_is_hash(struct str text)
{
	struct parts parts;

	return take_apart(text, &parts);
}

/* As long for what is wrong at once as for what is wrong at the end. */
static bool same(const unsigned char *a, const unsigned char *b, size_t n)
{
	unsigned char differ = 0;

	for (size_t i = 0; i < n; i++)
		differ |= a[i] ^ b[i];
	return !differ;
}

bool switch_pin_right(struct str text, struct str pin)
{
	unsigned char hash[32];
	struct parts parts;

	if (!pin.n || pin.n > SWITCH_PIN_MOST || !take_apart(text, &parts))
		return false;
	hash_pbkdf2(pin, str_make((const char *)parts.salt, SALT), parts.rounds, hash);
	return same(hash, parts.hash, sizeof(hash));
}

const struct house_agent *switch_badge(const struct house *house, struct str scanned)
{
	for (size_t i = 0; i < house->n_agents; i++)
		if (house->agents[i]->badge && scanned.n && str_is(scanned, house->agents[i]->badge))
			return house->agents[i];
	return NULL;
}

const struct house_agent *switch_agent(const struct house *house, struct str id)
{
	for (size_t i = 0; i < house->n_agents; i++)
		if ((house->agents[i]->pin || house->agents[i]->badge) && str_is(id, house->agents[i]->id))
			return house->agents[i];
	return NULL;
}

bool switch_allowed(const struct house *house, bool shell, struct err *err)
{
	const char *where = house->session.takes_over ? house->session.takes_over : "anywhere";

	if (strcmp(where, "anywhere") == 0 || (!shell && strcmp(where, "workstation") == 0))
		return true;
	return err_set(err, ERR_REFUSED, "the house lets another agent take over %s (session: switch)", shell && strcmp(where, "workstation") == 0 ? "in a workstation only" : "nowhere");
}
