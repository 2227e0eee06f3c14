// Builds src/postroom/web/static/dist: one style sheet, two scripts, each named by its content, and manifest.json.
// Tabler's rules that no template, script or Python file of the pages names are left out: a page stays small.

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, "../src/postroom/web");
const dist = join(web, "static/dist");

async function script(name) {
  const built = await esbuild.build({
    entryPoints: [join(here, `src/${name}.ts`)],
    bundle: true,
    format: "iife",
    legalComments: "none",
    minify: true,
    target: ["es2022"],
    write: false,
  });
  return built.outputFiles[0].text;
}

async function style() {
  const tabler = await readFile(join(here, "node_modules/@tabler/core/dist/css/tabler.css"), "utf8");
  const [purged] = await new PurgeCSS().purge({
    content: [join(web, "**/*.html"), join(web, "**/*.py"), join(here, "src/*.ts")],
    css: [{ raw: tabler }],
    defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
    safelist: { standard: ["dark", "light", "data-bs-theme"] },
    variables: true,
    keyframes: true,
  });
  const own = await readFile(join(here, "src/app.css"), "utf8");
  const { code } = await esbuild.transform(`${purged.css}\n${own}`, { loader: "css", minify: true, legalComments: "none" });
  return code;
}

async function licenses() {
  const version = async (name) => JSON.parse(await readFile(join(here, "node_modules", name, "package.json"), "utf8")).version;
  const htmx = await readFile(join(here, "node_modules/htmx.org/LICENSE"), "utf8");
  const mit = await readFile(join(here, "mit.txt"), "utf8");
  return `Tabler ${await version("@tabler/core")}, with Bootstrap in it
Copyright 2018-2026 The Tabler Authors
Copyright 2018-2026 codecalm.net Paweł Kuna
Copyright 2011-2025 The Bootstrap Authors

${mit}
htmx ${await version("htmx.org")}

${htmx}`;
}

const files = { "app.js": await script("app"), "theme.js": await script("theme"), "app.css": await style() };

// Written beside and moved into place: a server that is running never sees half of it.
const fresh = `${dist}.new`;
await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
const manifest = {};
for (const [name, text] of Object.entries(files)) {
  const bytes = Buffer.from(text);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const hashed = name.replace(".", `.${digest}.`);
  const packed = { gz: gzipSync(bytes, { level: 9 }), br: brotliCompressSync(bytes) };
  await writeFile(join(fresh, hashed), bytes);
  for (const [extension, data] of Object.entries(packed)) await writeFile(join(fresh, `${hashed}.${extension}`), data);
  manifest[name] = hashed;
  console.log(`  ${name}: ${kB(bytes)}, ${kB(packed.gz)} on the wire`);
}
await writeFile(join(fresh, "licenses.txt"), await licenses());
await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await rm(dist, { recursive: true, force: true });
await rename(fresh, dist);

function kB(bytes) {
  return `${(bytes.length / 1000).toFixed(1)} kB`;
}
