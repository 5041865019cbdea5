import { existsSync } from 'node:fs';
import path from 'node:path';
import { endlessCommands } from '../sandbox.ts';
import { check, until } from '../steps.ts';
import { type ChatRun, END_MS } from './chat-run.ts';

/** Steps of turns with tools, and with permission requests. */
export async function runPermissionSteps(run: ChatRun): Promise<void> {
  await run.step('command after permission', async () => {
    const { args } = await run.runAndAnswer('Please run: echo made > made.txt', 'allow_once');
    check(run.isMade('made.txt'), 'the command did not run');
    check(
      `${args.command} ${args.title}`.includes('echo made > made.txt'),
      `the request shows ${JSON.stringify(args)}`,
    );
    return '';
  });
  await run.step('edit after permission, with its diff', async () => {
    const file = path.join(run.sandbox.directory, 'new.txt');
    const request = await run.runAndAnswer(`Please edit: ${file} hello`, 'allow_once');
    check(run.isMade('new.txt'), 'the file was not written');
    const [asked] = request.args.diff ?? [];
    check(asked?.new_text === 'hello\n', `the request shows ${JSON.stringify(request.args)}`);
    const tool = await run.chat.toolOf(request);
    check(tool.status === 'completed' && tool.diff?.[0]?.new_text === 'hello\n', JSON.stringify(tool));
    return '';
  });
  await run.step('command that was refused', async () => {
    await run.runAndAnswer('Please run: echo made > refused.txt', 'reject_once');
    check(!run.isMade('refused.txt'), 'the command ran');
    return '';
  });
  await run.step('two commands at once', async () => {
    await run.chat.send('Please both: echo made > a.txt ;; echo made > b.txt');
    await run.chat.answer(await run.chat.permission(), 'allow_once');
    await run.chat.answer(await run.chat.permission(), 'allow_once');
    await run.chat.rests('waiting');
    check(run.isMade('a.txt') && run.isMade('b.txt'), 'a command did not run');
    return '';
  });
  await run.step('interrupt at a permission request', async () => {
    await run.chat.send('Please run: echo made > interrupted.txt');
    await run.chat.permission();
    await run.chat.interrupt();
    await run.chat.rests('waiting', END_MS);
    check(!run.isMade('interrupted.txt'), 'the command ran');
    return '';
  });
  await run.step('interrupt in a command', async () => {
    await run.startEndless();
    await run.chat.interrupt();
    await run.chat.rests('waiting', END_MS);
    await run.nothingRuns('interrupt', () => endlessCommands(run.sandbox));
    return '';
  });
  await run.step('interrupt in a command that needs no permission', async () => {
    await run.chat.send('Please exec: tail -f made.txt');
    await until('the command runs', async () => {
      if ((await run.chat.get()).status === 'requires_action')
        await run.chat.answer(await run.chat.permission(), 'allow_once');
      return endlessCommands(run.sandbox).length > 0 || undefined;
    });
    await run.chat.interrupt();
    await run.chat.rests('waiting', END_MS);
    await run.nothingRuns('interrupt', () => endlessCommands(run.sandbox));
    return '';
  });
  await run.step('permission mode edits, and back', async () => {
    await run.chat.change({ permission_mode: 'edits' });
    await run.chat.send(`Please edit: ${path.join(run.sandbox.directory, 'free.txt')} hello`);
    await run.chat.rests('waiting');
    check(run.isMade('free.txt'), 'the file was not written');
    // Claude counts a command that writes a file of the run.sandbox.directory as an edit.
    const outside = path.join(run.sandbox.home, 'outside.txt');
    await run.runAndAnswer(`Please run: echo made > ${outside}`, 'allow_once');
    check(existsSync(outside), 'the command did not run');
    await run.chat.change({ permission_mode: 'ask' });
    await run.runAndAnswer('Please run: echo made > asked-again.txt', 'reject_once');
    return '';
  });
  await run.step('permission mode all, and back', async () => {
    await run.chat.change({ permission_mode: 'all' });
    await run.chat.send('Please exec: echo made > unasked.txt');
    // Claude refuses this mode to root: the chat says so, and still asks.
    const isRefused = await run.chat.asks();
    if (isRefused) await run.chat.answer(await run.chat.permission(), 'allow_once');
    await run.chat.rests('waiting');
    check(run.isMade('unasked.txt'), 'the command did not run');
    const { permission_mode: mode } = await run.chat.get();
    const notice = (await run.chat.parts()).findLast(({ type }) => type === 'hook-notice')?.text ?? '';
    check(mode === (isRefused ? 'ask' : 'all'), `the mode is shown as ${mode}`);
    check(!isRefused || notice !== '', 'no notice');
    await run.chat.change({ permission_mode: 'ask' });
    return isRefused ? 'refused to root, with a notice' : '';
  });
}
