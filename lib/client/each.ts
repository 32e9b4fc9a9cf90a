// Doing something for each of a list, a few at once. The first failure stops what has not begun; what has begun is waited for.

/** @param atOnce how many; what is no whole number above 0 counts as 1 */
export async function eachOf<T>(list: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = list.values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      if (failure !== undefined) return;
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  const workers = Number.isInteger(atOnce) && atOnce > 0 ? Math.min(atOnce, list.length) : 1;
  await Promise.all(Array.from({ length: workers }, worker));
  if (failure !== undefined) throw failure.error;
}
