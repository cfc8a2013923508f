/*
 * The house that practises in the sandbox: its agents, lists and case store.
 * Whoever starts it is a supervisor of it.
 */
#include "sandbox.h"

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

static const char house[] =
	"{\"house\": {\"name\": \"Larkfield\", \"country\": \"GB\", \"currency\": \"GBP\", \"zone\": \"Europe/London\"},"
	" \"agents\": {"
	"  \"ana\": {\"name\": \"Ana\", \"phone\": \"+441632960101\", \"team\": \"support\"},"
	"  \"mia\": {\"name\": \"Mia\", \"phone\": \"+441632960102\", \"team\": \"support\"},"
	"  \"raj\": {\"name\": \"Raj\", \"phone\": \"+441632960103\", \"team\": \"billing\"},"
	"  \"tom\": {\"name\": \"Tom\", \"phone\": \"+441632960104\", \"team\": \"shops\", \"site\": \"broadmead\", \"role\": \"counter\"},"
	"  \"kim\": {\"name\": \"Kim\", \"phone\": \"+441632960105\", \"team\": \"social\"},"
	"  \"sue\": {\"name\": \"Sue\", \"phone\": \"+441632960106\", \"team\": \"support\", \"role\": \"supervisor\"},"
	"  \"ada\": {\"name\": \"Ada\", \"phone\": \"+441632960107\", \"team\": \"office\", \"role\": \"admin\"},"
	"  \"pat\": {\"name\": \"Pat\", \"phone\": \"+441632960108\", \"team\": \"partner-desk\", \"role\": \"partner\"}},"
	" \"contacts\": {\"channels\": [\"phone\", \"chat\", \"counter\", \"social\", \"mail\", \"web\"],"
	"  \"done\": [\"password reset\", \"form sent\", \"card added\", \"refund\", \"exchange\", \"call back\", \"information\"],"
	"  \"outcomes\": {\"solved\": {\"status\": \"solved\"}, \"waiting\": {\"status\": \"waiting\"}, \"will come back\": null, \"voicemail\": null}},"
	" \"handoffs\": {\"reasons\": [\"rights\", \"billing\", \"technical\", \"language\"]},"
	" \"costs\": {\"hour\": \"30.00 GBP\"}}";

static bool is_id(const char *login)
{
	size_t n = strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return login[0] >= 'a' && login[0] <= 'z' && login[n] == '\0' && n <= 32;
}

bool sandbox_plays(const char *login)
{
	struct err err = { 0 };
	struct json_object *root = json_parse_whole(str_of(house), NULL, &err);
	bool plays = json_object_object_get_ex(json_object_object_get(root, "agents"), login, NULL);

	json_object_put(root);
	return plays;
}

static void add_me(struct json_object *agents, const char *login)
{
	const char *id = is_id(login) ? login : "me";
	struct json_object *me;

	if (json_object_object_get_ex(agents, id, NULL))
		return;
	me = json_object_new_object();
	json_object_object_add(me, "name", json_object_new_string(login));
	json_object_object_add(me, "login", json_object_new_string(login));
	json_object_object_add(me, "phone", json_object_new_string("+441632960100"));
	json_object_object_add(me, "team", json_object_new_string("support"));
	json_object_object_add(me, "role", json_object_new_string("supervisor"));
	json_object_object_add(agents, id, me);
}

static struct json_object *backends(struct json_object *list)
{
	struct json_object *all = json_object_new_object();

	for (size_t i = 0; json_object_is_type(list, json_type_array) && i < json_object_array_length(list); i++) {
		struct json_object *from = json_object_array_get_idx(list, i), *to = json_object_new_object();

		json_object_object_add(to, "connector", json_object_get(json_object_object_get(from, "connector")));
		json_object_object_add(to, "rate", json_object_new_string("unlimited"));
		json_object_object_add(to, "settings", json_object_get(json_object_object_get(from, "settings")));
		json_object_object_add(all, json_object_get_string(json_object_object_get(from, "id")), to);
	}
	return all;
}

static void add_text(struct json_object *map, const char *name, char *text)
{
	json_object_object_add(map, name, json_object_new_string(text));
	free(text);
}

struct json_object *sandbox_house(struct json_object *state, const char *folder, const char *login)
{
	struct err err = { 0 };
	struct json_object *root = json_parse_whole(str_of(house), NULL, &err), *store = json_object_new_object();

	add_me(json_object_object_get(root, "agents"), login);
	add_text(store, "path", mem_printf("%s/store.db", folder));
	add_text(store, "local", mem_printf("%s/%s", folder, is_id(login) ? login : "me"));
	json_object_object_add(root, "store", store);
	json_object_object_add(root, "backends", backends(json_object_object_get(state, "backends")));
	return root;
}
