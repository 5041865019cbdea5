/**
 * The schema, one step a version: step n takes a file from `user_version` n to n + 1.
 * A step that was released is never edited; what changes is added as a new one.
 * `deployment` is the key of storage/deployment-key.ts everywhere.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE credential (
     digest TEXT PRIMARY KEY,
     user TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE draft (
     deployment TEXT NOT NULL,
     key TEXT NOT NULL,
     text TEXT NOT NULL,
     PRIMARY KEY (deployment, key)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE prompt (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     deployment TEXT NOT NULL,
     text TEXT NOT NULL
   ) STRICT;
   CREATE INDEX prompt_of_deployment ON prompt (deployment, id);
   CREATE TABLE last_list (
     deployment TEXT PRIMARY KEY,
     at INTEGER NOT NULL,
     tasks TEXT NOT NULL
   ) STRICT;
   CREATE TABLE layout (
     deployment TEXT PRIMARY KEY,
     layout TEXT NOT NULL
   ) STRICT;`,
  `CREATE TABLE seen (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     deployment TEXT NOT NULL,
     task TEXT NOT NULL,
     sight TEXT NOT NULL,
     UNIQUE (deployment, task)
   ) STRICT;
   CREATE INDEX seen_of_deployment ON seen (deployment, id);`,
];
