/* Arbitrary files of a house: every section, from memory. */
#include <sys/mman.h>

#include <dossier/base/mem.h>
#include <dossier/desk/house.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int fd = memfd_create("house", MFD_CLOEXEC);
	struct diags diags = { 0 };
	struct house_options options = { .sysconf = "/nonexistent", .home_config = "/nonexistent", .data = "/nonexistent", .login = "kim" };
	struct house *house;
	char path[64];

	/* a counted repetition inside another grows without bound in the C library's own compiler */
	if (fd < 0 || n > 4096 || memchr(data, '{', n) != memrchr(data, '{', n) || (n && write(fd, data, n) != (ssize_t)n)) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	options.file = path;
	house = house_load(&options, &diags);
	FUZZ_CHECK(house && house->zone && house->zone_name);
	for (size_t i = 0; i < house->n_backends; i++)
		FUZZ_CHECK(house->backends[i]->id && house_find_backend(house, house->backends[i]->id));
	house_free(house);
	diags_release(&diags);
	close(fd);
	return 0;
}
