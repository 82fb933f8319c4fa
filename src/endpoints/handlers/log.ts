import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { ApiError } from '../../machinery/api-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { badRequest, forbidden, genericError, internalError, unknownError } from '../../machinery/status-errors.ts';
import { ask } from '../../proxying/ask.ts';
import { acceptWebSocket, offeredProtocols } from '../../proxying/channels/accept-websocket.ts';
import { logProtocols, sendLog } from '../../proxying/channels/log-messages.ts';
import { authorityOf, type Destination, urlOf } from '../../proxying/destination.ts';
import { dialErrorText } from '../../proxying/dial-error.ts';
import { readText } from '../../proxying/read-text.ts';
import type { ApiRequest } from '../api-request.ts';
import type { Bindings, Upgrade } from '../bindings.ts';
import { logOptionsOf } from '../options/log-options.ts';
import { checkHandshake } from '../watch/upgrade.ts';
import type { Handler, HandlerDeps } from './handler.ts';
import { objectScopeOf } from './scope.ts';

/** What of a kubelet's refusal is passed on. */
const maxRefusalBytes = 50_000;

/** GET of a pod's `log`: what the kubelet of its node says, as it says it. */
export const log: Handler = async (request, { served }, deps) => {
  const scope = objectScopeOf(request, served);
  const destination = await deps.locations.pods.log(scope, logOptionsOf(request.query, scope.name));
  if (destination === undefined) return new Response(null, { status: 204, headers: request.answerHeaders() });
  const { outgoing, upgrade } = request.bindings;
  const client = upgrade?.socket ?? outgoing;
  if (client === undefined) throw internalError('a log needs a connection to write to');
  if (upgrade !== undefined) checkHandshake(request);
  const answer = await askKubelet(destination, client);
  const { statusCode = 0 } = answer;
  if (statusCode < 200 || statusCode > 206)
    throw refusal(statusCode, await readText(answer, maxRefusalBytes), scope.name);
  if (upgrade !== undefined) return overWebSocket(request, upgrade, answer, deps);
  if (outgoing === undefined) return deps.alreadySent;
  outgoing.writeHead(200, request.answerHeaders({ 'Content-Type': 'text/plain' }));
  pour(
    answer,
    outgoing,
    deps.tunnels.add(() => answer.destroy()),
  );
  return deps.alreadySent;
};

/** @throws {ApiError} 403 when none of the protocols that the client offers is one for logs */
function overWebSocket(request: ApiRequest, upgrade: Upgrade, answer: IncomingMessage, deps: HandlerDeps): Response {
  const incoming = request.bindings.incoming as IncomingMessage;
  const protocol = offeredProtocols(incoming).find((one) => logProtocols.includes(one));
  if (protocol === undefined) {
    answer.destroy();
    throw forbidden({ group: '', resource: '' }, '', 'none of the protocols that are offered is one for logs');
  }
  const client = acceptWebSocket(incoming, upgrade, protocol);
  if (client === undefined) answer.destroy();
  else {
    const over = deps.tunnels.add(() => answer.destroy());
    answer.once('close', over);
    sendLog(answer, client, protocol);
  }
  return deps.alreadySent;
}

type Outgoing = NonNullable<Bindings['outgoing']>;

/** @throws {ApiError} 500 when there is no answer, or one that leads elsewhere */
async function askKubelet(destination: Destination, client: Writable): Promise<IncomingMessage> {
  const failed = (url: string, why: string) => unknownError(`Get ${goQuote(url)}: ${why}`);
  let answer: IncomingMessage;
  try {
    const headers = ['Host', authorityOf(destination), 'User-Agent', 'crowsnest'];
    answer = await ask(destination, { method: 'GET', headers }, client);
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
