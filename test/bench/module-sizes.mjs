// @ts-check
import { gzipSync } from 'node:zlib';
import { rollup } from 'rollup';
import { minify } from 'terser';
// Not a static import: the build's configuration is not among the files that the tests' types are checked for.
const { default: config } = await import(new URL('../../rollup.config.mjs', import.meta.url).href);

// `npm run size:modules`: which module the bytes of each chunk come from: minified alone, and its share of the chunk's gzip (nearly exact).

const terser = { module: true, compress: { passes: 2 }, format: { comments: /** @type {const} */ (false) } };
const gzip = (/** @type {string} */ code) => gzipSync(code, { level: 9 }).byteLength;

const keep = config.plugins.filter((/** @type {{ name: string }} */ { name }) => !['terser', 'report-modules'].includes(name));
const bundle = await rollup({ ...config, plugins: keep });
const { output } = await bundle.generate({ ...config.output, sourcemap: false });
for (const chunk of output) {
  if (chunk.type !== 'chunk') continue;
  const whole = gzip((await minify(chunk.code, terser)).code ?? '');
  const rows = await Promise.all(Object.entries(chunk.modules).map(async ([path, { code }]) => {
    const min = code ? ((await minify(code, { ...terser, module: false })).code ?? '').length : 0;
    return { path: path.replace(/^.*\/(?=dist\/|node_modules\/)/, ''), min };
  }));
  const sum = rows.reduce((total, { min }) => total + min, 0) || 1;
  console.log(`\n${chunk.fileName}: ${whole} bytes gzip`);
  for (const { path, min } of rows.sort((a, b) => b.min - a.min)) {
    if (min > 0) console.log(`${String(min).padStart(8)} min ${String(Math.round((whole * min) / sum)).padStart(6)} gzip  ${path}`);
  }
}
await bundle.close();
