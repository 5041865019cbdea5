import { BackendError } from '../../src/domain/errors.ts';
import type { State } from '../../src/store/state.ts';

/** Fields that hold what a server, an agent, a file or another person wrote. Ids and our own words are none of them. */
const FOREIGN: ReadonlySet<string> = new Set([
  'content',
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
  'ownerName',
  'prompt',
  'stage',
  'templateDisplayName',
  'templateName',
  'text',
  'uri',
  'url',
  'username',
  'workspaceName',
]);
/** Words of ours that share their name with words of others: a delivery's stage, a step's name. */
const OURS: ReadonlySet<string> = new Set(['waiting', 'resuming', 'sending', 'accepted', 'unsure', 'asked']);
/** What is safe already when it gets there, by the rules of the commands: see `sanitised` in the tests of editing. */
const SAFE: ReadonlySet<string> = new Set<keyof State>([
  'drafts',
  'newTaskForm',
  'promptHistory',
  'view',
  'customKeys',
  'savedViews',
]);

/** The same state with foreign text wherever text is foreign. */
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
    Object.entries(state).map(([name, value]) => [name, SAFE.has(name) ? value : next(value, name)]),
  ) as unknown as State;
}
