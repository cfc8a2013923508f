#include <string.h>

#include <dossier/base/mem.h>
#include <dossier/model/mask.h>

struct mask {
	char **fields;
	size_t n, cap;
};

struct mask *mask_new(void)
{
	return mem_zalloc(sizeof(struct mask));
}

void mask_free(struct mask *mask)
{
	if (!mask)
		return;
	for (size_t i = 0; i < mask->n; i++)
		free(mask->fields[i]);
	free(mask->fields);
	free(mask);
}

void mask_close(struct mask *mask, const char *field)
{
	MEM_ROOM(mask->fields, mask->n, mask->cap);
	mask->fields[mask->n++] = mem_strdup(field);
}

bool mask_hides(const struct mask *mask, const char *field)
{
	if (!mask)
		return false;
	for (size_t i = 0; i < mask->n; i++) {
		size_t n = strlen(mask->fields[i]);

		if (!strncmp(field, mask->fields[i], n) && (!field[n] || field[n] == '.'))
			return true;
	}
	return false;
}
