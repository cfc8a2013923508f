#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>

#include "little_house.h"

static const char settings[] =
	"house: {name: Little, country: GB, currency: GBP, zone: UTC}\n"
	"agents:\n"
	"  ana: {name: Ana, role: agent, team: support, site: leeds}\n"
	"  mia: {name: Mia, role: agent, team: support, site: leeds}\n"
	"  raj: {name: Raj, role: partner, team: billing, site: manila}\n"
	"  tom: {name: Tom, role: counter, team: shop, site: leeds}\n"
	"  sue: {name: Sue, role: supervisor, team: support, site: leeds}\n"
	"  ada: {name: Ada, role: admin, team: office, site: leeds}\n"
	"contacts:\n"
	"  done: [password reset, card form, told how]\n"
	"  outcomes:\n"
	"    solved: {status: solved}\n"
	"    waiting: {status: waiting, next: call when billing has answered, reasons: [billing, parts]}\n"
	"handoffs: {reasons: [needs billing, language]}\n"
	"verification: {fields: [profile.addresses, profile.identities]}\n"
	"costs: {hour: 30 GBP}\n";

void little_begin(struct little *little)
{
	struct house_options options = { .login = "ana" };
	struct diags diags = { 0 };

	*little = (struct little){ 0 };
	clock_fake_init(&little->clock, LITTLE_NOW, 7);
	place_make(&little->place);
	place_write(&little->place, "dossier.yaml", 0644, settings);
	options.sysconf = options.home_config = little->place.dir;
	little->house = house_load(&options, &diags);
	for (size_t i = 0; i < diags.n; i++)
		print_message("%s\n", diags.items[i].text);
	diags_release(&diags);
	assert_int_equal(little->house->n_agents, 6);
	assert_int_equal(little->house->n_outcomes, 2);
	little->desk = (struct desk){ .clock = &little->clock.clock, .house = little->house };
	little_agent(little, "ana");
}

void little_end(struct little *little)
{
	house_free(little->house);
	place_remove(&little->place);
}

void little_agent(struct little *little, const char *id)
{
	for (size_t i = 0; i < little->house->n_agents; i++) {
		const struct house_agent *agent = little->house->agents[i];
		enum role role;

		if (strcmp(agent->id, id) != 0)
			continue;
		assert_true(role_parse(str_of(agent->role), &role));
		little->house->agent = agent;
		little->desk.agent = str_of(agent->id);
		little->desk.team = str_of(agent->team);
		little->desk.site = str_of(agent->site);
		little->desk.roles = 1u << role;
		return;
	}
	fail_msg("there is no agent %s", id);
}
