/*
 * A desk whose backends are played by the test: questions and pulls wait in a
 * list until the test answers them, so that every order of answers can be
 * tried. Stands in for all of backend/backend.h.
 */
#ifndef TESTS_DESK_FAKE_H
#define TESTS_DESK_FAKE_H

#include <dossier/desk/desk.h>

#define FAKES 4

struct fake_desk {
	struct desk desk;
	struct house house;
	struct clock_fake clock;
	struct desk_backend slots[FAKES];
	struct arena *arena;
};

/* Backends "a", "b", ..., each found by these types and pulled by its records. */
void fake_desk_make(struct fake_desk *fake, size_t n, unsigned types);
void fake_desk_drop(struct fake_desk *fake);
/* Instead: pulled by identities of these types; rows of a shared one read "this number". */
void fake_pull_by(struct fake_desk *fake, size_t at, unsigned types, bool shared);
/* Can be asked for rows of this type. */
void fake_holds(struct fake_desk *fake, size_t at, enum row_type type);
/* The backend cannot be used. */
void fake_break(struct fake_desk *fake, size_t at, const char *why);

/* What waits, "a find email:jane@example.com, b pull 1 tel:+44..", in the order asked; valid until the next call. */
const char *fake_waiting(void);
/* ms that the first call of this backend that waits was given. */
int64_t fake_deadline(struct fake_desk *fake, const char *backend);

/* Each acts on the first call of this backend that waits. */
void fake_record(const char *backend, const struct record *record);
void fake_row(const char *backend, const char *row, const char *id, int64_t at);
void fake_shelf_row(const char *backend, enum row_type type, const void *row);
void fake_end(const char *backend, const struct backend_end *end);
void fake_ok(const char *backend);
void fake_fail(const char *backend, enum err_code code, const char *why);

/* A record "name" with identities in typed form, NULL-ended; asked (may be NULL) stands first among them. */
const struct record *fake_person(struct fake_desk *fake, const char *backend, const char *id, const char *name,
				 const char *asked, ...);
void fake_turn(struct fake_desk *fake);

#endif
