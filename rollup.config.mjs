import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import htmlLiterals from 'rollup-plugin-html-literals';

// Bundles what `tsc -b` wrote, never TypeScript: compiling inside rollup bypasses the `browser` map of socket.io-client and brings its Node transports along.

const outDir = 'dist/cdn';
const dist = (path) => fileURLToPath(new URL(`dist/${path}`, import.meta.url));
const engine = (path) => fileURLToPath(new URL(`node_modules/engine.io-client/build/esm/${path}.js`, import.meta.url));

/** Hashed chunks of earlier builds would be served for ever. Removed after the new ones stand, so that a running server always has a whole build. */
const removeStale = {
  name: 'remove-stale',
  async writeBundle(_options, bundle) {
    const files = await readdir(outDir, { recursive: true });
    const stale = files.filter((file) => /\.(js|map)$/.test(file) && !(file.split(sep).join('/') in bundle));
    await Promise.all(stale.map((file) => rm(join(outDir, file))));
  },
};

/** What each file must be, for pages that pin it: Subresource Integrity of the bytes as written, after everybody who still adds to them. */
const publishIntegrity = {
  name: 'publish-integrity',
  async writeBundle(_options, bundle) {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    const names = Object.keys(bundle).filter((file) => file.endsWith('.js')).sort();
    const hash = async (file) => `sha384-${createHash('sha384').update(await readFile(join(outDir, file))).digest('base64')}`;
    const files = Object.fromEntries(await Promise.all(names.map(async (file) => [file, await hash(file)])));
    await writeFile(join(outDir, 'integrity.json'), `${JSON.stringify({ version, files }, null, 2)}\n`);
  },
};

/** Fails the build when a Node transport slips in (its WebSocket could not work in a page). */
const browserTransportsOnly = {
  name: 'browser-transports-only',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      const wrong = Object.keys(chunk.modules ?? {}).find((module) => /node_modules\/(ws|xmlhttprequest-ssl)\//.test(module) || /\.node\.js$/.test(module));
      if (wrong) this.error(`${wrong} is Node's, not the browser's`);
    }
  },
};

/** Which library each chunk's bytes come from, for `npm run size`. */
const reportModules = {
  name: 'report-modules',
  async generateBundle(_options, bundle) {
    const report = {};
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const shares = {};
      for (const [module, { renderedLength }] of Object.entries(chunk.modules)) {
        const library = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(module)?.[1] ?? 'rtc-elements';
        shares[library] = (shares[library] ?? 0) + renderedLength;
      }
      report[chunk.fileName] = shares;
    }
    await mkdir('.build', { recursive: true });
    await writeFile('.build/cdn-modules.json', JSON.stringify(report, null, 2));
  },
};

/** `import.meta.url` means the script that the page names, also where rollup has put the code into a chunk beside it: the default server is its folder. */
const urlOfEntry = {
  name: 'url-of-entry',
  resolveImportMeta: (property, { chunkId }) => (property === 'url' && chunkId.startsWith('chunks/') ? `new URL('../rtc-elements.js', import.meta.url).href` : null),
};

/**
 * Modules of socket.io-client and its parts of which nothing, or one line, can be reached the way socketio-transport.ts uses them: each as far as its importers need
 * it. What is not here is theirs, word for word. (One that comes to need more says so: at a missing export the build fails, at the rest the end-to-end tests do.)
 *
 * Both ends speak JSON alone, the server takes and sends nothing else: what the packages carry for binary attachments is left out. A server that sent one all
 * the same would find its packet refused ("parser error"), and with it the connection.
 */
const UNREACHED = [
  // `io()` with its cache of managers and its own parsing of addresses: we make the manager ourselves, a new one for every try.
  ['socket.io-client/build/esm/index', `export { Manager } from './manager.js'; export { NodeWebSocket, NodeXHR } from 'engine.io-client';`],
  // There is no page without `globalThis` and promises.
  ['engine.io-client/build/esm/globals', `export const nextTick = (run) => Promise.resolve().then(run); export const globalThisShim = globalThis; export const defaultBinaryType = 'arraybuffer';
    export const createCookieJar = null;`],
  // `reconnection: false`.
  ['socket.io-client/build/esm/contrib/backo2', 'export const Backoff = null;'],
  // The table of all transports, which would put every one of them into the first chunk: ours are named one by one (`transportImplementations`).
  ['engine.io-client/build/esm/transports/index', 'export const transports = {};'],
  // An address comes as `hostname`, `port` and `secure`, never as one string.
  ['engine.io-client/build/esm/contrib/parseuri', 'export const parse = null;'],
  // A query never comes as a string; as an object the platform writes it.
  ['engine.io-client/build/esm/contrib/parseqs', 'export const decode = null; export const encode = (query) => String(new URLSearchParams(query));'],
  ['socket.io-parser/build/esm/is-binary', 'export const isBinary = () => false; export const hasBinary = isBinary;'],
  ['socket.io-parser/build/esm/binary', 'export const reconstructPacket = (packet) => packet; export const deconstructPacket = (packet) => ({ packet, buffers: [] });'],
  ['engine.io-parser/build/esm/encodePacket.browser', `import { PACKET_TYPES } from './commons.js';
    export const encodePacket = ({ type, data }, _supportsBinary, callback) => callback(PACKET_TYPES[type] + (data || ''));
    export const encodePacketToBinary = null;`],
  ['engine.io-parser/build/esm/decodePacket.browser', `import { ERROR_PACKET, PACKET_TYPES_REVERSE } from './commons.js';
    export const decodePacket = (encoded) => {
      const type = typeof encoded === 'string' && PACKET_TYPES_REVERSE[encoded.charAt(0)];
      return type ? { type, data: encoded.substring(1) || undefined } : ERROR_PACKET;
    };`],
];

/**
 * Inside of the modules that stay, word by word: `methods` and `fields` that nobody calls or reads; what is `nothing` throughout, since it is an option that is never
 * given or comes of one (a call of it does nothing, and assigned it stays so; a short word becomes a zero); what no value is `never`. The minifier takes away all that hangs on them.
 */
const UNUSED = [
  ['socket.io-client/build/esm/socket', {
    // No listeners to everything, no queue of retries, no recovery by the server, no credentials: signaling-client.ts has its own.
    methods: `disconnected send emitWithAck _addToQueue _drainQueue close compress volatile onAny prependAny offAny listenersAny onAnyOutgoing prependAnyOutgoing offAnyOutgoing
      listenersAnyOutgoing notifyOutgoingListeners`,
    nothing: `this._drainQueue this.notifyOutgoingListeners this._anyListeners isTransportWritable RESERVED_EVENTS.hasOwnProperty this._opts this._opts.retries this._opts.ackTimeout this.flags.volatile this.flags.compress this.auth opts.auth
      this._pid this._lastOffset this._queue this._queueSeq this.recovered this.io._autoConnect this.io["_reconnecting"]`,
    never: 'PacketType.BINARY_EVENT PacketType.BINARY_ACK',
  }],
  ['socket.io-client/build/esm/manager', {
    methods: 'reconnection reconnectionAttempts reconnectionDelay reconnectionDelayMax randomizationFactor maybeReconnectOnOpen connect disconnect reconnect onreconnect',
    nothing: `this.reconnection this.reconnectionAttempts this.reconnectionDelay this.reconnectionDelayMax this.randomizationFactor this.maybeReconnectOnOpen this.reconnect
      this._reconnection this._reconnecting this.skipReconnect this.backoff this.backoff.reset this.opts.autoUnref this._autoConnect this.uri opts.parser fn`,
  }],
  ['socket.io-parser/build/esm/index', {
    methods: 'encodeAsBinary',
    nothing: 'this.encodeAsBinary this.reconstructor this.replacer this.opts this.opts.reviver obj.base64',
    never: 'PacketType.BINARY_EVENT PacketType.BINARY_ACK',
  }],
  ['@socket.io/component-emitter/lib/esm/index', {
    nothing: 'Emitter.prototype.listeners Emitter.prototype.hasListeners Emitter.prototype.addEventListener Emitter.prototype.removeEventListener mixin',
  }],
  ['engine.io-client/build/esm/socket', {
    // WebSocket, and polling where that has failed: a connection is never upgraded.
    methods: '_probe send _filterUpgrades',
    nothing: `this._probe this._upgrades this.upgrading this._beforeunloadEventListener this._cookieJar this.opts.query this.opts.closeOnBeforeunload this.opts.withCredentials
      this.opts.autoUnref this.opts.rememberUpgrade this.opts.upgrade Socket.priorWebsocketSuccess Socket.protocol opts.transports opts.host location uri fn`,
  }],
  ['engine.io-client/build/esm/transport', { methods: 'pause', nothing: 'opts.forceBase64' }],
  ['engine.io-client/build/esm/transports/websocket', {
    nothing: 'pick isReactNative this.opts.protocols this.opts.extraHeaders this.opts.autoUnref this.opts.timestampRequests',
  }],
  ['engine.io-client/build/esm/transports/polling', { methods: 'pause' }],
  ['engine.io-client/build/esm/util', { nothing: 'opts.useNativeTimers' }],
  // What other browsers would need; and what they say to whoever calls them wrongly: only we do call them.
  ['@lit/reactive-element/css-tag', {}],
  ['@lit/reactive-element/reactive-element', { nothing: 'a.reactiveElementPolyfillSupport' }],
  ['lit-element/lit-element', { nothing: 's.litElementPolyfillSupport s.litElementHydrateSupport' }],
  ['lit-html/lit-html', { nothing: 't.litHtmlPolyfillSupport' }],
  // What other tools read of a schema, and all that an issue says besides what was expected, and where.
  ['valibot/dist/index', { nothing: 'schema["~standard"] received', fields: 'reference async origin input received' }],
];

/**
 * Blanks that out; so too what errors say, which nobody hears. Every other character stays where it is, and source maps stay right. Fails where something is not
 * there any more.
 */
function withoutUnused(code, ast, unused) {
  const [methods, fields, nothing, never] = ['methods', 'fields', 'nothing', 'never'].map((kind) => new Set(unused[kind]?.split(/\s+/)));
  const unseen = new Set([...methods, ...fields, ...nothing, ...never]);
  const text = code.split('');
  const blank = (start, end, value = '') => {
    for (let at = start; at < end; at++) if (text[at] !== '\n') text[at] = value[at - start] ?? ' ';
  };
  const isOne = (listed, name) => listed.has(name) && (unseen.delete(name), true);
  const is = (listed, node) => /^(Identifier|MemberExpression)$/.test(node?.type) && isOne(listed, code.slice(node.start, node.end));
  const visit = (node) => {
    const { type, start, end, key, expression, callee, left, right, test } = node;
    if (type === 'ImportDeclaration') return;
    if (type === 'MethodDefinition' && isOne(methods, key.name)) blank(start, end);
    else if (type === 'Property' && isOne(fields, key.name)) blank(start, code[end] === ',' ? end + 1 : end);
    else if (type === 'ExpressionStatement' && is(nothing, expression.left ?? expression.callee)) blank(start, end);
    else if (type === 'AssignmentExpression' && is(nothing, left)) {
      blank(start, right.start);
      visit(right);
    } else if (type === 'VariableDeclarator' && is(nothing, node.id)) blank(node.init.start, end, 'void 0');
    else if (is(nothing, type === 'CallExpression' ? callee : node)) blank(start, end, end - start < 6 ? '0' : 'void 0');
    else if (type === 'BinaryExpression' && is(never, right)) blank(start, end, 'false');
    else if (callee?.name === 'Error') blank(callee.end, end, '()');
    else {
      // Without its label what follows is another case's.
      if (type === 'SwitchCase' && is(never, test)) blank(start, code.indexOf(':', test.end) + 1);
      for (const [name, child] of Object.entries(node)) if (!/^(id|params)$/.test(name) && child !== test) for (const each of [child].flat()) if (each?.type) visit(each);
      if (test && !is(never, test)) visit(test);
    }
  };
  visit(ast);
  if (unseen.size > 0) throw new Error(`not to be found: ${[...unseen].join(', ')}`);
  return text.join('');
}

/** What has been looked through for the two lists. Another one is to be looked through again. */
const LOOKED_THROUGH = {
  'socket.io-client': '4.8.4', 'socket.io-parser': '4.2.7', 'engine.io-client': '6.6.8', 'engine.io-parser': '5.2.3', '@socket.io/component-emitter': '3.1.2',
  'lit-html': '3.3.3', 'lit-element': '4.2.2', '@lit/reactive-element': '2.1.2', valibot: '1.5.0',
};

const onlyWhatIsReached = {
  name: 'only-what-is-reached',
  async buildStart() {
    for (const [name, seen] of Object.entries(LOOKED_THROUGH)) {
      const { version } = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'));
      if (version !== seen) this.error(`${name} is ${version}: what rollup.config.mjs leaves out of it has been looked through in ${seen}`);
    }
  },
  load: (id) => of(UNREACHED, id),
  transform(code, id) {
    const unused = of(UNUSED, id);
    return unused && { code: withoutUnused(code, this.parse(code), unused), map: null };
  },
};
const of = (list, id) => list.find(([module]) => id.split(sep).join('/').replace(/\.m?js$/, '').endsWith(`/node_modules/${module}`))?.[1] ?? null;

/**
 * What is imported first stands first in its chunk, and where libraries do, it zips better (0.2 KB): into which module, what. (Before its first line, which is an
 * import itself, so that source maps stay right.)
 */
const FIRST = { 'cdn.js': 'lit', 'cdn-check.js': 'lit', 'session/joined-parts.js': '../signaling/socketio-transport.js' };
const librariesFirst = {
  name: 'libraries-first',
  transform(code, id) {
    const first = FIRST[relative(dist(''), id).split(sep).join('/')];
    return first ? { code: `import '${first}'; ${code}`, map: null } : null;
  },
};

const nthName = (n) => (n < 26 ? (n + 10).toString(36) : `z${(n - 16).toString(36)}`);
/** What socket.io and its parts use among themselves, and nobody else does. */
const INNER = `_callbacks _clearAcks _close _destroy _getWritablePackets _hasPingExpired _hostname _maxPayload _offlineEventListener _onClose _onDrain _onError _onPacket _open _packet
  _pingInterval _pingTimeout _pingTimeoutTime _pingTimeoutTimer _port _prevBufferLen _query _readyState _registerAckCallback _resetPingTimeout _sendConnectPacket _sendPacket
  _timeout _transportsByName clearTimeoutFn createSocket createTransport createUri decodeString emitBuffered emitEvent emitReserved encodeAsString isPayloadValid onHandshake receiveBuffer
  removeAllListeners sendBuffer setTimeoutFn setTransport subEvents supportsBinary tryParse writeBuffer`.split(/\s+/);

/**
 * What looks alike zips best. Private members get their short names class by class, in the order in which they stand there (the minifier counts through those of all
 * classes together), and what is `const` is `let`: that nobody assigns it, the compiler has seen. What is left of the longer word are blanks: source maps stay right.
 */
const alike = {
  name: 'alike',
  transform(code, id) {
    const inner = /\/node_modules\/(@?socket|engine)\.io/.test(id.split(sep).join('/')) ? INNER : [];
    const text = code.split('');
    const write = ({ start }, length, word) => text.splice(start, length, ...word.padEnd(length));
    const visit = (node, outer) => {
      let names = outer;
      if (node.type === 'ClassBody') {
        // Those of a class around it are seen in here too.
        names = new Map(outer);
        const own = new Set(node.body.filter(({ key }) => key?.type === 'PrivateIdentifier').map(({ key }) => key.name));
        for (const [, name] of code.slice(node.start, node.end).matchAll(/#(\w+)/g)) if (own.delete(name)) names.set(name, nthName(names.size));
      }
      if (node.type === 'PrivateIdentifier') write(node, node.end - node.start, `#${names.get(node.name)}`);
      else if (inner.includes(node.name)) write(node, node.name.length, `_${nthName(inner.indexOf(node.name))}`);
      else if (inner.includes(node.value)) write(node, node.raw.length, `'_${nthName(inner.indexOf(node.value))}'`);
      else if (node.type === 'VariableDeclaration' && node.kind === 'const') write(node, 'const'.length, 'let');
      for (const child of Object.values(node).flat()) if (child?.type) visit(child, names);
    };
    visit(this.parse(code), new Map());
    if (text.length !== code.length) this.error('a name is shorter than what it is shortened to');
    return { code: text.join(''), map: null };
  },
};

/** The plugin is CommonJS: under Node its default export arrives wrapped. */
const minifyTemplates = htmlLiterals.default ?? htmlLiterals;

export default {
  input: { 'rtc-elements': dist('cdn.js'), 'rtc-elements-check': dist('cdn-check.js') },
  output: {
    dir: outDir,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash:6].js',
    // As the code is written; nobody asks a chunk for its name, or writes to it.
    generatedCode: { preset: 'es2015', symbols: false },
    freeze: false,
    // The entry itself only says where it came from: under whatever address, version or query it is loaded, everything else is there once.
    // What a joined room needs, behind the elements, in them and to its server, is one file: one request, and one dictionary for gzip. (A `local:` room fetches 6 KB
    // that it has no use for. Only what polling adds stays apart, and would take along what it is built on, were that not named.)
    // So is what watches a call and says how it is, once it runs; and what accepts calls with what shows that. So is what chooses devices, in a call and before.
    manualChunks: {
      core: [dist('index.js')],
      joined: [dist('session/joined-parts.js'), dist('elements/joined-views.js'), dist('media/local-media.js'), dist('signaling/socketio-transport.js'), engine('transport')],
      'polling-fallback': [dist('signaling/polling-fallback.js'), engine('transports/polling-xhr'), engine('transports/polling'), engine('contrib/has-cors')],
      devices: [dist('elements/rtc-video-call/settings-panel.js'), dist('session/device-tools.js'), dist('session/chosen-devices.js')],
      // The tables of languages, which a check of the connection needs too: no request more for who speaks one.
      translator: [dist('elements/languages/translator.js'), dist('elements/languages/spoken.js')],
      check: [dist('session/check-steps.js'), dist('elements/languages/explain-check.js')],
      watch: [dist('session/call-watch.js'), dist('session/auto-accept.js'), dist('elements/rtc-video-call/late-view.js')],
    },
    // Page authors debug their own page, with our sources a fetch away.
    sourcemap: true,
    sourcemapExcludeSources: false,
  },
  // Neither package says so of itself; without it, each re-exported transport counts as used.
  treeshake: { moduleSideEffects: (id) => !/node_modules\/(socket|engine)\.io-(client|parser)\//.test(id) },
  plugins: [
    onlyWhatIsReached,
    alike,
    librariesFirst,
    nodeResolve({ browser: true }),
    // sdp, which webrtc-adapter needs.
    commonjs({ include: /node_modules\/sdp\// }),
    minifyTemplates({
      include: ['dist/elements/**/*.js'],
      failOnError: true,
      // A run of spaces becomes one, never none: between inline elements it shows.
      options: { minifyOptions: { conservativeCollapse: true, removeAttributeQuotes: true } },
    }),
    terser({ module: true, ecma: 2022, compress: { passes: 3, sequences: false, unsafe_arrows: true, inline: 1, keep_fargs: false }, format: { comments: false } }),
    urlOfEntry,
    browserTransportsOnly,
    reportModules,
    publishIntegrity,
    removeStale,
  ],
  onwarn(warning, warn) {
    if (warning.code === 'UNRESOLVED_IMPORT' || warning.code === 'THIS_IS_UNDEFINED') throw new Error(warning.message);
    warn(warning);
  },
};
