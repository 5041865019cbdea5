import { describe, expect, it } from 'vitest';
import { mergeConversations } from '../../src/domain/merge-conversations.ts';
import { mergeTranscript } from '../../src/domain/merge-transcript.ts';
import { type Message, textOf, textParts } from '../../src/domain/message.ts';
import {
  type ConversationEntry,
  EMPTY_CONVERSATION,
  messageOf,
  type StoredConversation,
} from '../../src/domain/stored-conversation.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { agent, live, MINUTE, NOON, snapshot, you } from './builders.ts';

/** The conversation after these transcripts in order. */
const seeing = (...answers: readonly Transcript[]): StoredConversation =>
  seeingFrom(EMPTY_CONVERSATION, ...answers);

const seeingFrom = (history: StoredConversation, ...answers: readonly Transcript[]): StoredConversation =>
  answers.reduce((seen, answer, index) => mergeTranscript(seen, answer, answers[index - 1] ?? null), history);

/** A conversation as text, one entry per string. */
const described = ({ entries }: StoredConversation): readonly string[] =>
  entries.map((entry: ConversationEntry) => {
    const message = messageOf(entry);
    if (message === null) return `-- ${entry.kind} --`;
    return `${entry.kind === 'retracted' ? 'gone ' : ''}${message.role === 'user' ? 'you' : 'agent'} ${textOf(message)}`;
  });

/** The text of an entry; empty for a break. */
const textIn = (entry: ConversationEntry | undefined): string => {
  const message = entry === undefined ? null : messageOf(entry);
  return message === null ? '' : textOf(message);
};

/** Times as AgentAPI assigns them: a message keeps its own. */
const at = (minute: number): number => NOON + minute * MINUTE;
const banner = agent(0, 'Welcome', at(0));
const first = you(1, 'Fix the login', at(1));
const answer = agent(2, 'Which branch?', at(2));
const second = you(3, 'main', at(3));

describe('new messages', () => {
  it('are stored as in the transcript', () => {
    expect(described(seeing(live(banner, first), live(banner, first, answer)))).toEqual([
      'agent Welcome',
      'you Fix the login',
      'agent Which branch?',
    ]);
  });

  it('create a new object only when something changed', () => {
    const before = live(banner, first, answer);
    const seen = seeing(before);
    expect(mergeTranscript(seen, before, before)).toBe(seen);
    expect(mergeTranscript(seen, live(...before.messages), before)).toBe(seen);
    expect(mergeTranscript(seen, live(...before.messages.map((message) => ({ ...message }))))).toBe(seen);
    const more = mergeTranscript(seen, live(...before.messages, second), before);
    expect(more.entries.slice(0, 3).every((entry, index) => entry === seen.entries[index])).toBe(true);
    expect(more.entries).toHaveLength(4);
  });

  it('replace a last message that grew without retracted text', () => {
    const growing = ['', 'I look', 'I look at it   \n   ', 'I look at it   \nand see'];
    const seen = seeing(...growing.map((content, index) => live(first, agent(2, content, at(2 + index)))));
    expect(described(seen)).toEqual(['you Fix the login', 'agent I look at it   \nand see']);
  });
});

describe('a paused task', () => {
  const all = Array.from({ length: 22 }, (_, id) =>
    (id % 2 === 0 ? agent : you)(id, `message number ${'abcdefghijklmnopqrstuv'[id]}`, at(id)),
  );

  it('shows the whole conversation although its snapshot has ten messages', () => {
    const before = seeing(live(...all));
    expect(seeingFrom(before, snapshot(...all.slice(12)))).toBe(before);
  });

  it('shows messages that only the snapshot has', () => {
    const seen = seeing(live(...all.slice(0, 15)), snapshot(...all.slice(12)));
    expect(described(seen)).toEqual(described(seeing(live(...all))));
  });

  it('has gaps where messages were never received, also at the start', () => {
    expect(described(seeing(snapshot(...all.slice(20))))).toEqual([
      '-- gap --',
      ...described(seeing(live(...all))).slice(20),
    ]);
    expect(described(seeing(live(...all.slice(0, 3)), snapshot(...all.slice(20))))).toEqual([
      ...described(seeing(live(...all.slice(0, 3)))),
      '-- gap --',
      ...described(seeing(live(...all))).slice(20),
    ]);
  });

  it('has no gap when the snapshot continues after the last message', () => {
    const seen = seeing(live(...all.slice(0, 12)), snapshot(...all.slice(12)));
    expect(described(seen)).toEqual(described(seeing(live(...all))));
  });

  it('has its gap filled by a complete transcript', () => {
    const seen = seeing(live(...all.slice(0, 3)), snapshot(...all.slice(20)), live(...all));
    expect(described(seen)).toEqual(described(seeing(live(...all))));
    const partly = seeing(snapshot(...all.slice(20)), snapshot(...all.slice(16)));
    expect(described(partly)).toEqual(['-- gap --', ...described(seeing(live(...all))).slice(16)]);
  });

  it('keeps messages that are newer than its snapshot', () => {
    const late = agent(2, 'Which branch?\nmain or develop', at(2));
    const seen = seeing(live(banner, first, late, second));
    expect(seeingFrom(seen, snapshot(banner, first, agent(2, 'Which branch?', at(2))))).toBe(seen);
  });

  it('keeps the full text of a message that is cut in its snapshot', () => {
    const long = agent(2, `begins here\n${'and goes on '.repeat(900)}\nto its end`, at(2));
    const seen = seeing(live(first, long));
    const cut = `[...content truncated, showing last 56KB...]\n${textOf(long).slice(-500)}`;
    expect(seeingFrom(seen, snapshot(agent(2, cut, at(2))))).toBe(seen);
    expect(described(seeing(snapshot(agent(2, cut, at(2))), live(first, long)))).toEqual(described(seen));
  });

  it('without a snapshot keeps its conversation', () => {
    const seen = seeing(live(banner, first));
    expect(seeingFrom(seen, snapshot())).toBe(seen);
    expect(seeingFrom(seen, live())).toBe(seen);
  });
});

describe('a conversation that restarts at id 0', () => {
  const again = [
    agent(0, 'Welcome', at(60)),
    you(1, 'Fix the login', at(61)),
    agent(2, 'On it', at(62)),
  ] as const;

  it('follows the old one after a restart entry, even with equal texts', () => {
    const seen = seeing(live(banner, first, answer, second), live(...again));
    expect(described(seen)).toEqual([
      'agent Welcome',
      'you Fix the login',
      'agent Which branch?',
      'you main',
      '-- restart --',
      'agent Welcome',
      'you Fix the login',
      'agent On it',
    ]);
    expect(seen.entries[4]).toMatchObject({ run: 1, at: at(60) });
  });

  it('has one restart entry while it grows', () => {
    const answers = again.map((_, index) => live(...again.slice(0, index + 1)));
    const seen = seeing(
      live(banner, first, answer, second),
      snapshot(answer, second),
      ...answers,
      live(...again),
    );
    expect(described(seen).filter((words) => words === '-- restart --')).toHaveLength(1);
    expect(described(seen)).toHaveLength(8);
  });

  it('has none when the agent restored it', () => {
    const seen = seeing(
      live(banner, first, answer),
      snapshot(first, answer),
      live(banner, first, answer, second),
    );
    expect(described(seen)).toEqual([
      'agent Welcome',
      'you Fix the login',
      'agent Which branch?',
      'you main',
    ]);
  });

  it('has a restart and a gap when only its end was received', () => {
    const seen = seeing(
      live(banner, first, answer),
      snapshot(agent(1, 'other', at(90)), you(2, 'words', at(91))),
    );
    expect(described(seen).slice(3)).toEqual(['-- restart --', '-- gap --', 'agent other', 'you words']);
  });

  it('has one entry for each restart', () => {
    const run = (minute: number) => live(agent(0, 'Welcome', at(minute)), you(1, 'go', at(minute + 1)));
    expect(
      described(seeing(run(0), run(10), run(20))).filter((words) => words.startsWith('--')),
    ).toHaveLength(2);
  });
});

describe('retracted text', () => {
  it('stays when the last message gets shorter', () => {
    const seen = seeing(
      live(first, agent(2, 'I looked.\nIt is broken.\nShall I fix it?', at(2))),
      live(first, agent(2, 'I looked.', at(3))),
    );
    expect(described(seen)).toEqual([
      'you Fix the login',
      'gone agent It is broken.\nShall I fix it?',
      'agent I looked.',
    ]);
  });

  it('stays when the last message disappears', () => {
    const seen = seeing(live(first, answer), live(first));
    expect(described(seen)).toEqual(['you Fix the login', 'gone agent Which branch?']);
    expect(described(seeingFrom(seen, live(first, agent(2, 'Something else', at(5)))))).toEqual([
      'you Fix the login',
      'gone agent Which branch?',
      'agent Something else',
    ]);
  });

  it('is not retracted any more when it returns', () => {
    const seen = seeing(live(first, answer), live(first), live(first, answer));
    expect(described(seen)).toEqual(['you Fix the login', 'agent Which branch?']);
    const shrunk = seeing(
      live(first, agent(2, 'one\ntwo', at(2))),
      live(first, agent(2, 'one', at(3))),
      live(first, agent(2, 'one\ntwo', at(4))),
    );
    expect(described(shrunk)).toEqual(['you Fix the login', 'agent one\ntwo']);
  });

  it('stays when old ids get new texts', () => {
    const seen = seeing(
      live(banner, first, answer, second),
      live(banner, first, agent(2, 'A menu\nof a full-screen agent', at(2)), second),
    );
    expect(described(seen)).toEqual([
      'agent Welcome',
      'you Fix the login',
      'gone agent Which branch?',
      'agent A menu\nof a full-screen agent',
      'you main',
    ]);
  });

  it('stays when another sender uses its id', () => {
    const seen = seeing(live(banner, first, answer), live(banner, first, you(2, 'never mind', at(9))));
    expect(described(seen).slice(2)).toEqual(['gone agent Which branch?', 'you never mind']);
  });

  it('is stored once while the screen alternates', () => {
    const [one, two] = [
      live(first, agent(2, 'first\nview', at(2))),
      live(first, agent(2, 'second\nlook', at(3))),
    ];
    const seen = seeing(one, two, one, two, one, two);
    expect(described(seen)).toEqual(['you Fix the login', 'gone agent first\nview', 'agent second\nlook']);
  });

  it('does not include transient text: spinners, clocks, counters, boxes, another width', () => {
    const drawn = [
      'Working on it\n✻ Thinking… (3s · esc to interrupt)\n╭────╮',
      'Working on it\n✽ Pondering… (4s · esc to interrupt)\n────',
      'Working on it\nRan 3 of 10 tests',
      'Working on it\nRan 7 of 10 tests',
      'Working\non it\nRan 7\nof 10 tests',
    ];
    const seen = seeing(...drawn.map((content, index) => live(first, agent(2, content, at(2 + index)))));
    expect(described(seen)).toEqual(['you Fix the login', `agent ${drawn.at(-1)}`]);
  });

  it('does not include rewrapped text of any length', () => {
    const words = (wrapped: boolean) =>
      Array.from(
        { length: 3_000 },
        (_, index) =>
          `word${index}${wrapped && index % 7 === 3 ? '\n' : ' '}and more${index % 11 === 5 ? '\n' : ' '}`,
      ).join('');
    const seen = seeing(
      live(first, agent(2, words(false), at(2))),
      live(first, agent(2, words(true), at(3))),
    );
    expect(described(seen)).toEqual(['you Fix the login', `agent ${words(true)}`]);
  });

  it('stays when it scrolls out of the region that the server reads', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const windows = Array.from({ length: 21 }, (_, top) => lines.slice(top, top + 10).join('\n'));
    const seen = seeing(...windows.map((content, index) => live(first, agent(2, content, at(2 + index)))));
    expect(described(seen)[1]).toBe(`gone agent ${lines.slice(0, 20).join('\n')}`);
    expect(described(seen)[2]).toBe(`agent ${lines.slice(20).join('\n')}`);
  });

  it('is limited, with a note', () => {
    const page = (name: string) =>
      Array.from({ length: 500 }, (_, index) => `${name} ${name} line ${index}`).join('\n');
    const names = Array.from({ length: 30 }, (_, index) => `name${'abcdefghijklmnopqrstuvwxyzäöüß'[index]}`);
    const seen = seeing(...names.map((name, index) => live(first, agent(2, page(name), at(2 + index)))));
    const gone = textIn(seen.entries[1]);
    expect(gone.length).toBeLessThan(70_000);
    expect(gone.split('\n')[0]).toMatch(/earlier retracted lines are not stored/);
    expect(gone).toContain(`${names[28]} line 499`);
  });

  it('has one note after a merge with lines that an earlier version dropped', () => {
    const lines = (name: string) =>
      Array.from({ length: 1_000 }, (_, index) => `${name} ${index} ${'-'.repeat(40)}`);
    const stored = (...content: readonly string[]): StoredConversation => ({
      entries: [
        { kind: 'message', run: 0, id: 1, message: first },
        { kind: 'retracted', run: 0, id: 2, message: agent(2, content.join('\n'), at(2)) },
      ],
    });
    const dropped = '[…earlier lines that were taken back are not kept]';
    const { entries } = mergeConversations(stored(...lines('one')), stored(dropped, ...lines('other')));
    const gone = textIn(entries[1]).split('\n');
    expect(gone.filter((line) => line.startsWith('[…'))).toEqual([
      '[…earlier retracted lines are not stored]',
    ]);
    expect(gone.at(-1)).toMatch(/^other 999/);
  });
});

describe('a server whose ids do not increase', () => {
  it('keeps the order of its messages', () => {
    const seen = seeing(live(you(7, 'one', at(0)), agent(7, 'two', at(1)), you(7, 'three', at(2))));
    expect(described(seen)).toEqual(['you one', 'agent two', 'you three']);
  });
});

describe('random transcripts', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz';

  /** The transcripts of a conversation that grows, is redrawn, shrinks, restarts and is paused. */
  function answers(seed: number): readonly Transcript[] {
    const next = seededRandom(seed);
    const word = (): string => Array.from({ length: 3 + next(6) }, () => letters[next(26)]).join('');
    const line = (): string => Array.from({ length: 1 + next(5) }, word).join(' ');
    let now = NOON;
    let messages: Message[] = [];
    const say = (role: Message['role']): void => {
      messages = [
        ...messages,
        { id: messages.length, role, parts: textParts(role === 'user' ? line() : ''), at: ++now },
      ];
    };
    const change = (index: number, text: string): void => {
      messages = messages.map((message, place) =>
        place === index && message.role === 'agent'
          ? { ...message, parts: textParts(text), at: ++now }
          : message,
      );
    };
    const steps: (() => Transcript)[] = [
      () => {
        say('user');
        return live(...messages);
      },
      () => {
        say('agent');
        return live(...messages);
      },
      () => {
        const last = messages.length - 1;
        change(
          last,
          `${messages[last] === undefined ? '' : textOf(messages[last])}${next(2) === 0 ? '\n' : ''}${line()}`,
        );
        return live(...messages);
      },
      () => {
        const lines = (messages.map(textOf).at(-1) ?? '').split('\n');
        change(messages.length - 1, lines.slice(next(lines.length), lines.length).join('\n'));
        return live(...messages);
      },
      () => {
        const last = messages.at(-1);
        if (last?.role === 'agent' && messages.length > 1) messages = messages.slice(0, -1);
        return live(...messages);
      },
      () => {
        // AgentAPI keeps the times of old messages even when their text changes.
        const index = next(messages.length);
        messages = messages.map((message, place) =>
          place === index && message.role === 'agent' ? { ...message, parts: textParts(line()) } : message,
        );
        return live(...messages);
      },
      () => snapshot(...messages.slice(-(1 + next(10)))),
      () => {
        now += 1_000;
        messages = [];
        say('agent');
        change(0, 'Welcome');
        say('user');
        return live(...messages);
      },
    ];
    say('user');
    say('agent');
    return Array.from({ length: 60 }, () =>
      (steps[Math.min(next(14), 12) % 8] ?? (() => live(...messages)))(),
    );
  }

  const rounds = Array.from({ length: 60 }, (_, seed) => seed + 1);
  const allText = ({ entries }: StoredConversation): string => entries.map(textIn).join('\n');

  it('lose no received text', () => {
    for (const seed of rounds) {
      const seen: Transcript[] = [];
      let history = EMPTY_CONVERSATION;
      for (const answer of answers(seed)) {
        history = mergeTranscript(history, answer, seen.at(-1) ?? null);
        seen.push(answer);
        const all = allText(history);
        const lost = seen
          .flatMap(({ messages }) => messages.flatMap((message) => textOf(message).split('\n')))
          .filter((line) => !all.includes(line));
        expect({ seed, lost }).toEqual({ seed, lost: [] });
      }
    }
  });

  it('change nothing when merged again, with or without the previous one', () => {
    for (const seed of rounds) {
      let history = EMPTY_CONVERSATION;
      let before: Transcript | null = null;
      for (const answer of answers(seed)) {
        history = mergeTranscript(history, answer, before);
        before = answer;
        const copy = { ...answer, messages: answer.messages.map((message) => ({ ...message })) };
        expect({ seed, same: mergeTranscript(history, copy, answer) === history }).toEqual({
          seed,
          same: true,
        });
        expect({ seed, same: mergeTranscript(history, copy) === history }).toEqual({ seed, same: true });
      }
    }
  });

  it('give the same result when two taskdecks receive them in turns', () => {
    for (const seed of rounds) {
      const all = answers(seed);
      const mine = seeing(...all.filter((_, index) => index % 3 !== 0));
      const yours = seeing(...all.filter((_, index) => index % 3 === 0));
      const joined = mergeConversations(yours, mine);
      const text = allText(joined);
      const lost = all
        .flatMap(({ messages }) => messages.flatMap((message) => textOf(message).split('\n')))
        .filter((line) => !text.includes(line));
      expect({ seed, lost }).toEqual({ seed, lost: [] });
      expect(mergeConversations(joined, joined)).toBe(joined);
    }
  });

  it('give the same result when two taskdecks receive all of them', () => {
    for (const seed of rounds) {
      const all = answers(seed);
      const mine = seeing(...all);
      expect(mergeConversations(seeing(...all), mine)).toBe(mine);
    }
  });

  it('put the current messages at the end, in order, at increasing positions', () => {
    for (const seed of rounds) {
      let history = EMPTY_CONVERSATION;
      let before: Transcript | null = null;
      for (const answer of answers(seed)) {
        history = mergeTranscript(history, answer, before);
        before = answer;
        if (answer.snapshot) continue;
        const stored = history.entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message] : []));
        expect({ seed, stored: stored.slice(stored.length - answer.messages.length) }).toEqual({
          seed,
          stored: answer.messages,
        });
        const places = history.entries.map(({ run, id }) => run * 10_000 + id);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }
    }
  });

  it('create one entry per restart', () => {
    for (const seed of rounds) {
      const all = answers(seed);
      const history = seeing(...all);
      const begins = new Set(
        all.flatMap(({ messages }) =>
          messages[0] !== undefined && textOf(messages[0]) === 'Welcome' ? [messages[0].at] : [],
        ),
      );
      // The time before the first one is unknown.
      begins.delete(all[0]?.messages[0]?.at ?? 0);
      const marks = history.entries.filter(({ kind }) => kind === 'restart');
      expect({ seed, marks: marks.length }).toEqual({ seed, marks: begins.size });
    }
  });
});
