/*
 * Direct billing: a customer who wants his monthly plan charged to his card.
 * Ten calls, ten password resets that helped with nothing, a visit that left
 * no record, a chat that did not read, and a social team that could not tell
 * who he was.
 */
#include "story.h"

#include <dossier/base/when.h>

static const char *const who[] = {
	"email:owen.castell@example.com", "tel:+447700900417", "mastodon:@owen_castell@social.example.org", "loyalty:LF-100417", NULL,
};

static const struct story_step steps[] = {
	{ "find 07700900417", "Two systems know this telephone as his, and it says by what he was found: others may share a number." },
	{ "timeline owen.castell@example.com --kind call",
	  "Ten calls in four weeks. The exchange knows numbers and minutes, not what was said in them." },
	{ "timeline owen.castell@example.com --kind chat",
	  "What he wants stands there in his own words; every answer is about his password, or sends him to another channel." },
	{ "timeline owen.castell@example.com --kind visit",
	  "Nothing, though he was in the shop: it kept no record. Only his chat of that day tells of it." },
	{ "timeline mastodon:@owen_castell@social.example.org",
	  "The same man in public. No system joins this handle to his other records, so he was asked for his date of birth." },
	{ "find 'Owen Castell'", "Two people. The other lives in Cardiff, and nothing of this belongs on his screen." },
	{ NULL, NULL },
};

static const struct story story = {
	"direct billing",
	"Owen Castell wants his plan billed to his card. Ten calls, ten password resets, and nobody has asked him why.",
	who, steps,
};

static void person(int64_t now, struct person *out)
{
	out->flags = IN_SHOP | IN_CHAT | IN_SOCIAL | CALLS;
	snprintf(out->first, sizeof(out->first), "Owen");
	snprintf(out->last, sizeof(out->last), "Castell");
	snprintf(out->plain, sizeof(out->plain), "owen castell");
	snprintf(out->email, sizeof(out->email), "owen.castell@example.com");
	out->mobile = (struct telephone){ "44", "0", "7700", "900417" };
	snprintf(out->street, sizeof(out->street), "17 Harbour Row");
	snprintf(out->postcode, sizeof(out->postcode), "BS1 5QA");
	out->city = "Bristol";
	out->country = "gb";
	snprintf(out->handle, sizeof(out->handle), "owen_castell");
	snprintf(out->loyalty, sizeof(out->loyalty), "LF-100417");
	out->since = story_at(now, 812, 11, 20);
}

static size_t orders(int64_t now, struct order out[ORDERS_MOST])
{
	out[0] = (struct order){ .k = 0, .at = story_at(now, 33, 19, 4), .n = 1, .site = 0, .fate = FATE_DELIVERED, .reason = -1 };
	out[0].lines[0] = (struct line){ { PRODUCT_PLAN, 0 }, 1, 799 };
	out[0].packed = out[0].at + HOUR;
	out[0].shipped = WHEN_NONE;
	out[0].delivered = out[0].at + HOUR;
	out[0].cancelled = out[0].asked_back = out[0].received_back = out[0].refunded = WHEN_NONE;
	return 1;
}

/* Each call is one password reset; the pauses are how long the patience lasted. */
static size_t calls(int64_t now, struct call out[CALLS_MOST])
{
	static const struct { int days, hour, minute, seconds; } ten[] = {
		{ 27, 9, 12, 412 }, { 26, 17, 40, 388 }, { 24, 10, 2, 655 }, { 21, 12, 31, 520 }, { 17, 9, 5, 745 },
		{ 14, 18, 12, 301 }, { 10, 11, 47, 960 }, { 7, 9, 1, 1240 }, { 4, 16, 25, 835 }, { 1, 10, 10, 1502 },
	};

	for (size_t i = 0; i < 10; i++)
		out[i] = (struct call){ .k = (uint8_t)i, .at = story_at(now, ten[i].days, ten[i].hour, ten[i].minute),
					.seconds = ten[i].seconds, .status = "completed" };
	return 10;
}

static size_t chats(int64_t now, struct chat out[CHATS_MOST])
{
	int64_t a = story_at(now, 20, 20, 15), b = story_at(now, 9, 13, 2);

	out[0] = (struct chat){ .k = 0, .at = a, .title = "How do I add a card?", .admin = 3, .n = 7, .rating = 1,
				.remark = "Nobody read what I wrote" };
	out[0].says[0] = (struct say){ a, 'c', "<p>How do I add a card? I want the plan billed to it directly each month, not by invoice.</p>" };
	out[0].says[1] = (struct say){ a + 15000, 'b', "<p>I can help with log-in problems! I have sent you a link to set a new password.</p>" };
	out[0].says[2] = (struct say){ a + 70000, 'c', "<p>I can log in. There is no place to add a card.</p>" };
	out[0].says[3] = (struct say){ a + 200000, 'a', "<p>Hi Owen, I have reset your password so that you can add your card in the account.</p>" };
	out[0].says[4] = (struct say){ a + 260000, 'c', "<p>That is the fourth reset. The page has no card on it.</p>" };
	out[0].says[5] = (struct say){ a + 400000, 'n', "<p>Password reset sent. Customer keeps coming back.</p>" };
	out[0].says[6] = (struct say){ a + 900000, 'x', NULL };
	out[1] = (struct chat){ .k = 1, .at = b, .title = NULL, .admin = 5, .n = 4 };
	out[1].says[0] = (struct say){ b, 'c', "<p>I was in your Broadmead shop this morning. They say they have no record of me and sent me back to you.</p>"
					       "<p>Direct billing. To a card. Please.</p>" };
	out[1].says[1] = (struct say){ b + 30000, 'b', "<p>I can help with log-in problems! I have sent you a link to set a new password.</p>" };
	out[1].says[2] = (struct say){ b + 500000, 'a', "<p>Could you please call us? We cannot set up billing in the chat.</p>" };
	out[1].says[3] = (struct say){ b + 560000, 'x', NULL };
	return 2;
}

static size_t posts_of(int64_t now, struct post out[POSTS_MOST])
{
	out[0] = (struct post){ 0, story_at(now, 6, 21, 33),
		"<p><span class=\"h-card\"><a href=\"https://social.example.org/@larkfield\">@<span>larkfield</span></a></span> "
		"eight calls, eight password resets. I want to pay you. By card. Every month. Why is that so hard?</p>", false,
		"<p>@owen_castell Sorry to hear that! To look at your account we have to verify you. Please tell us your date of birth.</p>" };
	out[1] = (struct post){ 1, story_at(now, 5, 9, 14),
		"<p><span class=\"h-card\"><a href=\"https://social.example.org/@larkfield\">@<span>larkfield</span></a></span> "
		"no, I will not post my date of birth so that you can &quot;verify&quot; me. You have called me back on this number twice.</p>", true, NULL };
	out[2] = (struct post){ 2, story_at(now, 1, 11, 2),
		"<p>Ten. Ten resets. <a href=\"https://social.example.org/tags/larkfield\">#larkfield</a></p>", false, NULL };
	return 3;
}

const struct story_person story_billing = { &story, person, orders, NULL, calls, chats, posts_of };

/* Somebody else of the same name, so that a look-up by name has to ask. */
static void namesake(int64_t now, struct person *out)
{
	person(now, out);
	out->flags = IN_SHOP | IN_TILL;
	snprintf(out->email, sizeof(out->email), "o.castell.cardiff@example.net");
	out->mobile = (struct telephone){ "44", "0", "7700", "900418" };
	snprintf(out->street, sizeof(out->street), "3 Llandaff Street");
	snprintf(out->postcode, sizeof(out->postcode), "CF10 4TP");
	out->city = "Cardiff";
	out->handle[0] = out->loyalty[0] = '\0';
	out->since = story_at(now, 120, 14, 0);
}

static size_t namesake_visits(int64_t now, struct visit out[VISITS_MOST])
{
	out[0] = (struct visit){ .k = 0, .at = story_at(now, 44, 15, 20), .site = 4, .member = 2, .n = 1, .card = true, .refunded = WHEN_NONE };
	out[0].lines[0] = (struct line){ { 9, 0 }, 1, 2999 };
	return 1;
}

const struct story_person story_namesake = { NULL, namesake, NULL, namesake_visits, NULL, NULL, NULL };
