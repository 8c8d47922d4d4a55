import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Type } from 'typebox'
import { type CachedBody, cachedBody, sendCached } from '../cached-body.ts'
import type { Server } from '../server.ts'
import { openApiDocument, type ReferenceInfo } from './openapi.ts'

export interface ReferenceDeps {
  readonly info: ReferenceInfo
  /** Where the API lives, such as `/api/v1`; its document is below. (`prefix` would be taken by Fastify.) */
  readonly apiPrefix: string
  /** Whether `/docs` is served; the document always is. */
  readonly servesPage: boolean
}

/** The OpenAPI document of all routes, and a page to read and try it. */
export async function referenceRoutes(app: Server, { info, apiPrefix, servesPage }: ReferenceDeps): Promise<void> {
  const address = `${apiPrefix}/openapi.json`
  let document: CachedBody | undefined
  app.get(
    address,
    {
      config: { versioned: true, duringMaintenance: true },
      schema: {
        operationId: 'getOpenApi',
        summary: 'This reference',
        description: 'The OpenAPI 3.1 document of the API.',
        tags: ['operations'],
        response: { 200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1' }) },
      },
    },
    async (request, reply) => {
      document ??= cachedBody(JSON.stringify(openApiDocument(app.routeCatalogue, apiPrefix, info)))
      return sendCached(request, reply, document, 'no-cache')
    },
  )
  if (servesPage) await app.register(referencePage, { address, title: info.title })
}

// What the page's program needs: it sets styles of its own, and asks only this server.
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

async function referencePage(app: Server, { address, title }: { address: string; title: string }): Promise<void> {
  const assets = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json')), 'static')
  const fromPackage = (file: string) => () => readFile(join(assets, file))
  const files: Record<string, { type: string; load: () => Promise<Buffer | string> }> = {
    '/docs': { type: 'text/html; charset=utf-8', load: async () => page(title, address) },
    '/docs/start.js': { type: 'text/javascript; charset=utf-8', load: async () => startScript(address) },
    '/docs/swagger-ui.js': { type: 'text/javascript; charset=utf-8', load: fromPackage('swagger-ui-bundle.js') },
    '/docs/swagger-ui.css': { type: 'text/css; charset=utf-8', load: fromPackage('swagger-ui.css') },
    '/docs/icon.png': { type: 'image/png', load: fromPackage('favicon-32x32.png') },
  }
  for (const [path, { type, load }] of Object.entries(files)) {
    let body: CachedBody | undefined
    app.get(path, { config: { duringMaintenance: true }, schema: { hide: true } }, async (request, reply) => {
      body ??= cachedBody(await load(), type)
      reply.header('content-security-policy', PAGE_POLICY)
      return sendCached(request, reply, body, 'no-cache')
    })
  }
}

function page(title: string, address: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: API reference</title>
<link rel="icon" href="/docs/icon.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<style>body { margin: 0 }</style>
</head>
<body>
<main id="reference"></main>
<noscript>This page needs scripts. The same in one file: <a href="${address}">openapi.json</a>.</noscript>
<script src="/docs/swagger-ui.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`
}

function startScript(address: string): string {
  return `SwaggerUIBundle({
  url: ${JSON.stringify(address)},
  dom_id: '#reference',
  layout: 'BaseLayout',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  filter: true,
  validatorUrl: null,
})
`
}
