import { describe, expect, it, vi } from 'vitest';
import { makeReport } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const linking = (uri: string, id = 'a') => {
  const task = taskIn('idle', id, { state: makeReport({ uri }) });
  const deck = appFixture(applyEvents(emptyState(), listReceived([task])));
  deck.press('o');
  return deck;
};

describe('o', () => {
  it('opens what the agent links to', async () => {
    const deck = linking('https://github.com/acme/app/pull/12');
    await vi.waitFor(() => expect(deck.notice()).toBe('Opened https://github.com/acme/app/pull/12'));
    expect(deck.calls).toEqual([{ what: 'open', address: 'https://github.com/acme/app/pull/12' }]);
  });

  it('opens the task’s page when the agent links to nothing', async () => {
    const deck = linking('');
    await vi.waitFor(() => expect(deck.notice()).toBe('Opened https://coder.example.com/tasks/ada/a'));
  });

  it.each([
    ['file:///home/coder/app', 'The agent’s own link (file:) leads to no web page and was left alone.'],
    ['javascript:alert(1)', 'The agent’s own link (javascript:) leads to no web page and was left alone.'],
    ['-oops', 'The agent’s own link is no proper web address and was left alone.'],
    ['https://a@b.example', 'The agent’s own link is no proper web address and was left alone.'],
    ['x\x1b]0;y\x07', 'The agent’s own link is no proper web address and was left alone.'],
  ])('leaves %j alone, and says so', async (uri, words) => {
    const deck = linking(uri);
    await vi.waitFor(() =>
      expect(deck.notice()).toBe(`Opened https://coder.example.com/tasks/ada/a ${words}`),
    );
    expect(deck.calls).toEqual([{ what: 'open', address: 'https://coder.example.com/tasks/ada/a' }]);
  });

  it('says that there is nothing where tasks have no page', async () => {
    const deck = linking('', 'nowhere');
    await vi.waitFor(() =>
      expect(deck.notice()).toBe('There is no web page to open. The agent gave no link.'),
    );
    const other = linking('vscode://file/x', 'nowhere');
    await vi.waitFor(() =>
      expect(other.notice()).toBe(
        'There is no web page to open. The agent’s own link (vscode:) leads to no web page and was left alone.',
      ),
    );
    expect([...deck.calls, ...other.calls]).toEqual([]);
  });

  it('needs a task', () => {
    const deck = appFixture(applyEvents(emptyState(), listReceived([])));
    deck.press('o');
    expect(deck.notice()).toBe('No task is selected.');
  });
});
