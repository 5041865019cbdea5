import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

interface FakeMessage {
  readonly role: 'user' | 'agent';
  readonly text: string;
}

export interface FakeSettings {
  readonly mode: string;
  readonly model: string;
  readonly effort: string;
}

const choice = (id: string, name: string, description = '') => ({ id, name, description });

/** The choices of a session. The first mode asks nothing, as the defaults of some real agents. */
export const SETTINGS = {
  mode: [
    choice('auto', 'Auto', 'A model decides'),
    choice('default', 'Default', 'Asks before edits and commands'),
    choice('acceptEdits', 'Accept edits', 'Asks before commands'),
    choice('bypassPermissions', 'Bypass permissions', 'Asks nothing'),
    choice('plan', 'Plan', 'Changes nothing'),
  ],
  model: [choice('small', 'Small', 'Fast'), choice('large', 'Large', 'Thorough')],
  effort: [choice('low', 'Low'), choice('high', 'High')],
} as const;

const CATEGORIES = { mode: 'mode', model: 'model', effort: 'thought_level' } as const;

/** The settings as `configOptions` of the protocol. */
export const optionsOf = (settings: FakeSettings, withoutModes: boolean): readonly unknown[] =>
  (['mode', 'model', 'effort'] as const)
    .filter((id) => id !== 'mode' || !withoutModes)
    .map((id) => ({
      id,
      name: id,
      category: CATEGORIES[id],
      type: 'select',
      currentValue: settings[id],
      options: SETTINGS[id].map(({ id: value, name, description }) => ({ value, name, description })),
    }));

/** The sessions of a fake agent. With a directory, other processes of it find them as well. */
export class FakeSessions {
  readonly #directory: string | null;
  readonly #open = new Map<string, FakeSettings>();
  #count = 0;

  constructor(directory: string | null) {
    this.#directory = directory;
    if (directory !== null) mkdirSync(directory, { recursive: true });
  }

  create(): string {
    const id = `fake-${process.pid}-${++this.#count}`;
    this.#open.set(id, { mode: 'auto', model: 'small', effort: 'low' });
    return id;
  }

  /** Opens a stored session. False if there is none, or if it never had a message. */
  open(id: string): boolean {
    if (!existsSync(this.#file(id))) return false;
    // The mode is not stored, as in some real agents.
    this.#open.set(id, { mode: 'auto', model: 'small', effort: 'low' });
    return true;
  }

  settings(id: string): FakeSettings {
    return this.#open.get(id) ?? { mode: 'auto', model: 'small', effort: 'low' };
  }

  change(id: string, change: Partial<FakeSettings>): void {
    this.#open.set(id, { ...this.settings(id), ...change });
  }

  add(id: string, role: FakeMessage['role'], text: string): void {
    if (this.#directory !== null) appendFileSync(this.#file(id), `${JSON.stringify({ role, text })}\n`);
  }

  messages(id: string): readonly FakeMessage[] {
    return readFileSync(this.#file(id), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  erase(id: string): void {
    rmSync(this.#file(id), { force: true });
  }

  #file(id: string): string {
    return this.#directory === null
      ? '/nonexistent'
      : path.join(this.#directory, `${path.basename(id)}.jsonl`);
  }
}
