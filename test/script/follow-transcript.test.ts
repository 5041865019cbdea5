import { expect, test } from 'vitest';
import type { Message } from '../../src/domain/transcript.ts';
import { followTranscript, initialFollowState } from '../../src/script/follow-transcript.ts';

const you = (id: number, content: string): Message => ({ id, from: 'you', content, at: 0 });
const agent = (id: number, content: string): Message => ({ id, from: 'agent', content, at: 0 });

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

test('a message that grows is continued where it ended', () => {
  expect(
    written(
      [you(0, 'go')],
      [you(0, 'go'), agent(1, 'one')],
      [you(0, 'go'), agent(1, 'one\ntw')],
      [you(0, 'go'), agent(1, 'one\ntwo\n'), '!'],
    ),
  ).toEqual(['[you]\ngo', '\n\n[agent]\none', '\ntw', 'o\n']);
});

test('nothing is written for what did not change', () => {
  expect(written([you(0, 'go'), '!'], [you(0, 'go'), '!'], [you(0, 'go')])).toEqual(['[you]\ngo\n', '', '']);
});

test('blanks that a screen puts behind its lines are not changes', () => {
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

test('a screen that is redrawn is written anew once it stands still', () => {
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

test('a message is final as soon as a later one stands', () => {
  expect(written([agent(0, 'draft')], [agent(0, 'final'), you(1, 'next')])).toEqual([
    '[agent]\ndraft',
    '\n\n[agent]\nfinal\n\n[you]\nnext',
  ]);
});

test('what was closed is not continued in the middle of nowhere', () => {
  expect(written([agent(0, 'one'), '!'], [agent(0, 'one two')], [agent(0, 'one two'), '!'])).toEqual([
    '[agent]\none\n',
    '',
    '\n[agent]\none two\n',
  ]);
});

test('a conversation that begins again at id 0 is written again, its unchanged messages are not', () => {
  expect(
    written(
      [agent(0, 'banner'), you(1, 'first prompt'), agent(2, 'answer'), '!'],
      [agent(0, 'banner'), you(1, 'other prompt')],
    ),
  ).toEqual(['[agent]\nbanner\n\n[you]\nfirst prompt\n\n[agent]\nanswer\n', '\n[you]\nother prompt']);
});

test('a list that gets shorter takes nothing back and adds nothing', () => {
  expect(written([you(0, 'go'), agent(1, 'x')], [you(0, 'go'), '!'])).toEqual([
    '[you]\ngo\n\n[agent]\nx',
    '\n',
  ]);
});
