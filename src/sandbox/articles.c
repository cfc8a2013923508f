#include "articles.h"

#include "make.h"
#include "world.h"

#define WORDS_MOST 24
#define SHORT 3                 /* such words stand everywhere */

static const struct article { const char *title, *html; int days; } articles[] = {
	{ "Paying by card each month", "<p>A plan can be billed to a card. A colleague of the <b>billing team</b> adds the card; the account page cannot.</p>"
	  "<p>For direct billing to a company card we need form B7, signed by somebody who may sign for the company. It is entered within two "
	  "working days; the next bill goes to the card.</p><ul><li>The form is good for one card.</li><li>A card that ran out needs a new form.</li></ul>", 90 },
	{ "Returning goods bought in a shop", "<p>Every shop takes back what any shop sold, within 30 days, with its receipt.</p>", 120 },
	{ "Exchanging goods ordered on the web", "<p>Ask for a label, or bring the parcel to a shop that has the size.</p>"
	  "<p>A shop exchanges what the web sold. The web order is closed by the shop; the customer pays or gets the difference.</p>", 14 },
	{ "Setting a new password", "<p>Use the link on the log-in page. It is good for one hour.</p>", 200 },
	{ "A sale that the till does not find", "<p>Look for it by the last four digits of the card and the day. Sales of another shop appear after its till was closed for "
	  "the day.</p><p>No receipt and no record: the bank statement shows the shop's number, which is enough for an exchange.</p>", 30 },
	{ "Where is my parcel?", "<p>The tracking number stands in the mail that says it was sent. After five days without a step, open a claim.</p>", 60 },
	{ "Larkfield Plus", "<p>Free delivery and repairs, billed each month. Cancelling ends it with the month that is paid.</p>", 45 },
	{ "Display pieces", "<p>What stands on display is counted in stock and not sold, unless the shop's lead agrees to it.</p>", 75 },
};

static int score(const struct article *article, const char *phrase)
{
	char text[512], *save = NULL;
	int n = 0, found = 0;

	snprintf(text, sizeof(text), "%s", phrase);
	for (char *word = strtok_r(text, " ,.;:?!\"'", &save); word && n < WORDS_MOST; word = strtok_r(NULL, " ,.;:?!\"'", &save)) {
		if (strlen(word) <= SHORT)
			continue;
		n++;
		found += strcasestr(article->title, word) ? 3 : strcasestr(article->html, word) ? 1 : 0;
	}
	return n ? found : strcasestr(article->title, phrase) || strcasestr(article->html, phrase);
}

static struct json_object *article_json(struct request *request, size_t i)
{
	char id[16], url[80];

	snprintf(id, sizeof(id), "%zu", 5000 + i);
	snprintf(url, sizeof(url), "https://help.larkfield.example.com/articles/%s", id);
	return make("{'type':'article','id':%s,'title':%s,'body':%s,'state':'published','url':%s,'updated_at':%e}", id,
		    articles[i].title, articles[i].html, url, request->box->world->now - articles[i].days * DAY);
}

void articles_search(struct request *request)
{
	const char *phrase = request_arg(request, "phrase");
	struct json_object *rows = json_object_new_array();
	const size_t n = sizeof(articles) / sizeof(*articles);
	int scores[sizeof(articles) / sizeof(*articles)];

	for (size_t i = 0; i < n; i++)
		scores[i] = phrase && *phrase ? score(&articles[i], phrase) : 1;
	for (;;) {
		size_t best = n;

		for (size_t i = 0; i < n; i++)
			if (scores[i] > 0 && (best == n || scores[i] > scores[best]))
				best = i;
		if (best == n)
			break;
		scores[best] = 0;
		make_append(rows, article_json(request, best));
	}
	reply_json(request, 200, make("{'type':'list','total_count':%l,'data':{'articles':%o,'highlights':[]},'pages':{'type':'pages','page':1,"
				      "'per_page':50,'total_pages':1}}", (int64_t)json_object_array_length(rows), rows));
}
