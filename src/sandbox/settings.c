#include "settings.h"

#include <getopt.h>

#include <dossier/base/when.h>

#include "request.h"
#include "world.h"

enum { OPT_FAULT = 256 };

static const struct option options[] = {
	{ "customers", required_argument, NULL, 'c' },
	{ "seed", required_argument, NULL, 's' },
	{ "now", required_argument, NULL, 'n' },
	{ "port", required_argument, NULL, 'p' },
	{ "state", required_argument, NULL, 'S' },
	{ "background", no_argument, NULL, 'b' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "latency", required_argument, NULL, OPT_FAULT },
	{ "fail", required_argument, NULL, OPT_FAULT },
	{ "cut", required_argument, NULL, OPT_FAULT },
	{ "garbage", required_argument, NULL, OPT_FAULT },
	{ "lose", required_argument, NULL, OPT_FAULT },
	{ "rate-limit", required_argument, NULL, OPT_FAULT },
	{ "hostile", required_argument, NULL, OPT_FAULT },
	{ NULL },
};

/* BACKEND=VALUE, or BACKEND alone; all is every backend. */
static bool fault(struct settings *out, const char *name, const char *arg, struct err *err)
{
	const char *equals = strchr(arg, '='), *value = equals ? equals + 1 : "";
	char who[32];

	snprintf(who, sizeof(who), "%.*s", equals ? (int)(equals - arg) : 31, arg);
	if (strcmp(who, "all") != 0 && backend_index(who) < 0)
		return err_set(err, ERR_USAGE, "--%s: there is no backend \"%s\"; there are shop, till, phone, chat, social, and all", name, who);
	for (int i = 0; i < BOX_BACKENDS; i++)
		if ((strcmp(who, "all") == 0 || i == backend_index(who)) && !fault_set(&out->faults[i], name, value, err))
			return err_prefix(err, "--%s", name);
	return true;
}

static bool number(const char *name, const char *arg, uint64_t least, uint64_t most, uint64_t *out, struct err *err)
{
	char *end;

	*out = strtoull(arg, &end, 10);
	if (!isdigit((unsigned char)*arg) || *end || *out < least || *out > most)
		return err_set(err, ERR_USAGE, "--%s: \"%s\" is not a number from %llu to %llu", name, arg, (unsigned long long)least,
			       (unsigned long long)most);
	return true;
}

static bool one(struct settings *out, int c, const char *name, struct err *err)
{
	uint64_t n = 0;

	switch (c) {
	case 'c':
		if (!number(name, optarg, 0, WORLD_MOST, &n, err))
			return false;
		out->customers = (uint32_t)n;
		return true;
	case 's':
		return number(name, optarg, 0, INT64_MAX, &out->seed, err);
	case 'n':
		return when_parse(str_of(optarg), WHEN_AUTO, NULL, &out->now, err) || err_prefix(err, "--now");
	case 'p':
		if (!number(name, optarg, 0, 65535 - BOX_BACKENDS, &n, err))
			return false;
		out->port = (uint16_t)n;
		return true;
	case 'S': out->state = optarg; return true;
	case 'b': out->background = true; return true;
	case 'q': out->quiet = true; return true;
	case 'h': out->help = true; return true;
	case 'V': out->version = true; return true;
	case OPT_FAULT: return fault(out, name, optarg, err);
	default: return err_set(err, ERR_USAGE, "see dossier-sandbox --help");
	}
}

bool settings_read(int argc, char **argv, struct settings *out, struct err *err)
{
	int c, at = 0;

	*out = (struct settings){ .customers = 300, .seed = 1, .now = WHEN_NONE };
	while ((c = getopt_long(argc, argv, "hqV", options, &at)) != -1) {
		const char *name = "";

		for (const struct option *o = options; o->name; o++)
			if (c == OPT_FAULT ? o == &options[at] : o->val == c)
				name = o->name;
		if (!one(out, c, name, err))
			return false;
	}
	if (optind < argc)
		return err_set(err, ERR_USAGE, "\"%s\" is too much: there are only options", argv[optind]);
	return true;
}

void settings_help(void)
{
	fputs("usage: dossier-sandbox [OPTION]...\n"
	      "Practice backends on 127.0.0.1: shop, till, phone, chat and social.\n\n"
	      "  --customers N            ordinary customers beside those of the stories (300)\n"
	      "  --seed S                 the same seed gives the same people (1)\n"
	      "  --now TIME               the moment it is in the sandbox (the start, to the minute)\n"
	      "  --port N                 first of six ports in a row (any that are free)\n"
	      "  --state FILE             where to write how it is reached\n"
	      "  --background             return once it is ready\n"
	      "  -q, --quiet              do not print the addresses\n"
	      "  --latency BACKEND=TIME   reply late, such as shop=800ms\n"
	      "  --fail BACKEND=PART      fail, such as phone=0.3; the same for --cut and --garbage\n"
	      "  --rate-limit BACKEND=N/s answer 429 beyond that\n"
	      "  --hostile BACKEND        put harmful text into fields\n"
	      "  -h, --help, -V, --version\n\n"
	      "BACKEND may be \"all\". dossier-sandbox(1) has the rest.\n", stdout);
}
