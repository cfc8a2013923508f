#include <malloc.h>
#include <stdarg.h>
#include <sys/mman.h>

#include <dossier/base/mem.h>

static void __attribute__((noreturn)) out_of_memory(size_t n, size_t size)
{
	fprintf(stderr, "dossier: out of memory (%zu times %zu bytes were asked for)\n", n, size);
	exit(EXIT_FAILURE);
}

/* Not inlined: of malloc and memset together the compiler would make the calloc that mem_array is to do without. */
__attribute__((noinline)) void *mem_alloc(size_t size)
{
	void *ptr = malloc(size ? size : 1);

	if (!ptr)
		out_of_memory(1, size);
	return ptr;
}

void *mem_huge(size_t size)
{
	void *ptr = aligned_alloc(size, size);

	if (!ptr)
		out_of_memory(1, size);
#ifdef MADV_HUGEPAGE
	/* a system without them gives small ones */
	madvise(ptr, size, MADV_HUGEPAGE);
#endif
	return ptr;
}

/* calloc of glibc 2.36 passes the thread's own cache by, where what was freed a moment ago lies. */
#define ZALLOC_SMALL 1024

void *mem_zalloc(size_t size)
{
	return mem_array(1, size);
}

void *mem_array(size_t n, size_t size)
{
	size_t total;
	void *ptr;

	if (!__builtin_mul_overflow(n, size, &total) && total && total <= ZALLOC_SMALL)
		return memset(mem_alloc(total), 0, total);
	ptr = calloc(n ? n : 1, size ? size : 1);

	if (!ptr)
		out_of_memory(n, size);
	return ptr;
}

void *mem_realloc(void *ptr, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		out_of_memory(n, size);
	ptr = realloc(ptr, total ? total : 1);
	if (!ptr)
		out_of_memory(n, size);
	return ptr;
}

char *mem_strdup(const char *s)
{
	return s ? mem_strndup(s, strlen(s)) : NULL;
}

char *mem_strndup(const char *s, size_t n)
{
	if (n == SIZE_MAX)
		out_of_memory(n, 1);
	char *copy = mem_alloc(n + 1);

	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *mem_concat(const char *first, ...)
{
	size_t n = 0;
	char *whole, *to;
	va_list ap, again;

	va_start(ap, first);
	va_copy(again, ap);
	for (const char *s = first; s; s = va_arg(ap, const char *))
		n += strlen(s);
	va_end(ap);
	whole = to = mem_alloc(n + 1);
	for (const char *s = first; s; s = va_arg(again, const char *)) {
		size_t length = strlen(s);

		memcpy(to, s, length);
		to += length;
	}
	va_end(again);
	*to = '\0';
	return whole;
}

char *mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *text = NULL;

	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory(1, 0);
	return text;
}

void mem_trim(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

void mem_wipe(void *ptr, size_t size)
{
	if (ptr && size)
		explicit_bzero(ptr, size);
}

void *mem_grow(void *items, size_t *cap, size_t size)
{
	size_t want;

	if (__builtin_mul_overflow(*cap, (size_t)2, &want))
		out_of_memory(*cap, size);
	if (want < 8)
		want = 8;
	items = mem_realloc(items, want, size);
	*cap = want;
	return items;
}

void mem_give_back(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
