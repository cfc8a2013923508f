#include <dossier/base/yaml.h>

#include "load.h"
#include "value.h"

const char *const cond_words[] = { "any", "contains", "gt", "has", "lt", "not", "same", "starts", NULL };

static struct cond *cond_new(enum cond_op op)
{
	struct cond *cond = mem_zalloc(sizeof(*cond));

	cond->op = op;
	return cond;
}

static void add_values(struct load *l, struct cond *cond, struct node node)
{
	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		struct buf tmp;
		struct str text;

		buf_init(&tmp, 4096);
		if (!item.value)
			load_error(l, item.line, "a condition compares with no null: write {has: false}");
		else if (!json_text(item.value, &tmp, &text))
			load_error(l, item.line, "a condition compares with a text, a number, true or false");
		else {
			char *copy = str_dup(text);

			PLAN_ADD(cond->values, copy);
		}
		buf_release(&tmp);
	}
}

static void read_number_test(struct load *l, struct cond *cond, struct node node)
{
	if (node_is(node, json_type_int) || node_is(node, json_type_double))
		cond->number = json_object_get_double(node.value);
	else
		load_error(l, node.line, "a number is meant, such as {gt: 0}");
}

static struct cond *test_read(struct load *l, struct node left, enum cond_op op, struct node node)
{
	struct cond *cond = cond_new(op);

	cond->left = expr_read(l, left);
	if (op == COND_GT || op == COND_LT)
		read_number_test(l, cond, node);
	else if (op == COND_HAS)
		read_bool(l, node, &cond->has);
	else if (op == COND_SAME)
		cond->right = expr_read(l, node);
	else
		add_values(l, cond, node);
	return cond;
}

static struct cond *tests_read(struct load *l, struct node left, struct node node);

static struct cond *negation(struct cond *inner)
{
	struct cond *cond = cond_new(COND_NOT);

	PLAN_ADD(cond->subs, inner);
	return cond;
}

/* {gt: 1, lt: 5}: all of them hold */
static struct cond *test_map_read(struct load *l, struct node left, struct node map)
{
	static const struct { const char *name; enum cond_op op; } tests[] = {
		{ "contains", COND_CONTAINS }, { "gt", COND_GT }, { "has", COND_HAS }, { "lt", COND_LT },
		{ "same", COND_SAME }, { "starts", COND_STARTS },
	};
	static const char *const words[] = { "contains", "gt", "has", "lt", "not", "same", "starts", NULL };
	struct cond *all = cond_new(COND_ALL);

	json_object_object_foreach(map.value, key, value) {
		struct node node = node_member(map, key);
		struct cond *one = NULL;

		(void)value;
		if (!strcmp(key, "not"))
			one = negation(tests_read(l, left, node));
		for (size_t i = 0; !one && i < sizeof(tests) / sizeof(*tests); i++)
			if (!strcmp(tests[i].name, key))
				one = test_read(l, left, tests[i].op, node);
		if (one)
			PLAN_ADD(all->subs, one);
		else
			unknown_word(l, yaml_mark_key(map.value, key).line, key, words, "a condition");
	}
	return all;
}

static struct cond *tests_read(struct load *l, struct node left, struct node node)
{
	if (!load_enter(l, node.line))
		return cond_new(COND_NEVER);
	struct cond *cond = node_is(node, json_type_object) ? test_map_read(l, left, node) : test_read(l, left, COND_IN, node);
	if (!node.value)
		load_error(l, node.line, "a condition compares with no null: write {has: false}");
	load_leave(l);
	return cond;
}

static struct cond *member_read(struct load *l, struct node map, const char *key)
{
	struct node node = node_member(map, key);

	if (!strcmp(key, "not"))
		return negation(cond_read(l, node));
	if (!strcmp(key, "any")) {
		struct cond *any = cond_new(COND_ANY);

		for (size_t i = 0; i < node_count(node); i++) {
			struct cond *sub = cond_read(l, node_at(node, i));

			PLAN_ADD(any->subs, sub);
		}
		return any;
	}
	if (!place_looks(str_of(key)) && !strchr(key, '<')) {
		load_error(l, yaml_mark_key(map.value, key).line,
			   "a condition starts with a pointer such as /status, a text with a placeholder, any or not; \"%s\" is none of these", key);
		return NULL;
	}
	struct node left = { json_object_new_string(key), yaml_mark_key(map.value, key).line };
	struct cond *cond = tests_read(l, left, node);
	json_object_put(left.value);
	return cond;
}

/* Always gives one, so that what holds it stays whole. */
struct cond *cond_read(struct load *l, struct node node)
{
	if (node_is(node, json_type_boolean))
		return cond_new(json_object_get_boolean(node.value) ? COND_ALWAYS : COND_NEVER);
	if (!node_expect(l, node, json_type_object, "a condition") || !load_enter(l, node.line))
		return cond_new(COND_NEVER);
	struct cond *all = cond_new(COND_ALL);
	json_object_object_foreach(node.value, key, value) {
		struct cond *one = member_read(l, node, key);

		(void)value;
		if (one)
			PLAN_ADD(all->subs, one);
	}
	load_leave(l);
	return all;
}

void read_cond(struct load *l, struct node node, void *to)
{
	*(struct cond **)to = cond_read(l, node);
}
