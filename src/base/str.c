#include <dossier/base/mem.h>
#include <dossier/base/str.h>

struct str arena_str(struct arena *arena, struct str s)
{
	return s.p ? (struct str){ arena_strndup(arena, s.p, s.n), s.n } : s;
}

char *str_dup(struct str s)
{
	return mem_strndup(s.p, s.p ? s.n : 0);
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_caseis(struct str a, const char *literal)
{
	struct str b = str_of(literal);

	if (!a.p || !b.p)
		return !a.p && !b.p;
	if (a.n != b.n)
		return false;
	for (uint32_t i = 0; i < a.n; i++)
		if (fold(a.p[i]) != fold(b.p[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	if (!a.p || !b.p)
		return (a.p != NULL) - (b.p != NULL);
	uint32_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.p && n <= s.n && memcmp(s.p, prefix, n) == 0;
}
