import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openTerminal } from '../support/terminal-app.ts';

const program = fileURLToPath(new URL('login-prompts-program.ts', import.meta.url));
const quiet = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';

describe('at a terminal', () => {
  const open = (...questions: readonly string[]) =>
    openTerminal({ command: process.execPath, args: [quiet, program, ...questions] });

  test('a token is hidden, and its length is shown', async () => {
    const app = await open('token');
    await app.until('Token (hidden):');
    app.type('abc-secrex');
    app.press('backspace', 'left');
    app.paste('t-0123456789');
    app.press('enter');
    await app.until('answered');
    const screen = app.text();
    expect(screen).toContain('Copy a token from https://coder.example.com/cli-auth');
    expect(screen).toContain('Token (hidden): 21 characters');
    expect(screen.replace(/answered.*/, '')).not.toMatch(/abc|secre|0123/);
    await app.until('answered "abc-secret-0123456789"');
    await app.until('raw false');
  });

  test('a token and its Enter arrive in one read; ctrl+u deletes', async () => {
    const app = await open('token');
    await app.until('Token (hidden):');
    app.send('wrong\x15right\r');
    await app.until('answered "right"');
  });

  test('ctrl+c cancels and restores the terminal', async () => {
    const app = await open('token');
    await app.until('Token (hidden):');
    app.type('abc');
    app.press('ctrl+c');
    await app.until('failed: Cancelled.');
    await app.until('raw false');
  });

  test('asks several questions in sequence', async () => {
    const app = await open('url', 'token', 'confirmPlainHttp', 'confirmPlainHttp');
    await app.until('URL of the deployment');
    app.type(' coder.example.com');
    app.press('enter');
    await app.until('answered "coder.example.com"');
    await app.until('Token (hidden):');
    app.type('token');
    app.press('enter');
    await app.until('others on the network can read the to');
    app.press('enter');
    await app.until('answered false');
    await app.until(/answered false[\s\S]*\(y\/N\)/);
    app.type('y');
    app.press('enter');
    await app.until('answered true');
  });
});

describe('without a terminal', () => {
  const ask = (question: string, input: string) =>
    execFileSync(process.execPath, [quiet, program, question], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });

  test('stdin is the token', () => {
    expect(ask('token', ' piped-token\n')).toMatch(/^answered "piped-token"/);
    expect(ask('token', '')).toMatch(/^answered ""/);
  });

  test('the other questions are wrong usage', () => {
    expect(ask('url', 'coder.example.com\n')).toMatch(/^failed: No deployment given/);
    expect(ask('confirmPlainHttp', 'y\n')).toMatch(/^failed: http:\/\/coder\.example\.com is not encrypted/);
  });
});
