#include <dossier/store/shared.h>

#include <stdlib.h>

struct store_rows *store_rows_new(void)
{
	struct arena *arena = arena_new();
	struct store_rows *rows = arena_alloc(arena, sizeof(*rows));

	rows->arena = arena;
	return rows;
}

void store_rows_free(struct store_rows *rows)
{
	struct arena *arena;

	if (!rows)
		return;
	arena = rows->arena;
	free(rows->entries);
	rows->entries = NULL;
	rows->n = 0;
	rows->arena = NULL;
	arena_free(arena);
}
