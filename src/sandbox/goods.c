#include "goods.h"

#include "chance.h"

const struct product products[] = {
	{ "Fenside Chino", "fenside-chino", "CHINO", "Cotton trousers with a little stretch", 4900, "30/30 30/32 32/30 32/32 34/32 36/32" },
	{ "Cragg Rain Jacket", "cragg-rain-jacket", "CRAGG", "Waterproof, packs into its own pocket", 11900, "S M L XL" },
	{ "Larkview 27 Monitor", "larkview-27-monitor", "LV27", "27 inch display with a stand", 22900, "One_size" },
	{ "Larkfield Plus, monthly", "larkfield-plus", "PLUS", "Free delivery and repairs, billed each month", 799, "One_size" },
	{ "Moorland Boot", "moorland-boot", "MOOR", "Leather walking boot", 13500, "38 39 40 41 42 43 44" },
	{ "Wharf Merino Jumper", "wharf-merino-jumper", "WHARF", "Fine merino, crew neck", 6500, "S M L XL" },
	{ "Sundial Kettle 1.7 l", "sundial-kettle", "SUN17", "Electric kettle", 3999, "Cream Graphite" },
	{ "Tarn Bottle 0.75 l", "tarn-bottle", "TARN", "Steel bottle", 1749, "Blue Green Steel" },
	{ "Halyard Rucksack 28 l", "halyard-rucksack", "HAL28", "Day rucksack", 7400, "Black Ochre" },
	{ "Beacon Head Torch", "beacon-head-torch", "BEAC", "Rechargeable, 400 lumens", 2999, "One_size" },
	{ "Quarry Duvet", "quarry-duvet", "QUAR", "All seasons", 8900, "Single Double King" },
	{ "Lowland Wireless Headphones", "lowland-headphones", "LOWL", "Over-ear, 30 hours", 9900, "Black White" },
	{ "Pilot Desk Lamp", "pilot-desk-lamp", "PILOT", "Dimmable", 4500, "Brass White" },
	{ "Harbour Linen Shirt", "harbour-linen-shirt", "HARB", "Washed linen", 5200, "S M L XL" },
	{ "Gift card", "gift-card", "GIFT", "For any amount", 2500, "One_size" },
};
const size_t products_n = sizeof(products) / sizeof(*products);

const struct site sites[] = {
	{ "WEB", "Online warehouse Daventry", "Royal Oak Way 4", "Daventry", "NN11 8QY", "+44 1632 960100", false },
	{ "LDS01", "Larkfield Leeds Briggate", "Briggate 31", "Leeds", "LS1 6HD", "+44 113 496 0110", true },
	{ "BRS01", "Larkfield Bristol Broadmead", "Broadmead 12", "Bristol", "BS1 3DH", "+44 117 496 0120", true },
	{ "EDI01", "Larkfield Edinburgh George Street", "George Street 88", "Edinburgh", "EH2 3BU", "+44 131 496 0130", true },
	{ "CDF01", "Larkfield Cardiff Queen Street", "Queen Street 7", "Cardiff", "CF10 2AF", "+44 29 2018 0140", true },
};
const size_t sites_n = sizeof(sites) / sizeof(*sites);

const struct colleague colleagues[] = {
	{ "Maya", "Ellison", "maya.ellison@larkfield.example.com" },
	{ "Tom", "Okonkwo", "tom.okonkwo@larkfield.example.com" },
	{ "Rhiannon", "Pugh", "rhiannon.pugh@larkfield.example.com" },
	{ "Dev", "Chaudhry", "dev.chaudhry@larkfield.example.com" },
	{ "Sorcha", "Brennan", "sorcha.brennan@larkfield.example.com" },
	{ "Piotr", "Zielinski", "piotr.zielinski@larkfield.example.com" },
	{ "Hannah", "Ostrow", "hannah.ostrow@larkfield.example.com" },
	{ "Kofi", "Amankwah", "kofi.amankwah@larkfield.example.com" },
};
const size_t colleagues_n = sizeof(colleagues) / sizeof(*colleagues);

const char *const return_reasons[][2] = {
	{ "too_small", "Too small" }, { "too_large", "Too large" }, { "damaged", "Arrived damaged" },
	{ "wrong_item", "Wrong item sent" }, { "not_as_described", "Not as described" }, { "changed_mind", "Changed my mind" },
};
const size_t return_reasons_n = sizeof(return_reasons) / sizeof(*return_reasons);

const char *const refund_reasons[][2] = {
	{ "shipping_issue", "Shipping issue" }, { "pricing_error", "Pricing error" }, { "goodwill", "Customer goodwill" },
};
const size_t refund_reasons_n = sizeof(refund_reasons) / sizeof(*refund_reasons);

size_t good_variants(size_t product)
{
	size_t n = 1;

	for (const char *p = products[product].variants; *p; p++)
		n += *p == ' ';
	return n;
}

void good_variant(struct good good, char out[32])
{
	const char *p = products[good.product].variants;
	size_t n;

	for (unsigned i = 0; i < good.variant && strchr(p, ' '); i++)
		p = strchr(p, ' ') + 1;
	n = strcspn(p, " ");
	snprintf(out, 32, "%.*s", (int)n, p);
	for (char *c = out; *c; c++)
		if (*c == '_')
			*c = ' ';
}

void good_sku(struct good good, char out[32])
{
	char variant[32], *to;

	good_variant(good, variant);
	snprintf(out, 32, "%s-", products[good.product].code);
	to = out + strlen(out);
	for (const char *c = variant; *c && to < out + 31; c++)
		if (isalnum((unsigned char)*c))
			*to++ = (char)toupper((unsigned char)*c);
	*to = '\0';
}

void good_ean(struct good good, char out[16])
{
	int sum = 0;

	snprintf(out, 16, "20047%03u%04u", (unsigned)good.product, (unsigned)good.variant * 10 + 3);
	for (int i = 0; i < 12; i++)
		sum += (out[i] - '0') * (i & 1 ? 3 : 1);
	out[12] = (char)('0' + (10 - sum % 10) % 10);
	out[13] = '\0';
}

bool good_by_sku(const char *sku, struct good *out)
{
	for (size_t p = 0; p < products_n; p++)
		for (size_t v = 0; v < good_variants(p); v++) {
			struct good good = { (uint8_t)p, (uint8_t)v };
			char text[32];

			good_sku(good, text);
			if (strcasecmp(text, sku) == 0) {
				*out = good;
				return true;
			}
		}
	return false;
}

bool good_stock(uint64_t seed, struct good good, size_t site, int *stocked, int *reserved)
{
	struct chance chance = chance_start(seed, good.product * 64u + good.variant, 0x570c + (uint32_t)site);

	if (good.product == PRODUCT_PLAN)
		return false;
	/* the display piece: one there, and it is not for sale */
	if (good.product == PRODUCT_MONITOR && site == 1) {
		*stocked = *reserved = 1;
		return true;
	}
	if (site > 0 && chance_percent(&chance, 20))
		return false;
	*stocked = (int)chance_below(&chance, site == 0 ? 200 : 9);
	*reserved = *stocked ? (int)chance_below(&chance, (unsigned)*stocked / 2 + 1) : 0;
	return true;
}

int good_counted(uint64_t seed, struct good good, size_t site, int booked)
{
	struct chance chance = chance_start(seed, good.product * 64u + good.variant, 0xc0de + (uint32_t)site);

	if (booked <= 0 || !chance_percent(&chance, 30))
		return booked;
	return (int)chance_below(&chance, (unsigned)booked);
}
