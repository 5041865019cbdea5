import type { Build } from '../../src/domain/build.ts';
import type { ChatExtension } from '../../src/domain/chat-extension.ts';
import {
  type Message,
  type MessagePart,
  type ToolCallPart,
  textOf,
  textParts,
} from '../../src/domain/message.ts';
import type { FoundMessage } from '../../src/domain/ports/conversation-search.ts';
import type { Question } from '../../src/domain/question.ts';
import { type ConversationEntry, messageOf } from '../../src/domain/stored-conversation.ts';
import type { ChatFacts, CoderTask, CoderTaskFacts, StateReport, Task } from '../../src/domain/task.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import type { Worktree } from '../../src/domain/worktree.ts';

/** Noon of some day, Unix ms. */
export const NOON = Date.UTC(2026, 0, 1, 12);
export const MINUTE = 60_000;

type CoreFields = Omit<Task, 'facts'>;
/** Fields of a Coder Task, of the task and of its facts alike. */
export type TaskFields = Partial<CoreFields & Omit<CoderTaskFacts, 'kind'>>;
/** Fields of a chat, likewise. */
export type ChatFields = Partial<CoreFields & Omit<ChatFacts, 'kind'>>;

/** A Coder Task that has been idle for ten minutes, with the given changes. */
export function makeTask(about: TaskFields = {}): CoderTask {
  const id = about.id ?? 't1';
  const task: CoderTask = {
    ...core(id),
    source: 'tasks',
    facts: {
      kind: 'coder-task',
      status: 'active',
      organizationId: 'o1',
      ownerAvatarUrl: '',
      templateId: 'p1',
      templateVersionId: 'v1',
      templateName: 'docker',
      templateDisplayName: '',
      templateIcon: '',
      workspaceId: `w-${id}`,
      workspaceName: `name-${id}`,
      workspaceStatus: 'running',
      buildNumber: 1,
      agentId: 'a',
      agentLifecycle: 'ready',
      agentHealth: { healthy: true, reason: '' },
      appId: 'p',
      directory: null,
    },
  };
  return withFields(task, about);
}

/** A chat that has been waiting and read for ten minutes, with the given changes. */
export function makeChat(about: ChatFields = {}): Task {
  const chat: Task = {
    ...core(about.id ?? 'c1'),
    source: 'chats',
    facts: {
      kind: 'chat',
      organizationId: '',
      shared: false,
      pinOrder: 0,
      planMode: false,
      modelId: null,
      effort: '',
      summary: '',
      changes: null,
      status: 'waiting',
      queuedForCapacity: false,
      questions: [],
      unread: false,
      archived: false,
      parentId: null,
      queueLength: 0,
      lastError: null,
      workspaceId: null,
    },
  };
  return withFields(chat, about);
}

/** What a server on this machine says of a chat at rest, with the given changes. */
export const makeExtension = (about: Partial<ChatExtension> = {}): ChatExtension => ({
  names: ['directory', 'environment', 'permissions', 'delete', 'diff-scope'],
  directory: '/home/ada/auth',
  agent: { name: 'Fake Agent', version: '1.2.3' },
  permissionMode: 'ask',
  stage: null,
  checklist: [],
  commands: [],
  worktree: null,
  ...about,
});

/** A worktree with one commit that its base does not have, with the given changes. */
export const makeWorktree = (about: Partial<Worktree> = {}): Worktree => ({
  path: '/home/ada/.state/worktrees/auth-1a2b3c4d/fix-login-77aa',
  repository: '/home/ada/auth',
  branch: 'taskdeck/fix-login-77aa',
  base: 'main',
  state: 'made',
  ahead: 1,
  behind: 0,
  dirty: 0,
  untracked: 0,
  ...about,
});

/** A permission request with two options, with the given changes. */
export const makePermission = (about: Partial<Question> = {}): Question => ({
  id: 'call_9',
  kind: 'permission',
  header: '',
  text: 'Run tests: npm test',
  options: [
    { label: 'Allow once', description: '', effect: 'allow_once', optionId: 'a' },
    { label: 'Always allow', description: '', effect: 'allow_always', optionId: 'aa' },
    { label: 'Reject', description: '', effect: 'reject_once', optionId: 'r' },
  ],
  takesText: false,
  index: 0,
  count: 1,
  ...about,
});

/** One question with two options, with the given changes. */
export const makeQuestion = (about: Partial<Question> = {}): Question => ({
  id: 'call_1:0',
  kind: 'choice',
  header: 'Auth',
  text: 'Which flow?',
  options: [
    { label: 'OIDC', description: 'By a provider' },
    { label: 'SAML', description: '' },
  ],
  takesText: true,
  index: 0,
  count: 1,
  ...about,
});

/** The same in the source that exists only in tests. */
export const makeSession = (about: ChatFields = {}): Task => makeChat({ source: 'sessions', ...about });

const core = (id: string): Omit<CoreFields, 'source'> => ({
  id,
  name: `name-${id}`,
  displayName: '',
  ownerId: 'u1',
  ownerName: 'ada',
  initialPrompt: 'do it',
  state: makeReport(),
  createdAt: NOON - 60 * MINUTE,
  updatedAt: NOON - 60 * MINUTE,
});

/** The task with changed fields, each put where it belongs. */
export function withFields<T extends Task>(task: T, about: TaskFields | ChatFields): T {
  const fields = Object.entries(about);
  return {
    ...task,
    ...Object.fromEntries(fields.filter(([name]) => name in task)),
    facts: { ...task.facts, ...Object.fromEntries(fields.filter(([name]) => !(name in task))) },
  };
}

export const makeReport = (about: Partial<StateReport> = {}): StateReport => ({
  state: 'idle',
  message: '',
  uri: '',
  at: NOON - 10 * MINUTE,
  ...about,
});

export const you = (id: number, text: string, at = NOON): Message => ({
  id,
  role: 'user',
  parts: textParts(text),
  at,
});
export const agent = (id: number, text: string, at = NOON): Message => ({
  id,
  role: 'agent',
  parts: textParts(text),
  at,
});

/** A finished call without arguments, with the given changes. */
export const toolCall = (about: Partial<ToolCallPart>): ToolCallPart => ({
  type: 'tool-call',
  id: 'call-1',
  name: 'execute',
  title: '',
  kind: 'execute',
  input: null,
  status: 'done',
  output: '',
  diffs: [],
  places: [],
  startedAt: null,
  endedAt: null,
  ...about,
});

/** A part of every type, each string of it from `text`. */
export const hostileParts = (text: () => string): readonly MessagePart[] => [
  { type: 'text', text: text() },
  { type: 'reasoning', text: text() },
  toolCall({ name: text(), title: text(), input: { command: text() }, output: text(), status: 'failed' }),
  toolCall({ name: text(), input: text(), diffs: [{ path: text(), oldText: text(), newText: text() }] }),
  toolCall({ name: text(), places: [{ path: text(), line: 1 }], status: 'running' }),
  { type: 'text', text: text() },
  { type: 'file', name: text(), mediaType: text() },
  { type: 'file-reference', path: text(), startLine: 3, endLine: 9, content: text() },
  { type: 'context-file', path: text(), isTruncated: true },
  { type: 'skill', name: text(), description: text() },
  toolCall({
    id: 'call-2',
    name: 'edit_files',
    input: { files: [{ path: text(), edits: [{ search: text(), replace: text() }] }] },
  }),
  toolCall({ id: 'call-3', name: 'spawn_agent', childId: text(), exitCode: 3 }),
  { type: 'citation', title: text(), url: text() },
  { type: 'notice', text: text(), name: text() },
  { type: 'unknown', name: text(), data: { [text()]: text() } },
];

/** The text of an entry; the kind of a break. */
export function textOrKind(entry: ConversationEntry): string {
  const message = messageOf(entry);
  return message === null ? entry.kind : textOf(message);
}

export const live = (...messages: readonly Message[]): Transcript => ({
  messages,
  snapshot: false,
  snapshotAt: null,
});

/** A start that was just requested. */
export const makeBuild = (about: Partial<Build> = {}): Build => ({
  id: 'b1',
  number: 1,
  transition: 'start',
  status: 'pending',
  error: '',
  queuePosition: 0,
  queueSize: 0,
  createdAt: NOON,
  startedAt: null,
  completedAt: null,
  ...about,
});

/** The snapshot of a paused task. */
export const snapshot = (...messages: readonly Message[]): Transcript => ({
  messages,
  snapshot: true,
  snapshotAt: NOON - MINUTE,
});

/** A stored message of task `t2` that a search for `needle` has found, with the given changes. */
export const foundMessage = (about: Partial<FoundMessage> = {}): FoundMessage => ({
  key: 1,
  run: 0,
  id: 1,
  origin: 'https://coder.example.com',
  user: 'ada',
  taskId: 't2',
  taskName: 'name-t2',
  taskTitle: 'Title',
  owner: 'ada',
  goneAt: null,
  role: 'agent',
  isRetracted: false,
  at: NOON,
  excerpt: { text: 'a Needle here', marks: [{ start: 2, end: 8 }] },
  ...about,
});
