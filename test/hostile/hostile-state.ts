import { BackendError } from '../../src/domain/errors.ts';
import type { State } from '../../src/store/state.ts';

/** Fields with text of a server, an agent, a file or another user. Ids and taskdeck's own words are left out. */
const FOREIGN: ReadonlySet<string> = new Set([
  'base',
  'baseSubject',
  'branch',
  'branchPrefix',
  'header',
  'path',
  'reason',
  'description',
  'detail',
  'displayName',
  'error',
  'file',
  'filter',
  'hint',
  'initialPrompt',
  'message',
  'name',
  'organizationName',
  'output',
  'page',
  'parent',
  'repository',
  'setUp',
  'ownerName',
  'prompt',
  'provider',
  'stage',
  'templateDisplayName',
  'templateName',
  'text',
  'unavailable',
  'uri',
  'url',
  'username',
  'workspaceName',
]);
/** taskdeck's own words in fields of the same name: a delivery's stage, a step's name. */
const OURS: ReadonlySet<string> = new Set(['waiting', 'resuming', 'sending', 'accepted', 'unsure', 'asked']);
/** Fields that commands have sanitised before: see `sanitised` in the tests of editing. */
const SAFE: ReadonlySet<string> = new Set<keyof State>([
  'drafts',
  'newTaskForm',
  'promptHistory',
  'view',
  'customKeys',
  'settings',
]);

/** The state with hostile text in every field of foreign text. */
export function withHostileText(state: State, text: () => string): State {
  const next = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return FOREIGN.has(key) && !OURS.has(value) ? text() : value;
    if (value instanceof BackendError)
      return new BackendError({ ...value, message: text(), detail: text(), hint: value.hint && text() });
    if (value instanceof Map)
      return new Map([...value].map(([name, each]) => [name, next(each, String(name))]));
    if (Array.isArray(value)) return value.map((each) => next(each, key));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
      return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, next(each, name)]));
  };
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [
      name,
      name === 'view'
        ? { ...state.view, openDiff: next(state.view.openDiff, 'openDiff') }
        : SAFE.has(name)
          ? value
          : next(value, name),
    ]),
  ) as unknown as State;
}
