/*
 * What pops say on a socket, for both of its ends.
 */
#ifndef DOSSIER_SRC_DESK_POP_WIRE_H
#define DOSSIER_SRC_DESK_POP_WIRE_H

#include <sys/un.h>

#include <dossier/desk/pop.h>

#define POP_SOCKET "ws-"        /* what names of sockets begin with */

/* X(NAME, word): somebody is there; another workstation opened it; the caller is gone */
#define POP_SAYS(X) X(CAME, "pop") X(OPENED, "opened") X(GONE, "gone")
enum pop_says {
#define X(name, word) POP_##name,
	POP_SAYS(X)
#undef X
	POP_SAYS_COUNT
};
struct pop_message { enum pop_says says; struct pop pop; struct str where; };
/* False for what is no message of ours, whatever its bytes. */
bool pop_read(struct arena *arena, struct str bytes, struct pop_message *out);
void pop_write(const struct pop_message *message, struct buf *out);

/* The answer: took it, or it is another agent's workstation, or theirs with no room for one more. */
struct pop_answer { bool took, full; struct str agent; };
bool pop_answer_read(struct arena *arena, struct str bytes, struct pop_answer *out);
void pop_answer_write(const struct pop_answer *answer, struct buf *out);

/* False when the path has no room in an address. */
bool pop_address(struct sockaddr_un *address, const char *folder, const char *name);
/* The other end runs as this user. */
bool pop_same_user(int fd);
/* To all sockets of the folder but "own"; *fds are connected and written to, at most most. */
size_t pop_send_all(const char *folder, const char *own, struct str bytes, int *fds, size_t most);

#endif
