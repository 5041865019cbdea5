import { ChildProcess } from 'node:child_process';
import { expect, it, onTestFinished, vi } from 'vitest';
import { queryTmux } from '../../src/terminal/tmux.ts';

const MISSING = { TMUX: '/nowhere,1,0', PATH: '/nowhere' };

it('a query does not start when it is aborted before', async () => {
  expect(await queryTmux(MISSING, AbortSignal.abort())).toBeNull();
});

// Node would signal the number that is left in memory.
it('a query that is aborted while tmux cannot be started signals nothing', async () => {
  const kill = vi.spyOn(ChildProcess.prototype, 'kill').mockReturnValue(true);
  onTestFinished(() => kill.mockRestore());
  const ending = new AbortController();
  const settings = queryTmux(MISSING, ending.signal);
  ending.abort();
  expect(await settings).toBeNull();
  expect(kill).not.toHaveBeenCalled();
});
