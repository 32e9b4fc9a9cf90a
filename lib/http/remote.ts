// Where a request came from, for doors that say so. A Request has no place for it: whoever makes one from a connection notes it here.
const addresses = new WeakMap<Request, string>();
const brought = new WeakSet<Request>();

/** Notes that a connection brought `request`, and the address at its other end; a Unix socket has none. */
export function noteRemoteAddress(request: Request, address: string | undefined): void {
  brought.add(request);
  if (address !== undefined) addresses.set(request, address.replace(/^::ffff:(?=[0-9.]+$)/, ''));
}

/** Undefined where nobody noted one: on a Unix socket, in process. */
export function remoteAddress(request: Request): string | undefined {
  return addresses.get(request);
}

/** Whether a connection brought it, so that the chunks of its body are nobody else's. */
export function isBrought(request: Request): boolean {
  return brought.has(request);
}
