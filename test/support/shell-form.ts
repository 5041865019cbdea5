import type { TerminalApp } from './terminal-app.ts';

/** Opens the form of a new task on this machine, and chooses the shell: by default a prompt is for an agent. */
export async function openShellForm(app: TerminalApp): Promise<void> {
  app.press('n');
  await app.until('New ');
  if (app.text().includes('New task')) return;
  const isAtKind = /kind +.*type to find/;
  // The form begins there when it is known that no agent is installed.
  if (!isAtKind.test(app.text())) {
    app.press('tab');
    await app.until(isAtKind);
  }
  app.type('shell');
  // The templates may still be loading.
  await app.until(/kind +shell.*Shell command/s);
  app.press('enter');
  await app.until('a shell command, for example');
}
