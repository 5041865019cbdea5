/** Returns the same map when it already holds this value. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map.get(key) === value && map.has(key)) return map;
  return new Map(map).set(key, value);
}

/** Returns the same map when no entry is unwanted. */
export function withoutEntries<K, V>(
  map: ReadonlyMap<K, V>,
  unwanted: (key: K, value: V) => boolean,
): ReadonlyMap<K, V> {
  const wanted = [...map].filter(([key, value]) => !unwanted(key, value));
  return wanted.length === map.size ? map : new Map(wanted);
}
