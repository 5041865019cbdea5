import { TerminalEmulator } from '../../support/emulator.ts';
import { monotonicMs, type PartsRequest, type PartsWritten } from '../chats-turn.ts';
import { type ForkedServer, forkServer } from '../forked-server.ts';
import { idealBytes } from '../ideal-bytes.ts';
import { type Chunk, MeasuredProgram, sleep } from '../measured-program.ts';
import type { Bench } from '../scenario.ts';
import { gridOf } from '../screen-grid.ts';
import type { Samples } from '../statistics.ts';

const SIZE = { cols: 120, rows: 40 };
const SINGLE_PARTS = 40;
/** Between two single parts: every update has ended by then. */
const SINGLE_PER_SECOND = 4;
const FAST_PARTS = 1_200;
const FAST_PER_SECOND = 200;
/** Chunks that follow each other more closely belong to one frame, ms. */
const FRAME_GAP_MS = 4;
/** Typed first: so the text before each letter is nowhere else on the screen. */
const MARK = 'zqxjk';
const LETTERS = 'thequickbrownfoxjumpsoverlazydog'.repeat(2);
const TYPING_MS = 90;

/** An answer that the server streams, part by part: single parts, then very many, then very many while keys are pressed. */
export async function streamedTurn({ programs, samples }: Bench): Promise<void> {
  const server = await forkServer('chats-server.ts', '3');
  try {
    const program = new MeasuredProgram(programs.taskdeck('new', server.url), SIZE);
    const written = new PartTimes(program);
    await program.untilText('Chat 0 of the bench');
    server.send('begin');
    // The stream opens late, so that moving over the list marks nothing as read.
    await sleep(3_000);

    const single = await written.latencies(server, 'single', SINGLE_PARTS, SINGLE_PER_SECOND);
    samples.add('streamed part', ...single);

    const start = program.chunks.length;
    const startedAt = performance.now();
    samples.add('streamed parts', ...(await written.latencies(server, 'fast', FAST_PARTS, FAST_PER_SECOND)));
    const seconds = (performance.now() - startedAt) / 1_000;
    await program.settle(200);
    await addFrames(program.chunks, start, seconds, samples);

    program.press('i');
    await program.settle(300);
    samples.add('typing at rest', ...(await type(program)));
    const others = written.latencies(server, 'other', FAST_PARTS, FAST_PER_SECOND);
    samples.add('typing while streamed', ...(await type(program)));
    await others;
    await program.end('esc', 'esc', 'q');
  } finally {
    await server.stop();
  }
}

/** The time at which each numbered part was first on the screen. */
class PartTimes {
  readonly #program: MeasuredProgram;

  constructor(program: MeasuredProgram) {
    this.#program = program;
  }

  /** Has the parts written, and resolves to the ms from each to its bytes. */
  async latencies(server: ForkedServer, name: string, count: number, perSecond: number): Promise<number[]> {
    const label = (index: number): string => `${name}-${index}.`;
    const pattern = new RegExp(`${name}-(\\d+)\\.`, 'gu');
    const shown: number[] = [];
    // All parts before the last visible one are drawn.
    const look = (at: number): void => {
      const last = Math.max(
        -1,
        ...[...this.#program.screen.text().matchAll(pattern)].map((found) => Number(found[1])),
      );
      while (shown.length <= last) shown.push(at);
    };
    const stop = this.#program.onChunk(({ at }) => look(at));
    const request: PartsRequest = {
      parts: Array.from({ length: count }, (_, index) => `${label(index)} `),
      perSecond,
    };
    const { times } = (await server.request(request)) as PartsWritten;
    await this.#program.untilText(label(count - 1));
    stop();
    const offset = performance.now() - monotonicMs();
    return times.map((time, index) => (shown[index] ?? Number.NaN) - (time + offset));
  }
}

/** Types letters, and resolves to the ms from each to its bytes. */
async function type(program: MeasuredProgram): Promise<number[]> {
  const took: number[] = [];
  for (const letter of MARK) program.press(letter);
  await program.untilText(MARK);
  for (const [index, letter] of [...LETTERS].entries()) {
    const at = performance.now();
    program.press(letter);
    const shownAt = await program.untilText(MARK + LETTERS.slice(0, index + 1));
    took.push(shownAt + program.startedAt - at);
    await sleep(at + TYPING_MS - performance.now());
  }
  for (const _ of MARK + LETTERS) program.press('backspace');
  await program.settle(300, 1_000);
  return took;
}

/** Adds the frames a second and the bytes of all chunks from `start` on, compared with those of a good cell differ. */
async function addFrames(
  chunks: readonly Chunk[],
  start: number,
  seconds: number,
  samples: Samples,
): Promise<void> {
  const screen = new TerminalEmulator(SIZE);
  for (const { bytes } of chunks.slice(0, start)) await screen.write(bytes);
  let [frames, bytes, ideal] = [0, 0, 0];
  let before = gridOf(screen);
  for (let index = start; index < chunks.length; index++) {
    const chunk = chunks[index];
    if (chunk === undefined) break;
    await screen.write(chunk.bytes);
    bytes += chunk.bytes.length;
    if ((chunks[index + 1]?.at ?? Number.POSITIVE_INFINITY) - chunk.at < FRAME_GAP_MS) continue;
    const after = gridOf(screen);
    ideal += idealBytes(before, after);
    before = after;
    frames += 1;
  }
  screen.dispose();
  samples.add('streamed frames/s', frames / seconds);
  samples.add('streamed bytes', bytes);
  samples.add('streamed ideal', ideal);
}
