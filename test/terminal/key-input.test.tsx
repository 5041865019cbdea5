import { PassThrough } from 'node:stream';
import { type Instance, render, Text, useInput, usePaste } from 'ink';
import SelectInput from 'ink-select-input';
import TextInput from 'ink-text-input';
import { type ReactNode, useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type KeyOptions, type KeySource, keyInput } from '../../src/terminal/key-input.ts';
import { WAIT_MS } from '../time-outs.mts';

/** For a busy machine. */
const PATIENCE = { timeout: WAIT_MS, interval: 5 };

/** Terminal input whose reads the test controls. */
class Source extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];

  setRawMode(on: boolean): this {
    this.modes.push(on);
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

let running: Instance | undefined;

afterEach(() => {
  running?.unmount();
  running = undefined;
});

/** Runs a component on the real Ink; `read` is what one read of the terminal brings. */
function run(node: ReactNode, options: KeyOptions = {}) {
  const source = new Source();
  const stdin = keyInput(source satisfies KeySource, options);
  const stdout = new PassThrough();
  stdout.resume();
  running = render(node, { stdin, stdout, exitOnCtrlC: false, patchConsole: false, interactive: true });
  return { source, stdin, read: (bytes: string | Buffer) => void source.write(bytes) };
}

function Field({ onSubmit }: { readonly onSubmit: (text: string) => void }) {
  const [text, setText] = useState('');
  return <TextInput value={text} onChange={setText} onSubmit={onSubmit} />;
}

const items = ['zero', 'one', 'two', 'three', 'four'].map((label) => ({ label, value: label }));

describe('several keys in one read', () => {
  it('all reach ink-text-input', async () => {
    const onSubmit = vi.fn();
    const { read } = run(<Field onSubmit={onSubmit} />);
    read('hi there\x7f\x7f日本\x1b[D\x1b[Dx\r');
    await vi.waitFor(() => expect(onSubmit).toHaveBeenCalledWith('hi thex日本'), PATIENCE);
  });

  it('all move ink-select-input', async () => {
    const onSelect = vi.fn();
    const { read } = run(<SelectInput items={items} onSelect={onSelect} />);
    read('jjj\x1b[A\x1b[B\r');
    await vi.waitFor(() => expect(onSelect).toHaveBeenCalledOnce(), PATIENCE);
    expect(onSelect.mock.calls[0]?.[0]).toMatchObject({ value: 'three' });
  });

  it('reach the component that the key before them opened', async () => {
    const onSubmit = vi.fn();
    function Menu() {
      const [chosen, setChosen] = useState(false);
      return chosen ? (
        <Field onSubmit={onSubmit} />
      ) : (
        <SelectInput items={items} onSelect={() => setChosen(true)} />
      );
    }
    const { read } = run(<Menu />);
    read('j\rtyped ahead\r');
    await vi.waitFor(() => expect(onSubmit).toHaveBeenCalledWith('typed ahead'), PATIENCE);
  });

  it('reach a component that mounts a moment later', async () => {
    const onSubmit = vi.fn();
    function Late() {
      const [ready, setReady] = useState(false);
      const [busy, setBusy] = useState(false);
      useInput(
        () => {
          setBusy(true);
          setTimeout(() => setReady(true), 30);
        },
        { isActive: !busy },
      );
      return ready ? <Field onSubmit={onSubmit} /> : <Text>wait</Text>;
    }
    const { read } = run(<Late />);
    read('xabc\r');
    await vi.waitFor(() => expect(onSubmit).toHaveBeenCalledWith('abc'), PATIENCE);
  });
});

function Log({ to, pastes }: { readonly to: string[]; readonly pastes: string[] }) {
  useInput((input, key) => {
    const name = Object.entries(key).find(([, on]) => on === true)?.[0] ?? '';
    to.push(`${name}:${input}`);
  });
  usePaste((text) => {
    pastes.push(text);
  });
  return <Text>log</Text>;
}

describe('keys', () => {
  function log(options?: KeyOptions) {
    const keys: string[] = [];
    const pastes: string[] = [];
    return { keys, pastes, ...run(<Log to={keys} pastes={pastes} />, options) };
  }

  it('are whole if their bytes arrive one by one', async () => {
    const { keys, pastes, read } = log();
    for (const byte of Buffer.from('é\x1b[1;5D\x1b[200~日\r本\x1b[201~\x1bOA')) {
      read(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    await vi.waitFor(() => expect(keys).toEqual([':é', 'leftArrow:', 'upArrow:']), PATIENCE);
    expect(pastes).toEqual(['日\n本']);
  });

  it('are not joined from a lone Esc and the next key', async () => {
    const { keys, read } = log({ times: { escape: 5 } });
    read('\x1b');
    await vi.waitFor(() => expect(keys).toEqual(['escape:']), PATIENCE);
    read('j');
    await vi.waitFor(() => expect(keys).toEqual(['escape:', ':j']), PATIENCE);
  });

  it('are not text if the rest comes long after the Esc', async () => {
    const { keys, read } = log({ times: { escape: 5 } });
    read('\x1b');
    await vi.waitFor(() => expect(keys).toHaveLength(1), PATIENCE);
    read('[A');
    await vi.waitFor(() => expect(keys).toEqual(['escape:', 'upArrow:']), PATIENCE);
  });

  it('continue after a paste without end', async () => {
    const { keys, pastes, read } = log({ times: { paste: 10 } });
    read('\x1b[200~half a paste');
    await vi.waitFor(() => expect(pastes).toEqual(['half a paste']), PATIENCE);
    read('q');
    await vi.waitFor(() => expect(keys).toEqual([':q']), PATIENCE);
  });

  it('of a paste without brackets arrive as one', async () => {
    const { keys, pastes, read } = log({ times: { burst: 10 } });
    read('first line\rsecond');
    read(' line\r');
    await vi.waitFor(() => expect(pastes).toEqual(['first line\nsecond line\n']), PATIENCE);
    expect(keys).toEqual([]);
  });

  it('do not include the terminal’s replies', async () => {
    const focus: boolean[] = [];
    const replies: string[] = [];
    const { keys, read } = log({
      onFocus: (focused) => focus.push(focused),
      onReply: (bytes) => replies.push(bytes),
    });
    read('\x1b[I\x1b[?64c\x1b]11;rgb:1/2/3\x1b\\\x1b[O\x1b[97;1:3ua');
    await vi.waitFor(() => expect(keys).toEqual([':a']), PATIENCE);
    expect(focus).toEqual([true, false]);
    expect(replies).toEqual(['\x1b[?64c', '\x1b]11;rgb:1/2/3\x1b\\']);
  });

  it('continue after a megabyte of paste', async () => {
    const { keys, pastes, read } = log();
    const text = 'a line of text that somebody copied\n'.repeat(29_000);
    read(`\x1b[200~${text}\x1b[201~k`);
    await vi.waitFor(() => expect(keys).toEqual([':k']), { timeout: WAIT_MS });
    expect(pastes).toEqual([text]);
  });
});

describe('the stream', () => {
  it('releases the terminal with Ink', async () => {
    const { source, read } = run(<Field onSubmit={() => {}} />);
    await vi.waitFor(() => expect(source.modes).toEqual([true]), PATIENCE);
    expect(source.listenerCount('data')).toBe(1);
    running?.unmount();
    expect(source.modes).toEqual([true, false]);
    expect(source.listenerCount('data')).toBe(0);
    expect(source.isPaused()).toBe(true);
    read('for whoever comes next');
    expect(String(source.read())).toBe('for whoever comes next');
  });

  it('reports once that the terminal is gone', async () => {
    const onClose = vi.fn();
    const { source } = run(<Field onSubmit={() => {}} />, { onClose });
    await vi.waitFor(() => expect(source.modes).toEqual([true]), PATIENCE);
    source.destroy(new Error('read EIO'));
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce(), PATIENCE);
    await new Promise(setImmediate);
    expect(onClose).toHaveBeenCalledOnce();
  });
});
