/** What V8's sampling profiler writes, as far as it is read here; times in microseconds. */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly endTime: number;
  readonly startTime: number;
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
};

/** One thread's profile. */
export type ThreadProfile = { readonly thread: string; readonly profile: CpuProfile };

/** A function as it was called from its parent, in microseconds; `total` is with what it called. */
export type Frame = {
  readonly name: string;
  /** `dist/dispatch/cohort.js:120`, `grpc-js/build/src/call.js:7`, `node:net:3`; '' for what is not JavaScript. */
  readonly where: string;
  readonly self: number;
  readonly total: number;
  readonly children: readonly Frame[];
};

/** What is not work: the profiler's own root, and waiting. */
const idle = new Set(['(root)', '(idle)']);

/** Call trees of all threads below one root, without their idle time. Calls of one function from one place are one frame. */
export function callTree(threads: readonly ThreadProfile[], project: URL): Frame {
  const children = threads.map(({ thread, profile }) => threadTree(thread, profile, project.href));
  return parent(
    'all',
    '',
    children.filter(({ total }) => total > 0),
  );
}

export type SelfTime = { readonly name: string; readonly where: string; readonly self: number };

/** Functions by the time spent in themselves, wherever they were called from; most first. */
export function selfTimes(root: Frame): SelfTime[] {
  const all = new Map<string, SelfTime>();
  const visit = ({ name, where, self, children }: Frame): void => {
    const key = `${name}\n${where}`;
    if (self > 0) all.set(key, { name, where, self: self + (all.get(key)?.self ?? 0) });
    for (const child of children) visit(child);
  };
  visit(root);
  return [...all.values()].sort((a, b) => b.self - a.self);
}

type Node = { readonly name: string; readonly where: string; self: number; readonly children: Map<string, Node> };

function threadTree(thread: string, profile: CpuProfile, project: string): Frame {
  const self = selfByNode(profile);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const tree: Node = { name: thread, where: '', self: 0, children: new Map() };
  const isChild = new Set(profile.nodes.flatMap(({ children = [] }) => children));
  const pending: [number, Node][] = profile.nodes.filter(({ id }) => !isChild.has(id)).map(({ id }) => [id, tree]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [id, above] = next;
    const node = nodes.get(id);
    if (node === undefined) continue;
    const { functionName, url, lineNumber } = node.callFrame;
    const own = idle.has(functionName) ? above : childOf(above, functionName, placeOf(url, lineNumber, project));
    if (own !== above) own.self += self.get(id) ?? 0;
    for (const child of node.children ?? []) pending.push([child, own]);
  }
  return frameOf(tree);
}

function childOf(above: Node, functionName: string, where: string): Node {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const key = `${name}\n${where}`;
  const there = above.children.get(key);
  if (there !== undefined) return there;
  const made: Node = { name, where, self: 0, children: new Map() };
  above.children.set(key, made);
  return made;
}

/** A sample stands for the time until the next one. */
function selfByNode({ samples = [], timeDeltas = [], startTime, endTime }: CpuProfile): Map<number, number> {
  const self = new Map<number, number>();
  let now = startTime;
  for (const [i, id] of samples.entries()) {
    now += timeDeltas[i] ?? 0;
    const lasted = i + 1 < samples.length ? (timeDeltas[i + 1] ?? 0) : endTime - now;
    self.set(id, (self.get(id) ?? 0) + Math.max(0, lasted));
  }
  return self;
}

function frameOf({ name, where, self, children }: Node): Frame {
  return { ...parent(name, where, [...children.values()].map(frameOf), self) };
}

function parent(name: string, where: string, children: readonly Frame[], self = 0): Frame {
  const total = children.reduce((sum, child) => sum + child.total, self);
  return { name, where, self, total, children: children.toSorted((a, b) => b.total - a.total) };
}

/** Without the folders above the project and above packages. */
function placeOf(url: string, lineNumber: number, project: string): string {
  if (url === '') return '';
  const [file = ''] = url.split('?');
  const inPackage = file.lastIndexOf('/node_modules/');
  const short = inPackage === -1 ? file.replace(project, '') : file.slice(inPackage + '/node_modules/'.length);
  return `${short}:${lineNumber + 1}`;
}
