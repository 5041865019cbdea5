/**
 * Migrations of the database; `user_version` counts those applied. Never change the effect of a released one: append
 * another. Times are Unix times in ms.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    agent TEXT NOT NULL,
    template_version_id TEXT NOT NULL,
    directory TEXT NOT NULL,
    owns_directory INTEGER NOT NULL,
    input TEXT NOT NULL,
    -- 1 if the next start runs the input.
    input_due INTEGER NOT NULL,
    -- Whether the agent has a session that the next turn continues: 0 no, 1 yes, 2 perhaps.
    conversing INTEGER NOT NULL DEFAULT 0,
    -- 1 if a turn was cut off and the transcript does not say yet that it is not run again.
    cut_off INTEGER NOT NULL DEFAULT 0,
    agent_token TEXT NOT NULL,
    state TEXT,
    state_message TEXT NOT NULL DEFAULT '',
    state_at INTEGER NOT NULL DEFAULT 0,
    snapshot_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX living_name ON tasks (lower(name)) WHERE deleted_at IS NULL;

  CREATE TABLE builds (
    id TEXT PRIMARY KEY,
    task_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    transition TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    completed_at INTEGER,
    canceled_at INTEGER,
    UNIQUE (task_id, number)
  ) STRICT;
  CREATE TABLE build_logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    build_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    level TEXT NOT NULL,
    stage TEXT NOT NULL,
    output TEXT NOT NULL
  ) STRICT;
  CREATE INDEX build_logs_of ON build_logs (build_id, id);

  CREATE TABLE messages (
    task_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    type TEXT NOT NULL,
    content TEXT NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (task_id, id)
  ) STRICT;
  -- Output of a running turn. The end of the turn moves it into the message.
  CREATE TABLE pieces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id TEXT NOT NULL,
    message_id INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX pieces_of ON pieces (task_id, message_id, id);
  -- The running turn. A row without a process: a crash cut the turn off.
  CREATE TABLE turns (
    task_id TEXT PRIMARY KEY,
    message_id INTEGER NOT NULL,
    started_at INTEGER NOT NULL
  ) STRICT;
  -- Process groups that may have processes.
  CREATE TABLE groups (
    task_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    identity TEXT NOT NULL,
    PRIMARY KEY (task_id, number)
  ) STRICT;
  -- The last messages, as an agent uploaded them.
  CREATE TABLE snapshots (
    task_id TEXT PRIMARY KEY,
    messages TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  `,
  // The agent's session id; empty until a session begins.
  "ALTER TABLE tasks ADD COLUMN session TEXT NOT NULL DEFAULT '';",
  `
  -- The environment that the last request for a task sent, as a JSON object. May hold secrets.
  CREATE TABLE environments (task_id TEXT PRIMARY KEY, variables TEXT NOT NULL) STRICT;
  `,
  `
  -- Chats. Their environments and process groups are in the tables of tasks, under the chat's id.
  CREATE TABLE chats (
    id TEXT PRIMARY KEY,
    agent TEXT NOT NULL,
    -- The agent's id of the model; empty for the agent's default.
    model TEXT NOT NULL,
    effort TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL,
    -- 1 if the user chose the title: titles of the agent do not replace it.
    has_own_title INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL,
    directory TEXT NOT NULL,
    permission_mode TEXT NOT NULL,
    plan_mode INTEGER NOT NULL DEFAULT 0,
    -- JSON; null for none.
    last_error TEXT,
    last_turn_summary TEXT,
    archived INTEGER NOT NULL DEFAULT 0,
    pin_order INTEGER NOT NULL DEFAULT 0,
    labels TEXT NOT NULL DEFAULT '{}',
    client_type TEXT NOT NULL DEFAULT 'api',
    -- The owner has read the messages up to this id.
    read_cursor INTEGER NOT NULL DEFAULT 0,
    -- The agent's session as JSON; null before it begins, and after it was lost.
    session TEXT,
    -- The agent's checklist, its commands and its use of the context, as JSON; null for none.
    checklist TEXT,
    commands TEXT,
    usage TEXT,
    -- Rises with each message that is added, changed or deleted.
    history_version INTEGER NOT NULL DEFAULT 0,
    -- 1 once a message was queued.
    had_queue INTEGER NOT NULL DEFAULT 0,
    agent_token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE chat_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id TEXT NOT NULL,
    role TEXT NOT NULL,
    -- The parts as JSON, as on the wire.
    content TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    usage TEXT,
    queued_message_id INTEGER,
    -- The version of the chat's history at which it was added or changed.
    version INTEGER NOT NULL,
    -- 1 while its turn adds to it.
    growing INTEGER NOT NULL DEFAULT 0,
    -- Deleted messages stay, but no answer has them.
    deleted INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
  ) STRICT;
  -- With all short columns of queries: behind a long content, they are many pages away.
  CREATE INDEX chat_messages_of ON chat_messages (chat_id, id, role, deleted, growing, version);
  CREATE INDEX chat_messages_growing ON chat_messages (chat_id, id) WHERE growing = 1;
  CREATE TABLE chat_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id TEXT NOT NULL,
    -- The lowest runs next.
    position INTEGER NOT NULL,
    content TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    effort TEXT NOT NULL DEFAULT '',
    -- 1 or 0; null leaves the chat's as it is.
    plan_mode INTEGER,
    editing_since INTEGER,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX chat_queue_of ON chat_queue (chat_id, position);
  CREATE TABLE chat_permissions (
    -- The id of the tool call on the wire.
    id TEXT PRIMARY KEY,
    chat_id TEXT NOT NULL,
    message_id INTEGER NOT NULL,
    -- The arguments of the call as JSON.
    request TEXT NOT NULL,
    -- The answer as JSON; null while it is open.
    outcome TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX chat_permissions_of ON chat_permissions (chat_id);
  CREATE TABLE chat_files (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BLOB NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE chat_file_links (
    chat_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    PRIMARY KEY (chat_id, file_id)
  ) STRICT;
  -- What the last session of each agent offered, as JSON.
  CREATE TABLE agent_offers (agent TEXT PRIMARY KEY, offer TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;
  `,
  `
  -- Git worktrees that taskdeck made. A row stays after its chat is deleted, as long as the worktree exists.
  CREATE TABLE worktrees (
    chat_id TEXT PRIMARY KEY,
    -- The working tree that it was made from, and the git directory that both share.
    repository TEXT NOT NULL,
    git_directory TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    -- Below path, the directory of the agent; empty for path itself.
    subdirectory TEXT NOT NULL,
    branch TEXT NOT NULL,
    -- 1 if taskdeck made the branch.
    owns_branch INTEGER NOT NULL DEFAULT 0,
    base TEXT NOT NULL,
    base_commit TEXT NOT NULL,
    -- planned, made or removed.
    state TEXT NOT NULL,
    -- 1 once its set-up has run, or was refused.
    set_up INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
  ) STRICT;
  -- Contents of set-up scripts of repositories that the user allowed to run.
  CREATE TABLE allowed_set_ups (
    repository TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (repository, sha256)
  ) STRICT;
  `,
];
