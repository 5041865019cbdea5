import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import type { Overlay } from '../../src/store/slices/screen.ts';
import type { State } from '../../src/store/state.ts';
import { taskIn } from '../commands/phase-builders.ts';
import { makeChat } from '../domain/builders.ts';
import { applyEvents, draftTyped, emptyState, listReceived, onDeployment } from '../store/state-builders.ts';
import { unfocusedPromptOf } from '../view/command-lines.ts';
import { renderApp } from './rendered-app.tsx';
import { SCENES } from './scenes.ts';

const resting = (...actions: readonly StoreEvent[]): string =>
  unfocusedPromptOf(applyEvents(emptyState(), ...actions))
    .map(stripVTControlCharacters)
    .join('\n');
const named = (phase: Parameters<typeof taskIn>[0]) =>
  listReceived([taskIn(phase, 'a', { displayName: 'Fix login' })]);

describe('the line at the bottom, while no one writes in it', () => {
  it.each([
    ['idle', ' ⏎ or i: write to Fix login'],
    ['working', ' ⏎ or i: write to Fix login: queued while it works'],
    ['paused', ' ⏎ or i: write to Fix login: paused, needs a resume first'],
    ['error', ' Fix login accepts no messages now'],
    ['deleting', ' Fix login is being deleted'],
  ] as const)('is a hint, for a task that is %s', (phase, line) => {
    expect(resting(named(phase))).toBe(line);
  });

  it('says where a message to a working chat waits', () => {
    const chat = makeChat({ displayName: 'Fix login', status: 'running' });
    expect(resting(listReceived([chat]))).toBe(' ⏎ or i: write to Fix login: queues it: the agent works');
  });

  it('shows the start of a draft and the keys that continue it', () => {
    expect(resting(named('idle'), draftTyped('a', 'one\ntwo'))).toBe(' ⏎ or i: continue “one two”');
  });

  it('shows the key that starts a task if there is none', () => {
    expect(resting(listReceived([]))).toBe(' n: start a new task');
    expect(resting()).toBe('');
  });

  it('names custom keys', () => {
    const state = { ...applyEvents(emptyState(), named('idle')), customKeys: { answer: ['w'] } };
    expect(unfocusedPromptOf(state).map(stripVTControlCharacters)).toEqual([' w: write to Fix login']);
  });

  it('shows the sign of a field only while the prompt has the focus', () => {
    for (const [name, scene] of Object.entries(SCENES)) {
      const state = scene({ columns: 100, rows: 30 });
      const isWriting =
        state.view.focus === 'prompt' && state.view.overlay === null && state.view.openForm === null;
      expect(renderApp(state).text().includes('❯'), name).toBe(isWriting);
    }
  });

  it('is never wider than the screen', () => {
    for (const [name, scene] of Object.entries(SCENES))
      for (let columns = 40; columns <= 120; columns += 9) {
        const state = scene({ columns, rows: 24 });
        for (const line of unfocusedPromptOf(state))
          expect(displayWidth(line), name).toBeLessThanOrEqual(columns);
      }
  });
});

it.each([
  [true, 'shell', 'run a command in Fix login'],
  [true, 'claude', 'write to Fix login'],
  [false, 'shell', 'write to Fix login'],
] as const)('names the kind of input: local %s, template %s', (local, templateName, words) => {
  const task = taskIn('idle', 'a', { displayName: 'Fix login', templateName });
  const state = applyEvents(local ? emptyState() : onDeployment(emptyState()), listReceived([task]));
  expect(unfocusedPromptOf(state).map(stripVTControlCharacters)).toEqual([` ⏎ or i: ${words}`]);
});

describe('a question while a message is written', () => {
  const asked = (size: State['size'], text: string, overlay: Overlay): string =>
    renderApp(
      applyEvents(
        emptyState(size),
        listReceived([taskIn('paused', 'a')]),
        { type: 'pane-focused', pane: 'prompt' },
        draftTyped('a', text),
        { type: 'overlay-opened', overlay },
      ),
    ).text();
  const resume: Overlay = { kind: 'confirm-resume', taskId: 'a' };

  it.each([
    ['80x50', { columns: 80, rows: 50 }, resume],
    ['80x24', { columns: 80, rows: 24 }, resume],
    ['40x10', { columns: 40, rows: 10 }, resume],
    ['a delete', { columns: 80, rows: 24 }, { kind: 'confirm-action', action: 'delete', taskId: 'a' }],
    ['a pause', { columns: 80, rows: 24 }, { kind: 'confirm-action', action: 'pause', taskId: 'a' }],
  ] as const)('leaves a draft of one row visible: %s', (_, size, overlay) => {
    const text = asked(size, 'Use the main branch', overlay);
    expect(text).toContain('   Use the main branch');
    expect(text).toMatch(/paused|Delete|Pause/u);
  });

  it('leaves a longer draft visible', () => {
    const text = asked({ columns: 80, rows: 24 }, 'one\ntwo\nthree', resume);
    for (const line of ['one', 'two', 'three']) expect(text).toContain(`   ${line}`);
  });
});
