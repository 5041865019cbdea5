/**
 * The index of the search. Trigrams, so that parts of words and scripts without blanks are found. Without positions and
 * text it takes about twice the size of the text, instead of five times: a match is checked in the entry itself.
 */
export const CREATE_SEARCH_INDEX = `CREATE VIRTUAL TABLE search_index USING fts5(
     text, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1'
   )`;

/**
 * The schema: step n migrates a file from `user_version` n to n + 1. Never edit a released step; add a new one.
 * `deployment` is always the key of storage/storage.ts.
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
  // The outbox.
  `CREATE TABLE outbox (
     deployment TEXT NOT NULL,
     id TEXT NOT NULL,
     task_id TEXT NOT NULL,
     text TEXT NOT NULL,
     stage TEXT NOT NULL,
     since INTEGER NOT NULL,
     position INTEGER NOT NULL,
     resume INTEGER NOT NULL,
     attempt TEXT,
     owner TEXT,
     version INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (deployment, id)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE timeline_run (
     deployment TEXT NOT NULL,
     run TEXT NOT NULL,
     until INTEGER NOT NULL,
     PRIMARY KEY (deployment, run)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE timeline (
     deployment TEXT NOT NULL,
     task TEXT NOT NULL,
     run TEXT NOT NULL,
     at INTEGER NOT NULL,
     until INTEGER,
     activity TEXT NOT NULL,
     build INTEGER NOT NULL,
     PRIMARY KEY (deployment, task, run, at)
   ) STRICT, WITHOUT ROWID;`,
  // Stored conversations; `kind` is an index into ENTRY_KINDS in storage/stored-conversations.ts.
  `CREATE TABLE archived_task (
     id INTEGER PRIMARY KEY,
     deployment TEXT NOT NULL,
     task TEXT NOT NULL,
     name TEXT NOT NULL,
     revision INTEGER NOT NULL,
     touched_at INTEGER NOT NULL,
     gone_at INTEGER,
     read_run INTEGER,
     read_id INTEGER,
     read_length INTEGER,
     UNIQUE (deployment, task)
   ) STRICT;
   CREATE TABLE archived_entry (
     task INTEGER NOT NULL,
     run INTEGER NOT NULL,
     id INTEGER NOT NULL,
     kind INTEGER NOT NULL,
     sender TEXT NOT NULL,
     at INTEGER NOT NULL,
     content TEXT NOT NULL,
     PRIMARY KEY (task, run, id, kind, sender)
   ) STRICT;`,
  // Digests of sent messages, to tell them from those of other users.
  `CREATE TABLE said (
     deployment TEXT NOT NULL,
     digest TEXT NOT NULL,
     PRIMARY KEY (deployment, digest)
   ) STRICT, WITHOUT ROWID;`,
  // Task lists by `scopeKey`, and the owner of each conversation; existing data belongs to the user.
  `CREATE TABLE listing (
     deployment TEXT NOT NULL,
     scope TEXT NOT NULL,
     at INTEGER NOT NULL,
     tasks TEXT NOT NULL,
     PRIMARY KEY (deployment, scope)
   ) STRICT;
   INSERT INTO listing SELECT deployment, 'mine', at, tasks FROM last_list;
   DROP TABLE last_list;
   ALTER TABLE archived_task ADD COLUMN owner TEXT NOT NULL DEFAULT '';`,
  // Scroll positions name the role of a message. The strings in the JSON have no unescaped quotes.
  `UPDATE layout SET layout = replace(replace(replace(layout, '"from":"you"', '"role":"user"'),
     '"from":"agent"', '"role":"agent"'), '"from":null', '"role":null');`,
  // The evidence of the source that sends a message. Until here the outbox itself noted the build and the end of the
  // transcript. An unreadable attempt becomes none: then the user decides about the message.
  `ALTER TABLE outbox ADD COLUMN started_at INTEGER;
   ALTER TABLE outbox ADD COLUMN broken_at INTEGER;
   ALTER TABLE outbox ADD COLUMN evidence TEXT;
   UPDATE outbox SET
     started_at = CAST(attempt ->> '$.at' AS INTEGER),
     broken_at = CAST(attempt ->> '$.brokenAt' AS INTEGER),
     evidence = json_object('build', attempt -> '$.build', 'baseline', attempt -> '$.baseline')
     WHERE CASE WHEN json_valid(attempt) THEN json_type(attempt, '$.at') IN ('integer', 'real') END;
   ALTER TABLE outbox DROP COLUMN attempt;`,
  // Stored tasks: the fields of a Coder Task move from the task into its `facts`.
  `UPDATE listing SET tasks = (
     SELECT json_group_array(CASE type WHEN 'object' THEN
       json_set(
         json_remove(value, '$.organizationId', '$.ownerAvatarUrl', '$.templateId', '$.templateVersionId',
           '$.templateName', '$.templateDisplayName', '$.templateIcon', '$.workspaceId', '$.workspaceName',
           '$.workspaceStatus', '$.buildNumber', '$.agentId', '$.agentLifecycle', '$.agentHealth', '$.appId',
           '$.directory', '$.status'),
         '$.source', 'tasks',
         '$.facts', json_set(
           json_remove(value, '$.id', '$.ownerId', '$.ownerName', '$.name', '$.displayName', '$.initialPrompt',
             '$.state', '$.createdAt', '$.updatedAt'),
           '$.kind', 'coder-task'))
       ELSE json(null) END)
     FROM json_each(listing.tasks))
   WHERE CASE WHEN json_valid(tasks) THEN json_type(tasks) = 'array' END;`,
  // The parts of a message that is more than text, as JSON; null for a message whose text is in `content`.
  'ALTER TABLE archived_entry ADD COLUMN parts TEXT;',
  // Everything that a message carries besides its text, as JSON; null for nothing.
  'ALTER TABLE outbox ADD COLUMN extras TEXT;',
  // Titles and pins that the server of a task does not have: an empty title, and 0, for none.
  `CREATE TABLE own_field (
     deployment TEXT NOT NULL,
     task TEXT NOT NULL,
     title TEXT NOT NULL DEFAULT '',
     pin_order INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (deployment, task)
   ) STRICT, WITHOUT ROWID;`,
  // The search through stored conversations; storage/search-index.ts says what the columns mean. The index of existing
  // entries is built by the first search. Titles, because the name of a chat says nothing.
  `ALTER TABLE archived_task ADD COLUMN title TEXT NOT NULL DEFAULT '';
   ALTER TABLE archived_entry ADD COLUMN search INTEGER;
   CREATE INDEX archived_entry_by_search ON archived_entry (search, at);
   CREATE TABLE search_removed (id INTEGER PRIMARY KEY) STRICT;
   CREATE TRIGGER archived_entry_deleted AFTER DELETE ON archived_entry WHEN old.search > 0 BEGIN
     INSERT OR IGNORE INTO search_removed VALUES (old.search);
   END;
   ${CREATE_SEARCH_INDEX};`,
];
