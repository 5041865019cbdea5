/** The lines of a streamed response until the server ends it. `toError` converts its failure, and that of the request. */
export async function* readLines(
  url: string,
  signal: AbortSignal,
  toError: (error: unknown, signal: AbortSignal) => Error,
): AsyncGenerator<string> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null)
      throw new Error(`The stream was answered ${response.status}.`);
    let rest = '';
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw toError(error, signal);
  }
}
