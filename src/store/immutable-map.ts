/** The map with one entry set; the same map when it held that very value. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map.get(key) === value && map.has(key)) return map;
  return new Map(map).set(key, value);
}

/** The map without these entries; the same map when it held none of them. */
export function withoutEntries<K, V>(
  map: ReadonlyMap<K, V>,
  unwanted: (key: K, value: V) => boolean,
): ReadonlyMap<K, V> {
  const kept = [...map].filter(([key, value]) => !unwanted(key, value));
  return kept.length === map.size ? map : new Map(kept);
}
