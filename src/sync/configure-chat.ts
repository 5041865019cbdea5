import { permissionModeWords } from '../domain/chat-extension.ts';
import { errorText } from '../domain/errors.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import type { ChatSetting } from '../domain/ports/source.ts';
import { shortTitle } from '../domain/short-title.ts';
import { sourceOf } from '../domain/sources.ts';
import { type ChatFacts, chatFacts } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { modelNameOf } from '../store/model-name.ts';
import type { Notice } from '../store/slices/notices.ts';
import { taskById } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Changes settings of chats on this machine. `changed` is called after each success, because the agent may set something
 * else; `signal` ends all requests.
 */
export const createChatConfiguration =
  (
    { backend, store, clock }: Pick<SyncContext, 'backend' | 'store' | 'clock'>,
    changed: () => void,
    signal: AbortSignal,
  ): TaskOperations['configureChat'] =>
  (taskId, setting) => {
    const task = taskById(store.getState(), taskId);
    if (task === null) return;
    const title = shortTitle(task);
    const notify = (tone: Notice['tone'], text: string): void =>
      store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
    const source = sourceOf(backend, task);
    if (source.configure === undefined) return notify('plain', 'This server cannot change it.');
    source.configure(task, setting, signal).then(
      () => {
        const current = taskById(store.getState(), taskId);
        const facts = current && chatFacts(current);
        const now = clock.now();
        if (current !== null && facts !== null)
          store.dispatch({
            type: 'task-received',
            task: { ...current, facts: withSetting(facts, setting) },
            startedAt: now,
            now,
          });
        notify('good', `“${title}” ${words(setting)}.`);
        changed();
      },
      (error) => {
        if (!signal.aborted) notify('bad', `Cannot change “${title}”: ${errorText(error)}`);
      },
    );

    function words(chosen: ChatSetting): string {
      if ('permissionMode' in chosen) return sanitiseLine(permissionModeWords(chosen.permissionMode));
      if ('effort' in chosen) return `has the effort ${sanitiseLine(chosen.effort)}`;
      const current = taskById(store.getState(), taskId);
      const name = current === null ? '' : modelNameOf(store.getState(), current);
      return `has the model ${sanitiseLine(name || chosen.modelId)}`;
    }
  };

function withSetting(facts: ChatFacts, setting: ChatSetting): ChatFacts {
  if ('modelId' in setting) return { ...facts, modelId: setting.modelId };
  if ('effort' in setting) return { ...facts, effort: setting.effort };
  const { extension } = facts;
  return extension === undefined
    ? facts
    : { ...facts, extension: { ...extension, permissionMode: setting.permissionMode } };
}
