import { dirname, join, normalize } from 'node:path/posix';
import { ts, type TypeScriptNode as Node } from '../../support/manifest-analyzer.mjs';

// The rules of the house as functions of a file's path (below src/, posix) and text, so that the test can show each of them failing.

/** Layer → layers it may import. `entry` are the files directly in src/. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  base: ['protocol'],
  call: ['protocol'],
  hub: ['protocol'],
  signaling: ['base', 'protocol', 'hub'],
  media: ['base', 'protocol'],
  session: ['base', 'protocol', 'call', 'hub', 'signaling', 'media'],
  elements: ['base', 'session'],
  server: ['protocol', 'hub'],
  entry: ['protocol', 'base', 'call', 'hub', 'signaling', 'media', 'session', 'elements', 'server'],
};

/** Layer → packages it may import: a dependency is met in one place. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  protocol: ['valibot'],
  // valibot where data crosses an edge: the wire, another tab, the data channel.
  signaling: ['socket.io-client', 'valibot'],
  media: ['webrtc-adapter', 'valibot'],
  elements: ['lit', '@lit/context', 'lucide'],
  server: ['node:', 'socket.io', 'koa', 'pino', 'pino-pretty', 'valibot', 'jose'],
};

/** Global names of the platform → the only files that may say them as a value. */
const PLATFORM_NAMES: Readonly<Record<string, readonly string[]>> = {
  RTCPeerConnection: ['media/peer.ts', 'media/browser-support.ts', 'media/connection-probe.ts'],
  mediaDevices: ['media/local-media.ts', 'media/screen-capture.ts', 'media/loudspeaker-prompt.ts'],
};

const FORBIDDEN_FILE_NAMES = /^(utils?|helpers?|types|common|manager)\.ts$/;
const FORBIDDEN_PROPERTIES = new Set(['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'unsafeHTML', 'unsafeSVG', 'unsafeCSS', 'unsafeStatic', 'setHTMLUnsafe', 'createContextualFragment', 'srcdoc']);
export const MAX_LINES = 400;

export interface ImportEdge {
  readonly specifier: string;
  readonly line: number;
  readonly dynamic: boolean;
  readonly typeOnly: boolean;
}

export function layerOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : 'entry';
}

function parse(file: string, text: string) {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}
type SourceFile = ReturnType<typeof parse>;

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

const lineOf = (source: SourceFile, node: Node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;

/** Every import of a file: static, re-exporting, dynamic, and `import('…')` in a type. */
export function importsOf(file: string, text: string): ImportEdge[] {
  const source = parse(file, text);
  const edges: ImportEdge[] = [];
  const add = (node: Node, specifier: Node | undefined, dynamic: boolean, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier)) edges.push({ specifier: specifier.text, line: lineOf(source, node), dynamic, typeOnly });
  };
  walk(source, (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, false, node.importClause?.isTypeOnly ?? false);
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, false, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, false, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node, node.arguments[0], true, false);
  });
  return edges;
}

/** The file a relative specifier means, below src/. */
export function targetOf(file: string, specifier: string): string {
  return normalize(join(dirname(file), specifier)).replace(/\.js$/, '.ts');
}

function importViolations(file: string, text: string): string[] {
  const layer = layerOf(file);
  return importsOf(file, text).flatMap(({ specifier, line }) => {
    const at = `${file}:${line}`;
    if (!specifier.startsWith('.')) {
      const allowed = (PACKAGES[layer] ?? []).some((name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`));
      return allowed ? [] : [`${at} imports ${specifier}, which ${layer} may not`];
    }
    const found = specifier.endsWith('.js') ? [] : [`${at} imports ${specifier} without .js`];
    const target = targetOf(file, specifier);
    const other = layerOf(target);
    if (target.startsWith('..') || !(other in LAYERS)) return [...found, `${at} imports ${specifier}, outside the layers`];
    if (other !== layer && !(LAYERS[layer] ?? []).includes(other)) found.push(`${at} imports ${target}: ${layer} may not know ${other}`);
    return found;
  });
}

/** True where an identifier is only a type's name or a declaration's, not a value. */
function isInType(node: Node): boolean {
  for (let at: Node | undefined = node; at; at = at.parent) {
    if (ts.isTypeNode(at) && !ts.isExpressionWithTypeArguments(at)) return true;
    if (ts.isInterfaceDeclaration(at) || ts.isTypeAliasDeclaration(at)) return true;
    if (ts.isStatement(at)) return false;
  }
  return false;
}

function syntaxViolation(node: Node): string | null {
  if (ts.isEnumDeclaration(node)) return 'enum';
  // `declare global` and `declare module` only speak to the compiler.
  if (ts.isModuleDeclaration(node) && !node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword)) return 'namespace';
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any';
  if (ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent)) return 'parameter property';
  if (ts.isIdentifier(node) && FORBIDDEN_PROPERTIES.has(node.text)) return node.text;
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'eval') return 'eval';
  if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression) && node.expression.text === 'Function') return 'new Function';
  if (ts.isPropertyAccessExpression(node) && /^write(ln)?$/.test(node.name.text) && /(^|\.)document$/.test(node.expression.getText())) return 'document.write';
  // A text as the work of a timer is an eval.
  if (ts.isCallExpression(node) && /(^|\.)set(Timeout|Interval)$/.test(node.expression.getText()) && node.arguments[0] && ts.isStringLiteralLike(node.arguments[0])) return 'a timer with a text';
  return null;
}

function platformViolation(file: string, node: Node): string | null {
  const name = ts.isIdentifier(node) || ts.isStringLiteralLike(node) ? node.text : '';
  const owners = Object.hasOwn(PLATFORM_NAMES, name) ? PLATFORM_NAMES[name] : undefined;
  return owners && !owners.includes(file) && !isInType(node) ? `${name} belongs in ${owners.join(' and ')}` : null;
}

function textViolations(file: string, text: string): string[] {
  const found: string[] = [];
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines > MAX_LINES) found.push(`${file} has ${lines} lines`);
  if (FORBIDDEN_FILE_NAMES.test(file.slice(file.lastIndexOf('/') + 1))) found.push(`${file}: the name does not say what is inside`);
  if (/@ts-(ignore|nocheck)/.test(text)) found.push(`${file} silences the compiler`);
  if (/\sstyle=/.test(text)) found.push(`${file} has a style attribute, which a strict policy blocks`);
  return found;
}

/** What one file does that the house forbids, one line each. */
export function violationsIn(file: string, text: string): string[] {
  const source = parse(file, text);
  const found = [...textViolations(file, text), ...importViolations(file, text)];
  walk(source, (node) => {
    for (const what of [syntaxViolation(node), platformViolation(file, node)]) if (what) found.push(`${file}:${lineOf(source, node)} ${what}`);
  });
  return found;
}

/** One cycle of the graph as `a → b → a`, or null. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): string | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ');
    if (done.has(file)) return null;
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return null;
}
