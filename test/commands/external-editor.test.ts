import { describe, expect, it } from 'vitest';
import { keyBindingErrors } from '../../src/commands/keymap.ts';
import { applyEvents, draftTyped, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const draftOf = (app: AppFixture) => app.state().drafts.get('a')?.text;

function writing(text = 'half'): AppFixture {
  const app = appFixture(applyEvents(stateWithTasks('a'), draftTyped('a', text)));
  app.press('enter');
  return app;
}

describe('ctrl+x ctrl+e', () => {
  it('opens the draft in the editor and takes the sanitised result', async () => {
    const app = writing();
    app.press('ctrl+x', 'ctrl+e');
    expect(app.calls).toEqual([{ what: 'write', text: 'half' }]);
    await app.leaveEditor({ kind: 'written', text: 'one\r\ntwo\r\x1b[31mthree\tfour' });
    expect(app.state().drafts.get('a')).toMatchObject({ text: 'one\ntwo\nthree   four', cursor: 20 });
    expect(app.state().view.focus).toBe('prompt');
  });

  it('keeps the draft when the editor fails, and shows the reason', async () => {
    const app = writing();
    app.press('ctrl+x', 'ctrl+e');
    await app.leaveEditor({ kind: 'not-written', why: 'The editor ended with exit code 1.' });
    expect(draftOf(app)).toBe('half');
    expect(app.notice()).toBe('The editor ended with exit code 1.');
  });

  it('keeps an undelivered message that returned meanwhile', async () => {
    const app = writing();
    app.press('ctrl+x', 'ctrl+e');
    app.dispatch({ type: 'draft-restored', key: 'a', text: 'refused' });
    await app.leaveEditor({ kind: 'written', text: 'whole' });
    expect(draftOf(app)).toBe('refused\nwhole');
  });

  it('opens the match of a prompt history search', () => {
    const app = writing('');
    app.dispatch({ type: 'prompt-recorded', text: 'run the tests' });
    app.press('ctrl+r');
    app.type('tests');
    app.press('ctrl+x', 'ctrl+e');
    expect(app.calls).toEqual([{ what: 'write', text: 'run the tests' }]);
  });

  it('is a chord: any other second key does nothing and types nothing', () => {
    const app = writing();
    app.press('ctrl+x');
    app.type('e');
    expect(app.notice()).toBe('ctrl+x e does nothing here.');
    app.press('ctrl+e');
    app.type('!');
    expect(draftOf(app)).toBe('half!');
    app.press('ctrl+x', 'esc');
    expect(app.state().view).toMatchObject({ focus: 'prompt', chordPrefix: null });
    expect(app.calls).toEqual([]);
  });

  it('does nothing in the list, and can have another key', () => {
    const app = appFixture({ ...stateWithTasks('a'), customKeys: { editor: ['ctrl+o'] } });
    app.press('ctrl+x', 'j');
    expect(app.notice()).toBeNull();
    app.press('enter', 'ctrl+o');
    expect(app.calls).toEqual([{ what: 'write', text: '' }]);
    expect(keyBindingErrors({ editor: ['ctrl+o'] })).toEqual([]);
  });
});
