#include <errno.h>
#include <sys/random.h>

#include <dossier/base/clock.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec ts = { 0, 0 };

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t system_wall(void *arg)
{
	(void)arg;
	return read_clock(CLOCK_REALTIME);
}

static int64_t system_steady(void *arg)
{
	(void)arg;
	return read_clock(CLOCK_BOOTTIME);
}

static void system_random(void *arg, void *out, size_t n)
{
	unsigned char *at = out;

	(void)arg;
	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			/* going on with guessable identifiers would be worse */
			fputs("dossier: the system gives no random numbers\n", stderr);
			exit(EXIT_FAILURE);
		}
		at += got;
		n -= (size_t)got;
	}
}

const struct clock *clock_system(void)
{
	static const struct clock system_clock = { system_wall, system_steady, system_random, NULL };

	return &system_clock;
}

static int64_t fake_wall(void *arg)
{
	return ((struct clock_fake *)arg)->wall_ms;
}

static int64_t fake_steady(void *arg)
{
	return ((struct clock_fake *)arg)->steady_ms;
}

/* splitmix64: any seed gives a good sequence, the seed itself is the state */
static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15U);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
	return z ^ (z >> 31);
}

static void fake_random(void *arg, void *out, size_t n)
{
	struct clock_fake *fake = arg;
	unsigned char *at = out;

	while (n > 0) {
		uint64_t word = splitmix(&fake->seed);
		for (int i = 0; i < 8 && n > 0; i++, n--, word >>= 8)
			*at++ = (unsigned char)word;
	}
}

void clock_fake_init(struct clock_fake *fake, int64_t wall_ms, uint64_t seed)
{
	*fake = (struct clock_fake){
		.clock = { fake_wall, fake_steady, fake_random, fake },
		.wall_ms = wall_ms,
		.seed = seed,
	};
}

int64_t clock_wall(const struct clock *clock)
{
	return clock->wall(clock->arg);
}

int64_t clock_steady(const struct clock *clock)
{
	return clock->steady(clock->arg);
}

uint64_t clock_random(const struct clock *clock)
{
	uint64_t word;

	clock->random(clock->arg, &word, sizeof(word));
	return word;
}

static void print_uuid(unsigned char bytes[16], unsigned version, char out[37])
{
	static const char hex[] = "0123456789abcdef";

	bytes[6] = (unsigned char)((bytes[6] & 0x0F) | version << 4);
	bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = hex[bytes[i] >> 4];
		*out++ = hex[bytes[i] & 15];
	}
	*out = '\0';
}

void clock_uuid4(const struct clock *clock, char out[37])
{
	unsigned char bytes[16];

	clock->random(clock->arg, bytes, sizeof(bytes));
	print_uuid(bytes, 4, out);
}

void clock_uuid7(const struct clock *clock, char out[37])
{
	unsigned char bytes[16];
	uint64_t ms = (uint64_t)clock_wall(clock);

	clock->random(clock->arg, bytes, sizeof(bytes));
	for (int i = 0; i < 6; i++)
		bytes[i] = (unsigned char)(ms >> (40 - 8 * i));
	print_uuid(bytes, 7, out);
}
