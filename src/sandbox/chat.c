/*
 * Chats, in the shape of Intercom.
 */
#include <dossier/base/when.h>

#include "articles.h"
#include "ident.h"
#include "make.h"
#include "request.h"
#include "state.h"
#include "world.h"

#define TOKEN "practice-chat-token"

static void error(struct request *request, int status, const char *code, const char *message)
{
	reply_json(request, status, make("{'type':'error.list','request_id':'practice','errors':[{'code':%s,'message':%s}]}", code, message));
}

static bool admits(struct request *request)
{
	if (!request_bearer(request, TOKEN)) {
		error(request, 401, "unauthorized", "Access Token Invalid");
		return false;
	}
	if (request->broken) {
		error(request, 400, "bad_request", "The body is not JSON");
		return false;
	}
	return true;
}

static void unknown(struct request *request)
{
	error(request, 404, "not_found", "Resource Not Found");
}

static struct json_object *settings(const char *origin)
{
	return make("{'url':%s,'token':'" TOKEN "'}", origin);
}

static struct json_object *admin_json(unsigned i)
{
	char name[80];

	i %= (unsigned)colleagues_n;
	snprintf(name, sizeof(name), "%s %s", colleagues[i].first, colleagues[i].last);
	return make("{'type':'admin','id':%s,'name':%s,'email':%s}", ident_make(IDENT_CHAT_ADMIN, i, 0, 0).s, name, colleagues[i].email);
}

/* Chats are started from a telephone or a browser: some leave no number, some a mistyped one. */
static struct json_object *contact_json(const struct world *world, const struct person *person)
{
	struct ident_text id = ident_make(IDENT_CHAT_CONTACT, person->index, 0, 0);
	struct chat chats[CHATS_MOST];
	size_t n = world_chats(world, person, chats);
	char name[256], telephone[40], external[16];

	snprintf(name, sizeof(name), "%s %s", person->first, person->last);
	snprintf(external, sizeof(external), "%u", person->index + 1000);
	telephone_typed(&person->mobile, 0, telephone);
	return make("{'type':'contact','id':%s,'workspace_id':'practice','external_id':%s,'role':'user','email':%s,'phone':%s,'name':%s,"
		    "'owner_id':null,'has_hard_bounced':false,'marked_email_as_spam':false,'unsubscribed_from_emails':%b,"
		    "'created_at':%e,'updated_at':%e,'signed_up_at':%e,'last_seen_at':%e,'language_override':null,"
		    "'location':{'type':'location','country':null,'region':null,'city':%s},'custom_attributes':%o,"
		    "'tags':{'type':'list','data':[],'total_count':0,'has_more':false}}", id.s, external, person->email,
		    person->index % 4 == 1 && person->index >= STORY_PEOPLE ? NULL : telephone, name, person->index % 6 == 0, person->since,
		    person->since, person->since, n ? chats[n - 1].at : person->since, person->city,
		    person->loyalty[0] ? make("{'loyalty':%s}", person->loyalty) : json_object_new_object());
}

static struct json_object *customer_author(const struct person *person)
{
	char name[256];

	snprintf(name, sizeof(name), "%s %s", person->first, person->last);
	return make("{'type':'user','id':%s,'name':%s,'email':%s}", ident_make(IDENT_CHAT_CONTACT, person->index, 0, 0).s, name, person->email);
}

static struct json_object *author(const struct person *person, const struct chat *chat, char who)
{
	if (who == 'c')
		return customer_author(person);
	return who == 'b' ? make("{'type':'bot','id':'278','name':'Lark','email':'bot@larkfield.example.com'}") : admin_json(chat->admin);
}

static struct json_object *part_json(const char *id, const char *type, const char *html, int64_t at, struct json_object *who, bool open)
{
	return make("{'type':'conversation_part','id':%s,'part_type':%s,'body':%s,'created_at':%e,'updated_at':%e,'notified_at':%e,"
		    "'assigned_to':null,'author':%o,'attachments':[],'external_id':null,'redacted':false,'email_message_metadata':null,"
		    "'state':%s,'tags':[],'event_details':null,'app_package_code':null}", id, type, html, at, at, at, who, open ? "open" : "closed");
}

static struct json_object *parts_json(struct box *box, const struct person *person, const struct chat *chat, const char *id)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 1; i < chat->n; i++) {
		const struct say *say = &chat->says[i];
		const char *type = say->who == 'n' ? "note" : say->who == 'x' ? "close" : "comment";

		make_append(list, part_json(ident_make(IDENT_CHAT_PART, person->index, chat->k, (unsigned)i).s, type, say->html, say->at,
					    author(person, chat, say->who), say->who != 'x'));
	}
	for (const struct fact *fact = NULL; (fact = state_next(box->state, id, "part", fact));)
		make_append(list, part_json(ident_make(IDENT_CHAT_PART, IDENT_WRITTEN + fact->number, 0, 0).s, member_text(fact->data, "part_type"),
					    member_text(fact->data, "body"), fact->at, json_object_get(member(fact->data, "author")), true));
	return list;
}

static bool is_open(struct box *box, const struct chat *chat, const char *id)
{
	bool open = chat->open;

	for (const struct fact *fact = NULL; (fact = state_next(box->state, id, "part", fact));) {
		const char *type = member_text(fact->data, "part_type");

		open = strcmp(type, "close") == 0 ? false : strcmp(type, "open") == 0 ? true : open;
	}
	return open;
}

static struct json_object *conversation_json(struct box *box, const struct person *person, const struct chat *chat, bool with_parts)
{
	struct ident_text id = ident_make(IDENT_CHAT_CONVERSATION, person->index, chat->k, 0);
	struct json_object *rating = NULL, *parts = parts_json(box, person, chat, id.s), *out, *contact, *last;
	int64_t updated = chat->at;
	bool open = is_open(box, chat, id.s);
	size_t n = json_object_array_length(parts);
	char external[16];

	if (n > 0) {
		last = json_object_array_get_idx(parts, n - 1);
		updated = json_object_get_int64(member(last, "created_at")) * 1000;
	}
	if (chat->rating)
		rating = make("{'rating':%i,'remark':%s,'created_at':%e,'teammate':%o}", chat->rating, chat->remark, updated, admin_json(chat->admin));
	snprintf(external, sizeof(external), "%u", person->index + 1000);
	contact = make("{'type':'contact','id':%s,'external_id':%s}", ident_make(IDENT_CHAT_CONTACT, person->index, 0, 0).s, external);
	out = make("{'type':'conversation','id':%s,'title':%s,'created_at':%e,'updated_at':%e,'waiting_since':null,'snoozed_until':null,"
		   "'source':{'type':'conversation','id':%s,'delivered_as':'customer_initiated','subject':'','body':%s,'author':%o,"
		   "'attachments':[],'url':'https://larkfield.example.com/help','redacted':false},"
		   "'contacts':{'type':'contact.list','contacts':[%o]},'first_contact_reply':{'created_at':%e,'type':'conversation','url':null},"
		   "'admin_assignee_id':%l,'team_assignee_id':null,'open':%b,'state':%s,'read':true,'tags':{'type':'tag.list','tags':[]},"
		   "'priority':'not_priority','sla_applied':null,'statistics':null,'conversation_rating':%o,'custom_attributes':{},"
		   "'ai_agent':null,'ai_agent_participated':false}", id.s, chat->title, chat->at, updated,
		   ident_make(IDENT_CHAT_MESSAGE, person->index, chat->k, 0).s, chat->n ? chat->says[0].html : NULL, customer_author(person),
		   contact, chat->at, (int64_t)strtoll(ident_make(IDENT_CHAT_ADMIN, chat->admin, 0, 0).s, NULL, 10), (int)open,
		   open ? "open" : "closed", rating);
	if (with_parts)
		json_object_object_add(out, "conversation_parts", make("{'type':'conversation_part.list','conversation_parts':%o,'total_count':%l}",
								      parts, (int64_t)n));
	else
		json_object_put(parts);
	return out;
}

/* One condition of a search, or the conditions of a list that all have to hold; a text of one field. */
static const char *condition(struct json_object *query, const char *field)
{
	struct json_object *value = member(query, "value");
	const char *name = member_text(query, "field");

	if (name && strcmp(name, field) == 0) {
		if (json_object_is_type(value, json_type_array))
			value = json_object_array_get_idx(value, 0);
		return value ? json_object_get_string(value) : NULL;
	}
	if (!name && json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			struct json_object *inner = json_object_array_get_idx(value, i);
			const char *found = member(inner, "field") ? condition(inner, field) : NULL;

			if (found)
				return found;
		}
	return NULL;
}

static void page_of(struct request *request, int64_t *size, int64_t *page)
{
	struct json_object *pagination = member(request->doc, "pagination");
	const char *after = member_text(pagination, "starting_after");

	*size = json_object_get_int64(member(pagination, "per_page"));
	if (*size < 1 || *size > 150)
		*size = 20;
	*page = after ? strtoll(after, NULL, 10) : 1;
	if (*page < 1)
		*page = 1;
}

/* Replies with one page of all rows; owns them. */
static void reply_page(struct request *request, const char *type, const char *name, struct json_object *all)
{
	struct json_object *rows = json_object_new_array(), *pages, *reply;
	int64_t size, page, count = (int64_t)json_object_array_length(all);
	char next[24];

	page_of(request, &size, &page);
	for (int64_t i = (page - 1) * size; i < count && i < page * size; i++)
		make_append(rows, json_object_get(json_object_array_get_idx(all, (size_t)i)));
	json_object_put(all);
	pages = make("{'type':'pages','page':%l,'per_page':%l,'total_pages':%l}", page, size, (count + size - 1) / size);
	if (page * size < count) {
		snprintf(next, sizeof(next), "%lld", (long long)page + 1);
		json_object_object_add(pages, "next", make("{'page':%l,'starting_after':%s}", page + 1, next));
	}
	reply = make("{'type':%s,'total_count':%l,'pages':%o}", type, count, pages);
	json_object_object_add(reply, name, rows);
	reply_json(request, 200, reply);
}

static void offer_contact(struct request *request, uint32_t who, const char *email, const char *telephone, const char *name, struct json_object *all)
{
	struct json_object *row;
	struct person person;
	const char *text;

	if (!(world_flags(request->box->world, who) & IN_CHAT))
		return;
	world_person(request->box->world, who, &person);
	row = contact_json(request->box->world, &person);
	if ((!email || strcasecmp(email, person.email) == 0) &&
	    (!telephone || ((text = member_text(row, "phone")) && strcmp(text, telephone) == 0)) &&
	    (!name || strcasestr(member_text(row, "name"), name)))
		make_append(all, row);
	else
		json_object_put(row);
}

static void contacts_search(struct request *request)
{
	struct json_object *query = member(request->doc, "query"), *all;
	const char *email = condition(query, "email"), *telephone = condition(query, "phone"), *name = condition(query, "name");
	const char *external = condition(query, "external_id");
	const struct world *world = request->box->world;
	size_t at = 0;
	uint32_t who;

	if (!email && !telephone && !name && !external) {
		error(request, 400, "invalid_query", "The query has to name email, phone, name or external_id");
		return;
	}
	all = json_object_new_array();
	if (external) {
		who = (uint32_t)strtoul(external, NULL, 10) - 1000;
		if (who < world->people)
			offer_contact(request, who, email, telephone, name, all);
	} else if (email) {
		while (world_by_email(world, email, &at, &who))
			offer_contact(request, who, email, telephone, name, all);
	} else if (telephone) {
		while (world_by_number(world, telephone + (*telephone == '+'), &at, &who))
			offer_contact(request, who, email, telephone, name, all);
	} else {
		for (who = 0; who < world->people && json_object_array_length(all) < 1000; who++)
			offer_contact(request, who, email, telephone, name, all);
	}
	reply_page(request, "list", "data", all);
}

static void contact(struct request *request)
{
	struct person person;
	struct ident_at at;

	if (!ident_read(IDENT_CHAT_CONTACT, request->segment[0], &at) || at.who >= request->box->world->people ||
	    !(world_flags(request->box->world, at.who) & IN_CHAT)) {
		error(request, 404, "not_found", "User Not Found");
		return;
	}
	world_person(request->box->world, at.who, &person);
	reply_json(request, 200, contact_json(request->box->world, &person));
}

static void conversations_search(struct request *request)
{
	const char *id = condition(member(request->doc, "query"), "contact_ids");
	struct json_object *all;
	struct chat chats[CHATS_MOST];
	struct person person;
	struct ident_at at;
	size_t n;

	if (!id) {
		error(request, 400, "invalid_query", "The query has to name contact_ids");
		return;
	}
	all = json_object_new_array();
	if (ident_read(IDENT_CHAT_CONTACT, id, &at) && at.who < request->box->world->people) {
		world_person(request->box->world, at.who, &person);
		n = world_chats(request->box->world, &person, chats);
		while (n > 0)
			make_append(all, conversation_json(request->box, &person, &chats[--n], false));
	}
	reply_page(request, "conversation.list", "conversations", all);
}

static bool chat_of(struct request *request, struct person *person, struct chat *chat)
{
	struct chat chats[CHATS_MOST];
	struct ident_at at;

	if (ident_read(IDENT_CHAT_CONVERSATION, request->segment[0], &at) && at.who < request->box->world->people) {
		world_person(request->box->world, at.who, person);
		if (at.what < world_chats(request->box->world, person, chats)) {
			*chat = chats[at.what];
			return true;
		}
	}
	error(request, 404, "not_found", "Resource Not Found");
	return false;
}

static void conversation(struct request *request)
{
	struct person person;
	struct chat chat;

	if (chat_of(request, &person, &chat))
		reply_json(request, 200, conversation_json(request->box, &person, &chat, true));
}

static void add_part(struct request *request, const char *type, const char *body, struct json_object *who)
{
	state_add(request->box->state, request->segment[0], "part", box_now(request->box),
		  make("{'part_type':%s,'body':%s,'author':%o}", type, body, who));
}

/* {"message_type": "note" or "comment", "type": "admin", "admin_id": .., "body": ..} */
static void reply(struct request *request)
{
	const char *type = member_text(request->doc, "message_type"), *body = member_text(request->doc, "body");
	const char *who = member_text(request->doc, "type"), *admin = member_text(request->doc, "admin_id");
	struct ident_at at = { 0 };
	struct person person;
	struct chat chat;

	if (!chat_of(request, &person, &chat))
		return;
	if (!type || !body || (strcmp(type, "note") != 0 && strcmp(type, "comment") != 0)) {
		error(request, 400, "parameter_invalid", "message_type and body are required");
		return;
	}
	if (who && strcmp(who, "admin") == 0 && (!admin || !ident_read(IDENT_CHAT_ADMIN, admin, &at) || at.who >= colleagues_n)) {
		error(request, 404, "admin_not_found", "Admin not found");
		return;
	}
	add_part(request, type, body, who && strcmp(who, "admin") == 0 ? admin_json(at.who) : customer_author(&person));
	reply_json(request, 200, conversation_json(request->box, &person, &chat, true));
}

/* {"message_type": "close" or "open", "type": "admin", "admin_id": ..} */
static void parts(struct request *request)
{
	const char *type = member_text(request->doc, "message_type"), *admin = member_text(request->doc, "admin_id");
	struct person person;
	struct ident_at at;
	struct chat chat;

	if (!chat_of(request, &person, &chat))
		return;
	if (!type || (strcmp(type, "close") != 0 && strcmp(type, "open") != 0) || !admin || !ident_read(IDENT_CHAT_ADMIN, admin, &at)) {
		error(request, 400, "parameter_invalid", "message_type has to be close or open, with an admin_id");
		return;
	}
	add_part(request, type, member_text(request->doc, "body"), admin_json(at.who));
	reply_json(request, 200, conversation_json(request->box, &person, &chat, true));
}

static void me(struct request *request)
{
	struct json_object *admin = admin_json(0);

	json_object_object_add(admin, "app", make("{'type':'app','id_code':'practice','name':'Larkfield','timezone':'Europe/London'}"));
	reply_json(request, 200, admin);
}

static void admins(struct request *request)
{
	struct json_object *list = json_object_new_array();

	for (unsigned i = 0; i < colleagues_n; i++)
		make_append(list, admin_json(i));
	reply_json(request, 200, make("{'type':'admin.list','admins':%o}", list));
}

static const struct route routes[] = {
	{ "GET", "/me", me },
	{ "GET", "/admins", admins },
	{ "GET", "/articles/search", articles_search },
	{ "POST", "/contacts/search", contacts_search },
	{ "GET", "/contacts/*", contact },
	{ "POST", "/conversations/search", conversations_search },
	{ "GET", "/conversations/*", conversation },
	{ "POST", "/conversations/*/reply", reply },
	{ "POST", "/conversations/*/parts", parts },
	{ NULL },
};

const struct backend backend_chat = { "chat", "intercom", routes, admits, unknown, settings };
