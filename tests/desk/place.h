/*
 * A throw-away folder for a test: files written into it, gone with it.
 */
#ifndef TESTS_DESK_PLACE_H
#define TESTS_DESK_PLACE_H

struct place { char dir[128]; };

void place_make(struct place *place);
void place_remove(struct place *place);
/* Writes a file, making its folders; mode such as 0644. */
void place_write(const struct place *place, const char *name, unsigned mode, const char *text);
/* The path of a name in it; the caller's. */
char *place_path(const struct place *place, const char *name);

#endif
