#include "pop_wire.h"

#include <dirent.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/json.h>

static const char *const says_words[] = {
#define X(name, word) word,
	POP_SAYS(X)
#undef X
};

/* Where each text of a message stands, and how long it may be. */
static const struct { const char *name; size_t offset, most; } texts[] = {
	{ "id", offsetof(struct pop_message, pop.id), 36 }, { "who", offsetof(struct pop_message, pop.who), POP_WHO_MOST },
	{ "call", offsetof(struct pop_message, pop.call), POP_WORD_MOST }, { "number", offsetof(struct pop_message, pop.number), POP_WORD_MOST },
	{ "channel", offsetof(struct pop_message, pop.channel), POP_WORD_MOST }, { "agent", offsetof(struct pop_message, pop.agent), POP_WORD_MOST },
	{ "offer", offsetof(struct pop_message, pop.offer), 36 }, { "where", offsetof(struct pop_message, where), POP_WORD_MOST },
};

static struct json_object *read_map(struct str bytes)
{
	struct json_scan_limits limits = json_scan_defaults;
	struct json_object *map;

	limits.bytes = POP_MOST;
	map = json_parse_whole(bytes, &limits, NULL);
	if (json_object_is_type(map, json_type_object))
		return map;
	json_object_put(map);
	return NULL;
}

static bool read_text(struct arena *arena, struct json_object *map, const char *name, size_t most, struct str *out)
{
	struct json_object *value;
	struct str text;

	*out = (struct str){ 0 };
	if (!json_object_object_get_ex(map, name, &value) || !value)
		return true;
	if (!json_object_is_type(value, json_type_string))
		return false;
	text = str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value));
	if (text.n > most || memchr(text.p, '\0', text.n))
		return false;
	if (text.n)
		*out = arena_str(arena, text);
	return true;
}

static bool read_says(struct json_object *map, enum pop_says *says)
{
	struct str word = entry_text(map, "says");

	for (int i = 0; i < POP_SAYS_COUNT; i++)
		if (word.p && str_is(word, says_words[i])) {
			*says = (enum pop_says)i;
			return true;
		}
	return false;
}

bool pop_read(struct arena *arena, struct str bytes, struct pop_message *out)
{
	struct json_object *map = read_map(bytes);
	bool good = map != NULL;

	*out = (struct pop_message){ 0 };
	good = good && read_says(map, &out->says);
	for (size_t i = 0; good && i < sizeof(texts) / sizeof(*texts); i++)
		good = read_text(arena, map, texts[i].name, texts[i].most, (struct str *)(void *)((char *)out + texts[i].offset));
	if (good)
		out->pop.at = entry_when(map, "at");
	json_object_put(map);
	return good && (out->says != POP_CAME || (out->pop.id.n && out->pop.who.n && out->pop.channel.n)) &&
	       (out->pop.id.n || out->pop.call.n);
}

static void put(struct json_object *map, const char *name, struct str text)
{
	if (text.p)
		json_object_object_add(map, name, json_object_new_string_len(text.p, (int)text.n));
}

static void write_map(struct json_object *map, struct buf *out)
{
	json_write(out, map);
	json_object_put(map);
}

void pop_write(const struct pop_message *message, struct buf *out)
{
	struct json_object *map = json_object_new_object();

	json_object_object_add(map, "v", json_object_new_int(1));
	put(map, "says", str_of(says_words[message->says]));
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		put(map, texts[i].name, *(const struct str *)(const void *)((const char *)message + texts[i].offset));
	if (message->says == POP_CAME)
		json_object_object_add(map, "at", json_object_new_int64(message->pop.at));
	write_map(map, out);
}

bool pop_answer_read(struct arena *arena, struct str bytes, struct pop_answer *out)
{
	struct json_object *map = read_map(bytes);
	bool good = map && read_text(arena, map, "agent", POP_WORD_MOST, &out->agent);

	if (good) {
		out->took = entry_flag(map, "took");
		out->full = entry_flag(map, "full");
	}
	json_object_put(map);
	return good;
}

void pop_answer_write(const struct pop_answer *answer, struct buf *out)
{
	struct json_object *map = json_object_new_object();

	json_object_object_add(map, "v", json_object_new_int(1));
	json_object_object_add(map, "took", json_object_new_boolean(answer->took));
	if (answer->full)
		json_object_object_add(map, "full", json_object_new_boolean(true));
	put(map, "agent", answer->agent);
	write_map(map, out);
}

bool pop_address(struct sockaddr_un *address, const char *folder, const char *name)
{
	int n;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(address->sun_path, sizeof(address->sun_path), "%s/%s", folder, name);
	return n > 0 && (size_t)n < sizeof(address->sun_path);
}

bool pop_same_user(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && n == sizeof(peer) && peer.uid == geteuid();
}

static bool is_our_socket(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_uid == geteuid();
}

/* A full queue is somebody who is too busy, not nobody. */
static int connect_to(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0) {
		if (pop_same_user(fd))
			return fd;
	} else if (errno == ECONNREFUSED) {
		unlink(address->sun_path);
	}
	close(fd);
	return -1;
}

size_t pop_send_all(const char *folder, const char *own, struct str bytes, int *fds, size_t most)
{
	DIR *dir = opendir(folder);
	struct sockaddr_un address;
	struct dirent *at;
	size_t n = 0;

	while (dir && n < most && (at = readdir(dir))) {
		if (strncmp(at->d_name, POP_SOCKET, strlen(POP_SOCKET)) != 0 || (own && strcmp(at->d_name, own) == 0))
			continue;
		if (!pop_address(&address, folder, at->d_name) || !is_our_socket(address.sun_path))
			continue;
		fds[n] = connect_to(&address);
		if (fds[n] < 0)
			continue;
		if (send(fds[n], bytes.p, bytes.n, MSG_NOSIGNAL) == (ssize_t)bytes.n)
			n++;
		else
			close(fds[n]);
	}
	if (dir)
		closedir(dir);
	return n;
}
