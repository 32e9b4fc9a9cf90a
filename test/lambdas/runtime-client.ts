// The other side of Lambda's Runtime API, as small as it can be: loads the handler, then takes one event after another. It is not AWS's own client.
const { AWS_LAMBDA_RUNTIME_API: api = '', LAMBDA_TASK_ROOT: root = '', _HANDLER: name = '' } = process.env;
const base = `http://${api}/2018-06-01/runtime`;

interface Invocation {
  readonly awsRequestId: string;
  readonly getRemainingTimeInMillis: () => number;
}
type Handler = (event: unknown, invocation: Invocation) => Promise<unknown>;

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${base}${path}`, { method: 'POST', body: JSON.stringify(body) });

function told(error: unknown): object {
  if (!(error instanceof Error)) return { errorType: 'unknown' };
  return {
    errorType: error.name,
    errorMessage: error.message,
    stack: error.stack?.split('\n'),
    cause: String(error.cause),
  };
}

async function load(): Promise<Handler> {
  const [file = '', exported = ''] = name.split('.');
  try {
    const loaded = (await import(`${root}/${file}.mjs`)) as Record<string, Handler>;
    return loaded[exported] as Handler;
  } catch (error) {
    await post('/init/error', told(error));
    throw error;
  }
}

const handler = await load();
for (;;) {
  const next = await fetch(`${base}/invocation/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id') ?? '';
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
  const invocation = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
  try {
    const result = await handler(await next.json(), invocation);
    await post(`/invocation/${id}/response`, result ?? null);
  } catch (error) {
    console.error(JSON.stringify(told(error))); // as AWS's own does
    await post(`/invocation/${id}/error`, told(error));
  }
}
