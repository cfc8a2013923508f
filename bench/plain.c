#include "plain.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

enum { PIECE = 256 << 10 };

#define JQ "jq -cs 'map(.items) | add | sort_by(.created_at) | reverse'"

static int plain_connect(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		bench_die("the bench's server does not answer");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

double plain_list(const struct serve *serve, int backend, int *fd, size_t *bytes)
{
	static const char request[] = "GET /list?customer=c HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
	char *piece = mem_alloc(PIECE + 1);
	size_t whole = 0;
	double start = wall_ms();

	*bytes = 0;
	if (*fd < 0)
		*fd = plain_connect(serve->ports[backend]);
	if (write(*fd, request, sizeof(request) - 1) != sizeof(request) - 1)
		bench_die("the bench's server does not answer");
	while (!whole || *bytes < whole) {
		ssize_t n = read(*fd, piece, PIECE);
		const char *length, *body;

		if (n <= 0)
			bench_die("the bench's server hung up");
		piece[n] = '\0';
		if (!whole && (length = strstr(piece, "Content-Length: ")) && (body = strstr(length, "\r\n\r\n")))
			whole = strtoul(length + 16, NULL, 10) + (size_t)(body + 4 - piece);
		*bytes += (size_t)n;
	}
	start = wall_ms() - start;
	free(piece);
	return start;
}

int plain_slowest(const struct serve *serve)
{
	double most = 0;
	int slowest = 0;

	for (int i = 0; i < serve->n; i++) {
		int fd = -1;
		size_t bytes;
		double took = plain_list(serve, i, &fd, &bytes);

		close(fd);
		if (took > most) {
			most = took;
			slowest = i;
		}
	}
	return slowest;
}

struct run_cost shell_open(const struct serve *serve, const char *dir, bool large)
{
	struct buf script;
	struct run_cost cost;
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, NULL, NULL };

	buf_init(&script, 8192);
	buf_adds(&script, "curl -sZ --no-progress-meter");
	for (int i = 0; i < serve->n; i++) {
		if (large)
			buf_printf(&script, " -o %s/list%d", dir, i);
		buf_printf(&script, " 'http://127.0.0.1:%d/list?customer=c'", serve->ports[i]);
	}
	buf_adds(&script, large ? " && " JQ : " | " JQ);
	for (int i = 0; large && i < serve->n; i++)
		buf_printf(&script, " %s/list%d", dir, i);
	argv[2] = buf_take(&script);
	cost = run_program(argv, 0);
	free(argv[2]);
	for (int i = 0; large && i < serve->n; i++) {
		char *path = mem_printf("%s/list%d", dir, i);

		unlink(path);
		free(path);
	}
	return cost;
}
