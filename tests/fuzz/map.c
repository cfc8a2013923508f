/* Arbitrary replies through a plan that uses every kind of expression, condition and row. */
#include <dossier/backend/plan.h>
#include <dossier/base/json.h>

#include "fuzz.h"
#include "world.h"

static const char rich[] =
	"connector: rich\ntitle: Rich\n"
	"settings:\n  url: {required: true}\n  token: {secret: true}\n"
	"headers: {X-Token: \"<settings.token>\"}\n"
	"find:\n"
	"  - by: email\n    get: /people\n    query: {q: <value|lower|quote:soql>}\n    each: /people\n"
	"    match: [/email, {list: /mails, value: /address}, /a/b]\n"
	"record:\n"
	"  id: /id\n  name: {all: [/name, /names, \"</first> </last>\"]}\n  email: {all: [/email, /mails]}\n"
	"  tel: {all: [/tel, /phone]}\n  since: {time: /created, unset: [\"0000-00-00\", \"1970-01-01\"]}\n"
	"  lifetime: {money: /total, currency: /cur, minor: true}\n  note: {text: /note, html: true}\n"
	"  guest: {if: {/id: {lt: 5}}, then: {const: true}}\n  web: \"<settings.url>/c/</id|url>\"\n"
	"  address: {each: /addresses, line1: /a1, city: /city, postcode: /zip, country: {from: /cc, map: {gb: UK}, else: /cc}}\n"
	"  keep: {login: /login}\n"
	"pull:\n  things:\n    per: record\n    get: /things/<record>\n    each: /items\n"
	"    rows:\n"
	"      - id: /id\n        kind: {from: /type, map: {o: order, c: call, m: email}, else: {const: note}}\n"
	"        step: /step\n        channel: {from: /chan, map: {pos: counter}}\n        direction: /dir\n        reader: customer\n"
	"        at: {time: /created, format: auto, zone: Europe/Berlin}\n        until: {time: /ended, format: epoch_ms}\n"
	"        title: {first: [/title, /no, \"Order </no|default:x|upper>\"]}\n"
	"        body: {text: /note, html: {/html: true}}\n        agent: {of: /agent, filters: \"trim|lower|last:9\"}\n"
	"        place: {id: /shop/id, name: {first: [/shop/name, ../name, ^/name]}}\n"
	"        status: {list: /states, when: {/on: {not: [false]}}, value: /name, join: \", \"}\n"
	"        amount: {money: /total, currency: {first: [/cur, {const: EUR}]}}\n"
	"        refs: {tracking: /track, receipt: \"/fields[id=42]/value\", order: \"</no|digits>\"}\n"
	"        number: {of: /tel, filters: \"e164\"}\n        web: \"<settings.url>/o/</id|url>\"\n"
	"        minutes: /mins\n        seconds: /secs\n"
	"        lines: {each: /lines, title: /t, sku: /s, quantity: /q, amount: {money: /a}, unit: {money: /u}}\n"
	"        attachments: {each: /files, name: /n, type: /ct, size: /len, web: /href}\n"
	"      - when: {any: [{/ended: {has: true}}, {/n: {gt: 3}}, {not: {/title: {starts: [a, b]}}}, {/title: {contains: [z]}}, {/id: {same: /no}}]}\n"
	"        id: \"</id>-end\"\n        kind: note\n        at: {time: /ended, format: iso}\n        title: {of: /title, filters: \"text|line:1\"}\n"
	"        body: {list: /lines, value: {list: /parts, value: /x, join: \"-\"}, join: \" \"}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct plan *plan;
	struct str text = fuzz_copy(data, n);
	struct diags diags = { 0 };
	struct err err = { 0 };
	struct world world;
	struct json_object *reply;

	if (!plan) {
		plan = plan_parse(str_of(rich), "rich.yaml", &diags);
		for (size_t i = 0; i < diags.n; i++)
			fprintf(stderr, "%s:%d: %s\n", diags.items[i].file, diags.items[i].line, diags.items[i].text);
		FUZZ_CHECK(plan);
		diags_release(&diags);
	}
	reply = json_parse_whole(text, NULL, &err);
	if (err.code == ERR_NONE && reply) {
		struct json_object *list = NULL;

		world_init(&world);
		world_reply(&world, reply);
		world_map(&world, plan, reply);
		if (json_object_is_type(reply, json_type_object))
			json_object_object_get_ex(reply, "items", &list);
		if (json_object_is_type(list, json_type_array))
			for (size_t i = 0; i < json_object_array_length(list) && i < 50; i++)
				world_map(&world, plan, json_object_array_get_idx(list, i));
		world_release(&world);
	}
	fuzz_drop(text);
	return 0;
}
