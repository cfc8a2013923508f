/* Arbitrary zone files and rules; what loads converts times from one end of the range to the other. */
#include <dossier/base/mem.h>
#include <dossier/base/when.h>

#include "../../src/base/zone.h"
#include "fuzz.h"

static void use(const struct zone *zone)
{
	static const int64_t times[] = { INT64_MIN, INT64_MIN + 1, -62135596800000, -1, 0, 1, 1795178280123, 4102444800000,
					 253402300799999, INT64_MAX / 1000, INT64_MAX - 1, INT64_MAX };

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		zone_to_utc(zone, times[i]);
		zone_to_local(zone, times[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = fuzz_copy(data, n);
	struct zone *zone = mem_zalloc(sizeof(*zone)), ruled = { 0 };
	char *name = str_dup(text);

	if (zone_file_parse(text, zone))
		use(zone);
	zone_free(zone);
	if (zone_rule_parse(text, &ruled.rule))
		use(&ruled);
	/* a name that could lead out of the zones' folder is never opened */
	if (strstr(name, "..") || *name == '/')
		FUZZ_CHECK(!zone_new(name, NULL));
	free(name);
	fuzz_drop(text);
	return 0;
}
