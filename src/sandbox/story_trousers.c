/*
 * The trousers: bought in a shop, so the web chat could not help; ordered
 * again on the web, brought back to another shop that does not take web
 * orders, exchanged in the end, and nobody ever asked how it went.
 */
#include "story.h"

#include <dossier/base/when.h>

static const char *const who[] = {
	"email:ingrid.solheim@example.org", "tel:+447700900862", "mastodon:@ingridsol@social.example.org", NULL,
};

static const struct story_step steps[] = {
	{ "timeline ingrid.solheim@example.org",
	  "A sale in Leeds, a chat, an order of the web, an exchange and a refund: three systems on one screen, in their order." },
	{ "timeline ingrid.solheim@example.org --kind chat",
	  "Why she ordered a second pair: web chat sees no receipts of shops, and the shop had not her length." },
	{ "timeline ingrid.solheim@example.org --kind return,payment",
	  "What became of both pairs, and how long the shop's took. Nobody ever asked her how it went." },
	{ "timeline mastodon:@ingridsol@social.example.org", "What she told everybody else." },
	{ "find '0113 496 0862'", "The household's landline, which she calls from too, finds Aksel: a telephone is not yet a person." },
	{ NULL, NULL },
};

static const struct story story = {
	"trousers",
	"Ingrid Solheim bought trousers in Leeds and wants another length. Web chat sees no shop receipts, the shop sees no web orders.",
	who, steps,
};

static void person(int64_t now, struct person *out)
{
	out->flags = IN_SHOP | IN_TILL | IN_CHAT | IN_SOCIAL | CALLS;
	snprintf(out->first, sizeof(out->first), "Ingrid");
	snprintf(out->last, sizeof(out->last), "Solheim");
	snprintf(out->plain, sizeof(out->plain), "ingrid solheim");
	snprintf(out->email, sizeof(out->email), "ingrid.solheim@example.org");
	out->mobile = (struct telephone){ "44", "0", "7700", "900862" };
	out->landline = (struct telephone){ "44", "0", "113", "4960862" };
	snprintf(out->street, sizeof(out->street), "Flat 2, 40 Cookridge Street");
	snprintf(out->postcode, sizeof(out->postcode), "LS2 3AW");
	out->city = "Leeds";
	out->country = "gb";
	snprintf(out->handle, sizeof(out->handle), "ingridsol");
	out->since = story_at(now, 433, 18, 2);
}

static size_t orders(int64_t now, struct order out[ORDERS_MOST])
{
	out[0] = (struct order){ .k = 0, .at = story_at(now, 19, 20, 41), .n = 1, .site = 0, .fate = FATE_EXCHANGED, .reason = 1 };
	out[0].lines[0] = (struct line){ { PRODUCT_CHINO, 3 }, 1, 4900 };
	out[0].packed = story_at(now, 18, 9, 30);
	out[0].shipped = story_at(now, 18, 17, 0);
	out[0].delivered = story_at(now, 16, 12, 14);
	out[0].asked_back = story_at(now, 12, 10, 22);
	out[0].received_back = story_at(now, 6, 11, 0);
	out[0].words = "Bought these because chat could not change the pair from the shop. Now I have the right length in the wrong colour of thread.";
	out[0].instead = (struct good){ PRODUCT_CHINO, 2 };
	out[0].cancelled = out[0].refunded = WHEN_NONE;
	return 1;
}

static size_t visits(int64_t now, struct visit out[VISITS_MOST])
{
	out[0] = (struct visit){ .k = 0, .at = story_at(now, 23, 13, 8), .site = 1, .member = 1, .n = 2, .card = true };
	out[0].lines[0] = (struct line){ { PRODUCT_CHINO, 2 }, 1, 4900 };
	out[0].lines[1] = (struct line){ { 13, 1 }, 1, 5200 };
	out[0].refunded = story_at(now, 3, 16, 45);
	out[0].refund = 4900;
	out[0].reason = "Wrong length; 19 days after a web chat had refused it";
	out[1] = (struct visit){ .k = 1, .at = story_at(now, 14, 17, 30), .site = 3, .member = 4, .n = 1, .card = false, .refunded = WHEN_NONE,
				 .note = "Came to exchange trousers from the web; told that shops cannot, and to use the web." };
	out[1].lines[0] = (struct line){ { 7, 2 }, 1, 1749 };
	return 2;
}

static size_t calls(int64_t now, struct call out[CALLS_MOST])
{
	out[0] = (struct call){ .k = 0, .at = story_at(now, 21, 12, 50), .seconds = 611, .status = "completed" };
	out[1] = (struct call){ .k = 1, .at = story_at(now, 13, 9, 3), .seconds = 274, .status = "completed", .landline = true };
	return 2;
}

static size_t chats(int64_t now, struct chat out[CHATS_MOST])
{
	int64_t at = story_at(now, 22, 19, 55);

	out[0] = (struct chat){ .k = 0, .at = at, .title = "Trousers from the shop, wrong length", .admin = 6, .n = 6 };
	out[0].says[0] = (struct say){ at, 'c', "<p>I bought trousers in Leeds yesterday, they are 30 and I need 32. Can you send me the longer ones and take these back?</p>" };
	out[0].says[1] = (struct say){ at + 95000, 'a', "<p>Hello Ingrid! Could I have the order number please?</p>" };
	out[0].says[2] = (struct say){ at + 150000, 'c', "<p>There is none, I bought them in the shop. I have the receipt here.</p>" };
	out[0].says[3] = (struct say){ at + 400000, 'a', "<p>I am afraid we only see orders from the web. For shop purchases please go back to the shop.</p>" };
	out[0].says[4] = (struct say){ at + 460000, 'c', "<p>The shop is out of 32. That is why I am asking you.</p>" };
	out[0].says[5] = (struct say){ at + 800000, 'x', NULL };
	return 1;
}

static size_t posts_of(int64_t now, struct post out[POSTS_MOST])
{
	out[0] = (struct post){ 0, story_at(now, 12, 21, 10),
		"<p>One company, two shops, three people who may not look at each other's screens. "
		"<span class=\"h-card\"><a href=\"https://social.example.org/@larkfield\">@<span>larkfield</span></a></span></p>", false, NULL };
	return 1;
}

const struct story_person story_trousers = { &story, person, orders, visits, calls, chats, posts_of };

/* Lives there too, and calls from the same telephone about something else. */
static void partner(int64_t now, struct person *out)
{
	person(now, out);
	out->flags = IN_SHOP | CALLS | HOUSEHOLD;
	snprintf(out->first, sizeof(out->first), "Aksel");
	snprintf(out->plain, sizeof(out->plain), "aksel solheim");
	snprintf(out->email, sizeof(out->email), "aksel@example.org");
	out->mobile = (struct telephone){ "44", "0", "7700", "900863" };
	out->handle[0] = '\0';
	out->since = story_at(now, 210, 8, 30);
}

static size_t partner_orders(int64_t now, struct order out[ORDERS_MOST])
{
	out[0] = (struct order){ .k = 0, .at = story_at(now, 50, 7, 55), .n = 1, .site = 0, .fate = FATE_DELIVERED, .reason = -1 };
	out[0].lines[0] = (struct line){ { 6, 1 }, 1, 3999 };
	out[0].packed = out[0].at + 5 * HOUR;
	out[0].shipped = out[0].at + 9 * HOUR;
	out[0].delivered = out[0].at + 52 * HOUR;
	out[0].cancelled = out[0].asked_back = out[0].received_back = out[0].refunded = WHEN_NONE;
	return 1;
}

static size_t partner_calls(int64_t now, struct call out[CALLS_MOST])
{
	out[0] = (struct call){ .k = 0, .at = story_at(now, 49, 18, 20), .seconds = 95, .status = "completed", .landline = true };
	return 1;
}

const struct story_person story_trousers_partner = { NULL, partner, partner_orders, NULL, partner_calls, NULL, NULL };

bool story_telephone(const char *area, const char *rest)
{
	static const struct { const char *area, *rest; } numbers[] = {
		{ "7700", "900417" }, { "7700", "900418" }, { "7700", "900862" }, { "7700", "900863" }, { "113", "4960862" },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (strcmp(area, numbers[i].area) == 0 && strcmp(rest, numbers[i].rest) == 0)
			return true;
	return false;
}

const struct story_person *const story_people[STORY_PEOPLE] = {
	&story_billing, &story_trousers, &story_trousers_partner, &story_namesake,
};
