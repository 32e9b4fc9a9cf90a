// Where a request came from, for doors that say so. A Request has no place for it: whoever makes one from a connection notes it here.
const addresses = new WeakMap<Request, string>();

/** Notes the address at the other end of the connection that brought `request`. */
export function noteRemoteAddress(request: Request, address: string | undefined): void {
  if (address !== undefined) addresses.set(request, address.replace(/^::ffff:(?=[0-9.]+$)/, ''));
}

/** Undefined where nobody noted one: on a Unix socket, in process. */
export function remoteAddress(request: Request): string | undefined {
  return addresses.get(request);
}
