import type { IncomingMessage } from 'node:http';
import { ApiError } from '../../machinery/api-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { badRequest, genericError, internalError, unknownError } from '../../machinery/status-errors.ts';
import { ask } from '../../proxying/ask.ts';
import { authorityOf, type Destination, urlOf } from '../../proxying/destination.ts';
import { dialErrorText } from '../../proxying/dial-error.ts';
import { readText } from '../../proxying/read-text.ts';
import type { Bindings } from '../bindings.ts';
import { logOptionsOf } from '../options/log-options.ts';
import type { Handler } from './handler.ts';
import { objectScopeOf } from './scope.ts';

/** What of a kubelet's refusal is passed on. */
const maxRefusalBytes = 50_000;

/** GET of a pod's `log`: what the kubelet of its node says, as it says it. */
export const log: Handler = async (request, { served }, deps) => {
  const scope = objectScopeOf(request, served);
  const destination = await deps.locations.pods.log(scope, logOptionsOf(request.query, scope.name));
  if (destination === undefined) return new Response(null, { status: 204, headers: request.answerHeaders() });
  const { outgoing } = request.bindings;
  if (outgoing === undefined) throw internalError('a log needs a connection to write to');
  const answer = await askKubelet(destination, outgoing);
  const { statusCode = 0 } = answer;
  if (statusCode < 200 || statusCode > 206)
    throw refusal(statusCode, await readText(answer, maxRefusalBytes), scope.name);
  outgoing.writeHead(200, request.answerHeaders({ 'Content-Type': 'text/plain' }));
  pour(
    answer,
    outgoing,
    deps.tunnels.add(() => answer.destroy()),
  );
  return deps.alreadySent;
};

type Outgoing = NonNullable<Bindings['outgoing']>;

/** @throws {ApiError} 500 when there is no answer, or one that leads elsewhere */
async function askKubelet(destination: Destination, outgoing: Outgoing): Promise<IncomingMessage> {
  const failed = (url: string, why: string) => unknownError(`Get ${goQuote(url)}: ${why}`);
  let answer: IncomingMessage;
  try {
    const headers = ['Host', authorityOf(destination), 'User-Agent', 'crowsnest'];
    answer = await ask(destination, { method: 'GET', headers }, outgoing);
  } catch (error) {
    throw failed(urlOf(destination), dialErrorText(error, authorityOf(destination)));
  }
  const { statusCode = 0, headers } = answer;
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
    answer.destroy();
    throw failed(headers.location, 'redirects forbidden');
  }
  return answer;
}

/** Bytes go on as they come and no faster than the client takes them. An answer that breaks off is at its end. */
function pour(answer: IncomingMessage, outgoing: Outgoing, over: () => void): void {
  answer.pipe(outgoing);
  answer.on('error', () => outgoing.end());
  answer.once('close', () => {
    over();
    outgoing.end();
  });
  outgoing.on('error', () => answer.destroy());
}

/** What a kubelet's refusal is to the client, in the words of kube-apiserver. */
function refusal(code: number, text: string, pod: string): ApiError {
  if (code === 500) return internalError(text);
  if (code === 400) return badRequest(text);
  const { reason = '', message = '' } = genericError(code, text).status;
  const said = code === 403 || code === 415 ? text : message;
  const why = code === 403 ? 'Forbidden' : code === 415 ? 'UnsupportedMediaType' : reason;
  return new ApiError(code, why, `${said} ( pods/log ${pod})`, { details: { name: pod, kind: 'pods/log' } });
}
