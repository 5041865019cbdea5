import { describe, expect, it } from 'vitest';
import { chosenTemplate } from '../../src/store/form.ts';
import { template } from '../commands/phase-builders.ts';
import { makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { type RenderedApp, renderApp } from './rendered-app.tsx';
import { failure } from './scenes.ts';

const titles = ['apple pie', 'apple cake', 'pear tart', '漢字 apple', '🚀 rocket'];
const tasks = titles.map((displayName, index) => makeTask({ id: `t${index}`, displayName }));
const open = (): RenderedApp => renderApp(applyEvents(emptyState(), listReceived(tasks)));
const filterOf = ({ deck }: RenderedApp): string => deck.state().view.filter;

describe('the filter', () => {
  it('takes several keys in one read, enter among them', async () => {
    const app = open();
    app.send('/app\r');
    await app.until('Tasks /app');
    await app.until(() => expect(app.deck.state().view.overlay).toBeNull());
    expect(app.text()).not.toContain('pear tart');
    // Enter kept the filter and did nothing else.
    expect(app.deck.state().view.focus).toBe('list');
  });

  it('shows the typed text, and a placeholder before', async () => {
    const app = open();
    app.press('/');
    await app.until('words, phase:idle');
    app.send('pea');
    await app.until(/│ \/ pea +│/u);
    await app.until('4 hidden');
  });

  it('erases whole characters', async () => {
    const app = open();
    app.send('/');
    await app.until('words, phase');
    app.send('🚀漢👨‍👩‍👧e\u0301');
    await app.until(() => expect(filterOf(app)).toBe('🚀漢👨‍👩‍👧e\u0301'));
    const left: string[] = [];
    for (let count = 0; count < 4; count++) {
      const before = filterOf(app);
      app.press('backspace');
      await app.until(() => expect(filterOf(app)).not.toBe(before));
      left.push(filterOf(app));
    }
    expect(left).toEqual(['🚀漢👨‍👩‍👧', '🚀漢', '🚀', '']);
  });

  it('inserts characters at the cursor, between whole characters', async () => {
    const app = open();
    app.send('/🚀b');
    await app.until(() => expect(filterOf(app)).toBe('🚀b'));
    app.press('left', 'x', 'left', 'left', 'y', 'right', 'z', 'end', '!', 'home', '>');
    await app.until(() => expect(filterOf(app)).toBe('>y🚀zxb!'));
    app.press('delete', 'right', 'delete');
    await app.until(() => expect(filterOf(app)).toBe('>🚀xb!'));
  });

  it('types no letters of ctrl and alt keys, and edits like readline', async () => {
    const app = open();
    app.send('/one two three');
    await app.until(() => expect(filterOf(app)).toBe('one two three'));
    app.press('ctrl+w');
    await app.until(() => expect(filterOf(app)).toBe('one two '));
    app.press('ctrl+a', 'ctrl+t', 'ctrl+y', 'alt+x', 'ctrl+l', '>');
    await app.until(() => expect(filterOf(app)).toBe('>one two '));
    app.press('ctrl+e', '<', 'ctrl+a', 'ctrl+k', 'n');
    await app.until(() => expect(filterOf(app)).toBe('n'));
    app.press('ctrl+u', 'a', 'b');
    await app.until(() => expect(filterOf(app)).toBe('ab'));
  });

  it('inserts a paste as one line, in order with the keys', async () => {
    const app = open();
    app.send('/a\x7f');
    app.send('\x1b[200~pear\r\ntart\x1b[31m\x1b[201~');
    await app.until(() => expect(filterOf(app)).toBe('pear tart'));
    app.send('!');
    await app.until(() => expect(filterOf(app)).toBe('pear tart!'));
    app.press('left', 'backspace');
    await app.until(() => expect(filterOf(app)).toBe('pear tar!'));
    expect(app.deck.calls).toEqual([]);
  });

  it('moves with the arrows, which type nothing', async () => {
    const app = open();
    app.send('/apple');
    await app.until('2 hidden');
    app.press('down', 'down', 'up');
    await app.until(() => expect(app.deck.state().view.selected).toBe('t1'));
    expect(filterOf(app)).toBe('apple');
  });

  it('shows the end of a text that is longer than the field', async () => {
    const app = open();
    app.send('/this is far too long for the field 漢字 and its END');
    await app.until(/│ \/ .* and its END +│/u);
    app.press('home');
    await app.until(/│ \/ this is far too long/u);
  });

  it('restores the old filter with esc', async () => {
    const app = open();
    app.send('/pear\r');
    await app.until(() => expect(app.deck.state().view.overlay).toBeNull());
    app.send('/x');
    await app.until(() => expect(filterOf(app)).toBe('pearx'));
    app.press('esc');
    await app.until(() => expect(app.deck.state().view.overlay).toBeNull());
    expect(filterOf(app)).toBe('pear');
  });
});

describe('the choice of a deployment', () => {
  it('is available if the deployment cannot be reached', async () => {
    const unreachable = applyEvents(emptyState(), {
      type: 'list-failed',
      source: 'tasks',
      error: failure('unreachable'),
      retryAt: NOON,
      now: NOON,
    });
    const places = ['dev', 'prod'].map((name) => ({
      id: `id-${name}`,
      name,
      url: `https://${name}.example.com`,
    }));
    const app = renderApp({ ...unreachable, otherDeployments: places });
    await app.until('Cannot reach the server');
    app.press('P');
    await app.until('https://dev.example.com');
    app.send('pro\r');
    await app.until(() => expect(app.deck.calls).toEqual([{ what: 'switch', id: 'id-prod' }]));
  });
});

describe('the choice of a template', () => {
  const templates = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      template(`t${index}`, {
        displayName: `Template ${index} 模板`,
        description: `All about number ${index}`,
      }),
    );
  const picking = (count: number): RenderedApp => {
    const app = renderApp(
      applyEvents(emptyState(), listReceived(tasks), {
        type: 'templates-received',
        templates: templates(count),
      }),
    );
    app.press('n');
    if (count > 1) app.press('tab');
    return app;
  };
  const chosen = ({ deck }: RenderedApp) => chosenTemplate(deck.state())?.name;

  it('is not needed with a single template', async () => {
    const app = picking(1);
    await app.until('what should it do?');
    expect(chosen(app)).toBe('t0');
  });

  it('reads arrows and enter, several in one read', async () => {
    const app = picking(3);
    await app.until('to find');
    app.send('\x1b[B\x1b[B\x1b[A\r');
    await app.until('what should it do?');
    expect(chosen(app)).toBe('t1');
    expect(app.deck.calls.map(({ what }) => what)).toEqual(['templates', 'template-options']);
  });

  it('stops at its ends', async () => {
    const app = picking(3);
    await app.until('All about number 0');
    app.press('up', 'up', 'down');
    await app.until('▌ Template 1');
    app.press('down', 'down', 'down');
    await app.until('All about number 2');
    await app.until('▌ Template 2');
  });

  it('searches by typing: letters and digits choose nothing', async () => {
    const app = picking(40);
    await app.until('1 of 40');
    app.send('jk 3');
    await app.until('No match.');
    app.press('enter');
    app.press('ctrl+u');
    await app.until('1 of 40');
    app.send('模 39');
    await app.until('▌ Template 39');
    expect(app.text()).not.toContain('Template 38');
    app.press('enter');
    await app.until('what should it do?');
    expect(chosen(app)).toBe('t39');
  });

  it('scrolls a long list with the selected item visible', async () => {
    const app = picking(40);
    await app.until('1 of 40');
    for (let count = 1; count < 40; count++) app.press('down');
    await app.until('40 of 40');
    await app.until('▌ Template 39');
    app.press('pageup');
    await app.until('32 of 40');
    await app.until('▌ Template 31');
    for (let count = 0; count < 40; count++) app.press('up');
    await app.until('▌ Template 0 ');
  });

  it('starts the prompt after the choice', async () => {
    const app = picking(3);
    app.send('\x1b[B\rrun the tests\r');
    await app.until('run the tests');
    await app.deck.answerOptions();
    await app.until(() =>
      expect(app.deck.calls.at(-1)).toEqual({
        what: 'create',
        task: { templateVersionId: 'version-t1', prompt: 'run the tests' },
      }),
    );
  });

  it('is left with esc', async () => {
    const app = picking(3);
    await app.until('to find');
    app.press('esc');
    await app.until(() => expect(app.text()).not.toContain('to find'));
    expect(app.deck.state().view).toMatchObject({ openForm: null, focus: 'list', overlay: null });
  });
});
