import { type Message, textOf, textParts } from '../../src/domain/message.ts';
import type { Build } from '../../src/domain/ports/backend.ts';
import { type ConversationEntry, messageOf } from '../../src/domain/stored-conversation.ts';
import type { StateReport, Task } from '../../src/domain/task.ts';
import type { Transcript } from '../../src/domain/transcript.ts';

/** Noon of some day, Unix ms. */
export const NOON = Date.UTC(2026, 0, 1, 12);
export const MINUTE = 60_000;

/** A task that has been idle for ten minutes, with the given changes. */
export function makeTask(about: Partial<Task> = {}): Task {
  const id = about.id ?? 't1';
  return {
    id,
    organizationId: 'o1',
    ownerId: 'u1',
    ownerName: 'ada',
    ownerAvatarUrl: '',
    name: `name-${id}`,
    displayName: '',
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
    initialPrompt: 'do it',
    directory: null,
    status: 'active',
    state: makeReport(),
    createdAt: NOON - 60 * MINUTE,
    updatedAt: NOON - 60 * MINUTE,
    ...about,
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
