import { check, until } from '../steps.ts';
import { type ChatRun, END_MS } from './chat-run.ts';

/** Steps of turns without tools. */
export async function runTextSteps(run: ChatRun): Promise<void> {
  await run.step('streamed text', async () => {
    const stream = run.chat.stream();
    try {
      await until('the stream is open', () => stream.events.length > 0 || undefined);
      const sent = performance.now();
      await run.chat.send('Please say: one two three four five six seven eight');
      await run.chat.rests('waiting');
      const texts = stream.events.filter(
        ({ type, message_part }) => type === 'message_part' && message_part.part.type === 'text',
      );
      const streamed = texts.map(({ message_part }) => message_part.part.text).join('');
      check(texts.length > 1 && streamed.includes('one two three four five six seven eight'), streamed);
      return `${texts.length} parts, the first after ${Math.round(texts[0].atMs - sent)} ms`;
    } finally {
      stream.close();
    }
  });
  await run.step('error of the model, then on', async () => {
    await run.chat.send('Please fail: 400');
    const { last_error } = await run.chat.rests('error');
    const shown = `${JSON.stringify(last_error)} ${await run.chat.lastText()}`;
    check(shown.includes('The stub refuses this request.'), `shows ${shown}`);
    await run.chat.send('Please say: I go on');
    await run.chat.rests('waiting');
    return '';
  });
  await run.step('queued message after an interrupt', async () => {
    await run.chat.send('Please slow: 200');
    await until('text', async () => (await run.chat.lastText()).includes('part 1') || undefined);
    await run.chat.queue('Please say: I was queued');
    await run.chat.interrupt();
    await until(
      'the queued message',
      async () => (await run.chat.lastText()).includes('I was queued') || undefined,
    );
    await run.chat.rests('waiting');
    return '';
  });
  await run.step('interrupt in a text', async () => {
    await run.chat.send('Please slow: 200');
    await until('text', async () => (await run.chat.lastText()).includes('part 3') || undefined);
    const begun = performance.now();
    await run.chat.interrupt();
    await run.chat.rests('waiting', END_MS);
    const ms = Math.round(performance.now() - begun);
    check((await run.chat.lastText()).includes('part 3'), 'the text is lost');
    return `${ms} ms`;
  });
}
