import { describe, expect, it } from 'vitest';
import { makeReport } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const linking = (uri: string, id = 'a') => {
  const task = taskIn('idle', id, { state: makeReport({ uri }) });
  const app = appFixture(applyEvents(emptyState(), listReceived([task])));
  app.press('o');
  return app;
};

describe('o', () => {
  it("opens the agent's link", async () => {
    const app = linking('https://github.com/acme/app/pull/12');
    await expect.poll(() => app.notice()).toBe('Opened https://github.com/acme/app/pull/12');
    expect(app.calls).toEqual([{ what: 'open', address: 'https://github.com/acme/app/pull/12' }]);
  });

  it('opens the task’s page without a link of the agent', async () => {
    const app = linking('');
    await expect.poll(() => app.notice()).toBe('Opened https://coder.example.com/tasks/ada/a');
  });

  it.each([
    ['file:///home/coder/app', 'The agent’s link (file:) is not a web page and was not opened.'],
    ['javascript:alert(1)', 'The agent’s link (javascript:) is not a web page and was not opened.'],
    ['-oops', 'The agent’s link is not a valid web address and was not opened.'],
    ['https://a@b.example', 'The agent’s link is not a valid web address and was not opened.'],
    ['x\x1b]0;y\x07', 'The agent’s link is not a valid web address and was not opened.'],
  ])('does not open %j, and shows a notice', async (uri, words) => {
    const app = linking(uri);
    await expect.poll(() => app.notice()).toBe(`Opened https://coder.example.com/tasks/ada/a ${words}`);
    expect(app.calls).toEqual([{ what: 'open', address: 'https://coder.example.com/tasks/ada/a' }]);
  });

  it('shows a notice when tasks have no page', async () => {
    const app = linking('', 'nowhere');
    await expect.poll(() => app.notice()).toBe('No web page to open. The agent gave no link.');
    const other = linking('vscode://file/x', 'nowhere');
    await expect
      .poll(() => other.notice())
      .toBe('No web page to open. The agent’s link (vscode:) is not a web page and was not opened.');
    expect([...app.calls, ...other.calls]).toEqual([]);
  });

  it('needs a task', () => {
    const app = appFixture(applyEvents(emptyState(), listReceived([])));
    app.press('o');
    expect(app.notice()).toBe('No task is selected.');
  });
});
