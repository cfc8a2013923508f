#include <string.h>

#include <dossier/base/mem.h>
#include <dossier/model/mask.h>

struct rule { char *field; int64_t level; };

struct mask {
	struct rule *rules;
	size_t n, cap;
	char **revealed;
	size_t n_revealed, cap_revealed;
	int64_t level;
};

struct mask *mask_new(void)
{
	return mem_zalloc(sizeof(struct mask));
}

static void mask_forget(struct mask *mask)
{
	for (size_t i = 0; i < mask->n_revealed; i++)
		free(mask->revealed[i]);
	mask->n_revealed = 0;
}

void mask_free(struct mask *mask)
{
	if (!mask)
		return;
	mask_forget(mask);
	for (size_t i = 0; i < mask->n; i++)
		free(mask->rules[i].field);
	free(mask->rules);
	free(mask->revealed);
	free(mask);
}

void mask_close(struct mask *mask, const char *field)
{
	mask_until(mask, field, INT64_MAX);
}

void mask_until(struct mask *mask, const char *field, int64_t level)
{
	MEM_ROOM(mask->rules, mask->n, mask->cap);
	mask->rules[mask->n++] = (struct rule){ mem_strdup(field), level };
}

void mask_verified(struct mask *mask, int64_t level)
{
	mask->level = level;
	if (level <= 0)
		mask_forget(mask);
}

void mask_reveal(struct mask *mask, const char *field)
{
	MEM_ROOM(mask->revealed, mask->n_revealed, mask->cap_revealed);
	mask->revealed[mask->n_revealed++] = mem_strdup(field);
}

static bool field_below(const char *field, const char *above)
{
	size_t n = strlen(above);

	return !strncmp(field, above, n) && (!field[n] || field[n] == '.');
}

int64_t mask_needs(const struct mask *mask, const char *field)
{
	int64_t needs = 0;

	if (!mask)
		return 0;
	for (size_t i = 0; i < mask->n_revealed; i++) {
		if (field_below(field, mask->revealed[i]))
			return 0;
	}
	for (size_t i = 0; i < mask->n; i++) {
		const struct rule *rule = &mask->rules[i];

		if (field_below(field, rule->field) && (rule->level == INT64_MAX || mask->level < rule->level) && rule->level > needs)
			needs = rule->level;
	}
	return needs;
}

bool mask_hides(const struct mask *mask, const char *field)
{
	return mask_needs(mask, field) > 0;
}
