import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Storage } from '../../src/domain/ports/storage.ts';
import type { Task } from '../../src/domain/task.ts';
import { migrations } from '../../src/storage/migrations.ts';
import { openStorage } from '../../src/storage/storage.ts';

/** A state directory for one test; `dispose` closes its storages and deletes it. */
export function stateDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'taskdeck-storage-'));
  const opened: Storage[] = [];
  return {
    directory,
    file: join(directory, 'taskdeck.db'),
    open(): Storage {
      const storage = openStorage({ directory });
      opened.push(storage);
      return storage;
    },
    /** Creates the file as an older taskdeck with this schema version would have left it. */
    writeVersion(version: number, fill: (database: DatabaseSync) => void): void {
      const database = new DatabaseSync(join(directory, 'taskdeck.db'));
      for (const step of migrations.slice(0, version)) database.exec(step);
      database.exec(`PRAGMA user_version = ${version}`);
      fill(database);
      database.close();
    },
    dispose(): void {
      for (const storage of opened) storage.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const ada = { origin: 'https://coder.example.com', user: 'ada' };

export const aTask: Task = {
  id: '6f1c1f0e-0000-4000-8000-000000000001',
  source: 'tasks',
  name: 'fix-login-1a2b',
  displayName: 'Fix login 修正 🚀',
  ownerId: 'u',
  ownerName: 'ada',
  initialPrompt: 'Fix the login',
  state: { state: 'idle', message: 'Which branch?', uri: '', at: 1_700_000_000_000 },
  createdAt: 1_700_000_000_000,
  updatedAt: 1_700_000_100_000,
  facts: {
    kind: 'coder-task',
    status: 'active',
    organizationId: 'o',
    ownerAvatarUrl: 'https://example.com/ada.png',
    templateId: 't',
    templateVersionId: 'v',
    templateName: 'docker-ai',
    templateDisplayName: 'Docker AI',
    templateIcon: '/icon/docker.png',
    workspaceId: 'w',
    workspaceName: 'fix-login-1a2b',
    workspaceStatus: 'running',
    buildNumber: 3,
    agentId: 'a',
    agentLifecycle: 'ready',
    agentHealth: { healthy: true, reason: '' },
    appId: 'p',
    directory: { path: '/home/ada/src', owned: false },
  },
};

/** A chat with every fact. */
export const aChat: Task = {
  id: '6f1c1f0e-0000-4000-8000-000000000002',
  source: 'chats',
  name: '6f1c1f0e',
  displayName: 'Fix the flaky tests',
  ownerId: 'u',
  ownerName: 'ada',
  initialPrompt: '',
  state: null,
  createdAt: 1_700_000_000_000,
  updatedAt: 1_700_000_100_000,
  facts: {
    kind: 'chat',
    organizationId: 'o',
    shared: true,
    pinOrder: 3,
    planMode: true,
    modelId: 'm',
    effort: 'high',
    summary: 'Pinned the clock.',
    changes: {
      url: 'https://git.example.com/acme/auth/pull/812',
      pullRequest: {
        number: 812,
        state: 'open',
        title: 'Pin the clock',
        isDraft: true,
        isApproved: true,
        changesRequested: true,
      },
      additions: 41,
      deletions: 12,
      files: 3,
    },
    status: 'error',
    queuedForCapacity: true,
    questions: [],
    unread: true,
    archived: true,
    parentId: '6f1c1f0e-0000-4000-8000-000000000003',
    queueLength: 2,
    lastError: { kind: 'timeout', message: 'No answer in time.' },
    workspaceId: 'w',
  },
};
