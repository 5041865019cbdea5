import { describe, expect, it } from 'vitest';
import type { Hook } from '../../src/domain/hook.ts';
import type { ProgramEnd, ProgramRun } from '../../src/domain/ports/programs.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import type { Task } from '../../src/domain/task.ts';
import { startHooks } from '../../src/sync/hooks.ts';
import { watchTaskChanges } from '../../src/sync/task-changes.ts';
import { startTicker } from '../../src/sync/ticker.ts';
import { makeChat, makeQuestion, makeReport, makeTask } from '../domain/builders.ts';
import { syncFixture } from './sync-fixture.ts';

const SUCCESS: ProgramEnd = { kind: 'exited', code: 0, output: '', errors: '' };

const program = (...argv: readonly string[]) => ({ kind: 'argv', argv }) as const;

const phaseHook = (about: Partial<Hook> = {}): Hook => ({
  on: 'phase',
  phases: [],
  program: program('hook', '{phase}'),
  timeout: 10,
  ...about,
});

const at = (id: string, state: 'working' | 'idle' | 'failed', since = 0): Task =>
  makeTask({ id, name: id, displayName: `Title ${id}`, state: makeReport({ state, at: since }) });

/** The programs that were run for the working tasks a and b. `held`: they run until `release`. */
function open(hooks: readonly Hook[], { held = false } = {}) {
  const fixture = syncFixture();
  const { store, clock } = fixture;
  store.dispatch({
    type: 'settings-changed',
    settings: { ...defaultSettings, hooks },
    keyNames: store.getState().keyNames,
  });
  const runs: ProgramRun[] = [];
  const ends: ((end: ProgramEnd) => void)[] = [];
  let end: ProgramEnd = SUCCESS;
  const changes = watchTaskChanges(fixture);
  const started = startHooks({
    store,
    clock,
    changes,
    pageOf: async (task) => `https://coder.example.com/tasks/ada/${task.id}`,
    run: (run) => {
      runs.push(run);
      return held ? new Promise((resolve) => ends.push(resolve)) : Promise.resolve(end);
    },
    env: { PATH: '/bin', CODER_SESSION_TOKEN: 'secret' },
    directory: '/home/ada',
  });
  startTicker(store, clock);
  fixture.receiveList(at('a', 'working'), at('b', 'working'));
  return {
    ...fixture,
    runs,
    started,
    changes,
    arguments: () => runs.map(({ argv }) => argv.slice(1).join(' ')),
    inputs: () => runs.map(({ input }) => JSON.parse(input)),
    async says(...tasks: readonly Task[]) {
      const known = new Map(store.getState().tasks.map((task) => [task.id, task]));
      for (const task of tasks) known.set(task.id, task);
      fixture.receiveList(...known.values());
      await clock.advance(10);
    },
    endWith(next: ProgramEnd) {
      end = next;
    },
    async release() {
      for (const resolve of ends.splice(0)) resolve(SUCCESS);
      await clock.advance(10);
    },
    notices: () =>
      store
        .getState()
        .queuedNotices.map((notice) => (typeof notice === 'string' ? notice : JSON.stringify(notice)))
        .concat(store.getState().notice?.text ?? []),
  };
}

describe('a hook', () => {
  it('runs when a task changes its phase, and not for the first list', async () => {
    const fixture = open([phaseHook()]);
    await fixture.clock.advance(60_000);
    expect(fixture.runs).toEqual([]);
    await fixture.says(at('a', 'failed', fixture.clock.now()), at('new', 'working'));
    expect(fixture.arguments()).toEqual(['failed']);
    expect(fixture.runs[0]).toMatchObject({
      cwd: '/home/ada',
      timeoutMs: 10_000,
      env: {
        TASKDECK_EVENT: 'phase',
        TASKDECK_ID: 'a',
        TASKDECK_TITLE: 'Title a',
        TASKDECK_PHASE: 'failed',
        TASKDECK_PREVIOUS_PHASE: 'working',
        TASKDECK_URL: 'https://coder.example.com/tasks/ada/a',
      },
    });
    expect(fixture.runs[0]?.env).not.toHaveProperty('CODER_SESSION_TOKEN');
    expect(fixture.inputs()).toEqual([
      expect.objectContaining({ task: 'a', phase: 'failed', previous_phase: 'working', needs_you: true }),
    ]);
  });

  it('with phases runs only for these', async () => {
    const fixture = open([phaseHook({ phases: ['failed'] })]);
    await fixture.says(at('a', 'idle', fixture.clock.now()));
    await fixture.says(at('b', 'failed', fixture.clock.now()));
    expect(fixture.arguments()).toEqual(['failed']);
  });

  it('about tasks that need the user runs by the rule of notifications, at once for a question', async () => {
    const fixture = open([phaseHook({ on: 'needs-you', program: program('hook', '{name}', '{question}') })]);
    await fixture.says(at('a', 'idle', fixture.clock.now()));
    expect(fixture.runs).toEqual([]);
    await fixture.clock.advance(5_000);
    expect(fixture.arguments()).toEqual(['a ']);
    await fixture.says(makeChat({ id: 'c', source: 'tasks', name: 'c', planMode: true, status: 'running' }));
    await fixture.says(
      makeChat({ id: 'c', source: 'tasks', name: 'c', planMode: true, questions: [makeQuestion()] }),
    );
    expect(fixture.arguments()).toEqual(['a ', expect.stringMatching(/^c .*Which flow/u)]);
    expect(fixture.inputs()[1].question).toMatchObject({ kind: 'choice' });
  });

  it('joins the changes of a task while it runs', async () => {
    const fixture = open([phaseHook()], { held: true });
    await fixture.says(at('a', 'failed', fixture.clock.now()));
    await fixture.says(at('a', 'working', fixture.clock.now()));
    await fixture.says(at('a', 'idle', fixture.clock.now()));
    expect(fixture.arguments()).toEqual(['failed']);
    await fixture.release();
    expect(fixture.arguments()).toEqual(['failed', 'idle']);
    expect(fixture.inputs()[1].previous_phase).toBe('failed');
    await fixture.says(at('a', 'failed', fixture.clock.now()));
    await fixture.says(at('a', 'idle', fixture.clock.now()));
    await fixture.release();
    // Back where it was.
    expect(fixture.runs).toHaveLength(2);
  });

  it('runs for a few tasks at once', async () => {
    const fixture = open([phaseHook()], { held: true });
    const ids = Array.from({ length: 300 }, (_, index) => `t${index}`);
    await fixture.says(...ids.map((id) => at(id, 'working')));
    await fixture.says(...ids.map((id) => at(id, 'failed', fixture.clock.now())));
    expect(fixture.runs).toHaveLength(4);
    await fixture.release();
    expect(fixture.runs).toHaveLength(8);
    expect(fixture.notices().filter((text) => text.includes('Some changes were dropped'))).toHaveLength(1);
  });

  it('that fails is reported once, until it succeeds', async () => {
    const fixture = open([phaseHook()]);
    const change = async (state: 'working' | 'failed') => fixture.says(at('a', state, fixture.clock.now()));
    fixture.endWith({ kind: 'exited', code: 2, output: '', errors: 'no \x1b[31mnetwork.\nmore' });
    await change('failed');
    await change('working');
    const failures = () => fixture.notices().filter((text) => text.includes('The hook'));
    expect(failures()).toEqual([
      'The hook “hook” failed with exit code 2: no network. Further failures are not shown.',
    ]);
    fixture.endWith(SUCCESS);
    await change('failed');
    fixture.endWith({ kind: 'timed-out', output: '', errors: '' });
    await change('working');
    expect(failures()).toHaveLength(2);
    expect(failures().join(' ')).toContain('The hook “hook” was ended after 10 s.');
  });

  it('does not run for changes while taskdeck was suspended, nor after its end', async () => {
    const fixture = open([phaseHook()]);
    fixture.changes.restart();
    await fixture.clock.advance(10);
    await fixture.says(at('a', 'failed', fixture.clock.now()));
    expect(fixture.runs).toEqual([]);
    await fixture.says(at('b', 'failed', fixture.clock.now()));
    expect(fixture.runs).toHaveLength(1);
    fixture.started.stop();
    expect(fixture.runs[0]?.signal.aborted).toBe(true);
    await fixture.says(at('a', 'working', fixture.clock.now()));
    expect(fixture.runs).toHaveLength(1);
  });
});
