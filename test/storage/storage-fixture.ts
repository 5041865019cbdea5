import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from '../../src/domain/ports/storage.ts';
import type { Task } from '../../src/domain/task.ts';
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
    dispose(): void {
      for (const storage of opened) storage.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const ada = { origin: 'https://coder.example.com', user: 'ada' };

export const aTask: Task = {
  id: '6f1c1f0e-0000-4000-8000-000000000001',
  organizationId: 'o',
  ownerId: 'u',
  ownerName: 'ada',
  ownerAvatarUrl: 'https://example.com/ada.png',
  name: 'fix-login-1a2b',
  displayName: 'Fix login 修正 🚀',
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
  initialPrompt: 'Fix the login',
  directory: { path: '/home/ada/src', owned: false },
  status: 'active',
  state: { state: 'idle', message: 'Which branch?', uri: '', at: 1_700_000_000_000 },
  createdAt: 1_700_000_000_000,
  updatedAt: 1_700_000_100_000,
};
