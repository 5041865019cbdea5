import { BlockList, isIP } from 'node:net';

/**
 * Whether requests to `url` bypass the proxy, by the rules of Go's standard library, as in Coder's CLI: always for
 * loopback hosts; else by `noProxy`, a comma-separated list of `*`, host names (with their subdomains), `.names`
 * (subdomains only), addresses, and ranges such as `10.0.0.0/8`. Names and addresses may have a port.
 */
export function bypassesProxy(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || isLoopback(host)) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matchesEntry(entry, host, port));
}

function matchesEntry(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [range, bits, ...more] = entry.split('/');
  if (bits !== undefined) return more.length === 0 && isInRange(host, range ?? '', bits);
  const [name, onlyPort] = splitPort(entry);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (isIP(host) !== 0) return name === host;
  const domain = name.replace(/^\*?\./, '');
  return host.endsWith(`.${domain}`) || (host === domain && domain === name);
}

function splitPort(entry: string): readonly [name: string, port: string | undefined] {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  // No match: an IPv6 address without brackets.
  return [bracketed ?? plain ?? entry, port];
}

function isInRange(host: string, range: string, bits: string): boolean {
  const version = isIP(range);
  if (version === 0 || isIP(host) !== version || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(range, Number(bits), family);
  return list.check(host, family);
}

function isLoopback(host: string): boolean {
  return isInRange(host, '127.0.0.0', '8') || isInRange(host, '::1', '128');
}
