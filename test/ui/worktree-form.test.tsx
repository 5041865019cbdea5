import { expect, it } from 'vitest';
import { AGENT_MODELS, onThisMachine, worktreePreview } from '../store/chat-form-states.ts';
import { renderApp } from './rendered-app.tsx';

const AGENT = AGENT_MODELS.slice(1, 2).map((model) => ({ ...model, isDefault: true }));

it('a worktree, its base and its branch are chosen with the keys, and seen before the chat starts', async () => {
  const app = renderApp(onThisMachine([], AGENT));
  app.press('n');
  await app.until('worktree   no: the agent works in the directory itself');
  app.send('fix the login');
  app.press('shift+tab');
  await app.until('▌ no');
  app.press('down', 'tab');
  await app.until('worktree   yes, below ~/.local/state/taskdeck/worktrees/src-12345678');
  await app.until('base       main · 1a2b3c4 Fix the login');
  // Lines of a paste neither choose nor start.
  app.send('\x1b[200~fea\nture\n\x1b[201~');
  await app.until('looking it up…');
  const typed = app.deck.state().newTaskForm.base.text;
  expect(typed).toBe('fea ture');
  app.deck.dispatch(worktreePreview({ reason: 'No such branch: fea ture' }, { base: typed }));
  await app.until('No such branch: fea ture');
  app.press('ctrl+u');
  app.send('feature');
  app.deck.dispatch(
    worktreePreview({ base: 'feature', baseSubject: 'Begin', setUp: 'npm ci' }, { base: 'feature' }),
  );
  await app.until('feature · 1a2b3c4 Begin');
  await app.until('set-up     npm ci');
  app.press('tab');
  app.send('fix/登录');
  await app.until('▌branch     fix/登录');
  app.press('tab', 'enter');
  const created = () => app.deck.calls.flatMap((call) => (call.what === 'create' ? [call.task] : []));
  await app.until(() => expect(created()).toHaveLength(1));
  expect(created()[0]).toMatchObject({
    prompt: 'fix the login',
    worktree: { base: 'feature', branch: 'fix/登录' },
  });
});
