import type { ServedVersion } from '../../api/served-version.ts';
import type { FrameSink } from '../../dispatch/frame-sink.ts';
import type { View } from '../../dispatch/view.ts';
import type { WatcherHandle } from '../../dispatch/watcher-handle.ts';
import { jsonView } from '../../encoding/json-view.ts';
import type { MediaType } from '../../encoding/media-type.ts';
import { partialMetadataView } from '../../encoding/partial-view.ts';
import { protobufPartialView, protobufView } from '../../encoding/protobuf-view.ts';
import { tableView } from '../../encoding/table-view.ts';
import { clientShapeOf } from '../../encoding/versioned-object.ts';
import { versionedView } from '../../encoding/versioned-view.ts';
import { goPackageOf } from '../../machinery/gvk.ts';
import { internalError } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';
import { acceptsGzip, streamed } from '../negotiation/media-type.ts';
import { listOptionsOf } from '../options/list-options.ts';
import { tableOptionsOf } from '../options/table-options.ts';
import { openSink } from '../watch/open-sink.ts';
import { acceptWebSocket, checkHandshake } from '../watch/upgrade.ts';
import { messages } from '../watch/websocket-sink.ts';
import type { Handler, HandlerDeps } from './handler.ts';
import { outputOf } from './output.ts';
import { notStreamable, notThat } from './respond-object.ts';
import { collectionScopeOf } from './scope.ts';

/** Answers when the watch is open; from then on the response belongs to the watch's sink. */
export const watch: Handler = async (request, { served, store }, deps) => {
  const { pathName: name } = request.info;
  const scope = { ...collectionScopeOf(request, served), ...(name === '' ? {} : { name }) };
  const output = outputOf(request, served);
  const options = listOptionsOf(request.query, { served, name });
  const view = viewOf(request, output, served, deps);
  if (request.bindings.upgrade !== undefined) checkHandshake(request);
  const watchList = options.sendInitialEvents === true && options.allowWatchBookmarks;
  const gzip = watchList && acceptsGzip(request.header('accept-encoding'));
  const open = (watcher: WatcherHandle) => sinkOf(request, watcher, { gzip, format: streamFormat(output) }, deps);
  await store.watch(scope, options, view, open);
  return deps.alreadySent;
};

type StreamFormat = keyof typeof streamed;

/** @throws {ApiError} 406 */
function streamFormat({ format }: MediaType): StreamFormat {
  if (format === 'yaml') throw notStreamable();
  return format;
}

const wholeViews = {
  json: { made: new WeakMap<ServedVersion, View>(), make: (served: ServedVersion) => jsonView(clientShapeOf(served)) },
  protobuf: { made: new WeakMap<ServedVersion, View>(), make: protobufView },
} as const satisfies Record<StreamFormat, unknown>;

/** One for all watches of a resource: most are of this kind, and none needs its own. */
function wholeViewOf(served: ServedVersion, format: StreamFormat): View {
  const { made, make } = wholeViews[format];
  let view = made.get(served);
  if (view === undefined) made.set(served, (view = versionedView(served, make(served))));
  return view;
}

function viewOf(request: ApiRequest, output: MediaType, served: ServedVersion, deps: HandlerDeps): View {
  const { transform } = output;
  const format = streamFormat(output);
  switch (transform?.kind) {
    case undefined:
      return wholeViewOf(served, format);
    case 'PartialObjectMetadata':
      return format === 'protobuf' ? protobufPartialView(transform.version) : partialMetadataView(transform.version);
    case 'Table':
      return tableView(served, tableOptionsOf(request.query, transform.version), deps.clock, deps.tableRows);
    case 'PartialObjectMetadataList':
      throw notThat(
        `you requested PartialObjectMetadataList, but the requested object is not a list (*${goPackageOf(served)}.${served.kind})`,
      );
  }
}

function sinkOf(
  request: ApiRequest,
  watcher: WatcherHandle,
  { gzip, format }: { readonly gzip: boolean; readonly format: StreamFormat },
  { limits }: HandlerDeps,
): FrameSink {
  const { outgoing, upgrade, incoming } = request.bindings;
  const bufferBytes = limits.watchBufferBytes;
  if (upgrade !== undefined && incoming !== undefined) {
    return acceptWebSocket(incoming, upgrade, watcher, { bufferBytes, message: messages[format] });
  }
  if (outgoing === undefined) throw internalError('a watch needs a connection to write to');
  return openSink(request, outgoing, watcher, { gzip, bufferBytes, contentType: streamed[format] });
}
