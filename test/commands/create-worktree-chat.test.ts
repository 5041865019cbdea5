import { describe, expect, it } from 'vitest';
import { NO_CHAT_CHOICE } from '../../src/domain/new-chat.ts';
import { SHELL_TEMPLATE } from '../../src/domain/new-task.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { formFields } from '../../src/store/form.ts';
import { formChoices } from '../../src/store/form-choices.ts';
import { AGENT_MODELS, onThisMachine, worktreePreview } from '../store/chat-form-states.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { template } from './phase-builders.ts';

const AGENT = AGENT_MODELS.slice(1, 2).map((model) => ({ ...model, isDefault: true }));

const created = (app: AppFixture) => app.calls.flatMap((call) => (call.what === 'create' ? [call.task] : []));
const field = (app: AppFixture) => app.state().view.openForm?.field ?? null;
const fault = (app: AppFixture) => app.state().newTaskForm.fieldErrors;
const optionsLoaded = () => new Promise(setImmediate);

/** The open form with a prompt, after these events. */
function opened(...events: readonly StoreEvent[]): AppFixture {
  const app = appFixture(onThisMachine([template(SHELL_TEMPLATE)], AGENT));
  app.dispatch(...events);
  app.press('n');
  app.type('fix it');
  return app;
}

function goTo(app: AppFixture, name: string): void {
  for (let presses = 0; field(app) !== name; presses++) {
    if (presses > 12) throw new Error(`There is no field ${name}.`);
    app.press('tab');
  }
}

/** Types into a field, and goes back to the prompt. */
function fill(app: AppFixture, name: string, text: string): void {
  goTo(app, name);
  app.type(text);
  goTo(app, 'prompt');
}

async function submit(app: AppFixture): Promise<readonly unknown[]> {
  app.press('enter');
  await optionsLoaded();
  return created(app);
}

const CHAT = { kind: 'chat', prompt: 'fix it' };

describe('the worktree of a new chat', () => {
  it('is off without a choice, on when the settings want it, and the last choice wins', async () => {
    expect(await submit(opened())).toEqual([expect.not.objectContaining({ worktree: expect.anything() })]);
    const byDefault = worktreePreview({ isDefault: true });
    const on = opened(byDefault);
    expect(formFields(on.state()).slice(-4)).toEqual(['worktree', 'base', 'branch', 'prompt']);
    expect(await submit(on)).toMatchObject([{ ...CHAT, worktree: {} }]);
    const chat = { ...NO_CHAT_CHOICE, worktree: false };
    const lastOff = opened(byDefault, {
      type: 'template-choice-changed',
      choice: { template: 'coder-agents', preset: 'default', chat },
    });
    expect(await submit(lastOff)).toEqual([expect.not.objectContaining({ worktree: expect.anything() })]);
  });

  it('starts from the chosen base on the named branch; the choice is remembered, the names are not', async () => {
    const app = opened();
    goTo(app, 'worktree');
    expect(formChoices(app.state()).map(({ label }) => label)).toEqual(['no', 'yes']);
    app.press('down');
    goTo(app, 'base');
    app.type('feature');
    fill(app, 'branch', ' fix/登录 ');
    app.dispatch(worktreePreview({ base: 'feature' }, { base: 'feature' }));
    expect(await submit(app)).toMatchObject([{ ...CHAT, worktree: { base: 'feature', branch: 'fix/登录' } }]);
    expect(app.state().lastTemplateChoice?.chat?.worktree).toBe(true);
    app.press('n');
    app.type('again');
    expect((await submit(app)).at(-1)).toMatchObject({ prompt: 'again', worktree: {} });
  });

  it('waits until the repository is known, and starts then', async () => {
    const app = opened();
    fill(app, 'directory', '~/other');
    expect(await submit(app)).toEqual([]);
    expect(app.notice()).toMatch(/starts when they arrive/u);
    app.dispatch(worktreePreview({ isDefault: true }, { directory: '/home/ada/other' }));
    expect(await submit(app)).toMatchObject([{ directory: '/home/ada/other', worktree: {} }]);
  });

  it.each([['a base that does not exist', { reason: 'The repository has no "nope".' }, /has no "nope"/u]])(
    '%s is an error at the field',
    async (_, preview, message) => {
      const app = opened(worktreePreview({ isDefault: true }));
      fill(app, 'base', 'nope');
      app.dispatch(worktreePreview(preview, { base: 'nope' }));
      expect(await submit(app)).toEqual([]);
      expect(field(app)).toBe('base');
      expect(fault(app).base).toMatch(message);
      app.press('backspace');
      expect(fault(app)).toEqual({});
    },
  );

  it('is off outside of a repository, and cannot be chosen there', async () => {
    const outside = worktreePreview({ reason: '/home/ada/src is in no git repository.', isDefault: true });
    const app = opened(outside);
    goTo(app, 'worktree');
    app.press('down');
    app.press('enter');
    expect(app.notice()).toBe('yes cannot be used: /home/ada/src is in no git repository.');
    app.press('up');
    goTo(app, 'prompt');
    expect(await submit(app)).toEqual([expect.not.objectContaining({ worktree: expect.anything() })]);
  });

  it('that the user chose does not silently vanish with another directory', async () => {
    const app = opened();
    goTo(app, 'worktree');
    app.press('down');
    fill(app, 'directory', '/tmp');
    app.dispatch(worktreePreview({ reason: '/tmp is in no git repository.' }, { directory: '/tmp' }));
    expect(await submit(app)).toEqual([]);
    expect(field(app)).toBe('worktree');
    expect(fault(app).worktree).toBe('/tmp is in no git repository.');
  });

  it('says why the repository could not be read, and tries again', async () => {
    const app = opened();
    fill(app, 'directory', '/tmp');
    const result = { error: 'Cannot read the repository: No answer.' };
    app.dispatch({ type: 'worktree-preview-loaded', directory: '/tmp', base: '', result });
    const requests = () => app.calls.filter(({ what }) => what === 'chat-options').length;
    const before = requests();
    expect(await submit(app)).toEqual([]);
    expect(requests()).toBe(before + 1);
    expect(fault(app).worktree).toBe('Cannot read the repository: No answer.');
  });

  it.each(['base', 'branch', 'worktree'])('a paste of lines into %s starts nothing', async (name) => {
    const app = opened(worktreePreview({ isDefault: true }));
    goTo(app, name);
    app.paste('main\nrm -rf ~\n\x1b[2J');
    await optionsLoaded();
    expect(created(app)).toEqual([]);
    expect(field(app)).toBe(name);
    expect(app.state().newTaskForm.base.text + app.state().newTaskForm.branch.text).not.toMatch(/[\n\x1b]/u);
  });
});
