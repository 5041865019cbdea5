/** The switches of the stand-in server of Coder's Chats. All can be changed while it runs. */
export interface ChatsOptions {
  /** The prefixes under which Chats are served. `none`: a server without Chats. */
  prefix: 'v2' | 'both' | 'experimental' | 'none';
  /**
   * The generation of the server. `pending`: until 2.35, with that status word; an interrupt always succeeds and
   * leads to `waiting` at once. `interrupting`: 2.36 and 2.37. `paused`: the newest, with edits of queued messages,
   * `queued_message_id`, chats without content and `status:` in searches.
   */
  era: 'pending' | 'interrupting' | 'paused';
  /** `string`: as servers until 2.33 send `last_error`. */
  lastError: 'object' | 'string';
  /** False: lists and messages ignore `limit`, as the oldest servers did. */
  limits: boolean;
  /** Chats of a page at most; a larger `limit` has no effect. */
  largestPage: number;
  /** The version that buildinfo reports. */
  version: string;
  /** False: PATCH ignores `read`, as a server does that does not know the field. */
  read: boolean;
  /** False: the AI Gateway is off, and all calls that change something answer 503. */
  gateway: boolean;
  /** `none`: the list is empty and create answers 403. `none, list refused`: the list answers 403 too. */
  role: 'member' | 'none' | 'none, list refused';
  /** False: create and send answer 409, because the usage limit is reached. */
  budget: boolean;
  /** Messages that a chat can hold in its queue. */
  queueLimit: number;
  /** Time from an interrupt until the worker stops, ms. Null: `agent(id).stop()` stops it. */
  stopsAfterMs: number | null;
  /** Time until a turn ends by itself with the answer `done`, ms. Null: `agent(id).finish()` ends it. */
  turnMs: number | null;
  /** Duration of a workspace build, ms. Null: `workspaces.finishBuild(id)` ends it. */
  buildMs: number | null;
  /** The token of the only user. Null: the server takes every token. */
  token: string | null;
  /** How the sockets write: since 2.33 arrays of events, before that objects with `type` and `data`. */
  framing: 'array' | 'envelope';
  /**
   * How upgrades are answered: as usual, with a refusal of this status, with a proxy's page of HTML, or by closing the
   * connection.
   */
  sockets: 'on' | { readonly refuse: number } | 'proxy page' | 'closed';
  /** Time between two pings of a socket, ms. Null: none. */
  pingMs: number | null;
  /** True: the sockets stay open and nothing leaves them, neither events nor pings. */
  silent: boolean;
  /** Splits each message of a socket into frames of this size, bytes. Null: one frame a message. */
  frameBytes: number | null;
  /** The extensions of taskdeck's own server; none for a server of Coder. */
  extensions: readonly string[];
  /** The clock and the timers of the server. */
  timers: Timers;
}

interface Timers {
  /** Unix time, ms. */
  now(): number;
  after(ms: number, callback: () => void): void;
}

const realTimers: Timers = {
  now: () => Date.now(),
  after: (ms, callback) => void setTimeout(callback, ms).unref(),
};

export const chatsOptions = (options: Partial<ChatsOptions>): ChatsOptions => ({
  prefix: 'both',
  era: 'interrupting',
  lastError: 'object',
  limits: true,
  largestPage: Number.MAX_SAFE_INTEGER,
  version: 'v2.37.1+3f1c0de',
  read: true,
  gateway: true,
  role: 'member',
  budget: true,
  queueLimit: 20,
  stopsAfterMs: 20,
  turnMs: null,
  buildMs: 20,
  token: null,
  framing: 'array',
  sockets: 'on',
  pingMs: 15_000,
  silent: false,
  frameBytes: null,
  extensions: [],
  timers: realTimers,
  ...options,
});
