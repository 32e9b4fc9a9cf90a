// A port that breaks one promise, made of a whole one in memory. A suite that lets one of them pass is no suite.

/** What is broken, and the port that has it broken. */
export interface Sabotage<Port> {
  readonly title: string;
  readonly broken: () => Port;
}

export function sabotage<Port>(title: string, whole: () => Port, alter: (port: Port) => Partial<Port>): Sabotage<Port> {
  return {
    title,
    broken: () => {
      const port = whole();
      return { ...port, ...alter(port) };
    },
  };
}
