#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "scope.h"

static struct plan *fixture(const char *name, struct diags *diags)
{
	char *path = mem_printf("%s/tests/backend/fixtures/%s", getenv("DOSSIER_SRC") ? getenv("DOSSIER_SRC") : ".", name);
	struct plan *plan = plan_load(path, diags);

	for (size_t i = 0; i < diags->n; i++)
		print_error("%s:%d: %s\n", diags->items[i].file, diags->items[i].line, diags->items[i].text);
	free(path);
	return plan;
}

static void the_example(void **state)
{
	struct diags diags = { 0 };
	struct plan *plan = fixture("zammad.yaml", &diags);

	(void)state;
	assert_non_null(plan);
	assert_int_equal(diags.n, 0);
	assert_string_equal(plan->name, "zammad");
	assert_int_equal(plan->settings.n, 2);
	assert_true(plan->settings.items[1].secret);
	assert_int_equal(plan->finds.n, 2);
	assert_int_equal(plan->finds.items[1]->forms.n, 3);
	assert_int_equal(plan->finds.items[1]->match.n, 2);
	assert_int_equal(plan_find_types(plan), 1u << ID_TYPE_EMAIL | 1u << ID_TYPE_TEL);
	assert_int_equal(plan->errors.n, 2);
	assert_non_null(plan->as);
	const struct plan_fetch *tickets = plan->pulls.items[0]->fetch;
	assert_string_equal(tickets->name, "tickets");
	assert_int_equal(tickets->requests.items[0]->page.kind, PAGE_NUMBER);
	/* the size stands in the request's own query */
	assert_int_equal(tickets->requests.items[0]->page.size, 100);
	assert_false(tickets->requests.items[0]->page.send_size);
	assert_int_equal(tickets->requests.items[0]->page.start, 1);
	assert_string_equal(pointer_text(tickets->elements->each), "");
	assert_false(tickets->whole);
	const struct plan_fetch *articles = tickets->elements->for_each.items[0];
	assert_string_equal(articles->elements->name, "tickets.each");
	assert_int_equal(articles->newest, 20);
	assert_non_null(articles->elements->when);
	const struct plan_action *note = plan->actions.items[0];
	assert_int_equal(note->reader, READER_STAFF);
	assert_int_equal(note->ask.n, 2);
	assert_int_equal(note->ask.items[0].type, ASK_PICK);
	assert_int_equal(note->ask.items[1].type, ASK_LONG);
	assert_int_equal(note->request->ok.items[0], 201);
	assert_string_equal(pointer_text(note->ok_has), "/id");
	assert_string_equal(note->request->method, "POST");
	assert_int_equal(note->request->json->members.n, 4);
	plan_free(plan);
	diags_release(&diags);
}

static void a_desk(void **state)
{
	struct diags diags = { 0 };
	struct plan *plan = fixture("desk.yaml", &diags);

	(void)state;
	assert_non_null(plan);
	assert_int_equal(diags.n, 0);
	assert_string_equal(plan->finds.items[1]->forms.items[1], "spread:%");
	assert_non_null(plan->finds.items[1]->then);
	assert_non_null(plan->finds.items[1]->record);
	assert_null(plan->finds.items[1]->then_record);
	const struct plan_fetch *history = plan->pulls.items[0]->fetch->elements->for_each.items[0];
	assert_string_equal(history->name, "tickets.history");
	assert_non_null(history->order);
	assert_int_equal(history->joins.n, 1);
	assert_ptr_equal(history->joins.items[0], history->tables.items[0]);
	/* a table with a request of its own is there before the list: its elements need not wait */
	assert_false(history->whole);
	assert_int_equal(history->tables.items[0]->fetch->requests.items[0]->page.size, 100);
	plan_free(plan);
	diags_release(&diags);
}

static void a_shop(void **state)
{
	struct diags diags = { 0 };
	struct plan *plan = fixture("shop.yaml", &diags);

	(void)state;
	assert_non_null(plan);
	assert_int_equal(diags.n, 0);
	assert_int_equal(plan->auth.kind, AUTH_LOGIN);
	assert_int_equal(plan->auth.keep_ms, 20 * 3600 * 1000);
	assert_string_equal(plan->auth.header, "Authorization");
	assert_string_equal(template_text(plan->auth.value), "Bearer <token>");
	assert_true(plan->auth.request->plain);
	assert_int_equal(plan->reset_unit, 1);
	assert_int_equal(plan->concurrency, 6);
	assert_non_null(plan->finds.items[1]->then->when);
	assert_int_equal(plan->finds.items[1]->fetch->elements->rows.n, 1);
	const struct plan_fetch *orders = plan->pulls.items[0]->fetch;
	assert_int_equal(orders->requests.items[0]->page.size, 50);
	assert_true(orders->requests.items[0]->page.send_size);
	assert_int_equal(orders->elements->nested.n, 2);
	assert_string_equal(orders->elements->nested.items[0]->nested.items[0]->nested.items[1]->name, "orders.also.payments.refunds");
	assert_int_equal(orders->joins.n, 1);
	assert_ptr_equal(orders->joins.items[0], plan->tables.items[0]);
	assert_int_equal(orders->elements->for_all.items[0]->chunk, 20);
	assert_string_equal(orders->elements->for_each.items[0]->name, "orders.claims");
	assert_int_equal(plan->asks.items[0]->fetch->steps.n, 1);
	assert_string_equal(plan->asks.items[0]->fetch->steps.items[0]->save.items[0].name, "item");
	plan_free(plan);
	diags_release(&diags);
}

/* What a reply must be whole for. */
static void waiting(void **state)
{
	static const struct { const char *lines; bool whole; } cases[] = {
		{ "    row: {id: /id, kind: note, at: /at, agent: ^/agent}\n", true },
		{ "    row: {id: /id, kind: note, at: /at, title: \"<^/x>!\"}\n", true },
		{ "    row: {id: /id, kind: note, at: /at, when: {^/x: 1}}\n", true },
		{ "    row: {id: /id, kind: note, at: /at}\n    tables: {users: {each: /users, key: /id, value: /name}}\n", false },
		{ "    row: {id: /id, kind: note, at: /at, agent: {table: users, key: /user}}\n    tables: {users: {each: /users, key: /id, value: /name}}\n", true },
		{ "    row: {id: /id, kind: note, at: /at, agent: {table: users, key: /user}}\n    tables: {users: {get: /users, each: /users, key: /id, value: /name, many: true}}\n", false },
		{ "    also: {each: /parts, row: {id: /id, kind: note, at: ../at}}\n", false },
		{ "    also: {each: /parts, row: {id: /id, kind: note, at: ^/at}}\n", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct plan *plan = plan_of(cases[i].lines);

		if (plan->pulls.items[0]->fetch->whole != cases[i].whole)
			fail_msg("%s should%s wait", cases[i].lines, cases[i].whole ? "" : " not");
		plan_free(plan);
	}
}

static const char head[] = "connector: t\ntitle: T\nsettings: {url: {required: true}, key: {secret: true}}\nheaders: {K: <settings.key>}\n";
static const char find[] = "record: {id: /id}\nfind: {by: email, get: /c, each: /c, match: /email, query: {q: <value>}}\n";

/* Lines after head, at which line something is said, and what. */
static const struct mistake { const char *lines; int line; const char *says; } mistakes[] = {
	{ "heders: {}\n", 5, "did you mean \"headers\"" },
	{ "pull:\n  t: {per: record, get: /t, query: {c: <customer>}, each: /t, row: {id: /id, kind: order, at: /at}}\n", 6,
	  "nothing is called <customer> here; known are: <since>, <record>, <record.x>, <settings.x>" },
	{ "pull:\n  t: {per: record, get: /t, query: {c: <recrod>}, each: /t, row: {id: /id, kind: order, at: /at}}\n", 6, "did you mean <record>?" },
	{ "pull:\n  t: {per: tel, get: /t, query: {c: <customer>}, match: /t, each: /t, row: {id: /id, kind: call, at: /at}}\n", 6,
	  "known are: <since>, <value>, <identity>, <settings.x>" },
	{ "pull:\n  t:\n    per: tel\n    match: caller.number\n    get: /t\n    each: /t\n    row: {id: /id, kind: call, at: /at}\n", 8,
	  "match: \"caller.number\" is the same text for every customer; /caller/number was meant?" },
	{ "xyzzy: 1\n", 5, "has no word \"xyzzy\"; there are: connector, title" },
	{ "find: 3\n", 5, "a map is meant, and a number stands there" },
	{ "pull: []\n", 5, "a map is meant, and a list stands there" },
	{ "ping:\n", 5, "ping: has no value" },
	{ "zone: Mars/Base\n", 5, "zone:" },
	{ "country: Britain\n", 5, "ISO 3166" },
	{ "currency: pounds\n", 5, "ISO 4217" },
	{ "limits: {rate: 0}\n", 5, "more than 0" },
	{ "limits: {pages: 0}\n", 5, "out of range" },
	{ "limits: {concurrency: many}\n", 5, "a number is meant, and a text" },
	{ "limits: {reset: {unit: second}}\n", 5, "did you mean \"seconds\"" },
	{ "auth: {bearer: a, basic: {user: b}}\n", 5, "this is the second" },
	{ "auth: {bearer: a, value: b}\n", 5, "value: goes with header:" },
	{ "auth: {basic: {password: b}}\n", 5, "user: is missing" },
	{ "auth: {header: X-Key}\n", 5, "value: is missing" },
	{ "auth: {header: X Key, value: b}\n", 5, "\"X Key\" is no name of a header" },
	{ "auth: {login: {post: /in, token: /t, header: \"X:Key\"}}\n", 5, "is no name of a header" },
	{ "ping: {get: /me, headers: {\"Api Version\": b}}\n", 5, "\"Api Version\" is no name of a header" },
	{ "as: {header: \"On behalf\", value: b}\n", 5, "\"On behalf\" is no name of a header" },
	{ "auth: {login: {post: /in}}\n", 5, "where is the token" },
	{ "auth: {oauth2: {form: {a: b}}}\n", 5, "request for the token is missing" },
	{ "as: {header: From}\n", 5, "both are needed" },
	{ "ping: {get: users/me}\n", 5, "must start with /" },
	{ "ping: {get: /a, post: /b}\n", 5, "this is its second" },
	{ "ping: {query: {a: b}}\n", 5, "says what it asks" },
	{ "ping: {get: /a, json: {a: b}}\n", 5, "a get carries no body" },
	{ "ping: {post: /a, json: {a: b}, form: {a: b}}\n", 5, "one of json, form and body" },
	{ "ping: {get: /a, none: [99]}\n", 5, "a status of HTTP" },
	{ "ping: {get: {record}}\n", 5, "Text that starts with { must be quoted" },
	{ "error: {mesage: /x}\n", 5, "did you mean \"message\"" },
	{ "error: message\n", 5, "is no pointer" },
	{ "ping: {get: /a, query: {a: <settings.kez>}}\n", 5, "did you mean \"key\"" },
	{ "ping: {get: /a, query: {a: <settings.other>}}\n", 5, "add it there" },
	{ "ping: {get: /a, query: {a: <agent.fax>}}\n", 5, "name, email, phone and id" },
	{ "actions: {note: {title: x, reader: staff, post: /a, needs: [phone]}}\n", 5, "needs: placeholders, such as" },
	{ "ping: {get: /a, query: {a: <value>}}\n", 5, "nothing is called <value> here" },
	{ "ping: {get: /a, query: {a: <record>}}\n", 5, "no record is known here" },
	{ "ping: {get: /a, query: {a: <record.x>}}\n", 5, "no record is known here" },
	{ "ping: {get: /a, query: {a: \"</x|lowr>\"}}\n", 5, "did you mean \"lower\"" },
	{ "ping: {get: /a, query: {a: \"/x/<settings.key>\"}}\n", 5, "starts as a pointer and holds a placeholder" },
	{ "ping: {get: /a, query: {a: \"x < y\"}}\n", 5, "has no > after it" },
	{ "ping: {get: /a, query: {a: {b}}}\n", 5, "must be quoted; a placeholder is written \"<b>\"" },
	{ "ping: {get: /a, query: {a: {form: x}}}\n", 5, "did you mean \"from\"" },
	{ "ping: {get: /a, query: {a: {from: /x, mop: {}}}}\n", 5, "did you mean \"map\"" },
	{ "ping: {get: /a, query: {a: {from: /x, map: {a: [1]}}}}\n", 5, "must stand for one value" },
	{ "ping: {get: /a, query: {a: {time: /x, format: unix}}}\n", 5, "no format of times" },
	{ "ping: {get: /a, query: {a: {time: /x, zone: Mars}}}\n", 5, "zone:" },
	{ "ping: {get: /a, query: {a: {table: x, key: /y}}}\n", 5, "no table is called \"x\"" },
	{ "tables: {x: {each: /x, key: /k, value: /v}}\nping: {get: /a, query: {a: {table: x}}}\n", 6, "key: is missing" },
	{ "tables: {x: {each: /x, key: /k}}\n", 5, "both needed" },
	{ "tables: {x: {key: /k, value: /v}}\n", 5, "each: is missing" },
	{ "ping: {get: /a, query: {a: {if: {/x: 1}}}}\n", 5, "then: is missing" },
	{ "ping: {get: /a, query: {a: {of: /x}}}\n", 5, "filters: is missing" },
	{ "ping: {get: /a, query: {a: {const: {b: 1}}}}\n", 5, "one value is meant" },
	{ "ping: {get: /a, query: {a: {if: {status: 1}, then: x}}}\n", 5, "a condition starts with a pointer" },
	{ "ping: {get: /a, query: {a: {if: {/x: null}, then: x}}}\n", 5, "{has: false}" },
	{ "ping: {get: /a, query: {a: {if: {/x: {gte: 1}}, then: x}}}\n", 5, "did you mean \"gt\"" },
	{ "ping: {get: /a, query: {a: {if: {/x: {gt: big}}, then: x}}}\n", 5, "a number is meant" },
	{ "find: {get: /c, each: /c, match: /e}\nrecord: {id: /id}\n", 5, "by: is missing" },
	{ "find: {by: emial, get: /c, match: /e}\nrecord: {id: /id}\n", 5, "did you mean \"email\"" },
	{ "find: {by: email, get: /c, each: /c}\nrecord: {id: /id}\n", 5, "match: is missing" },
	{ "find: {by: email, get: /c, match: /e}\n", 5, "record: of the connector or here" },
	{ "find: {by: email, match: /e}\nrecord: {id: /id}\n", 5, "says nothing to ask" },
	{ "find: {by: email, forms: digits, get: /c, match: /e}\nrecord: {id: /id}\n", 5, "is for by: tel" },
	{ "find: {by: tel, forms: [last], get: /c, match: /e}\nrecord: {id: /id}\n", 5, "last:N" },
	{ "find: {by: tel, requests: [{get: /a}], get: /c, match: /e}\nrecord: {id: /id}\n", 5, "put it among them" },
	{ "record: {name: /x}\n", 5, "record: id: is missing" },
	{ "record: {id: /id, adress: {}}\n", 5, "did you mean \"address\"" },
	{ "pull: {a: {get: /x, row: {id: /i, kind: note, at: /a}}}\n", 5, "per: is missing" },
	{ "pull: {a: {per: records, get: /x, row: {id: /i, kind: note, at: /a}}}\n", 5, "per: record, once" },
	{ "pull: {a: {per: [once, tel], get: /x, match: /t, row: {id: /i, kind: note, at: /a}}}\n", 5, "stand alone" },
	{ "pull: {a: {per: tel, get: /x, row: {id: /i, kind: note, at: /a}}}\n", 5, "match: is missing" },
	{ "pull: {a: {per: record, get: /x, row: {id: /i, kind: note, at: /a}}}\n", 5, "no find: gives any" },
	{ "pull: {a: {per: once, get: /x}}\n", 5, "gives nothing" },
	{ "pull: {a: {per: once, get: /x, row: {kind: note, at: /a}}}\n", 5, "needs id:" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, at: /a}}}\n", 5, "needs kind:" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: oder, at: /a}}}\n", 5, "did you mean \"order\"" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: {from: /k, map: {a: pigeon}}, at: /a}}}\n", 5, "\"pigeon\" is no kind; there are: other, call" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: note, step: payed, at: /a}}}\n", 5, "is no step" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: note, direction: inward, at: /a}}}\n", 5, "is no direction" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: note, reader: all, at: /a}}}\n", 5, "is no reader" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: note, channel: fax, at: /a}}}\n", 5, "is no channel" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: note, at: /a, titel: x}}}\n", 5, "did you mean \"title\"" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: note, at: /a, refs: {invoice: /x}}}}\n", 5, "refs has no word" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: note, at: /a, lines: {each: /l}}}}\n", 5, "title: or sku:" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: note, at: /a, attachments: {each: /l}}}}\n", 5, "name: or web:" },
	{ "pull: {a: {per: once, get: /x, rows: [{id: /i, kind: note, at: /a}, {id: /i, kind: note, at: /a}]}}\n", 5, "same id" },
	{ "pull: {a: {per: once, get: /x, each: items, row: {id: /i, kind: note, at: /a}}}\n", 5, "is no pointer" },
	{ "pull: {a: {per: once, get: /x, each: /a, members: /b, row: {id: /i, kind: note, at: /a}}}\n", 5, "one of them is meant" },
	{ "pull: {a: {per: once, get: /x, also: {each: /b}}}\n", 5, "also: gives nothing" },
	{ "pull: {a: {per: once, get: /x, for_all: {get: /y, row: {id: /i, kind: note, at: /a}}}}\n", 5, "id: is missing, what each element gives" },
	{ "pull: {a: {per: once, steps: {get: /y}, get: /x, row: {id: /i, kind: note, at: /a}}}\n", 5, "without save:" },
	{ "pull: {a: {per: once, get: /x, page: {size: n}, row: {id: /i, kind: note, at: /a}}}\n", 5, "is missing" },
	{ "pull: {a: {per: once, get: /x, page: {cursor: /n}, row: {id: /i, kind: note, at: /a}}}\n", 5, "to: is missing" },
	{ "pull: {a: {per: once, get: /x, page: {number: p, of: 5}, row: {id: /i, kind: note, at: /a}}}\n", 5, "needs size:" },
	{ "pull: {a: {per: once, get: /x, page: {number: p, next: /n}, row: {id: /i, kind: note, at: /a}}}\n", 5, "this is the second" },
	{ "pull: {a b: {per: once, get: /x, row: {id: /i, kind: note, at: /a}}}\n", 5, "letters, digits" },
	{ "pull: {a: {per: once, get: /x, row: {id: /i, kind: note, at: /a}, for_each: {name: 1st, get: /y, row: {id: /i, kind: note, at: /a}}}}\n", 5, "letters, digits" },
	{ "stock: {get: /s, row: {item: /i}}\n", 5, "needs quantity:" },
	{ "stock: {get: /s, row: {quantity: /i}}\n", 5, "needs item: or sku:" },
	{ "stock: {get: /s, row: {item: /i, quantity: /q, condition: broken}}\n", 5, "is no condition" },
	{ "stock: {get: /s}\n", 5, "stock gives nothing" },
	{ "knowledge: {by: title, get: /s, row: {id: /i}}\n", 5, "by has no word" },
	{ "actions: {a: {post: /x, reader: staff}}\n", 5, "title: is missing" },
	{ "actions: {a: {post: /x, title: A}}\n", 5, "reader: is missing" },
	{ "actions: {a: {post: /x, title: A, reader: everybody}}\n", 5, "staff or customer" },
	{ "actions: {a: {get: /x, title: A, reader: staff}}\n", 5, "a get writes nothing" },
	{ "actions: {a: {title: A, reader: staff}}\n", 5, "says nothing to write" },
	{ "actions: {a: {post: /x, title: A, reader: staff, roles: [agnt]}}\n", 5, "did you mean \"agent\"" },
	{ "actions: {a: {post: /x, title: A, reader: staff, ask: {t: {pick: tickets}}}}\n", 5, "names a pull" },
	{ "actions: {a: {post: /x, title: A, reader: staff, idempotency: query}}\n", 5, "idempotency: body, or" },
	{ "actions: {a: {post: /x, title: A, reader: staff, idempotency: body, json: {a: {b: [x, <now>]}}}}\n", 5, "no value of the body is <uuid>" },
	{ "actions: {a: {post: /x, title: A, reader: staff, ask: {sum: {}}, json: {a: <sum|minor:cur>}}}\n", 5, "<cur>" },
	{ "actions: {a: {post: /x, title: A, reader: staff, ask: {t: {type: date}}}}\n", 5, "yes_no" },
	{ "actions: {a: {post: /x, title: A, reader: staff, ask: {t: {type: money, most: 5}}}}\n", 5, "most: left" },
	{ "actions: {a: {post: /x, title: A, reader: staff, ask: {t: {type: number, most: left}}}}\n", 5, "goes with type: money" },
	{ "actions: {a: {post: /x, title: A, reader: staff, before: {get: /v}}}\n", 5, "saves nothing" },
	{ "actions: {a: {post: /x, title: A, reader: staff, read_back: {get: /v}}}\n", 5, "done: is missing" },
	{ "actions: {a: {post: /x, title: A, reader: staff, json: {t: <txt>}, ask: {text: {}}}}\n", 5, "did you mean <text>" },
	{ "verified: yesterday\n", 5, "a map is meant" },
};

static void every_mistake(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		const struct mistake *mistake = &mistakes[i];
		char *text = mem_printf("%s%s", head, mistake->lines);
		struct diags diags = { 0 };
		struct plan *plan = plan_parse(str_of(text), "t.yaml", &diags);
		bool said = false;

		for (size_t j = 0; j < diags.n; j++)
			said |= diags.items[j].line == mistake->line && strstr(diags.items[j].text, mistake->says);
		if (!said) {
			for (size_t j = 0; j < diags.n; j++)
				print_error("  %d: %s\n", diags.items[j].line, diags.items[j].text);
			fail_msg("%s does not say \"%s\" at line %d", mistake->lines, mistake->says, mistake->line);
		}
		assert_null(plan);
		diags_release(&diags);
		free(text);
	}
}

static void all_at_once(void **state)
{
	static const char text[] = "connector: 9x\nsettings: {key: {secret: true, default: x}, spare: {}}\nheders: {}\nping: {gt: /x}\npull: {a: {}}\n";
	struct diags diags = { 0 };
	unsigned lines = 0;

	(void)state;
	assert_null(plan_parse(str_of(text), "t.yaml", &diags));
	for (size_t i = 0; i < diags.n; i++) {
		if (diags.items[i].line < 8)
			lines |= 1u << diags.items[i].line;
		/* people read a file from its top */
		assert_true(i == 0 || diags.items[i].line >= diags.items[i - 1].line);
		assert_string_equal(diags.items[i].file, "t.yaml");
	}
	assert_int_equal(lines, 0x3e);
	diags_release(&diags);
}

static void warnings(void **state)
{
	char *text = mem_printf("%s%ssettings2: 1\n", head, find);
	struct diags diags = { 0 };
	struct plan *plan;

	(void)state;
	assert_null(plan_parse(str_of(text), "t.yaml", &diags));
	diags_release(&diags);
	free(text);
	text = mem_printf("connector: t\ntitle: T\nsettings: {url: {required: true}, spare: {}}\n%s", find);
	plan = plan_parse(str_of(text), "t.yaml", &diags);
	assert_non_null(plan);
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.items[0].level, DIAG_WARNING);
	assert_non_null(strstr(diags.items[0].text, "\"spare\" is used nowhere"));
	plan_free(plan);
	diags_release(&diags);
	free(text);
}

/* What is the same for everybody finds nobody, or makes everybody one; a constant said as one is meant. */
static void literals(void **state)
{
	static const char connector[] =
		"connector: t\ntitle: T\nsettings: {url: {required: true}}\n"
		"record:\n  id: %s\n  name: [/n, name]\n  email: {first: [mail, /mail]}\n  tel: {const: \"112\"}\n  since: the first day\n"
		"find: {by: email, get: /c, each: /c, match: %s, query: {q: <value>}}\n"
		"pull: {t: {per: record, get: /t, each: /t, row: {id: id, kind: order, at: {all: [/at, created_at]}}}}\n";
	static const struct { int line; const char *says; } said[] = {
		{ 6, "name: \"name\" is the same text for every customer; /name was meant?" },
		{ 7, "email: \"mail\" is the same text for every customer; /mail was meant?" },
		{ 9, "since: \"the first day\" is the same text for every customer; a pointer such as /since was meant?" },
		{ 11, "id: \"id\" is the same text for every row; /id was meant?" },
		{ 11, "at: \"created_at\" is the same text for every row; /created_at was meant?" },
	};
	char *text = mem_printf(connector, "/id", "/email");
	struct diags diags = { 0 };
	struct plan *plan = plan_parse(str_of(text), "t.yaml", &diags);

	(void)state;
	assert_non_null(plan);
	assert_int_equal(diags.n, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(diags.items[i].level, DIAG_WARNING);
		assert_int_equal(diags.items[i].line, said[i].line);
		assert_string_equal(diags.items[i].text, said[i].says);
	}
	plan_free(plan);
	diags_release(&diags);
	free(text);
	text = mem_printf(connector, "id", "[email, /mail]");
	assert_null(plan_parse(str_of(text), "t.yaml", &diags));
	assert_int_equal(diags.errors, 2);
	assert_int_equal(diags.items[0].line, 5);
	assert_string_equal(diags.items[0].text, "id: \"id\" is the same text for every customer; /id was meant?");
	diags_release(&diags);
	free(text);
}

/* A file may hold anything: whatever is cut, doubled or swapped is reported or loads, and leaks nothing. */
static void broken_files(void **state)
{
	static const char *const files[] = { "zammad.yaml", "desk.yaml", "shop.yaml" };
	uint64_t seed = 1;

	(void)state;
	for (size_t f = 0; f < 3; f++) {
		char *path = mem_printf("%s/tests/backend/fixtures/%s", getenv("DOSSIER_SRC") ? getenv("DOSSIER_SRC") : ".", files[f]);
		char text[16384];
		FILE *file = fopen(path, "r");

		assert_non_null(file);
		size_t n = fread(text, 1, sizeof(text), file);
		fclose(file);
		free(path);
		for (int round = 0; round < 300; round++) {
			char copy[sizeof(text)];
			struct diags diags = { 0 };

			memcpy(copy, text, n);
			for (int change = 0; change < 4; change++) {
				static const char odd[] = "{}[]:,<>|/\"' \n-#&*x0\0";

				seed = seed * 6364136223846793005u + 1442695040888963407u;
				copy[(seed >> 33) % n] = odd[(seed >> 20) % (sizeof(odd) - 1)];
			}
			plan_free(plan_parse(str_make(copy, n - (size_t)round % 7), "t.yaml", &diags));
			diags_release(&diags);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example),
		cmocka_unit_test(a_desk),
		cmocka_unit_test(a_shop),
		cmocka_unit_test(waiting),
		cmocka_unit_test(every_mistake),
		cmocka_unit_test(all_at_once),
		cmocka_unit_test(warnings),
		cmocka_unit_test(literals),
		cmocka_unit_test(broken_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
