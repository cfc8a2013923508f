#include "sqlite_vault.h"

/*
 * entries: the order of arrival is seq, which is never used twice. flags are
 * FLAG_*; item is until when the entry is something open for anybody. Both are
 * the store's own and may change; all else is guarded against mistakes by the
 * triggers, which only a transaction that puts "unlocked" into meta, and takes
 * it away again, passes: erase, redact and retain.
 *
 * entries_tail: the bytes of an id that its code says (case_code).
 *
 * refs: which entries say something about another, by its id; closes: it is
 * no longer open then. holds: identities that a person was ever given, by the
 * key under which they may be the same. pairs: persons that were ever linked
 * or parted, both ways round. names: identities in entries of nobody, for
 * erasing. gone: ids that were erased.
 */
static const char *const steps[] = {
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;"
	"INSERT INTO meta VALUES('store', lower(hex(randomblob(8)))), ('indexed', 0), ('gone', 0), ('scrub', 0);"
	"CREATE TABLE entries(seq INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, v INTEGER NOT NULL, type TEXT NOT NULL,"
	" person BLOB, \"case\" BLOB, at INTEGER NOT NULL, ord INTEGER NOT NULL, got INTEGER NOT NULL, epoch INTEGER NOT NULL,"
	" flags INTEGER NOT NULL, item INTEGER, code TEXT, author TEXT, team TEXT, channel TEXT, data TEXT NOT NULL, more TEXT) STRICT;"
	"CREATE INDEX entries_person ON entries(person) WHERE person IS NOT NULL;"
	"CREATE INDEX entries_case ON entries(\"case\") WHERE \"case\" IS NOT NULL;"
	"CREATE INDEX entries_time ON entries(min(at, got));"
	"CREATE INDEX entries_item ON entries(item) WHERE item IS NOT NULL;"
	"CREATE INDEX entries_code ON entries(code) WHERE code IS NOT NULL;"
	"CREATE INDEX entries_tail ON entries(substr(id, 12));"
	"CREATE INDEX entries_open ON entries(\"case\") WHERE type='case.open';"
	"CREATE INDEX entries_far ON entries(person) WHERE flags & 1;"
	"CREATE INDEX entries_rule ON entries(seq) WHERE type IN ('erase', 'redact');"
	"CREATE TRIGGER entries_stay BEFORE DELETE ON entries WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name='unlocked')"
	" BEGIN SELECT RAISE(ABORT, 'entries are never deleted by hand'); END;"
	"CREATE TRIGGER entries_same BEFORE UPDATE OF seq, id, v, type, person, \"case\", at, ord, got, epoch, author, team, channel, data, more"
	" ON entries WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name='unlocked')"
	" BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;"
	"CREATE TABLE refs(ref BLOB NOT NULL, seq INTEGER NOT NULL, closes INTEGER NOT NULL, PRIMARY KEY(ref, seq)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX refs_seq ON refs(seq);"
	"CREATE TABLE claims(slot BLOB PRIMARY KEY, scope BLOB NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE INDEX claims_scope ON claims(scope, epoch);"
	"CREATE TABLE holds(key TEXT NOT NULL, person BLOB NOT NULL, identity TEXT NOT NULL, seq INTEGER NOT NULL,"
	" PRIMARY KEY(key, person, identity)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX holds_person ON holds(person);"
	"CREATE TABLE pairs(a BLOB NOT NULL, b BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(a, b)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE names(key TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(key, seq)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX names_seq ON names(seq);"
	"CREATE TABLE erased(person BLOB PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE gone(id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;"
	"CREATE TABLE settings(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE feeds(row INTEGER PRIMARY KEY, feed TEXT NOT NULL, id TEXT NOT NULL, loaded INTEGER NOT NULL, data TEXT NOT NULL,"
	" UNIQUE(feed, id)) STRICT;"
	"CREATE TABLE feed_keys(feed TEXT NOT NULL, key TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY(feed, key, row)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX feed_keys_row ON feed_keys(row);"
	"CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0, prefix='2 3', tokenize='unicode61 remove_diacritics 2')",
};

const struct db_schema vault_schema = { 0x646f7331, steps, sizeof(steps) / sizeof(*steps) };
