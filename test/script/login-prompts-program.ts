// Runs the login prompts in a process with its own terminal or pipe, and prints the answers.
import { createLoginPrompts } from '../../src/script/login-prompts.ts';

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
const ask = createLoginPrompts(
  {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    isTTY: { stdin: process.stdin.isTTY === true, stdout: process.stdout.isTTY === true },
  },
  interruption.signal,
);
const answers: Record<string, () => Promise<string | boolean>> = {
  url: () => ask.url(),
  token: () => ask.token('https://coder.example.com/cli-auth'),
  confirmPlainHttp: () => ask.confirmPlainHttp('http://coder.example.com'),
};
const run = async (): Promise<void> => {
  for (const question of process.argv.slice(2)) {
    const answer = await answers[question]?.();
    process.stdout.write(`answered ${JSON.stringify(answer)}\n`);
  }
};
run()
  .catch((error: Error) => process.stdout.write(`failed: ${error.message}\n`))
  .finally(() => process.stdout.write(`raw ${process.stdin.isRaw === true}\n`));
