import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { ProgramRun } from '../../src/domain/ports/programs.ts';
import { runProgram } from '../../src/terminal/run-program.ts';

const run = (line: string, more: Partial<ProgramRun> = {}) =>
  runProgram({
    argv: ['/bin/sh', '-c', line],
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, HOSTILE: 'a\0b' },
    input: '',
    timeoutMs: 20_000,
    maxOutput: 100,
    signal: new AbortController().signal,
    ...more,
  });

describe('a program', () => {
  it('gets its input and environment, and returns its output and exit code', async () => {
    expect(await run('cat; echo "$HOSTILE"; echo bad >&2; exit 3', { input: 'in' })).toEqual({
      kind: 'exited',
      code: 3,
      output: 'inab\n',
      errors: 'bad\n',
    });
  });

  it('has no terminal, and a session of its own', async () => {
    const end = await run('(: < /dev/tty) 2>/dev/null && echo terminal; ps -o pid=,sid= -p $$');
    const [pid, sid] = end.kind === 'exited' ? end.output.trim().split(/\s+/u) : [];
    expect(pid).toBe(sid);
  });

  it('is ended with its children after the time limit', async () => {
    const end = await run('trap "" TERM; echo $$; sleep 100 & sleep 100', { timeoutMs: 300 });
    expect(end).toEqual({ kind: 'timed-out', output: expect.stringMatching(/^\d+\n$/u), errors: '' });
  });

  it('is not waited for by what it leaves in the background', async () => {
    expect(await run('sleep 3 & echo done')).toEqual({
      kind: 'exited',
      code: 0,
      output: 'done\n',
      errors: '',
    });
  });

  it('that does not read its input, prints too much or does not exist, fails at nothing else', async () => {
    expect(await run('exit 0', { input: 'x'.repeat(1_000_000) })).toMatchObject({ kind: 'exited', code: 0 });
    const long = await run('head -c 1000000 /dev/zero | tr "\\0" x');
    expect(long.kind === 'exited' && long.output.length).toBe(100);
    expect(await run('', { argv: ['/nowhere/program'] })).toEqual({ kind: 'not-started', code: 'ENOENT' });
  });

  it('ends when taskdeck does', async () => {
    const controller = new AbortController();
    const ended = run('sleep 100', { signal: controller.signal });
    controller.abort();
    expect(await ended).toMatchObject({ kind: 'signal', signal: 'SIGTERM' });
  });
});
