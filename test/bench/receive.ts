// Baseline: receives a response with got every second and ignores it.
import got from 'got';

const WARM = 2;
const COUNT = 4;

let used = 0;
for (let n = 0; n < WARM + COUNT; n++) {
  const before = process.cpuUsage();
  await got(process.argv[2] ?? '', { responseType: 'buffer', retry: { limit: 0 } });
  await new Promise((resolve) => setTimeout(resolve, 800));
  const { user, system } = process.cpuUsage(before);
  if (n >= WARM) used += (user + system) / 1_000;
}
process.stdout.write(String(used / COUNT));
