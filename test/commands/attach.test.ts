import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachedFiles } from '../../src/store/attachments.ts';
import { overlayField } from '../../src/store/overlay-field.ts';
import { selectedTask } from '../../src/store/selectors.ts';
import { promptLines } from '../../src/view/bars/prompt-lines.ts';
import { transcriptLines } from '../../src/view/detail/detail-lines.ts';
import { screenLayout } from '../../src/view/layout/screen-layout.ts';
import { focusWords } from '../../src/view/screen-reader/focus-words.ts';
import { PLAIN_THEME } from '../../src/view/theme.ts';
import { makeChat, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'taskdeck-attach-'));
  await writeFile(path.join(directory, 'plan.md'), '# Plan\n');
  await writeFile(path.join(directory, 'plan b.txt'), 'text');
  await writeFile(path.join(directory, 'shot.png'), 'no image');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const CHAT = makeChat({ id: 'c', displayName: 'Fix tests' });
const TASK = makeTask({ id: 't' });

const writing = (task = CHAT): AppFixture => {
  const app = appFixture(applyEvents(emptyState(), listReceived([task])));
  app.press('i');
  return app;
};

/** Opens the field, types a path and presses enter; the file system answers later. */
async function attach(app: AppFixture, name: string): Promise<void> {
  app.dispatch({ type: 'notice-changed', notice: null });
  app.press('ctrl+x', 'f');
  app.paste(path.join(directory, name));
  app.press('enter');
  await expect.poll(() => app.state().view.overlay === null || app.notice() !== null).toBe(true);
}

const names = (app: AppFixture): readonly string[] => attachedFiles(app.state()).map(({ name }) => name);

const shownPrompt = (app: AppFixture): readonly string[] =>
  promptLines(app.state(), [{ text: 'Look' }], true, PLAIN_THEME, () => []);

describe('ctrl+x f', () => {
  it('attaches files to the draft, shows them above it, and sends them with the text', async () => {
    const app = writing();
    await attach(app, 'plan.md');
    await attach(app, 'plan b.txt');
    app.type('Look');
    expect(shownPrompt(app)[0]).toBe(' 2 files: plan.md 7 B, plan b.txt 4 B');
    expect(screenLayout(app.state())).toMatchObject({ prompt: { height: 2 } });
    expect(focusWords(app.state(), null)).toContain('Attached: plan.md 7 B, plan b.txt 4 B.');
    app.press('enter');
    expect(app.calls).toMatchObject([
      {
        what: 'send',
        taskId: 'c',
        text: 'Look',
        extras: { attachments: [{ name: 'plan.md', mediaType: 'text/markdown' }, { name: 'plan b.txt' }] },
      },
    ]);
    expect(names(app)).toEqual([]);
  });

  it('shows the files of a message that waits in the outbox', async () => {
    const app = writing();
    await attach(app, 'plan.md');
    const attachments = attachedFiles(app.state());
    app.dispatch({
      type: 'delivery-added',
      delivery: {
        ...{ id: 'm', taskId: 'c', text: 'Look', extras: { attachments }, stage: 'waiting', since: NOON },
        ...{ position: 1, resume: false, attempt: null, instanceName: null, version: 0 },
      },
    });
    const task = selectedTask(app.state());
    const lines = task === null ? [] : transcriptLines(app.state(), task, PLAIN_THEME, 70, 20);
    expect(lines.join('\n')).toMatch(/Look[\s\S]*file: plan\.md \(text\/markdown\)/u);
  });

  it('says why a chat does not take a file, and keeps the path', async () => {
    const app = writing();
    await attach(app, 'shot.png');
    expect(app.notice()).toMatch(/shot\.png is named like a PNG image, but its content is something else\./u);
    expect(overlayField(app.state())?.text).toBe(path.join(directory, 'shot.png'));
    app.press('esc');
    await attach(app, 'nothing.txt');
    expect(app.notice()).toMatch(/^There is no file .*nothing\.txt\.$/u);
    expect(names(app)).toEqual([]);
  });

  it('completes the path with tab, and lists the names where several fit', async () => {
    const app = writing();
    app.press('ctrl+x', 'f');
    app.paste(path.join(directory, 'pl'));
    app.press('tab');
    await expect.poll(() => app.notice()).toBe('plan b.txt  plan.md');
    expect(overlayField(app.state())?.text).toBe(path.join(directory, 'plan'));
    app.type('.');
    app.press('tab');
    await expect.poll(() => overlayField(app.state())?.text).toBe(path.join(directory, 'plan.md'));
    app.press('ctrl+u');
    app.paste(path.join(directory, 'x'));
    app.press('tab');
    await expect.poll(() => app.notice()).toBe('No file begins like this.');
  });

  it('keeps the files with the draft of their chat', async () => {
    const app = appFixture(
      applyEvents(emptyState(), listReceived([CHAT, makeChat({ id: 'd', displayName: 'Other' })])),
    );
    app.dispatch({ type: 'task-selected', taskId: 'c' });
    app.press('i');
    await attach(app, 'plan.md');
    app.press('esc');
    app.dispatch({ type: 'task-selected', taskId: 'd' });
    expect(names(app)).toEqual([]);
    app.dispatch({ type: 'task-selected', taskId: 'c' });
    expect(names(app)).toEqual(['plan.md']);
    expect(promptLines(app.state(), [], false, PLAIN_THEME, () => ['i'])).toEqual([
      expect.stringMatching(/with 1 file/u),
    ]);
  });

  it('removes the last file with backspace in an empty prompt or an empty field, never in a text', async () => {
    const app = writing();
    await attach(app, 'plan.md');
    await attach(app, 'plan b.txt');
    app.type('a');
    app.press('backspace');
    expect(names(app)).toEqual(['plan.md', 'plan b.txt']);
    app.press('backspace');
    expect(names(app)).toEqual(['plan.md']);
    app.type('text');
    app.press('ctrl+x', 'f', 'backspace');
    expect(names(app)).toEqual([]);
  });

  it('sends no files without a text', async () => {
    const app = writing();
    await attach(app, 'plan.md');
    app.press('enter');
    expect(app.notice()).toBe('Write a message to go with the files.');
    expect(app.calls).toEqual([]);
  });

  it('attaches nothing when the field was closed before the file was read', async () => {
    const app = writing();
    app.press('ctrl+x', 'f');
    app.paste(path.join(directory, 'plan.md'));
    app.press('enter', 'esc');
    await app.context.attachments.check(path.join(directory, 'plan.md'));
    expect(names(app)).toEqual([]);
  });

  it('is refused for a task, for several chats and for an edited prompt', () => {
    const task = writing(TASK);
    task.press('ctrl+x', 'f');
    expect(task.notice()).toBe('A task takes no files: Coder sends it only text.');
    expect(task.state().view.overlay).toBeNull();

    const several = appFixture(applyEvents(emptyState(), listReceived([CHAT, makeChat({ id: 'd' })])));
    several.press('a', 'i', 'ctrl+x', 'f');
    expect(several.notice()).toBe('Files go to one chat. Unmark the others first.');
  });

  it('takes at most 50 files', async () => {
    const app = writing();
    const file = { mediaType: 'text/plain', size: 1, modifiedAt: 1 };
    const files = Array.from({ length: 50 }, (_, index) => ({
      ...file,
      path: `/${index}`,
      name: `${index}`,
    }));
    app.dispatch({ type: 'attachments-changed', key: 'c', files });
    await attach(app, 'plan.md');
    expect(app.notice()).toBe('A chat takes at most 50 files; these are 51.');
    expect(names(app)).toHaveLength(50);
  });
});
