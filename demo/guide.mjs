// @ts-check
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Marked } from 'marked';
import { DEMOS } from './pages.js';

// The README as pages, one for each task: `npm run build` makes them, the server shows them under /guide/. `npm run site` puts them with the demos and the script
// into dist/site, for any web server of plain files; rooms are `server="local:"` there, between the tabs of one browser.

const root = new URL('../', import.meta.url);
const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, root));

/**
 * Each section of the README stands on one of them; the empty title is what stands before the first. `tables`: those of this name, of every element, follow.
 * @type {readonly { file: string, title: string, lede: string, sections: readonly string[], live?: readonly [file: string, what: string], tables?: string }[]}
 */
const PAGES = [
  { file: 'embed', title: 'On your page', lede: 'One script tag, one element.', sections: ['', 'In a frame, and without a click', 'In React, Vue, Svelte, and in the editor', 'Pinning the script'], live: ['../', 'The tag itself'] },
  { file: 'elements', title: 'The elements', lede: 'Attributes, properties, methods, events, slots and parts.', sections: ['`<rtc-room>`', '`<rtc-member-list>`', '`<rtc-video-call>`'], live: ['../layout.html', 'Arranged by a page'] },
  { file: 'events', title: 'Events', lede: 'What a page hears, and what it may prevent.', sections: ['Events'], live: ['../own-buttons.html', 'A log of every event'], tables: 'Events' },
  { file: 'own-buttons', title: 'Your own buttons', lede: 'Leave out what the elements draw, or all of them.', sections: ['Your own buttons'], live: ['../own-buttons.html', 'Own controls, own card, every event'] },
  { file: 'away', title: 'While nobody looks', lede: 'Missed calls, notifications, keys.', sections: ['While nobody looks'] },
  { file: 'theme', title: 'Theme and words', lede: 'Colours, sizes and type by CSS, ten languages, words of your own.', sections: ['Colours, sizes, type', 'Languages'], live: ['../themes.html', 'Three products'] },
  { file: 'pictures', title: 'Pictures, screens, sound', lede: 'What a person can arrange during a call.', sections: ['Pictures, screens, sound'] },
  { file: 'devices', title: 'Devices', lede: 'Chosen, remembered, switched in the call; and whether calls work here.', sections: ['Devices'], live: ['../check.html', 'Will calls work here?'] },
  { file: 'access', title: 'For everyone', lede: 'By keyboard, by screen reader.', sections: ['By keyboard and screen reader'], live: ['../states.html', 'Every state'] },
  { file: 'faults', title: 'When things break', lede: 'What a call survives, what people read meanwhile, and how to try it.', sections: ['When things break', 'Poor networks', 'When things break, in your own tests'], live: ['../local.html', 'Every connection state'] },
  { file: 'tokens', title: 'Tokens', lede: 'Who gets in, as whom, and who is really at the other end.', sections: ['Who gets in, and as whom', 'Who is at the other end'] },
  { file: 'server', title: 'The server', lede: 'Beside your own routes, its settings, its pages.', sections: ['The server'] },
  { file: 'limits', title: 'Limits', lede: 'How long, how many, how often; and what whoever goes beyond reads.', sections: ['Limits'] },
  { file: 'proxy', title: 'Behind a proxy', lede: 'nginx and Caddy, on a host of its own or under a path.', sections: ['Behind nginx or Caddy'] },
  { file: 'turn', title: 'A relay (TURN)', lede: 'For networks that let nothing through directly.', sections: ['A relay of your own'] },
  { file: 'security', title: 'Security', lede: 'What is protected against whom, and what is not.', sections: ['Security'], live: ['../csp.html', 'Under a strict policy'] },
  { file: 'compare', title: 'Beside others', lede: 'What this has that others have not, and what it has not.', sections: ['Beside others'] },
];
/** For who works on the project, not with it. */
const LEFT_OUT = ['Working on it'];

/** As GitHub makes them, so that the links of the README lead on. */
const slug = (/** @type {string} */ heading) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s-]/gu, '').trim().replace(/\s/g, '-');
const escape = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Text of each section by its title, without the title. */
function readSections() {
  /** @type {Map<string, string>} */
  const sections = new Map();
  let title = '';
  let fenced = false;
  for (const line of readFileSync(path('README.md'), 'utf8').split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    const heading = fenced ? undefined : /^## (.*)$/.exec(line)?.[1];
    if (heading !== undefined) sections.set((title = heading), '');
    else if (fenced || !line.startsWith('# ')) sections.set(title, `${sections.get(title) ?? ''}${line}\n`);
  }
  const placed = [...PAGES.flatMap(({ sections: on }) => on), ...LEFT_OUT];
  const lost = [...sections.keys()].filter((name) => !placed.includes(name));
  const unknown = placed.filter((name) => !sections.has(name));
  if (lost.length + unknown.length > 0) throw new Error(`demo/guide.mjs: no page for ${JSON.stringify(lost)}; not in README.md: ${JSON.stringify(unknown)}`);
  return sections;
}

function readHeadings(/** @type {string} */ text) {
  return [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{3,} (.*)$/gm)].map(([, heading = '']) => slug(heading));
}

const sections = readSections();
/** The tables of one name (`**Events**` …) of each element, under its name. */
const tablesOf = (/** @type {string} */ name) => [...sections].flatMap(([title, text]) => {
  const table = text.split(/^\*\*(.*)\*\*$/m);
  const at = title.startsWith('`<') ? table.indexOf(name) : -1;
  return at < 0 ? [] : [`\n### ${title}\n${table[at + 1]}`];
}).join('\n');
/** On which page an anchor of the README stands. */
const pageOf = new Map(PAGES.flatMap(({ file, sections: on }) => on.flatMap((title) => [slug(title), ...readHeadings(sections.get(title) ?? '')].map((anchor) => /** @type {const} */ ([anchor, file])))));

const marked = new Marked({
  gfm: true,
  renderer: {
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${slug(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    code({ text }) {
      return `<pre tabindex="0" role="group" aria-label="Code"><code>${escape(text)}</code></pre>\n`;
    },
    table(token) {
      const cells = (/** @type {'th' | 'td'} */ tag, /** @type {import('marked').Tokens.TableCell[]} */ row) => `<tr>${row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
      return `<div class="scroll" tabindex="0" role="group" aria-label="Table"><table><thead>${cells('th', token.header)}</thead><tbody>${token.rows.map((row) => cells('td', row)).join('\n')}</tbody></table></div>\n`;
    },
    link({ href, tokens }) {
      const anchor = href.startsWith('#') ? href.slice(1) : null;
      const page = anchor === null ? null : pageOf.get(anchor);
      // Where this very page comes from.
      if (href === 'http://localhost:3000') return `<a href="../">${this.parser.parseInline(tokens)}</a>`;
      // A file of the repository.
      if (anchor === null && !/^https?:/.test(href)) return this.parser.parseInline(tokens);
      if (anchor !== null && page === undefined) throw new Error(`README.md links to #${anchor}, which it has not`);
      return `<a href="${anchor === null ? escape(href) : `${page}.html#${anchor}`}">${this.parser.parseInline(tokens)}</a>`;
    },
  },
});

function pageHtml(/** @type {{ file: string, title: string, lede: string, live?: readonly [file: string, what: string] }} */ { file, title, lede, live }, /** @type {string} */ main) {
  const nav = [{ file: 'index', title: 'Overview' }, ...PAGES].map((page) => `<li><a href="${page.file}.html"${page.file === file ? ' aria-current="page"' : ''}>${page.title}</a></li>`).join('');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · rtc-elements</title>
    <link rel="icon" href="../icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="../demo.css">
    <link rel="stylesheet" href="../guide.css">
    <script type="module" src="../guide.js"></script>
  </head>
  <body>
    <div class="page guide">
      <header class="page-header">
        <a class="back" href="../">← rtc-elements</a>
        <h1>${title}</h1>
        <p class="lede">${lede}${live ? ` <a href="${live[0]}">${live[1]}, live</a>` : ''}</p>
      </header>
      <nav aria-label="Guide"><ul>${nav}</ul></nav>
      ${main}
    </div>
  </body>
</html>
`;
}

function taskPage(/** @type {typeof PAGES[number]} */ page) {
  const { sections: on, tables } = page;
  const body = on.map((name) => `${on.length > 1 && name !== '' ? `## ${name}\n` : ''}${sections.get(name) ?? ''}`).join('\n') + (tables ? tablesOf(tables) : '');
  // Whose only section has its title from the page begins with headings of the second order.
  const lifted = on.length === 1 ? body.replace(/^#(?=##+ )/gm, '') : body;
  return pageHtml(page, `<main${on.length === 1 ? ` id="${slug(on[0] ?? '')}"` : ''}>\n${marked.parse(lifted)}\n</main>`);
}

function overviewPage() {
  const list = (/** @type {readonly (readonly [href: string, title: string, what: string])[]} */ entries) =>
    `<ul class="more">${entries.map(([href, title, what]) => `<li><a href="${href}">${title}</a><span>${what}</span></li>`).join('\n')}</ul>`;
  const tasks = PAGES.map(({ file, title, lede }) => /** @type {const} */ ([`${file}.html`, title, lede]));
  const demos = DEMOS.map(([file, title, what]) => /** @type {const} */ ([`../${file}`, title ?? '', what ?? '']));
  return pageHtml({ file: 'index', title: 'Guide', lede: 'A page for each task, and demos to try.' }, `<main>\n<h2>Tasks</h2>\n${list(tasks)}\n<h2>Demos</h2>\n${list(demos)}\n</main>`);
}

function writeGuide(/** @type {string} */ folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const page of PAGES) writeFileSync(`${folder}/${page.file}.html`, taskPage(page));
  writeFileSync(`${folder}/index.html`, overviewPage());
}

/** Without a signaling server every room is one between tabs. */
function writeSite(/** @type {string} */ folder) {
  if (!existsSync(path('dist/cdn/rtc-elements.js'))) throw new Error('npm run build first');
  rmSync(folder, { recursive: true, force: true });
  cpSync(path('demo'), folder, { recursive: true, filter: (file) => !file.endsWith('.mjs') });
  cpSync(path('dist/cdn'), folder, { recursive: true });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.html'))) {
    const html = readFileSync(`${folder}/${file}`, 'utf8');
    writeFileSync(`${folder}/${file}`, html.replace('<html ', '<html data-server="local:" ').replace(/<rtc-room (?![^>]*server=)/g, '<rtc-room server="local:" '));
  }
  writeGuide(`${folder}/guide`);
}

if (process.argv[2] === 'site') writeSite(process.argv[3] ?? path('dist/site'));
else writeGuide(path('dist/guide'));
