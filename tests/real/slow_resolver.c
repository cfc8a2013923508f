/* A resolver that takes its time, for tests that must not hang on one.
 *
 *   cc -shared -fPIC -o slow_resolver.so slow_resolver.c -ldl
 *   LD_PRELOAD=./slow_resolver.so SLOW_RESOLVER_HOST=slow.test SLOW_RESOLVER_MS=5000 program
 *
 * A look-up of SLOW_RESOLVER_HOST (in any case) sleeps SLOW_RESOLVER_MS milliseconds, then gives
 * 127.0.0.1 with the port asked for. All other names go to the real resolver. Without
 * SLOW_RESOLVER_HOST nothing changes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static void sleep_ms(long ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&left, &left) == -1 && errno == EINTR)
		;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res)
{
	const char *slow = getenv("SLOW_RESOLVER_HOST");
	const char *ms = getenv("SLOW_RESOLVER_MS");
	/* The real list comes from the real resolver, so that the real freeaddrinfo fits it. */
	resolver *real;

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo"); /* the spelling that POSIX gives for this */
	if (!real)
		return EAI_SYSTEM;
	if (node && slow && !strcasecmp(node, slow)) {
		sleep_ms(ms ? strtol(ms, NULL, 10) : 0);
		node = "127.0.0.1";
	}
	return real(node, service, hints, res);
}
