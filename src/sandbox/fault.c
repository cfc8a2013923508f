#include "fault.h"

#include <dossier/base/option.h>

#include "chance.h"
#include "make.h"

static bool limited(struct fault *fault, int64_t steady)
{
	double most = fault->rate;

	if (fault->rate == 0)
		return false;
	if (fault->filled == 0)
		fault->tokens = most;
	else
		fault->tokens += (double)(steady - fault->filled) * most / 1000.0;
	if (fault->tokens > most)
		fault->tokens = most;
	fault->filled = steady ? steady : 1;
	if (fault->tokens < 1)
		return true;
	fault->tokens -= 1;
	return false;
}

struct fault_plan fault_next(struct fault *fault, uint64_t seed, unsigned backend, int64_t steady)
{
	struct chance chance = chance_start(seed, fault->count++, 0xfa0000 + backend);
	struct fault_plan plan = { .latency = fault->latency };
	int dice = (int)chance_below(&chance, 1000);

	plan.pick = chance_next(&chance);
	plan.status = plan.pick & 1 ? 500 : 503;
	plan.lose = (int)chance_below(&chance, 1000) < fault->lose;
	if (limited(fault, steady))
		plan.kind = FAULT_LIMIT;
	else if (dice < fault->fail)
		plan.kind = FAULT_FAIL;
	else if (dice < fault->fail + fault->cut)
		plan.kind = FAULT_CUT;
	else if (dice < fault->fail + fault->cut + fault->garbage)
		plan.kind = FAULT_GARBAGE;
	return plan;
}

static bool set_latency(struct fault *fault, const char *value)
{
	int64_t ms;

	if (!option_duration(value, &ms) || ms < 0 || ms > 600000)
		return false;
	fault->latency = ms;
	return true;
}

static bool part(const char *value, int *out)
{
	char *end;
	double d;

	if (!*value || strcmp(value, "on") == 0 || strcmp(value, "true") == 0) {
		*out = 1000;
		return true;
	}
	if (strcmp(value, "off") == 0 || strcmp(value, "false") == 0) {
		*out = 0;
		return true;
	}
	d = strtod(value, &end);
	if (*end || !(d >= 0 && d <= 1))
		return false;
	*out = (int)(d * 1000 + 0.5);
	return true;
}

static bool set_fail(struct fault *fault, const char *value) { return part(value, &fault->fail); }
static bool set_cut(struct fault *fault, const char *value) { return part(value, &fault->cut); }
static bool set_garbage(struct fault *fault, const char *value) { return part(value, &fault->garbage); }

static bool set_lose(struct fault *fault, const char *value) { return part(value, &fault->lose); }

static bool set_rate(struct fault *fault, const char *value)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (end == value || (*end && strcmp(end, "/s") != 0) || n < 0 || n > 1000000)
		return false;
	fault->rate = (int)n;
	fault->filled = 0;
	return true;
}

static bool set_hostile(struct fault *fault, const char *value)
{
	static const char *const on[] = { "", "on", "true", "1" }, *const off[] = { "off", "false", "0" };

	for (size_t i = 0; i < 4; i++)
		if (strcmp(value, on[i]) == 0)
			return fault->hostile = true;
	for (size_t i = 0; i < 3; i++)
		if (strcmp(value, off[i]) == 0)
			return !(fault->hostile = false);
	return false;
}

static const struct setting {
	const char *name;
	bool (*set)(struct fault *fault, const char *value);
	const char *right;
} settings[] = {
	{ "latency", set_latency, "a time up to 10m, such as 800ms" },
	{ "fail", set_fail, "the part of requests that fail, 0 to 1, such as 0.3" },
	{ "cut", set_cut, "the part of replies that are cut off, 0 to 1" },
	{ "garbage", set_garbage, "the part of replies that are garbage, 0 to 1" },
	{ "lose", set_lose, "the part of writes whose reply is lost, 0 to 1" },
	{ "rate-limit", set_rate, "requests a second, such as 5/s; 0 for no limit" },
	{ "hostile", set_hostile, "on or off" },
};

static const struct setting *setting_of(const char *name)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		if (strcmp(settings[i].name, name) == 0)
			return &settings[i];
	return NULL;
}

bool fault_known(const char *name)
{
	return setting_of(name) != NULL;
}

bool fault_set(struct fault *fault, const char *name, const char *value, struct err *err)
{
	const struct setting *setting = setting_of(name);

	if (!setting)
		return err_set(err, ERR_USAGE, "there is no fault \"%s\"; there are latency, fail, cut, garbage, lose, rate-limit and hostile", name);
	if (!setting->set(fault, value))
		return err_set(err, ERR_USAGE, "%s: \"%s\" is not %s", name, value, setting->right);
	return true;
}

struct json_object *fault_json(const struct fault *fault)
{
	return make("{'latency_ms':%l,'fail_per_thousand':%i,'cut_per_thousand':%i,'garbage_per_thousand':%i,"
		    "'lose_per_thousand':%i,'rate_per_second':%i,'hostile':%b,'requests':%l}", fault->latency, fault->fail, fault->cut,
		    fault->garbage, fault->lose, fault->rate, (int)fault->hostile, (int64_t)fault->count);
}

static void random_bytes(struct chance chance, struct buf *out)
{
	unsigned n = 1 + chance_below(&chance, 3000);

	while (n-- > 0)
		buf_addc(out, (char)chance_next(&chance));
}

void fault_garbage(uint64_t pick, struct buf *out)
{
	buf_reset(out);
	switch (pick % 4) {
	case 0:
		buf_adds(out, "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
			 "<body><h1>Bad Gateway</h1><script>alert('{\"data\":[]}')</script></body></html>\n");
		break;
	case 1:
		random_bytes((struct chance){ pick }, out);
		break;
	case 2:         /* brackets without an end */
		for (int i = 0; i < 20000; i++)
			buf_addc(out, i & 1 && pick & 64 ? '{' : '[');
		break;
	default:
		buf_adds(out, "{\"customers\":[{\"id\":\"");
		buf_addc(out, '\x1b');
		buf_adds(out, "[2J\xff\xfe\"},,]} trailing");
	}
}
