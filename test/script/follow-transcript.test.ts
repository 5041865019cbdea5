import { expect, test } from 'vitest';
import { type Message, textParts } from '../../src/domain/message.ts';
import { followTranscript, initialFollowState } from '../../src/script/follow-transcript.ts';

const you = (id: number, text: string): Message => ({ id, role: 'user', parts: textParts(text), at: 0 });
const agent = (id: number, text: string): Message => ({ id, role: 'agent', parts: textParts(text), at: 0 });

/** The text written for each of several polls of a transcript; `!` marks it as settled. */
function written(...looks: readonly (readonly (Message | '!')[])[]): readonly string[] {
  let state = initialFollowState;
  return looks.map((look) => {
    const messages = look.filter((part): part is Message => part !== '!');
    const next = followTranscript(state, messages, look.includes('!'));
    state = next.state;
    return next.text.replaceAll(/\[(\w+) [^\]]*\]/g, '[$1]');
  });
}

test('a message that grows continues where it ended', () => {
  expect(
    written(
      [you(0, 'go')],
      [you(0, 'go'), agent(1, 'one')],
      [you(0, 'go'), agent(1, 'one\ntw')],
      [you(0, 'go'), agent(1, 'one\ntwo\n'), '!'],
    ),
  ).toEqual(['[you]\ngo', '\n\n[agent]\none', '\ntw', 'o\n']);
});

test('an unchanged message writes nothing', () => {
  expect(written([you(0, 'go'), '!'], [you(0, 'go'), '!'], [you(0, 'go')])).toEqual(['[you]\ngo\n', '', '']);
});

test('blanks at line ends are not changes', () => {
  expect(written([agent(0, 'one   \n   \n')], [agent(0, 'one\n')], [agent(0, 'one \ntwo  ')])).toEqual([
    '[agent]\none',
    '',
    '\ntwo',
  ]);
});

test('the heading of an empty message waits for its first word', () => {
  expect(written([you(0, 'go'), agent(1, '')], [you(0, 'go'), agent(1, 'hi')])).toEqual([
    '[you]\ngo',
    '\n\n[agent]\nhi',
  ]);
});

test('a redrawn screen is written again once it is settled', () => {
  expect(
    written(
      [agent(0, '- working')],
      [agent(0, '\\ working')],
      [agent(0, '| working')],
      [agent(0, 'done'), '!'],
      [agent(0, 'done'), '!'],
    ),
  ).toEqual(['[agent]\n- working', '', '', '\n\n[agent]\ndone\n', '']);
});

test('a message is final once a later one exists', () => {
  expect(written([agent(0, 'draft')], [agent(0, 'final'), you(1, 'next')])).toEqual([
    '[agent]\ndraft',
    '\n\n[agent]\nfinal\n\n[you]\nnext',
  ]);
});

test('a closed message that grows is written again under a heading', () => {
  expect(written([agent(0, 'one'), '!'], [agent(0, 'one two')], [agent(0, 'one two'), '!'])).toEqual([
    '[agent]\none\n',
    '',
    '\n[agent]\none two\n',
  ]);
});

test('a transcript that restarts at id 0 is written again without its unchanged messages', () => {
  expect(
    written(
      [agent(0, 'banner'), you(1, 'first prompt'), agent(2, 'answer'), '!'],
      [agent(0, 'banner'), you(1, 'other prompt')],
    ),
  ).toEqual(['[agent]\nbanner\n\n[you]\nfirst prompt\n\n[agent]\nanswer\n', '\n[you]\nother prompt']);
});

test('a shorter transcript writes nothing', () => {
  expect(written([you(0, 'go'), agent(1, 'x')], [you(0, 'go'), '!'])).toEqual([
    '[you]\ngo\n\n[agent]\nx',
    '\n',
  ]);
});

/** The same with the text that the agent is writing, and the messages of the server. */
function writtenLive(
  ...looks: readonly (readonly [live: string | null, ...messages: readonly Message[]])[]
): readonly string[] {
  let state = initialFollowState;
  return looks.map(([live, ...messages]) => {
    const turn = live === null ? undefined : { parts: textParts(live), at: 0, retry: null };
    const next = followTranscript(state, messages, false, turn);
    state = next.state;
    return next.text.replaceAll(/\[(\w+) [^\]]*\]/g, '[$1]');
  });
}

test('live text grows, and its message continues it', () => {
  expect(
    writtenLive(
      ['on', you(1, 'go')],
      ['one tw', you(1, 'go')],
      [null, you(1, 'go'), agent(2, 'one two')],
      ['three', you(1, 'go'), agent(2, 'one two')],
      [null, you(1, 'go'), agent(2, 'one two'), agent(3, 'three four')],
    ),
  ).toEqual(['[you]\ngo\n\n[agent]\non', 'e tw', 'o', '\n\n[agent]\nthree', ' four']);
});

test('a message that differs from its live text is written under its own heading', () => {
  expect(writtenLive(['one'], [null, agent(2, 'two')])).toEqual(['[agent]\none', '\n\n[agent]\ntwo']);
});

test('live text that begins again is written when its message is complete', () => {
  expect(writtenLive(['one'], ['tw'], [null, agent(2, 'two')])).toEqual([
    '[agent]\none',
    '',
    '\n\n[agent]\ntwo',
  ]);
});

test('a message between two pieces of live text keeps its place', () => {
  expect(
    writtenLive(['one'], ['one tw', you(2, 'hurry')], [null, you(2, 'hurry'), agent(3, 'one two')]),
  ).toEqual(['[agent]\none', '\n\n[you]\nhurry', '\n\n[agent]\none two']);
});
