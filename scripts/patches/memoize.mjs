/** The function, remembering at least its last `most` different answers and at most twice as many. For one string in, anything but undefined out. */
export function memoize(work, most) {
  let recent = new Map();
  let older = new Map();
  return (text) => {
    let answer = recent.get(text);
    if (answer !== undefined) return answer;
    answer = older.get(text) ?? work(text);
    if (recent.size >= most) {
      older = recent;
      recent = new Map();
    }
    recent.set(text, answer);
    return answer;
  };
}
