/*
 * The social network, in the shape of Mastodon.
 */
#include <dossier/base/when.h>

#include "ident.h"
#include "make.h"
#include "request.h"
#include "state.h"
#include "world.h"

#define TOKEN "practice-social-token"
#define SERVER "social.example.org"
#define OUR_ID "109302436954000001"

static void error(struct request *request, int status, const char *message)
{
	reply_json(request, status, make("{'error':%s}", message));
}

static bool admits(struct request *request)
{
	if (request_bearer(request, TOKEN))
		return true;
	error(request, 401, "The access token is invalid");
	return false;
}

static void unknown(struct request *request)
{
	error(request, 404, "Record not found");
}

static struct json_object *settings(const char *origin)
{
	return make("{'url':%s,'host':'" SERVER "','token':'" TOKEN "'}", origin);
}

static struct json_object *account_json(const struct world *world, const struct person *person)
{
	struct post posts[POSTS_MOST];
	size_t n = world_posts(world, person, posts);
	char name[256], url[128], note[128];

	snprintf(name, sizeof(name), "%s %s", person->first, person->index % 3 ? person->last : "");
	snprintf(url, sizeof(url), "https://" SERVER "/@%s", person->handle);
	snprintf(note, sizeof(note), "<p>%s. Opinions my own.</p>", person->city);
	return make("{'id':%s,'username':%s,'acct':%s,'url':%s,'uri':%s,'display_name':%s,'note':%s,'locked':false,'bot':false,"
		    "'discoverable':true,'group':false,'created_at':%t,'last_status_at':%t,'statuses_count':%l,'followers_count':%i,"
		    "'following_count':%i,'avatar':'','avatar_static':'','header':'','header_static':'','emojis':[],'fields':[]}",
		    ident_make(IDENT_SOCIAL_ACCOUNT, person->index, 0, 0).s, person->handle, person->handle, url, url, name, note,
		    person->since, n ? posts[n - 1].at : WHEN_NONE, (int64_t)n, (int)(person->index * 7 % 400), (int)(person->index * 3 % 300));
}

/* Ids grow with time, as the real ones do: they hold it, and below it whose and which post it is. */
static uint64_t status_id(const struct person *person, const struct post *post)
{
	return (uint64_t)post->at << 23 | (uint64_t)person->index << 3 | post->k;
}

static struct json_object *our_account(void)
{
	return make("{'id':'" OUR_ID "','username':'larkfield','acct':'larkfield','display_name':'Larkfield',"
		    "'url':'https://" SERVER "/@larkfield','note':'<p>We are here to help.</p>','bot':false,'statuses_count':0}");
}

static struct json_object *answer_json(const char *id, const char *to, int64_t at, const char *html, const char *visibility)
{
	char url[96];

	snprintf(url, sizeof(url), "https://" SERVER "/@larkfield/%s", id);
	return make("{'id':%s,'created_at':%t,'in_reply_to_id':%s,'in_reply_to_account_id':null,'visibility':%s,'uri':%s,'url':%s,"
		    "'replies_count':0,'content':%s,'reblog':null,'account':%o,'media_attachments':[],'mentions':[],'tags':[]}", id, at, to,
		    visibility ? visibility : "public", url, url, html, our_account());
}

/* What the house answered to a post: what the seed has, and what was written. */
static struct json_object *answers(struct box *box, const struct person *person, const struct post *post)
{
	struct json_object *list = json_object_new_array();
	char id[24], to[24];

	snprintf(to, sizeof(to), "%llu", (unsigned long long)status_id(person, post));
	if (post->answer) {
		snprintf(id, sizeof(id), "%llu", (unsigned long long)(status_id(person, post) + ((uint64_t)3 * HOUR << 23)));
		make_append(list, answer_json(id, to, post->at + 3 * HOUR, post->answer, NULL));
	}
	for (const struct fact *fact = NULL; (fact = state_next(box->state, to, "answer", fact));)
		make_append(list, answer_json(member_text(fact->data, "id"), to, fact->at, member_text(fact->data, "html"),
					      member_text(fact->data, "visibility")));
	return list;
}

static size_t answers_count(struct box *box, const struct person *person, const struct post *post)
{
	struct json_object *list = answers(box, person, post);
	size_t n = json_object_array_length(list);

	json_object_put(list);
	return n;
}

static struct json_object *status_json(struct box *box, const struct person *person, const struct post *post)
{
	const struct world *world = box->world;
	char id[24], url[160];

	snprintf(id, sizeof(id), "%llu", (unsigned long long)status_id(person, post));
	snprintf(url, sizeof(url), "https://" SERVER "/@%s/%s", person->handle, id);
	return make("{'id':%s,'created_at':%t,'in_reply_to_id':%s,'in_reply_to_account_id':%s,'sensitive':false,'spoiler_text':'',"
		    "'visibility':'public','language':'en','uri':%s,'url':%s,'replies_count':%l,'reblogs_count':%i,'favourites_count':%i,"
		    "'edited_at':null,'content':%s,'reblog':null,'account':%o,'media_attachments':[],'mentions':[],'tags':[],'emojis':[],"
		    "'card':null,'poll':null}", id, post->at, post->reply ? "109302436954000001" : NULL, post->reply ? "109302436954000001" : NULL,
		    url, url, (int64_t)answers_count(box, person, post), (int)(post->at / 1000 % 5), (int)(post->at / 1000 % 17), post->html, account_json(world, person));
}

static bool account_of(struct request *request, struct person *person)
{
	struct ident_at at;

	if (ident_read(IDENT_SOCIAL_ACCOUNT, request->segment[0], &at) && at.who < request->box->world->people &&
	    (world_flags(request->box->world, at.who) & IN_SOCIAL)) {
		world_person(request->box->world, at.who, person);
		return true;
	}
	error(request, 404, "Record not found");
	return false;
}

static void lookup(struct request *request)
{
	const struct world *world = request->box->world;
	const char *acct = request_arg(request, "acct");
	struct person person;
	char handle[128];
	char *server;
	size_t at = 0;
	uint32_t who;

	snprintf(handle, sizeof(handle), "%s", acct ? acct : "");
	if (handle[0] == '@')
		memmove(handle, handle + 1, strlen(handle));
	server = strchr(handle, '@');
	if (server)
		*server++ = '\0';
	while ((!server || strcasecmp(server, SERVER) == 0) && world_by_handle(world, handle, &at, &who)) {
		world_person(world, who, &person);
		if (strcasecmp(person.handle, handle) != 0)
			continue;
		reply_json(request, 200, account_json(world, &person));
		return;
	}
	error(request, 404, "Record not found");
}

static void account(struct request *request)
{
	struct person person;

	if (account_of(request, &person))
		reply_json(request, 200, account_json(request->box->world, &person));
}

/* The Link header names the pages before and after this one by ids. */
static void link_header(struct request *request, int64_t limit, uint64_t first, uint64_t last, bool more)
{
	const char *host = request_host(request);

	if (more)
		reply_header(request, "Link", "<http://%s%s?limit=%lld&max_id=%llu>; rel=\"next\", <http://%s%s?limit=%lld&min_id=%llu>; rel=\"prev\"",
			     host, request->path, (long long)limit, (unsigned long long)last, host, request->path, (long long)limit,
			     (unsigned long long)first);
	else
		reply_header(request, "Link", "<http://%s%s?limit=%lld&min_id=%llu>; rel=\"prev\"", host, request->path, (long long)limit,
			     (unsigned long long)first);
}

static uint64_t id_arg(const struct request *request, const char *name, uint64_t fallback)
{
	const char *text = request_arg(request, name);

	return text ? strtoull(text, NULL, 10) : fallback;
}

static void statuses(struct request *request)
{
	int64_t limit = request_number(request, "limit", 20, 40);
	uint64_t most = id_arg(request, "max_id", UINT64_MAX), since = id_arg(request, "since_id", id_arg(request, "min_id", 0));
	bool no_replies = request_flag(request, "exclude_replies"), more = false;
	uint64_t first = 0, last = 0;
	struct post posts[POSTS_MOST];
	struct json_object *rows;
	struct person person;
	size_t n;

	if (!account_of(request, &person))
		return;
	if (limit < 1)
		limit = 20;
	rows = json_object_new_array();
	n = world_posts(request->box->world, &person, posts);
	while (n-- > 0) {
		uint64_t id = status_id(&person, &posts[n]);

		if (id >= most || id <= since || (no_replies && posts[n].reply))
			continue;
		if ((int64_t)json_object_array_length(rows) == limit) {
			more = true;
			break;
		}
		make_append(rows, status_json(request->box, &person, &posts[n]));
		first = first ? first : id;
		last = id;
	}
	if (first)
		link_header(request, limit, first, last, more);
	reply_header(request, "X-RateLimit-Limit", "300");
	reply_header(request, "X-RateLimit-Remaining", "299");
	reply_json(request, 200, rows);
}

static void search(struct request *request)
{
	const char *q = request_arg(request, "q");
	int64_t limit = request_number(request, "limit", 40, 80);
	const struct world *world = request->box->world;
	struct json_object *rows = json_object_new_array();

	if (q && *q == '@')
		q++;
	for (uint32_t who = 0; q && *q && who < world->people && (int64_t)json_object_array_length(rows) < limit; who++) {
		struct person person;

		if (!(world_flags(world, who) & IN_SOCIAL))
			continue;
		world_person(world, who, &person);
		if (strcasestr(person.handle, q) || strcasestr(person.first, q) || strcasestr(person.last, q))
			make_append(rows, account_json(world, &person));
	}
	reply_json(request, 200, rows);
}

static void me(struct request *request)
{
	reply_json(request, 200, our_account());
}

/* Only the house reads it. */
static void note(struct request *request)
{
	const char *comment = request->doc ? member_text(request->doc, "comment") : request_arg(request, "comment");
	struct person person;

	if (!account_of(request, &person))
		return;
	state_add(request->box->state, request->segment[0], "note", box_now(request->box), make("{'comment':%s}", comment ? comment : ""));
	reply_json(request, 200, make("{'id':%s,'following':false,'followed_by':true,'note':%s}", request->segment[0], comment ? comment : ""));
}

static void relationships(struct request *request)
{
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < request->nargs; i++) {
		const struct fact *fact = NULL, *newest = NULL;

		if (strcmp(request->args[i].name, "id[]") != 0 && strcmp(request->args[i].name, "id") != 0)
			continue;
		while ((fact = state_next(request->box->state, request->args[i].value, "note", fact)))
			newest = fact;
		make_append(rows, make("{'id':%s,'following':false,'followed_by':true,'note':%s}", request->args[i].value,
				       newest ? member_text(newest->data, "comment") : ""));
	}
	reply_json(request, 200, rows);
}

static bool post_of(const struct world *world, const char *id, struct person *person, struct post *post)
{
	struct post posts[POSTS_MOST];
	uint64_t value = strtoull(id, NULL, 10);
	uint32_t who = (uint32_t)(value >> 3 & 0xfffff);

	if (who >= world->people)
		return false;
	world_person(world, who, person);
	if ((value & 7) >= world_posts(world, person, posts))
		return false;
	*post = posts[value & 7];
	return status_id(person, post) == value;
}

static void context(struct request *request)
{
	struct person person;
	struct post post;

	if (post_of(request->box->world, request->segment[0], &person, &post))
		reply_json(request, 200, make("{'ancestors':[],'descendants':%o}", answers(request->box, &person, &post)));
	else
		unknown(request);
}

static void reply_to(struct request *request, const char *to, const char *words, const char *visibility, const char *key)
{
	struct box *box = request->box;
	struct json_object *data;
	int64_t at = box_now(box);
	struct buf html;
	char id[24];

	/* as the real one: what comes in is plain text, what is read is HTML */
	buf_init(&html, 1 << 16);
	buf_adds(&html, "<p>");
	for (; *words; words++)
		if (*words == '<')
			buf_adds(&html, "&lt;");
		else if (*words == '&')
			buf_adds(&html, "&amp;");
		else
			buf_addc(&html, *words);
	buf_adds(&html, "</p>");
	snprintf(id, sizeof(id), "%llu", (unsigned long long)((uint64_t)at << 23 | (state_count(box->state) & 0x7fffff)));
	data = make("{'id':%s,'to':%s,'html':%s,'visibility':%s}", id, to, html.data, visibility);
	state_add(box->state, to, "answer", at, data);
	state_add(box->state, key, "key", at, json_object_get(data));
	buf_release(&html);
	reply_json(request, 200, answer_json(id, to, at, member_text(data, "html"), visibility));
}

/* Only answers to what a customer wrote; a repeat with the same key gives the first one again. */
static void answer(struct request *request)
{
	const char *to = member_text(request->doc, "in_reply_to_id"), *words = member_text(request->doc, "status");
	const char *visibility = member_text(request->doc, "visibility");
	const struct fact *before;
	struct person person;
	struct post post;
	char key[200];

	if (!words || !*words || strlen(words) > 500) {
		error(request, 422, "Validation failed: Text can't be blank, and has 500 characters at most");
		return;
	}
	if (!to || !post_of(request->box->world, to, &person, &post)) {
		error(request, 404, "The post you are trying to reply to does not appear to exist.");
		return;
	}
	snprintf(key, sizeof(key), "social:%.150s", request->idempotency ? request->idempotency : "");
	before = request->idempotency ? state_next(request->box->state, key, "key", NULL) : NULL;
	if (before)
		reply_json(request, 200, answer_json(member_text(before->data, "id"), member_text(before->data, "to"), before->at,
						     member_text(before->data, "html"), member_text(before->data, "visibility")));
	else
		reply_to(request, to, words, visibility, key);
}

static const struct route routes[] = {
	{ "GET", "/api/v1/accounts/verify_credentials", me },
	{ "GET", "/api/v1/accounts/lookup", lookup },
	{ "GET", "/api/v1/accounts/search", search },
	{ "GET", "/api/v1/accounts/relationships", relationships },
	{ "GET", "/api/v1/accounts/*", account },
	{ "GET", "/api/v1/accounts/*/statuses", statuses },
	{ "POST", "/api/v1/accounts/*/note", note },
	{ "GET", "/api/v1/statuses/*/context", context },
	{ "POST", "/api/v1/statuses", answer },
	{ NULL },
};

const struct backend backend_social = { "social", "mastodon", routes, admits, unknown, settings };
