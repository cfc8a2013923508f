/* Arbitrary text as what an agent typed and as what a backend stored: identities, telephones, names. */
#include <dossier/base/text.h>
#include <dossier/model/who.h>

#include "fuzz.h"

static const char *const countries[] = { NULL, "GB", "DE", "PT", "US", "IT", "XX" };
static const char *const forms[] = { "e164", "national", "digits", "last:7", "spread:%" };

/* What was made prints, and what was printed is read as the same. */
static void check_identity(struct arena *arena, const struct identity *id, const char *country)
{
	struct identity again;
	struct buf out;

	FUZZ_CHECK(id->type < ID_TYPE_COUNT && id->value.n);
	FUZZ_CHECK(identity_same(id, id) && identity_class(id->type) <= ID_REFERENCE);
	buf_init(&out, 1 << 16);
	identity_print(id, &out);
	FUZZ_CHECK(out.len);
	/* bare digits are read anew, in the house's country */
	if (!out.full && (id->type != ID_TYPE_TEL || id->value.p[0] == '+') &&
	    identity_parse(arena, buf_str(&out), country, &again, NULL))
		FUZZ_CHECK(identity_same(id, &again));
	buf_release(&out);
}

static void make_all(struct arena *arena, struct str text, const char *country)
{
	for (int type = 0; type < ID_TYPE_COUNT; type++) {
		struct identity id;
		struct err err = { 0 };

		if (identity_make(arena, (enum id_type)type, STR("shop"), text, country, &id, &err))
			check_identity(arena, &id, country);
		else
			FUZZ_CHECK(err.code != ERR_NONE && err.text[0]);
	}
}

static void read_phone(struct str text, const char *country)
{
	struct phone phone;
	struct buf out;

	if (!phone_parse(text, country, &phone))
		return;
	FUZZ_CHECK(phone_same(&phone, &phone));
	FUZZ_CHECK(strlen(phone.digits) <= 23 && strspn(phone.digits, "0123456789") == strlen(phone.digits));
	FUZZ_CHECK(!phone.e164[0] || (phone.e164[0] == '+' && strlen(phone.e164) <= 16));
	buf_init(&out, 256);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		FUZZ_CHECK(phone_form(&phone, str_of(forms[i]), &out));
	phone_form(&phone, text, &out);
	buf_release(&out);
}

static void compare_names(struct str a, struct str b)
{
	FUZZ_CHECK(name_agrees(a, b) == name_agrees(b, a));
	FUZZ_CHECK(name_agrees(a, a));
	FUZZ_CHECK(names_conflict(&a, 1, &b, 1) == !name_agrees(a, b));
	name_is_empty(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str copy = fuzz_copy(data, n), in = copy;
	const char *country = countries[fuzz_byte(&in) % (sizeof(countries) / sizeof(*countries))];
	struct arena *arena = arena_new();
	struct who_rules rules = { .country = country };
	struct err err = { 0 };
	struct who who;
	struct str first;

	if (who_parse(arena, in, &rules, &who, &err)) {
		FUZZ_CHECK(who.n >= 1 && who.n <= WHO_READINGS);
		for (size_t i = 0; i < who.n; i++) {
			check_identity(arena, &who.items[i].id, country);
			FUZZ_CHECK(who.items[i].n_narrow <= 4);
			identity_matches(&who.items[i].id, in, country);
		}
	} else {
		FUZZ_CHECK(err.code != ERR_NONE);
	}
	make_all(arena, in, country);
	read_phone(in, country);
	first = fuzz_until(&in, '\n');
	compare_names(first, in);
	arena_free(arena);
	fuzz_drop(copy);
	return 0;
}
