#include "crowd.h"

#include "hostile.h"
#include "names.h"
#include "story.h"

enum { TAG_FLAGS = 1, TAG_NAME, TAG_EMAIL, TAG_HOME, TAG_TELEPHONE, TAG_SINCE };

/*
 * Mistakes stand at fixed places of every forty customers, so that a small
 * crowd has each of them too.
 */
static unsigned mistakes(uint32_t place)
{
	switch (place) {
	case 3: case 17: case 29: return IN_SHOP | GUEST;
	case 5: case 26: return IN_SHOP | IN_TILL | TYPO;
	case 8: case 14: return IN_SHOP | CALLS | SHARES;
	case 9: case 15: return IN_TILL | CALLS | HOUSEHOLD;
	case 21: return IN_SHOP | GAVE_UP;
	case 22: return IN_TILL | IN_CHAT | RECYCLED;
	case 11: case 30: return IN_SHOP | TWICE;
	case 37: return IN_SHOP | IN_CHAT | IN_SOCIAL | HOSTILE;
	default: return 0;
	}
}

unsigned crowd_flags(uint64_t seed, uint32_t index)
{
	struct chance chance = chance_start(seed, index, TAG_FLAGS);
	unsigned flags = mistakes((index - STORY_PEOPLE) % 40);

	if (flags & GAVE_UP)
		return flags;
	if (chance_percent(&chance, 78) && !(flags & RECYCLED))
		flags |= IN_SHOP;
	if (chance_percent(&chance, 55))
		flags |= IN_TILL;
	if (chance_percent(&chance, 38))
		flags |= IN_CHAT;
	if (chance_percent(&chance, 30))
		flags |= IN_SOCIAL;
	if (chance_percent(&chance, 60))
		flags |= CALLS;
	if (!(flags & (IN_SHOP | IN_TILL | IN_CHAT)))
		flags |= IN_SHOP;
	return flags;
}

static const struct naming *naming_of(struct chance *chance)
{
	unsigned all = 0, pick;

	for (size_t i = 0; i < namings_n; i++)
		all += namings[i].weight;
	pick = chance_below(chance, all);
	for (size_t i = 0; ; i++) {
		if (pick < namings[i].weight)
			return &namings[i];
		pick -= namings[i].weight;
	}
}

static void name(uint64_t seed, uint32_t index, struct person *out)
{
	bool household = crowd_flags(seed, index) & HOUSEHOLD;
	struct chance chance = chance_start(seed, household ? index - 1 : index, TAG_NAME);
	const struct naming *naming = naming_of(&chance);
	unsigned last = chance_below(&chance, 12), first = chance_below(&chance, 12);

	if (household)
		first = (first + 5) % 12;
	snprintf(out->first, sizeof(out->first), "%s", naming->first[first].own);
	snprintf(out->last, sizeof(out->last), "%s", naming->last[last].own);
	snprintf(out->plain, sizeof(out->plain), "%s %s", naming->first[first].plain, naming->last[last].plain);
}

static void email(uint64_t seed, const struct person *person, char *out, size_t size)
{
	static const char *const hosts[] = {
		"example.com", "example.org", "example.net", "mail.example.com", "post.example.org", "inbox.example.net",
	};
	struct chance chance = chance_start(seed, person->index, TAG_EMAIL);
	const char *host = hosts[chance_below(&chance, 6)];
	const char *space = strchr(person->plain, ' '), *last = space + 1;
	int first = (int)(space - person->plain);

	switch (chance_below(&chance, 5)) {
	case 0:
		snprintf(out, size, "%.*s.%s%u@%s", first, person->plain, last, person->index, host);
		break;
	case 1:
		snprintf(out, size, "%c%s%u@%s", person->plain[0], last, person->index, host);
		break;
	case 2:
		snprintf(out, size, "%s.%.*s%u@%s", last, first, person->plain, person->index, host);
		break;
	case 3:
		snprintf(out, size, "%.*s_%u+shop@%s", first, person->plain, person->index, host);
		break;
	default:
		snprintf(out, size, "%.*s%u@%s", first, person->plain, person->index, host);
	}
}

static const struct place { const char *city, *district, *dial; } british[] = {
	{ "Leeds", "LS", "113" }, { "Bristol", "BS", "117" }, { "Edinburgh", "EH", "131" }, { "Cardiff", "CF", "29" },
	{ "Glasgow", "G", "141" }, { "Liverpool", "L", "151" }, { "Manchester", "M", "161" }, { "Sheffield", "S", "114" },
	{ "Birmingham", "B", "121" }, { "London", "SE", "20" }, { "Newcastle upon Tyne", "NE", "191" },
};

static const struct land {
	const char *iso, *code, *trunk;
	unsigned percent;
	const char *cities[4];
	const char *area, *rest;        /* of mobiles; # is a digit that differs, and the areas are three characters each */
} lands[] = {
	{ "gb", "44", "0", 78, { NULL }, "7700", "900###" },
	{ "ie", "353", "0", 6, { "Dublin", "Cork", "Galway", "Sligo" }, "20", "91#####" },
	{ "de", "49", "0", 5, { "Köln", "Leipzig", "Würzburg", "Kiel" }, "171", "39#####" },
	{ "fr", "33", "0", 5, { "Nîmes", "Rennes", "Besançon", "Lille" }, "6", "3998####" },
	{ "us", "1", "", 6, { "Portland", "Austin", "Duluth", "Tucson" }, NULL, "55501##" },
};

static const char american_areas[] = "212213312415503512602617702713801904206303404505515608719808914917925216419";

static const struct land *land_of(struct chance *chance)
{
	unsigned pick = chance_below(chance, 100);
	size_t i = 0;

	while (pick >= lands[i].percent)
		pick -= lands[i++].percent;
	return &lands[i];
}

/* Puts a number into the # of a pattern: different numbers below its size give different texts. */
static void fill(const char *pattern, uint32_t number, char *out, size_t size)
{
	uint64_t room = 1;
	size_t n = strlen(pattern);

	for (const char *p = pattern; *p; p++)
		room *= *p == '#' ? 10 : 1;
	number = (uint32_t)(((uint64_t)number * 7919 + 137) % room);
	snprintf(out, size, "%s", pattern);
	for (size_t i = n; i-- > 0;)
		if (out[i] == '#') {
			out[i] = (char)('0' + number % 10);
			number /= 10;
		}
}

static void mobile(const struct land *land, uint32_t index, struct telephone *out)
{
	const char *rest = land->rest;

	out->code = land->code;
	out->trunk = land->trunk;
	if (land->area)
		snprintf(out->area, sizeof(out->area), "%s", land->area);
	else
		snprintf(out->area, sizeof(out->area), "%.3s", american_areas + index / 100 % (strlen(american_areas) / 3) * 3);
	/* the thousand numbers that are kept for fiction first */
	if (land == &lands[0] && index >= 1000)
		rest = index % 9 == 8 ? "98####" : index & 1 ? "9#####" : "96####";
	fill(rest, index, out->rest, sizeof(out->rest));
	if (!story_telephone(out->area, out->rest))
		return;
	/* another range that is kept for fiction */
	snprintf(out->area, sizeof(out->area), "1632");
	fill("960###", index, out->rest, sizeof(out->rest));
}

static void landline(const struct place *place, uint32_t index, struct telephone *out)
{
	bool eight = strlen(place->dial) == 2;

	out->code = "44";
	out->trunk = "0";
	snprintf(out->area, sizeof(out->area), "%s", place->dial);
	if (index < 5000)
		fill(strcmp(place->dial, "20") == 0 ? "79460###" : eight ? "20180###" : strcmp(place->dial, "191") == 0 ? "4980###" : "4960###",
		     index, out->rest, sizeof(out->rest));
	else
		fill(eight ? "79######" : "49#####", index, out->rest, sizeof(out->rest));
	if (story_telephone(out->area, out->rest))
		fill("4960999", 0, out->rest, sizeof(out->rest));
}

static void home(uint64_t seed, uint32_t index, struct person *out)
{
	static const char *const streets[] = {
		"Station Road", "Mill Lane", "Albert Terrace", "Chapel Street", "The Crescent", "Wharf Road", "Orchard Close",
		"Kirkgate", "Victoria Avenue", "Beech Grove", "Canal Side", "Upper High Street",
	};
	bool household = out->flags & HOUSEHOLD;
	uint32_t at = household ? index - 1 : index;
	struct chance chance = chance_start(seed, at, TAG_HOME);
	const struct land *land = out->flags & (HOUSEHOLD | SHARES) ? &lands[0] : land_of(&chance);
	unsigned house = 1 + chance_below(&chance, 180), street = chance_below(&chance, 12);

	out->country = land->iso;
	snprintf(out->street, sizeof(out->street), "%u %s", house, streets[street]);
	mobile(land, index, &out->mobile);
	if (land == &lands[0]) {
		const struct place *place = &british[chance_below(&chance, sizeof(british) / sizeof(*british))];

		out->city = place->city;
		snprintf(out->postcode, sizeof(out->postcode), "%s%u %u%c%c", place->district, 1 + chance_below(&chance, 18),
			 1 + chance_below(&chance, 9), "ABDEFGHJ"[chance_below(&chance, 8)], "LNPQRSTU"[chance_below(&chance, 8)]);
		if ((out->flags & (HOUSEHOLD | SHARES)) || chance_percent(&chance, 30))
			landline(place, at, &out->landline);
	} else {
		out->city = land->cities[chance_below(&chance, 4)];
		snprintf(out->postcode, sizeof(out->postcode), "%05u", 1000 + chance_below(&chance, 98000));
	}
}

/* The name as somebody enters it who wants to break the screen it is shown on; without NUL, for it becomes a C text. */
static void hostile_name(const struct person *person, char *out, size_t size)
{
	size_t n, len = strlen(out);
	const char *piece = hostile_piece(person->index, &n);

	for (size_t i = 0; i < n && len + 1 < size; i++)
		if (piece[i])
			out[len++] = piece[i];
	out[len] = '\0';
}

void crowd_person(uint64_t seed, int64_t now, uint32_t index, struct person *out)
{
	struct chance chance = chance_start(seed, index, TAG_SINCE);

	*out = (struct person){ .index = index, .flags = crowd_flags(seed, index) };
	name(seed, index, out);
	if (out->flags & RECYCLED) {
		struct person former = { .index = index - 1 };

		name(seed, index - 1, &former);
		email(seed, &former, out->email, sizeof(out->email));
	} else {
		email(seed, out, out->email, sizeof(out->email));
	}
	home(seed, index, out);
	out->since = now - (int64_t)(30 + chance_below(&chance, 1800)) * DAY - (int64_t)chance_below(&chance, 86400) * 1000;
	if (out->flags & IN_SOCIAL) {
		snprintf(out->handle, sizeof(out->handle), "%.36s%u", out->plain, index);
		for (char *c = out->handle; *c; c++)
			if (!isalnum((unsigned char)*c))
				*c = '_';
	}
	if ((out->flags & IN_SHOP) && !(out->flags & GUEST) && chance_percent(&chance, 50))
		snprintf(out->loyalty, sizeof(out->loyalty), "LF-%06u", 100000 + index);
	if (out->flags & HOSTILE)
		hostile_name(out, out->last, sizeof(out->last));
}
