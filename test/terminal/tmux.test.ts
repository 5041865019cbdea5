import { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { queryTmux } from '../../src/terminal/tmux.ts';

const MISSING = { TMUX: '/nowhere,1,0', PATH: '/nowhere' };

it('a query does not start when it is aborted before', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-tmux-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'tmux'), '#!/bin/sh\necho "3.4|on|on|on|0||"\n', { mode: 0o755 });
  const env = { ...MISSING, PATH: `${folder}:${process.env.PATH}` };
  expect(await queryTmux(env, new AbortController().signal)).toMatchObject({ version: '3.4' });
  expect(await queryTmux(env, AbortSignal.abort())).toBeNull();
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
