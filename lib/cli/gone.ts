// When whoever read our output has gone away, as `head` does: what is under way is done all the same, and ends as it ends.

/** For the `error` of stdout and stderr. */
export function goOn(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
