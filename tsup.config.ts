/** Builds every entry point twice, as ESM and as CommonJS, each with its own declarations; and the OpenAPI document. */
import { writeFile } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'
import { consoleFiles } from './src/http/console-files.js'
import { openApiDocument } from './src/http.js'

/** Puts the bundled scripts of the console page into the place of the module that bundles them. */
const bundledConsole: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'bundled-console',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]http[\\/]console-files\.ts$/ }, async () => {
      const files = JSON.stringify(await consoleFiles())
      return { contents: `const files = ${files}\nexport const consoleFiles = async () => files\n`, loader: 'js' }
    }),
}

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    decision: 'src/decision.ts',
    domain: 'src/domain.ts',
    repository: 'src/repository.ts',
    'adapters/memory': 'src/adapters/memory.ts',
    'adapters/postgres': 'src/adapters/postgres.ts',
    'adapters/sqlite': 'src/adapters/sqlite.ts',
    'guard/express': 'src/guard/express.ts',
    'guard/fastify': 'src/guard/fastify.ts',
    'guard/hono': 'src/guard/hono.ts',
    'guard/nest': 'src/guard/nest.ts',
    'guard/web': 'src/guard/web.ts',
    http: 'src/http.ts',
    'http/express': 'src/http/express.ts',
    'http/fastify': 'src/http/fastify.ts',
    'http/nest': 'src/http/nest.ts',
    client: 'src/client.ts',
    feed: 'src/feed.ts',
    notices: 'src/notices.ts',
    elements: 'src/elements.ts',
    'elements/react': 'src/elements/react.ts',
    'testing/contract': 'src/testing/contract.ts',
    'testing/arbitraries': 'src/testing/arbitraries.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node20',
  platform: 'neutral',
  // Shared chunks in both formats, so that an error's class is the same whichever entry point threw it.
  splitting: true,
  // Rollup's pass, which also writes CommonJS that Node can name the exports of, and drops imports that nothing is left of.
  treeshake: true,
  // A neutral platform knows no built-in modules, and tsup would strip the prefix that Deno and the edge ask for.
  external: [/^node:/],
  removeNodeProtocol: false,
  esbuildPlugins: [bundledConsole],
  clean: true,
  silent: true,
  // Web components name what browsers have; `npm run check` holds the rest to what every platform has.
  tsconfig: 'src/elements/tsconfig.json',
  // tsup's declaration build passes a baseUrl that TypeScript 6 has deprecated.
  // The same table of routes that the handler has.
  onSuccess: () => writeFile('dist/openapi.json', `${JSON.stringify(openApiDocument(), null, 2)}\n`),
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
})
