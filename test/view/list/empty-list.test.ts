import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { emptyLines } from '../../../src/view/list/problem-lines.ts';
import { AGENT_MODELS, onlyChats, onThisMachine } from '../../store/chat-form-states.ts';
import { plain } from '../themes.ts';

const words = (...given: Parameters<typeof onThisMachine>): string =>
  emptyLines(onThisMachine(...given), plain, 60)
    .map((line) => stripVTControlCharacters(line).trim())
    .join(' ');

it('an empty list on this machine names the agents', () => {
  const text = words([]);
  expect(text).toContain('No tasks yet.');
  expect(text).toContain('Agents on this machine: Claude Code, Gemini CLI.');
  expect(text).not.toContain('Codex');
});

it('an empty list on a machine without agents says what taskdeck does, and how to get one', () => {
  const text = words([], AGENT_MODELS.slice(3));
  expect(text).toContain('taskdeck runs coding agents and shell commands on this machine');
  expect(text).toContain('- Codex: its adapter is missing. Run: npm install it');
});

it('an empty list of a deployment does not speak of this machine', () => {
  const text = emptyLines(onlyChats(), plain, 60).join(' ');
  expect(text).not.toContain('this machine');
});
