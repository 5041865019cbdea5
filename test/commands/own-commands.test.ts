import { describe, expect, it, vi } from 'vitest';
import { helpContent } from '../../src/commands/help-content.ts';
import { paletteEntries } from '../../src/commands/palette.ts';
import { parseProgram } from '../../src/domain/configured-program.ts';
import type { OwnCommand } from '../../src/domain/own-command.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import type { Task } from '../../src/domain/task.ts';
import { questionOf } from '../../src/view/questions/question.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const HOSTILE = '"; rm -rf ~; $(id)';

const own = (run: unknown, about: Partial<OwnCommand> = {}): OwnCommand => {
  const parsed = parseProgram(run);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return {
    key: 'alt+g',
    name: 'Look at it',
    program: parsed.program,
    in: null,
    output: 'notice',
    confirm: false,
    timeout: 60,
    ...about,
  };
};

const TASK = taskIn('idle', 'a', { displayName: HOSTILE });

function open(command: OwnCommand, tasks: readonly Task[] = [TASK]) {
  const { keyNames } = emptyState();
  const settings = { ...defaultSettings, commands: [command] };
  return appFixture(
    applyEvents(emptyState(), { type: 'settings-changed', settings, keyNames }, listReceived(tasks)),
  );
}

describe('a command of the user', () => {
  it('gets the values of the task as arguments and in the environment, and shows its first line', async () => {
    const app = open(own(['look', '{title}', '--', '{url}']));
    app.press('alt+g');
    await vi.waitFor(() => expect(app.notice()).toBe('Look at it: first line'));
    expect(app.calls).toEqual([
      {
        what: 'run',
        run: expect.objectContaining({
          argv: ['look', HOSTILE, '--', 'https://coder.example.com/tasks/ada/a'],
          env: expect.objectContaining({ TASKDECK_TITLE: HOSTILE, TASKDECK_ID: 'a' }),
          directory: null,
          timeoutMs: 60_000,
        }),
      },
    ]);
  });

  it('as a line for the shell has the line unchanged', async () => {
    const app = open(own('echo "$TASKDECK_TITLE"', { output: 'none' }));
    app.press('alt+g');
    await vi.waitFor(() => expect(app.calls).toHaveLength(1));
    expect(app.calls[0]).toMatchObject({ run: { argv: ['/bin/sh', '-c', 'echo "$TASKDECK_TITLE"'] } });
  });

  it('can show its output in the pager, or get the terminal', async () => {
    const paged = open(own(['look'], { output: 'pager' }));
    paged.press('alt+g');
    await vi.waitFor(() => expect(paged.calls).toContainEqual({ what: 'page', text: 'first line\nsecond' }));
    const lent = open(own(['look', '{name}'], { output: 'terminal' }));
    lent.press('alt+g');
    await vi.waitFor(() => expect(lent.calls).toHaveLength(1));
    expect(lent.calls[0]).toMatchObject({
      what: 'directory',
      directory: null,
      program: { kind: 'program', name: 'Look at it', argv: ['look', TASK.name] },
    });
  });

  it('runs once for each marked task, but not where it shows one', async () => {
    const tasks = ['a', 'b'].map((id) => taskIn('idle', id));
    const app = open(own(['look', '{id}']), tasks);
    app.press('a', 'alt+g');
    await vi.waitFor(() => expect(app.calls).toHaveLength(2));
    const lent = open(own(['look'], { output: 'terminal' }), tasks);
    lent.press('a', 'alt+g');
    expect(lent.notice()).toBe('It shows one task at a time. Unmark the tasks.');
    expect(lent.calls).toEqual([]);
  });

  it('that asks runs only after a yes', async () => {
    const app = open(own(['look'], { confirm: true }));
    app.press('alt+g');
    expect(questionOf(app.state())?.words).toBe(`Run “Look at it” for ${HOSTILE}?`);
    app.press('enter');
    expect(app.state().view.overlay).toBeNull();
    app.press('alt+g', 'y');
    await vi.waitFor(() => expect(app.calls).toHaveLength(1));
  });

  it('says why it cannot run', () => {
    const without = open(own(['look']), []);
    without.press('alt+g');
    expect(without.notice()).toBe('No task is selected.');
    const elsewhere = open(own(['look'], { in: 'directory' }));
    elsewhere.press('alt+g');
    expect(elsewhere.notice()).toMatch(/on another machine|does not report/u);
  });

  it('is in the help and the palette as the user’s, also without a key', () => {
    const app = open(own(['look'], { key: null }));
    expect(helpContent(app.state())[0]).toMatchObject({
      title: 'Your commands',
      entries: [{ text: 'Look at it' }],
    });
    expect(paletteEntries(app.state()).find(({ id }) => id === 'own:Look at it')).toMatchObject({
      title: 'Look at it',
      section: 'Your commands',
      availability: true,
    });
  });
});
