/* Arbitrary connectors: loaded, and what loads maps fixed replies. */
#include <dossier/backend/plan.h>
#include <dossier/base/json.h>

#include "fuzz.h"
#include "world.h"

static const char *const replies[] = {
	"{\"id\":7,\"name\":\"Jane Moss\",\"email\":\"jane@example.com\",\"items\":[{\"id\":1,\"title\":\"a\",\"total\":\"12.50\","
	"\"cur\":\"EUR\",\"created\":\"2026-11-01T09:00:00Z\",\"tel\":\"020 7946 0000\",\"lines\":[{\"t\":\"x\",\"q\":2}],"
	"\"note\":\"<b>hi</b>\",\"a\":{\"b\":[1,2,[3],null,{\"c\":\"d\"}]}}],\"next\":\"/x?page=2\",\"total\":3}",
	"[[],{},\"\",0,-1.5e9,true,null,\"\\u0000\\uffff\",{\"id\":\"..\",\"items\":{\"k\":{\"id\":[1]}}}]",
	"\"text\"",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = fuzz_copy(data, n);
	struct diags diags = { 0 };
	struct plan *plan = plan_parse(text, "fuzz.yaml", &diags);

	FUZZ_CHECK(plan || diags.errors);
	for (size_t i = 0; plan && i < sizeof(replies) / sizeof(*replies); i++) {
		struct world world;
		struct json_object *reply = json_parse_whole(str_of(replies[i]), NULL, NULL);

		world_init(&world);
		world_reply(&world, reply);
		world_map(&world, plan, reply);
		if (json_object_is_type(reply, json_type_array))
			for (size_t j = 0; j < json_object_array_length(reply); j++)
				world_map(&world, plan, json_object_array_get_idx(reply, j));
		world_release(&world);
	}
	plan_free(plan);
	diags_release(&diags);
	fuzz_drop(text);
	return 0;
}
