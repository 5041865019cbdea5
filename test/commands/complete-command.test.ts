import { describe, expect, it } from 'vitest';
import { matchingCommands } from '../../src/store/agent-commands.ts';
import { makeChat, makeExtension, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState } from '../store/state-builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { appFixture } from './app-fixture.ts';

const COMMANDS = ['init', 'review', 'review-pr', 'bad name', '', 'x\u001b'].map((name) => ({
  name,
  description: `About ${name}`,
}));

const openPrompt = (commands = COMMANDS) => {
  const chat = makeChat({ id: 'a', extension: makeExtension({ commands }) });
  const app = appFixture(applyEvents(emptyState(), chatsReceived([chat])), manualClock(NOON));
  app.press('i');
  const text = () => app.state().drafts.get('a')?.text;
  const names = () => matchingCommands(app.state()).map(({ name }) => name);
  return { app, text, names };
};

describe('a slash at the start of the prompt', () => {
  it('offers the commands of the agent, and tab completes them', () => {
    const { app, text, names } = openPrompt();
    app.type('/');
    expect(names()).toEqual(['init', 'review', 'review-pr']);
    app.type('r');
    app.press('tab');
    expect(text()).toBe('/review');
    app.press('tab');
    expect(text()).toBe('/review ');
    expect(names()).toEqual([]);
    app.type('src');
    expect(text()).toBe('/review src');
  });

  it('completes a single command with a blank, in any case of letters', () => {
    const { app, text } = openPrompt();
    app.type('/IN');
    app.press('tab');
    expect(text()).toBe('/init ');
  });

  it('offers nothing elsewhere, and none of an agent without commands', () => {
    const { app, names } = openPrompt();
    app.type('a /r');
    expect(names()).toEqual([]);
    const none = openPrompt([]);
    none.app.type('/');
    expect(none.names()).toEqual([]);
    none.app.press('tab');
    expect(none.text()).toBe('/');
  });
});
