// How much work something is: the processor time this thread takes for it. What else the machine does meanwhile is no part of it.

/** The least of `times` goes, in milliseconds: a go in which memory was tidied or code compiled says less. */
export async function workOf(doing: () => unknown, times = 1): Promise<number> {
  let least = Infinity;
  for (let n = 0; n < times; n++) {
    const before = process.threadCpuUsage();
    await doing();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
