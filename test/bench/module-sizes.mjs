// @ts-check
import { gzipSync } from 'node:zlib';
import { rollup } from 'rollup';
import { minify } from 'terser';
// Not a static import: the build's configuration is not among the files that the tests' types are checked for.
const { default: config } = await import(new URL('../../rollup.config.mjs', import.meta.url).href);

// `npm run size:modules`: which module the bytes of each chunk come from: minified alone, and its share of the chunk's gzip
// by what it weighs zipped alone.

const terser = { module: true, ecma: /** @type {const} */ (2020), compress: { passes: 2, sequences: false }, format: { comments: /** @type {const} */ (false) } };
// A module alone looks unused from end to end: nothing may be dropped, and its own names are shortened all the same.
const alone = { ...terser, compress: { unused: false }, mangle: { toplevel: true } };
const gzip = (/** @type {string} */ code) => gzipSync(code, { level: 9 }).byteLength;

const keep = config.plugins.filter((/** @type {{ name: string }} */ { name }) => !['terser', 'report-modules'].includes(name));
const bundle = await rollup({ ...config, plugins: keep });
const { output } = await bundle.generate({ ...config.output, sourcemap: false });
for (const chunk of output) {
  if (chunk.type !== 'chunk') continue;
  const whole = gzip((await minify(chunk.code, terser)).code ?? '');
  const rows = await Promise.all(Object.entries(chunk.modules).map(async ([path, { code }]) => {
    const small = code ? ((await minify(code, alone)).code ?? '') : '';
    return { path: path.replace(/^.*\/(?=dist\/|node_modules\/)/, ''), min: small.length, zipped: small ? gzip(small) : 0 };
  }));
  const sum = rows.reduce((total, { zipped }) => total + zipped, 0) || 1;
  console.log(`\n${chunk.fileName}: ${whole} bytes gzip`);
  for (const { path, min, zipped } of rows.sort((a, b) => b.zipped - a.zipped)) {
    if (min > 0) console.log(`${String(min).padStart(8)} min ${String(Math.round((whole * zipped) / sum)).padStart(6)} gzip  ${path}`);
  }
}
await bundle.close();
