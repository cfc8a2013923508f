/*
 * The telling end: a command that announces, a workstation that opened.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <dossier/base/clock.h>
#include <dossier/net/runtime.h>

#include "pop_wire.h"

#define WORKSTATIONS_MOST 64

static void take_answer(int fd, struct pop_reach *reach)
{
	char bytes[POP_MOST];
	ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_TRUNC);
	struct arena *arena = arena_new();
	struct pop_answer answer = { 0 };

	if (n > 0 && n <= (ssize_t)sizeof(bytes) && pop_answer_read(arena, str_make(bytes, (size_t)n), &answer)) {
		reach->took += answer.took;
		reach->full += answer.full;
		reach->others += !answer.took && !answer.full && answer.agent.p;
		if (!answer.took && !answer.full && answer.agent.p)
			snprintf(reach->other, sizeof(reach->other), "%.*s", STR_ARG(answer.agent));
	}
	arena_free(arena);
}

/* All are asked at once; who does not answer in time is stopped, or gone. */
static void collect(int *fds, size_t n, struct pop_reach *reach)
{
	struct pollfd polled[WORKSTATIONS_MOST];
	int64_t until = clock_steady(clock_system()) + POP_WAIT_MS;
	size_t left = n;

	for (size_t i = 0; i < n; i++)
		polled[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	while (left) {
		int64_t wait = until - clock_steady(clock_system());

		if (wait <= 0 || (poll(polled, n, (int)wait) < 0 && errno != EINTR))
			break;
		for (size_t i = 0; i < n; i++) {
			if (polled[i].fd < 0 || !polled[i].revents)
				continue;
			take_answer(polled[i].fd, reach);
			polled[i].fd = -1;
			left--;
		}
	}
}

static bool tell_all(const char *given, const struct pop_message *message, struct pop_reach *reach, struct err *err)
{
	char *folder = runtime_folder(given, err);
	int fds[WORKSTATIONS_MOST];
	struct buf bytes;
	size_t n;

	*reach = (struct pop_reach){ 0 };
	if (!folder)
		return false;
	buf_init(&bytes, POP_MOST);
	pop_write(message, &bytes);
	n = bytes.full ? 0 : pop_send_all(folder, NULL, buf_str(&bytes), fds, WORKSTATIONS_MOST);
	collect(fds, n, reach);
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	if (bytes.full)
		err_set(err, ERR_LIMIT, "what is announced is longer than %d bytes", POP_MOST);
	n = bytes.full;
	buf_release(&bytes);
	free(folder);
	return !n;
}

bool pop_announce(const char *folder, const struct pop *pop, struct pop_reach *reach, struct err *err)
{
	struct pop_message message = { .says = POP_CAME, .pop = *pop };

	return tell_all(folder, &message, reach, err);
}

bool pop_hang_up(const char *folder, struct str id, struct str call, struct pop_reach *reach, struct err *err)
{
	struct pop_message message = { .says = POP_GONE, .pop = { .id = id, .call = call } };

	return tell_all(folder, &message, reach, err);
}
