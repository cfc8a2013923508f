/*
 * Memory. Running out of it ends the program with a message; no caller checks.
 */
#ifndef DOSSIER_BASE_MEM_H
#define DOSSIER_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t size);                       /* not cleared */
void *mem_zalloc(size_t size);                      /* cleared */
void *mem_huge(size_t size);                        /* the same, of a power of two that huge pages can hold; for what will be filled */
void *mem_array(size_t n, size_t size);             /* cleared; n * size is checked */
void *mem_realloc(void *ptr, size_t n, size_t size);
char *mem_strdup(const char *s);                    /* NULL gives NULL */
char *mem_strndup(const char *s, size_t n);         /* n bytes and a NUL */
char *mem_concat(const char *first, ...) __attribute__((sentinel));     /* texts one after the other, NULL behind the last */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void mem_trim(void);                                /* what was freed goes back to the system: after a peak */
void mem_wipe(void *ptr, size_t size);              /* for secrets; not optimised away */

/* Makes room for one more in a grown array: MEM_ROOM(list->items, list->n, list->cap). */
#define MEM_ROOM(items, n, cap) \
	((n) < (cap) ? (void)0 \
		     : (void)((items) = mem_grow((items), &(cap), sizeof(*(items)))))
void *mem_grow(void *items, size_t *cap, size_t size);

/* What was freed goes back to the system: for a moment in which nobody waits. */
void mem_give_back(void);

/*
 * An arena: many small pieces freed at once. What it returns lives as long as
 * the arena; arena_alloc's is aligned for any type, text stands close together.
 */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *arena);               /* NULL is fine */
void *arena_alloc(struct arena *arena, size_t size);   /* cleared */
char *arena_strndup(struct arena *arena, const char *s, size_t n);
size_t arena_size(const struct arena *arena);       /* bytes held */

#endif
