import { median, percentile, type Samples, sum } from './statistics.ts';

/** One number of the table. Smaller is better. */
export interface Figure {
  readonly title: string;
  /** The limit and the goal. */
  readonly must: number;
  readonly aim: number;
  /** Decimal places. */
  readonly digits: number;
  /** NaN if it was not measured. */
  measure(samples: Samples): number;
  /** The same for the stock Ink program, if it does the same. */
  stock?(samples: Samples): number;
}

const medianOf = (name: string) => (samples: Samples) => median(samples.of(name));
const maximumOf = (name: string) => (samples: Samples) => percentile(samples.of(name), 100);
const p99Of = (name: string) => (samples: Samples) => percentile(samples.of(name), 99);
/** From the medians of the same runs. */
const ratio = (name: string, base: string) => (samples: Samples) =>
  median(samples.of(name)) / median(samples.of(base));
const laterBy = (of: typeof medianOf) => (samples: Samples) =>
  of('typing while streamed')(samples) - of('typing at rest')(samples);
const overIdeal = (name: string) => (samples: Samples) =>
  sum(samples.of(`${name} bytes`)) / sum(samples.of(`${name} ideal`));

interface Row {
  readonly title: string;
  readonly must: number;
  readonly aim: number;
  readonly digits?: number;
  /** Name of the samples; those of the stock program start with `stock`. */
  readonly of: (prefix: string) => (samples: Samples) => number;
  readonly hasStock?: boolean;
}

const figure = ({ title, must, aim, digits = 1, of, hasStock = true }: Row): Figure => ({
  title,
  must,
  aim,
  digits,
  measure: of(''),
  ...(hasStock && { stock: of('stock ') }),
});

/** All figures with their limits, in the order in which a user notices them. */
export const figures: readonly Figure[] = [
  figure({
    title: 'first frame / `node -e 0`',
    must: 2.79,
    aim: 2.0,
    digits: 2,
    of: (prefix) => ratio(`${prefix}first frame`, 'node -e 0'),
  }),
  figure({
    title: 'first frame with East Asian text and emoji / first frame',
    must: 1.25,
    aim: 1.1,
    digits: 2,
    of: () => ratio('wide first frame', 'first frame'),
    hasStock: false,
  }),
  figure({
    title: 'first data rows, 85 tasks in 92 KB / `node -e 0`',
    must: 4.68,
    aim: 3.3,
    digits: 2,
    of: () => ratio('first rows', 'node -e 0'),
    hasStock: false,
  }),
  figure({
    title: '`taskdeck --version` / `node -e 0`',
    must: 1.3,
    aim: 1.1,
    digits: 2,
    of: () => ratio('script --version', 'script node -e 0'),
    hasStock: false,
  }),
  figure({
    title: '`taskdeck list` / `node -e 0`',
    must: 3.48,
    aim: 2.3,
    digits: 2,
    of: () => ratio('script list', 'script node -e 0'),
    hasStock: false,
  }),
  figure({
    title: 'bytes of a move / ideal bytes, 80x24',
    must: 1.1,
    aim: 1,
    digits: 2,
    of: (prefix) => overIdeal(`${prefix}80x24 move`),
  }),
  figure({
    title: 'bytes of a move / ideal bytes, 200x50',
    must: 1.1,
    aim: 1,
    digits: 2,
    of: (prefix) => overIdeal(`${prefix}200x50 move`),
  }),
  figure({
    title: 'bytes of a typed character, 80x24',
    must: 20,
    aim: 12,
    digits: 0,
    of: (prefix) => medianOf(`${prefix}80x24 typing bytes`),
  }),
  figure({
    title: 'bytes of a typed character, 200x50',
    must: 20,
    aim: 12,
    digits: 0,
    of: (prefix) => medianOf(`${prefix}200x50 typing bytes`),
  }),
  figure({
    title: 'cells that flicker, worst key, 80x24',
    must: 0,
    aim: 0,
    digits: 0,
    of: (prefix) => maximumOf(`${prefix}80x24 flicker`),
  }),
  figure({
    title: 'cells that flicker, worst key, 200x50',
    must: 0,
    aim: 0,
    digits: 0,
    of: (prefix) => maximumOf(`${prefix}200x50 flicker`),
  }),
  figure({
    title: 'key to first byte, p50, ms',
    must: 4,
    aim: 2,
    of: (prefix) => medianOf(`${prefix}80x24 move ms`),
  }),
  figure({
    title: 'key to first byte, p99, ms',
    must: 20,
    aim: 8,
    of: (prefix) => p99Of(`${prefix}80x24 move ms`),
  }),
  figure({
    title: 'held key at 30 Hz, p50, ms',
    must: 4,
    aim: 2,
    of: (prefix) => medianOf(`${prefix}80x24 held`),
  }),
  figure({
    title: 'held key at 30 Hz, p99, ms',
    must: 15,
    aim: 6,
    of: (prefix) => p99Of(`${prefix}80x24 held`),
  }),
  figure({
    title: 'held key at 30 Hz, 200x50, p50, ms',
    must: 8,
    aim: 4,
    of: (prefix) => medianOf(`${prefix}200x50 held`),
  }),
  figure({
    title: 'held key at 30 Hz, 200x50, p99, ms',
    must: 20,
    aim: 9,
    of: (prefix) => p99Of(`${prefix}200x50 held`),
  }),
  figure({
    title: 'CPU of a move, 80x24, ms',
    must: 4,
    aim: 2,
    of: (prefix) => medianOf(`${prefix}80x24 move cpu`),
  }),
  figure({
    title: 'CPU of a move, 200x50, ms',
    must: 6,
    aim: 4,
    of: (prefix) => medianOf(`${prefix}200x50 move cpu`),
  }),
  figure({
    title: 'CPU of a move, 10,000 tasks and 100,000 lines / 1,000 and 1,000',
    must: 1.15,
    aim: 1,
    digits: 2,
    of: () => ratio('scale large cpu', 'scale small cpu'),
    hasStock: false,
  }),
  figure({ title: 'idle, bytes/s', must: 0, aim: 0, of: () => medianOf('idle bytes/s'), hasStock: false }),
  figure({
    title: 'idle, CPU %',
    must: 0.5,
    aim: 0.1,
    digits: 2,
    of: () => medianOf('idle cpu %'),
    hasStock: false,
  }),
  figure({
    title: '100 chats at rest, bytes/s',
    must: 0,
    aim: 0,
    of: () => medianOf('idle chats bytes/s'),
    hasStock: false,
  }),
  figure({
    title: '100 chats at rest, CPU %',
    must: 0.3,
    aim: 0.1,
    digits: 2,
    of: () => medianOf('idle chats cpu %'),
    hasStock: false,
  }),
  figure({
    title: 'a streamed part to the terminal, p50 ms',
    must: 15,
    aim: 8,
    of: () => medianOf('streamed part'),
    hasStock: false,
  }),
  figure({
    title: 'a streamed part to the terminal, p99 ms',
    must: 50,
    aim: 25,
    of: () => p99Of('streamed part'),
    hasStock: false,
  }),
  figure({
    title: '200 streamed parts a second, p50 ms',
    must: 30,
    aim: 20,
    of: () => medianOf('streamed parts'),
    hasStock: false,
  }),
  figure({
    title: '200 streamed parts a second, p99 ms',
    must: 70,
    aim: 50,
    of: () => p99Of('streamed parts'),
    hasStock: false,
  }),
  figure({
    title: '200 streamed parts a second, frames/s',
    must: 30,
    aim: 30,
    of: () => medianOf('streamed frames/s'),
    hasStock: false,
  }),
  figure({
    title: '200 streamed parts a second, bytes / ideal bytes',
    must: 1.2,
    aim: 1,
    digits: 2,
    of: () => overIdeal('streamed'),
    hasStock: false,
  }),
  figure({
    title: 'typed character, p50 ms later with 200 parts a second',
    must: 2,
    aim: 1,
    of: () => laterBy(medianOf),
    hasStock: false,
  }),
  figure({
    title: 'typed character, p99 ms later with 200 parts a second',
    must: 20,
    aim: 10,
    of: () => laterBy(p99Of),
    hasStock: false,
  }),
  figure({
    title: 'one row changes once a second, bytes/s',
    must: 60,
    aim: 20,
    of: (prefix) => medianOf(`${prefix}row bytes/s`),
  }),
  figure({
    title: 'one row changes once a second, CPU %',
    must: 1,
    aim: 0.5,
    digits: 2,
    of: (prefix) => medianOf(`${prefix}row cpu %`),
  }),
  figure({
    title: 'RSS at the first rows, 1,000 tasks, MiB',
    must: 95,
    aim: 70,
    of: (prefix) => medianOf(`${prefix}memory first`),
  }),
  figure({
    title: 'RSS after 200 keys, MiB',
    must: 125,
    aim: 95,
    of: (prefix) => medianOf(`${prefix}memory after`),
  }),
  figure({
    title: '10 MB transcript, the last message grows, CPU of a poll, ms',
    must: 60,
    aim: 20,
    of: () => medianOf('long transcript cpu'),
    hasStock: false,
  }),
  figure({
    title: '10 MB transcript, longest stall of a key, ms',
    must: 16,
    aim: 8,
    of: () => medianOf('long transcript stall'),
    hasStock: false,
  }),
  figure({
    title: '4,000 messages, the last one grows, CPU of a poll above that of 10 messages, ms',
    must: 5,
    aim: 2,
    of: () => medianOf('more messages cpu'),
    hasStock: false,
  }),
  figure({
    title: '10,000 unchanged tasks (11 MB), CPU of a poll without receiving it, ms',
    must: 10,
    aim: 2,
    of: () => medianOf('long list cpu'),
    hasStock: false,
  }),
  figure({
    title: '10,000 unchanged tasks, longest stall of a key, ms',
    must: 8,
    aim: 2,
    of: () => medianOf('long list stall'),
    hasStock: false,
  }),
  figure({
    title: '10,000 tasks, one changes per response, CPU of a poll without receiving it, ms',
    must: 40,
    aim: 30,
    of: () => medianOf('changing list cpu'),
    hasStock: false,
  }),
  figure({
    title: '10,000 tasks, one changes per response, longest stall of a key, ms',
    must: 50,
    aim: 16,
    of: () => medianOf('changing list stall'),
    hasStock: false,
  }),
  figure({
    title: '1,000 tasks, CPU of a poll in which one changes above one in which none does, ms',
    must: 8,
    aim: 4,
    of: () => medianOf('changed task cpu'),
    hasStock: false,
  }),
  figure({
    title: 'last step of a held key over 64 kbit/s and 200 ms, s',
    must: 1,
    aim: 0.5,
    digits: 2,
    of: () => medianOf('slow pipe s'),
    hasStock: false,
  }),
  figure({
    title: 'local chats: a prompt to the first part, agent included, median, ms',
    must: 10,
    aim: 5,
    of: () => medianOf('local first part'),
    hasStock: false,
  }),
  figure({
    title: 'local chats: 20 turns that stream 20 updates/s each, CPU of the server, %',
    must: 25,
    aim: 15,
    of: () => medianOf('local streaming cpu %'),
    hasStock: false,
  }),
  figure({
    title: 'local chats: the same, commits a second',
    must: 20,
    aim: 20,
    of: () => medianOf('local streaming commits/s'),
    hasStock: false,
  }),
  figure({
    title: 'local chats: RSS of the server after a line of 20 MB and 60,000 updates, MiB',
    must: 200,
    aim: 150,
    of: () => medianOf('local flood memory'),
    hasStock: false,
  }),
  figure({
    title: 'local chats: RSS of the server with 50 resting chats of 200 messages, MiB',
    must: 110,
    aim: 90,
    of: () => medianOf('local rest memory'),
    hasStock: false,
  }),
  figure({
    title: 'local chats: the same, CPU without clients, %',
    must: 0.1,
    aim: 0.05,
    digits: 2,
    of: () => medianOf('local rest cpu %'),
    hasStock: false,
  }),
  figure({
    title: 'local chats: the same, CPU with one watch socket, %',
    must: 0.3,
    aim: 0.1,
    digits: 2,
    of: () => medianOf('local rest watched cpu %'),
    hasStock: false,
  }),
  figure({
    title: 'search of 100,000 stored messages, words of 3 and more characters, CPU p50, ms',
    must: 50,
    aim: 10,
    of: () => medianOf('search all'),
    hasStock: false,
  }),
  figure({
    title: 'the same, CPU p99, ms',
    must: 2_000,
    aim: 500,
    digits: 0,
    of: () => p99Of('search all'),
    hasStock: false,
  }),
  figure({
    title: 'the same, one step between two keys, CPU p99, ms',
    must: 50,
    aim: 25,
    of: () => p99Of('search step'),
    hasStock: false,
  }),
  figure({
    title: 'search for 1 and 2 characters in 100,000 stored messages, one step, CPU p99, ms',
    must: 100,
    aim: 50,
    of: () => p99Of('short search step'),
    hasStock: false,
  }),
  figure({
    title: 'search for 1 and 2 characters in 100,000 stored messages, all steps, CPU p50, ms',
    must: 2_000,
    aim: 1_000,
    digits: 0,
    of: () => medianOf('short search all'),
    hasStock: false,
  }),
  figure({
    title: 'search index of 100,000 stored messages, one step, CPU p99, ms',
    must: 150,
    aim: 50,
    of: () => p99Of('search index slice'),
    hasStock: false,
  }),
  figure({
    title: 'search index of 100,000 stored messages, MiB',
    must: 150,
    aim: 100,
    of: () => medianOf('search index MiB'),
    hasStock: false,
  }),
];
