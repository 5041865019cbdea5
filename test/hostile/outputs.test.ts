import { expect, it } from 'vitest';
import { textParts } from '../../src/domain/message.ts';
import { safeJson } from '../../src/domain/task-json.ts';
import { transcriptText } from '../../src/domain/transcript-text.ts';
import { table } from '../../src/script/text-table.ts';
import { terminalClipboard } from '../../src/terminal/clipboard.ts';
import { notificationSequence } from '../../src/terminal/notifier.ts';
import { WindowTitle } from '../../src/terminal/window-title.ts';
import { ALL_HOSTILE_TEXT, hostileText } from '../support/hostile-text.ts';
import { checkOutput, textFault } from '../support/strict-output.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const size = { columns: 80, rows: 24 };
const check = (sequence: string): void => void checkOutput(Buffer.from(sequence), size);

it('notifications, titles, the clipboard, files, tables and JSON contain only visible text', async () => {
  await fuzzRounds(150, async (next) => {
    const text = () => (next(20) === 0 ? ALL_HOSTILE_TEXT : hostileText(next));
    for (const protocol of ['osc-9', 'osc-777', 'osc-99'] as const) {
      check(
        notificationSequence({ title: text(), body: text() }, { protocol, tmuxLevels: 0 }, 'taskdeck-1-1'),
      );
    }
    check(new WindowTitle().set(text()));
    const copied: string[] = [];
    await terminalClipboard({ env: {}, send: (sequence) => void copied.push(sequence) }).copy(text());
    check(copied.join(''));
    expect(textFault(transcriptText([{ id: 1, role: 'agent', parts: textParts(text()), at: 0 }]))).toBeNull();
    const columns = [
      { heading: 'ONE', elastic: true },
      { heading: 'TWO', elastic: true },
    ];
    expect(textFault(table(columns, [[text(), text()]], 60))).toBeNull();
    const value = { text: text() };
    const json = safeJson(value);
    expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029\p{Cs}\p{Default_Ignorable_Code_Point}]/u);
    expect(JSON.parse(json)).toEqual(value);
  });
}, 600_000);
