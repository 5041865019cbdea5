import { expect, it } from 'vitest';
import type { Action } from '../../src/store/action.ts';
import { NOON } from '../domain/make.ts';
import { begin, play } from './make.ts';

const told = (text: string): Action => ({ type: 'trouble-told', text, now: NOON });
const hide: Action = { type: 'noticed', notice: null };
const remark: Action = { type: 'noticed', notice: { tone: 'plain', text: 'Copied.', at: NOON } };
const refusal: Action = { type: 'noticed', notice: { tone: 'bad', text: 'Cannot pause.', at: NOON } };

it('troubles are told one after the other, each once, when the one before was hidden', () => {
  const both = play(
    begin(),
    told('The settings are wrong.'),
    told('A file was damaged.'),
    told('A file was damaged.'),
  );
  expect(both.notice).toEqual({ tone: 'bad', text: 'The settings are wrong.', at: NOON });
  expect(play(both, told('The settings are wrong.'))).toBe(both);
  const next = play(both, hide);
  expect(next.notice?.text).toBe('A file was damaged.');
  expect(play(next, hide).notice).toBeNull();
});

it('a remark gives way to a trouble, and what the user has just asked for does not wait for one', () => {
  expect(play(begin(), remark, told('A file was damaged.')).notice?.text).toBe('A file was damaged.');
  const refused = play(begin(), told('The settings are wrong.'), told('A file was damaged.'), refusal);
  expect(refused.notice?.text).toBe('Cannot pause.');
  expect(play(refused, hide).notice?.text).toBe('A file was damaged.');
});
